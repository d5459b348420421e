package middleware

import (
	"net/http"
	"strconv"
	"time"

	"github.com/wend-go/wend/internal/rw"
)

// ServerTiming says in Server-Timing how long it took until the response began, in
// milliseconds, as "app;dur=1.234". It tells strangers what is slow: put it where they
// are not.
func ServerTiming() func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			start := time.Now()
			begin := func() {
				ms := float64(time.Since(start)) / float64(time.Millisecond)
				w.Header().Add("Server-Timing", "app;dur="+strconv.FormatFloat(ms, 'f', 3, 64))
			}
			out := rw.New(w, begin)
			next.ServeHTTP(out, r)
			if !out.Begun() {
				begin()
			}
		})
	}
}
