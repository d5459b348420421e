package cve_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/middleware"
	"github.com/wend-go/wend/middleware/cors"
	"github.com/wend-go/wend/openapi"
	"github.com/wend-go/wend/openapi/docs"
)

// wendDocs mounts the documentation on a router with one route.
func wendDocs(r *wend.Router) {
	wend.Get(r, "/notes", func(context.Context, none) (none, error) { return none{}, nil })
	docs.Mount(r, openapi.Info{Title: "Notes", Version: "1.0.0"})
}

// TestBrowser_origin: an origin is in the list letter by letter, or it is not.
func TestBrowser_origin(t *testing.T) {
	t.Parallel()
	h := cors.New(cors.Options{Origins: []string{"https://good.test", "https://*.apps.test"}, Credentials: true})(text("ok"))
	for _, c := range []struct{ name, origin string }{
		{"CVE-2022-1996 longer host", "https://good.test.evil.test"},
		{"CVE-2022-1996 longer name", "https://evilgood.test"},
		{"CVE-2019-25211 any prefix", "https://good.test.example"},
		{"CVE-2019-25211 wildcard in the middle", "https://evil.test/.apps.test"},
		{"CVE-2018-20744 any origin", "https://evil.test"},
		{"CVE-2017-20146 origin of the request", "https://example.com"},
		{"CVE-2024-25124 asterisk", "*"},
		{"CVE-2018-8014 null", "null"},
		{"CVE-2015-9236 another port", "https://good.test:8443"},
		{"CVE-2017-20146 another scheme", "http://good.test"},
		{"CVE-2022-1996 pattern instead of a name", "https://.apps.test"},
		{"CVE-2019-25211 userinfo", "https://x.apps.test@evil.test"},
		{"CVE-2022-1996 another case", "https://GOOD.test"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for _, lines := range [][]string{{}, {"Access-Control-Request-Method: PUT"}} {
				method := "GET"
				if len(lines) > 0 {
					method = "OPTIONS"
				}
				w := do(t, h, method, "/", "", append(lines, "Origin: "+c.origin)...)
				for name := range w.Header() {
					require.False(t, strings.HasPrefix(name, "Access-Control-"), "%s for %s", name, c.origin)
				}
				require.Contains(t, w.Header().Get("Vary"), "Origin")
			}
		})
	}
	t.Run("CVE-2017-7674 answer of a shared cache", func(t *testing.T) {
		t.Parallel()
		for _, lines := range [][]string{nil, {"Origin: https://good.test"}} {
			require.Contains(t, do(t, h, "GET", "/", "", lines...).Header().Get("Vary"), "Origin")
		}
	})
	t.Run("CVE-2025-47908 list of a preflight", func(t *testing.T) {
		linear(t, 1000, func(n int) {
			w := do(t, h, "OPTIONS", "/", "", "Origin: https://good.test", "Access-Control-Request-Method: PUT",
				"Access-Control-Request-Headers: "+strings.Repeat("a,", n))
			require.Empty(t, w.Header().Get("Access-Control-Allow-Headers"))
		})
	})
	require.Equal(t, "https://x.apps.test", do(t, h, "GET", "/", "", "Origin: https://x.apps.test").Header().Get("Access-Control-Allow-Origin"))
}

// TestBrowser_originRefused: what would let strangers in is refused at construction.
func TestBrowser_originRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		options cors.Options
	}{
		{"CVE-2024-25124 everybody with credentials", cors.Options{Origins: []string{"*"}, Credentials: true}},
		{"CVE-2018-20744 everybody among others", cors.Options{Origins: []string{"*", "https://good.test"}, Credentials: true}},
		{"CVE-2018-8014 headers of any kind with credentials", cors.Options{Origins: []string{"https://good.test"}, Headers: []string{"*"}, Credentials: true}},
		{"CVE-2019-25211 asterisk in a name", cors.Options{Origins: []string{"https://*good.test"}}},
		{"CVE-2019-25211 asterisk at the end", cors.Options{Origins: []string{"https://good.*"}}},
		{"CVE-2022-1996 no scheme", cors.Options{Origins: []string{"good.test"}}},
		{"CVE-2022-1996 regular expression", cors.Options{Origins: []string{`https://good\.test`}}},
		{"CVE-2017-20146 null", cors.Options{Origins: []string{"null"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			require.Contains(t, panics(t, func() { cors.New(c.options) }), "cors: ")
		})
	}
}

