package store

import (
	"context"
	"database/sql"
	"time"

	sqlite3 "modernc.org/sqlite/lib"
)

// Book is a book of the catalogue. The store sets ID, Author, CreatedAt and UpdatedAt.
type Book struct {
	ID        int       `json:"id"`
	ISBN      string    `json:"isbn"` // 13 digits, unique
	Title     string    `json:"title"`
	Year      int       `json:"year"` // of the first edition
	AuthorID  int       `json:"author_id"`
	Author    string    `json:"author"` // the name
	Pages     *int      `json:"pages,omitempty"`
	Language  string    `json:"language"` // ISO 639-1, of the original
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
}

// NewBook is what a caller says about a book.
type NewBook struct {
	ISBN     string `json:"isbn" validate:"required" pattern:"^97[89][0-9]{10}$" doc:"13 digits" example:"9780000000019"`
	Title    string `json:"title" validate:"required,max=200" example:"Emma"`
	Year     int    `json:"year" validate:"required,min=1,max=2100" doc:"of the first edition" example:"1815"`
	AuthorID int    `json:"author_id" validate:"required,min=1" example:"1"`
	Pages    *int   `json:"pages,omitempty" validate:"min=1,max=20000"`
	Language string `json:"language" validate:"required,len=2,alpha,lowercase" doc:"ISO 639-1 code of the original" example:"en"`
}

// bookColumns are read by scanBook.
const bookColumns = `b.id, b.isbn, b.title, b.year, b.author_id, a.name, b.pages, b.language, b.created_at, b.updated_at`

// Book returns one book, or ErrNotFound.
func (s *Store) Book(ctx context.Context, id int) (Book, error) {
	return selectBook(ctx, s.q(), id)
}

// CreateBook adds a book. It returns ErrDuplicateISBN or ErrUnknownAuthor.
func (s *Store) CreateBook(ctx context.Context, in NewBook) (book Book, err error) {
	err = s.write(ctx, func(tx *sql.Tx) error {
		id, err := insertBook(ctx, tx, in)
		if err != nil {
			return err
		}
		book, err = selectBook(ctx, tx, id)
		return err
	})
	return book, err
}

// ReplaceBook sets all that a caller says about a book; CreatedAt stays. It returns ErrNotFound, and errors as
// CreateBook does.
func (s *Store) ReplaceBook(ctx context.Context, id int, in NewBook) (book Book, err error) {
	err = s.write(ctx, func(tx *sql.Tx) error {
		book, err = replaceBook(ctx, tx, id, in)
		return err
	})
	return book, err
}

// UpdateBook lets f change a book, and nothing else changes it meanwhile. What f does to the fields that the store
// sets is ignored. If f fails, the book stays as it was and UpdateBook returns that error. f must not call the store,
// which waits for it. UpdateBook returns ErrNotFound, and errors as CreateBook does.
func (s *Store) UpdateBook(ctx context.Context, id int, f func(*Book) error) (book Book, err error) {
	err = s.write(ctx, func(tx *sql.Tx) error {
		b, err := selectBook(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := f(&b); err != nil {
			return err
		}
		book, err = replaceBook(ctx, tx, id, NewBook{b.ISBN, b.Title, b.Year, b.AuthorID, b.Pages, b.Language})
		return err
	})
	return book, err
}

// DeleteBook removes a book, or returns ErrNotFound. Its ID is not given out again.
func (s *Store) DeleteBook(ctx context.Context, id int) error {
	return affected(s.q().ExecContext(ctx, `DELETE FROM books WHERE id = ?`, id))
}

func selectBook(ctx context.Context, q querier, id int) (Book, error) {
	return scanBook(q.QueryRowContext(ctx,
		`SELECT `+bookColumns+` FROM books b JOIN authors a ON a.id = b.author_id WHERE b.id = ?`, id))
}

func insertBook(ctx context.Context, q querier, in NewBook) (id int, err error) {
	now := time.Now().UnixMilli()
	err = q.QueryRowContext(ctx,
		`INSERT INTO books (isbn, title, title_folded, year, author_id, pages, language, created_at, updated_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
		in.ISBN, in.Title, fold(in.Title), in.Year, in.AuthorID, in.Pages, in.Language, now, now).Scan(&id)
	return id, bookError(err)
}

func replaceBook(ctx context.Context, tx *sql.Tx, id int, in NewBook) (Book, error) {
	err := affected(tx.ExecContext(ctx,
		`UPDATE books SET isbn = ?, title = ?, title_folded = ?, year = ?, author_id = ?, pages = ?, language = ?,
		updated_at = ? WHERE id = ?`,
		in.ISBN, in.Title, fold(in.Title), in.Year, in.AuthorID, in.Pages, in.Language, time.Now().UnixMilli(), id))
	if err != nil {
		return Book{}, bookError(err)
	}
	return selectBook(ctx, tx, id)
}

// bookError says which constraint a written book broke.
func bookError(err error) error {
	switch code(err) {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE:
		return ErrDuplicateISBN
	case sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
		return ErrUnknownAuthor
	}
	return err
}

// scanBook reads bookColumns from a *sql.Row or *sql.Rows.
func scanBook(row interface{ Scan(dest ...any) error }) (Book, error) {
	var b Book
	var created, updated int64
	err := row.Scan(&b.ID, &b.ISBN, &b.Title, &b.Year, &b.AuthorID, &b.Author, &b.Pages, &b.Language, &created, &updated)
	if err != nil {
		return Book{}, found(err)
	}
	b.CreatedAt, b.UpdatedAt = time.UnixMilli(created).UTC(), time.UnixMilli(updated).UTC()
	return b, nil
}
