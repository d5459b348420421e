package middleware

import (
	"log/slog"
	"net/http"
	"runtime/debug"

	"github.com/wend-go/wend/internal/problem"
	"github.com/wend-go/wend/internal/rw"
)

// Recover answers a panic with a 500 when nothing of the response has left, and
// otherwise aborts the connection, so that no client takes a part for the whole.
// The panic and its stack go to the logger, or to slog.Default when it is nil;
// http.ErrAbortHandler is passed on. Routes of a wend router need it not. A request
// that does not panic pays nothing.
func Recover(logger *slog.Logger) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			defer recovered(logger, w, r)
			next.ServeHTTP(w, r)
		})
	}
}

func recovered(logger *slog.Logger, w http.ResponseWriter, r *http.Request) {
	v := recover()
	if v == nil {
		return
	}
	if v == http.ErrAbortHandler {
		panic(v)
	}
	if logger == nil {
		logger = slog.Default()
	}
	logger.LogAttrs(r.Context(), slog.LevelError, "panic", slog.Any("panic", v), slog.String("pattern", r.Pattern),
		slog.String("request_id", problem.RequestID(w)), slog.String("stack", string(debug.Stack())))
	if rw.Begun(w) {
		panic(http.ErrAbortHandler)
	}
	problem.Reject(w, r, problem.Rejection{Status: http.StatusInternalServerError})
}
