package cve_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"path"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/middleware"
)

// manglings are what attackers do to a path, at a place of their choice.
var manglings = []func(path string, at int) string{
	func(p string, at int) string { return p[:at] + "/" + p[at:] },
	func(p string, at int) string { return p[:at] + "//" + p[at:] },
	func(p string, at int) string { return p[:at] + "/./" + p[at:] },
	func(p string, at int) string { return p[:at] + "/../" + p[at:] },
	func(p string, at int) string { return p[:at] + "/x/../" + p[at:] },
	func(p string, at int) string { return p[:at] + "/%2e/" + p[at:] },
	func(p string, at int) string { return p[:at] + "/%2e%2e/" + p[at:] },
	func(p string, at int) string { return p[:at] + "/.%2E/" + p[at:] },
	func(p string, at int) string { return p[:at] + "/..;/" + p[at:] },
	func(p string, at int) string { return p[:at] + ";a=b" + p[at:] },
	func(p string, at int) string { return p[:at] + "%3b" + p[at:] },
	func(p string, at int) string { return p[:at] + "%2f" + p[at:] },
	func(p string, at int) string { return p[:at] + "%2F..%2F" + p[at:] },
	func(p string, at int) string { return p[:at] + "%252f" + p[at:] },
	func(p string, at int) string { return p[:at] + "%5c" + p[at:] },
	func(p string, at int) string { return p[:at] + `\` + p[at:] },
	func(p string, at int) string { return p[:at] + "%00" + p[at:] },
	func(p string, at int) string { return p[:at] + "%c0%af" + p[at:] },
	func(p string, at int) string { return p[:at] + "%c0%ae%c0%ae/" + p[at:] },
	func(p string, at int) string { return p[:at] + "%20" + p[at:] },
	func(p string, at int) string { return p[:at] + "%09" + p[at:] },
	func(p string, at int) string { return p[:at] + "%0a" + p[at:] },
	func(p string, at int) string { return p[:at] + "." + p[at:] },
	func(p string, at int) string { return p[:at] + ".%2f" + p[at:] },
	func(p string, at int) string { return p[:at] + "#" + p[at:] },
	func(p string, at int) string { return p[:at] + "?" + p[at:] },
	func(p string, at int) string { return p[:at] + "%3f" + p[at:] },
	func(p string, at int) string { return p[:at] + "@" + p[at:] },
	func(p string, at int) string { return p[:at] + "%EF%BC%8F" + p[at:] }, // a slash of full width
	func(p string, at int) string { return p[:at] + strings.ToUpper(p[at:]) },
	func(p string, _ int) string { return "http://example.com" + p },
	func(p string, _ int) string { return "http://user:pw@evil.test" + p },
	func(p string, _ int) string { return p + "/" },
	func(p string, at int) string { // one character escaped
		if at >= len(p) || p[at] == '%' || p[at] == '/' {
			return p
		}
		return p[:at] + fmt.Sprintf("%%%02x", p[at]) + p[at+1:]
	},
	func(p string, at int) string { // one slash escaped
		i := strings.IndexByte(p[at:], '/')
		if i < 0 {
			return p
		}
		return p[:at+i] + "%2F" + p[at+i+1:]
	},
}

// sight is what somebody sees of a request's path.
type sight struct{ pattern, path, raw, id, rest string }

func seen(r *http.Request) sight {
	return sight{r.Pattern, r.URL.Path, r.URL.EscapedPath(), wend.Param(r, "id"), wend.Param(r, "rest")}
}

// watchedSite notes what the guard in front and the handler behind it see of the last request.
func watchedSite(guard, handler *sight, outer ...wend.Middleware) http.Handler {
	r := quiet(wend.Outer(outer...), wend.RedirectSlash(), wend.With(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			*guard = seen(r)
			next.ServeHTTP(w, r)
		})
	}))
	reached := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { *handler = seen(r) })
	for _, p := range []string{
		"/{$}", "/admin", "/admin/{$}", "/admin/users", "/admin/users/{id}", "/admin/files/{rest...}",
		"/public/{rest...}", "/{id}", "/{id}/users",
	} {
		r.Handle("GET "+p, reached)
	}
	r.Mount("/mounted", http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		*handler = seen(r)
		handler.path, handler.raw = "/mounted"+handler.path, guard.raw // the prefix is gone from both
		if r.Pattern == "/mounted" {
			handler.path = "/mounted" // it is given "/", since there is no shorter path
		}
	}))
	return r
}

// TestGuard_onePath mangles paths at random. Whatever handler a request reaches, the guard in front of it has seen the
// same path and parameters, and none in which another reader would find another place.
func TestGuard_onePath(t *testing.T) {
	t.Parallel()
	for name, outer := range map[string][]wend.Middleware{
		"plain": nil,
		"with rewriting": {
			middleware.CleanPath(), middleware.StripSlashes(),
			middleware.Rewrite(map[string]string{"/old/": "/admin/", "/legacy": "/admin/users"}),
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var guard, handler sight
			site := watchedSite(&guard, &handler, outer...)
			random := rand.New(rand.NewPCG(1, 2))
			reached := map[string]int{}
			for range 40_000 {
				starts := []string{
					"/admin/users", "/admin/users/7", "/admin/files/a/b", "/public/a/b", "/admin/", "/x", "/mounted/a/b", "/old/users", "/legacy",
				}
				target := starts[random.IntN(len(starts))]
				for range 1 + random.IntN(3) {
					target = manglings[random.IntN(len(manglings))](target, random.IntN(len(target)+1))
				}
				r, err := parse("GET", target)
				if err != nil {
					continue // 400 of the server itself
				}
				guard, handler = sight{}, sight{}
				w := answer(site, r)
				if w.Code >= 300 && w.Code < 400 {
					local(t, w.Header().Get("Location"))
				}
				if handler == (sight{}) {
					continue
				}
				reached[handler.pattern]++
				judge(t, target, guard, handler)
			}
			require.GreaterOrEqual(t, len(reached), 9, "the manglings still reach the handlers: %v", reached)
		})
	}
}

// judge says what is wrong about a request that has reached a handler.
func judge(t *testing.T, target string, guard, handler sight) {
	t.Helper()
	require.Equal(t, guard, handler, target)
	_, pattern, _ := strings.Cut(handler.pattern, " ")
	if fixed, _, _ := strings.Cut(pattern, "{"); !strings.HasPrefix(handler.path, fixed) {
		t.Fatalf("%q: the pattern %s has taken the path %q", target, pattern, handler.path)
	}
	require.NotContains(t, handler.path, `\`, target)
	for element := range strings.SplitSeq(handler.path, "/") {
		require.False(t, element == "." || element == "..", "%q reaches %s as %q", target, pattern, handler.path)
	}
	for _, c := range handler.path {
		require.False(t, c < ' ' || c == 0x7f || c == 0xfffd, "%q reaches %s as %q", target, pattern, handler.path)
	}
	for _, value := range []string{handler.id, handler.rest} {
		require.False(t, strings.HasPrefix(path.Clean("x/"+value), ".."), "%q gives %q", target, value)
	}
}
