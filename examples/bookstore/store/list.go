package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
)

// Filter says which books to list; its zero value is all of them, by ID. Several conditions must all hold.
type Filter struct {
	Q        string // is part of the title or of the author's name, in any case
	AuthorID int
	Language string
	YearMin  int // 0 is no bound
	YearMax  int
	Sort     []SortKey // the first one decides, the next ones among equals
	Limit    int       // at most so many books; 0 is no limit
	Offset   int       // leave out so many first
}

// SortKey is what to sort by: "title", or "-title" for the other direction.
type SortKey string

// orders is the allow list of sort keys: no text of a caller ever becomes part of a query.
var orders = []struct {
	key    SortKey
	column string
}{
	{"id", "b.id"},
	{"-id", "b.id DESC"},
	{"title", "b.title_folded"},
	{"-title", "b.title_folded DESC"},
	{"author", "a.name_folded"},
	{"-author", "a.name_folded DESC"},
	{"year", "b.year"},
	{"-year", "b.year DESC"},
	{"created_at", "b.created_at"},
	{"-created_at", "b.created_at DESC"},
	{"updated_at", "b.updated_at"},
	{"-updated_at", "b.updated_at DESC"},
}

// Enum lists the sort keys that there are.
func (SortKey) Enum() []SortKey {
	keys := make([]SortKey, len(orders))
	for i, o := range orders {
		keys[i] = o.key
	}
	return keys
}

// matching is the same text for every filter: a condition that is not asked for is true.
const matching = ` FROM books b JOIN authors a ON a.id = b.author_id
	WHERE (:q = '' OR b.title_folded LIKE :q ESCAPE '\' OR a.name_folded LIKE :q ESCAPE '\')
	AND (:author = 0 OR b.author_id = :author)
	AND (:language = '' OR b.language = :language)
	AND (:year_min = 0 OR b.year >= :year_min)
	AND (:year_max = 0 OR b.year <= :year_max)`

// ListBooks returns the books that f asks for, and how many there are without its Limit and Offset. It returns
// ErrSortKey for a key that is not in SortKey's Enum.
func (s *Store) ListBooks(ctx context.Context, f Filter) (books []Book, total int, err error) {
	order, err := orderBy(f.Sort)
	if err != nil {
		return nil, 0, err
	}
	args := []any{
		sql.Named("q", contains(f.Q)),
		sql.Named("author", f.AuthorID),
		sql.Named("language", f.Language),
		sql.Named("year_min", f.YearMin),
		sql.Named("year_max", f.YearMax),
	}
	limit := f.Limit
	if limit <= 0 {
		limit = -1 // SQLite's word for none
	}
	page := append(slices.Clip(args), sql.Named("limit", limit), sql.Named("offset", f.Offset))

	err = s.read(ctx, func(tx *sql.Tx) error {
		if err := tx.QueryRowContext(ctx, `SELECT count(*)`+matching, args...).Scan(&total); err != nil {
			return err
		}
		books, err = selectBooks(ctx, tx,
			`SELECT `+bookColumns+matching+` ORDER BY `+order+` LIMIT :limit OFFSET :offset`, page...)
		return err
	})
	if err != nil {
		return nil, 0, err
	}
	return books, total, nil
}

func selectBooks(ctx context.Context, q querier, query string, args ...any) ([]Book, error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	books := []Book{}
	for rows.Next() {
		b, err := scanBook(rows)
		if err != nil {
			return nil, err
		}
		books = append(books, b)
	}
	return books, rows.Err()
}

// orderBy ends with the ID, so that equals have one order and no page repeats a book of another.
func orderBy(keys []SortKey) (string, error) {
	var columns []string
	for _, key := range keys {
		i := slices.Index(key.Enum(), key)
		if i < 0 {
			return "", fmt.Errorf("%w: %q", ErrSortKey, key)
		}
		columns = append(columns, orders[i].column)
	}
	return strings.Join(append(columns, "b.id"), ", "), nil
}

// contains is a LIKE pattern for texts that contain q itself, whatever q means in a pattern.
func contains(q string) string {
	if q == "" {
		return ""
	}
	return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(fold(q)) + "%"
}
