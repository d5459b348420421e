package middleware

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestETag(t *testing.T) {
	t.Parallel()
	h := ETag()(text(200, "hello"))
	first := serve(h, request("GET", "/"))
	tag := first.Header().Get("Etag")
	require.Regexp(t, `^"[A-Za-z0-9_-]{24}"$`, tag)
	require.Equal(t, "hello", first.Body.String())
	require.Equal(t, "5", first.Header().Get("Content-Length"))
	require.Empty(t, first.Header()["Accept-Ranges"])
	tests := []struct {
		name   string
		h      http.Handler
		method string
		lines  []string
		want   int
		tagged bool
	}{
		{"the same", h, "GET", []string{"If-None-Match: " + tag}, 304, true},
		{"weak", h, "GET", []string{"If-None-Match: W/" + tag}, 304, true},
		{"among others", h, "HEAD", []string{`If-None-Match: "a", ` + tag}, 304, true},
		{"another", h, "GET", []string{`If-None-Match: "a"`}, 200, true},
		{"must match", h, "GET", []string{`If-Match: "a"`}, 412, false},
		{"range is no matter", h, "GET", []string{"Range: bytes=0-1"}, 200, true},
		{"unsafe", h, "POST", []string{"If-None-Match: " + tag}, 200, false},
		{"error", ETag()(text(404, "none")), "GET", []string{"If-None-Match: *"}, 404, false},
		{"own tag", ETag()(tagged(`"own"`, "x")), "GET", []string{`If-None-Match: "own"`}, 304, true},
		{"empty", ETag()(text(200, "")), "GET", nil, 200, false},
		{"long", ETag()(text(200, strings.Repeat("a", 1<<20+1))), "GET", nil, 200, false},
		{"longest", ETag()(text(200, strings.Repeat("a", 1<<20))), "GET", nil, 200, true},
		{"flushed", ETag()(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "a"); w.(http.Flusher).Flush() })), "GET", nil, 200, false},
	}
	for _, test := range tests {
		w := serve(test.h, request(test.method, "/", test.lines...))
		require.Equal(t, test.want, w.Code, test.name)
		require.Equal(t, test.tagged, w.Header().Get("Etag") != "", test.name)
		switch test.want {
		case 304:
			require.Empty(t, w.Body.String(), test.name)
		case 412:
			require.Equal(t, "application/problem+json", w.Header().Get("Content-Type"), test.name)
			require.Contains(t, w.Body.String(), `"status":412,"detail":"a condition of the request does not hold"`, test.name)
		}
	}
}

func tagged(tag, body string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Etag", tag)
		io.WriteString(w, body)
	})
}

func TestCacheControl(t *testing.T) {
	t.Parallel()
	mw := CacheControl("public", "max-age=60")
	own := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Cache-Control", "private")
		w.WriteHeader(200)
	})
	for name, test := range map[string]struct {
		h    http.Handler
		want string
	}{
		"good": {text(200, "x"), "public, max-age=60"}, "error": {text(404, "x"), ""}, "unchanged": {text(304, ""), "public, max-age=60"},
		"own": {own, "private"}, "redirect": {text(302, ""), ""},
		"silent": {http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}), "public, max-age=60"},
	} {
		require.Equal(t, test.want, serve(mw(test.h), request("GET", "/")).Header().Get("Cache-Control"), name)
	}
	require.Equal(t, "no-store", serve(NoCache()(text(200, "")), request("GET", "/")).Header().Get("Cache-Control"))
	require.Equal(t, "noindex", serve(RobotsTag()(text(200, "")), request("GET", "/")).Header().Get("X-Robots-Tag"))
	require.Equal(t, "none, x", serve(RobotsTag("none", "x")(text(200, "")), request("GET", "/")).Header().Get("X-Robots-Tag"))
	for name, f := range map[string]func(){
		"none": func() { CacheControl() }, "two": func() { CacheControl("public, max-age=1") }, "name": func() { SetHeader("a b", "") },
		"value": func() { SetHeader("a", "b\r\nc: d") }, "tag": func() { RobotsTag("a\n") },
	} {
		panics(t, name, f)
	}
}

