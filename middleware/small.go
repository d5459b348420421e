package middleware

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/wend-go/wend/internal/rw"
)

// When runs a middleware for the requests of which cond reports true; all others go
// past it.
func When(cond func(*http.Request) bool, mw func(http.Handler) http.Handler) func(http.Handler) http.Handler {
	if cond == nil || mw == nil {
		panic("middleware: When and Unless want a condition and a middleware")
	}
	return func(next http.Handler) http.Handler {
		with := mw(next)
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if cond(r) {
				with.ServeHTTP(w, r)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}

// Unless runs a middleware for the requests of which cond reports false.
func Unless(cond func(*http.Request) bool, mw func(http.Handler) http.Handler) func(http.Handler) http.Handler {
	if cond == nil {
		panic("middleware: When and Unless want a condition and a middleware")
	}
	return When(func(r *http.Request) bool { return !cond(r) }, mw)
}

// Value puts a value of each request into its context: with is the method of a typed
// key that does so, of makes the value.
//
//	var tenant wend.Key[string]
//	middleware.Value(tenant.With, func(r *http.Request) string { return r.Header.Get("X-Tenant") })
func Value[T any](with func(context.Context, T) context.Context, of func(*http.Request) T) func(http.Handler) http.Handler {
	if with == nil || of == nil {
		panic("middleware: Value wants two functions")
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			serveCopy(next, w, r, r.WithContext(with(r.Context(), of(r))))
		})
	}
}

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

// Favicon answers GET and HEAD of /favicon.ico with an icon that a browser may keep for
// a day, or with 204 when icon is empty: ahead of routing and logs, which are full of it
// otherwise. It panics on bytes that are no image; an SVG is none for a favicon.ico.
func Favicon(icon []byte) func(http.Handler) http.Handler {
	mediaType := http.DetectContentType(icon)
	if len(icon) > 0 && !strings.HasPrefix(mediaType, "image/") {
		panic("middleware: Favicon wants an image")
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/favicon.ico" || r.Method != http.MethodGet && r.Method != http.MethodHead {
				next.ServeHTTP(w, r)
				return
			}
			h := w.Header()
			h["Cache-Control"] = []string{"public, max-age=86400"}
			if len(icon) == 0 {
				w.WriteHeader(http.StatusNoContent)
				return
			}
			h["Content-Type"] = []string{mediaType}
			h["X-Content-Type-Options"] = []string{"nosniff"}
			h["Content-Length"] = []string{strconv.Itoa(len(icon))}
			_, _ = w.Write(icon)
		})
	}
}
