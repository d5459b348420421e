package radix

import (
	"cmp"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var (
	pairs = flag.Int("radix.pairs", 100_000, "pairs of route set and path that TestModel compares")
	seed  = flag.Uint64("radix.seed", 0, "seed of TestModel; 0 takes a new one")
)

// The model is the specification in its plainest form: split everything at
// the slashes, try every pattern, take the first in the order of precedence.

// modelSegments splits the path of a pattern. Wildcards are "{name}" and
// "{name...}", the rest of a subtree "{...}".
func modelSegments(text string) []string {
	_, path, _ := strings.Cut(text, "/")
	segs := strings.Split(path, "/")
	for i, seg := range segs {
		switch {
		case seg == "{$}":
			segs[i] = ""
		case seg == "":
			segs[i] = "{...}"
		case seg[0] != '{':
			s, _ := url.PathUnescape(seg)
			segs[i] = strings.ReplaceAll(s, "/", "\x00")
		}
	}
	return segs
}

func isMulti(seg string) bool { return strings.HasSuffix(seg, "...}") }
func isWild(seg string) bool  { return strings.HasPrefix(seg, "{") }

// modelMatch returns the wildcards' values.
func modelMatch(pattern []string, path string) (values []string, ok bool) {
	segs := strings.Split(path[1:], "/")
	for i, p := range pattern {
		switch {
		case i == len(segs):
			return nil, false
		case p == "{...}":
			return values, true
		case isMulti(p):
			return append(values, strings.Join(segs[i:], "/")), true
		case isWild(p) && segs[i] != "":
			values = append(values, segs[i])
		case p != segs[i] || isWild(p):
			return nil, false
		}
	}
	return values, len(pattern) == len(segs)
}

func modelCompare(a, b []string) int {
	rank := func(seg string) int {
		switch {
		case isMulti(seg):
			return 2
		case isWild(seg):
			return 1
		}
		return 0
	}
	return slices.CompareFunc(a, b, func(x, y string) int { return cmp.Compare(rank(x), rank(y)) })
}

func methodRank(pattern, method string) (rank int, ok bool) {
	switch {
	case pattern == method:
		return 0, true
	case pattern == "GET" && method == "HEAD":
		return 1, true
	case pattern == "":
		return 2, true
	}
	return 0, false
}

// modelFind returns the winner and its values.
func modelFind(set []*Pattern, method, path string) (best *Pattern, values []string) {
	var bestSegs []string
	var bestRank int
	for _, p := range set {
		segs := modelSegments(p.String())
		rank, fits := methodRank(p.Method, method)
		vals, ok := modelMatch(segs, path)
		if !fits || !ok {
			continue
		}
		c := -1
		if best != nil {
			c = cmp.Or(modelCompare(segs, bestSegs), cmp.Compare(rank, bestRank))
		}
		if c < 0 {
			best, bestSegs, bestRank, values = p, segs, rank, vals
		}
	}
	return best, values
}

func modelMethods(set []*Pattern, path string) (methods []string, all bool) {
	found := map[string]bool{}
	for _, p := range set {
		if _, ok := modelMatch(modelSegments(p.String()), path); ok {
			found[p.Method] = true
		}
	}
	all = found[""]
	delete(found, "")
	if found["GET"] {
		found["HEAD"] = true
	}
	return slices.Sorted(maps.Keys(found)), all
}

// find does what a router does with a request's URL.
func find(tree *Tree[Pattern], method string, u *url.URL) (p *Pattern, path string, verdict Verdict) {
	path, ok := Canonical(u)
	if !ok {
		return nil, path, Bad
	}
	p, result := tree.Match(method, path)
	verdict = Check(path)
	if result == Suspect && verdict == Clean {
		p, result = tree.MatchChecked(method, path)
	}
	if (p != nil) != (result == Found) {
		panic(fmt.Sprint("value and result disagree: ", p, result))
	}
	if u.RawPath == "" && p != nil {
		var lens Lengths
		plain, result := tree.MatchPlain(method, u.Path, &lens)
		want, _ := p.Lengths(path)
		same := plain == p
		for range p.AppendWildcards(nil) { // behind them is the rest of a subtree
			same = same && lens.Next() == want.Next()
		}
		if result == NotFound || result == Found && !same {
			panic(fmt.Sprintf("%q: found %v, without a RawPath %v, or with other lengths", path, p, plain))
		}
	}
	return p, path, verdict
}

// Where http.ServeMux answers otherwise, by intention. What is not clean is
// compared with the model only.
var muxDiffers = []struct {
	name string
	here func(path string, status int, u *url.URL) bool
}{
	{"it redirects to a final slash", func(_ string, status int, _ *url.URL) bool { return status == http.StatusTemporaryRedirect }},
	{"it takes a segment that is an encoded slash for {$}", func(path string, _ int, _ *url.URL) bool {
		return slices.Contains(strings.Split(path, "/"), "\x00")
	}},
	{"it forgets the encoded slashes when RawPath holds a byte that had to be escaped", func(path string, _ int, u *url.URL) bool {
		return strings.Contains(path, "\x00") && u.EscapedPath() != u.RawPath
	}},
}

// muxAllow is what http.ServeMux puts into Allow: it counts what its redirect
// to a final slash would reach.
func muxAllow(tree *Tree[Pattern], path string) []string {
	methods := tree.Methods(path)
	if !strings.HasSuffix(path, "/") {
		methods |= tree.Methods(path + "/")
	}
	return tree.Names(methods)
}

type muxAnswer struct {
	http.ResponseWriter
	header  http.Header
	status  int
	pattern string
	values  []string
}

func (a *muxAnswer) Header() http.Header         { return a.header }
func (a *muxAnswer) WriteHeader(status int)      { a.status = status }
func (a *muxAnswer) Write(b []byte) (int, error) { return len(b), nil }

func addToMux(mux *http.ServeMux, p *Pattern) (ok bool) {
	defer func() { ok = recover() == nil }()
	names := p.Names()
	mux.HandleFunc(p.String(), func(w http.ResponseWriter, r *http.Request) {
		a := w.(*muxAnswer)
		a.pattern = r.Pattern
		for _, name := range names {
			a.values = append(a.values, r.PathValue(name))
		}
	})
	return true
}

func pick(r *rand.Rand, words string) string {
	list := strings.Fields(words)
	return list[r.IntN(len(list))]
}

func randomPattern(r *rand.Rand) string {
	var b strings.Builder
	if r.IntN(4) > 0 {
		b.WriteString(pick(r, "GET GET GET HEAD POST PUT") + " ")
	}
	for i := range 1 + r.IntN(4) {
		b.WriteByte('/')
		if r.IntN(5) < 2 {
			fmt.Fprintf(&b, "{p%d}", i)
		} else {
			b.WriteString(pick(r, "a a a b b ab a%2Fb %C3%A4 a.b c%20d"))
		}
	}
	switch r.IntN(8) {
	case 0:
		b.WriteString("/")
	case 1:
		b.WriteString("/{$}")
	case 2:
		b.WriteString("/{rest...}")
	}
	return b.String()
}

// randomPath returns an escaped path and what Check must find.
func randomPath(r *rand.Rand) (raw string, want Verdict) {
	for range 1 + r.IntN(5) {
		raw += "/"
		switch n := r.IntN(200); {
		case n < 1:
			want = Bad
			raw += pick(r, `%00 %2e .%2E %5C a\b %1f %7F %ff a%2F.. .%2Fa %2e%2e x%2F.%2Fy #`)
		case n < 2:
			want = max(want, Unclean)
			raw += pick(r, ". ..")
		case n < 3:
			raw += "%2F"
		case n < 150:
			raw += pick(r, "a a a b b ab a%2Fb %C3%A4 a.b c%20d")
		default:
			raw += pick(r, "abc c %61 x%20y ... .a ..b {p0} 100%25 a%252Fb a+b a;b %2Fa %F0%9F%90%99")
		}
	}
	switch n := r.IntN(100); {
	case n < 1:
		want = max(want, Unclean)
		raw += "//"
	case n < 20:
		raw += "/"
	}
	return raw, want
}

func TestModel(t *testing.T) {
	t.Parallel()
	const paths = 40 // for each route set
	s := *seed
	if s == 0 {
		s = rand.Uint64()
	}
	t.Logf("-radix.seed=%d", s)
	r := rand.New(rand.NewPCG(s, 1))
	found, asked := 0, 0
	for range *pairs / paths {
		var all, accepted []*Pattern
		whole, forMux := new(Tree[Pattern]), new(Tree[Pattern])
		mux := http.NewServeMux()
		for range 1 + r.IntN(14) {
			p := parse(t, randomPattern(r))
			if other := whole.Insert(p, p); other != nil {
				if other.Shape() != p.Shape() {
					t.Fatalf("%s: taken for %s", p, other)
				}
				continue
			}
			all = append(all, p)
			if addToMux(mux, p) {
				accepted = append(accepted, p)
				forMux.Insert(p, p)
			}
		}
		for range paths {
			method := pick(r, "GET GET GET HEAD POST PUT PATCH")
			raw, want := randomPath(r)
			u, err := url.ParseRequestURI(raw)
			require.NoError(t, err, raw)
			got, path, verdict := find(whole, method, u)
			if verdict != want {
				t.Fatalf("%q: verdict %d, want %d", raw, verdict, want)
			}
			if verdict != Clean {
				if got != nil {
					t.Fatalf("%s %q: found %s for a path that is not clean", method, raw, got)
				}
				continue
			}
			if got != nil {
				found++
			}
			compareWithModel(t, whole, all, got, method, path)
			if len(all) != len(accepted) {
				got, _, _ = find(forMux, method, u)
				compareWithModel(t, forMux, accepted, got, method, path)
			}
			if compareWithMux(t, forMux, mux, got, method, path, u) {
				asked++
			}
		}
	}
	t.Logf("%d of %d found, %d compared with http.ServeMux", found, *pairs, asked)
	if found < *pairs/10 || asked < *pairs/2 {
		t.Errorf("the sets and paths do not meet often enough to say anything")
	}
}

// compareWithModel compares the winner, its parameters read in both ways, and
// the methods.
func compareWithModel(t *testing.T, tree *Tree[Pattern], set []*Pattern, got *Pattern, method, path string) {
	t.Helper()
	want, values := modelFind(set, method, path)
	if got != want {
		t.Fatalf("%s %q in %v: got %v, want %v", method, path, set, got, want)
	}
	if got != nil {
		compareValues(t, got, path, values)
	}
	methods, all := named(tree, path)
	wantMethods, wantAll := modelMethods(set, path)
	if !slices.Equal(methods, wantMethods) || all != wantAll {
		t.Fatalf("%q in %v: methods %v %v, want %v %v", path, set, methods, all, wantMethods, wantAll)
	}
}

func compareValues(t *testing.T, p *Pattern, path string, want []string) {
	t.Helper()
	if got := byLengths(t, p, path); !slices.Equal(got, want) {
		t.Fatalf("%s: %q has the values %q by their lengths, want %q", p, path, got, want)
	}
	for i, name := range p.Names() {
		if got, ok := Param(p.String(), path, name); !ok || got != Value(want[i]) {
			t.Fatalf("Param(%q, %q, %q) = %q %v, want %q", p, path, name, got, ok, Value(want[i]))
		}
	}
}

// byLengths reads all values of a path as a handler reads one.
func byLengths(t *testing.T, p *Pattern, path string) []string {
	t.Helper()
	lens, ok := p.Lengths(path)
	if !ok {
		t.Fatalf("%s: no lengths in %q", p, path)
	}
	values, start, end := []string{}, 0, 0
	for _, w := range p.AppendWildcards(nil) {
		start, end = w.Value(path, end, lens.Next())
		values = append(values, path[start:end])
	}
	return values
}

func compareWithMux(t *testing.T, tree *Tree[Pattern], mux *http.ServeMux, got *Pattern, method, path string, u *url.URL) (asked bool) {
	t.Helper()
	answer := &muxAnswer{header: http.Header{}}
	mux.ServeHTTP(answer, &http.Request{Method: method, URL: u, Host: "h"})
	for _, d := range muxDiffers {
		if d.here(path, answer.status, u) {
			return false
		}
	}
	want := ""
	if got != nil {
		want = got.String()
	}
	if answer.pattern != want {
		t.Fatalf("%s %q: got %q, http.ServeMux %q", method, path, want, answer.pattern)
	}
	if got == nil {
		allow := strings.Join(muxAllow(tree, path), ", ")
		if answer.header.Get("Allow") != allow {
			t.Fatalf("%q: methods %q, http.ServeMux %q", path, allow, answer.header.Get("Allow"))
		}
		return true
	}
	for i, name := range got.Names() {
		if v, _ := Param(got.String(), path, name); v != answer.values[i] {
			t.Fatalf("%s: {%s} of %q is %q, http.ServeMux %q", got, name, path, v, answer.values[i])
		}
	}
	return true
}

func parse(t testing.TB, s string) *Pattern {
	t.Helper()
	p, err := Parse(s)
	require.NoError(t, err, s)
	return p
}
