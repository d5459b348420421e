package wend_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/middleware"
)

// idHandler answers with its parameter, by Context.
func idHandler(c wend.Context) error { return c.Text(200, c.Param("id")) }

func smallRouter(opts ...wend.Option) *wend.Router {
	r := quiet(opts...)
	r.Handle("GET /u/{id}", wend.HandlerFunc(idHandler))
	r.Handle("GET /s/", http.HandlerFunc(echoPath))
	r.Handle("POST /ps", http.HandlerFunc(echoPath))
	return r
}

func TestRouter_table(t *testing.T) {
	t.Parallel()
	const allow = "GET, HEAD, OPTIONS"
	tests := []struct {
		name           string
		method, path   string
		status         int
		allow, at      string
		body           string
		slash          int    // with RedirectSlash; 0: the same
		slashLocation  string // and where to
		hasProblemBody bool
	}{
		{name: "hit", method: "GET", path: "/u/1", status: 200, body: "1"},
		{name: "wrong method", method: "PUT", path: "/u/1", status: 405, allow: allow, hasProblemBody: true},
		{name: "HEAD from GET", method: "HEAD", path: "/u/1", status: 200},
		{name: "OPTIONS", method: "OPTIONS", path: "/u/1", status: 204, allow: allow},
		{name: "OPTIONS on an unknown path", method: "OPTIONS", path: "/nope", status: 404, hasProblemBody: true},
		{name: "unknown method", method: "FOO", path: "/u/1", status: 405, allow: allow, hasProblemBody: true},
		{name: "unknown method elsewhere", method: "FOO", path: "/nope", status: 404, hasProblemBody: true},
		{name: "trailing slash", method: "GET", path: "/u/1/", status: 404, slash: 308, slashLocation: "/u/1", hasProblemBody: true},
		{name: "missing slash", method: "GET", path: "/s", status: 404, slash: 308, slashLocation: "/s/", hasProblemBody: true},
		{name: "slash and POST", method: "POST", path: "/ps/", status: 404, slash: 308, slashLocation: "/ps", hasProblemBody: true},
		{name: "slash to a path of another method", method: "GET", path: "/ps/", status: 404, hasProblemBody: true},
		{name: "encoded slash", method: "GET", path: "/u/a%2Fb", status: 200, body: "a/b"},
		{name: "encoded space", method: "GET", path: "/u/a%20b", status: 200, body: "a b"},
		{name: "decoded once", method: "GET", path: "/u/a%252Fb", status: 200, body: "a%2Fb"},
		{name: "non-ASCII", method: "GET", path: "/u/%C3%A9t%C3%A9", status: 200, body: "été"},
		{name: "empty segments", method: "GET", path: "//u//1", status: 308, at: "/u/1"},
		{name: "dot segments", method: "GET", path: "/x/../u/1", status: 308, at: "/u/1"},
		{name: "query kept", method: "GET", path: "//u/1?a=%20b", status: 308, at: "/u/1?a=%20b"},
		{name: "unclean and unknown", method: "GET", path: "//nope", status: 404, hasProblemBody: true},
		{name: "another host", method: "GET", path: "//evil.test/", status: 404, hasProblemBody: true},
		{name: "empty parameter", method: "GET", path: "/u/", status: 404, hasProblemBody: true},
		{name: "case", method: "GET", path: "/U/1", status: 404, hasProblemBody: true},
		{name: "subtree root", method: "GET", path: "/s/", status: 200, body: "GET /s/"},
		{name: "subtree", method: "GET", path: "/s/a/b", status: 200, body: "GET /s/"},
		{name: "encoded dots", method: "GET", path: "/s/%2e%2e/b", status: 400, hasProblemBody: true},
		{name: "encoded backslash", method: "GET", path: "/s/%5c", status: 400, hasProblemBody: true},
		{name: "NUL", method: "GET", path: "/s/%00", status: 400, hasProblemBody: true},
		{name: "invalid UTF-8", method: "GET", path: "/u/%ff", status: 400, hasProblemBody: true},
		{name: "dots in a parameter", method: "GET", path: "/u/a%2F..%2Fb", status: 400, hasProblemBody: true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := do(smallRouter(), test.method, test.path, "")
			require.Equal(t, test.status, w.Code, w.Body.String())
			require.Equal(t, test.allow, w.Header().Get("Allow"))
			require.Equal(t, test.at, w.Header().Get("Location"))
			if test.hasProblemBody && test.method != "HEAD" {
				problemOf(t, w)
			} else if test.status == 200 {
				require.Equal(t, test.body, w.Body.String())
			}
			w = do(smallRouter(wend.RedirectSlash()), test.method, test.path, "")
			if test.slash == 0 {
				require.Equal(t, test.status, w.Code)
				return
			}
			require.Equal(t, test.slash, w.Code)
			require.Equal(t, test.slashLocation, w.Header().Get("Location"))
		})
	}
}

