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

var errNoStop = &wend.Error{Status: http.StatusNotFound, Code: "no_stop", Detail: "the trip has no such stop"}

// What is what one does at a stop: one of the three types below.
type What interface{ what() }

// Stay is a bed for some nights.
type Stay struct {
	Nights  int    `json:"nights" validate:"min=1,max=60"`
	Address string `json:"address" validate:"max=200"`
}

// Sight is something to see.
type Sight struct {
	URL string `json:"url" validate:"omitempty,http_url,max=500"`
}

// Ride is the way from one place to another.
type Ride struct {
	By   Vehicle `json:"by"`
	From string  `json:"from" validate:"required,max=100"`
	To   string  `json:"to" validate:"required,max=100,nefield=From"`
}

func (Stay) what()  {}
func (Sight) what() {}
func (Ride) what()  {}

// whats are the kinds of What. The member kind tells them apart in JSON.
var whats = binding.Union[What]("kind",
	binding.Variant[Stay]("stay"),
	binding.Variant[Sight]("sight"),
	binding.Variant[Ride]("ride"),
)

// Vehicle is what one rides in.
type Vehicle string

// Enum lists the values, for the rules and for the document.
func (Vehicle) Enum() []Vehicle { return []Vehicle{"bike", "bus", "car", "ship", "train"} }

// StopPlan is what a client says about a stop.
type StopPlan struct {
	Title string `json:"title" validate:"required,max=100" example:"Regensburg"`
	Day   string `json:"day" validate:"date" example:"2027-05-03"`
	What  What   `json:"what" validate:"required"`
}

// Stop is a stop as a client sees it.
type Stop struct {
	ID    int64  `json:"id"`
	Photo *Photo `json:"photo"`
	StopPlan
}

const selectStops = `SELECT id, title, day, what, photo FROM stops WHERE trip = ?`

func stopFields(s *Stop) []any {
	return []any{&s.ID, &s.Title, &s.Day, column[What]{&s.What}, column[*Photo]{&s.Photo}}
}

// within holds a day to its trip, which no rule of a type can know.
func (t Trip) within(day string) error {
	if day < t.First || day > t.Last {
		return binding.Invalid("/body/day", "outside", "must be a day of the trip")
	}
	return nil
}

type listStopsInput struct {
	pageInput
	Trip Trip
	DB   reader
}

// listStops lists the stops of a trip in pages.
func listStops(ctx context.Context, in listStopsInput) (Page[Stop], error) {
	all, err := selectAll(ctx, in.DB, stopFields, selectStops+` AND id > ? ORDER BY id LIMIT ?`, in.Trip.ID, in.After, in.Limit+1)
	return page(all, func(s Stop) int64 { return s.ID }, in.pageInput, fmt.Sprintf("/trips/%d/stops", in.Trip.ID)), err
}

type createStopInput struct {
	Trip    Trip
	Tx      *sql.Tx
	Journal *journal
	Body    StopPlan
}

func createStop(ctx context.Context, in createStopInput) (created[Stop], error) {
	if err := in.Trip.within(in.Body.Day); err != nil {
		return created[Stop]{}, err
	}
	s := Stop{StopPlan: in.Body}
	err := in.Tx.QueryRowContext(ctx, `INSERT INTO stops (trip, title, day, what) VALUES (?, ?, ?, ?) RETURNING id`,
		in.Trip.ID, s.Title, s.Day, column[What]{&s.What}).Scan(&s.ID)
	if err != nil {
		return created[Stop]{}, err
	}
	return created[Stop]{fmt.Sprintf("/trips/%d/stops/%d", in.Trip.ID, s.ID), s}, in.Journal.note(ctx, in.Trip.ID, StopAdded{s})
}

type findStopInput struct {
	ID   int64 `path:"stop" validate:"min=1"`
	Trip Trip
	DB   reader
}

func findStop(ctx context.Context, in findStopInput) (s Stop, err error) {
	err = in.DB.QueryRowContext(ctx, selectStops+` AND id = ?`, in.Trip.ID, in.ID).Scan(stopFields(&s)...)
	if errors.Is(err, sql.ErrNoRows) {
		err = errNoStop
	}
	return s, err
}

type getStopInput struct{ Stop Stop }

func getStop(_ context.Context, in getStopInput) (Stop, error) { return in.Stop, nil }

type editStopInput struct {
	Trip    Trip
	Stop    Stop
	Tx      *sql.Tx
	Journal *journal
	Body    struct {
		Title binding.Opt[string] `json:"title" validate:"notnull,min=1,max=100"`
		Day   binding.Opt[string] `json:"day" validate:"notnull,date"`
		What  binding.Opt[What]   `json:"what" validate:"notnull"`
	}
}

// editStop changes what is sent. A What is replaced as a whole: it may be of another kind.
func editStop(ctx context.Context, in editStopInput) (Stop, error) {
	s := in.Stop
	if err := types.Merge(&s, &in.Body); err != nil {
		return Stop{}, err
	}
	if err := in.Trip.within(s.Day); err != nil {
		return Stop{}, err
	}
	_, err := in.Tx.ExecContext(ctx, `UPDATE stops SET title = ?, day = ?, what = ? WHERE id = ?`,
		s.Title, s.Day, column[What]{&s.What}, s.ID)
	if err != nil {
		return Stop{}, err
	}
	return s, in.Journal.note(ctx, in.Trip.ID, StopChanged{s})
}

type deleteStopInput struct {
	Album   *album
	Trip    Trip
	Stop    Stop
	Tx      *sql.Tx
	Journal *journal
}

func deleteStop(ctx context.Context, in deleteStopInput) (wend.None, error) {
	var file string
	if err := in.Tx.QueryRowContext(ctx, `DELETE FROM stops WHERE id = ? RETURNING file`, in.Stop.ID).Scan(&file); err != nil {
		return wend.None{}, err
	}
	in.Album.drop(file)
	return wend.None{}, in.Journal.note(ctx, in.Trip.ID, StopRemoved{in.Stop.ID})
}
