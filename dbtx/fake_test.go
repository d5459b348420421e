package dbtx_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

// fake is a database that notes what it is told.
type fake struct {
	mu     sync.Mutex
	told   []string
	fails  map[string]error // by the beginning of a statement
	panics string           // the statement at which the driver panics
}

var names = regexp.MustCompile(`sp_[A-Z2-7]{26}`)

// do notes a statement; the names of savepoints are numbered as they come.
func (f *fake) do(statement string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.told = append(f.told, statement)
	if f.panics == statement {
		panic("the driver is broken")
	}
	for prefix, err := range f.fails {
		if strings.HasPrefix(statement, prefix) {
			return err
		}
	}
	return nil
}

// log is all that the database was told, with the names of savepoints as a, b and so on.
func (f *fake) log() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	var known []string
	all := slices.Clone(f.told)
	for i, statement := range all {
		all[i] = names.ReplaceAllStringFunc(statement, func(name string) string {
			if !slices.Contains(known, name) {
				known = append(known, name)
			}
			return string(rune('a' + slices.Index(known, name)))
		})
	}
	return all
}

// open returns a database that the test closes; at its end no connection may be in use.
func open(t *testing.T, f *fake) *sql.DB {
	t.Helper()
	db := sql.OpenDB(f)
	t.Cleanup(func() {
		if n := db.Stats().InUse; n != 0 && f.panics == "" { // database/sql gives up the connection of a driver that panics
			t.Errorf("%d connections are still in use", n)
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

func (f *fake) Connect(context.Context) (driver.Conn, error) { return conn{f}, nil }
func (f *fake) Driver() driver.Driver                        { return nil }

type conn struct{ f *fake }

func (c conn) Prepare(string) (driver.Stmt, error) { return nil, errors.New("not needed") }
func (c conn) Close() error                        { return nil }
func (c conn) Begin() (driver.Tx, error)           { return nil, errors.New("not used") }

func (c conn) BeginTx(_ context.Context, opts driver.TxOptions) (driver.Tx, error) {
	statement := "begin"
	if opts.Isolation != 0 {
		statement += " " + strings.ToLower(sql.IsolationLevel(opts.Isolation).String())
	}
	if opts.ReadOnly {
		statement += " read only"
	}
	return c, c.f.do(statement)
}

func (c conn) ExecContext(_ context.Context, query string, _ []driver.NamedValue) (driver.Result, error) {
	return driver.RowsAffected(1), c.f.do(query)
}

func (c conn) Commit() error   { return c.f.do("commit") }
func (c conn) Rollback() error { return c.f.do("rollback") }