func TestRouter_precedence(t *testing.T) {
	t.Parallel()
	r := quiet()
	for _, pattern := range []string{
		"GET /u/{id}", "GET /u/new", "GET /u/{n}/x", "GET /{a}/1", "GET /s/", "POST /u/{id}", "/any", "GET /any",
		"GET /f/{path...}", "GET /f/{x}/end", "GET /hello/{$}",
	} {
		r.Handle(pattern, http.HandlerFunc(echoPath))
	}
	tests := []struct{ method, path, want string }{
		{"GET", "/u/new", "GET /u/new"},
		{"GET", "/u/newer", "GET /u/{id}"},
		{"POST", "/u/new", "POST /u/{id}"},
		{"GET", "/u/1", "GET /u/{id}"},
		{"GET", "/x/1", "GET /{a}/1"},
		{"GET", "/u/1/x", "GET /u/{n}/x"},
		{"GET", "/any", "GET /any"},
		{"PUT", "/any", "/any"},
		{"GET", "/f/a/end", "GET /f/{x}/end"},
		{"GET", "/f/a/b/end", "GET /f/{path...}"},
		{"GET", "/f/", "GET /f/{path...}"},
		{"GET", "/hello/", "GET /hello/{$}"},
		{"GET", "/hello/x", ""},
	}
	for _, test := range tests {
		w := do(r, test.method, test.path, "")
		got := w.Body.String()
		if w.Code == 404 {
			got = ""
		}
		if got != test.want {
			t.Errorf("%s %s: got %q, want %q", test.method, test.path, got, test.want)
		}
	}
}

func TestRouter_middlewareOrder(t *testing.T) {
	t.Parallel()
	mark := func(name string) wend.Middleware {
		return func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Add("Trace", name+" "+r.Pattern+" "+wend.Param(r, "id"))
				next.ServeHTTP(w, r)
			})
		}
	}
	r := quiet(wend.With(mark("root")))
	r.Use(mark("use"))
	v1 := r.Group("/v1", wend.With(mark("v1")))
	admin := v1.Group("/admin", wend.With(mark("admin")))
	sibling := v1.Group("/other", wend.With(mark("other")))
	r.Handle("GET /{id}", http.HandlerFunc(echoPath))
	v1.Handle("GET /a/{id}", http.HandlerFunc(echoPath), wend.With(mark("route")))
	for range 4 {
		n := len(slices.Collect(admin.Routes()))
		admin.Handle("GET /"+strings.Repeat("x", n+1)+"/{id}", http.HandlerFunc(echoPath), wend.With(mark("own")))
	}
	sibling.Handle("GET /{id}", http.HandlerFunc(echoPath))
	tests := []struct{ path, want string }{
		{"/7", "root,use"},
		{"/v1/a/7", "root,use,v1,route"},
		{"/v1/admin/x/7", "root,use,v1,admin,own"},
		{"/v1/admin/xxxx/7", "root,use,v1,admin,own"},
		{"/v1/other/7", "root,use,v1,other"},
		{"/nope/nope", "root,use"},
	}
	for _, test := range tests {
		w := do(r, "GET", test.path, "")
		var names []string
		for _, line := range w.Header()["Trace"] {
			name, rest, _ := strings.Cut(line, " ")
			names = append(names, name)
			if w.Code == 200 && (!strings.HasPrefix(rest, "GET /") || !strings.HasSuffix(rest, " 7")) {
				t.Errorf("%s: the middleware saw %q", test.path, line)
			}
		}
		if got := strings.Join(names, ","); got != test.want {
			t.Errorf("%s: got %s, want %s", test.path, got, test.want)
		}
	}
}

