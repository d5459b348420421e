package store

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
)

// sample is a book that can be created as it is; author 1 is on the shelf.
func sample() NewBook {
	return NewBook{
		ISBN: "9790000000001", Title: "A Sample", Year: 1901, AuthorID: 1, Pages: new(12), Language: "en",
	}
}

func TestBook_createReadDelete(t *testing.T) {
	t.Parallel()
	s := open(t)
	created, err := s.CreateBook(t.Context(), sample())
	require.NoError(t, err)
	require.False(t, created.CreatedAt.IsZero())
	require.Equal(t, Book{
		ID: created.ID, ISBN: "9790000000001", Title: "A Sample", Year: 1901, AuthorID: 1, Author: "Jane Austen",
		Pages: new(12), Language: "en", CreatedAt: created.CreatedAt, UpdatedAt: created.CreatedAt,
	}, created)

	got, err := s.Book(t.Context(), created.ID)
	require.NoError(t, err)
	require.Equal(t, created, got)

	require.NoError(t, s.DeleteBook(t.Context(), created.ID))
	_, err = s.Book(t.Context(), created.ID)
	require.ErrorIs(t, err, ErrNotFound)
	require.ErrorIs(t, s.DeleteBook(t.Context(), created.ID), ErrNotFound)

	again, err := s.CreateBook(t.Context(), sample())
	require.NoError(t, err)
	require.NotEqual(t, created.ID, again.ID, "the ID of a deleted book must not mean another one")
}

func TestBook_errors(t *testing.T) {
	t.Parallel()
	s := open(t)
	mine, err := s.CreateBook(t.Context(), sample())
	require.NoError(t, err)
	shelf, err := s.Book(t.Context(), 1)
	require.NoError(t, err)
	failed := errors.New("failed")

	with := func(change func(*NewBook)) NewBook {
		in := sample()
		change(&in)
		return in
	}
	create := func(in NewBook) error { _, err := s.CreateBook(t.Context(), in); return err }
	replace := func(id int, in NewBook) error { _, err := s.ReplaceBook(t.Context(), id, in); return err }
	update := func(id int, f func(*Book) error) error { _, err := s.UpdateBook(t.Context(), id, f); return err }

	for _, tt := range []struct {
		name string
		got  error
		want error
	}{
		{"create, ISBN taken", create(sample()), ErrDuplicateISBN},
		{"create, no author", create(with(func(b *NewBook) { b.ISBN, b.AuthorID = "1", 9999 })), ErrUnknownAuthor},
		{"replace, no book", replace(9999, sample()), ErrNotFound},
		{"replace, ISBN taken", replace(mine.ID, with(func(b *NewBook) { b.ISBN = shelf.ISBN })), ErrDuplicateISBN},
		{"replace, no author", replace(mine.ID, with(func(b *NewBook) { b.AuthorID = 9999 })), ErrUnknownAuthor},
		{"update, no book", update(9999, func(*Book) error { return nil }), ErrNotFound},
		{"update, ISBN taken", update(mine.ID, func(b *Book) error { b.ISBN = shelf.ISBN; return nil }), ErrDuplicateISBN},
		{"update, no author", update(mine.ID, func(b *Book) error { b.AuthorID = 9999; return nil }), ErrUnknownAuthor},
		{"update, refused", update(mine.ID, func(b *Book) error { b.Title = "lost"; return failed }), failed},
	} {
		if !errors.Is(tt.got, tt.want) {
			t.Errorf("%s: got %v, want %v", tt.name, tt.got, tt.want)
		}
	}

	after, err := s.Book(t.Context(), mine.ID)
	require.NoError(t, err)
	require.Equal(t, mine, after, "nothing that failed may change the book")
}

func TestBook_replace(t *testing.T) {
	t.Parallel()
	s := open(t)
	before, err := s.CreateBook(t.Context(), sample())
	require.NoError(t, err)

	after, err := s.ReplaceBook(t.Context(), before.ID, NewBook{
		ISBN: before.ISBN, Title: "Another", Year: 1902, AuthorID: 2, Language: "fr",
	})
	require.NoError(t, err)
	require.Equal(t, Book{
		ID: before.ID, ISBN: before.ISBN, Title: "Another", Year: 1902, AuthorID: 2, Author: "Mary Shelley",
		Language: "fr", CreatedAt: before.CreatedAt, UpdatedAt: after.UpdatedAt,
	}, after)
	require.False(t, after.UpdatedAt.Before(before.UpdatedAt))
}

func TestBook_update(t *testing.T) {
	t.Parallel()
	s := open(t)
	before, err := s.CreateBook(t.Context(), sample())
	require.NoError(t, err)

	after, err := s.UpdateBook(t.Context(), before.ID, func(b *Book) error {
		b.Title, b.Pages = "Ärger", nil
		b.ID, b.Author, b.CreatedAt = 1, "nobody", b.CreatedAt.AddDate(1, 0, 0) // the store's own
		return nil
	})
	require.NoError(t, err)
	want := before
	want.Title, want.Pages, want.UpdatedAt = "Ärger", nil, after.UpdatedAt
	require.Equal(t, want, after)

	found, _, err := s.ListBooks(t.Context(), Filter{Q: "äRGER"})
	require.NoError(t, err)
	require.Equal(t, []Book{after}, found, "the search must know the new title")
}

func TestAuthor(t *testing.T) {
	t.Parallel()
	s := open(t)
	created, err := s.CreateAuthor(t.Context(), NewAuthor{Name: "Ann Author", Born: new(-43)})
	require.NoError(t, err)
	require.Equal(t, Author{ID: created.ID, Name: "Ann Author", Born: new(-43)}, created)

	got, err := s.Author(t.Context(), created.ID)
	require.NoError(t, err)
	require.Equal(t, created, got)

	all, err := s.ListAuthors(t.Context())
	require.NoError(t, err)
	require.Contains(t, all, created)
	for i := 1; i < len(all); i++ {
		if fold(all[i-1].Name) > fold(all[i].Name) {
			t.Errorf("%s before %s", all[i-1].Name, all[i].Name)
		}
	}

	in := sample()
	in.AuthorID = created.ID
	book, err := s.CreateBook(t.Context(), in)
	require.NoError(t, err)
	require.ErrorIs(t, s.DeleteAuthor(t.Context(), created.ID), ErrAuthorHasBooks)
	require.NoError(t, s.DeleteBook(t.Context(), book.ID))
	require.NoError(t, s.DeleteAuthor(t.Context(), created.ID))
	require.ErrorIs(t, s.DeleteAuthor(t.Context(), created.ID), ErrNotFound)
	_, err = s.Author(t.Context(), created.ID)
	require.ErrorIs(t, err, ErrNotFound)
}
