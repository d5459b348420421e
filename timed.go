package wend

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/wend-go/wend/internal/rw"
)

// timed stands before the end of a chain that is no typed endpoint, where the scopes set
// a Timeout: it gives the request's context the deadline, and answers 503 for a handler
// that has written nothing until then.
type timed struct {
	rt    *Route
	next  http.Handler
	limit time.Duration
}

// ServeHTTP runs the handler under the deadline.
func (t *timed) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if t.rt.isOptions(r) {
		t.next.ServeHTTP(w, r)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), t.limit)
	defer cancel()
	inner := r.WithContext(ctx)
	if r.MultipartForm == nil {
		defer dropForm(inner)
	}
	out := &punctual{Writer: rw.New(w, nil), ctx: ctx}
	t.next.ServeHTTP(out, inner)
	if out.drops() {
		t.rt.fail(w, inner, context.DeadlineExceeded)
	}
}

// punctual drops a response that begins after the deadline, unless it is the answer to
// the handler's error.
type punctual struct {
	*rw.Writer
	ctx    context.Context
	failed bool // the handler's error is being answered
}

func (p *punctual) drops() bool {
	return !p.failed && !p.Begun() && errors.Is(context.Cause(p.ctx), context.DeadlineExceeded)
}

// WriteHeader sends a status in time.
func (p *punctual) WriteHeader(status int) {
	if !p.drops() {
		p.Writer.WriteHeader(status)
	}
}

// Write sends bytes in time. The handler of a dropped response is not told: its context
// has told it.
func (p *punctual) Write(b []byte) (int, error) {
	if p.drops() {
		return len(b), nil
	}
	return p.Writer.Write(b)
}

// WriteString is Write for text.
func (p *punctual) WriteString(s string) (int, error) {
	if p.drops() {
		return len(s), nil
	}
	return p.Writer.WriteString(s)
}

// ReadFrom sends all of a reader in time.
func (p *punctual) ReadFrom(src io.Reader) (int64, error) {
	if p.drops() {
		return 0, http.ErrHandlerTimeout
	}
	return p.Writer.ReadFrom(src)
}

// Flush is FlushError for those who do not look at its error.
func (p *punctual) Flush() { _ = p.FlushError() }

// FlushError sends what is buffered in time.
func (p *punctual) FlushError() error {
	if p.drops() {
		return http.ErrHandlerTimeout
	}
	return p.Writer.FlushError()
}
