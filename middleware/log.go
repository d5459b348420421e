package middleware

import (
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/wend-go/wend/internal/problem"
	"github.com/wend-go/wend/internal/rw"
)

// Log writes one line for each request when it has been answered: method, route
// pattern, status, bytes of the body, duration, client address, request id. The
// path itself is not logged, since it holds values. The level is info, or error
// from status 500 on. A nil logger is slog.Default at the time of use.
func Log(logger *slog.Logger) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			start := time.Now()
			out := rw.New(w, nil)
			finished := false
			defer func() { // a panic goes on; its line says that there was no answer
				logRequest(logger, out, r, time.Since(start), finished)
			}()
			next.ServeHTTP(out, r)
			finished = true
		})
	}
}

func logRequest(logger *slog.Logger, w *rw.Writer, r *http.Request, took time.Duration, finished bool) {
	if logger == nil {
		logger = slog.Default()
	}
	status := w.Status()
	if status == 0 && finished {
		status = http.StatusOK
	}
	level := slog.LevelInfo
	if status >= 500 || !finished {
		level = slog.LevelError
	}
	if !logger.Enabled(r.Context(), level) {
		return
	}
	attrs := [...]slog.Attr{
		slog.String("method", knownMethod(r.Method)),
		slog.String("pattern", r.Pattern),
		slog.Int("status", status),
		slog.Int64("bytes", w.Bytes()),
		slog.Duration("duration", took),
		slog.String("client", clientHost(r)),
		slog.String("request_id", problem.RequestID(w)),
	}
	logger.LogAttrs(r.Context(), level, "request", attrs[:]...)
}

// knownMethod keeps a client from inventing values for a log's index.
func knownMethod(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete,
		http.MethodOptions, http.MethodConnect, http.MethodTrace, "QUERY":
		return method
	}
	return "other"
}

// clientHost is the address of the connection's other end, without its port.
func clientHost(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}
