package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/binding"
)

// api holds what does not differ from request to request.
type api struct{ db *sql.DB }

var (
	errNoNote   = &wend.Error{Status: http.StatusNotFound, Code: "no_note", Detail: "there is no such note", Err: sql.ErrNoRows}
	errNotOwner = &wend.Error{Status: http.StatusForbidden, Code: "not_owner", Detail: "only the owner may do this"}
)

// Content is what a client says about a note.
type Content struct {
	Title    string `json:"title" validate:"required,max=100" example:"Groceries"`
	Text     string `json:"text" validate:"max=10000"`
	Pinned   bool   `json:"pinned" doc:"shown first; pinning one note unpins the others"`
	Archived bool   `json:"archived"`
	Public   bool   `json:"public" doc:"anybody may read it"`
}

// Validate is a rule about several members. wend asks for it after the rules of the tags.
func (c Content) Validate() error {
	if c.Pinned && c.Archived {
		return binding.Invalid("/pinned", "archived", "an archived note cannot be pinned")
	}
	return nil
}

// Note is what a client is told of a note.
type Note struct {
	ID      int64     `json:"id"`
	Owner   string    `json:"owner"`
	Changed time.Time `json:"changed"`
	Content
}

// etag names a state of a note. It is made of the version and not of the time: two
// changes may come within one second, which is all that an HTTP date can tell apart.
func (n row) etag() string { return fmt.Sprintf(`"%d.%d"`, n.ID, n.version) }

// saved is a note as it is now, with the tag that the next change of it needs.
type saved struct {
	ETag string `header:"ETag" doc:"names this state of the note"`
	Body Note
}

// created is a new note with the place where it is.
type created struct {
	Status   int    `status:"201"`
	Location string `header:"Location"`
	saved
}

type listInput struct {
	User  user `scopes:"notes:read"`
	Tx    *sql.Tx
	After int64 `query:"after" default:"0" validate:"min=0" doc:"only notes behind this one"`
	Limit int   `query:"limit" default:"20" validate:"min=1,max=100"`
}

// listNotes lists the user's own notes.
func (a api) listNotes(ctx context.Context, in listInput) ([]Note, error) {
	return selectNotes(ctx, in.Tx, in.User.id, in.After, in.Limit)
}

type createInput struct {
	User  user `scopes:"notes:write"`
	Tx    *sql.Tx
	Tasks *wend.Tasks
	Body  Content
}

func (a api) createNote(ctx context.Context, in createInput) (created, error) {
	id, err := insertNote(ctx, in.Tx, in.User.id, in.Body)
	if err != nil {
		return created{}, err
	}
	a.audit(in.Tasks, in.User, id, "created")
	note, err := a.finish(ctx, in.Tx, in.User, id, in.Body)
	return created{Location: fmt.Sprintf("/notes/%d", id), saved: note}, err
}

type readInput struct {
	ID   int64 `path:"id" validate:"min=1"`
	User *user `scopes:"notes:read"` // a pointer: nil for who sends no token, still 401 for a wrong one
	Tx   *sql.Tx
	wend.Conditional
}

// readNote shows a public note to anybody, and any note to its owner. Who may not read
// it is told that it is not there, so nobody learns which notes exist.
func (a api) readNote(ctx context.Context, in readInput) (saved, error) {
	note, err := selectNote(ctx, in.Tx, in.ID)
	if err != nil {
		return saved{}, err // sql.ErrNoRows is answered by errNoNote
	}
	if !note.Public && (in.User == nil || in.User.id != note.ownerID) {
		return saved{}, errNoNote
	}
	if err := in.Check(note.etag(), time.Time{}); err != nil {
		return saved{}, err // 304: the client has it already
	}
	return saved{ETag: note.etag(), Body: note.Note}, nil
}

// owned is a note that belongs to the user.
type owned struct{ row }

type ownedInput struct {
	ID   int64 `path:"id" validate:"min=1"`
	User user
	Tx   *sql.Tx
}

// ownNote finds the note of the path and lets only its owner pass. It is a dependency:
// a handler that has a field of type owned is never called for anybody else, and its
// operation documents the parameter and the errors.
func (a api) ownNote(ctx context.Context, in ownedInput) (owned, error) {
	note, err := selectNote(ctx, in.Tx, in.ID)
	switch {
	case err != nil:
		return owned{}, err
	case note.ownerID == in.User.id:
		return owned{note}, nil
	case note.Public:
		return owned{}, errNotOwner
	}
	return owned{}, errNoNote
}