func TestRedirects(t *testing.T) {
	t.Parallel()
	https := HTTPSRedirect("example.com:8443")(seen)
	hosts := HostRedirect(map[string]string{"www.example.com": "example.com"})(seen)
	table := Redirects(map[string]string{"/old": "/new", "/away": "https://other.example/x?y=1", "/q": "/new?z=1"})(seen)
	slash := SlashRedirect()(seen)
	tests := []struct {
		name   string
		h      http.Handler
		target string
		lines  []string
		want   string // Location; "" passes
	}{
		{"to https", https, "/a?b=c", []string{"Host: evil.test"}, "https://example.com:8443/a?b=c"},
		{"is https", https, "/", []string{"TLS: yes"}, ""},
		{"forged proto", https, "/", []string{"X-Forwarded-Proto: https"}, "https://example.com:8443/"},
		{"CVE-2018-14574 two slashes", https, "//evil.test/", nil, "https://example.com:8443/evil.test/"},
		{"escaped slash", https, "/a%2Fb", nil, "https://example.com:8443/a%2Fb"},
		{"www", hosts, "/a?b", []string{"Host: WWW.example.com."}, "http://example.com/a?b"},
		{"www with https and port", hosts, "/", []string{"Host: www.example.com:443", "TLS: yes"}, "https://example.com/"},
		{"no www", hosts, "/", []string{"Host: example.com"}, ""},
		{"bad host", hosts, "/", []string{"Host: www.example.com/x"}, ""},
		{"table", table, "/old?a=b", nil, "/new?a=b"},
		{"away", table, "/away?a=b", nil, "https://other.example/x?y=1"},
		{"own query", table, "/q?a=b", nil, "/new?z=1"},
		{"not there", table, "/other", nil, ""},
		{"slash", slash, "/a/?b=c", nil, "/a?b=c"},
		{"CVE-2022-40083 slashes", slash, "//evil.test/", nil, "/evil.test"},
		{"CVE-2022-28923 backslash", slash, "/%5Cevil.test/", nil, ""},
		{"root", slash, "/", nil, ""},
		{"slashes only", slash, "///", nil, ""},
		{"no slash", slash, "/a", nil, ""},
		{"escaped", slash, "/a%20b/", nil, "/a%20b"},
	}
	for _, test := range tests {
		r := request("GET", "/", test.lines...)
		u, err := url.ParseRequestURI("http://example.com" + test.target)
		require.NoError(t, err, test.name)
		r.URL = &url.URL{Path: u.Path, RawPath: u.RawPath, RawQuery: u.RawQuery}
		w := serve(test.h, r)
		require.Equal(t, test.want, w.Header().Get("Location"), test.name)
		if test.want == "" {
			require.Equal(t, 200, w.Code, test.name)
		} else {
			require.Equal(t, 308, w.Code, test.name)
		}
	}
	for name, f := range map[string]func(){
		"host": func() { HTTPSRedirect("https://example.com") }, "empty": func() { HTTPSRedirect("") },
		"loop":       func() { HostRedirect(map[string]string{"a.b": "c.d", "c.d": "a.b"}) },
		"to itself":  func() { HostRedirect(map[string]string{"a.b": "A.b."}) },
		"no path":    func() { Redirects(map[string]string{"old": "/new"}) },
		"two slash":  func() { Redirects(map[string]string{"/old": "//evil.test"}) },
		"backslash":  func() { Redirects(map[string]string{"/old": `/\evil.test`}) },
		"scheme":     func() { Redirects(map[string]string{"/old": "javascript:alert(1)"}) },
		"path loop":  func() { Redirects(map[string]string{"/old": "/old?x"}) },
		"line break": func() { Redirects(map[string]string{"/old": "/a\r\nb: c"}) },
	} {
		panics(t, name, f)
	}
}

func TestPath(t *testing.T) {
	t.Parallel()
	rewrite := Rewrite(map[string]string{"/old": "/new", "/v1/": "/api/v1/", "/v1/x/": "/y/"})(seen)
	tests := []struct {
		name   string
		h      http.Handler
		target string
		want   string // the path, or a status
	}{
		{"clean", CleanPath()(seen), "/a//b/./c/../d/", "/a/b/d/"},
		{"clean already", CleanPath()(seen), "/a%2Fb", "/a%2Fb"},
		{"CVE-2025-66490 hidden dots stay", CleanPath()(seen), "/a/%2e%2e/b", "/a/%2e%2e/b"},
		{"escaped slash stays escaped", CleanPath()(seen), "/x//a%2Fb", "/x/a%2Fb"},
		{"slashes", StripSlashes()(seen), "/a/b//", "/a/b"},
		{"root", StripSlashes()(seen), "/", "/"},
		{"prefix", StripPrefix("/api")(seen), "/api/a%2Fb", "/a%2Fb"},
		{"prefix alone", StripPrefix("/api")(seen), "/api", "/"},
		{"not a segment", StripPrefix("/api")(seen), "/apis", "404"},
		{"another", StripPrefix("/api")(seen), "/x", "404"},
		{"rewritten", rewrite, "/old", "/new"},
		{"below is not whole", rewrite, "/old/x", "/old/x"},
		{"subtree", rewrite, "/v1/a/b%20c", "/api/v1/a/b%20c"},
		{"longest", rewrite, "/v1/x/z", "/y/z"},
		{"none", rewrite, "/other", "/other"},
	}
	for _, test := range tests {
		r := request("GET", test.target)
		w := serve(test.h, r)
		if w.Code != 200 {
			require.Equal(t, test.want, strconv.Itoa(w.Code), test.name)
			continue
		}
		require.Equal(t, test.want, strings.Fields(w.Body.String())[1], test.name)
		require.Equal(t, test.target, r.URL.RequestURI(), "%s: the request itself is left alone", test.name)
	}
	for name, f := range map[string]func(){
		"prefix": func() { StripPrefix("api") }, "slash": func() { StripPrefix("/") }, "target": func() { Rewrite(map[string]string{"/a": "b"}) },
		"subtree": func() { Rewrite(map[string]string{"/a/": "/b"}) }, "query": func() { Rewrite(map[string]string{"/a": "/b?c"}) },
	} {
		panics(t, name, f)
	}
}

