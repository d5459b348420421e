package wend_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend"
)

// TestMain fails when a test leaves a goroutine behind.
func TestMain(m *testing.M) {
	before := goroutines()
	code := m.Run()
	for range 200 { // goroutines that are ending get a moment
		http.DefaultTransport.(*http.Transport).CloseIdleConnections()
		if goroutines() <= before {
			os.Exit(code)
		}
		time.Sleep(10 * time.Millisecond)
	}
	os.Stderr.Write(stacks())
	os.Exit(max(code, 1))
}

// goroutines counts those of the tests; the one that waits for signals stays.
func goroutines() int {
	all := stacks()
	return bytes.Count(all, []byte("\ngoroutine ")) - bytes.Count(all, []byte("os/signal.loop()"))
}

func stacks() []byte {
	all := make([]byte, 1<<20)
	return all[:runtime.Stack(all, true)]
}

// quiet is a router whose log goes nowhere.
func quiet(opts ...wend.Option) *wend.Router {
	return wend.New(append([]wend.Option{wend.Logger(slog.New(slog.DiscardHandler))}, opts...)...)
}

// logged is a router whose log goes to the buffer.
func logged(log *bytes.Buffer, opts ...wend.Option) *wend.Router {
	return wend.New(append([]wend.Option{wend.Logger(slog.New(slog.NewTextHandler(log, nil)))}, opts...)...)
}

// do sends one request in process. Headers are given as "Name: value"; a body is sent
// as JSON unless a Content-Type is among them.
func do(h http.Handler, method, target, body string, headers ...string) *httptest.ResponseRecorder {
	var reader io.Reader
	if body != "" {
		reader = strings.NewReader(body)
	}
	r := httptest.NewRequest(method, target, reader)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for _, line := range headers {
		name, value, _ := strings.Cut(line, ":")
		if value = strings.TrimSpace(value); value == "" {
			r.Header.Del(name)
			continue
		}
		r.Header.Add(name, value)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// problemOf reads a problem body.
func problemOf(t *testing.T, w *httptest.ResponseRecorder) wend.Problem {
	t.Helper()
	require.Equal(t, "application/problem+json", w.Header().Get("Content-Type"), w.Body.String())
	var p wend.Problem
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &p), w.Body.String())
	require.Equal(t, w.Code, p.Status, "the body repeats the status")
	return p
}

// items lists the items of a problem as "in pointer code".
func items(p wend.Problem) []string {
	var all []string
	for _, e := range p.Errors {
		all = append(all, strings.Join([]string{e.In, e.Pointer, e.Code}, " "))
	}
	return all
}

// echoPath answers with the pattern that matched.
func echoPath(w http.ResponseWriter, r *http.Request) { io.WriteString(w, r.Pattern) }

// refused runs a registration and returns the message of its panic.
func refused(t *testing.T, register func()) (message string) {
	t.Helper()
	defer func() {
		v := recover()
		require.NotNil(t, v, "the registration was accepted")
		err, ok := v.(*wend.RegistrationError)
		require.True(t, ok, "the panic is a %T: %v", v, v)
		message = err.Error()
	}()
	register()
	return ""
}

type none = wend.None

func nothing(context.Context, none) (none, error) { return none{}, nil }

// requestFor is a request with a body of its own kind and one header line, or "".
func requestFor(method, target string, body io.Reader, header string) *http.Request {
	r := httptest.NewRequest(method, target, body)
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if name, value, ok := strings.Cut(header, ": "); ok {
		r.Header.Set(name, value)
	}
	return r
}

func answer(h http.Handler, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}
