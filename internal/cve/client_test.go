package cve_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend/middleware"
)

// whoami answers with what a handler knows of its client.
var whoami = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	_, _ = io.WriteString(w, r.RemoteAddr+" "+r.Host+" "+middleware.Scheme(r))
})

// TestClient_address: whom a request came from, and for which host, is the word of proxies that are trusted, in one field.
func TestClient_address(t *testing.T) {
	t.Parallel()
	const stranger, proxy = "Remote: 203.0.113.9:1", "Remote: 10.0.0.1:2"
	const strangerIs, proxyIs = "203.0.113.9:1 example.com http", "10.0.0.1:2 example.com http"
	for _, c := range []struct {
		name   string
		header string
		lines  []string
		want   string
	}{
		{"CVE-2020-28483 a stranger", "X-Forwarded-For", []string{stranger, "X-Forwarded-For: 127.0.0.1"}, strangerIs},
		{"CVE-2023-41338 a stranger says local", "X-Forwarded-For", []string{stranger, "X-Forwarded-For: ::1"}, strangerIs},
		{"CVE-2023-50463 a stranger in front of a rule by country", "X-Forwarded-For", []string{stranger, "X-Forwarded-For: 8.8.8.8"}, strangerIs},
		{"CVE-2022-40684 Forwarded says local", "X-Forwarded-For", []string{stranger, `Forwarded: for="[127.0.0.1]:8888";by="[127.0.0.1]:8888"`}, strangerIs},
		{"CVE-2022-40684 Forwarded with an address in brackets", "Forwarded", []string{proxy, `Forwarded: for="[127.0.0.1]:8888"`}, proxyIs},
		{"CVE-2020-28483 what the client wrote further left", "X-Forwarded-For", []string{proxy, "X-Forwarded-For: 127.0.0.1, 198.51.100.7"}, "198.51.100.7:0 example.com http"},
		{"CVE-2024-24790 IPv4 in IPv6", "X-Forwarded-For", []string{proxy, "X-Forwarded-For: 127.0.0.1, ::ffff:198.51.100.7"}, "198.51.100.7:0 example.com http"},
		{"CVE-2024-24790 proxy as IPv4 in IPv6", "X-Forwarded-For", []string{"Remote: [::ffff:10.0.0.1]:2", "X-Forwarded-For: 198.51.100.7"}, "198.51.100.7:0 example.com http"},
		{"CVE-2021-29923 leading zeros", "X-Forwarded-For", []string{proxy, "X-Forwarded-For: 198.51.100.7, 010.0.0.1"}, proxyIs},
		{"CVE-2021-33571 leading zeros of a real address", "X-Real-IP", []string{proxy, "X-Real-IP: 0127.0.0.1"}, proxyIs},
		{"CVE-2025-22870 zone", "X-Forwarded-For", []string{proxy, "X-Forwarded-For: fe80::1%25.evil.test"}, "[fe80::1]:0 example.com http"},
		{"CVE-2025-64484 underscores", "X-Forwarded-For", []string{proxy, "X_Forwarded_For: 127.0.0.1"}, proxyIs},
		{"CVE-2024-45614 underscore beside a hyphen", "X-Forwarded-For", []string{proxy, "X-Forwarded-For: 198.51.100.7", "X-Forwarded_For: 127.0.0.1"}, "198.51.100.7:0 example.com http"},
		{"CVE-2026-33433 field twice", "X-Real-IP", []string{proxy, "X-Real-IP: 198.51.100.7", "X-Real-IP: 127.0.0.1"}, proxyIs},
		{"CVE-2018-14774 host of a stranger", "X-Forwarded-For", []string{stranger, "X-Forwarded-Host: evil.test"}, strangerIs},
		{"CVE-2024-21510 host of a stranger", "X-Forwarded-For", []string{stranger, "X-Forwarded-Host: evil.test", "X-Forwarded-For: 1.1.1.1"}, strangerIs},
		{"CVE-2021-22942 host with a slash", "X-Forwarded-For", []string{proxy, "X-Forwarded-Host: evil.test/x"}, proxyIs},
		{"CVE-2021-44528 host with userinfo", "X-Forwarded-For", []string{proxy, "X-Forwarded-Host: good.test@evil.test"}, proxyIs},
		{"CVE-2011-4139 host with a space", "X-Forwarded-For", []string{proxy, "X-Forwarded-Host: evil.test good.test"}, proxyIs},
		{"CVE-2019-12781 scheme of a stranger", "X-Forwarded-For", []string{stranger, "X-Forwarded-Proto: https"}, strangerIs},
		{"CVE-2019-12781 scheme of the proxy", "X-Forwarded-For", []string{proxy, "X-Forwarded-For: 198.51.100.7", "X-Forwarded-Proto: https"}, "198.51.100.7:0 example.com https"},
		{"CVE-2025-25200 scheme of many commas", "X-Forwarded-For", []string{proxy, "X-Forwarded-Proto: " + strings.Repeat("https,", 10_000)}, proxyIs},
		{"CVE-2017-16118 open quotation mark", "Forwarded", []string{proxy, `Forwarded: for=127.0.0.1;x="`, "Forwarded: for=198.51.100.7"}, "198.51.100.7:0 example.com http"},
		{"CVE-2024-26146 Forwarded of semicolons", "Forwarded", []string{proxy, "Forwarded: for=198.51.100.7" + strings.Repeat(";", 50_000)}, "198.51.100.7:0 example.com http"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := middleware.RealIP(c.header, "10.0.0.0/8")(whoami)
			require.Equal(t, c.want, do(t, h, "GET", "/", "", c.lines...).Body.String())
		})
	}
}

