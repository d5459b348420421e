package middleware_test

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"go/ast"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/middleware"
	"github.com/wend-go/wend/middleware/compress"
)

// ginError is the shape that programs of gin answer with.
type ginError struct {
	Error string `json:"error"`
}

// rejection is a middleware with a request that it rejects.
type rejection struct {
	name  string
	mw    func(http.Handler) http.Handler
	want  int
	lines []string
	path  string // "" is /x
}

// noCount is a store that has failed.
type noCount struct{}

func (noCount) Allow(context.Context, string, middleware.Limit) (middleware.Quota, error) {
	return middleware.Quota{}, errors.New("secret")
}

func rejections() []rejection {
	quiet := slog.New(slog.DiscardHandler)
	once := func(mw func(http.Handler) http.Handler) func(http.Handler) http.Handler {
		mw(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
		return mw
	}
	full := middleware.Throttle(middleware.Capacity{InFlight: 1, Queue: 0})
	never := func(next http.Handler) http.Handler { // a request that holds the only place
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			full(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { full(next).ServeHTTP(w, r) })).ServeHTTP(httptest.NewRecorder(), r)
		})
	}
	all := func(*http.Request) bool { return true }
	return []rejection{
		{"AllowCharset", middleware.AllowCharset("utf-8"), 415, []string{"Content-Type: text/plain; charset=x"}, ""},
		{"AllowContentEncoding", middleware.AllowContentEncoding(), 415, []string{"Content-Encoding: x"}, ""},
		{"AllowContentType", middleware.AllowContentType("a/b"), 415, []string{"Content-Type: c/d"}, ""},
		{"AllowedHosts", middleware.AllowedHosts("a.test"), 400, nil, ""},
		{"APIKey", middleware.APIKey("X-Key", middleware.StaticKeys("a")), 401, nil, ""},
		{"BasicAuth", middleware.BasicAuth("r", middleware.StaticUsers(map[string]string{"a": "b"})), 401, nil, ""},
		{"Bearer", middleware.Bearer("r", middleware.StaticKeys("a")), 401, nil, ""},
		{"BodyLimit", middleware.BodyLimit(1), 413, nil, ""},
		{"BufferedTimeout", middleware.BufferedTimeout(time.Nanosecond), 503, nil, "/late"},
		{"compress.Requests", compress.Requests(compress.Limits{}), 415, []string{"Content-Encoding: br"}, ""},
		{"CSRF", middleware.CSRF(), 403, []string{"Origin: https://evil.test"}, ""},
		{"EarlyData", middleware.EarlyData(), 425, []string{"Early-Data: 1"}, ""},
		{"HTTPSRedirect", middleware.HTTPSRedirect("a.test"), 400, nil, `/x\`},
		{"Maintenance", middleware.Maintenance(func() bool { return true }, 0), 503, nil, ""},
		{"RateLimit", once(middleware.RateLimit(middleware.Rate{PerSecond: 1e-9, Burst: 1})), 429, nil, ""},
		{"RateLimit, failed store", middleware.RateLimit(middleware.Rate{PerSecond: 1, Burst: 1, Store: noCount{}}), 503, nil, ""},
		{"Recover", middleware.Recover(quiet), 500, nil, "/panic"},
		{"StripPrefix", middleware.StripPrefix("/other"), 404, nil, ""},
		{"Throttle", never, 503, nil, ""},
		{"Timeout", middleware.Timeout(time.Nanosecond), 503, nil, "/late"},
		{"Unless", middleware.Unless(func(*http.Request) bool { return false }, middleware.EarlyData()), 425, []string{"Early-Data: 1"}, ""},
		{"When", middleware.When(all, middleware.EarlyData()), 425, []string{"Early-Data: 1"}, ""},
	}
}

// TestOnError holds that what a middleware rejects is rejected in the words and the format
// of the application, wherever in the router it stands.
func TestOnError(t *testing.T) {
	t.Parallel()
	for _, c := range rejections() {
		for place, option := range map[string]func(...wend.Middleware) wend.Option{"With": wend.With, "Outer": wend.Outer} {
			t.Run(c.name+", "+place, func(t *testing.T) {
				t.Parallel()
				r := wend.New(wend.Logger(slog.New(slog.DiscardHandler)), option(c.mw),
					wend.OnError(func(_ *http.Request, e *wend.Error) ginError { return ginError{cmp.Or(e.Detail, e.Title)} }))
				end := func(w http.ResponseWriter, r *http.Request) {
					switch r.URL.Path {
					case "/panic":
						panic("secret")
					case "/late":
						<-r.Context().Done()
					}
				}
				for _, path := range []string{"/x", "/late", "/panic"} {
					r.Handle("POST "+path, http.HandlerFunc(end))
				}
				req := httptest.NewRequest("POST", "/x", strings.NewReader("body"))
				if c.path != "" {
					req.URL.Path = c.path
				}
				for _, line := range c.lines {
					name, value, _ := strings.Cut(line, ": ")
					req.Header.Set(name, value)
				}
				w := httptest.NewRecorder()
				r.ServeHTTP(w, req)
				require.Equal(t, c.want, w.Code, w.Body.String())
				require.Equal(t, "application/json", w.Header().Get("Content-Type"))
				require.Regexp(t, `^\{"error":"[^"]+"\}\n?$`, w.Body.String())
				require.NotContains(t, w.Body.String(), "secret")
			})
		}
	}
}

// TestOnError_all holds that the table has every middleware whose source rejects something.
func TestOnError_all(t *testing.T) {
	t.Parallel()
	all, _, _ := surface(t)
	var tested []string
	for _, c := range rejections() {
		tested = append(tested, c.name)
	}
	found := 0
	for _, c := range all {
		rejects := false
		ast.Inspect(c.decl, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			switch f := call.Fun.(type) {
			case *ast.Ident:
				rejects = rejects || strings.HasPrefix(f.Name, "reject") || f.Name == "guard" || f.Name == "ofBodies"
			case *ast.SelectorExpr:
				rejects = rejects || f.Sel.Name == "Reject"
			}
			return true
		})
		if rejects {
			found++
			if !slices.Contains(tested, c.name) {
				t.Errorf("%s rejects, and is not in the table", c.name)
			}
		}
	}
	require.Greater(t, found, 14)
}

// TestOuter_panic: a middleware outside of the match is under the router's recovery as well.
func TestOuter_panic(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	broken := func(http.Handler) http.Handler {
		return http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("secret") })
	}
	r := wend.New(wend.Logger(slog.New(slog.NewTextHandler(&log, nil))), wend.Outer(broken))
	w := httptest.NewRecorder()
	r.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	require.Equal(t, 500, w.Code)
	require.NotContains(t, w.Body.String(), "secret")
	require.Contains(t, log.String(), "secret")
}

// TestOuter_pattern: who stands around the router sees the pattern and not the form's files,
// although the router serves a copy of the request.
func TestOuter_pattern(t *testing.T) {
	t.Parallel()
	pass := func(next http.Handler) http.Handler { return next }
	r := wend.New(wend.Outer(pass), wend.OnError(func(_ *http.Request, e *wend.Error) ginError { return ginError{e.Detail} }))
	r.Handle("GET /x/{id}", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, wend.Param(r, "id")) }))
	w, req := httptest.NewRecorder(), httptest.NewRequest("GET", "/x/7", nil)
	r.ServeHTTP(w, req)
	require.Equal(t, "7", w.Body.String())
	require.Equal(t, "GET /x/{id}", req.Pattern)
}
