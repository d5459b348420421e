package cve_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend"
)

type none = wend.None

// quiet is a router whose log goes nowhere.
func quiet(opts ...wend.Option) *wend.Router {
	return wend.New(append([]wend.Option{wend.Logger(slog.New(slog.DiscardHandler))}, opts...)...)
}

// text answers with a fixed text.
func text(s string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, s) })
}

// request makes a request as the server would, of a request target as it is on the wire: httptest.NewRequest would
// refuse most of what this suite is about. Lines are "Name: value"; a Content-Type goes with a body of its kind.
func request(t testing.TB, method, target, body string, lines ...string) *http.Request {
	t.Helper()
	r, err := parse(method, target)
	require.NoError(t, err, target)
	r.RemoteAddr = "192.0.2.1:1234"
	if body != "" {
		r.Body, r.ContentLength = io.NopCloser(strings.NewReader(body)), int64(len(body))
		r.Header.Set("Content-Type", "application/json")
	}
	for _, line := range lines {
		name, value, _ := strings.Cut(line, ": ")
		switch name {
		case "Host":
			r.Host = value
		case "Remote":
			r.RemoteAddr = value
		case "Content-Type":
			r.Header.Set(name, value)
		default:
			r.Header[http.CanonicalHeaderKey(name)] = append(r.Header[http.CanonicalHeaderKey(name)], value)
		}
	}
	return r
}

// parse is how the server reads a request line; what fails here is answered 400 before any handler.
func parse(method, target string) (*http.Request, error) {
	wire := method + " " + target + " HTTP/1.1\r\nHost: example.com\r\n\r\n"
	return http.ReadRequest(bufio.NewReader(strings.NewReader(wire)))
}

// answer serves a request in process.
func answer(h http.Handler, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// do is answer of request.
func do(t testing.TB, h http.Handler, method, target, body string, lines ...string) *httptest.ResponseRecorder {
	t.Helper()
	return answer(h, request(t, method, target, body, lines...))
}

// serve runs a router's own server until the test ends, and returns its address.
func serve(t testing.TB, r *wend.Router) (addr string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- r.Serve(ctx, l) }()
	t.Cleanup(func() {
		cancel()
		require.NoError(t, <-done)
	})
	return l.Addr().String()
}

// exchange sends bytes over a connection of their own and reads every response until the server closes it, or says
// nothing more for a while: a server that waits for the rest of a request has not answered it.
func exchange(t testing.TB, addr, wire string) (responses []*http.Response, bodies []string) {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	require.NoError(t, err)
	defer conn.Close()
	go func() { _, _ = io.WriteString(conn, wire) }() // a server that refuses does not read everything
	in := bufio.NewReader(conn)
	for {
		require.NoError(t, conn.SetReadDeadline(time.Now().Add(300*time.Millisecond)))
		resp, err := http.ReadResponse(in, nil)
		if err != nil {
			require.False(t, errors.Is(err, io.ErrShortBuffer))
			return responses, bodies
		}
		body, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		responses, bodies = append(responses, resp), append(bodies, string(body))
	}
}

// panics returns what a construction panics with, as text.
func panics(t testing.TB, f func()) (message string) {
	t.Helper()
	defer func() {
		v := recover()
		require.NotNil(t, v, "it was accepted")
		if err, ok := v.(error); ok {
			message = err.Error()
			return
		}
		message, _ = v.(string)
	}()
	f()
	return ""
}

// linear fails when the work of f grows faster than its input: f is run with n and with 32n, a few times each, and the
// quickest runs are compared. Five times the growth of linear work is allowed, for a machine that others use; quadratic
// work grows by thirty times as much.
func linear(t testing.TB, n int, f func(n int)) {
	t.Helper()
	const times = 32
	best := func(n int) time.Duration {
		quickest := time.Duration(1 << 62)
		for range 5 {
			begin := time.Now()
			f(n)
			quickest = min(quickest, time.Since(begin))
		}
		return quickest
	}
	f(n) // warm up
	var small, large time.Duration
	for range 3 { // a loaded machine gets another chance
		small, large = max(best(n), 20*time.Microsecond), best(times*n)
		if large <= 5*times*small {
			return
		}
	}
	t.Errorf("the work is not linear: %v for %d, %v for %d", small, n, large, times*n)
}
