package radix

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in, text, path, shape, sample string
		names                         []string
	}{
		{"/", "/", "/", "/{...}", "/", nil},
		{"/{$}", "/{$}", "/{$}", "/", "/", nil},
		{"GET /notes/{id}", "GET /notes/{id}", "/notes/{id}", "GET /notes/{}", "/notes/x", []string{"id"}},
		{"GET \t /a", "GET /a", "/a", "GET /a", "/a", nil},
		{"GET\t/a", "GET /a", "/a", "GET /a", "/a", nil},
		{" /a", "/a", "/a", "/a", "/a", nil},
		{"  /a b", " /a b", "/a b", "/a%20b", "/a%20b", nil}, // without the space, /a would be a method
		{"get /a", "get /a", "/a", "get /a", "/a", nil},
		{"CONNECT /a", "CONNECT /a", "/a", "CONNECT /a", "/a", nil},
		{"/a/", "/a/", "/a/", "/a/{...}", "/a/", nil},
		{"/a/{x}/", "/a/{x}/", "/a/{x}/", "/a/{}/{...}", "/a/x/", []string{"x"}},
		{"/a/{x}/{$}", "/a/{x}/{$}", "/a/{x}/{$}", "/a/{}/", "/a/x/", []string{"x"}},
		{"/{a}/b/{c}/{d...}", "/{a}/b/{c}/{d...}", "/{a}/b/{c}/{d...}", "/{}/b/{}/{...}", "/x/b/x/x", []string{"a", "c", "d"}},
		{"/{_}/{größe}/{type}", "/{_}/{größe}/{type}", "/{_}/{größe}/{type}", "/{}/{}/{}", "/x/x/x", []string{"_", "größe", "type"}},
		{"/a%2Fb/%63", "/a%2Fb/%63", "/a%2Fb/%63", "/a%2Fb/c", "/a%2Fb/c", nil},
		{"GET /a b/", "GET /a b/", "/a b/", "GET /a%20b/{...}", "/a%20b/", nil},
		{"/a}b/?x#y", "/a}b/?x#y", "/a}b/?x#y", "/a%7Db/%3Fx%23y", "/a%7Db/%3Fx%23y", nil},
		{"/a:b/%3Aid/%2A", "/a:b/%3Aid/%2A", "/a:b/%3Aid/%2A", "/a:b/:id/%2A", "/a:b/:id/%2A", nil},
		{"/...", "/...", "/...", "/...", "/...", nil},
		{"/.well-known/x", "/.well-known/x", "/.well-known/x", "/.well-known/x", "/.well-known/x", nil},
	} {
		p, err := Parse(c.in)
		if err != nil {
			t.Errorf("%q: %v", c.in, err)
			continue
		}
		if p.String() != c.text || p.Path() != c.path || p.Shape() != c.shape || p.Sample() != c.sample {
			t.Errorf("%q: got %q %q %q %q, want %q %q %q %q", c.in, p, p.Path(), p.Shape(), p.Sample(), c.text, c.path, c.shape, c.sample)
		}
		if !slices.Equal(p.Names(), c.names) {
			t.Errorf("%q: names %q, want %q", c.in, p.Names(), c.names)
		}
		if !addToMux(http.NewServeMux(), p) {
			t.Errorf("%q: http.ServeMux refuses it", c.in)
		}
	}
}

