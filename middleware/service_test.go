package middleware

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestReady(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		draining := make(chan struct{})
		var runs atomic.Int32
		fail := errors.New("secret of the database")
		var broken atomic.Bool
		stuck := make(chan struct{})
		h := Ready(
			draining,
			Check{Name: "db", Run: func(context.Context) error {
				runs.Add(1)
				time.Sleep(time.Millisecond)
				if broken.Load() {
					return fail
				}
				return nil
			}},
			Check{Name: "queue", Timeout: time.Second, Run: func(context.Context) error {
				if broken.Load() {
					<-stuck // it ignores its context
				}
				return nil
			}},
		)
		probe := func() *httptest.ResponseRecorder { return serve(h, request("GET", "/readyz")) }
		w := probe()
		require.Equal(t, 200, w.Code)
		require.Equal(t, `{"status":"ok","checks":{"db":"ok","queue":"ok"}}`, w.Body.String())
		require.Equal(t, "no-store", w.Header().Get("Cache-Control"))

		runs.Store(0)
		var all sync.WaitGroup
		for range 50 {
			all.Go(func() { require.Equal(t, 200, probe().Code) })
		}
		all.Wait()
		require.Equal(t, int32(1), runs.Load(), "all who ask at once share a run")

		broken.Store(true)
		w = probe()
		require.Equal(t, 503, w.Code)
		require.Equal(t, `{"status":"failed","checks":{"db":"failed","queue":"timeout"}}`, w.Body.String())
		start := time.Now()
		require.Contains(t, probe().Body.String(), `"queue":"timeout"`)
		require.Less(t, time.Since(start), time.Second, "one that is stuck is not waited for again")
		close(stuck)
		broken.Store(false)
		synctest.Wait()
		require.Equal(t, 200, probe().Code)
		close(draining)
		w = probe()
		require.Equal(t, 503, w.Code)
		require.Equal(t, `{"status":"draining"}`, w.Body.String())
	})
	slow := func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
	synctest.Test(t, func(t *testing.T) {
		w := serve(Ready(nil, Check{Name: "slow", Run: slow}, Check{Name: "panics", Run: func(context.Context) error { panic("oh") }}), request("GET", "/"))
		require.Equal(t, `{"status":"failed","checks":{"panics":"failed","slow":"timeout"}}`, w.Body.String())
	})
	require.Equal(t, 200, serve(Ready(nil), request("GET", "/")).Code)
	for name, checks := range map[string][]Check{
		"no name": {{Run: slow}}, "no function": {{Name: "a"}}, "twice": {{Name: "a", Run: slow}, {Name: "a", Run: slow}},
		"timeout": {{Name: "a", Run: slow, Timeout: -1}},
	} {
		panics(t, name, func() { Ready(nil, checks...) })
	}
}

func TestHeartbeat(t *testing.T) {
	t.Parallel()
	h := Heartbeat("/ping")(text(404, ""))
	for _, test := range []struct {
		method, path string
		want         int
	}{{"GET", "/ping", 200}, {"HEAD", "/ping", 200}, {"POST", "/ping", 404}, {"GET", "/ping/", 404}} {
		require.Equal(t, test.want, serve(h, request(test.method, test.path)).Code, test.method+test.path)
	}
	panics(t, "path", func() { Heartbeat("ping") })
}

func TestDeprecation(t *testing.T) {
	t.Parallel()
	since := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	h := serve(Deprecation(since, since.AddDate(1, 0, 0), "https://example.com/new")(text(200, "")), request("GET", "/")).Header()
	require.Equal(t, http.Header{
		"Deprecation": {"@1767323045"}, "Sunset": {"Sat, 02 Jan 2027 03:04:05 GMT"}, "Link": {`<https://example.com/new>; rel="deprecation"`},
	}, h)
	h = serve(Deprecation(since, time.Time{}, "")(text(200, "")), request("GET", "/")).Header()
	require.Equal(t, http.Header{"Deprecation": {"@1767323045"}}, h)
	panics(t, "no time", func() { Deprecation(time.Time{}, since, "") })
	panics(t, "order", func() { Deprecation(since, since.Add(-1), "") })
	panics(t, "link", func() { Deprecation(since, time.Time{}, "a\nb") })
}

