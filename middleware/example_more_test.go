package middleware_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"time"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/middleware"
)

// send serves one request, with header lines "Name: value", and returns the response.
func send(h http.Handler, method, target string, lines ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, nil)
	for _, line := range lines {
		name, value, _ := strings.Cut(line, ": ")
		r.Header.Add(name, value)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// path answers with the method and path that the handler sees.
var path = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, r.Method, " ", r.URL.Path) })

func ExampleRealIP() {
	h := middleware.RealIP("X-Forwarded-For", "192.0.2.0/24")(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, r.RemoteAddr, " ", middleware.Scheme(r))
	}))
	fmt.Println(send(h, "GET", "/", "X-Forwarded-For: 1.1.1.1, 198.51.100.7", "X-Forwarded-Proto: https").Body)
	// Output: 198.51.100.7:0 https
}

func ExampleLogURL() {
	fmt.Println(middleware.LogURL(httptest.NewRequest("GET", "/notes?limit=1&token=abc", nil)))
	// Output: url=/notes?limit=1&token=[redacted]
}

func ExampleLogHeaders() {
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Accept", "text/html")
	r.Header.Set("Cookie", "sid=secret")
	fmt.Println(middleware.LogHeaders("Accept", "Cookie")(r))
	// Output: headers=[Accept=text/html Cookie=[redacted]]
}

func ExampleTimeout() {
	h := middleware.Timeout(time.Millisecond)(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	fmt.Println(send(h, "GET", "/").Code)
	// Output: 503
}

func ExampleBufferedTimeout() {
	stuck := make(chan struct{})
	h := middleware.BufferedTimeout(time.Millisecond)(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-stuck }))
	fmt.Println(send(h, "GET", "/").Code)
	close(stuck)
	// Output: 503
}

func ExampleBodyLimit() {
	h := middleware.BodyLimit(4)(path)
	for _, body := range []string{"1234", "12345"} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("POST", "/", strings.NewReader(body)))
		fmt.Println(w.Code)
	}
	// Output:
	// 200
	// 413
}

func ExampleBodyDump() {
	show := func(r *http.Request, d middleware.Dump) {
		fmt.Printf("%s %d %q %q\n", r.Method, d.Status, d.Request, d.Response)
	}
	h := middleware.BodyDump(5, show)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.Copy(w, r.Body) }))
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("POST", "/", strings.NewReader("hello, world")))
	// Output: POST 200 "hello" "hello"
}

func ExampleCSRF() {
	h := middleware.CSRF()(hello)
	fmt.Println(send(h, "POST", "/", "Sec-Fetch-Site: same-origin").Code, send(h, "POST", "/", "Sec-Fetch-Site: cross-site").Code)
	// Output: 200 403
}

func ExampleSecureHeaders() {
	h := middleware.SecureHeaders(middleware.Secure{Policy: middleware.CSP{"default-src": {"'self'"}}})(hello)
	header := send(h, "GET", "/").Header()
	fmt.Println(header.Get("Content-Security-Policy"), header.Get("X-Frame-Options"))
	// Output: default-src 'self' DENY
}

func ExampleCSP() {
	fmt.Println(middleware.CSP{"default-src": {"'self'"}, "img-src": {"'self'", "data:"}})
	// Output: default-src 'self'; img-src 'self' data:
}

func ExampleBasicAuth() {
	h := middleware.BasicAuth("operators", middleware.StaticUsers(map[string]string{"ann": "secret"}))(hello)
	w := send(h, "GET", "/")
	fmt.Println(w.Code, w.Header().Get("WWW-Authenticate"))
	// Output: 401 Basic realm="operators", charset="UTF-8"
}

func ExampleBearer() {
	var user wend.Key[string]
	verify := func(ctx context.Context, token string) (context.Context, bool) {
		return user.With(ctx, "ann"), token == "abc" // ask who issues tokens
	}
	h := middleware.Bearer("api", verify)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name, _ := user.From(r.Context())
		fmt.Fprint(w, name)
	}))
	fmt.Println(send(h, "GET", "/", "Authorization: Bearer abc").Body, send(h, "GET", "/").Code)
	// Output: ann 401
}

func ExampleAPIKey() {
	h := middleware.APIKey("X-API-Key", middleware.StaticKeys("abc"))(hello)
	fmt.Println(send(h, "GET", "/", "X-API-Key: abc").Code, send(h, "GET", "/").Code)
	// Output: 200 401
}

