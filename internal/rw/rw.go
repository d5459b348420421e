// Package rw is the one wrapper of an [http.ResponseWriter] in this module. It
// knows whether the response has begun, how many bytes it has and which status,
// and keeps every optional method of the wrapped writer reachable.
package rw

import (
	"bufio"
	"io"
	"net"
	"net/http"
)

// Writer wraps an http.ResponseWriter. It implements Flush, Hijack and ReadFrom
// by the wrapped writer's own, and Unwrap for [http.ResponseController]. It is
// made for one request and never used again.
type Writer struct {
	w      http.ResponseWriter
	status int
	bytes  int64
	hijack bool
	begin  func() // called once, before the first byte
}

// New wraps w. begin, which may be nil, is called once when the response begins.
func New(w http.ResponseWriter, begin func()) *Writer { return &Writer{w: w, begin: begin} }

// Status returns the status that was sent, or 0 when the response has not begun.
func (w *Writer) Status() int { return w.status }

// Bytes returns the number of body bytes written.
func (w *Writer) Bytes() int64 { return w.bytes }

// Begun reports whether a byte, or the connection itself, has left.
func (w *Writer) Begun() bool { return w.status != 0 || w.hijack }

// Unwrap returns the wrapped writer.
func (w *Writer) Unwrap() http.ResponseWriter { return w.w }

// Header returns the wrapped writer's header.
func (w *Writer) Header() http.Header { return w.w.Header() }

func (w *Writer) start(status int) {
	if w.status != 0 {
		return
	}
	w.status = status
	if w.begin != nil {
		w.begin()
	}
}

// WriteHeader sends a status. Informational ones (1xx) do not begin the response,
// except 101, after which the connection is the handler's.
func (w *Writer) WriteHeader(status int) {
	if status >= 200 || status == http.StatusSwitchingProtocols {
		w.start(status)
	}
	w.w.WriteHeader(status)
}

// Write writes body bytes.
func (w *Writer) Write(p []byte) (int, error) {
	w.start(http.StatusOK)
	n, err := w.w.Write(p)
	w.bytes += int64(n)
	return n, err
}

// WriteString writes body text.
func (w *Writer) WriteString(s string) (int, error) {
	w.start(http.StatusOK)
	n, err := io.WriteString(w.w, s)
	w.bytes += int64(n)
	return n, err
}

// ReadFrom copies from r, with the wrapped writer's ReadFrom where it has one.
func (w *Writer) ReadFrom(r io.Reader) (int64, error) {
	w.start(http.StatusOK)
	n, err := io.Copy(w.w, r)
	w.bytes += n
	return n, err
}

// Flush sends what is buffered, through whatever wraps the connection.
func (w *Writer) Flush() {
	w.start(http.StatusOK)
	_ = http.NewResponseController(w.w).Flush() // a writer that cannot flush has nothing buffered
}

// Hijack takes over the connection; it fails where the wrapped writer cannot.
func (w *Writer) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, buf, err := http.NewResponseController(w.w).Hijack()
	if err == nil {
		w.hijack = true
		if w.begin != nil && w.status == 0 {
			w.begin()
		}
	}
	return conn, buf, err
}
