package wendtest

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"time"
)

// writer is the handler's side of an exchange.
type writer struct {
	x      *exchange
	header http.Header
}

var errEnded = errors.New("wendtest: the handler has returned")

// Header returns the header that the next WriteHeader sends.
func (w *writer) Header() http.Header { return w.header }

// WriteHeader sends a status. As in net/http, a second one does nothing, an
// informational one is not the answer, and one that is no status panics.
func (w *writer) WriteHeader(status int) {
	x := w.x
	x.mu.Lock()
	defer x.mu.Unlock()
	switch {
	case x.status != 0 || x.done:
	case status < 100 || status > 999:
		panic(fmt.Sprintf("invalid WriteHeader code %v", status))
	case status >= 200 || status == http.StatusSwitchingProtocols:
		x.writeHeader(w.header, status)
	}
}

// Write writes body bytes. It waits while the reader is too far behind.
func (w *writer) Write(p []byte) (int, error) {
	x := w.x
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.done {
		return 0, errEnded
	}
	x.writeHeader(w.header, http.StatusOK)
	switch {
	case len(p) == 0:
		return 0, nil
	case !bodyAllowed(x.status):
		return 0, http.ErrBodyNotAllowed
	case x.length != -1 && x.written+int64(len(p)) > x.length:
		x.written = x.length
		return 0, http.ErrContentLength
	case x.stop.passed():
		return 0, os.ErrDeadlineExceeded
	}
	x.start = append(x.start, p[:min(len(p), sniffed-len(x.start))]...)
	if x.method == http.MethodHead {
		x.written += int64(len(p))
		return len(p), nil
	}
	if err := w.awaitRoom(); err != nil {
		return 0, err
	}
	x.written += int64(len(p))
	x.body = append(x.body, p...)
	x.changed.Broadcast()
	return len(p), nil
}

// awaitRoom blocks a handler that is a window ahead of the reader.
func (w *writer) awaitRoom() error {
	x := w.x
	for len(x.body)-x.read >= window {
		x.publish()
		if err := x.ctx.Err(); err != nil {
			return err
		}
		if x.stop.passed() {
			return os.ErrDeadlineExceeded
		}
		x.changed.Wait()
	}
	return nil
}

// WriteString writes body text.
func (w *writer) WriteString(s string) (int, error) { return w.Write([]byte(s)) }

// Flush lets the reader see the header and what is written.
func (w *writer) Flush() { _ = w.FlushError() }

// FlushError is Flush for [http.ResponseController].
func (w *writer) FlushError() error {
	x := w.x
	x.mu.Lock()
	defer x.mu.Unlock()
	switch {
	case x.done:
		return errEnded
	case x.stop.passed():
		return os.ErrDeadlineExceeded
	}
	x.writeHeader(w.header, http.StatusOK)
	x.publish()
	return nil
}

// SetWriteDeadline ends writes that wait for the reader.
func (w *writer) SetWriteDeadline(t time.Time) error {
	w.x.mu.Lock()
	defer w.x.mu.Unlock()
	w.x.stop.set(t, w.x.wake)
	w.x.changed.Broadcast()
	return nil
}

// SetReadDeadline ends reads of the body that wait for the test's reader.
func (w *writer) SetReadDeadline(t time.Time) error {
	if u := w.x.upload; u != nil {
		u.setDeadline(t)
	}
	return nil
}

// EnableFullDuplex has nothing to do: reads and writes never exclude each other.
func (w *writer) EnableFullDuplex() error { return nil }

// deadline is a time, and the timer that wakes whoever waits for it. A lock of its owner
// guards it.
type deadline struct {
	at    time.Time
	timer *time.Timer
}

func (d *deadline) set(t time.Time, wake func()) {
	if d.timer != nil {
		d.timer.Stop()
	}
	d.at, d.timer = t, nil
	if !t.IsZero() {
		d.timer = time.AfterFunc(time.Until(t), wake)
	}
}

func (d *deadline) passed() bool { return !d.at.IsZero() && !time.Now().Before(d.at) }
