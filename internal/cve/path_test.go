package cve_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/middleware"
)

// guardedSite has an area for administrators, and a guard in front of everything that judges by the beginning of a path,
// as people write them: who reaches the area has not been seen by the guard.
func guardedSite() *wend.Router {
	refuse := func(http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "refused", http.StatusForbidden) })
	}
	isAdmin := func(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, "/admin") }
	r := quiet(wend.With(middleware.When(isAdmin, refuse)))
	admin := r.Group("/admin")
	admin.Handle("GET /{$}", text("secret"))
	admin.Handle("GET /users", text("secret"))
	admin.Handle("GET /users/{id}", text("secret"))
	admin.Handle("GET /files/{path...}", text("secret"))
	r.Handle("GET /public/{$}", text("public"))
	r.Handle("GET /public/{path...}", text("public"))
	r.Handle("GET /{page}", text("public"))
	return r
}

// TestPath_guard: the ways around a rule about a path lead to the rule, to a refusal, or to what is public.
func TestPath_guard(t *testing.T) {
	t.Parallel()
	addr := serve(t, guardedSite())
	get := func(target string) (status int, location, body string) {
		responses, bodies := exchange(t, addr, "GET "+target+" HTTP/1.1\r\nHost: example.com\r\nConnection: close\r\n\r\n")
		require.Len(t, responses, 1)
		return responses[0].StatusCode, responses[0].Header.Get("Location"), bodies[0]
	}
	for _, c := range []struct{ name, target string }{
		{"CVE-2021-30080 extension", "/admin.html/users"},
		{"CVE-2022-31259 extension of the last segment", "/admin/users.xml"},
		{"CVE-2022-31836 dots behind a wildcard", "/public/..%2fadmin/users"},
		{"CVE-2025-66490 encoded slash", "/admin%2Fusers"},
		{"CVE-2026-29087 encoded slash in a protected directory", "/admin/files%2Fsecret"},
		{"CVE-2025-66490 encoded backslash", "/admin%5Cusers"},
		{"CVE-2025-66490 encoded NUL", "/admin%00/users"},
		{"CVE-2025-66490 encoded semicolon", "/admin%3B/users"},
		{"CVE-2025-66490 encoded percent", "/admin%25/users"},
		{"CVE-2025-66490 encoded question mark", "/admin%3F/users"},
		{"CVE-2025-66490 encoded hash", "/admin%23/users"},
		{"CVE-2025-47952 encoded dots behind a public prefix", "/public/%2e%2e/admin/users"},
		{"CVE-2025-32431 dots behind a public prefix", "/public/../admin/users"},
		{"CVE-2026-27587 escaped letter", "/%61dmin/users"},
		{"CVE-2026-27587 another case of an escape", "/public/%2E%2e/admin/users"},
		{"CVE-2020-1957 semicolon and dots", "/public/..;/admin/users"},
		{"CVE-2020-11989 encoded twice", "/%2561dmin/users"},
		{"CVE-2020-11989 semicolon first", "/;/admin/users"},
		{"CVE-2020-13933 encoded semicolon", "/admin/%3busers"},
		{"CVE-2020-17510 encoded dot", "/admin/%2e/users"},
		{"CVE-2020-17523 encoded space", "/admin/%20/users"},
		{"CVE-2021-41303 slash at the end", "/admin/users/"},
		{"CVE-2022-32532 line break in a segment", "/admin/users%0a"},
		{"CVE-2023-22602 dots with a trailing slash", "/public/../admin/"},
		{"CVE-2023-34478 encoded traversal", "/public/%2e%2e%2fadmin/users"},
		{"CVE-2023-46749 dots and semicolons", "/public/a/..;a=b/..;c/admin/users"},
		{"CVE-2022-22978 line break at the end", "/admin/%0ausers"},
		{"CVE-2022-22978 carriage return", "/admin/%0dusers"},
		{"CVE-2016-5007 spaces around", "/%20admin/users"},
		{"CVE-2016-9879 encoded slash beside a parameter", "/public/a;%2f../admin/users"},
		{"CVE-2018-1199 matrix parameter", "/admin;x=y/users"},
		{"CVE-2023-20860 segments under a wildcard", "/admin/files/a/b/c"},
		{"CVE-2023-34034 no slash first", "/admin"},
		{"CVE-2024-38821 two slashes", "//admin/users"},
		{"CVE-2007-0450 backslash", `/public\..\admin/users`},
		{"CVE-2007-0450 encoded backslash", "/public%5c..%5cadmin/users"},
		{"CVE-2007-1860 encoded twice", "/public/%252e%252e/admin/users"},
		{"CVE-2018-11759 semicolon behind a name", "/admin/;/users"},
		{"CVE-2020-5902 dots and semicolon", "/public/..;/..;/admin/users"},
		{"CVE-2020-14882 encoded twice", "/public/%252e%252e%252fadmin/users"},
		{"CVE-2021-34473 query in the path", "/public/x.json?@evil.test/admin/users"},
		{"CVE-2021-28169 escape of an escape", "/%2561dmin/users"},
		{"CVE-2019-9901 dots before the rule", "/x/../admin/users"},
		{"CVE-2021-29492 escaped slash", "/public%2f..%2fadmin/users"},
		{"CVE-2021-31920 many slashes", "/admin//users"},
		{"CVE-2021-31920 slashes first", "///admin///users"},
		{"CVE-2019-0220 slashes in front", "//////admin/users"},
		{"CVE-2021-39156 fragment", "/admin/users#"},
		{"CVE-2021-32779 fragment with a suffix", "/admin/users#/public"},
		{"CVE-2023-47106 fragment before the path", "/#/admin/users"},
		{"CVE-2023-45539 hash in a segment", "/public#/../admin/users"},
		{"CVE-2025-64500 no slash first", "http://example.com/admin/users"},
		{"CVE-2026-33186 absolute form without a path", "http://example.com"},
		{"CVE-2011-3368 at sign", "/@evil.test/admin/users"},
		{"CVE-2011-4317 colon", "/x:80/admin/users"},
		{"CVE-2024-51479 name below the root", "/admin?"},
		{"CVE-2025-58362 URL in the path", "/http://x/admin/users"},
		{"CVE-2022-2047 authority", "http://user:pw@example.com:8080/admin/users"},
		{"CVE-2009-1535 overlong slash", "/admin%c0%afusers"},
		{"CVE-2008-4359 escape before a rule", "/admin/%75sers"},
		{"CVE-2021-44420 line break behind the end", "/admin%0A"},
		{"CVE-2025-49125 doubled separators below", "/admin/files//x"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			status, location, body := get(c.target)
			require.NotContains(t, body, "secret", "status %d", status)
			require.Contains(t, []int{200, 308, 400, 403, 404}, status)
			if status == 308 { // and where it leads, the rule is
				_, _, body = get(location)
				require.NotContains(t, body, "secret")
			}
		})
	}
	status, _, _ := get("/admin/users")
	require.Equal(t, 403, status)
	_, _, body := get("/public/x")
	require.Equal(t, "public", body)
}

