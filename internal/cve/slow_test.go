package cve_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend"
)

// TestMain starts the one goroutine of os/signal outside of any bubble, which it would never leave.
func TestMain(m *testing.M) {
	_, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	stop()
	os.Exit(m.Run())
}

// pipes is a listener in memory, for servers in a bubble of synctest.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
}

func newPipes() *pipes { return &pipes{make(chan net.Conn), make(chan struct{})} }

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	select {
	case <-p.closed:
	default:
		close(p.closed)
	}
	return nil
}

func (*pipes) Addr() net.Addr { return &net.TCPAddr{} }

func (p *pipes) dial() net.Conn {
	ours, theirs := net.Pipe()
	p.conns <- theirs
	return ours
}

// drip sends one byte after the other, with a pause before each, until the connection ends.
func drip(conn net.Conn, text string, pause time.Duration) {
	for i := range len(text) {
		time.Sleep(pause)
		if _, err := conn.Write([]byte{text[i]}); err != nil {
			return
		}
	}
}

// TestSlow: a client that takes its time loses its connection, at the times that the documentation names.
func TestSlow(t *testing.T) {
	t.Parallel()
	const post = "POST /typed HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n"
	const stream = "POST /stream HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n"
	for _, c := range []struct {
		name   string
		send   func(conn net.Conn)
		status int // of the last answer; 0 is none
		after  time.Duration
	}{
		{"CVE-2007-6750 a header byte by byte", func(c net.Conn) { drip(c, "GET / HTTP/1.1\r\nX: "+strings.Repeat("a", 9999), time.Second) }, 400, 5 * time.Second},
		{"CVE-2018-12122 a header line now and then", func(c net.Conn) {
			line := "GET / HTTP/1.1\r\n"
			for {
				if _, err := io.WriteString(c, line); err != nil {
					return
				}
				line = "X: y\r\n"
				time.Sleep(1500 * time.Millisecond)
			}
		}, 0, 5 * time.Second},
		{"CVE-2018-12122 nothing at all", func(net.Conn) {}, 0, 5 * time.Second},
		{"CVE-2019-16770 a connection kept for later", func(c net.Conn) { io.WriteString(c, "GET /get HTTP/1.1\r\nHost: x\r\n\r\n") }, 200, 60 * time.Second},
		{"CVE-2021-29509 a connection kept, and half a request", func(c net.Conn) {
			io.WriteString(c, "GET /get HTTP/1.1\r\nHost: x\r\n\r\nGET /g")
		}, 400, 5 * time.Second},
		{"CVE-2007-6750 a body byte by byte", func(c net.Conn) { io.WriteString(c, post); drip(c, strings.Repeat(" ", 1000), 7*time.Second) }, 408, 30 * time.Second},
		{"CVE-2007-6750 a body that stops", func(c net.Conn) { io.WriteString(c, post+"{") }, 408, 10 * time.Second},
		{"CVE-2014-0230 a body that a handler reads, and stops", func(c net.Conn) { io.WriteString(c, stream+"x") }, 400, 10 * time.Second},
		{"CVE-2014-0230 a body that nobody reads, and stops", func(c net.Conn) {
			io.WriteString(c, "POST /get HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nx")
		}, 405, 10 * time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				status, took := ended(t, slowSite(), c.send)
				require.Equal(t, c.status, status)
				// What is refused is followed by the server's own half second for the client to read the answer.
				require.GreaterOrEqual(t, took, c.after)
				require.LessOrEqual(t, took, c.after+time.Second)
			})
		})
	}
}

func slowSite() *wend.Router {
	r := quiet()
	r.Handle("GET /get", text("got"))
	r.Handle("POST /stream", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			http.Error(w, "stopped", http.StatusBadRequest)
		}
	}))
	wend.Post(r, "/typed", func(_ context.Context, in struct{ Body map[string]int }) (none, error) { return none{}, nil })
	return r
}

// ended runs a server in the bubble until it ends a client's connection, and says how long that has taken.
func ended(t *testing.T, r *wend.Router, send func(net.Conn)) (status int, took time.Duration) {
	t.Helper()
	l := newPipes()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- r.Serve(ctx, l) }()
	conn := l.dial()
	begin := time.Now()
	var sending sync.WaitGroup
	sending.Go(func() { send(conn) })
	in := bufio.NewReader(conn)
	for {
		resp, err := http.ReadResponse(in, nil)
		if err != nil {
			took = time.Since(begin)
			break
		}
		status = resp.StatusCode
		_, _ = io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
	}
	conn.Close()
	sending.Wait()
	cancel()
	require.NoError(t, <-done)
	return status, took
}

// TestSlow_reader: a client that does not read what it has asked for loses its connection, and the handler goes on.
func TestSlow_reader(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		read func(net.Conn)
	}{
		{"CVE-2019-9517 reads nothing", func(net.Conn) {}},
		{"CVE-2019-9511 reads the head and no more", func(c net.Conn) { _, _ = io.ReadFull(c, make([]byte, 50)) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				r := quiet()
				failed := make(chan error, 1)
				r.Handle("GET /large", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
					_, err := w.Write(make([]byte, 8<<20))
					failed <- err
				}))
				l := newPipes()
				ctx, cancel := context.WithCancel(t.Context())
				done := make(chan error, 1)
				go func() { done <- r.Serve(ctx, l) }()
				conn := l.dial()
				begin := time.Now()
				go func() {
					_, _ = io.WriteString(conn, "GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
					c.read(conn)
				}()
				err := <-failed
				require.True(t, errors.Is(err, os.ErrDeadlineExceeded), "%v", err)
				require.Equal(t, 30*time.Second, time.Since(begin))
				conn.Close()
				cancel()
				require.NoError(t, <-done)
			})
		})
	}
}

// TestSlow_drain: a handler that does not end holds up the stop of the server for 30 seconds, unless Drain says otherwise.
func TestSlow_drain(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		opts []wend.Option
		want time.Duration
	}{
		{"without an option", nil, 30 * time.Second},
		{"of Drain", []wend.Option{wend.Drain(3*time.Second, 0)}, 3 * time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				r := quiet(c.opts...)
				began, end := make(chan struct{}), make(chan struct{})
				r.Handle("GET /hangs", http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
					close(began)
					<-end
				}))
				l := newPipes()
				ctx, cancel := context.WithCancel(t.Context())
				done := make(chan error, 1)
				go func() { done <- r.Serve(ctx, l) }()
				conn := l.dial()
				go func() { _, _ = io.WriteString(conn, "GET /hangs HTTP/1.1\r\nHost: x\r\n\r\n") }()
				<-began
				begin := time.Now()
				cancel()
				require.Error(t, <-done, "a request was cut off")
				require.Equal(t, c.want, time.Since(begin))
				close(end)
				conn.Close()
			})
		})
	}
}
