package middleware

import (
	"context"
	"crypto/tls"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// request makes a request with header lines "Name: value"; "Host" is its host, "Remote"
// its address, "TLS" its transport.
func request(method, target string, lines ...string) *http.Request {
	r := httptest.NewRequest(method, target, nil)
	for _, line := range lines {
		switch name, value, _ := strings.Cut(line, ": "); name {
		case "Host":
			r.Host = value
		case "Remote":
			r.RemoteAddr = value
		case "TLS":
			r.TLS = &tls.ConnectionState{}
		default:
			r.Header[http.CanonicalHeaderKey(name)] = append(r.Header[http.CanonicalHeaderKey(name)], value)
		}
	}
	return r
}

// seen answers with what a handler sees of a request.
var seen = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	fmt.Fprint(w, r.Method, " ", r.URL.EscapedPath(), " ", r.Host, " ", r.RemoteAddr, " ", Scheme(r))
})

// panics returns the message of a panic.
func panics(t *testing.T, name string, f func()) (message string) {
	t.Helper()
	defer func() {
		v := recover()
		require.NotNil(t, v, "%s: no panic", name)
		message = fmt.Sprint(v)
	}()
	f()
	return ""
}

func TestCSRF(t *testing.T) {
	t.Parallel()
	h := CSRF("https://trusted.example")(text(200, ""))
	tests := []struct {
		name   string
		method string
		lines  []string
		want   int
	}{
		{"safe", "GET", []string{"Sec-Fetch-Site: cross-site"}, 200},
		{"same origin", "POST", []string{"Sec-Fetch-Site: same-origin"}, 200},
		{"typed in", "POST", []string{"Sec-Fetch-Site: none"}, 200},
		{"cross-site", "POST", []string{"Sec-Fetch-Site: cross-site"}, 403},
		{"same site, another origin", "POST", []string{"Sec-Fetch-Site: same-site"}, 403},
		{"old browser, another origin", "DELETE", []string{"Origin: https://evil.test"}, 403},
		{"old browser, same origin", "DELETE", []string{"Origin: https://example.com"}, 200},
		{"CVE-2024-43787 null origin", "POST", []string{"Origin: null"}, 403},
		{"CVE-2025-47909 another port", "POST", []string{"Origin: https://example.com:8443"}, 403},
		{"no browser", "POST", nil, 200},
		{"trusted", "POST", []string{"Sec-Fetch-Site: cross-site", "Origin: https://trusted.example"}, 200},
		{"media type does not matter", "POST", []string{"Content-Type: application/json", "Sec-Fetch-Site: cross-site"}, 403},
		{"own method", "PURGE", []string{"Sec-Fetch-Site: cross-site"}, 403},
	}
	for _, test := range tests {
		w := serve(h, request(test.method, "/", test.lines...))
		require.Equal(t, test.want, w.Code, test.name)
		require.NotContains(t, w.Body.String(), "evil", test.name)
	}
	panics(t, "origin", func() { CSRF("trusted.example") })
}

func TestSecureHeaders(t *testing.T) {
	t.Parallel()
	w := serve(SecureHeaders(Secure{})(text(200, "")), request("GET", "/"))
	require.Equal(t, http.Header{
		"X-Content-Type-Options": {"nosniff"}, "X-Frame-Options": {"DENY"}, "Referrer-Policy": {"strict-origin-when-cross-origin"},
		"Cross-Origin-Opener-Policy": {"same-origin"}, "Cross-Origin-Resource-Policy": {"same-origin"},
		"Content-Security-Policy": {"default-src 'none'; frame-ancestors 'none'"},
	}, w.Header())
	w.Header().Add("X-Frame-Options", "more")
	again := serve(SecureHeaders(Secure{})(text(200, "")), request("GET", "https://example.com/", "TLS: yes"))
	require.Equal(t, []string{"DENY"}, again.Header()["X-Frame-Options"])
	require.Equal(t, "max-age=31536000", again.Header().Get("Strict-Transport-Security"))
	absolute := serve(SecureHeaders(Secure{})(text(200, "")), request("GET", "/"))
	require.Empty(t, absolute.Header().Get("Strict-Transport-Security"))

	s := Secure{
		Policy: CSP{"img-src": {"'self'", "data:"}, "default-src": {"'self'"}, "upgrade-insecure-requests": nil}, ReportOnly: true,
		FrameOptions: "-", ReferrerPolicy: "no-referrer", Permissions: "camera=()", HSTS: time.Hour, HSTSSubdomains: true,
	}
	h := serve(SecureHeaders(s)(text(200, "")), request("GET", "/", "TLS: yes")).Header()
	require.Equal(t, "default-src 'self'; img-src 'self' data:; upgrade-insecure-requests", h.Get("Content-Security-Policy-Report-Only"))
	require.Empty(t, h["X-Frame-Options"])
	require.Equal(t, "no-referrer", h.Get("Referrer-Policy"))
	require.Equal(t, "camera=()", h.Get("Permissions-Policy"))
	require.Equal(t, "max-age=3600; includeSubDomains", h.Get("Strict-Transport-Security"))
	h = serve(SecureHeaders(Secure{HSTS: -1, Policy: CSP{}})(text(200, "")), request("GET", "/", "TLS: yes")).Header()
	require.Empty(t, h["Strict-Transport-Security"])
	require.Empty(t, h["Content-Security-Policy"])
	panics(t, "line break", func() { SecureHeaders(Secure{Permissions: "a\r\nb: c"}) })
	panics(t, "less than a second", func() { SecureHeaders(Secure{HSTS: time.Millisecond}) })
}

