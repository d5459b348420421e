package main

import (
	"context"
	"database/sql"
	"database/sql/driver"
	_ "embed"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"time"

	_ "modernc.org/sqlite"
)

//go:embed schema.sql
var schema string

// store is what the service keeps: a database, and a directory of photos.
type store struct {
	db     *sql.DB
	photos *os.Root

	sweeps sync.WaitGroup
	cancel context.CancelFunc
}

// openStore opens what is kept in a directory, and makes what is missing.
func openStore(ctx context.Context, dir string) (_ *store, err error) {
	if err := os.MkdirAll(filepath.Join(dir, "photos"), 0o700); err != nil {
		return nil, err
	}
	photos, err := os.OpenRoot(filepath.Join(dir, "photos"))
	if err != nil {
		return nil, err
	}
	file, err := filepath.Abs(filepath.Join(dir, "tour.db"))
	if err != nil {
		return nil, errors.Join(err, photos.Close())
	}
	pragmas := []string{"journal_mode(WAL)", "busy_timeout(5000)", "foreign_keys(1)"}
	set := url.Values{"_pragma": pragmas, "_txlock": {"immediate"}}
	name := url.URL{Scheme: "file", Path: filepath.ToSlash(file), RawQuery: set.Encode()}
	db, err := sql.Open("sqlite", name.String())
	if err != nil {
		return nil, errors.Join(err, photos.Close())
	}
	s := &store{db: db, photos: photos}
	if _, err := db.ExecContext(ctx, schema); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *store) Close() error { return errors.Join(s.db.Close(), s.photos.Close()) }

// startSweep begins to forget sessions that are over. The context it is given ends when
// the stop begins, and knows nothing of the end of the work, so that has one of its own.
func (s *store) startSweep(context.Context) error {
	ctx, cancel := context.WithCancel(context.Background())
	s.cancel = cancel
	s.sweeps.Go(func() {
		every := time.NewTicker(time.Hour)
		defer every.Stop()
		for {
			select {
			case now := <-every.C:
				if _, err := s.db.ExecContext(ctx, `DELETE FROM sessions WHERE expires <= ?`, now.Unix()); err != nil {
					slog.ErrorContext(ctx, "sweep sessions", "err", err)
				}
			case <-ctx.Done():
				return
			}
		}
	})
	return nil
}

func (s *store) stopSweep(context.Context) error {
	s.cancel()
	s.sweeps.Wait()
	return nil
}

// reader is what a query needs: a transaction, or the database for what outlives one.
type reader interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

type readInput struct{ Tx *sql.Tx }

// readTx lets what only reads see what its own request has written.
func readTx(_ context.Context, in readInput) (reader, error) { return in.Tx, nil }

// selectAll runs a query and scans each of its rows by fields.
func selectAll[T any](ctx context.Context, db reader, fields func(*T) []any, query string, args ...any) (all []T, err error) {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var v T
		if err := rows.Scan(fields(&v)...); err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, rows.Err()
}

// column lets a table keep *V as JSON, in the form that clients have it in.
type column[T any] struct{ V *T }

// Value writes it for a statement. V is a pointer to the interface where T is a union:
// that of the value in it would not have the member kind.
func (c column[T]) Value() (driver.Value, error) {
	text, err := types.AppendJSON(nil, c.V)
	return string(text), err
}

// Scan reads it from a row. NULL leaves it as it is.
func (c column[T]) Scan(src any) error {
	if src == nil {
		return nil
	}
	text, _ := src.(string)
	if err := types.Decode([]byte(text), c.V); err != nil {
		return fmt.Errorf("scan %q: %v", text, err) // not %w: it would be the client's mistake, a 422
	}
	return nil
}
