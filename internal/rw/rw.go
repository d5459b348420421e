// Package rw holds the wrappers of an [http.ResponseWriter] of this module: Writer
// watches a response, Held keeps its beginning back until somebody has decided
// about it. Both keep every optional method of the wrapped writer reachable.
//
// They are two types because they promise the opposite of each other. What was written
// to a Writer has left, so its Begun says whether an error can still be answered, and
// each method is one call further in. What was written to a Held has not left: the
// status may change, the body may be replaced or never be sent, and every method first
// asks how far the decision is. A single type would ask that for each write of each
// logged request, and its Begun would mean either, depending on how it was made.
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
	ended  bool
	begin  func()    // called once, before the first byte
	tee    io.Writer // gets a copy of the body, or nil
}

// New wraps w. begin, which may be nil, is called once when the response begins.
func New(w http.ResponseWriter, begin func()) *Writer { return &Writer{w: w, begin: begin} }

// Tee makes w copy what it writes of the body to t, whose errors are ignored.
func (w *Writer) Tee(t io.Writer) { w.tee = t }

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
	if w.tee != nil {
		_, _ = w.tee.Write(p[:n])
	}
	return n, err
}

// WriteString writes body text.
func (w *Writer) WriteString(s string) (int, error) {
	w.start(http.StatusOK)
	n, err := io.WriteString(w.w, s)
	w.bytes += int64(n)
	if w.tee != nil {
		_, _ = io.WriteString(w.tee, s[:n])
	}
	return n, err
}

// ReadFrom copies from r, with the wrapped writer's ReadFrom where it has one.
func (w *Writer) ReadFrom(r io.Reader) (int64, error) {
	w.start(http.StatusOK)
	if w.tee != nil {
		r = io.TeeReader(r, w.tee)
	}
	n, err := io.Copy(w.w, r)
	w.bytes += n
	return n, err
}

// Flush is FlushError for those who do not look at its error.
func (w *Writer) Flush() { _ = w.FlushError() }

// FlushError sends what is buffered, through whatever wraps the connection. A
// writer that cannot flush says so by http.ErrNotSupported and has not begun.
func (w *Writer) FlushError() error {
	if !canFlush(w.w) {
		return http.ErrNotSupported
	}
	w.start(http.StatusOK)
	return http.NewResponseController(w.w).Flush()
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

// Watched is a writer that knows whether its response has begun.
type Watched interface {
	http.ResponseWriter
	Begun() bool
}

// Watch returns w if it is Watched already, or else a Writer around it.
func Watch(w http.ResponseWriter) Watched {
	if watched, ok := w.(Watched); ok {
		return watched
	}
	return New(w, nil)
}

// EndEarly tells every Writer around w that its response is cut off on purpose, before
// the panic with http.ErrAbortHandler that does so.
func EndEarly(w http.ResponseWriter) {
	for {
		if t, ok := w.(*Writer); ok {
			t.ended = true
		}
		u, ok := w.(interface{ Unwrap() http.ResponseWriter })
		if !ok {
			return
		}
		w = u.Unwrap()
	}
}

// EndedEarly reports whether the response was cut off on purpose.
func (w *Writer) EndedEarly() bool { return w.ended }

// Base returns the innermost writer, which is the server's own.
func Base(w http.ResponseWriter) http.ResponseWriter {
	for {
		u, ok := w.(interface{ Unwrap() http.ResponseWriter })
		if !ok {
			return w
		}
		w = u.Unwrap()
	}
}

// Begun reports whether a response has begun. A wrapper of this package knows; every
// other writer is asked: those of net/http and good wrappers refuse the impossible
// status 0 loudly when it would begin the response and ignore it afterwards. A writer
// that does neither has begun, which is the safe side. It is for use after a failure.
func Begun(w http.ResponseWriter) (begun bool) {
	if b, ok := w.(interface{ Begun() bool }); ok && b.Begun() {
		return true
	}
	defer func() { begun = recover() == nil }()
	w.WriteHeader(0)
	return
}

// canFlush looks for the method that http.ResponseController would call.
func canFlush(w http.ResponseWriter) bool {
	for {
		switch t := w.(type) {
		case interface{ FlushError() error }, http.Flusher:
			return true
		case interface{ Unwrap() http.ResponseWriter }:
			w = t.Unwrap()
		default:
			return false
		}
	}
}
