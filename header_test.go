package wend_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend"
)

// twoLines is a responder whose header would be two lines.
type twoLines struct{}

func (twoLines) Respond(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("X-A", "a\r\nX-B: b")
	_, err := io.WriteString(w, "body")
	return err
}

// TestHeader_lineBreak shows that a value that would end its line is an error before
// anything is written, wherever it comes from.
func TestHeader_lineBreak(t *testing.T) {
	t.Parallel()
	const broken = "a/b\r\nX-B: b"
	write := func(_ context.Context, w io.Writer) error { _, err := io.WriteString(w, "body"); return err }
	content := func() wend.Download { return wend.Download{ETag: "a\x00b", Content: strings.NewReader("body")} }
	plain := func(f wend.HandlerFunc) func(r *wend.Router) {
		return func(r *wend.Router) { r.Handle("GET /", f) }
	}
	for _, c := range []struct {
		name     string
		register func(r *wend.Router)
	}{
		{"an Error", func(r *wend.Router) {
			wend.Get(r, "/", func(context.Context, none) (none, error) {
				return none{}, &wend.Error{Status: 401, Header: http.Header{"X-A": {"good", broken}}}
			})
		}},
		{"an envelope", func(r *wend.Router) {
			wend.Get(r, "/", func(context.Context, none) (out struct {
				A string `header:"X-A"`
			}, err error,
			) {
				out.A = broken
				return out, nil
			})
		}},
		{"a Responder", func(r *wend.Router) { wend.Get(r, "/", gives(twoLines{})) }},
		{"a Blob", func(r *wend.Router) { wend.Get(r, "/", gives(wend.Blob{MediaType: broken})) }},
		{"a Stream", func(r *wend.Router) { wend.Get(r, "/", gives(wend.Stream{MediaType: broken, Write: write})) }},
		{"a header of a Stream", func(r *wend.Router) {
			wend.Get(r, "/", gives(wend.Stream{Write: func(ctx context.Context, w io.Writer) error {
				w.(http.ResponseWriter).Header().Set("X-A", broken)
				_ = write(ctx, w)
				return nil
			}}))
		}},
		{"a Download", func(r *wend.Router) { wend.Get(r, "/", gives(content())) }},
		{"Context.Respond", plain(func(c wend.Context) error { return c.Respond(twoLines{}) })},
		{"Context.Blob", plain(func(c wend.Context) error { return c.Blob(200, broken, nil) })},
		{"Context.Stream", plain(func(c wend.Context) error { return c.Stream(200, wend.Stream{MediaType: broken, Write: write}) })},
		{"Context.Download", plain(func(c wend.Context) error { return c.Download(content()) })},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var log bytes.Buffer
			r := logged(&log)
			c.register(r)
			w := do(r, "GET", "/", "")
			require.Equal(t, 500, w.Code)
			require.Equal(t, http.Header{
				"Content-Type": {"application/problem+json"}, "X-Content-Type-Options": {"nosniff"}, "Content-Length": {"67"},
			}, w.Header())
			require.Contains(t, log.String(), "has a line break or NUL")
		})
	}
}

// gives is a handler that returns one value.
func gives[Out any](out Out) func(context.Context, none) (Out, error) {
	return func(context.Context, none) (Out, error) { return out, nil }
}

func TestHeader_setCookie(t *testing.T) {
	t.Parallel()
	message := refused(t, func() {
		wend.Get(quiet(), "/", gives(struct {
			Session string `header:"Set-Cookie"`
		}{}))
	})
	require.Contains(t, message, "writes Set-Cookie")
	require.Contains(t, message, "write `cookie:\"name\"` on a string or a wend.Cookie")
}
