package dbtx

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/binding"
)

// Provide lets every input of the scope, and of those below it, have a field *sql.Tx
// without a tag. The transaction begins behind the body, right before the handler, and
// only for operations that have such a field, in their own input or in that of a
// provider; all of them within one request have the same. A connection of db is held
// until it ends.
//
// opts are those of [sql.DB.BeginTx], and nil is the driver's default. A group of its own
// gives some routes another isolation, or only reads:
//
//	reports := api.Group("/reports")
//	dbtx.Provide(reports, db, &sql.TxOptions{ReadOnly: true, Isolation: sql.LevelRepeatableRead})
//
// The handler neither commits nor rolls back: when it has, the request fails. A task of
// [wend.Tasks] runs after the end and begins its own. Behind a stream, and behind a
// [wend.Download], the transaction ends after the last byte, so a slow client keeps it
// open: there the handler takes the *sql.DB that [wend.Supply] gives it. A provider with
// [wend.Secure] does so, too, since it comes before the body, where no transaction may be.
//
// As [wend.Provide], it comes before the first route of its scope, and panics with a
// *[wend.RegistrationError].
func Provide(r *wend.Router, db *sql.DB, opts *sql.TxOptions) {
	if db == nil {
		_, file, line, _ := runtime.Caller(1)
		panic(&wend.RegistrationError{
			What: "dbtx.Provide", Site: fmt.Sprintf("%s/%s:%d", filepath.Base(filepath.Dir(file)), filepath.Base(file), line),
			Problems: binding.Problems{{Text: "is given a nil *sql.DB", Write: "sql.Open, which needs no running database"}},
		})
	}
	b := beginner{db: db}
	if opts != nil {
		b.opts = *opts // a later change is not ours
	}
	wend.ProvideScoped(r, b.begin)
}

// beginner begins transactions.
type beginner struct {
	db   *sql.DB
	opts sql.TxOptions
}

func (b beginner) begin(ctx context.Context, _ wend.None) (*sql.Tx, func(error) error, error) {
	opts := b.opts
	tx, err := b.db.BeginTx(ctx, &opts)
	if err != nil {
		return nil, nil, fmt.Errorf("dbtx: begin: %w", err)
	}
	return tx, func(failed error) error {
		if failed != nil {
			return rollback(tx)
		}
		return commit(ctx, tx)
	}, nil
}

// commit makes the work last. database/sql refuses it once ctx is done; then the reason
// is told, since it decides what the request is answered.
func commit(ctx context.Context, tx *sql.Tx) error {
	err := tx.Commit()
	if err == nil {
		return nil
	}
	if done := ctx.Err(); done != nil {
		err = errors.Join(done, context.Cause(ctx), err)
	}
	return fmt.Errorf("dbtx: commit: %w", err)
}

// rollback undoes the work. It is no error when database/sql was first, as it is when
// the request's context ends.
func rollback(tx *sql.Tx) error {
	if err := tx.Rollback(); err != nil && !errors.Is(err, sql.ErrTxDone) {
		return fmt.Errorf("dbtx: rollback: %w", err)
	}
	return nil
}
