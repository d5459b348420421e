package siege_test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// operation is what fails of a connection or a writer.
type operation string

const (
	read  operation = "Read"
	write operation = "Write"
	flush operation = "Flush"
	shut  operation = "Close"
)

var errFault = errors.New("the fault of this test")

// fuse lets the k-th operation of a kind fail, and those after it: what is broken stays broken.
type fuse struct {
	op    operation
	k     int
	mu    sync.Mutex
	count int
}

func (f *fuse) blown(op operation) bool {
	if op != f.op {
		return false
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.count++
	return f.count >= f.k
}

// reached reports whether there was a k-th operation.
func (f *fuse) reached() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.count >= f.k
}

// fragile is a connection with a fuse.
type fragile struct {
	net.Conn
	fuse *fuse
}

func (c *fragile) Read(p []byte) (int, error) {
	if c.fuse.blown(read) {
		return 0, errFault
	}
	return c.Conn.Read(p[:min(len(p), 500)]) // so that there is more than one
}

func (c *fragile) Write(p []byte) (int, error) {
	if c.fuse.blown(write) {
		n, _ := c.Conn.Write(p[:len(p)/2])
		return n, errFault
	}
	return c.Conn.Write(p)
}

func (c *fragile) Close() error {
	failed := c.fuse.blown(shut)
	err := c.Conn.Close()
	if failed {
		return errFault
	}
	return err
}

// memory is a listener of connections in memory.
type memory struct {
	conns  chan net.Conn
	once   sync.Once
	closed chan struct{}
}

func (l *memory) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *memory) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

func (*memory) Addr() net.Addr { return &net.TCPAddr{} }

// wires are requests of every kind that the site answers.
var wires = map[string]string{
	"GET":      get("/ping", ""),
	"JSON":     post("/notes", "application/json", "", `{"text":"`+strings.Repeat("x", 5000)+`"}`),
	"refused":  post("/notes", "application/json", "", `{"text":`),
	"form":     post("/upload", "multipart/form-data; boundary=b", "", "--b\r\nContent-Disposition: form-data; name=files; filename=a\r\n\r\n"+strings.Repeat("x", 3000)+"\r\n--b--\r\n"),
	"gzip":     get("/files/large.txt", "Accept-Encoding: gzip\r\n"),
	"file":     get("/files/large.txt", ""),
	"ranges":   get("/download", "Range: bytes=0-5000,10000-20000\r\n"),
	"events":   get("/events", ""),
	"stream":   get("/stream", ""),
	"nowhere":  get("/nowhere", ""),
	"half":     "POST /notes HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9000\r\n\r\n{",
	"continue": "POST /notes HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nConnection: close\r\nContent-Length: 12\r\n\r\n" + `{"text":"ok"}`[:12],
}

// TestFailing_connection lets the k-th Read, Write or Close of a connection fail, for every k, with every kind of
// request. The server lives, says nothing of an error of its own, and the next client is served.
func TestFailing_connection(t *testing.T) {
	t.Parallel()
	for kind, wire := range wires {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			var log lockedBuffer
			l := &memory{conns: make(chan net.Conn), closed: make(chan struct{})}
			serve(t, site(slog.New(slog.NewTextHandler(&log, nil))), l)
			for _, op := range []operation{read, write, shut} {
				for k := 1; k < 1000; k++ {
					f := &fuse{op: op, k: k}
					ask(l, f, wire)
					if !f.reached() {
						break
					}
					require.Equal(t, "pong", ask(l, &fuse{}, get("/ping", "")), "%s %d: the next client", op, k)
				}
			}
			if kind == "stream" || kind == "events" {
				require.Contains(t, log.String(), "the client has gone")
			}
			for line := range strings.Lines(log.String()) {
				require.NotContains(t, line, "panic", "nothing has panicked")
				require.NotContains(t, line, "level=ERROR", "a broken connection is no error of the server")
			}
		})
	}
}

// ask sends a request over a fragile connection and returns the body, or what has come of it.
func ask(l *memory, f *fuse, wire string) (body string) {
	ours, theirs := net.Pipe()
	l.conns <- &fragile{theirs, f}
	go func() {
		_, _ = io.WriteString(ours, wire)
		if strings.HasSuffix(wire, "{") { // half a request, and then its client leaves
			ours.Close()
		}
	}()
	defer ours.Close()
	resp, err := http.ReadResponse(bufio.NewReader(ours), nil)
	if err != nil {
		return ""
	}
	defer resp.Body.Close()
	data, _ := io.ReadAll(resp.Body)
	return string(data)
}

// lockedBuffer is a buffer that many may write to.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// fragileWriter is a writer with a fuse, as one of somebody else's server.
type fragileWriter struct {
	*httptest.ResponseRecorder
	fuse *fuse
}

func (w *fragileWriter) Write(p []byte) (int, error) {
	if w.fuse.blown(write) {
		return 0, errFault
	}
	return w.ResponseRecorder.Write(p)
}

func (w *fragileWriter) FlushError() error {
	if w.fuse.blown(flush) {
		return errFault
	}
	w.ResponseRecorder.Flush()
	return nil
}

func (w *fragileWriter) Flush() { _ = w.FlushError() }

// TestFailing_writer lets the k-th Write or Flush of a response writer fail. Nothing panics but the abort that net/http
// knows, and a response that has begun is not followed by another one.
func TestFailing_writer(t *testing.T) {
	t.Parallel()
	h := site(slog.New(slog.DiscardHandler))
	for kind, wire := range wires {
		if kind == "half" {
			continue
		}
		for _, op := range []operation{write, flush} {
			for k := 1; k < 1000; k++ {
				r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(wire)))
				require.NoError(t, err)
				r.RemoteAddr = "192.0.2.1:1"
				w := &fragileWriter{httptest.NewRecorder(), &fuse{op: op, k: k}}
				func() {
					defer func() {
						if v := recover(); v != nil {
							require.Equal(t, http.ErrAbortHandler, v, "%s, %s %d", kind, op, k)
						}
					}()
					h.ServeHTTP(w, r)
				}()
				if w.Code < 400 {
					require.NotContains(t, w.Body.String(), "about:blank", fmt.Sprintf("%s, %s %d: a second answer in the first", kind, op, k))
				}
				if !w.fuse.reached() {
					break
				}
			}
		}
	}
}
