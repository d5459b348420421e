package wend_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend"
)

// TestTimeout_plain holds what is no typed endpoint to the deadline of its scopes.
func TestTimeout_plain(t *testing.T) {
	t.Parallel()
	wait := func(r *http.Request) { <-r.Context().Done() }
	plain := func(f http.HandlerFunc) http.Handler { return f }
	for _, c := range []struct {
		name   string
		h      http.Handler
		opts   []wend.Option
		status int
		body   string // "" is not looked at
	}{
		{"nothing written", plain(func(_ http.ResponseWriter, r *http.Request) { wait(r) }), nil, 503, ""},
		{"written too late", plain(func(w http.ResponseWriter, r *http.Request) {
			wait(r)
			w.WriteHeader(201)
			_, err := io.WriteString(w, "late")
			_, _ = w.Write([]byte("late"))
			w.(http.Flusher).Flush()
			_, _ = w.(io.ReaderFrom).ReadFrom(http.NoBody)
			if err != nil {
				panic(err)
			}
		}), nil, 503, ""},
		{"written in time", plain(func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(202)
			wait(r)
			_, _ = io.WriteString(w, "early")
		}), nil, 202, "early"},
		{"done in time", plain(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "early") }), nil, 200, "early"},
		{"lifted", plain(func(w http.ResponseWriter, r *http.Request) {
			if _, limited := r.Context().Deadline(); !limited {
				_, _ = io.WriteString(w, "free")
			}
		}), []wend.Option{wend.Timeout(0)}, 200, "free"},
		{"a HandlerFunc that is late", wend.HandlerFunc(func(c wend.Context) error { wait(c.Request()); return c.Text(200, "late") }), nil, 503, ""},
		{"a HandlerFunc that says so", wend.HandlerFunc(func(c wend.Context) error { wait(c.Request()); return c.Context().Err() }), nil, 503, ""},
		{"a HandlerFunc with another error", wend.HandlerFunc(func(c wend.Context) error { wait(c.Request()); return wend.Errorf(404, "none") }), nil, 404, `{"type":"about:blank","title":"Not Found","status":404,"detail":"none"}`},
		{"a HandlerFunc that fails", wend.HandlerFunc(func(c wend.Context) error { return errors.New("secret") }), nil, 500, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				r := quiet(wend.Timeout(time.Second))
				r.Handle("GET /", c.h, c.opts...)
				w := do(r, "GET", "/", "")
				require.Equal(t, c.status, w.Code)
				if c.body != "" {
					require.Equal(t, c.body, w.Body.String())
				}
				if c.status == 503 {
					require.Equal(t, "close", w.Header().Get("Connection"))
					require.NotContains(t, w.Body.String(), "late")
					problemOf(t, w)
				}
			})
		})
	}
}

// A response that fails at one of its headers has none of the others.
func TestEnvelope_headersOfAFailure(t *testing.T) {
	t.Parallel()
	type signedIn struct {
		Next string       `header:"X-Next"`
		ID   string       `cookie:"__Host-id"`
		Old  *wend.Cookie `cookie:"old"`
		Name string       `header:"X-Name"`
		Body string
	}
	get := func(out signedIn) http.Header {
		r := quiet(wend.With(func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Add("Set-Cookie", "seen=1")
				next.ServeHTTP(w, r)
			})
		}))
		wend.Get(r, "/", func(context.Context, none) (signedIn, error) { return out, nil })
		return do(r, "GET", "/", "").Header()
	}
	h := get(signedIn{Next: "/a", ID: "7", Old: &wend.Cookie{MaxAge: -1}, Name: "Emma"})
	require.Equal(t, "/a", h.Get("X-Next"))
	require.Equal(t, []string{
		"seen=1", "__Host-id=7; Path=/; HttpOnly; Secure; SameSite=Lax", "old=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax",
	}, h["Set-Cookie"])
	for _, wrong := range []signedIn{
		{Next: "/a", ID: "7", Name: "Emma\nX-Admin: yes"},
		{Next: "/a", ID: "7", Old: &wend.Cookie{Value: "a;b"}},
		{Next: "/a", ID: "7;"},
	} {
		h := get(wrong)
		require.Empty(t, h.Get("X-Next"))
		require.Equal(t, []string{"seen=1"}, h["Set-Cookie"])
		require.Equal(t, "application/problem+json", h.Get("Content-Type"))
	}
}

// HEAD of a stream has the headers of its GET.
func TestStream_head(t *testing.T) {
	t.Parallel()
	r := quiet()
	wend.Get(r, "/csv", func(context.Context, none) (wend.Stream, error) {
		return wend.Stream{MediaType: "text/csv", Write: func(_ context.Context, w io.Writer) error {
			_, err := io.WriteString(w, "a,b\n")
			return err
		}}, nil
	})
	wend.Get(r, "/events", func(context.Context, none) (wend.Events[int], error) {
		return func(yield func(wend.Event[int], error) bool) { yield(wend.Event[int]{Data: 1}, nil) }, nil
	})
	for _, path := range []string{"/csv", "/events"} {
		got, head := do(r, "GET", path, ""), do(r, "HEAD", path, "")
		require.Equal(t, got.Header(), head.Header(), path)
		require.Empty(t, head.Body.String(), path)
	}
}
