package middleware

import (
	"context"
	"errors"
	"io"
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

func TestTimeout(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		tests := []struct {
			name string
			h    http.HandlerFunc
			want int
			body string
		}{
			{"in time", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "fine") }, 200, "fine"},
			{"late and silent", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, 503, "too long"},
			{"late with an answer", func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done(); w.WriteHeader(504) }, 504, ""},
		}
		for _, test := range tests {
			w := serve(Timeout(time.Second)(test.h), request("GET", "/"))
			require.Equal(t, test.want, w.Code, test.name)
			require.Contains(t, w.Body.String(), test.body, test.name)
			require.Equal(t, test.want == 503, w.Header().Get("Connection") == "close", test.name)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		gone := serve(Timeout(time.Second)(tests[1].h), request("GET", "/").WithContext(ctx))
		require.Equal(t, 200, gone.Code, "a client that has gone gets nothing")
	})
	panics(t, "zero", func() { Timeout(0) })
	panics(t, "zero", func() { BufferedTimeout(0) })
}

func TestBufferedTimeout(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		mw := BufferedTimeout(time.Second)
		w := httptest.NewRecorder()
		w.Header().Set("X-Request-Id", "id")
		mw(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			require.Equal(t, "id", w.Header().Get("X-Request-Id"), "what is set already is seen")
			w.Header().Set("X-Own", "1")
			w.WriteHeader(103)
			w.WriteHeader(201)
			w.WriteHeader(500)
			io.WriteString(w, "whole")
			require.Error(t, http.NewResponseController(w).Flush())
		})).ServeHTTP(w, request("GET", "/"))
		require.Equal(t, 201, w.Code)
		require.Equal(t, "whole", w.Body.String())
		require.Equal(t, http.Header{"X-Request-Id": {"id"}, "X-Own": {"1"}}, w.Result().Header)

		var late error
		done := make(chan struct{})
		w = serve(mw(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			defer close(done)
			io.WriteString(w, "half")
			time.Sleep(time.Minute)
			w.Header().Set("X-Late", "1")
			w.WriteHeader(200)
			_, late = io.WriteString(w, "late")
			require.Error(t, r.Context().Err())
		})), request("GET", "/"))
		require.Equal(t, 503, w.Code)
		require.NotContains(t, w.Body.String(), "half")
		<-done
		require.ErrorIs(t, late, http.ErrHandlerTimeout)
		require.Empty(t, w.Header()["X-Late"])

		require.PanicsWithValue(t, "oh", func() {
			serve(mw(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("oh") })), request("GET", "/"))
		})
		require.PanicsWithValue(t, http.ErrAbortHandler, func() {
			serve(mw(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })), request("GET", "/"))
		})
	})
}

// TestBufferedTimeout_both has a handler that returns, with an answer, as soon as it is
// late: whichever of the two is noticed first, it is late.
func TestBufferedTimeout_both(t *testing.T) {
	t.Parallel()
	h := BufferedTimeout(time.Nanosecond)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		<-r.Context().Done()
		io.WriteString(w, "late")
	}))
	var inTime atomic.Int64
	var all sync.WaitGroup
	for range 20 { // so that the two may come together
		all.Go(func() {
			for range 100 {
				if serve(h, request("GET", "/")).Code != 503 {
					inTime.Add(1)
				}
			}
		})
	}
	all.Wait()
	require.Zero(t, inTime.Load())
}

// TestBufferedTimeout_body lets a handler go on reading behind its 503, while those
// further out look at what was read.
func TestBufferedTimeout_body(t *testing.T) {
	t.Parallel()
	read := make(chan error, 1)
	dump := BodyDump(100, func(*http.Request, Dump) {})
	server := httptest.NewServer(dump(BodyLimit(1 << 20)(BufferedTimeout(20 * time.Millisecond)(http.HandlerFunc(
		func(_ http.ResponseWriter, r *http.Request) {
			for { // it ignores its context
				if _, err := r.Body.Read(make([]byte, 10)); err != nil {
					read <- err
					return
				}
			}
		},
	)))))
	defer server.Close()
	body, client := io.Pipe()
	go client.Write([]byte("a part"))
	resp, err := http.Post(server.URL, "text/plain", body)
	require.NoError(t, err)
	require.Equal(t, 503, resp.StatusCode)
	require.NoError(t, resp.Body.Close())
	require.Error(t, <-read)
	require.NoError(t, client.Close())
}

