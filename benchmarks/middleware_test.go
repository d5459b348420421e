package main

import (
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	chimiddleware "github.com/go-chi/chi/v5/middleware"
	"github.com/labstack/echo/v5"
	echomiddleware "github.com/labstack/echo/v5/middleware"
	rscors "github.com/rs/cors"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/middleware"
	"github.com/wend-go/wend/middleware/cors"
)

// stackOrigin is the one that CORS lets in.
const stackOrigin = "https://app.example.com"

// secureFields are what wend's SecureHeaders sends by default.
var secureFields = [][2]string{
	{"X-Content-Type-Options", "nosniff"},
	{"X-Frame-Options", "DENY"},
	{"Referrer-Policy", "strict-origin-when-cross-origin"},
	{"Cross-Origin-Opener-Policy", "same-origin"},
	{"Cross-Origin-Resource-Policy", "same-origin"},
	{"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"},
}

// logAttrs is the line that all of them write.
func logAttrs(l *slog.Logger, r *http.Request, pattern string, status int, bytes int64, took time.Duration, client, id string) {
	l.LogAttrs(r.Context(), slog.LevelInfo, "request", slog.String("method", r.Method), slog.String("pattern", pattern),
		slog.Int("status", status), slog.Int64("bytes", bytes), slog.Duration("duration", took),
		slog.String("client", client), slog.String("request_id", id))
}

func stackWend(l *slog.Logger) http.Handler {
	mux := wend.New(wend.Logger(slog.New(slog.DiscardHandler)), wend.With(
		middleware.RequestID(), middleware.Log(l), middleware.Recover(nil), middleware.SecureHeaders(middleware.Secure{}),
		cors.New(cors.Options{Origins: []string{stackOrigin}}), middleware.Timeout(time.Minute),
	))
	mux.Handle("GET /hello/{name}", wend.HandlerFunc(func(c wend.Context) error { return c.Text(200, "hello "+c.Param("name")) }))
	return mux
}

func stackEcho(l *slog.Logger) http.Handler {
	mux := echo.New()
	mux.Use(
		echomiddleware.RequestID(),
		echomiddleware.RequestLoggerWithConfig(echomiddleware.RequestLoggerConfig{
			LogMethod: true, LogRoutePath: true, LogStatus: true, LogResponseSize: true, LogLatency: true, LogRemoteIP: true, LogRequestID: true,
			LogValuesFunc: func(c *echo.Context, v echomiddleware.RequestLoggerValues) error {
				logAttrs(l, c.Request(), v.RoutePath, v.Status, v.ResponseSize, v.Latency, v.RemoteIP, v.RequestID)
				return nil
			},
		}),
		echomiddleware.Recover(),
		echomiddleware.SecureWithConfig(echomiddleware.SecureConfig{
			ContentTypeNosniff: "nosniff", XFrameOptions: "DENY", ReferrerPolicy: "strict-origin-when-cross-origin",
			ContentSecurityPolicy: "default-src 'none'; frame-ancestors 'none'",
		}),
		func(next echo.HandlerFunc) echo.HandlerFunc { // what its own has no option for
			return func(c *echo.Context) error {
				c.Response().Header().Set("Cross-Origin-Opener-Policy", "same-origin")
				c.Response().Header().Set("Cross-Origin-Resource-Policy", "same-origin")
				return next(c)
			}
		},
		echomiddleware.CORSWithConfig(echomiddleware.CORSConfig{AllowOrigins: []string{stackOrigin}}),
		echomiddleware.ContextTimeout(time.Minute),
	)
	mux.GET("/hello/:name", func(c *echo.Context) error { return c.String(200, "hello "+c.Param("name")) })
	return mux
}

// chiLog is the line by the means of chi.
type chiLog struct{ l *slog.Logger }

type chiEntry struct {
	chiLog
	r *http.Request
}

func (f chiLog) NewLogEntry(r *http.Request) chimiddleware.LogEntry { return chiEntry{f, r} }

func (e chiEntry) Write(status, bytes int, _ http.Header, took time.Duration, _ any) {
	client, _, _ := net.SplitHostPort(e.r.RemoteAddr)
	logAttrs(e.l, e.r, chi.RouteContext(e.r.Context()).RoutePattern(), status, int64(bytes), took, client, chimiddleware.GetReqID(e.r.Context()))
}

func (chiEntry) Panic(any, []byte) {}

func stackChi(l *slog.Logger) http.Handler {
	mux := chi.NewRouter()
	mux.Use(chimiddleware.RequestID, chimiddleware.RequestLogger(chiLog{l}), chimiddleware.Recoverer)
	for _, f := range secureFields {
		mux.Use(chimiddleware.SetHeader(f[0], f[1]))
	}
	mux.Use(rscors.New(rscors.Options{AllowedOrigins: []string{stackOrigin}}).Handler, chimiddleware.Timeout(time.Minute))
	mux.Get("/hello/{name}", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		io.WriteString(w, "hello "+chi.URLParam(r, "name"))
	})
	return mux
}

// stacks are recovery, request id, log, timeout, secure headers and CORS before a small
// handler.
var stacks = []struct {
	name  string
	build func(*slog.Logger) http.Handler
}{{"wend", stackWend}, {"echo", stackEcho}, {"chi", stackChi}}

func stackRequest() *http.Request {
	r := httptest.NewRequest("GET", "/hello/ann", nil)
	r.Header.Set("Origin", stackOrigin)
	return r
}

// TestStacks holds that all do the same work. chi does not send its request id back.
func TestStacks(t *testing.T) {
	for _, s := range stacks {
		var line strings.Builder
		w := httptest.NewRecorder()
		s.build(slog.New(slog.NewJSONHandler(&line, nil))).ServeHTTP(w, stackRequest())
		if w.Code != 200 || w.Body.String() != "hello ann" || w.Header().Get("Access-Control-Allow-Origin") != stackOrigin {
			t.Errorf("%s: %d %q %v", s.name, w.Code, w.Body, w.Header())
		}
		for _, f := range secureFields {
			if got := w.Header().Get(f[0]); got != f[1] {
				t.Errorf("%s: %s is %q", s.name, f[0], got)
			}
		}
		for _, want := range []string{`"method":"GET"`, `/hello/`, `"status":200`, `"bytes":9`, `"client":"192.0.2.1"`} {
			if !strings.Contains(line.String(), want) || strings.Contains(line.String(), `"request_id":""`) {
				t.Errorf("%s: no %s in %s", s.name, want, &line)
			}
		}
	}
}

func BenchmarkStack(b *testing.B) {
	for _, s := range stacks {
		b.Run(s.name, func(b *testing.B) {
			h := s.build(slog.New(slog.NewJSONHandler(io.Discard, nil)))
			w, r := newWriter(false), stackRequest()
			b.ReportAllocs()
			for b.Loop() {
				w.reset()
				h.ServeHTTP(w, r)
			}
		})
	}
}
