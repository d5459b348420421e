package middleware

import "net/http"

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