func TestMaintenance(t *testing.T) {
	t.Parallel()
	var on atomic.Bool
	h := Maintenance(on.Load, 90*time.Second)(text(200, ""))
	require.Equal(t, 200, serve(h, request("GET", "/")).Code)
	on.Store(true)
	w := serve(h, request("GET", "/"))
	require.Equal(t, 503, w.Code)
	require.Equal(t, "90", w.Header().Get("Retry-After"))
	panics(t, "function", func() { Maintenance(nil, 0) })
	panics(t, "time", func() { Maintenance(on.Load, -1) })
}

func TestEarlyData(t *testing.T) {
	t.Parallel()
	h := EarlyData()(text(200, ""))
	require.Equal(t, 425, serve(h, request("POST", "/", "Early-Data: 1")).Code)
	require.Equal(t, 425, serve(h, request("POST", "/", "Early-Data: 1", "Early-Data: 0")).Code)
	require.Equal(t, 200, serve(h, request("POST", "/")).Code)
	require.Equal(t, 200, serve(h, request("GET", "/", "Early-Data: 1")).Code)
}

func TestWhen(t *testing.T) {
	t.Parallel()
	isPost := func(r *http.Request) bool { return r.Method == "POST" }
	for method, want := range map[string][2]string{"POST": {"1", ""}, "GET": {"", "1"}} {
		require.Equal(t, want[0], serve(When(isPost, SetHeader("X-A", "1"))(text(200, "")), request(method, "/")).Header().Get("X-A"))
		require.Equal(t, want[1], serve(Unless(isPost, SetHeader("X-A", "1"))(text(200, "")), request(method, "/")).Header().Get("X-A"))
	}
	panics(t, "condition", func() { Unless(nil, NoCache()) })
	panics(t, "middleware", func() { When(isPost, nil) })
}

func TestValue(t *testing.T) {
	t.Parallel()
	with := func(ctx context.Context, v string) context.Context { return context.WithValue(ctx, userKey{}, v) }
	h := Value(with, func(r *http.Request) string { return r.Method })(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, r.Context().Value(userKey{}).(string))
	}))
	require.Equal(t, "PUT", serve(h, request("PUT", "/")).Body.String())
	panics(t, "function", func() { Value(with, nil) })
}

func TestServerTiming(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := ServerTiming()(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Server-Timing", "db;dur=1")
			time.Sleep(1500 * time.Microsecond)
			io.WriteString(w, "x")
			time.Sleep(time.Second)
		}))
		require.Equal(t, []string{"db;dur=1", "app;dur=1.500"}, serve(h, request("GET", "/")).Header()["Server-Timing"])
		silent := ServerTiming()(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
		require.Equal(t, "app;dur=0.000", serve(silent, request("GET", "/")).Header().Get("Server-Timing"))
	})
}

func TestFavicon(t *testing.T) {
	t.Parallel()
	icon := []byte("\x00\x00\x01\x00rest")
	w := serve(Favicon(icon)(text(404, "")), request("GET", "/favicon.ico"))
	require.Equal(t, 200, w.Code)
	require.Equal(t, "image/x-icon", w.Header().Get("Content-Type"))
	require.Equal(t, 204, serve(Favicon(nil)(text(404, "")), request("GET", "/favicon.ico")).Code)
	require.Equal(t, 404, serve(Favicon(nil)(text(404, "")), request("POST", "/favicon.ico")).Code)
	require.Equal(t, 404, serve(Favicon(nil)(text(404, "")), request("GET", "/a/favicon.ico")).Code)
	panics(t, "no image", func() { Favicon([]byte("<svg onload=alert(1)>")) })
}

func TestLog_more(t *testing.T) {
	t.Parallel()
	var log strings.Builder
	logger := slog.New(slog.NewTextHandler(&log, nil))
	h := Log(logger, LogURL, LogHeaders("accept", "authorization", "x-api-key", "referer", "X-None"))(text(200, ""))
	serve(h, request("GET", "/a%20b?x=1&access_token=s1&%74oken=s2&Key=s3&code&monkey=ok&a=b;token=s4&user[token]=s7&code[]=s8&accessToken=s9&clientSecret.=s10&CODE=s11&zipcodes=ok",
		"Accept: text/html\nlevel=ERROR", "Authorization: Basic s5", "X-Api-Key: s6", "Referer: https://a.test/b?x=1&code=s12"))
	line := log.String()
	require.Equal(t, 1, strings.Count(line, "\n"), "CVE-2020-36567 %s", line)
	require.Contains(t, line, `url="/a%20b?x=1&access_token=[redacted]&%74oken=[redacted]&Key=[redacted]&code&monkey=ok&a=b;token=[redacted]&user[token]=[redacted]&code[]=[redacted]&accessToken=[redacted]&clientSecret.=[redacted]&CODE=[redacted]&zipcodes=ok"`)
	for _, want := range []string{`headers.Accept="text/html\nlevel=ERROR"`, "headers.Authorization=[redacted]", "headers.X-Api-Key=[redacted]", `headers.Referer="https://a.test/b?x=1&code=[redacted]"`} {
		require.Contains(t, line, want)
	}
	require.NotContains(t, line, "X-None")
	log.Reset()
	serve(h, request("GET", "/"+strings.Repeat("a", 5000)))
	require.Less(t, log.Len(), 3000)
}

