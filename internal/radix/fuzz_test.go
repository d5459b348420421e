package radix

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// What Parse refuses and http.ServeMux takes: hosts, other routers' wildcards,
// and what no request with a clean path matches. Each is a part of the message.
var stricter = []string{
	"pattern has no host", "does not start with", "literal colon", "literal star", "two hexadecimal digits",
	"control character", "backslash", "not UTF-8", "dot segment", "two slashes",
}

func muxTakes(s string) (ok bool) {
	defer func() { ok = recover() == nil }()
	http.NewServeMux().Handle(s, http.NotFoundHandler())
	return true
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"", "GET /a/{b}/{c...}", "/a/{$}", "/a%2Fb/", "POST /{id:int}", "a.b/c", "/:id", "/%2e", "{a}", "/{a", "/é\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := Parse(s)
		if err != nil {
			e := err.(*SyntaxError)
			if e.Column < 1 || e.Column > len(s)+1 {
				t.Errorf("%q: column %d", s, e.Column)
			}
			listed := slices.ContainsFunc(stricter, func(part string) bool { return strings.Contains(e.Msg, part) })
			if !listed && muxTakes(s) {
				t.Errorf("%q: %v, but http.ServeMux takes it", s, err)
			}
			return
		}
		if !muxTakes(s) || !muxTakes(p.String()) {
			t.Errorf("%q: http.ServeMux refuses it or %q", s, p)
		}
		again, err := Parse(p.String())
		if err != nil || again.String() != p.String() || again.Shape() != p.Shape() {
			t.Errorf("%q: %q parses to %v, %v", s, p, again, err)
		}
		u, err := url.ParseRequestURI(p.Sample())
		if err != nil {
			t.Fatalf("%q: sample: %v", s, err)
		}
		path, ok := Canonical(u)
		if _, fits := p.Lengths(path); len(path) <= MaxPath && (!ok || !fits || Check(path) != Clean) {
			t.Errorf("%q: does not match its sample %q", s, p.Sample())
		}
	})
}

// patternsOf parses the lines that are patterns.
func patternsOf(lines string) (set []*Pattern) {
	for line := range strings.SplitSeq(lines, "\n") {
		if p, err := Parse(line); err == nil && len(set) < 20 && len(p.runs) <= 8 {
			set = append(set, p)
		}
	}
	return set
}

func FuzzInsert(f *testing.F) {
	f.Add("/a\nGET /a/{b}\nGET /a/{c}\n/\n/{d...}")
	f.Add("/ab/c\n/ab\n/a\n/abd\n/é\n/è")
	f.Fuzz(func(t *testing.T, lines string) {
		var tree Tree[Pattern]
		shapes := map[string]*Pattern{}
		for _, p := range patternsOf(lines) {
			if got := tree.Insert(p, p); got != shapes[p.Shape()] {
				t.Fatalf("%q: %s: existing %v, want %v", lines, p, got, shapes[p.Shape()])
			} else if got == nil {
				shapes[p.Shape()] = p
			}
		}
	})
}

func FuzzMatch(f *testing.F) {
	f.Add("/a\nGET /a/{b}\nPOST /a/c\n/{d...}", "GET", "/a/c")
	f.Add("/a/\n/{x}/b/{$}\n/{x}/b/", "HEAD", "/a/b/")
	f.Add("/a%2Fb/{c}\n/{a}/{b}", "", "/a%2Fb/..")
	f.Fuzz(func(t *testing.T, lines, method, target string) {
		var tree Tree[Pattern]
		var set []*Pattern
		for _, p := range patternsOf(lines) {
			if tree.Insert(p, p) == nil {
				set = append(set, p)
			}
		}
		u, err := url.ParseRequestURI(target)
		if err != nil {
			return
		}
		got, path, verdict := find(&tree, method, u)
		if verdict != Clean {
			if got != nil {
				t.Fatalf("%q: found %s, verdict %d", target, got, verdict)
			}
			return
		}
		compareWithModel(t, &tree, set, got, method, path)
	})
}

func FuzzCanonical(f *testing.F) {
	f.Add("/a/../b", "")
	f.Add("/a/b", "/a%2Fb")
	f.Add("/a\x00b", "/a%00b")
	f.Add("/../a", "/%2e./a")
	f.Fuzz(func(t *testing.T, path, raw string) {
		if u, err := url.ParseRequestURI(raw); path == "" && err == nil {
			path = u.Path // as a server parses it
		}
		got, ok := Canonical(&url.URL{Path: path, RawPath: raw})
		if !ok {
			return
		}
		if path != "" && Value(got) != path {
			t.Fatalf("%q, %q: %q does not stand for the path", path, raw, got)
		}
		if decoded, err := url.PathUnescape(raw); (err != nil || decoded != path) && strings.Contains(got, "\x00") {
			t.Fatalf("%q, %q: %q has an encoded slash from nowhere", path, raw, got)
		}
		escaped := Escape(got)
		if strings.HasPrefix(escaped, "//") || strings.HasPrefix(escaped, `/\`) {
			t.Fatalf("%q: leaves the origin", escaped)
		}
		clean := CleanPath(got)
		if Check(got) == Unclean && Check(clean) != Clean || CleanPath(clean) != clean {
			t.Fatalf("%q: cleaned to %q", got, clean)
		}
		if Check(got) != Clean {
			return
		}
		if clean != got || !utf8.ValidString(got) {
			t.Fatalf("%q is called clean", got)
		}
		if els := strings.FieldsFunc(got, func(c rune) bool { return c == '/' || c == 0 }); slices.ContainsFunc(els, isDots) {
			t.Fatalf("%q holds a dot segment", got)
		}
		u, err := url.ParseRequestURI(escaped)
		if err != nil {
			t.Fatalf("%q: %v", escaped, err)
		}
		if back, ok := Canonical(u); back != got || !ok {
			t.Fatalf("%q escaped is %q, which is %q %v", got, escaped, back, ok)
		}
	})
}
