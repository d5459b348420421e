package dbtx

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
)

// Savepoint runs f as a part of a transaction that can fail by itself: when f returns an
// error or panics, what it did is undone, and the transaction goes on as it was before.
// It returns f's error as it is. Savepoints nest.
//
//	err := dbtx.Savepoint(ctx, in.Tx, func() error { return importLine(ctx, in.Tx, line) })
//	if errors.Is(err, errDuplicate) {
//		skipped++ // the other lines stay
//	}
//
// When the database does not do as it is told, or ctx is done, the whole transaction is
// rolled back: half of f's work can never be committed, even when the error is ignored.
//
// The statements are those of the SQL standard, as PostgreSQL, MySQL, MariaDB and SQLite
// have them. f must not be run beside other work on tx.
func Savepoint(ctx context.Context, tx *sql.Tx, f func() error) (err error) {
	// MySQL would drop an outer savepoint of the same name.
	s := savepoint{tx, "sp_" + rand.Text()}
	if err := s.exec(ctx, "SAVEPOINT "); err != nil {
		return err
	}
	returned := false
	defer func() {
		if returned && err == nil {
			err = s.exec(ctx, "RELEASE SAVEPOINT ")
			return
		}
		if failed := s.undo(ctx); failed != nil { // a panic goes on, and whoever recovers it has a clean transaction
			err = errors.Join(err, failed)
		}
	}()
	err = f()
	returned = true
	return err
}

type savepoint struct {
	tx   *sql.Tx
	name string // of letters and digits, so it needs no quotes
}

func (s savepoint) undo(ctx context.Context) error {
	if err := s.exec(ctx, "ROLLBACK TO SAVEPOINT "); err != nil {
		return err
	}
	return s.exec(ctx, "RELEASE SAVEPOINT ")
}

// exec runs one statement about the savepoint. Nobody knows what a failed one has left
// behind, so it ends the transaction.
func (s savepoint) exec(ctx context.Context, statement string) error {
	_, err := s.tx.ExecContext(ctx, statement+s.name)
	if err == nil {
		return nil
	}
	return errors.Join(fmt.Errorf("dbtx: %s: %w", statement[:len(statement)-1], err), rollback(s.tx))
}
