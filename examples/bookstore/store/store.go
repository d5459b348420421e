// Package store keeps the bookstore's catalogue, authors and their books, in an SQLite database.
//
// A new database is filled with a shelf of books that are in the public domain, so that there is something to search.
// All methods of Store are safe to call concurrently and return the errors of this package for what a caller can do
// wrong; any other error means that the database failed or the context ended.
package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"path/filepath"

	"github.com/pressly/goose/v3"
	"modernc.org/sqlite"
)

//go:generate go run github.com/wend-go/wend/openapi/comments

// DocComments are the doc comments of this package, for a document that shows its types.
func DocComments() map[string]string { return docComments() }

//go:embed migrations/*.sql
var migrations embed.FS

// Error is an error that a caller may compare with ==, and wrapped with errors.Is.
type Error string

// Error returns the message.
func (e Error) Error() string { return "store: " + string(e) }

// What a caller can do wrong.
const (
	ErrNotFound       Error = "not found"
	ErrDuplicateISBN  Error = "another book has this ISBN"
	ErrUnknownAuthor  Error = "no such author"
	ErrAuthorHasBooks Error = "the author has books"
	ErrSortKey        Error = "unknown sort key"
)

// Store is an open catalogue. Close it.
type Store struct {
	db *sql.DB
	tx *sql.Tx // of In; nil otherwise
}

// DB is the open database, for who begins transactions on it; see In.
func (s *Store) DB() *sql.DB { return s.db }

// In is the store within a transaction: what several methods change together is there with its end, or is not there at
// all. Who began the transaction ends it.
func (s *Store) In(tx *sql.Tx) *Store { return &Store{s.db, tx} }

// q is where queries go.
func (s *Store) q() querier {
	if s.tx != nil {
		return s.tx
	}
	return s.db
}

// Open opens the database file at path, creates it if need be, and brings its tables up to date. One process at a time
// may open a file whose tables are out of date.
func Open(ctx context.Context, path string) (*Store, error) {
	name, err := dsn(path)
	if err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	db, err := sql.Open("sqlite", name)
	if err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	if err := migrate(ctx, db); err != nil {
		return nil, fmt.Errorf("open store: %w", errors.Join(err, db.Close()))
	}
	return &Store{db: db}, nil
}

// Close waits for running queries and closes the database.
func (s *Store) Close() error { return s.db.Close() }

// dsn sets what SQLite forgets with each connection.
func dsn(path string) (string, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	settings := url.Values{
		"_pragma": {
			"journal_mode(WAL)",  // readers and the one writer do not wait for each other
			"busy_timeout(5000)", // milliseconds; a second writer waits instead of failing
			"foreign_keys(1)",
		},
		// A transaction that reads before it writes would fail, not wait, if another wrote in between: lock at once.
		"_txlock": {"immediate"},
	}
	file := url.URL{Scheme: "file", Path: filepath.ToSlash(abs), RawQuery: settings.Encode()}
	return file.String(), nil
}

func migrate(ctx context.Context, db *sql.DB) error {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(goose.DialectSQLite3, db, files,
		goose.WithDisableGlobalRegistry(true),
		goose.WithGoMigrations(goose.NewGoMigration(2, &goose.GoFunc{RunTx: seed}, nil)))
	if err != nil {
		return err
	}
	_, err = provider.Up(ctx)
	return err
}

// write runs f in a transaction that is committed if f returns nil. SQLite has one writer: others wait meanwhile.
func (s *Store) write(ctx context.Context, f func(*sql.Tx) error) error {
	return s.transact(ctx, nil, f)
}

// read runs f in a transaction, so that all its queries see the same state.
func (s *Store) read(ctx context.Context, f func(*sql.Tx) error) error {
	return s.transact(ctx, &sql.TxOptions{ReadOnly: true}, f)
}

func (s *Store) transact(ctx context.Context, opts *sql.TxOptions, f func(*sql.Tx) error) error {
	if s.tx != nil {
		return f(s.tx)
	}
	tx, err := s.db.BeginTx(ctx, opts)
	if err != nil {
		return err
	}
	defer tx.Rollback() // does nothing after Commit
	if err := f(tx); err != nil {
		return err
	}
	return tx.Commit()
}

// querier is a *sql.DB or a *sql.Tx.
type querier interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// found turns the absence of a row into ErrNotFound.
func found(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return ErrNotFound
	}
	return err
}

// affected returns ErrNotFound if a statement for one row changed none.
func affected(res sql.Result, err error) error {
	if err != nil {
		return err
	}
	n, err := res.RowsAffected()
	if err == nil && n == 0 {
		return ErrNotFound
	}
	return err
}

// code is SQLite's extended result code, 0 if err is none of SQLite's.
func code(err error) int {
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		return e.Code()
	}
	return 0
}
