package main

import (
	"context"
	"database/sql"
	"fmt"
)

// seed fills an empty database with two users and a few notes.
func seed(ctx context.Context, db *sql.DB) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // does nothing after Commit
	var users int
	if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM users`).Scan(&users); err != nil || users > 0 {
		return err
	}
	for _, u := range []struct {
		name  string
		notes []Content
	}{
		{"demo", []Content{
			{Title: "Groceries", Text: "Milk, bread, a lemon.", Pinned: true},
			{Title: "Reading list", Text: "Middlemarch; The Waves.", Public: true},
			{Title: "Old plans", Text: "Learn to juggle.", Archived: true},
		}},
		{"ada", []Content{
			{Title: "On engines", Text: "It can do whatever we know how to order it to perform.", Public: true},
			{Title: "Private", Text: "Nobody else reads this."},
		}},
	} {
		var id int64
		if err := tx.QueryRowContext(ctx, `INSERT INTO users (name) VALUES (?) RETURNING id`, u.name).Scan(&id); err != nil {
			return fmt.Errorf("seed %s: %w", u.name, err)
		}
		for _, c := range u.notes {
			if _, err := insertNote(ctx, tx, id, c); err != nil {
				return fmt.Errorf("seed %s: %w", c.Title, err)
			}
		}
	}
	return tx.Commit()
}