func TestCSP_refused(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		policy CSP
		want   string
	}{
		{"unknown directive", CSP{"default": nil}, "no directive"},
		{"two directives", CSP{"img-src font-src": nil}, "no directive"},
		{"bare keyword", CSP{"script-src": {"self"}}, "'self'"},
		{"bare nonce", CSP{"script-src": {"nonce-abc"}}, "single quotes"},
		{"none and more", CSP{"script-src": {"'none'", "'self'"}}, "alone"},
		{"two sources", CSP{"script-src": {"'self' https:"}}, "not one source"},
		{"injected directive", CSP{"script-src": {"https:;img-src"}}, "not one source"},
		{"stray quote", CSP{"script-src": {"'self"}}, "stray"},
		{"empty", CSP{"script-src": {""}}, "not one source"},
	}
	for _, test := range tests {
		require.Contains(t, panics(t, test.name, func() { _ = test.policy.String() }), test.want, test.name)
	}
}

func TestBasicAuth(t *testing.T) {
	t.Parallel()
	h := BasicAuth(`the "realm"`, StaticUsers(map[string]string{"ann": "secret", "bob": "hidden"}))(text(200, ""))
	tests := []struct {
		name           string
		user, password string
		want           int
	}{
		{"right", "ann", "secret", 200},
		{"other user", "bob", "hidden", 200},
		{"another's password", "ann", "hidden", 401},
		{"prefix", "ann", "secre", 401},
		{"empty", "", "", 401},
		{"unknown", "eve", "secret", 401},
	}
	for _, test := range tests {
		r := request("GET", "/")
		r.SetBasicAuth(test.user, test.password)
		w := serve(h, r)
		require.Equal(t, test.want, w.Code, test.name)
		if test.want == 401 {
			require.Equal(t, `Basic realm="the \"realm\"", charset="UTF-8"`, w.Header().Get("Www-Authenticate"), test.name)
		}
	}
	twice := request("GET", "/")
	twice.SetBasicAuth("ann", "secret")
	twice.Header.Add("Authorization", "Basic x")
	require.Equal(t, 401, serve(h, twice).Code, "two fields")
	require.Equal(t, 401, serve(h, request("GET", "/")).Code, "none")
	for name, f := range map[string]func(){
		"no function": func() { BasicAuth("r", nil) }, "no users": func() { StaticUsers(nil) },
		"empty password": func() { StaticUsers(map[string]string{"a": ""}) },
		"realm":          func() { BasicAuth("a\nb", StaticUsers(map[string]string{"a": "b"})) },
	} {
		panics(t, name, f)
	}
}

type userKey struct{}

func TestBearer(t *testing.T) {
	t.Parallel()
	verify := func(ctx context.Context, token string) (context.Context, bool) {
		return context.WithValue(ctx, userKey{}, "user of "+token), token == "t0k.e-n=="
	}
	h := Bearer("api", verify)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, r.Context().Value(userKey{}))
	}))
	tests := []struct {
		name  string
		lines []string
		want  int
		error bool
	}{
		{"right", []string{"Authorization: Bearer t0k.e-n=="}, 200, false},
		{"scheme in another case", []string{"Authorization: bEARER  t0k.e-n=="}, 200, false},
		{"none", nil, 401, false},
		{"wrong", []string{"Authorization: Bearer other"}, 401, true},
		{"another scheme", []string{"Authorization: Token t0k.e-n=="}, 401, true},
		{"no scheme", []string{"Authorization: t0k.e-n=="}, 401, true},
		{"two tokens", []string{"Authorization: Bearer t0k.e-n== x"}, 401, true},
		{"two fields", []string{"Authorization: Bearer t0k.e-n==", "Authorization: Bearer t0k.e-n=="}, 401, true},
		{"not a token", []string{"Authorization: Bearer t0k\"n"}, 401, true},
		{"only signs", []string{"Authorization: Bearer ="}, 401, true},
		{"CVE-2025-30204 long", []string{"Authorization: Bearer " + strings.Repeat("a.", 5000)}, 401, true},
	}
	for _, test := range tests {
		w := serve(h, request("GET", "/", test.lines...))
		require.Equal(t, test.want, w.Code, test.name)
		if test.want == 200 {
			require.Equal(t, "user of t0k.e-n==", w.Body.String(), test.name)
			continue
		}
		require.Equal(t, test.error, strings.Contains(w.Header().Get("Www-Authenticate"), "invalid_token"), test.name)
	}
	panics(t, "no function", func() { Bearer("api", nil) })
}

