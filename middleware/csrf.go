package middleware

import "net/http"

// CSRF answers 403 to a request that a browser sends for another site, by
// [http.CrossOriginProtection]: GET, HEAD and OPTIONS pass; Sec-Fetch-Site must be
// same-origin or none; without that field, Origin must name the request's Host;
// without either it is no browser's. There are no tokens. The rule does not depend on
// the media type, and no path is exempt: leave CSRF away from such a route.
//
// trusted are origins, "https://other.example.com", that may send such requests all
// the same. It panics on one that is not well-formed.
func CSRF(trusted ...string) func(http.Handler) http.Handler {
	protection := http.NewCrossOriginProtection()
	for _, origin := range trusted {
		if err := protection.AddTrustedOrigin(origin); err != nil {
			panic("middleware: CSRF: " + err.Error())
		}
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if protection.Check(r) != nil {
				reject(w, r, http.StatusForbidden, "a request from another site is not accepted here")
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}
