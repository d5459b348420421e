package middleware_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"iter"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/middleware"
	"github.com/wend-go/wend/middleware/compress"
	"github.com/wend-go/wend/middleware/cors"
)

type wendNote struct {
	Text string `json:"text" validate:"required,max=2000"`
}

// router is a wend router with the usual chain.
func router(log io.Writer, opts ...wend.Option) *wend.Router {
	chain := wend.With(
		middleware.RequestID(), middleware.Log(slog.New(slog.NewTextHandler(log, nil))), middleware.SecureHeaders(middleware.Secure{}),
		cors.New(cors.Options{Origins: []string{"https://a.example"}}), compress.Responses(compress.Options{}),
		middleware.Timeout(time.Minute), compress.Requests(compress.Limits{Decoded: 4096}),
	)
	r := wend.New(append([]wend.Option{wend.Logger(slog.New(slog.DiscardHandler)), chain}, opts...)...)
	wend.Post(r, "/notes", func(_ context.Context, n wendNote) (wendNote, error) { return n, nil })
	wend.Get(r, "/fails", func(context.Context, wend.None) (wend.None, error) { return wend.None{}, errors.New("secret") })
	r.Handle("GET /panics", http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("secret") }))
	return r
}

// TestWend_headers holds that what the chain adds stands on every answer of a router,
// whatever it is.
func TestWend_headers(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	r := router(&log)
	for _, test := range []struct {
		name, method, target, body string
		want                       int
		pattern                    string
	}{
		{"typed", "POST", "/notes", `{"text":"a"}`, 200, "POST /notes"},
		{"invalid", "POST", "/notes", `{}`, 422, "POST /notes"},
		{"not found", "GET", "/nothing", "", 404, ""},
		{"method", "DELETE", "/notes", "", 405, ""},
		{"error", "GET", "/fails", "", 500, "GET /fails"},
		{"panic", "GET", "/panics", "", 500, "GET /panics"},
	} {
		log.Reset()
		req := httptest.NewRequest(test.method, test.target, strings.NewReader(test.body))
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Origin", "https://a.example")
		w := httptest.NewRecorder()
		r.ServeHTTP(w, req)
		require.Equal(t, test.want, w.Code, test.name)
		for _, name := range []string{"X-Request-Id", "Access-Control-Allow-Origin", "Content-Security-Policy"} {
			require.NotEmpty(t, w.Header().Get(name), "%s: %s", test.name, name)
		}
		vary := strings.Join(w.Header()["Vary"], ", ")
		require.Contains(t, vary, "Origin", test.name)
		require.Contains(t, vary, "Accept-Encoding", test.name)
		require.NotContains(t, w.Body.String(), "secret", test.name)
		if w.Code >= 400 {
			require.Contains(t, w.Body.String(), w.Header().Get("X-Request-Id"), test.name)
		}
		require.Contains(t, log.String(), w.Header().Get("X-Request-Id"), test.name)
		require.Contains(t, log.String(), test.pattern, test.name)
	}
}

func TestWend_preflight(t *testing.T) {
	t.Parallel()
	r := router(io.Discard)
	apart := wend.New()
	only := apart.Group("/only", wend.With(cors.New(cors.Options{Origins: []string{"https://b.example"}})))
	wend.Put(only, "/x", func(context.Context, wend.None) (wend.None, error) { return wend.None{}, nil })
	wend.Get(apart, "/only/x", func(context.Context, wend.None) (wend.None, error) { return wend.None{}, nil })
	for _, test := range []struct {
		name                         string
		h                            http.Handler
		target, method, origin, want string
	}{
		{"of the root", r, "/notes", "POST", "https://a.example", "https://a.example"},
		{"without a route", r, "/nothing", "POST", "https://a.example", "https://a.example"},
		{"of a stranger", r, "/notes", "POST", "https://evil.test", ""},
		{"of the route that it asks about", apart, "/only/x", "PUT", "https://b.example", "https://b.example"},
		{"of another method's route", apart, "/only/x", "GET", "https://b.example", ""},
	} {
		w := send(test.h, "OPTIONS", test.target, "Origin: "+test.origin, "Access-Control-Request-Method: "+test.method)
		require.Equal(t, 204, w.Code, test.name)
		require.Equal(t, test.want, w.Header().Get("Access-Control-Allow-Origin"), test.name)
	}
}

