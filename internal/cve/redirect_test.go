package cve_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/middleware"
)

// local asserts that a location stays at its origin in the eyes of a browser, which drops tabs and line breaks and takes
// a backslash for a slash (WHATWG URL §4.4).
func local(t *testing.T, location string) {
	t.Helper()
	seen := strings.NewReplacer("\t", "", "\r", "", "\n", "", `\`, "/").Replace(location)
	require.True(t, strings.HasPrefix(seen, "/") && !strings.HasPrefix(seen, "//"), "%q leads away", location)
	u, err := url.Parse(location)
	require.NoError(t, err, location)
	require.Empty(t, u.Host+u.Scheme, location)
}

// TestRedirect_slash: what adds or removes a slash, or cleans a path, never makes a location of another host.
func TestRedirect_slash(t *testing.T) {
	t.Parallel()
	router := quiet(wend.RedirectSlash())
	router.Handle("GET /{host}", text("one"))
	router.Handle("GET /dir/{rest...}", text("dir"))
	router.Handle("GET /a/{x}/{$}", text("two"))
	behind := map[string]http.Handler{
		"RedirectSlash": router,
		"SlashRedirect": middleware.SlashRedirect()(http.NotFoundHandler()),
		"static":        wend.Static(siteFiles()),
	}
	for _, c := range []struct{ name, target string }{
		{"CVE-2022-40083 two slashes and a directory", "//evil.test%2f.."},
		{"CVE-2022-40083 two slashes", "//evil.test/"},
		{"CVE-2018-14574 append a slash", "//evil.test/x"},
		{"CVE-2018-14574 remove a slash", "//evil.test//"},
		{"CVE-2022-28923 dot segments behind", "//evil.test/%2e%2e"},
		{"CVE-2022-28923 backslash", `/\evil.test/`},
		{"CVE-2020-12666 static handler", "//example.com/"},
		{"CVE-2020-12666 four slashes", "////example.com/dir"},
		{"CVE-2018-11784 default servlet", "//evil.test/dir/.."},
		{"CVE-2023-41080 root context", "///evil.test/.."},
		{"CVE-2021-21330 normalised path", "//evil.test/%2f.."},
		{"CVE-2021-22963 dots at the end", "//google.com/%2e%2e"},
		{"CVE-2021-22964 caret", "//^/google.com/%2e%2e"},
		{"CVE-2023-28370 static directory", "//evil.test/%5c%5c.."},
		{"CVE-2015-1164 serve-static", "//evil.test//"},
		{"CVE-2017-7234 trailing slashes", "//evil.test/dir///"},
		{"CVE-2020-28724 dispatcher", "//evil.test?/"},
		{"CVE-2021-29622 path of a URL", "/new/http://evil.test/"},
		{"CVE-2025-4123 folder with a question mark", `/dir/%3f/..%2f..%5cevil.test`},
		{"CVE-2023-22797 userinfo", "//good.test@evil.test/"},
		{"CVE-2021-23435 many", "//evil.test///;@"},
		{"CVE-2022-29718 encoded", "/%2fevil.test/"},
		{"CVE-2022-29718 encoded twice", "/%2f%2fevil.test/"},
		{"CVE-2020-11053 tab", "/%09/evil.test/"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for name, h := range behind {
				w := do(t, h, "GET", c.target, "")
				if location := w.Header().Get("Location"); w.Code/100 == 3 {
					if !strings.HasPrefix(location, "/") {
						location = "/dir/" + location // relative to the directory it was asked for
					}
					local(t, location)
				} else {
					require.Empty(t, w.Header().Get("Location"), name)
					require.NotEqual(t, 500, w.Code, name)
				}
			}
		})
	}
	// The rows above cannot hold for want of redirects: each of the three does redirect.
	for name, target := range map[string]string{"RedirectSlash": "//evil.test", "SlashRedirect": "//evil.test/", "static": "/docs"} {
		require.Equal(t, 308, do(t, behind[name], "GET", target, "").Code, name)
	}
}

// TestRedirect_target: a redirect helper refuses what a browser takes for another origin or a script.
func TestRedirect_target(t *testing.T) {
	t.Parallel()
	r := quiet()
	wend.Get(r, "/local", func(_ context.Context, in struct {
		Next string `query:"next"`
	},
	) (wend.Redirect, error) {
		return wend.Redirect{To: in.Next}, nil
	})
	wend.Get(r, "/external", func(_ context.Context, in struct {
		Next string `query:"next"`
	},
	) (wend.RedirectExternal, error) {
		return wend.RedirectExternal{To: in.Next, Allow: []string{"https://good.test"}}, nil
	})
	for _, c := range []struct{ name, to string }{
		{"CVE-2024-29041 encoded before the check", `https://good.test\@evil.test`},
		{"CVE-2024-29041 userinfo", "https://good.test:pw@evil.test"},
		{"CVE-2015-2317 control before a script", "\x08javascript:alert(1)"},
		{"CVE-2015-0220 line break before a script", "\njavascript:alert(1)"},
		{"CVE-2013-6044 script", "javascript:alert(1)"},
		{"CVE-2013-6044 data", "data:text/html,<script>alert(1)</script>"},
		{"CVE-2014-3730 backslashes", `http:\\\evil.test`},
		{"CVE-2014-3730 one slash", "http:/evil.test"},
		{"CVE-2016-2512 userinfo and a backslash", `http://good.test\@evil.test`},
		{"CVE-2017-7233 number", "http:999999999"},
		{"CVE-2020-4037 slash and backslash", `/\evil.test`},
		{"CVE-2020-5233 protocol-relative", "//evil.test"},
		{"CVE-2020-5233 backslash first", `\/evil.test`},
		{"CVE-2020-11053 tab between slashes", "/\t/evil.test"},
		{"CVE-2020-11053 line break between slashes", "/\n/evil.test"},
		{"CVE-2021-21291 suffix of a domain", "https://evilgood.test"},
		{"CVE-2021-21291 longer domain", "https://good.test.evil.test"},
		{"CVE-2021-32786 backslashes", `/\\evil.test`},
		{"CVE-2023-22797 three slashes", "///evil.test"},
		{"CVE-2023-22797 empty host", "https:///evil.test"},
		{"CVE-2024-22243 userinfo with a bracket", "https://good.test[@evil.test"},
		{"CVE-2024-22259 userinfo", "https://good.test@evil.test"},
		{"CVE-2024-22262 backslash in the userinfo", `https://good.test\.evil.test`},
		{"CVE-2024-50345 backslash in the authority", `https://evil.test\good.test`},
		{"CVE-2025-8129 back to a foreign page", "https://evil.test/back"},
		{"CVE-2025-54420 back to no scheme", "//evil.test/back"},
		{"CVE-2018-14574 at sign", "//good.test@evil.test"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for _, path := range []string{"/local", "/external"} {
				w := do(t, r, "GET", path+"?next="+url.QueryEscape(c.to), "")
				require.Equal(t, 500, w.Code, "%s: %s", path, w.Header().Get("Location"))
				require.Empty(t, w.Header().Get("Location"))
				require.NotContains(t, w.Body.String(), "evil")
			}
		})
	}
	require.Equal(t, "/x?y=1", do(t, r, "GET", "/local?next="+url.QueryEscape("/x?y=1"), "").Header().Get("Location"))
	good := do(t, r, "GET", "/external?next="+url.QueryEscape("https://good.test/x"), "")
	require.Equal(t, "https://good.test/x", good.Header().Get("Location"))
}