func TestAPIKey(t *testing.T) {
	t.Parallel()
	h := APIKey("x-api-key", StaticKeys("one", "two"))(text(200, ""))
	for key, want := range map[string]int{"one": 200, "two": 200, "on": 401, "": 401} {
		require.Equal(t, want, serve(h, request("GET", "/", "X-API-Key: "+key)).Code, key)
	}
	require.Equal(t, 401, serve(h, request("GET", "/", "X-API-Key: one", "X-API-Key: one")).Code)
	require.Equal(t, 401, serve(h, request("GET", "/?x-api-key=one", "X_API_Key: one")).Code, "CVE-2025-64484")
	for name, f := range map[string]func(){
		"header": func() { APIKey("a b", StaticKeys("x")) }, "no function": func() { APIKey("a", nil) },
		"no keys": func() { StaticKeys() }, "empty key": func() { StaticKeys("a", "") },
	} {
		panics(t, name, f)
	}
}

func TestAllowedHosts(t *testing.T) {
	t.Parallel()
	h := AllowedHosts("example.com", "*.shop.example", "api.example:8443", "192.0.2.1", "[2001:db8::1]")(text(200, ""))
	tests := []struct {
		name, host string
		want       int
	}{
		{"listed", "example.com", 200},
		{"any port", "example.com:8080", 200},
		{"CVE-2022-23632 case", "EXAMPLE.com", 200},
		{"trailing dot", "example.com.", 200},
		{"below", "a.b.shop.example", 200},
		{"the domain itself", "shop.example", 400},
		{"suffix of a name", "ashop.example", 400},
		{"its port", "api.example:8443", 200},
		{"another port", "api.example:443", 400},
		{"no port", "api.example", 400},
		{"address", "192.0.2.1:80", 200},
		{"IPv6", "[2001:db8:0::1]:80", 200},
		{"IPv4 in IPv6", "[::ffff:192.0.2.1]", 200},
		{"unknown", "evil.test", 400},
		{"empty", "", 400},
		{"two", "example.com,evil.test", 400},
		{"user", "a@example.com", 400},
		{"path", "example.com/evil", 400},
		{"two dots", "example.com..", 400},
		{"bad port", "example.com:x", 400},
		{"no port after colon", "example.com:", 400},
		{"open bracket", "[2001:db8::1", 400},
	}
	for _, test := range tests {
		w := serve(h, request("GET", "/", "Host: "+test.host))
		require.Equal(t, test.want, w.Code, test.name)
		require.NotContains(t, w.Body.String(), "evil", test.name)
	}
	for _, bad := range []string{"", "https://a", "*", "*.", "a b", "*.a:80", "*.[::1]"} {
		panics(t, bad, func() { AllowedHosts(bad) })
	}
	panics(t, "none", func() { AllowedHosts() })
}

// TestHost_folding: letters that Unicode folds into those of a name are none of it.
func TestHost_folding(t *testing.T) {
	t.Parallel()
	h := AllowedHosts("key.test", "*.key.test")(text(200, ""))
	for _, host := range []string{"\u212aey.test", "a.\u212aey.test", "\u017fkey.test", "key.te\u017ft"} {
		r := request("GET", "/")
		r.Host = host
		require.Equal(t, 400, serve(h, r).Code, "%q", host)
	}
}

// TestShortKey: nobody takes the bucket of a long key by sending its digest.
func TestShortKey(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 100)
	require.Equal(t, "short", shortKey("short"))
	require.NotEqual(t, shortKey(long), shortKey(shortKey(long)))
	require.LessOrEqual(t, len(shortKey(long)), maxRateKey)
}

// TestProxy_identity: what a client says about itself reaches no server behind the proxy in
// a field that one may believe, nor in a name that it may take for such a field.
func TestProxy_identity(t *testing.T) {
	t.Parallel()
	var got http.Header
	h := Proxy(Upstreams{Targets: []string{"http://a.test/base"}, Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		got = r.Header
		return &http.Response{StatusCode: 204, Body: http.NoBody, Header: http.Header{}}, nil
	})})
	r := request("GET", "/")
	for _, name := range []string{"Forwarded", "X-Forwarded-For", "X-Real-Ip", "X_Forwarded_For", "X-Forwarded_host", "x_real_ip", "X_Forwarded-Proto"} {
		r.Header[name] = []string{"evil"} // as they come: net/http changes no name with an underscore
	}
	other := "X_Other"
	r.Header[other] = []string{"kept"}
	require.Equal(t, 204, serve(h, r).Code)
	for name, values := range got {
		require.NotContains(t, values, "evil", name)
	}
	require.Equal(t, []string{"kept"}, got[other])
	require.Equal(t, "192.0.2.1", got.Get("X-Forwarded-For"))
	for _, path := range []string{"/../admin", "/a/../../admin", "/%2e%2e/admin", "/a/..", `/..\admin`} {
		got = nil
		r := request("GET", "/")
		u, err := url.Parse("http://b.test" + path)
		require.NoError(t, err)
		r.URL = u
		require.Equal(t, 400, serve(h, r).Code, path)
		require.Nil(t, got, "%s leaves the base", path)
	}
}