// TestBrowser_forgery: a request that a browser sends for another site is 403, whatever its media type or method says.
func TestBrowser_forgery(t *testing.T) {
	t.Parallel()
	h := middleware.CSRF("https://partner.test")(text("done"))
	for _, c := range []struct {
		name  string
		lines []string
	}{
		{"CVE-2025-24358 no Referer over plain HTTP", []string{"Origin: http://evil.test"}},
		{"CVE-2025-24358 scheme of the origin", []string{"Origin: https://evil.test", "Referer: https://example.com/"}},
		{"CVE-2025-47909 trusted host on another scheme", []string{"Origin: http://partner.test"}},
		{"CVE-2025-47909 longer host", []string{"Origin: https://partner.test.evil.test"}},
		{"CVE-2025-47910 path that a redirect would clean", []string{"Origin: https://evil.test", "Sec-Fetch-Site: cross-site"}},
		{"CVE-2023-45128 token of the attacker", []string{"Origin: https://evil.test", "X-Csrf-Token: x", "Cookie: csrf_=x"}},
		{"CVE-2023-45141 token of nobody", []string{"Origin: https://evil.test", "X-Csrf-Token: "}},
		{"CVE-2024-43787 media type in another case", []string{"Origin: https://evil.test", "Content-Type: Application/x-www-form-urlencoded"}},
		{"CVE-2024-48913 no media type", []string{"Origin: https://evil.test", "Content-Type: "}},
		{"CVE-2020-36564 malformed token", []string{"Origin: https://evil.test", "X-Csrf-Token: ===="}},
		{"CVE-2011-0696 script says so", []string{"Origin: https://evil.test", "X-Requested-With: XMLHttpRequest"}},
		{"CVE-2011-4140 host that the attacker chose", []string{"Origin: https://evil.test", "X-Forwarded-Host: evil.test"}},
		{"CVE-2016-7401 cookie of another script", []string{"Origin: https://evil.test", "Cookie: x=y]csrftoken=z"}},
		{"CVE-2020-28482 cookie that is not signed", []string{"Sec-Fetch-Site: cross-site", "Cookie: _csrf=x"}},
		{"CVE-2022-41919 media type with a parameter", []string{"Sec-Fetch-Site: cross-site", "Content-Type: text/plain; application/json"}},
		{"CVE-2021-32677 text", []string{"Sec-Fetch-Site: cross-site", "Content-Type: text/plain"}},
		{"CVE-2025-47910 same site is not same origin", []string{"Sec-Fetch-Site: same-site"}},
		{"CVE-2025-24358 null", []string{"Origin: null"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for _, method := range []string{"POST", "PUT", "PATCH", "DELETE", "PROPFIND"} {
				for _, target := range []string{"/", "/x/../", "//x"} {
					require.Equal(t, 403, do(t, h, method, target, "{}", c.lines...).Code, method)
				}
			}
		})
	}
	for _, lines := range [][]string{{"Sec-Fetch-Site: same-origin"}, {"Origin: https://partner.test"}, {"Origin: http://example.com"}, nil} {
		require.Equal(t, 200, do(t, h, "POST", "/", "{}", lines...).Code, lines)
	}
}

// TestBrowser_docs: the documentation shows its own document, from its own origin, and no other.
func TestBrowser_docs(t *testing.T) {
	t.Parallel()
	r := quiet()
	wendDocs(r)
	for _, c := range []struct{ name, target string }{
		{"CVE-2018-25031 document of another site", "/docs?url=https://evil.test/x.json"},
		{"CVE-2018-25031 settings of another site", "/docs?configUrl=https://evil.test/x.json"},
		{"CVE-2021-46708 several documents", "/docs?urls.primaryName=evil&urls=https://evil.test/x.json"},
		{"CVE-2019-17495 style in a document", "/docs?url=data:text/css,*%7Bbackground:url(//evil.test)%7D"},
		{"CVE-2019-11248 profiles of the process", "/debug/pprof/"},
		{"CVE-2019-11248 variables of the process", "/debug/vars"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := do(t, r, "GET", c.target, "")
			require.NotContains(t, w.Body.String(), "evil.test")
			if strings.HasPrefix(c.target, "/debug") {
				require.Equal(t, 404, w.Code)
				return
			}
			if w.Code != 200 {
				require.Contains(t, []int{400, 404}, w.Code)
				return
			}
			policy := w.Header().Get("Content-Security-Policy")
			require.Contains(t, policy, "default-src 'none'")
			require.NotContains(t, policy, "unsafe-eval")
			require.NotContains(t, policy, "script-src 'unsafe-inline'")
			for _, piece := range strings.Split(w.Body.String(), `="`)[1:] { // src and href among them
				value, _, _ := strings.Cut(piece, `"`)
				require.NotContains(t, value, "//", "another origin")
			}
		})
	}
	t.Run("CVE-2022-24863 document that a stranger writes", func(t *testing.T) {
		t.Parallel()
		for _, target := range []string{"/docs/evil.html", "/docs/init.js", "/openapi.json"} {
			for _, method := range []string{"PUT", "POST", "PATCH", "DELETE", "MKCOL", "COPY"} {
				require.Equal(t, 405, do(t, r, method, target, "{}").Code, method+" "+target)
			}
		}
		require.Equal(t, 404, do(t, r, "GET", "/docs/evil.html", "").Code)
	})
	script := do(t, r, "GET", "/docs/init.js", "")
	require.Equal(t, 200, script.Code)
	require.NotContains(t, script.Body.String(), "location.search")
	require.NotContains(t, script.Body.String(), "queryConfigEnabled")
}

// TestBrowser_policy: a policy that browsers would read otherwise is refused at construction.
func TestBrowser_policy(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		policy middleware.CSP
	}{
		{"CVE-2024-54133 directive in a source", middleware.CSP{"img-src": {"https://x.test; script-src *"}}},
		{"CVE-2024-54133 comma in a source", middleware.CSP{"img-src": {"https://x.test, script-src *"}}},
		{"CVE-2024-54133 space in a source", middleware.CSP{"img-src": {"https://x.test https://evil.test"}}},
		{"CVE-2020-5247 line break in a source", middleware.CSP{"img-src": {"x\r\nSet-Cookie: a=b"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			message := panics(t, func() { middleware.SecureHeaders(middleware.Secure{Policy: c.policy}) })
			require.Contains(t, message, "middleware: CSP: img-src")
		})
	}
}
