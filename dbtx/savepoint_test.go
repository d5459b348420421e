package dbtx_test

import (
	"context"
	"database/sql"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend/dbtx"
)

var errPart = errors.New("the part failed")

// TestSavepoint runs a part in a transaction that is committed whatever becomes of it.
func TestSavepoint(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	for _, tt := range []struct {
		name string
		db   *fake
		part func(ctx context.Context, tx *sql.Tx) error
		want []error
		told []string
	}{
		{
			"nil keeps", &fake{},
			func(context.Context, *sql.Tx) error { return nil },
			nil,
			[]string{"begin", "SAVEPOINT a", "insert", "RELEASE SAVEPOINT a", "commit"},
		},
		{
			"an error undoes", &fake{},
			func(context.Context, *sql.Tx) error { return errPart },
			[]error{errPart},
			[]string{"begin", "SAVEPOINT a", "insert", "ROLLBACK TO SAVEPOINT a", "RELEASE SAVEPOINT a", "commit"},
		},
		{
			"an inner one fails", &fake{},
			func(ctx context.Context, tx *sql.Tx) error {
				_ = dbtx.Savepoint(ctx, tx, func() error { return errPart })
				return nil
			},
			nil,
			[]string{
				"begin", "SAVEPOINT a", "insert", "SAVEPOINT b", "ROLLBACK TO SAVEPOINT b", "RELEASE SAVEPOINT b",
				"RELEASE SAVEPOINT a", "commit",
			},
		},
		{
			"the database has none", &fake{fails: map[string]error{"SAVEPOINT": broken}},
			func(context.Context, *sql.Tx) error { return nil },
			[]error{broken},
			[]string{"begin", "SAVEPOINT a", "rollback"},
		},
		{
			"it cannot be released", &fake{fails: map[string]error{"RELEASE": broken}},
			func(context.Context, *sql.Tx) error { return nil },
			[]error{broken},
			[]string{"begin", "SAVEPOINT a", "insert", "RELEASE SAVEPOINT a", "rollback"},
		},
		{
			"it cannot be undone", &fake{fails: map[string]error{"ROLLBACK TO": broken}},
			func(context.Context, *sql.Tx) error { return errPart },
			[]error{errPart, broken},
			[]string{"begin", "SAVEPOINT a", "insert", "ROLLBACK TO SAVEPOINT a", "rollback"},
		},
		{
			"f has ended the transaction", &fake{},
			func(_ context.Context, tx *sql.Tx) error { return tx.Rollback() },
			[]error{sql.ErrTxDone},
			[]string{"begin", "SAVEPOINT a", "insert", "rollback"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tx, err := open(t, tt.db).BeginTx(t.Context(), nil)
			require.NoError(t, err)
			err = dbtx.Savepoint(t.Context(), tx, func() error {
				_, err := tx.ExecContext(t.Context(), "insert")
				return errors.Join(err, tt.part(t.Context(), tx))
			})
			for _, want := range tt.want {
				require.ErrorIs(t, err, want)
			}
			if len(tt.want) == 0 {
				require.NoError(t, err)
			}
			_ = tx.Commit() // of a caller who does not look at err
			require.Equal(t, tt.told, tt.db.log())
		})
	}
}

// f's error comes back as it is, so that it can be compared.
func TestSavepoint_error(t *testing.T) {
	t.Parallel()
	tx, err := open(t, &fake{}).BeginTx(t.Context(), nil)
	require.NoError(t, err)
	require.Same(t, errPart, dbtx.Savepoint(t.Context(), tx, func() error { return errPart }))
	require.NoError(t, tx.Commit())
}

func TestSavepoint_panic(t *testing.T) {
	t.Parallel()
	db := &fake{}
	tx, err := open(t, db).BeginTx(t.Context(), nil)
	require.NoError(t, err)
	require.PanicsWithValue(t, "lost", func() {
		_ = dbtx.Savepoint(t.Context(), tx, func() error { panic("lost") })
	})
	require.NoError(t, tx.Commit())
	require.Equal(t, []string{"begin", "SAVEPOINT a", "ROLLBACK TO SAVEPOINT a", "RELEASE SAVEPOINT a", "commit"}, db.log())
}

// A part that is out of time cannot be undone by itself, so nothing of the whole stays.
func TestSavepoint_deadline(t *testing.T) {
	t.Parallel()
	db := &fake{}
	tx, err := open(t, db).BeginTx(t.Context(), nil)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	err = dbtx.Savepoint(ctx, tx, func() error { cancel(); return ctx.Err() })
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorIs(t, tx.Commit(), sql.ErrTxDone)
	require.Equal(t, []string{"begin", "SAVEPOINT a", "rollback"}, db.log())
}
