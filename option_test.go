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
