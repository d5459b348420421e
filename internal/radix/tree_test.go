package radix

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTree_precedence(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		patterns string
		requests map[string]string // to the pattern found, or "" or "suspect"
	}{
		{"literal, wildcard, multi", "GET /u/new,GET /u/{id},GET /u/{p...},GET /", map[string]string{
			"GET /u/new":  "GET /u/new",
			"GET /u/ne":   "GET /u/{id}",
			"GET /u/newx": "GET /u/{id}",
			"GET /u/a/b":  "GET /u/{p...}",
			"GET /u/":     "GET /u/{p...}",
			"GET /u":      "GET /",
			"GET /":       "GET /",
			"PUT /u/new":  "",
		}},
		{"a dead literal branch falls back", "GET /{a}/1,GET /u/{id},GET /s/", map[string]string{
			"GET /u/1":   "GET /u/{id}",
			"GET /x/1":   "GET /{a}/1",
			"GET /s/1":   "GET /s/",
			"GET /u/1/2": "",
			"GET /s":     "",
		}},
		{"each route keeps its names", "GET /u/{id},GET /u/{n}/x", map[string]string{
			"GET /u/1":   "GET /u/{id}",
			"GET /u/1/x": "GET /u/{n}/x",
		}},
		{"the exact end before the multi", "/s/{$},/s/", map[string]string{
			"GET /s/":  "/s/{$}",
			"GET /s/x": "/s/",
			"GET /s":   "",
		}},
		{"the method's own, GET for HEAD, none", "GET /a,/a,POST /a,GET /h,HEAD /h", map[string]string{
			"GET /a":    "GET /a",
			"HEAD /a":   "GET /a",
			"POST /a":   "POST /a",
			"DELETE /a": "/a",
			"HEAD /h":   "HEAD /h",
			"get /h":    "",
		}},
		{"paths decide before methods", "/u/new,GET /u/{id},HEAD /{x}/{y}", map[string]string{
			"GET /u/new":  "/u/new",
			"HEAD /u/new": "/u/new",
			"HEAD /u/1":   "GET /u/{id}",
			"HEAD /v/1":   "HEAD /{x}/{y}",
		}},
		{"without its method a pattern does not match", "POST /u/new,GET /u/{id},PUT /{x...}", map[string]string{
			"GET /u/new":  "GET /u/{id}",
			"POST /u/new": "POST /u/new",
			"POST /u/1":   "",
			"PUT /u/new":  "PUT /{x...}",
		}},
		{"no empty segment", "/{x},/a/{x}/b,/m/{p...}", map[string]string{
			"GET /":      "",
			"GET /a//b":  "",
			"GET /m/":    "/m/{p...}",
			"GET /m//":   "suspect",
			"GET /m/a//": "suspect",
		}},
		{"what Check has to judge", "/{x},/a/{p...},/é/b", map[string]string{
			"GET /..":     "suspect",
			"GET /.a":     "suspect",
			"GET /é":      "suspect",
			"GET /é/b":    "/é/b",
			"GET /a/é":    "suspect",
			"GET /a/x/.":  "suspect",
			"GET /a/x/y.": "/a/{p...}",
			`GET /a\b`:    "suspect",
			"GET /a\x7f":  "suspect",
			"GET /b\x00c": "/{x}",
		}},
		{"an encoded slash is no slash", "/a%2Fb,/a/b,/{x}/c", map[string]string{
			"GET /a\x00b":   "/a%2Fb",
			"GET /a/b":      "/a/b",
			"GET /a\x00b/c": "/{x}/c",
		}},
		{"shared prefixes", "/search,/support,/s,/se/{x},/searching", map[string]string{
			"GET /search":    "/search",
			"GET /support":   "/support",
			"GET /s":         "/s",
			"GET /se":        "",
			"GET /se/arch":   "/se/{x}",
			"GET /searching": "/searching",
			"GET /searchin":  "",
		}},
		{"no path", "/", map[string]string{"GET ": "", "GET *": ""}},
	} {
		tree := newTree(t, strings.Split(c.patterns, ",")...)
		for request, want := range c.requests {
			method, path, _ := strings.Cut(request, " ")
			p, result := tree.Match(method, path)
			got := ""
			switch {
			case result == Suspect:
				got = "suspect"
			case p != nil:
				got = p.String()
			}
			if got != want {
				t.Errorf("%s: %q: got %q, want %q", c.name, request, got, want)
			}
		}
	}
}