// TestRedirect_splitting: no header value of ours begins another line.
func TestRedirect_splitting(t *testing.T) {
	t.Parallel()
	type in struct {
		V string `query:"v"`
	}
	type header struct {
		V string `header:"X-Value"`
	}
	type cookie struct {
		C wend.Cookie `cookie:"c"`
	}
	r := quiet()
	wend.Get(r, "/header", func(_ context.Context, in in) (header, error) { return header(in), nil })
	wend.Get(r, "/location", func(_ context.Context, in in) (wend.Redirect, error) { return wend.Redirect{To: "/" + in.V}, nil })
	wend.Get(r, "/path", func(_ context.Context, in in) (cookie, error) {
		return cookie{wend.Cookie{Value: "v", Path: in.V}}, nil
	})
	wend.Get(r, "/value", func(_ context.Context, in in) (cookie, error) { return cookie{wend.Cookie{Value: in.V}}, nil })
	wend.Get(r, "/error", func(_ context.Context, in in) (none, error) {
		return none{}, &wend.Error{Status: 429, Header: http.Header{"Retry-After": {in.V}}}
	})
	addr := serve(t, r)
	for _, c := range []struct{ name, path, value string }{
		{"CVE-2020-5247 line break in a header", "/header", "x\r\nSet-Cookie: sid=evil"},
		{"CVE-2020-5249 lone CR in a header", "/header", "x\rSet-Cookie: sid=evil"},
		{"CVE-2024-24795 header of an error", "/error", "1\r\nSet-Cookie: sid=evil"},
		{"CVE-2020-7695 lone LF in a header", "/header", "x\nSet-Cookie: sid=evil"},
		{"CVE-2016-2216 letters that end in CR and LF", "/location", "x\u010d\u010aSet-Cookie: sid=evil"},
		{"CVE-2018-12116 letters of two bytes", "/location", "x\u0120HTTP/1.1\u010d\u010aSet-Cookie:\u0120sid=evil"},
		{"CVE-2018-1000164 line break in a location", "/location", "x\r\nSet-Cookie: sid=evil"},
		{"CVE-2024-47764 semicolon in a cookie's path", "/path", "/; Domain=evil.test; sid=evil"},
		{"CVE-2024-47764 semicolon in a cookie", "/value", "v; Domain=evil.test"},
		{"CVE-2023-49082 line break in a cookie", "/value", "v\r\nSet-Cookie: sid=evil"},
		{"CVE-2019-9741 line break in a path", "/path", "/ HTTP/1.1\r\nSet-Cookie: sid=evil"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			target := c.path + "?v=" + url.QueryEscape(c.value)
			responses, _ := exchange(t, addr, "GET "+target+" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
			require.Len(t, responses, 1)
			for _, line := range responses[0].Header.Values("Set-Cookie") {
				require.NotContains(t, line, "sid=evil")
				require.NotContains(t, line, "Domain")
			}
			require.NotContains(t, responses[0].Header.Get("Location"), "\n")
		})
	}
	responses, _ := exchange(t, addr, "GET /value?v=good HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
	require.Equal(t, []string{"c=good; Path=/; HttpOnly; Secure; SameSite=Lax"}, responses[0].Header.Values("Set-Cookie"))
}

// TestRedirect_body: what a client has sent is never part of a page of ours.
func TestRedirect_body(t *testing.T) {
	t.Parallel()
	const script = `<script>alert(1)</script>`
	r := quiet(wend.RedirectSlash())
	wend.Get(r, "/go", func(_ context.Context, in struct {
		To string `query:"to"`
	},
	) (wend.Redirect, error) {
		return wend.Redirect{To: in.To}, nil
	})
	wend.Get(r, "/fail", func(_ context.Context, in struct {
		Text string `query:"t"`
	},
	) (none, error) {
		return none{}, errors.New(in.Text)
	})
	wend.Get(r, "/n/{n}", func(context.Context, struct {
		N int `path:"n"`
	},
	) (none, error) {
		return none{}, nil
	})
	r.Mount("/files", wend.Static(siteFiles()))
	q := url.QueryEscape(script)
	for _, c := range []struct{ name, target string }{
		{"CVE-2024-43796 redirect page", "/go?to=" + url.QueryEscape("/"+script)},
		{"CVE-2024-43799 send", "/files/docs?" + q},
		{"CVE-2024-43800 serve-static", "/files/docs?x=" + q},
		{"CVE-2024-41810 redirect with a quote", "/go?to=" + url.QueryEscape(`/">`+script)},
		{"CVE-2025-32379 redirect page", "/go?to=" + url.QueryEscape("/?x="+script)},
		{"CVE-2024-22199 error text", "/fail?t=" + q},
		{"CVE-2022-39348 not found page", "/" + url.PathEscape(script)},
		{"CVE-2019-3498 text of a path", "/this%20site%20has%20moved%20to%20evil.test"},
		{"CVE-2017-12794 failing page", "/fail?t=" + q + "&debug=1"},
		{"CVE-2016-10516 failing page of a debugger", "/fail?t=" + q + "&__debugger__=yes"},
		{"CVE-2024-27306 name in a listing", "/files/" + url.PathEscape(script) + "/"},
		{"CVE-2022-22818 bad value", "/n/" + url.PathEscape(script)},
		{"CVE-2018-16471 scheme", "/go?to=" + url.QueryEscape("javascript:"+script)},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := do(t, r, "GET", c.target, "", "Accept: text/html")
			require.GreaterOrEqual(t, w.Code, 300)
			for _, piece := range []string{"<script", "alert", "evil.test"} {
				require.NotContains(t, w.Body.String(), piece)
			}
			if w.Body.Len() > 0 {
				require.Equal(t, "application/problem+json", w.Header().Get("Content-Type"))
				require.Equal(t, "nosniff", w.Header().Get("X-Content-Type-Options"))
			}
		})
	}
}

// TestRedirect_reverse: a path made from values of a client stays a path of this origin.
func TestRedirect_reverse(t *testing.T) {
	t.Parallel()
	r := quiet()
	r.Handle("GET /{a}/{b...}", text(""), wend.Name("ab"))
	r.Handle("GET /{a}", text(""), wend.Name("a"))
	for _, c := range []struct {
		name, route string
		values      []any
	}{
		{"CVE-2014-0480 slash first", "a", []any{"/evil.test"}},
		{"CVE-2014-0480 nothing first", "ab", []any{"", "evil.test"}},
		{"CVE-2014-0480 slash of a rest", "ab", []any{"x", "/evil.test"}},
		{"CVE-2023-22797 backslash", "a", []any{`\evil.test`}},
		{"CVE-2014-0480 dots", "ab", []any{"..", "evil.test"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			path, err := r.URL(c.route, c.values...)
			if err == nil {
				local(t, path)
				require.NotContains(t, path, "/../")
			}
		})
	}
}