func TestParse_errors(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in     string
		column int
		advice string // part of the message
	}{
		{"", 1, `"/{$}"`},
		{"GET", 1, "does not start"},
		{"GET ", 5, "no path"},
		{"GET users/{id}", 5, `write "/users/{id}"`},
		{"{id}/x", 1, `write "/{id}/x"`},
		{":id", 1, `"/:id"`},
		{"example.com/x", 1, "http.ServeMux"},
		{"GET localhost:80/x", 5, "http.ServeMux"},
		{"G(T /x", 2, "not a method"},
		{"/a b", 1, "not a method"},
		{"/users/:id", 8, "write {id};"},
		{"GET /u/:id.json", 8, "write {id};"},
		{"/files/*path", 8, "write {path...};"},
		{"/files/*", 8, "write {rest...};"},
		{"/files/{*path}", 8, "write {path...}"},
		{"/u/{id?}/x", 4, "one pattern with {id} and one without"},
		{"/u/{id:int}", 4, `write {id} and put "int" on its field`},
		{"/u/{id:[0-9]+}/x", 4, `write {id} and put "[0-9]+" on its field`},
		{"/u/{id:[^/]+}/x", 4, `pattern:"..." tag`},
		{"/{a}/{b}/{a}", 10, "{a} is there twice"},
		{"/{a}/{a...}", 6, "{a} is there twice"},
		{"/{1}", 2, "not a Go identifier"},
		{"/{a-b}", 2, "not a Go identifier"},
		{"/{a b}", 1, "not a method"},
		{"/{}", 2, "needs a name"},
		{"/{...}", 2, "needs a name"},
		{"/{a...}/b", 2, "nothing may follow"},
		{"/{a...}/", 2, "nothing may follow"},
		{"/{$}/", 2, "nothing may follow"},
		{"/{$...}", 2, "not a Go identifier"},
		{"/x{a}", 2, "text before {"},
		{"/{a}.json", 5, "text after }"},
		{"/{a}{b}", 5, "text after }"},
		{"/{a", 2, "no }"},
		{"/{a/b}", 2, "no }"},
		{"//", 2, "two slashes"},
		{"GET /a//b", 8, "two slashes"},
		{"/a/./b", 4, "dot segment"},
		{"/a/..", 4, "dot segment"},
		{"/a/%2e%2E/b", 4, "dot segment"},
		{"/a%2F..%2Fb", 2, "dot segment"},
		{"/a%", 3, "%25"},
		{"/a%2", 3, "%25"},
		{"/a%zz/b", 3, "%25"},
		{"/a\x01", 3, "control"},
		{"/a%00", 3, "control"},
		{"/a\x7f", 3, "control"},
		{`/a\b`, 3, "backslash"},
		{"/a%5Cb", 3, "backslash"},
		{"/a/\xff", 4, "UTF-8"},
		{"/a/%c3/b", 4, "UTF-8"},
	} {
		_, err := Parse(c.in)
		var syntax *SyntaxError
		if !errors.As(err, &syntax) {
			t.Errorf("%q: error %v, want a *SyntaxError", c.in, err)
			continue
		}
		if syntax.Column != c.column || !strings.Contains(syntax.Msg, c.advice) {
			t.Errorf("%q: got column %d, %s; want %d, %s", c.in, syntax.Column, syntax.Msg, c.column, c.advice)
		}
	}
}

func TestOverlap(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b, want string // "" when there is no such path
	}{
		{"GET /users/{id}", "GET /users/{name}", "/users/x"},
		{"/a/{x}", "/{y}/b", "/a/b"},
		{"/a/{x...}", "/a/", "/a/"},
		{"/a/", "/{x}/b/{y}", "/a/b/x"},
		{"/a/{$}", "/a/", "/a/"},
		{"/a/{$}", "/a/{$}", "/a/"},
		{"/{x}/{$}", "/c%2Fd/", "/c%2Fd/"},
		{"/", "/", "/"},
		{"/a/{$}", "/a/{x}", ""},
		{"/a", "/a/", ""},
		{"/a", "/b", ""},
		{"/a/b", "/a", ""},
		{"/{x}", "/", "/x"},
	} {
		for _, pair := range [][2]string{{c.a, c.b}, {c.b, c.a}} {
			got, ok := Overlap(parse(t, pair[0]), parse(t, pair[1]))
			if got != c.want || ok != (c.want != "") {
				t.Errorf("%q: got %q %v, want %q", pair, got, ok, c.want)
			}
		}
	}
}

// Sample and Overlap name paths that the patterns match, and Overlap misses
// none.
func TestOverlap_random(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	matches := func(p *Pattern, escaped string) bool {
		u, err := url.ParseRequestURI(escaped)
		require.NoError(t, err)
		path, ok := Canonical(u)
		_, fits := p.Lengths(path)
		return ok && Check(path) == Clean && fits
	}
	overlaps := 0
	for range 20_000 {
		a, b := parse(t, randomPattern(r)), parse(t, randomPattern(r))
		if !matches(a, a.Sample()) {
			t.Fatalf("%s does not match its sample %q", a, a.Sample())
		}
		path, ok := Overlap(a, b)
		if ok {
			overlaps++
			if !matches(a, path) || !matches(b, path) {
				t.Fatalf("%s, %s: %q is not matched by both", a, b, path)
			}
		} else if matches(b, a.Sample()) || matches(a, b.Sample()) {
			t.Fatalf("%s, %s: no overlap, but a sample matches both", a, b)
		}
		if a.Shape() == b.Shape() && !ok {
			t.Fatalf("%s, %s: one shape and no overlap", a, b)
		}
	}
	if overlaps < 1000 {
		t.Errorf("only %d overlaps", overlaps)
	}
}