// TestClient_host: a host is in the list by every spelling or by none, and what is no host is refused.
func TestClient_host(t *testing.T) {
	t.Parallel()
	h := middleware.AllowedHosts("example.com", "*.apps.test", "[2001:db8::1]:8080")(text("ok"))
	for _, c := range []struct {
		name, host string
		status     int
	}{
		{"CVE-2022-23632 dot at the end", "example.com.", 200},
		{"CVE-2022-23632 dot and port", "EXAMPLE.com.:8080", 200},
		{"CVE-2021-39155 another case", "ExAmPlE.CoM", 200},
		{"CVE-2016-9014 any host", "evil.test", 400},
		{"CVE-2012-4520 userinfo", "example.com:pw@evil.test", 400},
		{"CVE-2012-4520 userinfo without a password", "example.com@evil.test", 400},
		{"CVE-2013-4752 path", "example.com/evil", 400},
		{"CVE-2021-22881 dot first", ".apps.test", 400},
		{"CVE-2021-22881 suffix", "evilapps.test", 400},
		{"CVE-2021-22881 hash", "evil.test#.apps.test", 400},
		{"CVE-2023-29406 space", "example.com evil.test", 400},
		{"CVE-2014-2324 traversal", "[]/../../", 400},
		{"CVE-2014-2323 quote", "x' or '1'='1.apps.test", 400},
		{"CVE-2025-47912 IPv4 in brackets", "[127.0.0.1]", 400},
		{"CVE-2025-47912 name in brackets", "[example.com]", 400},
		{"CVE-2025-47912 text behind the brackets", "[2001:db8::1]x:8080", 400},
		{"CVE-2025-22870 zone", "[2001:db8::1%25example.com]:8080", 400},
		{"CVE-2024-32652 port that is none", "example.com:x", 400},
		{"CVE-2024-32652 empty", "", 400},
		{"CVE-2024-32652 angle brackets", "<evil>.apps.test", 400},
		{"CVE-2022-23632 many labels", strings.Repeat("a.", 120) + "apps.test", 200},
		{"CVE-2021-22881 IPv6 in its one form", "[2001:DB8:0::1]:8080", 200},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.status, do(t, h, "GET", "/", "", "Host: "+c.host).Code, c.host)
		})
	}
}

// TestClient_links: no absolute URL is made of what a client says about host, scheme or prefix.
func TestClient_links(t *testing.T) {
	t.Parallel()
	r := quiet()
	wendDocs(r)
	redirects := map[string]http.Handler{
		"https":  middleware.HTTPSRedirect("example.com")(http.NotFoundHandler()),
		"host":   middleware.HostRedirect(map[string]string{"evil.test": "example.com"})(http.NotFoundHandler()),
		"slash":  middleware.SlashRedirect()(http.NotFoundHandler()),
		"router": r,
	}
	for _, c := range []struct{ name, line string }{
		{"CVE-2024-52003 prefix of another host", "X-Forwarded-Prefix: https://evil.test"},
		{"CVE-2020-15129 prefix without a scheme", "X-Forwarded-Prefix: //evil.test"},
		{"CVE-2023-26125 prefix with dots", "X-Forwarded-Prefix: /../evil.test"},
		{"CVE-2021-41267 prefix", "X-Forwarded-Prefix: /evil.test"},
		{"CVE-2021-44528 host", "X-Forwarded-Host: evil.test"},
		{"CVE-2018-14774 host", "X-Host: evil.test"},
		{"CVE-2016-9014 host", "Host: evil.test"},
		{"CVE-2023-29406 host with a slash", "Host: evil.test/x?"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for name, h := range redirects {
				for _, target := range []string{"/docs/", "//docs", "/openapi.json", "/x/"} {
					w := do(t, h, "GET", target, "", c.line)
					require.NotContains(t, w.Header().Get("Location"), "evil.test", name)
					require.NotContains(t, w.Body.String(), "evil.test", name)
				}
			}
		})
	}
	require.Equal(t, "https://example.com/x/", do(t, redirects["https"], "GET", "/x/", "").Header().Get("Location"))
}

