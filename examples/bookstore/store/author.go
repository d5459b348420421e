package store

import (
	"context"
	"strings"

	sqlite3 "modernc.org/sqlite/lib"
)

// Author wrote books. Born and Died are years, absent if unknown or not yet.
type Author struct {
	ID   int    `json:"id"`
	Name string `json:"name"`
	Born *int   `json:"born,omitempty"`
	Died *int   `json:"died,omitempty"`
}

// NewAuthor is what a caller says about an author.
type NewAuthor struct {
	Name string `json:"name" validate:"required,max=100" example:"Jane Austen"`
	Born *int   `json:"born,omitempty" validate:"min=-3000,max=2100"`
	Died *int   `json:"died,omitempty" validate:"gtefield=Born,max=2100"`
}

// ListAuthors returns all authors by name.
func (s *Store) ListAuthors(ctx context.Context) ([]Author, error) {
	rows, err := s.q().QueryContext(ctx, `SELECT id, name, born, died FROM authors ORDER BY name_folded, id`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	authors := []Author{}
	for rows.Next() {
		var a Author
		if err := rows.Scan(&a.ID, &a.Name, &a.Born, &a.Died); err != nil {
			return nil, err
		}
		authors = append(authors, a)
	}
	return authors, rows.Err()
}

// Author returns one author, or ErrNotFound.
func (s *Store) Author(ctx context.Context, id int) (Author, error) {
	a := Author{ID: id}
	err := s.q().QueryRowContext(ctx, `SELECT name, born, died FROM authors WHERE id = ?`, id).
		Scan(&a.Name, &a.Born, &a.Died)
	if err != nil {
		return Author{}, found(err)
	}
	return a, nil
}

// CreateAuthor adds an author. Names need not differ: people's do not.
func (s *Store) CreateAuthor(ctx context.Context, in NewAuthor) (Author, error) {
	id, err := insertAuthor(ctx, s.q(), in)
	if err != nil {
		return Author{}, err
	}
	return Author{ID: id, Name: in.Name, Born: in.Born, Died: in.Died}, nil
}

// DeleteAuthor removes an author without books. It returns ErrAuthorHasBooks or ErrNotFound.
func (s *Store) DeleteAuthor(ctx context.Context, id int) error {
	err := affected(s.q().ExecContext(ctx, `DELETE FROM authors WHERE id = ?`, id))
	if code(err) == sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY {
		return ErrAuthorHasBooks
	}
	return err
}

func insertAuthor(ctx context.Context, q querier, in NewAuthor) (id int, err error) {
	err = q.QueryRowContext(ctx,
		`INSERT INTO authors (name, name_folded, born, died) VALUES (?, ?, ?, ?) RETURNING id`,
		in.Name, fold(in.Name), in.Born, in.Died).Scan(&id)
	return id, err
}

// fold makes a text comparable for the search, where case does not count.
func fold(s string) string { return strings.ToLower(s) }