func TestValues(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		pattern, path string
		want          []string // nil when they do not fit
	}{
		{"/a", "/a", []string{}},
		{"/a", "/b", nil},
		{"/a", "/a/", nil},
		{"/a/{$}", "/a/", []string{}},
		{"/a/{$}", "/a/b", nil},
		{"/a/", "/a/b/c", []string{}},
		{"/a/", "/a", nil},
		{"/{x}", "/1", []string{"1"}},
		{"/{x}", "/", nil},
		{"/{x}", "/1/", nil},
		{"/{x}/", "/1/", []string{"1"}},
		{"/{x}/", "//", nil},
		{"/{x}/b/{y}", "/1/b/2", []string{"1", "2"}},
		{"/{x}/b/{y}", "/1/c/2", nil},
		{"/{x}/b/{y}", "/1/b/", nil},
		{"/{x}/{y...}", "/1/2/3/", []string{"1", "2/3/"}},
		{"/{x}/{y...}", "/1/", []string{"1", ""}},
		{"/{x}/{y...}", "/1", nil},
		{"/{x}/%2F/{y}", "/1/\x00/2\x003", []string{"1", "2/3"}},
		{"/%41%25/{x}", "/A%/1", []string{"1"}},
		{"/%41/{x}", "/%41/1", nil},
		{"/{x}/{$}", "/1/", []string{"1"}},
		{"/{x}/{$}", "/1/2", nil},
	} {
		p := parse(t, "GET "+c.pattern)
		_, ok := p.Lengths(c.path)
		if ok != (c.want != nil) {
			t.Errorf("%s, %q: fits %v", p, c.path, ok)
			continue
		}
		var values []string
		if ok {
			values = byLengths(t, p, c.path)
		}
		for i, name := range p.Names() {
			value, found := Param(p.String(), c.path, name)
			if found != ok {
				t.Errorf("%s, %q: found %v", p, c.path, found)
			}
			if !ok {
				continue
			}
			if len(values) != len(c.want) || value != c.want[i] || Value(values[i]) != c.want[i] {
				t.Errorf("%s, %q: {%s} is %q and %q, want %q", p, c.path, name, values[i], value, c.want[i])
			}
		}
	}
}

// Values that a length cannot tell, or that are beyond those that it has.
func TestLengths(t *testing.T) {
	t.Parallel()
	for _, values := range [][]string{
		{strings.Repeat("a", maxLength)},
		{strings.Repeat("a", maxLength+1)},
		{strings.Repeat("a", maxLength+1), "b", strings.Repeat("c", 5000), "d"},
		strings.Split("a bb ccc d ee fff g hh iii j", " "),
		strings.Split("a bb ccc d ee fff g hh iii j k ll mmm n", " "),
	} {
		for _, end := range []string{"", "/", "/x", "/{rest...}"} {
			pattern, path := "", ""
			for i, value := range values {
				pattern += fmt.Sprintf("/s%d/{p%d}", i, i)
				path += fmt.Sprintf("/s%d/%s", i, value)
			}
			p := parse(t, "GET "+pattern+end)
			want := values
			switch end {
			case "/{rest...}":
				want = append(slices.Clone(values), "y/z")
				path += "/y/z"
			default:
				path += end
			}
			tree := new(Tree[Pattern])
			require.Nil(t, tree.Insert(p, p))
			var found Lengths
			_, result := tree.MatchPlain("GET", path, &found)
			require.Equal(t, Found, result, path)
			lens, _ := p.Lengths(path)
			require.Equal(t, lens, found, path)
			require.Equal(t, want, byLengths(t, p, path), path)
		}
	}
}

func TestValues_edges(t *testing.T) {
	t.Parallel()
	if _, ok := parse(t, "/{a}").Lengths("/" + strings.Repeat("a", MaxPath)); ok {
		t.Error("a path over MaxPath fits")
	}
	for _, pattern := range []string{"", "GET", "/{", "/{a", "GET /b"} {
		if got, ok := Param(pattern, "/x", "a"); ok {
			t.Errorf("%q: got %q", pattern, got)
		}
	}
	if got, ok := Param("GET example.com/{a}", "/x", "a"); !ok || got != "x" {
		t.Errorf("pattern with a host: got %q %v", got, ok)
	}
	if got, ok := Param("/x/{$}", "/x/", "$"); ok {
		t.Errorf("{$} is no wildcard: got %q", got)
	}
}

