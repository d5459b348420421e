package middleware

import (
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// Deprecation tells clients that what they use will go: the field Deprecation with the
// time since when it is deprecated (RFC 9745), Sunset with the time when it will stop
// (RFC 8594), and a Link to what to use instead, of relation deprecation. A zero time
// and an empty link are left out. It panics when since is zero, when sunset is before
// it, and on a link that is not a URL.
func Deprecation(since, sunset time.Time, link string) func(http.Handler) http.Handler {
	if since.IsZero() || !sunset.IsZero() && sunset.Before(since) {
		panic("middleware: Deprecation wants a time since when, and a sunset after it")
	}
	fields := []field{{"Deprecation", []string{"@" + strconv.FormatInt(since.Unix(), 10)}}}
	if !sunset.IsZero() {
		fields = append(fields, field{"Sunset", []string{sunset.UTC().Format(http.TimeFormat)}})
	}
	if link != "" {
		u, err := url.Parse(link)
		if err != nil || !isFieldValue(link) {
			panic("middleware: Deprecation: " + strconv.Quote(link) + " is not a URL")
		}
		link = "<" + u.String() + `>; rel="deprecation"`
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			h := w.Header()
			for _, f := range fields {
				h[f.name] = f.value
			}
			if link != "" {
				h.Add("Link", link)
			}
			next.ServeHTTP(w, r)
		})
	}
}
