package kitchen

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/binding"
)

// kitchen keeps notes in memory.
type kitchen struct {
	mu    sync.Mutex
	next  int
	notes map[int]Note
}

// Color of a note.
type Color string

// Enum lists the colors.
func (Color) Enum() []Color { return []Color{"red", "green", "blue"} }

// Level of a note's importance.
type Level int

// Enum lists the levels.
func (Level) Enum() []Level { return []Level{1, 2, 3} }

// Note is what to remember.
type Note struct {
	ID      int        `json:"id" jsonschema:"readOnly"`
	Text    string     `json:"text" validate:"required,max=280" doc:"What to remember" example:"Buy milk"`
	Pin     string     `json:"pin" jsonschema:"writeOnly" validate:"omitempty,len=4,numeric"`
	Color   Color      `json:"color" default:"red"`
	Level   *Level     `json:"level"`
	Tags    []string   `json:"tags" validate:"max=5,unique,dive,min=1,max=20"`
	Created time.Time  `json:"created" jsonschema:"readOnly"`
	Due     *time.Time `json:"due,omitempty"`
	Old     bool       `json:"old" jsonschema:"deprecated"`
}

// Page is a part of a list.
type Page[T any] struct {
	Items []T     `json:"items"`
	Next  *string `json:"next" doc:"where the next part begins; null at the end"`
}

type editNote struct {
	ID   int `path:"id" validate:"min=1"`
	Body struct {
		Text binding.Opt[string]    `json:"text" validate:"notnull,min=1,max=280"`
		Due  binding.Opt[time.Time] `json:"due"`
	}
}

type noteID struct {
	ID int `path:"id" validate:"min=1" doc:"which note"`
}

type putNote struct {
	noteID
	Body Note
}

type listing struct {
	Limit  int              `query:"limit" default:"20" validate:"min=1,max=100" doc:"how many"`
	After  binding.Opt[int] `query:"after" validate:"min=0"`
	Colors []Color          `query:"color" doc:"any of these"`
}

type created struct {
	Status   int    `status:"201,200"`
	Location string `header:"Location" doc:"where the note is"`
	Body     Note   `doc:"the note as stored"`
}

type notePage struct {
	Total    *int      `header:"X-Total-Count" validate:"min=0" doc:"how many there are"`
	Modified time.Time `header:"Last-Modified"`
	Body     Page[Note]
}

var (
	errNoNote = &wend.Error{Status: http.StatusNotFound, Code: "no_note", Detail: "there is no such note"}
	errFull   = &wend.Error{
		Status: http.StatusServiceUnavailable, Code: "full", Detail: "the kitchen is full", Header: http.Header{"Retry-After": {"60"}},
	}
)

func (k *kitchen) addNotes(r *wend.Router) {
	milk := Note{Text: "Buy milk", Color: "green", Tags: []string{"home"}}
	stored := milk
	stored.ID, stored.Created = 1, time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	wend.Get(r, "", k.listNotes, wend.RejectUnknownQuery())
	wend.Post(r, "", k.createNote, wend.Errors(errFull), wend.Example("milk", milk),
		wend.Description("Keeps a note.\n\nThe *kitchen* has room for a thousand."))
	one := r.Group("/{id}", wend.Errors(errNoNote))
	wend.Get(one, "", k.getNote)
	wend.Put(one, "", k.putNote, wend.Example("stored", stored), wend.AllowUnknownFields())
	wend.Patch(one, "", k.editNote)
	wend.Delete(one, "", k.deleteNote)
}

func (k *kitchen) listNotes(_ context.Context, in listing) (notePage, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	total := len(k.notes)
	page := notePage{Total: &total}
	after, _ := in.After.Get()
	for id := after + 1; id <= k.next && len(page.Body.Items) < in.Limit; id++ {
		note, ok := k.notes[id]
		if ok && (len(in.Colors) == 0 || slices.Contains(in.Colors, note.Color)) {
			page.Body.Items = append(page.Body.Items, note)
		}
	}
	return page, nil
}

func (k *kitchen) createNote(_ context.Context, in Note) (created, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.notes) == 1000 {
		return created{}, errFull
	}
	k.next++
	in.ID, in.Created = k.next, time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	k.notes[in.ID] = in
	return created{Location: fmt.Sprintf("/notes/%d", in.ID), Body: in}, nil
}

func (k *kitchen) getNote(_ context.Context, in noteID) (Note, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	note, ok := k.notes[in.ID]
	if !ok {
		return Note{}, errNoNote
	}
	return note, nil
}

func (k *kitchen) putNote(ctx context.Context, in putNote) (Note, error) {
	old, err := k.getNote(ctx, in.noteID)
	if err != nil {
		return Note{}, err
	}
	in.Body.ID, in.Body.Created = old.ID, old.Created
	k.mu.Lock()
	defer k.mu.Unlock()
	k.notes[in.ID] = in.Body
	return in.Body, nil
}

func (k *kitchen) editNote(ctx context.Context, in editNote) (Note, error) {
	note, err := k.getNote(ctx, noteID{in.ID})
	if err != nil {
		return Note{}, err
	}
	note.Text = in.Body.Text.Or(note.Text)
	if in.Body.Due.Set {
		note.Due = nil
		if due, ok := in.Body.Due.Get(); ok {
			note.Due = &due
		}
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.notes[in.ID] = note
	return note, nil
}

func (k *kitchen) deleteNote(ctx context.Context, in noteID) (wend.None, error) {
	if _, err := k.getNote(ctx, in); err != nil {
		return wend.None{}, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.notes, in.ID)
	return wend.None{}, nil
}