func TestTree_zero(t *testing.T) {
	t.Parallel()
	var tree Tree[int]
	for _, path := range []string{"", "/", "/a", "*"} {
		if v, r := tree.Match("GET", path); v != nil || r != NotFound {
			t.Errorf("%q: got %v, %d", path, v, r)
		}
		if methods := tree.Methods(path); methods != 0 {
			t.Errorf("%q: methods %b", path, methods)
		}
	}
}

func TestTree_Insert_existing(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		first, second string
		same          bool
	}{
		{"GET /a/{x}", "GET /a/{y}", true},
		{"GET /a/{x}", "GET /a/{x}", true},
		{"/a/", "/a/{rest...}", true},
		{"/a/%62", "/a/b", true},
		{"/a", "/a", true},
		{"GET /a", "POST /a", false},
		{"GET /a", "/a", false},
		{"GET /a", "HEAD /a", false},
		{"/a/{x}", "/a/{x}/", false},
		{"/a/", "/a/{$}", false},
		{"/a/", "/a", false},
		{"/a%2Fb", "/a/b", false},
	} {
		var tree Tree[int]
		a, b := 1, 2
		require.Nil(t, tree.Insert(parse(t, c.first), &a))
		p := parse(t, c.second)
		got := tree.Insert(p, &b)
		if (got == &a) != c.same || !c.same && got != nil {
			t.Errorf("%s, then %s: got %v, want same %v", c.first, c.second, got, c.same)
		}
		if c.same != (parse(t, c.first).Shape() == p.Shape()) {
			t.Errorf("%s, %s: Shape and Insert disagree", c.first, c.second)
		}
		want := &b
		if c.same {
			want = &a // the second left no trace
		}
		u, err := url.ParseRequestURI(p.Sample())
		require.NoError(t, err)
		path, _ := Canonical(u)
		if v, _ := tree.Match(p.Method, path); v != want {
			t.Errorf("%s, then %s: found %v, want %v", c.first, c.second, v, want)
		}
	}
}

func TestTree_Methods(t *testing.T) {
	t.Parallel()
	tree := newTree(t, "GET /u/{id}", "PUT /u/{id}", "DELETE /u/new", "POST /u/{p...}", "GET /u/new", "/any/", "PUT /any/x", "HEAD /h")
	for _, c := range []struct {
		path, methods string
		all           bool
	}{
		{"/u/1", "GET HEAD POST PUT", false},
		{"/u/new", "DELETE GET HEAD POST PUT", false},
		{"/u/1/2", "POST", false},
		{"/u/", "POST", false},
		{"/u", "", false},
		{"/any/y", "", true},
		{"/any/x", "PUT", true},
		{"/h", "HEAD", false},
	} {
		methods, all := named(tree, c.path)
		if got := strings.Join(methods, " "); got != c.methods || all != c.all {
			t.Errorf("%s: got %q %v, want %q %v", c.path, got, all, c.methods, c.all)
		}
	}
}

// named are the methods that a tree has for a path, and whether it has every one.
func named[T any](tree *Tree[T], path string) (methods []string, all bool) {
	set := tree.Methods(path)
	return tree.Names(set), set&1 == 1
}

// As many methods as a set has bits, and one more.
func TestTree_Takes(t *testing.T) {
	t.Parallel()
	var tree Tree[string]
	var want []string
	for i := range MaxMethods - 1 {
		method := fmt.Sprintf("M%02d", i)
		switch i {
		case 5:
			method = "GET"
		case 7:
			method = "HEAD"
		}
		require.True(t, tree.Takes(method), method)
		require.Nil(t, tree.Insert(parse(t, method+" /x"), &method))
		want = append(want, method)
	}
	for _, method := range []string{"ONE", "M63", ""} {
		require.Equal(t, method == "", tree.Takes(method), method)
	}
	require.True(t, tree.Takes("M00"))
	every := "every"
	require.Nil(t, tree.Insert(parse(t, "/x"), &every))
	slices.Sort(want)
	methods, all := named(&tree, "/x")
	require.Equal(t, want, methods)
	require.True(t, all)
	for _, method := range want {
		v, _ := tree.Match(method, "/x")
		require.Equal(t, method, *v)
	}
	v, _ := tree.Match("ONE", "/x")
	require.Equal(t, every, *v)
}