func ExampleRate() {
	h := middleware.RateLimit(middleware.Rate{
		PerSecond: 1, Burst: 1,
		Key: middleware.RateByHeader("X-API-Key"),
		Tier: func(r *http.Request) middleware.Limit {
			if r.Header.Get("X-API-Key") == "gold" {
				return middleware.Limit{PerSecond: 100, Burst: 200}
			}
			return middleware.Limit{} // the one above
		},
	})(hello)
	for _, key := range []string{"gold", "tin"} {
		fmt.Println(send(h, "GET", "/", "X-API-Key: "+key).Header().Get("RateLimit-Policy"))
	}
	// Output:
	// "default";q=200;w=2
	// "default";q=1;w=1
}

func ExampleThrottle() {
	h := middleware.Throttle(middleware.Capacity{InFlight: 100, Queue: 50, Wait: time.Second})(hello)
	fmt.Println(send(h, "GET", "/").Code)
	// Output: 200
}

func ExampleETag() {
	h := middleware.ETag()(hello)
	tag := send(h, "GET", "/").Header().Get("ETag")
	fmt.Println(send(h, "GET", "/", "If-None-Match: "+tag).Code)
	// Output: 304
}

func ExampleCacheControl() {
	h := middleware.CacheControl("public", "max-age=60")(hello)
	fmt.Println(send(h, "GET", "/").Header().Get("Cache-Control"))
	// Output: public, max-age=60
}

func ExampleNoCache() {
	fmt.Println(send(middleware.NoCache()(hello), "GET", "/").Header().Get("Cache-Control"))
	// Output: no-store
}

func ExampleSetHeader() {
	fmt.Println(send(middleware.SetHeader("X-Node", "7")(hello), "GET", "/").Header().Get("X-Node"))
	// Output: 7
}

func ExampleRobotsTag() {
	fmt.Println(send(middleware.RobotsTag("noindex", "nofollow")(hello), "GET", "/").Header().Get("X-Robots-Tag"))
	// Output: noindex, nofollow
}

func ExampleAllowedHosts() {
	h := middleware.AllowedHosts("example.com", "*.example.com")(hello)
	fmt.Println(send(h, "GET", "http://www.example.com/").Code, send(h, "GET", "http://evil.test/").Code)
	// Output: 200 400
}

func ExampleHTTPSRedirect() {
	w := send(middleware.HTTPSRedirect("example.com")(hello), "GET", "http://anything.test/notes?limit=1")
	fmt.Println(w.Code, w.Header().Get("Location"))
	// Output: 308 https://example.com/notes?limit=1
}

func ExampleHostRedirect() {
	h := middleware.HostRedirect(map[string]string{"www.example.com": "example.com"})(hello)
	fmt.Println(send(h, "GET", "http://www.example.com/notes").Header().Get("Location"))
	// Output: http://example.com/notes
}

func ExampleRedirects() {
	h := middleware.Redirects(map[string]string{"/old": "/new"})(hello)
	fmt.Println(send(h, "GET", "/old?limit=1").Header().Get("Location"))
	// Output: /new?limit=1
}

func ExampleSlashRedirect() {
	fmt.Println(send(middleware.SlashRedirect()(hello), "GET", "/notes/").Header().Get("Location"))
	// Output: /notes
}

func ExampleCleanPath() {
	fmt.Println(send(middleware.CleanPath()(path), "GET", "/a//b/../c").Body)
	// Output: GET /a/c
}

func ExampleStripSlashes() {
	fmt.Println(send(middleware.StripSlashes()(path), "GET", "/notes/").Body)
	// Output: GET /notes
}

func ExampleStripPrefix() {
	fmt.Println(send(middleware.StripPrefix("/api")(path), "GET", "/api/notes").Body)
	// Output: GET /notes
}

func ExampleRewrite() {
	fmt.Println(send(middleware.Rewrite(map[string]string{"/v1/": "/api/v1/"})(path), "GET", "/v1/notes").Body)
	// Output: GET /api/v1/notes
}

func ExampleMethodOverride() {
	fmt.Println(send(middleware.MethodOverride()(path), "POST", "/notes/1", "X-HTTP-Method-Override: DELETE").Body)
	// Output: DELETE /notes/1
}

// posts sends a body of each media type and prints the statuses.
func posts(h http.Handler, types ...string) {
	for _, t := range types {
		r := httptest.NewRequest("POST", "/", strings.NewReader("x"))
		r.Header.Set("Content-Type", t)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		fmt.Println(w.Code)
	}
}

