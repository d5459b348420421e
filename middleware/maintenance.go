package middleware

import (
	"net/http"
	"time"
)

// Maintenance answers 503 with Retry-After while on reports true; an atomic.Bool's Load
// is such a function. retry is rounded up to whole seconds, 0 is a minute. Health checks
// belong outside of it. It panics without a function and on a negative time.
func Maintenance(on func() bool, retry time.Duration) func(http.Handler) http.Handler {
	if on == nil || retry < 0 {
		panic("middleware: Maintenance wants a function and no negative time")
	}
	if retry == 0 {
		retry = time.Minute
	}
	after := seconds(retry)
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if on() {
				reject(w, r, http.StatusServiceUnavailable, "down for maintenance", "Retry-After", after)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}
