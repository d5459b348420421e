package middleware

import (
	"crypto/rand"
	"net/http"
)

// maxRequestID is the longest request id that is taken from a client.
const maxRequestID = 128

// RequestID gives each response the header X-Request-Id: the request's own where it
// has one of at most 128 letters, digits, dots, underscores and dashes, else a
// random one of 26 letters and digits. Logs and problem bodies repeat it.
func RequestID() func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			var id string
			if ids := r.Header["X-Request-Id"]; len(ids) == 1 && isRequestID(ids[0]) {
				id = ids[0]
			} else {
				id = rand.Text()
			}
			w.Header()["X-Request-Id"] = []string{id}
			next.ServeHTTP(w, r)
		})
	}
}

// isRequestID keeps what could break a log line or a header out of both.
func isRequestID(id string) bool {
	if id == "" || len(id) > maxRequestID {
		return false
	}
	for i := range len(id) {
		c := id[i]
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '.', c == '_', c == '-':
		default:
			return false
		}
	}
	return true
}
