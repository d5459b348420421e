package dbtx_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"math"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/dbtx"
	"github.com/wend-go/wend/wendtest"
)

type inTx struct{ Tx *sql.Tx }

func quiet(opts ...wend.Option) *wend.Router {
	return wend.New(append(opts, wend.Logger(slog.New(slog.DiscardHandler)))...)
}

// insert is a handler that writes and then ends in some way.
func insert[Out any](then func(ctx context.Context, tx *sql.Tx) (Out, error)) func(context.Context, inTx) (Out, error) {
	return func(ctx context.Context, in inTx) (Out, error) {
		if _, err := in.Tx.ExecContext(ctx, "insert"); err != nil {
			var none Out
			return none, err
		}
		return then(ctx, in.Tx)
	}
}

var (
	errConflict = errors.New("could not serialize access")
	errTeapot   = &wend.Error{Status: http.StatusTeapot}
)

// TestProvide_ends takes every way in which a request with one statement can end.
func TestProvide_ends(t *testing.T) {
	t.Parallel()
	ok := func(context.Context, *sql.Tx) (int, error) { return 1, nil }
	for _, tt := range []struct {
		name   string
		db     *fake
		then   func(context.Context, *sql.Tx) (int, error)
		status int
		told   []string
	}{
		{"nil commits", &fake{}, ok, 200, []string{"begin", "insert", "commit"}},
		{
			"an error rolls back", &fake{},
			func(context.Context, *sql.Tx) (int, error) { return 1, errTeapot },
			418,
			[]string{"begin", "insert", "rollback"},
		},
		{
			"a panic rolls back", &fake{},
			func(context.Context, *sql.Tx) (int, error) { panic("lost") },
			500,
			[]string{"begin", "insert", "rollback"},
		},
		{
			"a statement fails", &fake{fails: map[string]error{"insert": errConflict}}, ok,
			409,
			[]string{"begin", "insert", "rollback"},
		},
		{
			"the transaction cannot begin", &fake{fails: map[string]error{"begin": errors.New("no")}}, ok,
			500,
			[]string{"begin"},
		},
		{
			"the commit fails", &fake{fails: map[string]error{"commit": errors.New("disk full")}}, ok,
			500,
			[]string{"begin", "insert", "commit"},
		},
		{
			"the commit fails with an error that Errors knows", &fake{fails: map[string]error{"commit": errConflict}}, ok,
			409,
			[]string{"begin", "insert", "commit"},
		},
		{
			"the rollback fails", &fake{fails: map[string]error{"rollback": errors.New("no")}},
			func(context.Context, *sql.Tx) (int, error) { return 1, errTeapot },
			418,
			[]string{"begin", "insert", "rollback"},
		},
		{
			"the driver panics in the commit", &fake{panics: "commit"}, ok,
			500,
			[]string{"begin", "insert", "commit"},
		},
		{
			"the handler has committed", &fake{},
			func(_ context.Context, tx *sql.Tx) (int, error) { return 1, tx.Commit() },
			500,
			[]string{"begin", "insert", "commit"},
		},
		{
			"the handler has rolled back and goes on", &fake{},
			func(_ context.Context, tx *sql.Tx) (int, error) { return 1, tx.Rollback() },
			500,
			[]string{"begin", "insert", "rollback"},
		},
		{
			"the handler has rolled back and fails", &fake{},
			func(_ context.Context, tx *sql.Tx) (int, error) { return 1, errors.Join(tx.Rollback(), errTeapot) },
			418,
			[]string{"begin", "insert", "rollback"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := quiet(wend.Errors(&wend.Error{Status: http.StatusConflict, Err: errConflict}))
			dbtx.Provide(r, open(t, tt.db), nil)
			wend.Post(r, "/", insert(tt.then))
			wendtest.New(t, r).Post("/", nil).Status(tt.status)
			require.Equal(t, tt.told, tt.db.log())
		})
	}
}

// A transaction that cannot become an answer is not committed.
func TestProvide_notEncodable(t *testing.T) {
	t.Parallel()
	db := &fake{}
	r := quiet()
	dbtx.Provide(r, open(t, db), nil)
	wend.Post(r, "/", insert(func(context.Context, *sql.Tx) (float64, error) { return math.NaN(), nil }))
	wendtest.New(t, r).Post("/", nil).Problem(500)
	require.Equal(t, []string{"begin", "insert", "rollback"}, db.log())
}

func TestProvide_clientGone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		db := &fake{}
		r := quiet()
		dbtx.Provide(r, open(t, db), nil)
		ctx, leave := context.WithCancel(t.Context())
		wend.Post(r, "/", insert(func(context.Context, *sql.Tx) (int, error) {
			leave()
			return 1, nil // the handler has not noticed
		}))
		wendtest.New(t, r, wendtest.Context(ctx)).Post("/", nil)
		synctest.Wait() // database/sql rolls back in a goroutine of its own
		require.Equal(t, []string{"begin", "insert", "rollback"}, db.log())
	})
}

