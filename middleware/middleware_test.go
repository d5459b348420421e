package middleware

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend/internal/problem"
)

func serve(h http.Handler, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func text(status int, body string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		io.WriteString(w, body)
	})
}

func TestRequestID(t *testing.T) {
	t.Parallel()
	h := RequestID()(text(200, ""))
	long := strings.Repeat("a", 128)
	tests := []struct {
		name string
		sent []string
		want string // "" is a new one
	}{
		{"none", nil, ""},
		{"taken", []string{"a.B_c-1"}, "a.B_c-1"},
		{"longest", []string{long}, long},
		{"too long", []string{long + "a"}, ""},
		{"empty", []string{""}, ""},
		{"two", []string{"a", "b"}, ""},
		{"line break", []string{"a\nlevel=ERROR"}, ""},
		{"space", []string{"a b"}, ""},
		{"not ASCII", []string{"é"}, ""},
	}
	for _, test := range tests {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header["X-Request-Id"] = test.sent
		got := serve(h, r).Header()["X-Request-Id"]
		require.Len(t, got, 1, test.name)
		if test.want == "" {
			require.Regexp(t, `^[A-Z2-7]{26}$`, got[0], test.name)
			continue
		}
		require.Equal(t, test.want, got[0], test.name)
	}
}

func TestLog(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	logger := slog.New(slog.NewJSONHandler(&log, nil))
	line := func() (attrs map[string]any) {
		require.NoError(t, json.Unmarshal(log.Bytes(), &attrs), log.String())
		log.Reset()
		return attrs
	}
	mux := http.NewServeMux()
	mux.Handle("GET /notes/{id}", RequestID()(Log(logger)(text(201, "four"))))
	mux.Handle("/fails", Log(logger)(text(503, "")))
	mux.Handle("/silent", Log(logger)(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})))
	mux.Handle("/panics", Log(logger)(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("x") })))

	r := httptest.NewRequest("GET", "/notes/secret?token=secret", nil)
	r.Header.Set("X-Request-Id", "id-1")
	serve(mux, r)
	require.NotContains(t, log.String(), "secret", "no value of the request is logged")
	got := line()
	require.Equal(t, "INFO", got["level"])
	for name, want := range map[string]any{
		"method": "GET", "pattern": "GET /notes/{id}", "status": 201.0, "bytes": 4.0, "client": "192.0.2.1", "request_id": "id-1",
	} {
		require.Equal(t, want, got[name], name)
	}
	require.Contains(t, got, "duration")

	serve(mux, httptest.NewRequest("INVENTED", "/fails", nil))
	got = line()
	require.Equal(t, "ERROR", got["level"])
	require.Equal(t, "other", got["method"])
	serve(mux, httptest.NewRequest("GET", "/silent", nil))
	require.Equal(t, 200.0, line()["status"])
	require.Panics(t, func() { serve(mux, httptest.NewRequest("GET", "/panics", nil)) })
	got = line()
	require.Equal(t, "ERROR", got["level"])
	require.Equal(t, 0.0, got["status"], "there was no answer")
	left, leave := context.WithCancel(t.Context())
	leave()
	require.Panics(t, func() { serve(mux, httptest.NewRequestWithContext(left, "GET", "/panics", nil)) })
	require.Equal(t, "INFO", line()["level"], "a proxy panics when its client leaves")
}

func TestRecover(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&log, nil))
	h := Recover(logger)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/late":
			io.WriteString(w, "half")
		case "/abort":
			panic(http.ErrAbortHandler)
		}
		panic(errors.New("secret"))
	}))
	w := serve(h, httptest.NewRequest("GET", "/early", nil))
	require.Equal(t, 500, w.Code)
	require.Equal(t, "application/problem+json", w.Header().Get("Content-Type"))
	require.NotContains(t, w.Body.String(), "secret")
	require.Contains(t, log.String(), "secret")
	for _, path := range []string{"/late", "/abort"} {
		require.PanicsWithValue(t, http.ErrAbortHandler, func() { serve(h, httptest.NewRequest("GET", path, nil)) }, path)
	}
}

func TestRateLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		mw := RateLimit(Rate{PerSecond: 0.5, Burst: 2})
		a, b := mw(text(200, "")), mw(text(200, "")) // two routes, one state
		from := func(addr string) *http.Request {
			r := httptest.NewRequest("GET", "/", nil)
			r.RemoteAddr = addr
			return r
		}
		steps := []struct {
			name  string
			h     http.Handler
			addr  string
			after time.Duration
			want  int
			retry string
		}{
			{"first", a, "192.0.2.1:1", 0, 200, ""},
			{"second, another route and port", b, "192.0.2.1:2", 0, 200, ""},
			{"third", a, "192.0.2.1:1", 0, 429, "2"},
			{"another client", a, "192.0.2.2:1", 0, 200, ""},
			{"half of the wait", a, "192.0.2.1:1", time.Second, 429, "1"},
			{"the other half", a, "192.0.2.1:1", time.Second, 200, ""},
			{"IPv6", a, "[2001:db8::1]:1", 0, 200, ""},
			{"same network", a, "[2001:db8::2]:1", 0, 200, ""},
			{"same network again", a, "[2001:db8::ffff:3]:1", 0, 429, "2"},
			{"IPv4 in IPv6 is the IPv4 client", a, "[::ffff:192.0.2.2]:1", 0, 200, ""},
		}
		for _, s := range steps {
			time.Sleep(s.after)
			w := serve(s.h, from(s.addr))
			require.Equal(t, s.want, w.Code, s.name)
			require.Equal(t, s.retry, w.Header().Get("Retry-After"), s.name)
		}
	})
	for _, bad := range []Rate{{}, {PerSecond: 1}, {Burst: 1}, {PerSecond: -1, Burst: 1}} {
		require.Panics(t, func() { RateLimit(bad) })
	}
}

// TestRateLimit_full fills the table: an offender stays one while others come.
func TestRateLimit_full(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		table := newRateTable(10)
		allow := func(key string) bool {
			q, err := table.Allow(t.Context(), key, Limit{PerSecond: 1, Burst: 1})
			require.NoError(t, err)
			return q.OK
		}
		for i := range 10 {
			require.True(t, allow(fmt.Sprint("early", i)))
		}
		require.True(t, allow("one more"), "new clients share a bucket")
		require.False(t, allow("and another"), "which is soon empty")
		require.False(t, allow("early0"), "nobody was forgotten")
		time.Sleep(2 * time.Second)
		require.True(t, allow("late"), "a client with its whole burst makes room")
		require.Equal(t, 10, table.recent.Len())
		require.Len(t, table.buckets, 10)
	})
}

// own is an application's format.
type own struct{}

func (own) Reject(w http.ResponseWriter, _ *http.Request, r problem.Rejection) {
	w.WriteHeader(r.Status)
	io.WriteString(w, "own "+r.Detail)
}

func TestReject_ownFormat(t *testing.T) {
	t.Parallel()
	h := RateLimit(Rate{PerSecond: 1, Burst: 1})(text(200, ""))
	r := httptest.NewRequest("GET", "/", nil)
	r = r.WithContext(problem.With(r.Context(), own{}))
	serve(h, r)
	w := serve(h, r)
	require.Equal(t, 429, w.Code)
	require.Equal(t, "own too many requests", w.Body.String())
}
