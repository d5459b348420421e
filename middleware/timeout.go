package middleware

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/wend-go/wend/internal/rw"
)

// Timeout gives the request's context a deadline. When it has passed and the handler
// returns without having written, the answer is a 503, and the connection is closed.
// A handler that does not look at its context is not interrupted: see
// [BufferedTimeout]. It is not for streams, whose whole length it would bound. It
// panics unless d is positive.
func Timeout(d time.Duration) func(http.Handler) http.Handler {
	if d <= 0 {
		panic("middleware: Timeout wants a positive duration")
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			ctx, cancel := context.WithTimeout(r.Context(), d)
			defer cancel()
			out := rw.Watch(w)
			serveCopy(next, out, r, r.WithContext(ctx))
			if errors.Is(ctx.Err(), context.DeadlineExceeded) && r.Context().Err() == nil && !out.Begun() {
				rejectLate(w, r)
			}
		})
	}
}

func rejectLate(w http.ResponseWriter, r *http.Request) {
	reject(w, r, http.StatusServiceUnavailable, "the request took too long", "Connection", "close")
}
