package wend_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend"
)

// TestOuter rewrites the path before the match, which middleware behind it cannot.
func TestOuter(t *testing.T) {
	t.Parallel()
	strip := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			r.URL.Path = strings.TrimPrefix(r.URL.Path, "/api")
			next.ServeHTTP(w, r)
		})
	}
	register := func(r *wend.Router, opts ...wend.Option) *wend.Router {
		wend.Patch(r, "/{id}", func(_ context.Context, in struct {
			ID int `path:"id"`
		},
		) (int, error) {
			return in.ID, nil
		}, opts...)
		return r
	}
	require.Equal(t, "7", do(register(quiet(wend.Outer(strip))), "PATCH", "/api/7", "").Body.String())
	moved := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			r.URL.Path = "/a/b"
			next.ServeHTTP(w, r)
		})
	}
	w := do(register(quiet(), wend.With(moved)), "PATCH", "/7", "")
	require.Equal(t, 500, w.Code, "a path that no longer fits is never a mistake of the client")
	problemOf(t, w)
}

func TestPlainCookies(t *testing.T) {
	t.Parallel()
	r := quiet(wend.PlainCookies())
	wend.Get(r, "/", func(context.Context, none) (struct {
		Theme string `cookie:"theme"`
		ID    string `cookie:"__Host-id"`
	}, error,
	) {
		return struct {
			Theme string `cookie:"theme"`
			ID    string `cookie:"__Host-id"`
		}{"dark", "1"}, nil
	})
	require.Equal(t, []string{
		"theme=dark; Path=/; HttpOnly; SameSite=Lax",
		"__Host-id=1; Path=/; HttpOnly; Secure; SameSite=Lax",
	}, do(r, "GET", "/", "").Header()["Set-Cookie"], "a browser drops __Host- without Secure")
}

// TestOptions_levels gives options where they mean nothing, and wrong values.
func TestOptions_levels(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		given func()
		want  string
	}{
		{"router option at a group", func() { quiet().Group("/x", wend.Dev()) }, "Dev means nothing at a group"},
		{"router option at a route", func() { wend.Get(quiet(), "/", nothing, wend.Outer()) }, "Outer means nothing at a route"},
		{"route option at a router", func() { quiet(wend.Status(201)) }, "Status means nothing at a router"},
		{"route option at a group", func() { quiet().Group("/x", wend.Summary("s")) }, "Summary means nothing at a group"},
		{"start with nothing", func() { quiet(wend.OnStart(nil)) }, "OnStart is given nil"},
		{"stop with nothing", func() { quiet(wend.OnStop(nil)) }, "OnStop is given nil"},
		{"a server that nothing changes", func() { quiet(wend.Server(nil)) }, "Server is given nil"},
		{"outer middleware that is not there", func() { quiet(wend.Outer(nil)) }, "Outer is given a nil middleware"},
		{"a certificate without its key", func() { quiet(wend.TLS("cert.pem", "")) }, "TLS needs the names of two files"},
		{"an error format of no media type", func() {
			quiet(wend.OnError(func(*http.Request, *wend.Error) ginError { return ginError{} }, "json"))
		}, `OnError is given "json", which is no media type`},
		{"an error with a header of two lines", func() {
			quiet(wend.Errors(&wend.Error{Status: 401, Header: http.Header{"X-A": {"a\nb"}}}))
		}, "the header X-A has a line break or NUL"},
		{"an error with a member that has no form in JSON", func() {
			quiet(wend.Errors(&wend.Error{Status: 409, Extra: map[string]any{"who": make(chan int)}}))
		}, "Errors has an extra member without a form in JSON"},
		{"a header of a response that none can be", func() {
			wend.Get(quiet(), "/", func(context.Context, none) (o struct {
				Next string `header:"Next Page"`
			}, err error,
			) {
				return o, nil
			})
		}, `has the name "Next Page", which no header can have`},
		{"a cookie of a response that none can be", func() {
			wend.Get(quiet(), "/", func(context.Context, none) (o struct {
				Theme wend.Cookie `cookie:"theme;Domain"`
			}, err error,
			) {
				return o, nil
			})
		}, `has the name "theme;Domain", which no cookie can have`},
		{"a struct as the header of a response", func() {
			wend.Get(quiet(), "/", func(context.Context, none) (o struct {
				Page struct {
					Next string `json:"next"`
				} `header:"X-Page"`
			}, err error,
			) {
				return o, nil
			})
		}, "cannot be written as the text of a header"},
		{"a list as a cookie of a response", func() {
			wend.Get(quiet(), "/", func(context.Context, none) (o struct {
				Seen []int `cookie:"seen"`
			}, err error,
			) {
				return o, nil
			})
		}, "cannot be written as the text of a cookie"},
		{"one status twice", func() {
			wend.Get(quiet(), "/", func(context.Context, none) (o struct {
				Status int `status:"201,202,201"`
			}, err error,
			) {
				return o, nil
			})
		}, "declares the status 201 twice"},
		{"a status and more", func() {
			wend.Get(quiet(), "/", func(context.Context, none) (o struct {
				Status int `status:"201x"`
			}, err error,
			) {
				return o, nil
			})
		}, `declares the status "201x"`},
		{"router option at Func", func() { wend.Func(nothing, wend.TLS("a", "b")) }, "TLS means nothing at wend.Func"},
		{"nil", func() { quiet(nil) }, "nil option"},
		{"negative time", func() { quiet(wend.BodyTimeout(-time.Second)) }, "negative"},
		{"negative size", func() { quiet(wend.MaxBody(-1)) }, "negative"},
		{"status of an error", func() { quiet(wend.Errors(&wend.Error{Status: 200})) }, "no error's"},
		{"status of success", func() { wend.Get(quiet(), "/", nothing, wend.Status(404)) }, "from 200 to 399"},
	}
	for _, test := range tests {
		require.Contains(t, refused(t, test.given), test.want, test.name)
	}
}