// FuzzPath holds that a changed path is well-formed, and its escaped form the same one.
func FuzzPath(f *testing.F) {
	for _, s := range []string{"/a//b", "/v1/%2F/../x", "/old", "//", "/%5c/", "/v1/.."} {
		f.Add(s)
	}
	mw := []func(http.Handler) http.Handler{CleanPath(), StripSlashes(), StripPrefix("/v1"), Rewrite(map[string]string{"/v1/": "/x%20y/"})}
	f.Fuzz(func(t *testing.T, path string) {
		u, err := url.ParseRequestURI(path)
		if err != nil || u.Host != "" || u.Scheme != "" {
			return
		}
		for _, m := range mw {
			serve(m(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				decoded, err := url.PathUnescape(r.URL.EscapedPath())
				if err != nil || decoded != r.URL.Path {
					t.Errorf("%q becomes %q, which is %q escaped: %v", path, r.URL.Path, r.URL.EscapedPath(), err)
				}
			})), &http.Request{Method: "GET", URL: u, Header: http.Header{}})
		}
		w := serve(SlashRedirect()(text(200, "")), &http.Request{Method: "GET", URL: u, Header: http.Header{}})
		if to := w.Header().Get("Location"); strings.HasPrefix(to, "//") || strings.HasPrefix(to, `/\`) || to != "" && to[0] != '/' {
			t.Errorf("%q leads to %q", path, to)
		}
	})
}

func TestMethodOverride(t *testing.T) {
	t.Parallel()
	h := MethodOverride()(seen)
	for _, test := range []struct {
		name, method string
		lines        []string
		want         string
	}{
		{"override", "POST", []string{"X-HTTP-Method-Override: DELETE"}, "DELETE"},
		{"none", "POST", nil, "POST"},
		{"only POST", "GET", []string{"X-HTTP-Method-Override: DELETE"}, "GET"},
		{"to a safe one", "POST", []string{"X-HTTP-Method-Override: GET"}, "POST"},
		{"to an unknown one", "POST", []string{"X-HTTP-Method-Override: delete"}, "POST"},
		{"twice", "POST", []string{"X-HTTP-Method-Override: PUT", "X-HTTP-Method-Override: DELETE"}, "POST"},
	} {
		require.Equal(t, test.want, strings.Fields(serve(h, request(test.method, "/", test.lines...)).Body.String())[0], test.name)
	}
}

func TestAllowContent(t *testing.T) {
	t.Parallel()
	types, encodings, charsets := AllowContentType("application/json", "Text/CSV")(text(200, "")), AllowContentEncoding("gzip")(text(200, "")),
		AllowCharset("UTF-8")(text(200, ""))
	tests := []struct {
		name  string
		h     http.Handler
		body  string
		lines []string
		want  int
	}{
		{"type", types, "x", []string{"Content-Type: application/json; charset=utf-8"}, 200},
		{"case", types, "x", []string{"Content-Type: TEXT/csv"}, 200},
		{"another", types, "x", []string{"Content-Type: text/plain"}, 415},
		{"prefix", types, "x", []string{"Content-Type: application/jsonx"}, 415},
		{"none", types, "x", nil, 415},
		{"CVE-2021-32677 two", types, "x", []string{"Content-Type: application/json", "Content-Type: text/plain"}, 415},
		{"not well-formed", types, "x", []string{"Content-Type: application/json, text/plain"}, 415},
		{"no body", types, "", nil, 200},
		{"encoding", encodings, "x", []string{"Content-Encoding: GZIP"}, 200},
		{"not encoded", encodings, "x", nil, 200},
		{"another encoding", encodings, "x", []string{"Content-Encoding: br"}, 415},
		{"one of two", encodings, "x", []string{"Content-Encoding: gzip, br"}, 415},
		{"charset", charsets, "x", []string{"Content-Type: text/plain; charset=Utf-8"}, 200},
		{"no charset", charsets, "x", []string{"Content-Type: text/plain"}, 200},
		{"no type", charsets, "x", nil, 200},
		{"another charset", charsets, "x", []string{`Content-Type: text/plain; charset="utf-7"`}, 415},
	}
	for _, test := range tests {
		r := request("POST", "/", test.lines...)
		if test.body != "" {
			r2 := httptest.NewRequest("POST", "/", strings.NewReader(test.body))
			r2.Header = r.Header
			r = r2
		}
		w := serve(test.h, r)
		require.Equal(t, test.want, w.Code, test.name)
	}
	r := httptest.NewRequest("POST", "/", strings.NewReader("x"))
	require.Equal(t, "application/json, text/csv", serve(types, r).Header().Get("Accept"))
	for name, f := range map[string]func(){
		"no types": func() { AllowContentType() }, "type": func() { AllowContentType("json") }, "range of types": func() { AllowContentType("text/*") }, "parameters": func() { AllowContentType("a/b; c=d") },
		"no charsets": func() { AllowCharset() }, "encoding": func() { AllowContentEncoding("a b") },
	} {
		panics(t, name, f)
	}
}