func TestRouter_useAfterRoute(t *testing.T) {
	t.Parallel()
	auth := func(next http.Handler) http.Handler { return next }
	r := quiet()
	g := r.Group("/v1")
	g.Handle("GET /x", http.HandlerFunc(echoPath))
	for name, scope := range map[string]*wend.Router{"own scope": g, "scope around": r} {
		message := refused(t, func() { scope.Use(auth) })
		require.Contains(t, message, "/router_test.go:", name)
		require.Contains(t, message, `r.Group("", wend.With(`, name)
	}
}

func TestRouter_conflict(t *testing.T) {
	t.Parallel()
	r := quiet()
	r.Handle("GET /users/{id}", http.HandlerFunc(echoPath))
	message := refused(t, func() { r.Handle("GET /users/{name}", http.HandlerFunc(echoPath)) })
	require.Regexp(t, `^wend: GET /users/\{name\} at \S+/router_test\.go:\d+ has the same shape as GET /users/\{id\} at \S+/router_test\.go:\d+:\n  both match "/users/x"; keep one, or make a segment literal$`, message)
}

func TestRouter_patterns(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, pattern, want string }{
		{"colon", "GET /u/:id", "{id}"},
		{"regex", "GET /u/{id:[0-9]+}", "pattern:"},
		{"convertor", "GET /u/{id:int}", "field"},
		{"host", "GET example.test/u", "http.ServeMux"},
		{"unclean", "GET /a//b", "column"},
		{"rest not last", "GET /{a...}/b", "column"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			message := refused(t, func() { quiet().Handle(test.pattern, http.HandlerFunc(echoPath)) })
			require.Contains(t, message, test.want)
		})
	}
}

func TestRouter_mountHandler(t *testing.T) {
	t.Parallel()
	show := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, r.URL.Path+" "+r.URL.EscapedPath()) })
	r := quiet()
	r.Group("/v1").Mount("/legacy", show)
	r.Mount("/a%20b", show)
	r.Mount("/a%2Fb/é", show)
	r.Group("/of/{tenant}").Mount("/legacy", show)
	r.Mount("/", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "rest "+r.URL.Path) }))
	r.Handle("GET /own", http.HandlerFunc(echoPath))
	tests := []struct{ path, want string }{
		{"/v1/legacy", "/ /"},
		{"/v1/legacy/", "/ /"},
		{"/v1/legacy/a/b", "/a/b /a/b"},
		{"/v1/legacy/a%2Fb", "/a/b /a%2Fb"},
		{"/v1/%6Cegacy/a%2Fb", "/a/b /a%2Fb"},
		{"/v1/legacy/%2Fb", "//b /%2Fb"},
		{"/a%20b/c", "/c /c"},
		{"/a%20b", "/ /"},
		{"/a%20b/c%2Fd", "/c/d /c%2Fd"},
		{"/a%2fb/%C3%A9/c%2Fd", "/c/d /c%2Fd"},
		{"/of/x%2Fy/legacy/c", "/c /c"},
		{"/of/x/legacy", "/ /"},
		{"/v1/other", "rest /v1/other"},
		{"/own", "GET /own"},
	}
	for _, test := range tests {
		if got := do(r, "GET", test.path, "").Body.String(); got != test.want {
			t.Errorf("%s: got %q, want %q", test.path, got, test.want)
		}
	}
	require.Contains(t, refused(t, func() { quiet().Mount("/{x}", show) }), `r.Group("/{x}")`)
}

func TestRouter_mountRouter(t *testing.T) {
	t.Parallel()
	trace := func(name string) wend.Option {
		return wend.With(func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Add("Trace", name)
				next.ServeHTTP(w, r)
			})
		})
	}
	sub := quiet(trace("sub"), wend.OnError(func(_ *http.Request, e *wend.Error) map[string]string {
		return map[string]string{"sub": e.Detail}
	}))
	type id struct {
		ID int `path:"id"`
	}
	wend.Get(sub.Group("/g"), "/{id}", func(_ context.Context, in id) (int, error) { return in.ID, nil }, wend.Name("one"))
	wend.Get(sub, "/fail", func(context.Context, none) (none, error) { return none{}, wend.Errorf(409, "no") })
	r := quiet(trace("root"))
	r.Mount("/api", sub)

	w := do(r, "GET", "/api/g/7", "")
	require.Equal(t, "7", w.Body.String())
	require.Equal(t, []string{"root", "sub"}, w.Header()["Trace"])
	require.JSONEq(t, `{"sub":"no"}`, do(r, "GET", "/api/fail", "").Body.String())
	problemOf(t, do(r, "GET", "/nope", ""))

	var patterns []string
	for rt := range r.Routes() {
		patterns = append(patterns, rt.Pattern())
	}
	require.ElementsMatch(t, []string{"GET /api/g/{id}", "GET /api/fail"}, patterns)
	path, err := r.URL("one", 3)
	require.NoError(t, err)
	require.Equal(t, "/api/g/3", path)
	require.Contains(t, refused(t, func() { wend.Get(sub, "/late", nothing) }), "mounted into another")
	require.Contains(t, refused(t, func() { quiet().Mount("/again", sub) }), "mounted already")
}