// TestLog_copied shows the pattern that a router further in has found on a copy.
func TestLog_copied(t *testing.T) {
	t.Parallel()
	var log strings.Builder
	mux := http.NewServeMux()
	mux.Handle("GET /notes/{id}", text(200, ""))
	h := Log(slog.New(slog.NewTextHandler(&log, nil)))(Timeout(time.Minute)(BufferedTimeout(time.Minute)(mux)))
	serve(h, request("GET", "/notes/7"))
	require.Contains(t, log.String(), `pattern="GET /notes/{id}"`)
}

func TestProxy(t *testing.T) {
	t.Parallel()
	var got *http.Request
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r
		w.Header().Set("X-Up", "1")
		w.WriteHeader(201)
		io.WriteString(w, r.URL.Path)
	}))
	defer upstream.Close()
	dead, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, dead.Close())
	quiet := slog.New(slog.DiscardHandler)
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()

	h := Proxy(Upstreams{Targets: []string{"http://" + dead.Addr().String(), upstream.URL + "/base"}, Logger: quiet, Transport: transport})
	w := serve(h, request("GET", "/x"))
	require.Equal(t, 502, w.Code, "the first in turn is dead")
	require.NotContains(t, w.Body.String(), "127.0.0.1")
	for range 3 {
		w = serve(h, request(
			"GET", "/x", "Host: shop.example", "X-Forwarded-For: 1.1.1.1", "X-Forwarded-Host: evil.test", "X-Forwarded-Proto: https",
			"Forwarded: for=1.1.1.1", "Connection: X-Hop", "X-Hop: 1", "Te: trailers", "Keep-Alive: 1",
		))
		require.Equal(t, 201, w.Code, "it rests")
	}
	require.Equal(t, "/base/x", w.Body.String())
	require.Equal(t, "1", w.Header().Get("X-Up"))
	require.Equal(t, "192.0.2.1", got.Header.Get("X-Forwarded-For"))
	require.Equal(t, "shop.example", got.Header.Get("X-Forwarded-Host"))
	require.Equal(t, "http", got.Header.Get("X-Forwarded-Proto"))
	for _, name := range []string{"Forwarded", "X-Hop", "Keep-Alive"} {
		require.Empty(t, got.Header[name], name)
	}
	require.NotEqual(t, "shop.example", got.Host)
	serve(Proxy(Upstreams{Targets: []string{upstream.URL}, PreserveHost: true, Transport: transport}), request("GET", "/", "Host: shop.example"))
	require.Equal(t, "shop.example", got.Host)
	only := Proxy(Upstreams{Targets: []string{"http://" + dead.Addr().String()}, Logger: quiet, Transport: transport})
	for range 2 {
		require.Equal(t, 502, serve(only, request("GET", "/")).Code, "there is no other")
	}
	slow := Proxy(Upstreams{Targets: []string{upstream.URL}, Logger: quiet, Transport: roundTrip(func(*http.Request) (*http.Response, error) {
		return nil, context.DeadlineExceeded
	})})
	require.Equal(t, 504, serve(slow, request("GET", "/")).Code)
	for _, bad := range []string{"", "10.0.0.7:80", "ftp://a", "http://u:p@a", "http://a?b"} {
		panics(t, bad, func() { Proxy(Upstreams{Targets: []string{bad}}) })
	}
	panics(t, "none", func() { Proxy(Upstreams{}) })
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestRecover_abort(t *testing.T) {
	t.Parallel()
	// A writer that is never asked to begin is asked by Recover whether it has.
	h := Recover(slog.New(slog.DiscardHandler))(ETag()(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, "held back")
		panic("oh")
	})))
	w := serve(h, request("GET", "/"))
	require.Equal(t, 500, w.Code)
	require.NotContains(t, w.Body.String(), "held")
}