func TestThrottle(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		mw := Throttle(Capacity{InFlight: 1, Queue: 1, Wait: time.Second})
		slow := mw(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
		fast := mw(text(200, "")) // another route, one capacity
		var first, second *httptest.ResponseRecorder
		var all sync.WaitGroup
		all.Go(func() { first = serve(slow, request("GET", "/")) })
		synctest.Wait()
		all.Go(func() { second = serve(fast, request("GET", "/")) })
		synctest.Wait()
		third := serve(fast, request("GET", "/"))
		require.Equal(t, 503, third.Code, "the queue is full")
		require.Equal(t, "1", third.Header().Get("Retry-After"))
		time.Sleep(500 * time.Millisecond)
		close(release)
		all.Wait()
		require.Equal(t, 200, first.Code)
		require.Equal(t, 200, second.Code, "it has waited")

		release = make(chan struct{})
		all.Go(func() { first = serve(slow, request("GET", "/")) })
		synctest.Wait()
		require.Equal(t, 503, serve(fast, request("GET", "/")).Code, "waited too long")
		ctx, cancel := context.WithCancel(t.Context())
		all.Go(func() { second = serve(fast, request("GET", "/").WithContext(ctx)) })
		synctest.Wait()
		cancel()
		synctest.Wait()
		require.Equal(t, 503, second.Code, "the client has gone")
		close(release)
		all.Wait()
		require.Panics(t, func() {
			serve(mw(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("oh") })), request("GET", "/"))
		})
		require.Equal(t, 200, serve(fast, request("GET", "/")).Code, "a panic gives its place back")
	})
	for _, bad := range []Capacity{{}, {InFlight: 1, Queue: -1}, {InFlight: 1, Wait: -1}} {
		panics(t, "capacity", func() { Throttle(bad) })
	}
}

func TestRateLimit_headers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := RateLimit(Rate{PerSecond: 0.5, Burst: 2})(text(200, ""))
		for i, want := range []string{`"default";r=1;t=2`, `"default";r=0;t=4`, `"default";r=0;t=4`} {
			w := serve(h, request("GET", "/"))
			require.Equal(t, want, w.Header().Get("RateLimit"), i)
			require.Equal(t, `"default";q=2;w=4`, w.Header().Get("RateLimit-Policy"), i)
		}
	})
}

func TestRateLimit_tiers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := RateLimit(Rate{
			PerSecond: 1, Burst: 1, Key: RateByHeader("X-Key"),
			Tier: func(r *http.Request) Limit {
				if r.Header.Get("X-Key") == "gold" {
					return Limit{PerSecond: 10, Burst: 3}
				}
				return Limit{} // the usual one
			},
		})(text(200, ""))
		passed := func(lines ...string) (n int) {
			for range 5 {
				if serve(h, request("GET", "/", lines...)).Code == 200 {
					n++
				}
			}
			return n
		}
		require.Equal(t, 3, passed("X-Key: gold"))
		require.Equal(t, 1, passed("X-Key: tin"))
		require.Equal(t, 1, passed(), "by address")
		require.Equal(t, 0, passed("X-Key: a", "X-Key: b"), "several are by address too")
		require.Equal(t, 1, passed("X-Key: 192.0.2.1"), "a key is no address")
		require.Equal(t, 1, passed("X-Key: "+strings.Repeat("long", 1000)))
		require.Equal(t, 0, passed("X-Key: "+strings.Repeat("long", 1000)))
	})
}

// store refuses or fails.
type store struct{ err error }

func (s store) Allow(_ context.Context, _ string, l Limit) (Quota, error) {
	return Quota{Wait: 90 * time.Second, Reset: l.refill(1)}, s.err
}

func TestRateLimit_store(t *testing.T) {
	t.Parallel()
	w := serve(RateLimit(Rate{PerSecond: 1, Burst: 1, Store: store{}})(text(200, "")), request("GET", "/"))
	require.Equal(t, 429, w.Code)
	require.Equal(t, "90", w.Header().Get("Retry-After"))
	w = serve(RateLimit(Rate{PerSecond: 1, Burst: 1, Store: store{errors.New("down")}})(text(200, "")), request("GET", "/"))
	require.Equal(t, 503, w.Code, "a limit does not end because a store does")
	require.NotContains(t, w.Body.String(), "down")
}