func TestRouter_frozen(t *testing.T) {
	t.Parallel()
	r := smallRouter()
	do(r, "GET", "/u/1", "")
	for name, change := range map[string]func(){
		"Handle": func() { r.Handle("GET /late", http.HandlerFunc(echoPath)) },
		"Get":    func() { wend.Get(r, "/late", nothing) },
		"Use":    func() { r.Use(func(h http.Handler) http.Handler { return h }) },
		"Group":  func() { r.Group("/late") },
		"Mount":  func() { r.Mount("/late", http.NotFoundHandler()) },
	} {
		require.Contains(t, refused(t, change), "first request", name)
	}
	require.Equal(t, "1", do(r, "GET", "/u/1", "").Body.String(), "what was served still is")
}

func TestRouter_collectErrors(t *testing.T) {
	t.Parallel()
	type twice struct {
		A int `query:"a" validate:"mim=1"`
		B int `query:"b" validate:"min=x"`
	}
	var log bytes.Buffer
	r := logged(&log, wend.CollectErrors())
	handler := func(context.Context, twice) (none, error) { return none{}, nil }
	wend.Get(r, "/a", handler)
	wend.Get(r, "/b", handler)
	wend.Get(r, "/c", handler)
	err := r.Err()
	require.Error(t, err)
	message := err.Error()
	require.Contains(t, message, "6 problems in 3 registrations")
	require.Equal(t, 3, strings.Count(message, "/router_test.go:"))
	require.Less(t, strings.Index(message, "GET /a,"), strings.Index(message, "GET /c,"), "sorted by call site")
	require.ErrorContains(t, r.Run(t.Context(), "127.0.0.1:0"), "6 problems")
	for range 3 {
		require.Equal(t, 500, do(r, "GET", "/a", "").Code)
	}
	require.Equal(t, 1, strings.Count(log.String(), "registration errors and serves nothing"), log.String())
}

func TestRouter_preflight(t *testing.T) {
	t.Parallel()
	cors := func(origin string) wend.Middleware {
		return func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Access-Control-Allow-Origin", origin)
				next.ServeHTTP(w, r)
			})
		}
	}
	r := quiet(wend.With(cors("root")))
	r.Handle("GET /a", http.HandlerFunc(echoPath), wend.With(cors("get")))
	r.Handle("POST /a", http.HandlerFunc(echoPath), wend.With(cors("post")))
	r.Handle("OPTIONS /own", http.HandlerFunc(echoPath))
	r.Handle("GET /own", http.HandlerFunc(echoPath))
	tests := []struct{ name, path, asked, want string }{
		{"route of the method", "/a", "POST", "post"},
		{"another route of the path", "/a", "GET", "get"},
		{"method that is not there", "/a", "DELETE", "root"},
		{"no preflight", "/a", "", "root"},
	}
	for _, test := range tests {
		headers := []string{"Origin: https://example.test"}
		if test.asked != "" {
			headers = append(headers, "Access-Control-Request-Method: "+test.asked)
		}
		w := do(r, "OPTIONS", test.path, "", headers...)
		require.Equal(t, 204, w.Code, test.name)
		require.Equal(t, test.want, w.Header().Get("Access-Control-Allow-Origin"), test.name)
		require.Equal(t, "GET, HEAD, OPTIONS, POST", w.Header().Get("Allow"), test.name)
	}
	own := do(r, "OPTIONS", "/own", "", "Origin: https://example.test", "Access-Control-Request-Method: GET")
	require.Equal(t, "OPTIONS /own", own.Body.String(), "an OPTIONS route of its own wins")
}