// TestClient_proxy: what goes to a server behind says of the client what this server knows, and nothing of the client's.
func TestClient_proxy(t *testing.T) {
	t.Parallel()
	behind := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, name := range []string{"X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "Forwarded", "Connection", "Te", "Proxy"} {
			_, _ = io.WriteString(w, name+"="+strings.Join(r.Header.Values(name), ",")+" ")
		}
		_, _ = io.WriteString(w, r.URL.RawQuery)
	}))
	t.Cleanup(behind.Close)
	h := middleware.Proxy(middleware.Upstreams{Targets: []string{behind.URL}})
	const is = "X-Forwarded-For=192.0.2.1 X-Forwarded-Host=example.com X-Forwarded-Proto=http Forwarded= Connection= Te= Proxy="
	for _, c := range []struct {
		name  string
		lines []string
	}{
		{"CVE-2024-45410 Connection names what the proxy adds", []string{"Connection: X-Forwarded-Host, X-Forwarded-For", "X-Forwarded-For: 127.0.0.1"}},
		{"CVE-2022-31813 Connection names the address", []string{"Connection: close, X-Forwarded-For"}},
		{"CVE-2021-32813 Connection names the host", []string{"Connection: X-Forwarded-Host"}},
		{"CVE-2022-1388 Connection names a credential", []string{"Connection: X-F5-Auth-Token, X-Forwarded-Host"}},
		{"CVE-2021-33197 first Connection is empty", []string{"Connection: ", "Connection: X-Forwarded-Proto"}},
		{"CVE-2022-32148 address that is removed", []string{"X-Forwarded-For: "}},
		{"CVE-2020-28483 address of the client", []string{"X-Forwarded-For: 127.0.0.1", "Forwarded: for=127.0.0.1"}},
		{"CVE-2024-52003 host of the client", []string{"X-Forwarded-Host: evil.test", "X-Forwarded-Proto: https"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, is+" ", do(t, h, "GET", "/", "", c.lines...).Body.String())
		})
	}
	t.Run("CVE-2022-2880 pair that two parsers read differently", func(t *testing.T) {
		t.Parallel()
		got := do(t, h, "GET", "/?a=1;b=2&c=3&d=%x", "").Body.String()
		require.NotContains(t, got, ";")
		require.NotContains(t, got, "%x")
		require.Contains(t, got, "c=3")
	})
	t.Run("CVE-2021-36221 server that goes away", func(t *testing.T) {
		t.Parallel()
		broken := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "10")
			_, _ = io.WriteString(w, "half")
		}))
		t.Cleanup(broken.Close)
		r := quiet()
		r.Mount("/", middleware.Proxy(middleware.Upstreams{Targets: []string{broken.URL}, Logger: slog.New(slog.DiscardHandler)}))
		address := "http://" + serve(t, r)
		client := &http.Client{Transport: &http.Transport{}}
		defer client.CloseIdleConnections()
		for range 3 { // half an answer is never taken for a whole one, and the server goes on
			resp, err := client.Get(address)
			if err == nil {
				_, err = io.ReadAll(resp.Body)
				resp.Body.Close()
			}
			require.Error(t, err)
		}
	})
	t.Run("CVE-2021-40438 target in the path", func(t *testing.T) {
		t.Parallel()
		for _, target := range []string{"/unix:" + strings.Repeat("a", 5000) + "|http://evil.test/", "http://evil.test/x", "/@evil.test/"} {
			w := do(t, h, "GET", target, "")
			require.Contains(t, []int{200, 502}, w.Code)
			require.NotContains(t, w.Body.String(), "X-Forwarded-For= ", "it was this server that was asked")
		}
	})
	t.Run("CVE-2021-21322 dots behind the base", func(t *testing.T) {
		t.Parallel()
		based := quiet()
		based.Mount("/api", middleware.Proxy(middleware.Upstreams{Targets: []string{behind.URL + "/base"}}))
		for _, target := range []string{"/api/../secret", "/api/%2e%2e/secret", "/api/..%2fsecret"} {
			require.Contains(t, []int{400, 404}, do(t, based, "GET", target, "").Code, target)
		}
	})
}