// TestPath_header: no header field of a client changes the path, the method or what has run already.
func TestPath_header(t *testing.T) {
	t.Parallel()
	site := guardedSite()
	for _, c := range []struct{ name, line string }{
		{"CVE-2018-14773 original URL", "X-Original-Url: /public/"},
		{"CVE-2018-14773 rewritten URL", "X-Rewrite-Url: /public/"},
		{"CVE-2025-29927 middleware has run", "X-Middleware-Subrequest: middleware:middleware:middleware:middleware:middleware"},
		{"CVE-2023-27487 original path", "X-Envoy-Original-Path: /public/"},
		{"CVE-2019-10913 method", "X-Http-Method-Override: TRACE"},
		{"CVE-2022-1388 header named by Connection", "Connection: X-F5-Auth-Token, close"},
		{"CVE-2021-41267 prefix", "X-Forwarded-Prefix: /public"},
		{"CVE-2023-26125 prefix", "X-Forwarded-Prefix: /../public"},
		{"CVE-2015-0219 underscore", "X_original_url: /public/"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, 403, do(t, site, "GET", "/admin/users", "", c.line).Code)
			name, value, _ := strings.Cut(c.line, ": ")
			w := do(t, site, "GET", "/public/x", "", name+": "+strings.ReplaceAll(value, "/public", "/admin"))
			require.Equal(t, "public", w.Body.String())
		})
	}
}

