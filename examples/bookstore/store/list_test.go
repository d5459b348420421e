package store

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestListBooks(t *testing.T) {
	t.Parallel()
	s := open(t)
	for i, title := range []string{"100 % Wool", "100 x Wool", `a_b`, "axb", `back\slash`} {
		_, err := s.CreateBook(t.Context(), NewBook{
			ISBN: "979000000000" + string(rune('0'+i)), Title: title, Year: 1400 + i, AuthorID: 1, Language: "xx",
		})
		require.NoError(t, err)
	}

	for _, tt := range []struct {
		name   string
		filter Filter
		want   string // titles
		total  int    // 0: as many as titles
	}{
		{"title", Filter{Q: "moby"}, "Moby-Dick; or, The Whale", 0},
		{"author", Filter{Q: "melville"}, "Typee, Moby-Dick; or, The Whale", 0},
		{"case of other scripts", Filter{Q: "ВОЙНА"}, "Война и мир", 0},
		{"no case at all", Filter{Q: "こころ"}, "こころ", 0},
		{"nothing", Filter{Q: "no such book"}, "", 0},
		{"percent sign", Filter{Q: "0 % w"}, "100 % Wool", 0},
		{"underscore", Filter{Q: "a_b"}, "a_b", 0},
		{"backslash", Filter{Q: `\`}, `back\slash`, 0},
		{"quote", Filter{Q: `' OR 1=1 --`}, "", 0},
		{"language", Filter{Language: "hu"}, "Az arany ember, A Pál utcai fiúk", 0},
		{"years", Filter{YearMin: 1543, YearMax: 1572}, "Os Lusíadas, De revolutionibus orbium coelestium", 0},
		{"author and language", Filter{AuthorID: 1, Language: "xx", YearMin: 1403}, `axb, back\slash`, 0},
		{"sorted", Filter{Language: "hu", Sort: []SortKey{"title"}}, "A Pál utcai fiúk, Az arany ember", 0},
		{"backwards", Filter{Language: "hu", Sort: []SortKey{"-title"}}, "Az arany ember, A Pál utcai fiúk", 0},
		{
			"by two keys",
			Filter{Q: "wells", YearMin: 1896, Sort: []SortKey{"author", "-year"}},
			"The War of the Worlds, The Invisible Man, The Island of Doctor Moreau", 0,
		},
		{"page", Filter{Q: "austen", Language: "en", Limit: 2, Offset: 1}, "Pride and Prejudice, Mansfield Park", 6},
		{"past the end", Filter{Q: "moby", Limit: 2, Offset: 5}, "", 1},
		{"offset only", Filter{Language: "hu", Offset: 1}, "A Pál utcai fiúk", 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			books, total, err := s.ListBooks(t.Context(), tt.filter)
			require.NoError(t, err)
			require.NotNil(t, books)
			titles := []string{}
			for _, b := range books {
				titles = append(titles, b.Title)
			}
			if got := strings.Join(titles, ", "); got != tt.want {
				t.Errorf("%+v: got %q, want %q", tt.filter, got, tt.want)
			}
			if want := max(tt.total, len(titles)); total != want {
				t.Errorf("%+v: total %d, want %d", tt.filter, total, want)
			}
		})
	}
}

func TestListBooks_everySortKey(t *testing.T) {
	t.Parallel()
	s := open(t)
	for _, key := range SortKey("").Enum() {
		forward, _, err := s.ListBooks(t.Context(), Filter{Sort: []SortKey{key}})
		require.NoError(t, err, "%s", key)
		if !strings.HasPrefix(string(key), "-") {
			continue
		}
		other, _, err := s.ListBooks(t.Context(), Filter{Sort: []SortKey{key[1:]}})
		require.NoError(t, err)
		if key != "-created_at" && key != "-updated_at" && slices.Equal(forward, other) {
			t.Errorf("%s sorts as %s does", key, key[1:])
		}
	}
}

func TestListBooks_sortKeyIsNoSQL(t *testing.T) {
	t.Parallel()
	s := open(t)
	for _, key := range []SortKey{"", "-", "Title", "isbn", "title; DROP TABLE books", "b.id", "--title"} {
		_, _, err := s.ListBooks(t.Context(), Filter{Sort: []SortKey{key}})
		require.ErrorIs(t, err, ErrSortKey, "%s", key)
	}
}
