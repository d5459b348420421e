package main

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"time"

	_ "modernc.org/sqlite"
)

//go:embed schema.sql
var schema string

// open opens the database file, and makes it when it is missing.
func open(ctx context.Context, file string) (*sql.DB, error) {
	abs, err := filepath.Abs(file)
	if err != nil {
		return nil, err
	}
	settings := url.Values{
		"_pragma": {"journal_mode(WAL)", "busy_timeout(5000)", "foreign_keys(1)"},
		// A transaction that reads before it writes takes the lock at once: otherwise it would fail, not wait, if another
		// one wrote in between. One that is read-only takes none.
		"_txlock": {"immediate"},
	}
	name := url.URL{Scheme: "file", Path: filepath.ToSlash(abs), RawQuery: settings.Encode()}
	db, err := sql.Open("sqlite", name.String())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(16) // a burst of requests waits here instead of opening files
	if _, err := db.ExecContext(ctx, schema); err != nil {
		return nil, fmt.Errorf("open %s: %w", file, errors.Join(err, db.Close()))
	}
	return db, nil
}

// querier is a *sql.DB or a *sql.Tx.
type querier interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// row is a note as it is stored.
type row struct {
	Note
	ownerID int64
	version int64
}

const columns = `n.id, u.name, n.title, n.text, n.pinned, n.archived, n.public, n.changed_at, n.owner_id, n.version
	FROM notes n JOIN users u ON u.id = n.owner_id `

func scan(from interface{ Scan(...any) error }) (n row, err error) {
	var changed int64
	err = from.Scan(&n.ID, &n.Owner, &n.Title, &n.Text, &n.Pinned, &n.Archived, &n.Public, &changed, &n.ownerID, &n.version)
	n.Changed = time.UnixMilli(changed).UTC()
	return n, err
}

// selectNote returns sql.ErrNoRows when there is no such note.
func selectNote(ctx context.Context, q querier, id int64) (row, error) {
	return scan(q.QueryRowContext(ctx, `SELECT `+columns+`WHERE n.id = ?`, id))
}

// selectNotes lists the notes of a user behind an id, in the order of their ids.
func selectNotes(ctx context.Context, q querier, owner, after int64, limit int) ([]Note, error) {
	rows, err := q.QueryContext(ctx, `SELECT `+columns+`WHERE n.owner_id = ? AND n.id > ? ORDER BY n.id LIMIT ?`, owner, after, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var notes []Note
	for rows.Next() {
		n, err := scan(rows)
		if err != nil {
			return nil, err
		}
		notes = append(notes, n.Note)
	}
	return notes, rows.Err()
}

func insertNote(ctx context.Context, q querier, owner int64, c Content) (id int64, err error) {
	err = q.QueryRowContext(ctx, `INSERT INTO notes (owner_id, title, text, pinned, archived, public, version, changed_at)
		VALUES (?, ?, ?, ?, ?, ?, 1, ?) RETURNING id`,
		owner, c.Title, c.Text, c.Pinned, c.Archived, c.Public, time.Now().UnixMilli()).Scan(&id)
	return id, err
}

func updateNote(ctx context.Context, q querier, id int64, c Content) error {
	_, err := q.ExecContext(ctx, `UPDATE notes SET title = ?, text = ?, pinned = ?, archived = ?, public = ?,
		version = version + 1, changed_at = ? WHERE id = ?`,
		c.Title, c.Text, c.Pinned, c.Archived, c.Public, time.Now().UnixMilli(), id)
	return err
}

func deleteNote(ctx context.Context, q querier, id int64) error {
	_, err := q.ExecContext(ctx, `DELETE FROM notes WHERE id = ?`, id)
	return err
}

// unpin takes the pin off the other notes of a user.
func unpin(ctx context.Context, q querier, owner, except int64) error {
	_, err := q.ExecContext(ctx, `UPDATE notes SET pinned = 0, version = version + 1, changed_at = ?
		WHERE owner_id = ? AND id <> ? AND pinned`, time.Now().UnixMilli(), owner, except)
	return err
}

func insertAudit(ctx context.Context, q querier, note, user int64, action string) error {
	_, err := q.ExecContext(ctx, `INSERT INTO audit (note_id, user_id, action, at) VALUES (?, ?, ?, ?)`,
		note, user, action, time.Now().UnixMilli())
	return err
}

func selectAudit(ctx context.Context, q querier, note int64) ([]auditLine, error) {
	rows, err := q.QueryContext(ctx, `SELECT u.name, a.action, a.at FROM audit a JOIN users u ON u.id = a.user_id
		WHERE a.note_id = ? ORDER BY a.id`, note)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var lines []auditLine
	for rows.Next() {
		var l auditLine
		var at int64
		if err := rows.Scan(&l.User, &l.Action, &at); err != nil {
			return nil, err
		}
		l.At = time.UnixMilli(at).UTC()
		lines = append(lines, l)
	}
	return lines, rows.Err()
}
