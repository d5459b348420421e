package middleware

import (
	"io"
	"log/slog"
	"net/http"
	"testing"
	"time"
)

var quietLogger = slog.New(slog.DiscardHandler)

// still is a writer that keeps nothing.
type still struct{ header http.Header }

func (w *still) Header() http.Header         { return w.header }
func (w *still) WriteHeader(int)             {}
func (w *still) Write(p []byte) (int, error) { return len(p), nil }

// costs are the allocations of the middleware of which a chain is usually made.
func costs() []struct {
	name   string
	allocs float64 // at most
	mw     func(http.Handler) http.Handler
} {
	yes := func(*http.Request) bool { return true }
	return []struct {
		name   string
		allocs float64
		mw     func(http.Handler) http.Handler
	}{
		{"nothing", 0, func(next http.Handler) http.Handler { return next }},
		{"Recover", 0, Recover(quietLogger)},
		{"RequestID", 2, RequestID()},
		{"Log", 3, Log(slog.New(slog.NewJSONHandler(io.Discard, nil)))},
		{"SecureHeaders", 0, SecureHeaders(Secure{})},
		{"RealIP", 0, RealIP("X-Forwarded-For")},
		{"Timeout", 6, Timeout(time.Minute)},
		{"BodyLimit", 0, BodyLimit(1 << 20)},
		{"CSRF", 0, CSRF()},
		{"AllowedHosts", 0, AllowedHosts("example.com")},
		{"AllowContentType", 0, AllowContentType("application/json")},
		{"RateLimit", 4, RateLimit(Rate{PerSecond: 1e9, Burst: 1e9})},
		{"Throttle", 0, Throttle(Capacity{InFlight: 10})},
		{"NoCache", 0, NoCache()},
		{"When", 0, When(yes, NoCache())},
		{"CacheControl", 3, CacheControl("private")},
		{"ETag", 16, ETag()},
		{"HTTPSRedirect", 0, Unless(yes, HTTPSRedirect("example.com"))},
		{"CleanPath", 0, CleanPath()},
		{"Maintenance", 0, Maintenance(func() bool { return false }, 0)},
		{"Heartbeat", 0, Heartbeat("/ping")},
	}
}

func served(h http.Handler) func() {
	w, r := &still{http.Header{}}, request("GET", "/notes")
	r.Body = http.NoBody
	return func() {
		clear(w.header)
		h.ServeHTTP(w, r)
	}
}

func TestAllocs(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	for _, test := range costs() {
		f := served(test.mw(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Write(body) })))
		if got := testing.AllocsPerRun(1000, f); got > test.allocs {
			t.Errorf("%s: %v allocations, want at most %v", test.name, got, test.allocs)
		}
	}
}

var body = []byte("hello")
