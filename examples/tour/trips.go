package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/binding"
)

var (
	errNoTrip     = &wend.Error{Status: http.StatusNotFound, Code: "no_trip", Detail: "you have no such trip"}
	errTitleTaken = &wend.Error{Status: http.StatusConflict, Code: "title_taken", Detail: "you have a trip of this title"}
)

// Plan is what a client says about a trip.
type Plan struct {
	Title string `json:"title" validate:"required,max=100" example:"Along the Danube"`
	First string `json:"first" validate:"date" example:"2027-05-01" doc:"the first day"`
	Last  string `json:"last" validate:"date" example:"2027-05-14" doc:"the last day"`
}

// Validate is asked after the rules of the tags. Days in this form compare as texts.
func (p Plan) Validate() error {
	if p.Last < p.First {
		return binding.Invalid("/last", "before_first", "must not be before first")
	}
	return nil
}

// Trip is a trip as its owner sees it.
type Trip struct {
	ID int64 `json:"id"`
	Plan
}

// Page is a part of a list. Pages follow ids and not offsets, so that nothing is seen
// twice, or never, when the list changes between two of them.
type Page[T any] struct {
	Link string `header:"Link" doc:"the next page, unless this is the last"`
	Body []T
}

type pageInput struct {
	After int64 `query:"after" default:"0" validate:"min=0" doc:"the id that the page begins behind"`
	Limit int   `query:"limit" default:"20" validate:"min=1,max=100"`
}

// page makes a page of the items behind in.After, of which the query was asked for one
// more than there is room for.
func page[T any](items []T, id func(T) int64, in pageInput, path string) (p Page[T]) {
	if len(items) > in.Limit {
		items = items[:in.Limit]
		p.Link = fmt.Sprintf(`<%s?after=%d&limit=%d>; rel="next"`, path, id(items[in.Limit-1]), in.Limit)
	}
	p.Body = items
	return p
}

func tripFields(t *Trip) []any { return []any{&t.ID, &t.Title, &t.First, &t.Last} }

type listTripsInput struct {
	pageInput
	User user
	DB   reader
}

// listTrips lists the trips of the user in pages.
func listTrips(ctx context.Context, in listTripsInput) (Page[Trip], error) {
	all, err := selectAll(ctx, in.DB, tripFields, `SELECT id, title, first_day, last_day FROM trips
		WHERE owner = ? AND id > ? ORDER BY id LIMIT ?`, in.User.Name, in.After, in.Limit+1)
	return page(all, func(t Trip) int64 { return t.ID }, in.pageInput, "/trips"), err
}

type createTripInput struct {
	User user
	Tx   *sql.Tx
	Body Plan
}

// created is the answer to a POST that has made something.
type created[T any] struct {
	Location string `header:"Location"`
	Body     T
}

func createTrip(ctx context.Context, in createTripInput) (created[Trip], error) {
	t := Trip{Plan: in.Body}
	err := in.Tx.QueryRowContext(ctx, `INSERT INTO trips (owner, title, first_day, last_day) VALUES (?, ?, ?, ?)
		ON CONFLICT DO NOTHING RETURNING id`, in.User.Name, t.Title, t.First, t.Last).Scan(&t.ID)
	if errors.Is(err, sql.ErrNoRows) {
		err = errTitleTaken
	}
	return created[Trip]{fmt.Sprintf("/trips/%d", t.ID), t}, err
}

type findTripInput struct {
	ID   int64 `path:"trip" validate:"min=1"`
	User user
	DB   reader
}

// findTrip gives a trip to its owner: a handler with a field of type Trip is not called
// for anybody else.
func findTrip(ctx context.Context, in findTripInput) (t Trip, err error) {
	err = in.DB.QueryRowContext(ctx, `SELECT id, title, first_day, last_day FROM trips WHERE id = ? AND owner = ?`,
		in.ID, in.User.Name).Scan(tripFields(&t)...)
	if errors.Is(err, sql.ErrNoRows) {
		err = errNoTrip
	}
	return t, err
}

type getTripInput struct{ Trip Trip }

func getTrip(_ context.Context, in getTripInput) (Trip, error) { return in.Trip, nil }

type editTripInput struct {
	Trip    Trip
	Tx      *sql.Tx
	Journal *journal
	Body    struct {
		Title binding.Opt[string] `json:"title" validate:"notnull,min=1,max=100"`
		First binding.Opt[string] `json:"first" validate:"notnull,date"`
		Last  binding.Opt[string] `json:"last" validate:"notnull,date"`
	}
}

// editTrip changes what is sent. Whether the days are still in order only the result can
// tell, and binding.Merge asks its Validate.
func editTrip(ctx context.Context, in editTripInput) (Trip, error) {
	t := in.Trip
	if err := binding.Merge(&t, in.Body); err != nil {
		return Trip{}, err
	}
	done, err := in.Tx.ExecContext(ctx, `UPDATE OR IGNORE trips SET title = ?, first_day = ?, last_day = ? WHERE id = ?`,
		t.Title, t.First, t.Last, t.ID)
	if err != nil {
		return Trip{}, err
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return Trip{}, errors.Join(err, errTitleTaken)
	}
	return t, in.Journal.note(ctx, t.ID, TripChanged{t})
}

type deleteTripInput struct {
	Album *album
	Trip  Trip
	Tx    *sql.Tx
}

func deleteTrip(ctx context.Context, in deleteTripInput) (wend.None, error) {
	files, err := selectAll(ctx, in.Tx, func(name *string) []any { return []any{name} },
		`SELECT file FROM stops WHERE trip = ? AND file <> ''`, in.Trip.ID)
	if err != nil {
		return wend.None{}, err
	}
	in.Album.drop(files...)
	_, err = in.Tx.ExecContext(ctx, `DELETE FROM trips WHERE id = ?`, in.Trip.ID)
	return wend.None{}, err
}