func TestWend_compressed(t *testing.T) {
	t.Parallel()
	r := router(io.Discard)
	long := strings.Repeat("long ", 300)
	post := func(body []byte, coding string) *httptest.ResponseRecorder {
		req := httptest.NewRequest("POST", "/notes", bytes.NewReader(body))
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Accept-Encoding", "gzip")
		if coding != "" {
			req.Header.Set("Content-Encoding", coding)
		}
		w := httptest.NewRecorder()
		r.ServeHTTP(w, req)
		return w
	}
	zip := func(text string) []byte {
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		io.WriteString(w, text)
		w.Close()
		return b.Bytes()
	}
	w := post(zip(`{"text":"`+long+`"}`), "gzip")
	require.Equal(t, 200, w.Code, w.Body.String())
	require.Equal(t, "gzip", w.Header().Get("Content-Encoding"))
	body, err := gzip.NewReader(w.Body)
	require.NoError(t, err)
	decoded, err := io.ReadAll(body)
	require.NoError(t, err)
	require.Equal(t, `{"text":"`+long+`"}`, string(decoded))
	require.Equal(t, 413, post(zip(`{"text":"`+strings.Repeat("long ", 3000)+`"}`), "gzip").Code)
	require.Equal(t, 400, post([]byte("no gzip"), "gzip").Code)
	require.Equal(t, 415, post([]byte("br"), "br").Code)
}

// TestWend_ownFormat shows a rejection in the format of the application.
func TestWend_ownFormat(t *testing.T) {
	t.Parallel()
	type failure struct {
		Error string `json:"error"`
	}
	r := router(io.Discard, wend.OnError(func(_ *http.Request, e *wend.Error) failure { return failure{e.Detail} }))
	guarded := r.Group("/guarded", wend.With(middleware.APIKey("X-Key", middleware.StaticKeys("a"))))
	guarded.Handle("GET /x", hello)
	w := send(r, "GET", "/guarded/x")
	require.Equal(t, 401, w.Code)
	require.Equal(t, `{"error":"valid credentials are required"}`, w.Body.String())
	require.NotEmpty(t, w.Header().Get("Www-Authenticate"))
}

// TestLog_drain: what the server itself cuts off because it stops is no error, and neither is
// a client that has left; what a handler cuts off is.
func TestLog_drain(t *testing.T) {
	t.Parallel()
	fails := errors.New("the source has failed")
	for _, test := range []struct {
		name  string
		end   func(stop, leave func()) // once the first item is out
		err   error
		level string
	}{
		{"the server stops", func(stop, _ func()) { stop() }, nil, "INFO"},
		{"the client leaves", func(_, leave func()) { leave() }, nil, "INFO"},
		{"the handler fails", func(_, _ func()) {}, fails, "ERROR"},
	} {
		for _, place := range []string{"With", "Outer", "behind compression"} {
			t.Run(test.name+", "+place, func(t *testing.T) {
				t.Parallel()
				var log bytes.Buffer
				logged := middleware.Log(slog.New(slog.NewTextHandler(&log, nil)))
				opts := map[string]wend.Option{
					"With": wend.With(logged), "Outer": wend.Outer(logged), "behind compression": wend.With(logged, compress.Responses(compress.Options{MinSize: 1})),
				}
				r := wend.New(wend.Logger(slog.New(slog.DiscardHandler)), opts[place])
				began := make(chan struct{})
				wend.Get(r, "/lines", func(ctx context.Context, _ wend.None) (iter.Seq2[int, error], error) {
					return func(yield func(int, error) bool) {
						if !yield(1, nil) {
							return
						}
						close(began)
						if test.err == nil {
							<-ctx.Done()
						}
						yield(0, errors.Join(test.err, context.Cause(ctx)))
					}, nil
				})
				require.NoError(t, r.Start(t.Context()))
				ctx, leave := context.WithCancel(t.Context())
				defer leave()
				done := make(chan any)
				go func() {
					defer func() { done <- recover() }()
					req := httptest.NewRequestWithContext(ctx, "GET", "/lines", nil)
					req.Header.Set("Accept-Encoding", "gzip")
					r.ServeHTTP(httptest.NewRecorder(), req)
				}()
				<-began
				stop := func() { _ = r.Stop(t.Context()) }
				test.end(stop, leave)
				if aborted := <-done; test.name != "the client leaves" {
					require.Equal(t, http.ErrAbortHandler, aborted, "nobody takes half of it for the whole")
				}
				require.Contains(t, log.String(), "level="+test.level)
				require.Contains(t, log.String(), "status=200")
			})
		}
	}
}