func TestProvide_deadline(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		db := &fake{}
		r := quiet()
		dbtx.Provide(r, open(t, db), nil)
		wend.Post(r, "/", insert(func(context.Context, *sql.Tx) (int, error) {
			time.Sleep(2 * time.Second) // in the bubble
			return 1, nil
		}), wend.Timeout(time.Second))
		wendtest.New(t, r).Post("/", nil).Problem(503)
		synctest.Wait() // database/sql rolls back in a goroutine of its own
		require.Equal(t, []string{"begin", "insert", "rollback"}, db.log())
	})
}

// The client leaves when wend has looked for the last time: database/sql refuses the
// commit, and nobody is told of a failure that is none.
func TestProvide_goneBeforeCommit(t *testing.T) {
	t.Parallel()
	type late struct{}
	type input struct {
		Tx   *sql.Tx
		Late late
	}
	synctest.Test(t, func(t *testing.T) {
		db := &fake{}
		var logged bytes.Buffer
		r := wend.New(wend.Logger(slog.New(slog.NewTextHandler(&logged, nil))))
		ctx, leave := context.WithCancel(t.Context())
		dbtx.Provide(r, open(t, db), nil)
		wend.ProvideScoped(r, func(context.Context, inTx) (late, func(error) error, error) {
			return late{}, func(error) error { leave(); return nil }, nil // runs before the transaction's
		})
		wend.Post(r, "/", func(context.Context, input) (int, error) { return 1, nil })
		wendtest.New(t, r, wendtest.Context(ctx)).Post("/", nil)
		synctest.Wait()
		require.Equal(t, []string{"begin", "rollback"}, db.log())
		require.NotContains(t, logged.String(), "level=ERROR")
	})
}

func TestProvide_options(t *testing.T) {
	t.Parallel()
	db := &fake{}
	opened := open(t, db)
	r := quiet()
	dbtx.Provide(r, opened, nil)
	opts := &sql.TxOptions{ReadOnly: true, Isolation: sql.LevelSerializable}
	reports := r.Group("/reports")
	dbtx.Provide(reports, opened, opts)
	*opts = sql.TxOptions{} // is not the package's any more
	handler := func(context.Context, inTx) (int, error) { return 1, nil }
	wend.Get(r, "/", handler)
	wend.Get(reports, "", handler)
	wend.Get(r, "/without", func(context.Context, wend.None) (int, error) { return 1, nil })

	c := wendtest.New(t, r)
	c.Get("/").Status(200)
	c.Get("/reports").Status(200)
	c.Get("/without").Status(200)
	require.Equal(t, []string{"begin", "commit", "begin serializable read only", "commit"}, db.log())
}

// All of one request have one transaction, and none begins for a request that is refused.
func TestProvide_oncePerRequest(t *testing.T) {
	t.Parallel()
	type user struct{ name string }
	type newNote struct {
		Tx   *sql.Tx
		User user
		Body struct {
			Text string `json:"text" validate:"required"`
		}
	}
	db := &fake{}
	r := quiet()
	dbtx.Provide(r, open(t, db), nil)
	wend.Provide(r, func(ctx context.Context, in inTx) (user, error) {
		_, err := in.Tx.ExecContext(ctx, "select user")
		return user{"a"}, err
	})
	wend.Post(r, "/", func(ctx context.Context, in newNote) (wend.None, error) {
		_, err := in.Tx.ExecContext(ctx, "insert")
		return wend.None{}, err
	})
	c := wendtest.New(t, r)
	c.Post("/", map[string]any{"text": ""}).Problem(422, "body /text required")
	require.Empty(t, db.log())
	c.Post("/", map[string]any{"text": "milk"}).Status(204)
	require.Equal(t, []string{"begin", "select user", "insert", "commit"}, db.log())
}

// A failed commit sends nothing of the answer that was prepared.
func TestProvide_commitBeforeWrite(t *testing.T) {
	t.Parallel()
	type created struct {
		Location string `header:"Location"`
		Status   int    `status:"201"`
	}
	r := quiet()
	dbtx.Provide(r, open(t, &fake{fails: map[string]error{"commit": errors.New("disk full")}}), nil)
	wend.Post(r, "/", insert(func(context.Context, *sql.Tx) (created, error) { return created{Location: "/1"}, nil }))
	wendtest.New(t, r).Post("/", nil).NoHeader("Location").Problem(500)
}

func TestProvide_refused(t *testing.T) {
	t.Parallel()
	message := func(register func()) string {
		var message string
		require.Panics(t, func() {
			defer func() {
				refused := recover()
				message = refused.(*wend.RegistrationError).Error()
				panic(refused)
			}()
			register()
		})
		return message
	}
	require.Regexp(t, `^wend: dbtx\.Provide at dbtx/dbtx_test\.go:\d+ is given a nil \*sql\.DB; write sql\.Open`, message(func() {
		dbtx.Provide(quiet(), nil, nil)
	}))
	twice := message(func() {
		r, db := quiet(), open(t, &fake{})
		dbtx.Provide(r, db, nil)
		dbtx.Provide(r, db, nil)
	})
	require.NotContains(t, twice, "dbtx.go", "the place is the caller's")
	require.Contains(t, twice, "is the second of its scope")
}