// TestPath_override: the method that a client asks for by a field is one of three, of a POST, once.
func TestPath_override(t *testing.T) {
	t.Parallel()
	seen := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = w.Write([]byte(r.Method)) })
	h := middleware.MethodOverride()(seen)
	for _, c := range []struct{ name, method, value, want string }{
		{"CVE-2019-10913 another method", "POST", "TRACE", "POST"},
		{"CVE-2019-10913 script", "POST", "<script>", "POST"},
		{"CVE-2019-10913 safe method", "GET", "DELETE", "GET"},
		{"CVE-2019-10913 to a safe method", "POST", "GET", "POST"},
		{"CVE-2019-10913 small letters", "POST", "delete", "POST"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.want, do(t, h, c.method, "/", "", "X-Http-Method-Override: "+c.value).Body.String())
		})
	}
	require.Equal(t, "DELETE", do(t, h, "POST", "/", "", "X-Http-Method-Override: DELETE").Body.String())
}

// TestPath_parameters: parameters are those of the route that has matched, decoded once, however many there are.
func TestPath_parameters(t *testing.T) {
	t.Parallel()
	r := quiet()
	show := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write([]byte(r.Pattern + "|" + wend.Param(r, "id") + "|" + wend.Param(r, "action")))
	})
	r.Handle("GET /user/{id}", show)
	r.Handle("GET /user/{id}/{action}", show)
	for _, c := range []struct{ name, target, want string }{
		{"CVE-2023-50710 value of another route", "/user/1", "GET /user/{id}|1|"},
		{"CVE-2023-50710 dead end", "/user/1/2", "GET /user/{id}/{action}|1|2"},
		{"CVE-2019-14235 decoded once", "/user/%2525", "GET /user/{id}|%25|"},
		{"CVE-2024-45296 dashes", "/user/" + strings.Repeat("-", 1000), "GET /user/{id}|" + strings.Repeat("-", 1000) + "|"},
		{"CVE-2024-52798 dots", "/user/" + strings.Repeat("a.", 1000), "GET /user/{id}|" + strings.Repeat("a.", 1000) + "|"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.want, do(t, r, "GET", c.target, "").Body.String())
		})
	}
	t.Run("CVE-2026-25882 more parameters than any fixed room", func(t *testing.T) {
		t.Parallel()
		var pattern, path, names strings.Builder
		for i := range 200 {
			name := "p" + strings.Repeat("x", i)
			pattern.WriteString("/{" + name + "}")
			path.WriteString("/v")
			names.WriteString(name)
		}
		many := quiet()
		many.Handle("GET "+pattern.String(), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, _ = w.Write([]byte(wend.Param(r, "p"+strings.Repeat("x", 199))))
		}))
		require.Equal(t, "v", do(t, many, "GET", path.String(), "").Body.String())
	})
	t.Run("CVE-2024-45296 time to match", func(t *testing.T) {
		deep := quiet()
		for _, p := range []string{"/{a}/x/{rest...}", "/{a}/{b}/y", "/x/{a}/{b}/{c}", "/{a...}"} {
			deep.Handle("GET "+p, text("found"))
		}
		linear(t, 125, func(n int) { do(t, deep, "GET", strings.Repeat("/x", n), "") })
	})
}