func TestRouter_limits(t *testing.T) {
	t.Parallel()
	r := smallRouter()
	require.Equal(t, 414, do(r, "GET", "/u/"+strings.Repeat("a", 8<<10), "").Code)
	require.Equal(t, 200, do(r, "GET", "/u/"+strings.Repeat("a", 8<<10-3), "").Code)
	require.Equal(t, 414, do(r, "GET", "/u/1?"+strings.Repeat("a", 16<<10+1), "").Code)
	var headers []string
	for i := range 101 {
		headers = append(headers, "X-"+strings.Repeat("a", i+1)+": 1")
	}
	require.Equal(t, 431, do(r, "GET", "/u/1", "", headers...).Code)
	require.Equal(t, 200, do(r, "GET", "/u/1", "", headers[:100]...).Code)
}

// TestRouter_refusedRoute uses routes that CollectErrors has let pass.
func TestRouter_refusedRoute(t *testing.T) {
	t.Parallel()
	r := quiet(wend.CollectErrors())
	for _, rt := range []*wend.Route{
		r.Handle("GET /x", nil),
		r.Handle("GET /:id", http.HandlerFunc(echoPath)),
		wend.Get(r, "/{x}", nothing),
	} {
		require.NotPanics(t, func() {
			_, _, _, _ = rt.Method(), rt.Pattern(), rt.Path(), rt.Name()
			_ = rt.Operation()
			_, _ = rt.URL()
			require.Contains(t, rt.Site(), "router_test.go:")
		})
	}
	require.Error(t, r.Err())
}

func TestRouter_WriteRoutes(t *testing.T) {
	t.Parallel()
	pass := func(next http.Handler) http.Handler { return next }
	r := quiet(wend.With(middleware.RequestID()))
	g := r.Group("/notes", wend.With(pass))
	wend.Get(g, "/{id}", getNote, wend.Name("note"))
	r.Handle("/files/", http.HandlerFunc(echoPath))
	var b strings.Builder
	require.NoError(t, r.WriteRoutes(&b))
	lines := strings.Split(strings.TrimSpace(b.String()), "\n")
	require.Len(t, lines, 3)
	require.Equal(t, []string{"METHOD", "PATH", "NAME", "HANDLER", "MIDDLEWARE", "REGISTERED", "AT"}, strings.Fields(lines[0]))
	require.Equal(t, []string{"any", "/files/", "-", "-", "RequestID"}, strings.Fields(lines[1])[:5])
	require.Equal(t, []string{"GET", "/notes/{id}", "note", "getNote", "RequestID", "TestRouter_WriteRoutes"}, strings.Fields(lines[2])[:6])
	require.Contains(t, lines[2], "router_test.go:")
}

func getNote(context.Context, struct {
	ID int `path:"id"`
},
) (none, error) {
	return none{}, nil
}

// More sets of methods than the router keeps written, asked twice.
func TestRouter_allowOfManySets(t *testing.T) {
	t.Parallel()
	r := quiet()
	methods := []string{"A", "B", "C", "D", "E", "F", "G"}
	want := make([]string, 1<<len(methods))
	for set := 1; set < len(want); set++ {
		var names []string
		for i, method := range methods {
			if set>>i&1 == 1 {
				names = append(names, method)
				r.Handle(fmt.Sprintf("%s /p%d", method, set), wend.HandlerFunc(idHandler))
			}
		}
		want[set] = strings.Join(append(names, "OPTIONS"), ", ")
	}
	for range 2 {
		for set := 1; set < len(want); set++ {
			answer := do(r, "GET", fmt.Sprintf("/p%d", set), "")
			require.Equal(t, 405, answer.Code)
			require.Equal(t, want[set], answer.Header().Get("Allow"))
			answer.Header().Add("Allow", "X") // a middleware may; the next client must not see it
		}
	}
}

func TestHandle_tooManyMethods(t *testing.T) {
	t.Parallel()
	r := quiet(wend.CollectErrors())
	for i := range 62 {
		r.Handle(fmt.Sprintf("M%d /", i), wend.HandlerFunc(idHandler))
	}
	require.ErrorContains(t, r.Err(), "M61 / at ")
	require.ErrorContains(t, r.Err(), "has one more method than the 63 that a router can have")
}
