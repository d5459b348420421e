package middleware_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/wend-go/wend/middleware"
)

func ExampleCapacity() {
	h := middleware.Throttle(middleware.Capacity{InFlight: 10, Queue: 100, Wait: time.Second})(hello)
	fmt.Println(send(h, "GET", "/").Code)
	// Output: 200
}

// A check that fails is named to who asks; why it failed is for the log.
func ExampleCheck() {
	h := middleware.Ready(nil,
		middleware.Check{Name: "cache", Run: func(context.Context) error { return nil }},
		middleware.Check{Name: "db", Timeout: time.Second, Run: func(context.Context) error { return nil }},
	)
	w := send(h, "GET", "/readyz")
	fmt.Println(w.Code, w.Body)
	// Output: 200 {"status":"ok","checks":{"cache":"ok","db":"ok"}}
}

func ExampleDump() {
	h := middleware.BodyDump(4, func(_ *http.Request, d middleware.Dump) {
		fmt.Printf("%d %s, cut: %t\n", d.Status, d.Response, d.ResponseCut)
	})(hello)
	send(h, "GET", "/")
	// Output: 200 hell, cut: true
}

// A limit for each kind of client.
func ExampleLimit() {
	h := middleware.RateLimit(middleware.Rate{PerSecond: 1, Burst: 1, Tier: func(r *http.Request) middleware.Limit {
		if r.Header.Get("X-Plan") == "gold" { // set by a middleware in front, not by the client
			return middleware.Limit{PerSecond: 100, Burst: 100}
		}
		return middleware.Limit{PerSecond: 1, Burst: 1}
	}})(hello)
	for range 2 {
		fmt.Println(send(h, "GET", "/", "X-Plan: gold").Code)
	}
	// Output:
	// 200
	// 200
}

// closed is a store that lets nobody in.
type closed struct{}

func (closed) Allow(context.Context, string, middleware.Limit) (middleware.Quota, error) {
	return middleware.Quota{Wait: 30 * time.Second}, nil
}

// A store counts for several processes.
func ExampleRateStore() {
	h := middleware.RateLimit(middleware.Rate{PerSecond: 1, Burst: 1, Store: closed{}})(hello)
	w := send(h, "GET", "/")
	fmt.Println(w.Code, w.Header().Get("Retry-After"))
	// Output: 429 30
}

func ExampleQuota() {
	quota, err := closed{}.Allow(context.Background(), "192.0.2.1", middleware.Limit{PerSecond: 1, Burst: 1})
	fmt.Println(quota.OK, quota.Wait, err)
	// Output: false 30s <nil>
}

func ExampleSecure() {
	h := middleware.SecureHeaders(middleware.Secure{
		Policy: middleware.CSP{"default-src": {"'self'"}},
		HSTS:   24 * time.Hour,
	})(hello)
	fmt.Println(send(h, "GET", "/").Header().Get("Content-Security-Policy"))
	// Output: default-src 'self'
}

func ExampleUpstreams() {
	old := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "old ", r.URL.Path) }))
	defer old.Close()
	h := middleware.Proxy(middleware.Upstreams{Targets: []string{old.URL}})
	fmt.Println(send(h, "GET", "/books").Body)
	// Output: old /books
}

func ExampleRateByHeader() {
	key := middleware.RateByHeader("X-Api-Key")
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("X-Api-Key", "k1")
	other := httptest.NewRequest("GET", "/", nil)
	other.Header.Set("X-Api-Key", "k2")
	fmt.Println(key(r) == key(other))
	// Output: false
}

func ExampleRateByIP() {
	r := httptest.NewRequest("GET", "/", nil)
	r.RemoteAddr = "[2001:db8::1]:5000"
	fmt.Println(middleware.RateByIP(r)) // a client of IPv6 has a network to choose from
	// Output: ip:2001:db8::
}

func ExampleScheme() {
	fmt.Println(middleware.Scheme(httptest.NewRequest("GET", "http://example.com/", nil)))
	// Output: http
}

func ExampleStaticKeys() {
	h := middleware.APIKey("X-Api-Key", middleware.StaticKeys("k1", "k2"))(hello)
	fmt.Println(send(h, "GET", "/", "X-Api-Key: k2").Code, send(h, "GET", "/", "X-Api-Key: k3").Code)
	// Output: 200 401
}

func ExampleStaticUsers() {
	verify := middleware.StaticUsers(map[string]string{"ada": "secret"})
	_, ok := verify(context.Background(), "ada", "secret")
	_, wrong := verify(context.Background(), "ada", "guess")
	fmt.Println(ok, wrong)
	// Output: true false
}
