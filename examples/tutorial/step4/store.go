package main

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"path/filepath"

	_ "modernc.org/sqlite"
)

const schema = `CREATE TABLE IF NOT EXISTS walks (
	id      INTEGER PRIMARY KEY,
	title   TEXT NOT NULL UNIQUE,
	country TEXT NOT NULL,
	km      REAL NOT NULL
)`

// open opens the database file, and makes it when it is missing.
func open(ctx context.Context, file string) (*sql.DB, error) {
	abs, err := filepath.Abs(file)
	if err != nil {
		return nil, err
	}
	settings := url.Values{"_pragma": {"journal_mode(WAL)", "busy_timeout(5000)"}, "_txlock": {"immediate"}}
	name := url.URL{Scheme: "file", Path: filepath.ToSlash(abs), RawQuery: settings.Encode()}
	db, err := sql.Open("sqlite", name.String())
	if err != nil {
		return nil, err
	}
	if _, err := db.ExecContext(ctx, schema); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

func selectWalk(ctx context.Context, tx *sql.Tx, id int64) (w Walk, err error) {
	err = tx.QueryRowContext(ctx, `SELECT id, title, country, km FROM walks WHERE id = ?`, id).
		Scan(&w.ID, &w.Title, &w.Country, &w.Km)
	return w, err
}

func selectWalks(ctx context.Context, tx *sql.Tx, after int64, limit int) (all []Walk, err error) {
	rows, err := tx.QueryContext(ctx, `SELECT id, title, country, km FROM walks WHERE id > ? ORDER BY id LIMIT ?`, after, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var w Walk
		if err := rows.Scan(&w.ID, &w.Title, &w.Country, &w.Km); err != nil {
			return nil, err
		}
		all = append(all, w)
	}
	return all, rows.Err()
}

// insertWalk returns errTaken when there is a walk of that title.
func insertWalk(ctx context.Context, tx *sql.Tx, c Content) (w Walk, err error) {
	w.Content = c
	err = tx.QueryRowContext(ctx, `INSERT INTO walks (title, country, km) VALUES (?, ?, ?)
		ON CONFLICT (title) DO NOTHING RETURNING id`, c.Title, c.Country, c.Km).Scan(&w.ID)
	if errors.Is(err, sql.ErrNoRows) {
		return w, errTaken
	}
	return w, err
}

func updateWalk(ctx context.Context, tx *sql.Tx, w Walk) error {
	done, err := tx.ExecContext(ctx, `UPDATE OR IGNORE walks SET title = ?, country = ?, km = ? WHERE id = ?`,
		w.Title, w.Country, w.Km, w.ID)
	if err != nil {
		return err
	}
	if n, err := done.RowsAffected(); n == 0 {
		return errors.Join(errTaken, err)
	}
	return nil
}
