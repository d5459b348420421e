package middleware

import "net/http"

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
