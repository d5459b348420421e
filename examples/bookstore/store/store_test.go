package store

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

func open(t *testing.T) *Store {
	t.Helper()
	// A name with characters that mean something in a URL.
	return reopen(t, filepath.Join(t.TempDir(), "a book?#%20.db"))
}

func reopen(t *testing.T, path string) *Store {
	t.Helper()
	s, err := Open(t.Context(), path)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

func TestOpen_keepsWhatIsThere(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "books.db")
	s := reopen(t, path)
	author, err := s.CreateAuthor(t.Context(), NewAuthor{Name: "Ann Author"})
	require.NoError(t, err)
	_, before, err := s.ListBooks(t.Context(), Filter{})
	require.NoError(t, err)

	again := reopen(t, path)
	got, err := again.Author(t.Context(), author.ID)
	require.NoError(t, err)
	require.Equal(t, author, got)
	_, after, err := again.ListBooks(t.Context(), Filter{})
	require.NoError(t, err)
	require.Equal(t, before, after, "books after a second Open")
}

func TestOpen_settings(t *testing.T) {
	t.Parallel()
	s := open(t)
	for pragma, want := range map[string]string{"journal_mode": "wal", "busy_timeout": "5000", "foreign_keys": "1"} {
		var got string
		require.NoError(t, s.db.QueryRowContext(t.Context(), "PRAGMA "+pragma).Scan(&got))
		if got != want {
			t.Errorf("%s: got %s, want %s", pragma, got, want)
		}
	}
}

func TestOpen_fails(t *testing.T) {
	t.Parallel()
	_, err := Open(t.Context(), filepath.Join(t.TempDir(), "no", "such", "directory.db"))
	require.ErrorContains(t, err, "open store")

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = Open(ctx, filepath.Join(t.TempDir(), "books.db"))
	require.ErrorIs(t, err, context.Canceled)
}

// What several methods do in one transaction stays or goes as one.
func TestIn(t *testing.T) {
	t.Parallel()
	s := open(t)
	for _, tt := range []struct {
		name string
		end  func(*sql.Tx) error
		want error
	}{
		{"commit", (*sql.Tx).Commit, nil},
		{"rollback", (*sql.Tx).Rollback, ErrNotFound},
	} {
		tx, err := s.DB().BeginTx(t.Context(), nil)
		require.NoError(t, err)
		in := s.In(tx)
		author, err := in.CreateAuthor(t.Context(), NewAuthor{Name: tt.name})
		require.NoError(t, err)
		book := sample()
		book.AuthorID = author.ID
		created, err := in.CreateBook(t.Context(), book)
		require.NoError(t, err)
		_, err = in.UpdateBook(t.Context(), created.ID, func(b *Book) error { b.Year++; return nil })
		require.NoError(t, err)
		_, _, err = in.ListBooks(t.Context(), Filter{AuthorID: author.ID})
		require.NoError(t, err)
		require.NoError(t, tt.end(tx))
		_, err = s.Book(t.Context(), created.ID)
		require.ErrorIs(t, err, tt.want, tt.name)
		if tt.want == nil {
			require.NoError(t, s.DeleteBook(t.Context(), created.ID))
		}
	}
}

func TestSeed(t *testing.T) {
	t.Parallel()
	s := open(t)
	books, total, err := s.ListBooks(t.Context(), Filter{})
	require.NoError(t, err)
	require.GreaterOrEqual(t, total, 120)
	require.Len(t, books, total)

	titles, languages := map[string]bool{}, map[string]bool{}
	for _, b := range books {
		if b.Year < 1450 || b.Year > 1927 {
			t.Errorf("%s: published %d", b.Title, b.Year)
		}
		if len(b.ISBN) != 13 || b.ISBN[12:] != string('0'+checkDigit(b.ISBN[:12])) {
			t.Errorf("%s: ISBN %s has a wrong check digit", b.Title, b.ISBN)
		}
		if titles[b.Title] {
			t.Errorf("%s is there twice", b.Title)
		}
		titles[b.Title], languages[b.Language] = true, true

		a, err := s.Author(t.Context(), b.AuthorID)
		require.NoError(t, err)
		if a.Name != b.Author || a.Born != nil && *a.Born >= b.Year {
			t.Errorf("%s (%d) by %s, author %+v", b.Title, b.Year, b.Author, a)
		}
	}
	require.GreaterOrEqual(t, len(languages), 10)
}

// The check digits of numbers that are printed in real books.
func TestCheckDigit(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		in   string
		want rune
	}{
		{"978030640615", 7},
		{"978316148410", 0},
		{"979109063607", 1},
	} {
		if got := checkDigit(tt.in); got != tt.want {
			t.Errorf("checkDigit(%s) = %d, want %d", tt.in, got, tt.want)
		}
	}
}

// Many writers and readers at once: every change arrives, and none fails because another one has the lock.
func TestStore_concurrent(t *testing.T) {
	t.Parallel()
	s := open(t)
	const writers, changes = 8, 10
	book, err := s.CreateBook(t.Context(), NewBook{
		ISBN: "9790000000001", Title: "Counter", Year: 1900, AuthorID: 1, Pages: new(0), Language: "en",
	})
	require.NoError(t, err)

	var wg sync.WaitGroup
	errs := make(chan error, 2*writers)
	for range writers {
		wg.Go(func() {
			for range changes {
				if _, err := s.UpdateBook(t.Context(), book.ID, func(b *Book) error {
					*b.Pages++
					return nil
				}); err != nil {
					errs <- fmt.Errorf("update: %w", err)
					return
				}
			}
		})
		wg.Go(func() {
			for range changes {
				if _, _, err := s.ListBooks(t.Context(), Filter{Q: "count", Limit: 5}); err != nil {
					errs <- fmt.Errorf("list: %w", err)
					return
				}
			}
		})
	}
	wg.Wait()
	close(errs)
	for err := range errs {
		t.Error(err)
	}
	book, err = s.Book(t.Context(), book.ID)
	require.NoError(t, err)
	require.Equal(t, writers*changes, *book.Pages)
}
