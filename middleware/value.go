package middleware

import (
	"context"
	"net/http"
)

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
