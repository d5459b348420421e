package main

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/dbtx"
	"github.com/wend-go/wend/wendtest"
)

// What package dbtx promises, with a real database: whatever goes wrong, nothing of the
// request's work is there afterwards.
func TestTransaction(t *testing.T) {
	t.Parallel()
	type inTx struct{ Tx *sql.Tx }
	insert := func(ctx context.Context, q querier, name string) error {
		_, err := q.ExecContext(ctx, `INSERT INTO users (name) VALUES (?)`, name)
		return err
	}
	for _, tt := range []struct {
		name   string
		then   func(ctx context.Context, leave func(), tx *sql.Tx) error // behind an insert of "one"
		status int                                                       // 0 is not looked at
		left   []string
	}{
		{"nothing", func(context.Context, func(), *sql.Tx) error { return nil }, 204, []string{"one"}},
		{"an error", func(context.Context, func(), *sql.Tx) error { return errNoNote }, 404, nil},
		{"a panic", func(context.Context, func(), *sql.Tx) error { panic("lost") }, 500, nil},
		{"the client goes", func(_ context.Context, leave func(), _ *sql.Tx) error { leave(); return nil }, 0, nil},
		{"a statement fails", func(ctx context.Context, _ func(), tx *sql.Tx) error { return insert(ctx, tx, "one") }, 409, nil},
		{
			"the commit fails", func(ctx context.Context, _ func(), tx *sql.Tx) error {
				_, err := tx.ExecContext(ctx, `INSERT INTO deferred (user_id) VALUES (99)`)
				return err
			}, 409, nil,
		},
		{
			"a part fails", func(ctx context.Context, _ func(), tx *sql.Tx) error {
				err := dbtx.Savepoint(ctx, tx, func() error {
					return errors.Join(insert(ctx, tx, "two"), insert(ctx, tx, "one"))
				})
				if !isConstraint(err) {
					return errors.New("the name was taken twice")
				}
				return dbtx.Savepoint(ctx, tx, func() error { return insert(ctx, tx, "three") })
			}, 204, []string{"one", "three"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			db := database(t)
			_, err := db.Exec(`CREATE TABLE deferred (user_id INTEGER REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED)`)
			require.NoError(t, err)
			ctx, leave := context.WithCancel(t.Context())
			r := wend.New(wend.Logger(slog.New(slog.DiscardHandler)), wend.MapError(conflict))
			dbtx.Provide(r, db, nil)
			wend.Post(r, "/", func(ctx context.Context, in inTx) (wend.None, error) {
				return wend.None{}, errors.Join(insert(ctx, in.Tx, "one"), tt.then(ctx, leave, in.Tx))
			})
			got := wendtest.New(t, r, wendtest.Context(ctx)).Post("/", nil)
			if tt.status != 0 {
				got.Status(tt.status)
			}
			require.Equal(t, tt.left, users(t, db))
		})
	}
}

// A test can put a transaction of its own in the place of the requests': what they do is
// seen by all of them, and none of it is there afterwards. Nothing has to be cleaned up.
func TestTransactionOfTheTest(t *testing.T) {
	t.Parallel()
	db := database(t)
	require.NoError(t, seed(t.Context(), db))
	token, err := tokenOf(t.Context(), db, "demo")
	require.NoError(t, err)
	tx, err := db.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	count := func(q querier) (n int) {
		require.NoError(t, q.QueryRowContext(t.Context(), `SELECT count(*) FROM tokens`).Scan(&n))
		return n
	}
	c := wendtest.New(t, newRouter(db, slog.New(slog.DiscardHandler)), wendtest.Bearer(token), wendtest.Supply(tx))
	for range 3 {
		c.Post("/tokens", map[string]any{"scopes": []string{"notes:read"}}).Status(201)
	}
	require.Equal(t, 4, count(tx))
	require.NoError(t, tx.Rollback())
	require.Equal(t, 1, count(db))
}

func users(t *testing.T, db *sql.DB) (names []string) {
	t.Helper()
	rows, err := db.Query(`SELECT name FROM users ORDER BY id`)
	require.NoError(t, err)
	defer rows.Close()
	for rows.Next() {
		var name string
		require.NoError(t, rows.Scan(&name))
		names = append(names, name)
	}
	require.NoError(t, rows.Err())
	return names
}

func isConstraint(err error) bool {
	e, ok := errors.AsType[*sqlite.Error](err)
	return ok && e.Code()&0xff == sqlite3.SQLITE_CONSTRAINT
}

// conflict answers a broken constraint, by a statement or by the commit.
func conflict(err error) *wend.Error {
	if isConstraint(err) {
		return &wend.Error{Status: 409}
	}
	return nil
}
