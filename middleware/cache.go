package middleware

import (
	"net/http"
	"strings"

	"github.com/wend-go/wend/internal/rw"
)

// CacheControl sets Cache-Control (RFC 9111 §5.2) on answers that may be kept: a status
// of 200 to 299, and 304. A handler's own value stays, and an error that a handler or a
// middleware writes is never kept by it. It panics without directives and on one that
// is not of the form max-age=60.
func CacheControl(directives ...string) func(http.Handler) http.Handler {
	for _, d := range directives {
		name, value, _ := strings.Cut(d, "=")
		if !isToken(name) || strings.ContainsAny(value, ", ") || !isFieldValue(value) {
			panic("middleware: CacheControl: " + d + " is not one directive such as max-age=60")
		}
	}
	if len(directives) == 0 {
		panic("middleware: CacheControl wants at least one directive")
	}
	value := []string{strings.Join(directives, ", ")}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			var out *rw.Writer
			begin := func() {
				h, status := w.Header(), out.Status()
				// 0 is an empty 200.
				if (status/100 == 2 || status == 0 || status == http.StatusNotModified) && len(h["Cache-Control"]) == 0 {
					h["Cache-Control"] = value
				}
			}
			out = rw.New(w, begin)
			next.ServeHTTP(out, r)
			if !out.Begun() {
				begin()
			}
		})
	}
}

// NoCache sets Cache-Control: no-store, so that no cache keeps an answer, unless the
// handler sets another value. It is for what depends on who asks.
func NoCache() func(http.Handler) http.Handler { return SetHeader("Cache-Control", "no-store") }

// SetHeader sets a field of the response before the handler runs, which may set another
// value or delete it. It panics on a name or value that is none of a header field.
func SetHeader(name, value string) func(http.Handler) http.Handler {
	mustField("SetHeader", name, value)
	return setField(http.CanonicalHeaderKey(name), value)
}

func setField(name, value string) func(http.Handler) http.Handler {
	values := []string{value}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header()[name] = values
			next.ServeHTTP(w, r)
		})
	}
}

// RobotsTag sets X-Robots-Tag, which keeps search engines from what it names: noindex,
// nofollow, noarchive and so on. None means "noindex". It panics on a rule that is none
// of a header field.
func RobotsTag(rules ...string) func(http.Handler) http.Handler {
	if len(rules) == 0 {
		rules = []string{"noindex"}
	}
	value := strings.Join(rules, ", ")
	mustField("RobotsTag", "X-Robots-Tag", value)
	return setField("X-Robots-Tag", value)
}