func ExampleAllowContentType() {
	posts(middleware.AllowContentType("application/json")(hello), "application/json; charset=utf-8", "text/plain")
	// Output:
	// 200
	// 415
}

func ExampleAllowCharset() {
	posts(middleware.AllowCharset("utf-8")(hello), "text/plain; charset=UTF-8", "text/plain; charset=utf-16")
	// Output:
	// 200
	// 415
}

func ExampleAllowContentEncoding() {
	r := httptest.NewRequest("POST", "/", strings.NewReader("x"))
	r.Header.Set("Content-Encoding", "br")
	w := httptest.NewRecorder()
	middleware.AllowContentEncoding("gzip")(hello).ServeHTTP(w, r)
	fmt.Println(w.Code, w.Header().Get("Accept-Encoding"))
	// Output: 415 gzip, identity
}

func ExampleHeartbeat() {
	fmt.Println(send(middleware.Heartbeat("/ping")(http.NotFoundHandler()), "GET", "/ping").Body)
	// Output: ok
}

func ExampleHealth() {
	fmt.Println(send(middleware.Health(), "GET", "/healthz").Body)
	// Output: ok
}

func ExampleReady() {
	r := wend.New()
	r.Handle("GET /readyz", middleware.Ready(
		r.Draining(),
		middleware.Check{Name: "cache", Run: func(context.Context) error { return nil }},
		middleware.Check{Name: "db", Timeout: time.Second, Run: func(context.Context) error { return errors.New("connection refused") }},
	))
	w := send(r, "GET", "/readyz")
	fmt.Println(w.Code, w.Body)
	// Output: 503 {"status":"failed","checks":{"cache":"ok","db":"failed"}}
}

func ExampleDeprecation() {
	since := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	h := middleware.Deprecation(since, since.AddDate(1, 0, 0), "https://example.com/v2")(hello)
	header := send(h, "GET", "/").Header()
	fmt.Println(header.Get("Deprecation"), header.Get("Sunset"))
	// Output: @1767225600 Fri, 01 Jan 2027 00:00:00 GMT
}

func ExampleMaintenance() {
	var on atomic.Bool
	h := middleware.Maintenance(on.Load, time.Hour)(hello)
	on.Store(true)
	w := send(h, "GET", "/")
	fmt.Println(w.Code, w.Header().Get("Retry-After"))
	// Output: 503 3600
}

func ExampleEarlyData() {
	fmt.Println(send(middleware.EarlyData()(hello), "POST", "/", "Early-Data: 1").Code)
	// Output: 425
}

func ExampleWhen() {
	isAdmin := func(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, "/admin/") }
	h := middleware.When(isAdmin, middleware.NoCache())(hello)
	fmt.Printf("%q %q\n", send(h, "GET", "/").Header().Get("Cache-Control"), send(h, "GET", "/admin/").Header().Get("Cache-Control"))
	// Output: "" "no-store"
}

func ExampleUnless() {
	isPing := func(r *http.Request) bool { return r.URL.Path == "/ping" }
	h := middleware.Unless(isPing, middleware.AllowedHosts("example.org"))(hello)
	fmt.Println(send(h, "GET", "/ping").Code, send(h, "GET", "/").Code)
	// Output: 200 400
}

func ExampleValue() {
	var tenant wend.Key[string]
	ofHost := func(r *http.Request) string { name, _, _ := strings.Cut(r.Host, "."); return name }
	h := middleware.Value(tenant.With, ofHost)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name, _ := tenant.From(r.Context())
		fmt.Fprint(w, name)
	}))
	fmt.Println(send(h, "GET", "http://acme.example.com/").Body)
	// Output: acme
}

func ExampleServerTiming() {
	timing := send(middleware.ServerTiming()(hello), "GET", "/").Header().Get("Server-Timing")
	fmt.Println(strings.HasPrefix(timing, "app;dur="))
	// Output: true
}

func ExampleFavicon() {
	fmt.Println(send(middleware.Favicon(nil)(hello), "GET", "/favicon.ico").Code)
	// Output: 204
}

func ExampleProxy() {
	notes := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, r.URL.Path, " for ", r.Header.Get("X-Forwarded-For"))
	}))
	defer notes.Close()
	h := middleware.Proxy(middleware.Upstreams{Targets: []string{notes.URL}})
	var body bytes.Buffer
	body.ReadFrom(send(h, "GET", "/notes", "X-Forwarded-For: 1.1.1.1").Result().Body)
	fmt.Println(body.String())
	// Output: /notes for 192.0.2.1
}