func TestBuild(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		pattern string
		values  []string
		want    string // or, after "!", part of the error
	}{
		{"GET /a", nil, "/a"},
		{"/", nil, "/"},
		{"/a/{$}", nil, "/a/"},
		{"/u/{id}", []string{"7"}, "/u/7"},
		{"/u/{id}", []string{"a/b c?#%"}, "/u/a%2Fb%20c%3F%23%25"},
		{"/u/{id}", []string{"..."}, "/u/..."},
		{"/u/{id}", []string{"//x"}, "/u/%2F%2Fx"},
		{"/c%2Fd/{x}/é", []string{"ü"}, "/c%2Fd/%C3%BC/%C3%A9"},
		{"/f/{p...}", []string{"a/b c/"}, "/f/a/b%20c/"},
		{"/f/{p...}", []string{""}, "/f/"},
		{"/{x}/{p...}", []string{"a/b", "c/d"}, "/a%2Fb/c/d"},
		{"/u/{id}", nil, "!takes 1 values, not 0"},
		{"/u/{id}", []string{"1", "2"}, "!takes 1 values, not 2"},
		{"/u/{id}", []string{""}, "!value of {id}: empty"},
		{"/u/{id}", []string{"."}, "!dot segment"},
		{"/u/{id}", []string{"a/../b"}, "!dot segment"},
		{"/f/{p...}", []string{"../x"}, "!dot segment"},
		{"/f/{p...}", []string{"a//b"}, "!empty segment"},
		{"/{p...}", []string{"/evil.example"}, "!empty segment"},
		{"/u/{id}", []string{"a\x00"}, "!holds"},
		{"/u/{id}", []string{"a\n"}, "!holds"},
		{"/u/{id}", []string{`a\b`}, "!holds"},
		{"/u/{id}", []string{"\xff"}, "!UTF-8"},
		{"/u/{id}", []string{strings.Repeat("a", MaxPath)}, "!too long"},
	} {
		got, err := parse(t, c.pattern).Build(c.values)
		if advice, bad := strings.CutPrefix(c.want, "!"); bad {
			if err == nil || !strings.Contains(err.Error(), advice) {
				t.Errorf("%s %q: error %v, want %q", c.pattern, c.values, err, advice)
			}
		} else if err != nil || got != c.want {
			t.Errorf("%s %q: got %q, %v; want %q", c.pattern, c.values, got, err, c.want)
		}
	}
}

// What Build makes, a request brings back; what it refuses for one value, the
// router refuses.
func TestBuild_roundTrip(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4))
	const letters = "aab./.%\\\x00\x1f \x7f\xc3\xa4?#:;+*"
	built := 0
	for range 50_000 {
		p := parse(t, randomPattern(r))
		values := make([]string, len(p.Names()))
		for i := range values {
			for range r.IntN(4) {
				values[i] += string(letters[r.IntN(len(letters))])
			}
		}
		escaped, err := p.Build(values)
		if err != nil {
			continue
		}
		built++
		u, err := url.ParseRequestURI(escaped)
		require.NoError(t, err, escaped)
		path, ok := Canonical(u)
		found := byLengths(t, p, path)
		if !ok || Check(path) != Clean || len(found) != len(values) {
			t.Fatalf("%s %q: %q does not come back", p, values, escaped)
		}
		for i, want := range values {
			if got := Value(found[i]); got != want {
				t.Fatalf("%s: value %d is %q, want %q", p, i, got, want)
			}
		}
	}
	if built < 10_000 {
		t.Errorf("only %d paths built", built)
	}
}

func TestJoin(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		prefix, path, want string // or, after "!", part of the error
	}{
		{"", "", "/"},
		{"", "/a", "/a"},
		{"", "/", "/"},
		{"/a", "", "/a"},
		{"/a", "/", "/a/"},
		{"/a", "/{$}", "/a/{$}"},
		{"/a/{b}", "/c", "/a/{b}/c"},
		{"/", "/a", `!write ""`},
		{"/a/", "/b", `!write "/a"`},
		{"a", "/b", `!write "/a"`},
		{"/a", "b", `!write "/b"`},
	} {
		got, err := Join(c.prefix, c.path)
		if advice, bad := strings.CutPrefix(c.want, "!"); bad {
			if err == nil || !strings.Contains(err.Error(), advice) {
				t.Errorf("%q, %q: error %v, want %q", c.prefix, c.path, err, advice)
			}
		} else if err != nil || got != c.want {
			t.Errorf("%q, %q: got %q, %v; want %q", c.prefix, c.path, got, err, c.want)
		}
	}
}
