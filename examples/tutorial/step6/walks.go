package main

import (
	"context"
	"database/sql"
	"fmt"
	"net/http"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/binding"
)

// Content is what a client says about a walk.
type Content struct {
	Title   string  `json:"title" validate:"required,max=100" example:"Rennsteig"`
	Country string  `json:"country" pattern:"^[A-Z]{2}$" doc:"ISO 3166 code" example:"DE"`
	Km      float64 `json:"km" validate:"min=0.1,max=10000" example:"169.3"`
}

// Walk is a walk as a client sees it.
type Walk struct {
	ID    int64  `json:"id"`
	Owner string `json:"owner" doc:"who has added it"`
	Content
}

var (
	errNoWalk   = &wend.Error{Status: http.StatusNotFound, Code: "no_walk", Detail: "there is no such walk", Err: sql.ErrNoRows}
	errNotOwner = &wend.Error{Status: http.StatusForbidden, Code: "not_owner", Detail: "only who has added the walk may do this"}
	errTaken    = &wend.Error{Status: http.StatusConflict, Code: "taken", Detail: "there is a walk of this title"}
)

type listInput struct {
	Tx    *sql.Tx
	After int64 `query:"after" default:"0" validate:"min=0" doc:"only walks behind this one"`
	Limit int   `query:"limit" default:"20" validate:"min=1,max=100"`
}

func listWalks(ctx context.Context, in listInput) ([]Walk, error) {
	return selectWalks(ctx, in.Tx, in.After, in.Limit)
}

type createInput struct {
	User user `scopes:"walks:write"`
	Tx   *sql.Tx
	Body Content
}

type created struct {
	Status   int    `status:"201"`
	Location string `header:"Location"`
	Body     Walk
}

func createWalk(ctx context.Context, in createInput) (created, error) {
	w, err := insertWalk(ctx, in.Tx, in.User.name, in.Body)
	return created{Location: fmt.Sprintf("/walks/%d", w.ID), Body: w}, err
}

type importInput struct {
	User user `scopes:"walks:write"`
	Tx   *sql.Tx
	Body []Content `body:"" validate:"min=1,max=100"`
}

// importWalks takes all walks of the list or none of them.
func importWalks(ctx context.Context, in importInput) (all []Walk, err error) {
	for _, c := range in.Body {
		w, err := insertWalk(ctx, in.Tx, in.User.name, c)
		if err != nil {
			return nil, err
		}
		all = append(all, w)
	}
	return all, nil
}

type findInput struct {
	ID int64 `path:"id" validate:"min=1"`
	Tx *sql.Tx
}

// findWalk finds the walk of the path. A handler that has a field of type Walk is not
// called when there is none.
func findWalk(ctx context.Context, in findInput) (Walk, error) {
	return selectWalk(ctx, in.Tx, in.ID) // sql.ErrNoRows is answered by errNoWalk
}

// owned is a walk that the user has added.
type owned struct{ Walk }

type ownInput struct {
	User user `scopes:"walks:write"`
	Walk Walk
}

// ownWalk lets only the owner pass: a handler that has a field of type owned is not
// called for anybody else.
func ownWalk(_ context.Context, in ownInput) (owned, error) {
	if in.Walk.Owner != in.User.name {
		return owned{}, errNotOwner
	}
	return owned{in.Walk}, nil
}

type getInput struct{ Walk Walk }

func getWalk(_ context.Context, in getInput) (Walk, error) { return in.Walk, nil }

type editInput struct {
	Walk owned
	Tx   *sql.Tx
	Body struct {
		Title   binding.Opt[string]  `json:"title" validate:"notnull,min=1,max=100"`
		Country binding.Opt[string]  `json:"country" validate:"notnull" pattern:"^[A-Z]{2}$"`
		Km      binding.Opt[float64] `json:"km" validate:"notnull,min=0.1,max=10000"`
	}
}

func editWalk(ctx context.Context, in editInput) (Walk, error) {
	if err := binding.Merge(&in.Walk.Content, in.Body); err != nil {
		return Walk{}, err
	}
	return in.Walk.Walk, updateWalk(ctx, in.Tx, in.Walk.Walk)
}

type deleteInput struct {
	Walk owned
	Tx   *sql.Tx
}

func deleteWalk(ctx context.Context, in deleteInput) (wend.None, error) {
	_, err := in.Tx.ExecContext(ctx, `DELETE FROM walks WHERE id = ?`, in.Walk.ID)
	return wend.None{}, err
}
