package radix

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// api is one of testdata's public APIs, one "METHOD /path" a line.
type api struct {
	patterns []*Pattern
	tree     Tree[Pattern]
	paths    []string   // one for each pattern, with a value of its own in each wildcard
	values   [][]string // those values
}

func readAPI(t testing.TB, name string) *api {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name+".txt"))
	require.NoError(t, err)
	a := new(api)
	for line := range strings.Lines(string(text)) {
		p := parse(t, strings.TrimSpace(line))
		require.Nil(t, a.tree.Insert(p, p), "%s", p)
		var values []string
		for i, name := range p.Names() {
			values = append(values, fmt.Sprintf("%s-%d", name, i))
		}
		path, err := p.Build(values)
		require.NoError(t, err)
		a.patterns = append(a.patterns, p)
		a.paths = append(a.paths, path)
		a.values = append(a.values, values)
	}
	return a
}

func TestTree_publicAPIs(t *testing.T) {
	t.Parallel()
	for name, routes := range map[string]int{"github": 203, "gplus": 13, "parse": 26, "static": 157} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := readAPI(t, name)
			require.Len(t, a.patterns, routes)
			for i, p := range a.patterns {
				got, result := a.tree.Match(p.Method, a.paths[i])
				if got != p || result != Found {
					t.Errorf("%s %s: got %v, %d; want %s", p.Method, a.paths[i], got, result, p)
					continue
				}
				compareValues(t, p, a.paths[i], a.values[i])
				if methods, _ := named(&a.tree, a.paths[i]); !slices.Contains(methods, p.Method) {
					t.Errorf("%s: methods %v do not hold %s", a.paths[i], methods, p.Method)
				}
			}
		})
	}
}

// newTree inserts the patterns and returns the tree.
func newTree(t testing.TB, patterns ...string) *Tree[Pattern] {
	t.Helper()
	tree := new(Tree[Pattern])
	for _, s := range patterns {
		p := parse(t, s)
		require.Nil(t, tree.Insert(p, p), s)
	}
	return tree
}

func benchmarkMatch(b *testing.B, tree *Tree[Pattern], method string, paths ...string) {
	for _, path := range paths {
		if _, r := tree.Match(method, path); r != Found {
			b.Fatalf("%s %s: %d", method, path, r)
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		for _, path := range paths {
			tree.Match(method, path)
		}
	}
}

func BenchmarkMatch(b *testing.B) {
	b.Run("static", func(b *testing.B) {
		benchmarkMatch(b, newTree(b, "GET /users", "GET /users/{id}"), "GET", "/users")
	})
	b.Run("param", func(b *testing.B) {
		benchmarkMatch(b, newTree(b, "GET /users/{id}"), "GET", "/users/12345")
	})
	b.Run("paramBesideStatic", func(b *testing.B) {
		benchmarkMatch(b, newTree(b, "GET /users", "GET /users/me", "GET /users/{id}"), "GET", "/users/12345")
	})
	b.Run("param5", func(b *testing.B) {
		benchmarkMatch(b, newTree(b, "GET /{a}/{b}/{c}/{d}/{e}"), "GET", "/test/test/test/test/test")
	})
	b.Run("param20", func(b *testing.B) {
		var p, path string
		for i := range 20 {
			p += fmt.Sprintf("/{p%d}", i)
			path += "/" + string(rune('a'+i))
		}
		benchmarkMatch(b, newTree(b, "GET "+p), "GET", path)
	})
	b.Run("multi", func(b *testing.B) {
		benchmarkMatch(b, newTree(b, "GET /files/{path...}"), "GET", "/files/css/site/main.css")
	})
	for _, name := range []string{"github", "static", "gplus", "parse"} {
		b.Run(name, func(b *testing.B) {
			a := readAPI(b, name)
			b.ReportAllocs()
			for b.Loop() {
				for i, p := range a.patterns {
					a.tree.Match(p.Method, a.paths[i])
				}
			}
		})
	}
}

func manyPatterns(n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf("GET /api/v1/resource%d/{id}/items/{item}", i)
	}
	return list
}

func BenchmarkMatch_many(b *testing.B) {
	for _, n := range []int{1000, 100_000} {
		tree := newTree(b, manyPatterns(n)...)
		paths := make([]string, n)
		for i := range paths {
			paths[i] = fmt.Sprintf("/api/v1/resource%d/17/items/23", i*7919%n)
		}
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			i := 0
			for b.Loop() {
				tree.Match("GET", paths[i])
				if i++; i == n {
					i = 0
				}
			}
		})
	}
}

// BenchmarkInsert registers n patterns, parsing included, and reports what one
// costs in time and in memory that stays.
func BenchmarkInsert(b *testing.B) {
	for _, n := range []int{1000, 10_000, 100_000} {
		texts := manyPatterns(n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			var before, after runtime.MemStats
			var tree *Tree[Pattern]
			for b.Loop() {
				b.StopTimer()
				tree = new(Tree[Pattern])
				runtime.GC()
				runtime.ReadMemStats(&before)
				b.StartTimer()
				for _, s := range texts {
					p, _ := Parse(s)
					tree.Insert(p, p)
				}
			}
			runtime.GC()
			runtime.ReadMemStats(&after)
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/route")
			b.ReportMetric(float64(int64(after.HeapAlloc)-int64(before.HeapAlloc))/float64(n), "B/route")
			runtime.KeepAlive(tree)
		})
	}
}

func BenchmarkLengths(b *testing.B) {
	for name, c := range map[string]struct{ pattern, path string }{
		"param":  {"GET /users/{id}", "/users/12345"},
		"param5": {"GET /{a}/{b}/{c}/{d}/{e}", "/test/test/test/test/test"},
	} {
		p := parse(b, c.pattern)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				p.Lengths(c.path)
			}
		})
		b.Run(name+"ByText", func(b *testing.B) {
			name := p.Names()[len(p.Names())-1]
			b.ReportAllocs()
			for b.Loop() {
				Param(c.pattern, c.path, name)
			}
		})
	}
}
