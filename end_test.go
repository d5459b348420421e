package wend_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/binding"
	"github.com/wend-go/wend/middleware"
)

// TestPlain_maxBody: a body that wend does not read has the same total as one that it does.
func TestPlain_maxBody(t *testing.T) {
	t.Parallel()
	read := wend.HandlerFunc(func(c wend.Context) error {
		data, err := io.ReadAll(c.Request().Body)
		if err != nil {
			return err
		}
		return c.Text(200, fmt.Sprint(len(data)))
	})
	var asked atomic.Int64 // bytes that the server behind the proxy has seen
	behind := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n, _ := io.Copy(io.Discard, r.Body)
		asked.Add(n)
		fmt.Fprint(w, n)
	}))
	t.Cleanup(behind.Close)
	proxy := func() http.Handler {
		return middleware.Proxy(middleware.Upstreams{Targets: []string{behind.URL}, Logger: slog.New(slog.DiscardHandler)})
	}
	plain := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n, err := io.Copy(io.Discard, r.Body)
		var tooBig *http.MaxBytesError
		if errors.As(err, &tooBig) {
			w.WriteHeader(507)
			fmt.Fprint(w, tooBig.Limit)
			return
		}
		fmt.Fprint(w, n)
	})
	r := quiet()
	r.Handle("POST /context", read)
	r.Handle("POST /plain", plain)
	r.Handle("POST /proxy", proxy())
	r.Mount("/mounted", plain)
	wend.Post(r, "/request", func(_ context.Context, in struct{ Request *http.Request }) (wend.Text, error) {
		n, err := io.Copy(io.Discard, in.Request.Body)
		return wend.Text(fmt.Sprint(n)), err
	})
	r.Handle("POST /bind", wend.HandlerFunc(func(c wend.Context) error {
		var in struct {
			File binding.Upload `form:"f" validate:"maxsize=40MiB"`
		}
		if err := c.Bind(&in); err != nil {
			return err
		}
		return c.Text(200, fmt.Sprint(in.File.Size()))
	}))
	small, lifted := r.Group("/small", wend.MaxBody(100)), r.Group("/lifted", wend.MaxBody(0))
	small.Handle("POST /", read)
	small.Handle("POST /own", wend.HandlerFunc(func(c wend.Context) error {
		in, err := binding.Request[struct{ Body []byte }](c.Request()) // whose limit is 1 MiB
		if err != nil {
			return err
		}
		return c.Text(200, fmt.Sprint(len(in.Body)))
	}))
	lifted.Handle("POST /", read)
	lifted.Handle("POST /proxy", proxy())
	const multipart = "Content-Type: multipart/form-data; boundary=b"
	file := func(n int) string {
		head, foot := "--b\r\nContent-Disposition: form-data; name=f; filename=x\r\n\r\n", "\r\n--b--\r\n"
		return head + strings.Repeat("x", n) + foot
	}
	for _, c := range []struct {
		name, path, kind string
		body             string
		status           int
		want             string
	}{
		{"a HandlerFunc at the limit", "/context", octets, strings.Repeat("x", 1<<20), 200, "1048576"},
		{"a HandlerFunc over it", "/context", octets, strings.Repeat("x", 1<<20+1), 413, "at most 1048576 bytes"},
		{"a multipart body at its limit", "/context", multipart, strings.Repeat("x", 32<<20), 200, "33554432"},
		{"a multipart body over it", "/context", multipart, strings.Repeat("x", 32<<20+1), 413, "at most 33554432 bytes"},
		{"a plain handler at the limit", "/plain", octets, strings.Repeat("x", 1<<20), 200, "1048576"},
		{"a plain handler sees the error of net/http", "/plain", octets, strings.Repeat("x", 1<<20+1), 507, "1048576"},
		{"a mounted handler", "/mounted/x", octets, strings.Repeat("x", 1<<20+1), 507, "1048576"},
		{"a typed endpoint that takes the request", "/request", octets, strings.Repeat("x", 1<<20+1), 413, "at most 1048576 bytes"},
		{"a proxy", "/proxy", octets, strings.Repeat("x", 1<<20+1), 413, "too large"},
		{"what is bound has its own total", "/bind", multipart, file(40 << 20), 200, "41943040"},
		{"and its own rule", "/bind", multipart, file(40<<20 + 1), 422, "maxsize"},
		{"a total that was given", "/small/", octets, strings.Repeat("x", 100), 200, "100"},
		{"over the given total", "/small/", octets, strings.Repeat("x", 101), 413, "at most 100 bytes"},
		{"over the given total, of multipart", "/small/", multipart, strings.Repeat("x", 101), 413, "at most 100 bytes"},
		{"who binds by other limits does not get more", "/small/own", octets, strings.Repeat("x", 101), 413, "at most 100 bytes"},
		{"lifted", "/lifted/", octets, strings.Repeat("x", 2<<20), 200, "2097152"},
		{"lifted before a proxy", "/lifted/proxy", octets, strings.Repeat("x", 2<<20), 200, "2097152"},
	} {
		for _, length := range []string{"declared", "chunked"} {
			t.Run(c.name+", "+length, func(t *testing.T) {
				before := asked.Load()
				req := requestFor("POST", c.path, strings.NewReader(c.body), c.kind)
				if length == "chunked" {
					req.ContentLength = -1
				}
				w := answer(r, req)
				require.Equal(t, c.status, w.Code, w.Body.String())
				require.Contains(t, w.Body.String(), c.want)
				if c.path == "/proxy" && length == "declared" {
					require.Equal(t, before, asked.Load(), "nothing of a body that says how long it is has been passed on")
				}
			})
		}
	}
}

// TestWriteError_maxBytes: the error of a reader that a handler or a middleware has made for
// itself is a 413 as well, unless the application says what it is.
func TestWriteError_maxBytes(t *testing.T) {
	t.Parallel()
	read := wend.HandlerFunc(func(c wend.Context) error {
		_, err := io.ReadAll(http.MaxBytesReader(c.Writer(), c.Request().Body, 3))
		return fmt.Errorf("reading: %w", err)
	})
	r := quiet()
	r.Handle("POST /default", read)
	r.Handle("POST /mapped", read, wend.MapError(func(err error) *wend.Error {
		return &wend.Error{Status: 422, Detail: "mine", Err: err}
	}))
	w := do(r, "POST", "/default", "four")
	require.Equal(t, 413, w.Code)
	require.Equal(t, "close", w.Header().Get("Connection"))
	require.Equal(t, 422, do(r, "POST", "/mapped", "four").Code)
}
