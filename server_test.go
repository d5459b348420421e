package wend_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend"
)

// syncBuffer is a log that two goroutines may use.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// serve runs a router on a free port until the returned function is called, which
// returns what Serve did.
func serve(t *testing.T, r *wend.Router) (url string, stop func() error) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- r.Serve(ctx, l) }()
	return "http://" + l.Addr().String(), func() error { cancel(); return <-done }
}

func get(t *testing.T, url string) (status int, body string) {
	t.Helper()
	resp, err := http.Get(url)
	require.NoError(t, err)
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return resp.StatusCode, string(data)
}

func TestServe_lifecycle(t *testing.T) {
	var log syncBuffer
	var mu sync.Mutex
	var events []string
	note := func(name string) func(context.Context) error {
		return func(context.Context) error {
			mu.Lock()
			defer mu.Unlock()
			events = append(events, name)
			return nil
		}
	}
	r := wend.New(wend.Logger(slog.New(slog.NewTextHandler(&log, nil))),
		wend.OnStart(note("start 1")), wend.OnStop(note("stop 1")), wend.OnStart(note("start 2")), wend.OnStop(note("stop 2")))
	arrived, release := make(chan struct{}), make(chan struct{})
	wend.Get(r, "/slow", func(context.Context, none) (string, error) {
		close(arrived)
		<-release
		return "done", nil
	})
	url, stop := serve(t, r)
	answer := make(chan string, 1)
	go func() {
		_, body := get(t, url+"/slow")
		answer <- body
	}()
	<-arrived
	stopped := make(chan error, 1)
	go func() { stopped <- stop() }()
	<-r.Draining()
	close(release)
	require.Equal(t, `"done"`, <-answer, "a request in flight is answered")
	require.NoError(t, <-stopped)
	require.Equal(t, []string{"start 1", "start 2", "stop 2", "stop 1"}, events)
	require.Contains(t, log.String(), "msg=serving addr=127.0.0.1:")
	require.Contains(t, log.String(), "routes=1")
}

func TestServe_startFails(t *testing.T) {
	t.Parallel()
	var events []string
	broken := errors.New("broken")
	r := quiet(
		wend.OnStart(func(context.Context) error { return nil }),
		wend.OnStop(func(context.Context) error { events = append(events, "stop 1"); return nil }),
		wend.OnStart(func(context.Context) error { return broken }),
		wend.OnStop(func(context.Context) error { events = append(events, "stop 2"); return nil }),
	)
	_, stop := serve(t, r)
	require.ErrorIs(t, stop(), broken)
	require.Equal(t, []string{"stop 1"}, events, "only what had started is stopped")
}

func TestRun_listenFails(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	require.ErrorContains(t, quiet().Run(t.Context(), l.Addr().String()), "address already in use")
}

func TestRun_drainTimeout(t *testing.T) {
	t.Parallel()
	r := quiet(wend.Drain(time.Millisecond, 0))
	arrived := make(chan struct{})
	wend.Get(r, "/stuck", func(ctx context.Context, _ none) (none, error) {
		close(arrived)
		<-ctx.Done()
		return none{}, ctx.Err()
	})
	url, stop := serve(t, r)
	go func() {
		if resp, err := http.Get(url + "/stuck"); err == nil {
			resp.Body.Close()
		}
	}()
	<-arrived
	require.ErrorIs(t, stop(), context.DeadlineExceeded)
}

func TestRun_signal(t *testing.T) {
	var log syncBuffer
	r := wend.New(wend.Logger(slog.New(slog.NewTextHandler(&log, nil))))
	started := make(chan struct{})
	wend.Get(r, "/", nothing)
	path := filepath.Join(t.TempDir(), "socket")
	done := make(chan error, 1)
	go func() {
		close(started)
		done <- r.Run(context.Background(), "unix:"+path)
	}()
	<-started
	client := http.Client{Transport: &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
		return net.Dial("unix", path)
	}}}
	defer client.CloseIdleConnections()
	require.Eventually(t, func() bool {
		resp, err := client.Get("http://unix/")
		if err != nil {
			return false
		}
		defer resp.Body.Close()
		return resp.StatusCode == http.StatusNoContent
	}, 5*time.Second, time.Millisecond)
	require.NoError(t, syscall.Kill(os.Getpid(), syscall.SIGTERM))
	require.NoError(t, <-done)
}

// TestServer_defaults holds the values that keep a server from being pushed over.
func TestServer_defaults(t *testing.T) {
	t.Parallel()
	var got *http.Server
	r := quiet(wend.Server(func(s *http.Server) { got = s }))
	_, stop := serve(t, r)
	require.NoError(t, stop())
	require.Equal(t, 5*time.Second, got.ReadHeaderTimeout)
	require.Equal(t, 60*time.Second, got.IdleTimeout)
	require.Zero(t, got.ReadTimeout)
	require.Zero(t, got.WriteTimeout)
	require.Equal(t, 64<<10, got.MaxHeaderBytes)
	require.Equal(t, 100, got.HTTP2.MaxConcurrentStreams)
	require.False(t, got.Protocols != nil && got.Protocols.UnencryptedHTTP2(), "no h2c")
}

// TestServe_slowBody proves that a body which does not come is given up.
func TestServe_slowBody(t *testing.T) {
	t.Parallel()
	r := quiet(wend.BodyStall(20 * time.Millisecond))
	wend.Post(r, "/", func(_ context.Context, in note) (note, error) { return in, nil })
	url, stop := serve(t, r)
	defer func() { require.NoError(t, stop()) }()
	conn, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
	require.NoError(t, err)
	defer conn.Close()
	io.WriteString(conn, "POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 20\r\n\r\n{")
	answer, err := io.ReadAll(conn)
	require.NoError(t, err, "the connection is closed behind the answer")
	require.Contains(t, string(answer), "408 Request Timeout")
	require.Contains(t, string(answer), "application/problem+json")
}

// TestServe_unreadBody proves that a body which nobody wants does not hold the answer.
func TestServe_unreadBody(t *testing.T) {
	t.Parallel()
	r := quiet(wend.BodyStall(20 * time.Millisecond))
	wend.Delete(r, "/typed", nothing)
	r.Handle("POST /plain", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "ok") }))
	r.Handle("POST /context", wend.HandlerFunc(func(c wend.Context) error { return c.Text(200, "ok") }))
	r.Handle("POST /reads", wend.HandlerFunc(func(c wend.Context) error {
		_, err := io.ReadAll(c.Request().Body)
		return err
	}))
	url, stop := serve(t, r)
	t.Cleanup(func() { require.NoError(t, stop()) })
	for _, c := range []struct {
		method, path string
		status       int
	}{
		{"DELETE", "/typed", 204},
		{"POST", "/plain", 200},
		{"POST", "/context", 200},
		{"POST", "/reads", 408},
		{"POST", "/nothing", 404},
		{"PUT", "/plain", 405},
		{"OPTIONS", "/plain", 204},
		{"POST", "/x/../plain", 308},
		{"POST", "/%zz", 400},
	} {
		t.Run(c.method+" "+c.path, func(t *testing.T) {
			t.Parallel()
			conn, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
			require.NoError(t, err)
			defer conn.Close()
			fmt.Fprintf(conn, "%s %s HTTP/1.1\r\nHost: a\r\nContent-Length: 20\r\n\r\n{", c.method, c.path)
			answer, err := io.ReadAll(conn)
			require.NoError(t, err, "the connection is closed behind the answer")
			require.Contains(t, string(answer), fmt.Sprintf("HTTP/1.1 %d ", c.status))
		})
	}
}