// A node with every byte that a literal may start with.
func TestTree_denseNode(t *testing.T) {
	t.Parallel()
	var tree Tree[string]
	var paths []string
	for c := ' '; c <= 'ÿ'; c++ {
		if strings.ContainsRune("/{\x7f\\%.*: ", c) || c == ' ' {
			continue
		}
		path := "/x" + string(c) + "y"
		paths = append(paths, path)
		require.Nil(t, tree.Insert(parse(t, "GET "+path+"/{id}"), &path), path)
	}
	for _, path := range paths {
		if v, r := tree.MatchChecked("GET", path+"/1"); r != Found || *v != path {
			t.Errorf("%q: got %v, %d", path, v, r)
		}
	}
	if _, r := tree.MatchChecked("GET", "/x.y/1"); r != NotFound {
		t.Errorf("a byte that no route has: got %d", r)
	}
}

// nodes counts the nodes of a tree.
func (n *node[T]) nodes() int {
	count := 1
	for i := range n.kids {
		count += n.kids[i].nodes()
	}
	if n.wild != nil && n.wild.takes {
		count += n.wild.single.nodes()
	}
	return count
}

// Search enters each node at most once, whatever the path: collect, which
// counts, enters all nodes that match may enter and more.
func TestTree_backtrackingIsBounded(t *testing.T) {
	t.Parallel()
	chain := func(segment func(i int) string, n int) string {
		var b strings.Builder
		for i := range n {
			b.WriteString("/" + segment(i))
		}
		return b.String()
	}
	wild := func(i int) string { return fmt.Sprintf("{p%d}", i) }
	a := func(int) string { return "a" }
	for _, c := range []struct {
		name     string
		patterns []string
		path     string
		most     int
	}{
		{"one long chain", []string{"GET " + chain(wild, 60) + "/x"}, chain(a, 60) + "/y", 3 * 61},
		{"a chain and its multis", func() (list []string) {
			for i := range 60 {
				list = append(list, chain(wild, i)+"/{rest...}")
			}
			return append(list, chain(wild, 60)+"/x")
		}(), chain(a, 2000), 3 * 61},
		{"each segment literal or wild", func() (list []string) {
			for bits := range 1 << 10 {
				list = append(list, "GET "+chain(func(i int) string {
					if bits>>i&1 == 1 {
						return "a"
					}
					return wild(i)
				}, 10)+"/x")
			}
			return list
		}(), chain(a, 10) + "/y", 4 << 10},
	} {
		tree := newTree(t, c.patterns...)
		var u union
		tree.root.collect(&u, c.path[1:])
		if total := tree.root.nodes(); u.visits > total || u.visits > c.most {
			t.Errorf("%s: %d nodes entered of %d, want at most %d", c.name, u.visits, total, c.most)
		}
	}
}

func TestAllocations(t *testing.T) {
	p := parse(t, "GET /users/{id}/files/{path...}")
	tree := newTree(t, "GET /users", "GET /users/{id}", "GET /users/{id}/files/{path...}", "POST /users/{id}", "/{a}/{b}/x")
	escaped := &url.URL{Path: "/users/a'b", RawPath: "/users/a%27b"}
	for _, c := range []struct {
		name string
		want float64
		f    func()
	}{
		{"static", 0, func() { tree.Match("GET", "/users") }},
		{"param", 0, func() { tree.Match("GET", "/users/1") }},
		{"multi", 0, func() { tree.Match("HEAD", "/users/1/files/a/b/c") }},
		{"backtracking", 0, func() { tree.Match("PUT", "/users/1/x") }},
		{"not found", 0, func() { tree.Match("GET", "/nothing/here/at/all") }},
		{"checked", 0, func() { tree.MatchChecked("GET", "/users/é") }},
		{"lengths", 0, func() { p.Lengths("/users/1/files/a/b/c") }},
		{"param by text", 0, func() { Param("GET /users/{id}/%66iles/{path...}", "/users/1/files/a/b/c", "path") }},
		{"param with an encoded slash", 1, func() { Param("GET /users/{id}", "/users/a\x00b", "id") }},
		{"canonical", 0, func() { Canonical(escaped) }},
		{"check", 0, func() { Check("/users/é") }},
		{"methods", 0, func() { tree.Methods("/users/1") }},
	} {
		if got := testing.AllocsPerRun(100, c.f); got != c.want {
			t.Errorf("%s: %v allocations, want %v", c.name, got, c.want)
		}
	}
}
