package middleware

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/wend-go/wend/internal/radix"
)

// What changes the path belongs before routing, so that guards, the router and the
// handler see one path: with wend.Outer in a wend router.

// CleanPath serves a path with "//", "/./" or "/../" as its clean form, which a wend
// router redirects to by itself. Paths that hide such a segment, with an escaped dot or
// beside an escaped slash, pass as they are, for the router to refuse.
func CleanPath() func(http.Handler) http.Handler {
	return rewriting(func(r *http.Request) (string, bool) {
		path, ok := radix.Canonical(r.URL)
		if !ok || radix.Check(path) != radix.Unclean {
			return "", false
		}
		return radix.Escape(radix.CleanPath(path)), true
	})
}

// StripSlashes serves a path that ends in slashes as the path without them.
func StripSlashes() func(http.Handler) http.Handler {
	return rewriting(func(r *http.Request) (string, bool) {
		escaped := r.URL.EscapedPath()
		trimmed := strings.TrimRight(escaped, "/")
		return trimmed, trimmed != escaped && trimmed != ""
	})
}

// StripPrefix serves the paths below a prefix without it, and answers 404 to all
// others. The prefix ends where a segment does: "/api" is not a prefix of "/apis". It
// panics on a prefix that does not start with a slash or ends with one.
func StripPrefix(prefix string) func(http.Handler) http.Handler {
	if !strings.HasPrefix(prefix, "/") || strings.HasSuffix(prefix, "/") || strings.ContainsAny(prefix, "%?#") {
		panic("middleware: StripPrefix: " + strconv.Quote(prefix) + ` is not a prefix such as "/api"`)
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			rest, found := strings.CutPrefix(r.URL.EscapedPath(), prefix)
			if rest == "" {
				rest = "/"
			}
			inner, ok := withPath(r, rest)
			if !found || !ok {
				reject(w, r, http.StatusNotFound, "there is nothing at this path")
				return
			}
			serveCopy(next, w, r, inner)
		})
	}
}

// Rewrite serves a path of the table as another. A key is a whole path, "/old", or ends
// with a slash and stands for all below it: {"/v1/": "/api/v1/"}. The longest key that
// fits counts, once. It panics on a key or target that is not a path, and on a subtree
// that is not rewritten to a subtree.
func Rewrite(table map[string]string) func(http.Handler) http.Handler {
	for from, to := range table {
		if !strings.HasPrefix(from, "/") || !strings.HasPrefix(to, "/") || strings.ContainsAny(from+to, "?#") {
			panic("middleware: Rewrite: " + strconv.Quote(from) + " to " + strconv.Quote(to) + " is not from path to path")
		}
		if strings.HasSuffix(from, "/") != strings.HasSuffix(to, "/") {
			panic("middleware: Rewrite: " + strconv.Quote(from) + " and " + strconv.Quote(to) + " both end with a slash, or neither")
		}
	}
	table = cloneTable(table)
	return rewriting(func(r *http.Request) (string, bool) {
		path := r.URL.EscapedPath()
		if to, found := table[path]; found {
			return to, true
		}
		for end := strings.LastIndexByte(path, '/'); end >= 0; end = strings.LastIndexByte(path[:end], '/') {
			if to, found := table[path[:end+1]]; found {
				return to + path[end+1:], true
			}
		}
		return "", false
	})
}

// rewriting serves a request with another path, in escaped form, where there is one.
func rewriting(to func(*http.Request) (escaped string, ok bool)) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if escaped, ok := to(r); ok {
				if inner, ok := withPath(r, escaped); ok {
					serveCopy(next, w, r, inner)
					return
				}
			}
			next.ServeHTTP(w, r)
		})
	}
}

// MethodOverride serves a POST with the method of its field X-HTTP-Method-Override, for
// clients that can send no other: PUT, PATCH or DELETE, all others are ignored. It
// belongs before routing, and outside of every rule about methods, which must see what
// the handler sees.
func MethodOverride() func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			values := r.Header["X-Http-Method-Override"]
			if r.Method == http.MethodPost && len(values) == 1 {
				switch method := values[0]; method {
				case http.MethodPut, http.MethodPatch, http.MethodDelete:
					inner := new(http.Request)
					*inner = *r
					inner.Method = method
					serveCopy(next, w, r, inner)
					return
				}
			}
			next.ServeHTTP(w, r)
		})
	}
}
