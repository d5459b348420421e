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

// EarlyData answers 425 to a request that a proxy has taken from TLS 1.3 early data
// (RFC 8470): such a request may be a replay, so the client is to send it again. GET,
// HEAD and OPTIONS pass.
func EarlyData() func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch r.Method {
			case http.MethodGet, http.MethodHead, http.MethodOptions:
			default:
				// Whatever the value: a proxy that says the field in another way has early data too.
				if len(r.Header["Early-Data"]) > 0 {
					reject(w, r, http.StatusTooEarly, "send the request again")
					return
				}
			}
			next.ServeHTTP(w, r)
		})
	}
}
