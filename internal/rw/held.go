package rw

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
)

// Body is where the body of a Held response goes instead of the wrapped writer.
type Body interface {
	io.Writer
	Flush() error // passes on what it keeps back
	Close() error // ends the body
}

// Decide says what becomes of a response. The status has not been sent, the wrapped
// writer's header may still be changed. held is the body so far, the whole of it when
// whole is true. A nil Body leaves the body as it is; done says that the decision has
// been carried out already: the response has been written, and Held writes nothing.
type Decide func(status int, held []byte, whole bool) (to Body, done bool)

// Held keeps back the status and the first bytes of a response until there are more
// than limit, or a flush, or the end: then Decide is asked, once. Informational
// statuses pass through, and so do 101 and a hijacked connection.
//
// Whoever makes a Held calls Finish when the handler has returned, and does not when
// it has panicked: what is held is then never sent.
type Held struct {
	w       http.ResponseWriter
	limit   int
	decide  Decide
	status  int
	held    []byte
	body    Body
	decided bool
	done    bool
	hijack  bool
}

// NewHeld holds back up to limit bytes of a body that is written to w.
func NewHeld(w http.ResponseWriter, limit int, decide Decide) *Held {
	return &Held{w: w, limit: limit, decide: decide}
}

// Begun reports whether the response has a status, sent or held.
func (h *Held) Begun() bool { return h.status != 0 || h.hijack }

// Unwrap returns the wrapped writer.
func (h *Held) Unwrap() http.ResponseWriter { return h.w }

// Header returns the wrapped writer's header.
func (h *Held) Header() http.Header { return h.w.Header() }

// WriteHeader notes a status. As with the writers of net/http, one that is impossible
// panics, and a second one is ignored.
func (h *Held) WriteHeader(status int) {
	switch {
	case h.hijack:
		h.w.WriteHeader(status) // the server logs it
	case h.status != 0:
	case status < 100 || status > 999:
		panic(fmt.Sprintf("rw: invalid status %d", status))
	case status == http.StatusSwitchingProtocols:
		h.status, h.decided = status, true
		h.w.WriteHeader(status)
	case status < 200:
		h.w.WriteHeader(status)
	default:
		h.status = status
	}
}

// settle carries out the decision.
func (h *Held) settle(whole bool) error {
	if h.decided {
		return nil
	}
	h.decided = true
	if h.status == 0 {
		h.status = http.StatusOK
	}
	held := h.held
	h.held = nil
	h.body, h.done = h.decide(h.status, held, whole)
	if h.done {
		return nil
	}
	h.w.WriteHeader(h.status)
	if len(held) == 0 {
		return nil
	}
	_, err := h.out().Write(held)
	return err
}

// out is where the body goes after the decision.
func (h *Held) out() io.Writer {
	if h.body != nil {
		return h.body
	}
	return h.w
}

// Write holds bytes back, or writes them where the decision says.
func (h *Held) Write(p []byte) (int, error) {
	if h.hijack {
		return h.w.Write(p)
	}
	if h.status == 0 {
		h.status = http.StatusOK
	}
	if !h.decided {
		if len(h.held)+len(p) <= h.limit {
			h.held = append(h.held, p...)
			return len(p), nil
		}
		if len(h.held) == 0 {
			h.held = p // it is written before Write returns
		} else {
			h.held = append(h.held, p...)
		}
		if err := h.settle(false); err != nil {
			return 0, err
		}
		return len(p), nil
	}
	if h.done {
		return len(p), nil
	}
	return h.out().Write(p)
}

// WriteString is Write for text.
func (h *Held) WriteString(s string) (int, error) { return h.Write([]byte(s)) }

// ReadFrom copies from r; once the decision was to leave the body as it is, with the
// wrapped writer's ReadFrom.
func (h *Held) ReadFrom(r io.Reader) (int64, error) {
	var n int64
	if !h.decided && !h.hijack { // the decision wants to see the first bytes
		first, err := io.CopyN(writerOnly{h}, r, int64(h.limit-len(h.held))+1)
		if n = first; err != nil {
			if err == io.EOF {
				err = nil
			}
			return n, err
		}
	}
	if h.decided && h.body == nil && !h.done {
		rest, err := io.Copy(h.w, r)
		return n + rest, err
	}
	rest, err := io.Copy(writerOnly{h}, r)
	return n + rest, err
}

// writerOnly hides ReadFrom from io.Copy.
type writerOnly struct{ io.Writer }

// Flush is FlushError for those who do not look at its error.
func (h *Held) Flush() { _ = h.FlushError() }

// FlushError ends the holding and sends everything there is.
func (h *Held) FlushError() error {
	if !canFlush(h.w) {
		return http.ErrNotSupported
	}
	if h.hijack {
		return http.ErrHijacked
	}
	if err := h.settle(false); err != nil {
		return err
	}
	if h.body != nil {
		if err := h.body.Flush(); err != nil {
			return err
		}
	}
	return http.NewResponseController(h.w).Flush()
}

// Hijack takes over the connection; it fails where the wrapped writer cannot.
func (h *Held) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, buf, err := http.NewResponseController(h.w).Hijack()
	if err == nil {
		h.hijack, h.decided, h.held = true, true, nil
	}
	return conn, buf, err
}

// Finish ends the response. One that has not begun is decided about as an empty 200.
func (h *Held) Finish() error {
	if h.hijack || h.status == http.StatusSwitchingProtocols {
		return nil
	}
	if err := h.settle(true); err != nil {
		return err
	}
	if h.body != nil {
		return h.body.Close()
	}
	return nil
}