// change is what every change of a note needs; inputs embed it.
type change struct {
	User  user `scopes:"notes:write"`
	Note  owned
	Tx    *sql.Tx
	Tasks *wend.Tasks
	wend.Conditional
}

// seen refuses a change by who has not seen what he changes: 428 without If-Match, 412
// when somebody else was faster.
func (in change) seen() error { return in.Require(in.Note.etag(), time.Time{}) }

type replaceInput struct {
	change
	Body Content
}

// replaceNote is PUT: the note is then what the body says, and nothing of what it was.
//
// The pitfall: a member that the body leaves out gets its zero value. A client that sends
// {"title":"New"} has just emptied the text and taken the pin off, without an error, and
// so has an old client whose body does not know a member that was added later. Who wants
// to change a part sends PATCH.
func (a api) replaceNote(ctx context.Context, in replaceInput) (saved, error) {
	return a.save(ctx, in.change, in.Body)
}

// edit has the members of Content, each of which may be absent. Its members are Opt
// because of the same pitfall on this side: with plain fields nobody could tell
// "pinned is absent" from "pinned is false", and every PATCH would be a PUT.
type edit struct {
	Title    binding.Opt[string] `json:"title" validate:"notnull,min=1,max=100"`
	Text     binding.Opt[string] `json:"text" validate:"max=10000" doc:"null empties it"`
	Pinned   binding.Opt[bool]   `json:"pinned" validate:"notnull"`
	Archived binding.Opt[bool]   `json:"archived" validate:"notnull"`
	Public   binding.Opt[bool]   `json:"public" validate:"notnull"`
}

type editInput struct {
	change
	Body edit
}

// editNote is PATCH, a JSON Merge Patch (RFC 7396): what is absent stays. The rules of
// Content hold for the result, which only the patch and the note together can break.
func (a api) editNote(ctx context.Context, in editInput) (saved, error) {
	content := in.Note.Content
	if err := binding.Merge(&content, in.Body); err != nil {
		return saved{}, err
	}
	return a.save(ctx, in.change, content)
}

func (a api) save(ctx context.Context, in change, content Content) (saved, error) {
	if err := in.seen(); err != nil {
		return saved{}, err
	}
	if err := updateNote(ctx, in.Tx, in.Note.ID, content); err != nil {
		return saved{}, err
	}
	a.audit(in.Tasks, in.User, in.Note.ID, "changed")
	return a.finish(ctx, in.Tx, in.User, in.Note.ID, content)
}

// finish keeps the promise of Content.Pinned and reads the note back. That it fails
// half-way is no concern of anybody: the transaction is rolled back.
func (a api) finish(ctx context.Context, tx *sql.Tx, u user, id int64, content Content) (saved, error) {
	if content.Pinned {
		if err := unpin(ctx, tx, u.id, id); err != nil {
			return saved{}, err
		}
	}
	note, err := selectNote(ctx, tx, id)
	return saved{ETag: note.etag(), Body: note.Note}, err
}

type deleteInput struct{ change }

func (a api) deleteNote(ctx context.Context, in deleteInput) (wend.None, error) {
	if err := in.seen(); err != nil {
		return wend.None{}, err
	}
	a.audit(in.Tasks, in.User, in.Note.ID, "deleted")
	return wend.None{}, deleteNote(ctx, in.Tx, in.Note.ID)
}

type auditLine struct {
	User   string    `json:"user"`
	Action string    `json:"action" validate:"oneof=created changed deleted"`
	At     time.Time `json:"at"`
}

type historyInput struct {
	User user `scopes:"notes:read"`
	Note owned
	Tx   *sql.Tx
}

func (a api) readHistory(ctx context.Context, in historyInput) ([]auditLine, error) {
	return selectAudit(ctx, in.Tx, in.Note.ID)
}

// audit notes who did what, in the background: nobody waits for it, and when the request
// fails, by its commit at the latest, there is no line. The transaction is over by then,
// so a task writes by the database itself. A line that must never be lost, not even when
// the machine stops, belongs into the transaction instead.
func (a api) audit(tasks *wend.Tasks, u user, note int64, action string) {
	tasks.Go(func(ctx context.Context) error {
		if err := insertAudit(ctx, a.db, note, u.id, action); err != nil {
			return errors.Join(fmt.Errorf("audit: note %d %s by user %d", note, action, u.id), err)
		}
		return nil
	})
}