// TestRateLimit_parallel counts exactly, however many ask at once.
func TestRateLimit_parallel(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := RateLimit(Rate{PerSecond: 1, Burst: 50})(text(200, ""))
		passed := make(chan int, 200)
		var all sync.WaitGroup
		for range 100 {
			all.Go(func() { passed <- serve(h, request("GET", "/")).Code })
		}
		all.Wait()
		close(passed)
		n := 0
		for status := range passed {
			if status == 200 {
				n++
			}
		}
		require.Equal(t, 50, n)
	})
}

func TestRateByIP(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, remote, want string }{
		{"IPv4", "192.0.2.1:80", "ip:192.0.2.1"},
		{"IPv6 network", "[2001:db8:1:2:3::1]:80", "ip:2001:db8:1:2::"},
		{"IPv4 in IPv6", "[::ffff:192.0.2.1]:80", "ip:192.0.2.1"},
		{"zone", "[fe80::1%eth0]:80", "ip:fe80::"},
		{"brackets without a port", "[::0]", "ip:::"},
		{"Unix socket", "@", "ip:@"},
	} {
		r := request("GET", "/")
		r.RemoteAddr = test.remote
		require.Equal(t, test.want, RateByIP(r), test.name)
	}
}

// FuzzRateKey holds that a key is short, has one form, and that two networks never
// share one.
func FuzzRateKey(f *testing.F) {
	for _, s := range []string{"192.0.2.1:80", "[2001:db8::1]:80", "[::ffff:192.0.2.1]:80", "@", "[fe80::1%eth0]:1", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, remote string) {
		r := request("GET", "/")
		r.RemoteAddr = remote
		key := shortKey(RateByIP(r))
		if len(key) > maxRateKey+7 || key == "" {
			t.Errorf("%q: key %q", remote, key)
		}
		if node, ok := parseNode(remote); ok {
			again := request("GET", "/")
			again.RemoteAddr = node.String()
			if other := RateByIP(again); other != RateByIP(r) {
				t.Errorf("%q is %q and %q", remote, key, other)
			}
		}
	})
}

func TestBodyLimit(t *testing.T) {
	t.Parallel()
	read := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		w.Write(body)
	})
	tests := []struct {
		name     string
		body     string
		declared bool
		want     int
	}{
		{"exactly", "12345", true, 200},
		{"exactly, not declared", "12345", false, 200},
		{"more", "123456", true, 413},
		{"more, not declared", "123456", false, 413},
		{"none", "", true, 200},
	}
	for _, test := range tests {
		r := httptest.NewRequest("POST", "/", strings.NewReader(test.body))
		if !test.declared {
			r.ContentLength = -1
		}
		w := serve(BodyLimit(5)(read), r)
		require.Equal(t, test.want, w.Code, test.name)
		if test.want == 200 {
			require.Equal(t, test.body, w.Body.String(), test.name)
		} else {
			require.Equal(t, "close", w.Header().Get("Connection"), test.name)
		}
	}
	own := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, err := io.ReadAll(r.Body)
		var tooBig *http.MaxBytesError
		require.ErrorAs(t, err, &tooBig)
		w.WriteHeader(400)
	})
	r := httptest.NewRequest("POST", "/", strings.NewReader("123456"))
	r.ContentLength = -1
	require.Equal(t, 400, serve(BodyLimit(5)(own), r).Code, "the handler's own answer")
	panics(t, "negative", func() { BodyLimit(-1) })
}

func TestBodyDump(t *testing.T) {
	t.Parallel()
	var got Dump
	mw := BodyDump(4, func(_ *http.Request, d Dump) { got = d })
	echo := mw(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(201)
		io.Copy(w, r.Body)
	}))
	for body, want := range map[string]Dump{
		"1234":  {Request: []byte("1234"), Response: []byte("1234"), Status: 201},
		"12345": {Request: []byte("1234"), Response: []byte("1234"), RequestCut: true, ResponseCut: true, Status: 201},
		"":      {Status: 201},
	} {
		w := serve(echo, httptest.NewRequest("POST", "/", strings.NewReader(body)))
		require.Equal(t, body, w.Body.String())
		require.Equal(t, want, got)
	}
	require.Panics(t, func() {
		serve(mw(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "ab"); panic("oh") })), request("GET", "/"))
	})
	require.Equal(t, Dump{Response: []byte("ab"), Status: 200}, got)
	panics(t, "limit", func() { BodyDump(0, func(*http.Request, Dump) {}) })
	panics(t, "function", func() { BodyDump(1, nil) })
}
