package middleware

import (
	"bytes"
	"context"
	"errors"
	"io"
	"maps"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// BufferedTimeout is [Timeout] for handlers that do not look at their context: it
// answers 503 after d, whatever the handler does. For that the handler runs beside
// the request, and its whole response is kept in memory until it returns; what it
// writes later is refused with http.ErrHandlerTimeout and reaches no client. The
// handler cannot flush, hijack or stream. It goes on running behind its 503, so
// what it does must be bounded by itself. It panics unless d is positive.
func BufferedTimeout(d time.Duration) func(http.Handler) http.Handler {
	if d <= 0 {
		panic("middleware: BufferedTimeout wants a positive duration")
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			ctx, cancel := context.WithTimeout(r.Context(), d)
			defer cancel()
			buffer := &responseBuffer{header: w.Header().Clone()}
			if buffer.header == nil {
				buffer.header = http.Header{}
			}
			inner := r.WithContext(ctx)
			var body *gate
			if r.Body != nil && r.Body != http.NoBody {
				body = &gate{ReadCloser: r.Body}
				inner.Body = body
			}
			done := make(chan outcome, 1)
			go func() {
				var o outcome
				defer func() {
					o.panicked = recover()
					o.late = errors.Is(ctx.Err(), context.DeadlineExceeded)
					done <- o
				}()
				serveCopy(next, buffer, &http.Request{}, inner)
			}()
			var o outcome
			select {
			case o = <-done:
			case <-ctx.Done():
				select {
				case o = <-done: // both were ready
				default:
					buffer.drop()
					if body != nil {
						body.shut(w)
					}
					rejectLate(w, r)
					return
				}
			}
			if o.panicked != nil {
				panic(o.panicked)
			}
			if r.Pattern == "" {
				r.Pattern = inner.Pattern
			}
			if o.late {
				rejectLate(w, r)
				return
			}
			buffer.copyTo(w)
		})
	}
}

// outcome is how a handler has returned.
type outcome struct {
	panicked any // what it panicked with, or nil
	late     bool
}

// gate is a body that a late handler can no longer read: it belongs to the middleware
// further out again, which do not expect two who use it.
type gate struct {
	io.ReadCloser
	mu   sync.Mutex // held while reading
	late atomic.Bool
}

func (g *gate) Read(p []byte) (int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.late.Load() {
		return 0, http.ErrHandlerTimeout
	}
	return g.ReadCloser.Read(p)
}

func (g *gate) Close() error {
	if g.late.Load() {
		return nil
	}
	return g.ReadCloser.Close()
}

// shut ends the reading, one under way included, which waits for the client.
func (g *gate) shut(w http.ResponseWriter) {
	g.late.Store(true)
	if g.mu.TryLock() {
		g.mu.Unlock()
		return
	}
	if http.NewResponseController(w).SetReadDeadline(time.Unix(1, 0)) != nil {
		return // no connection that could be waited for
	}
	g.mu.Lock() // until the read has failed
	defer g.mu.Unlock()
}

// responseBuffer is a response in memory, which one goroutine writes and another
// drops. It wraps nothing: a late handler must find no way to the client.
type responseBuffer struct {
	header http.Header // the handler's own until it has returned

	mu     sync.Mutex
	status int
	body   bytes.Buffer
	late   bool
}

func (b *responseBuffer) Header() http.Header { return b.header }

func (b *responseBuffer) WriteHeader(status int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.late || b.status != 0 || status >= 100 && status < 200:
	case status < 100 || status > 999:
		panic("middleware: BufferedTimeout: the handler wrote an invalid status")
	default:
		b.status = status
	}
}

func (b *responseBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.late {
		return 0, http.ErrHandlerTimeout
	}
	if b.status == 0 {
		b.status = http.StatusOK
	}
	return b.body.Write(p)
}

func (b *responseBuffer) drop() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.late = true
	b.body = bytes.Buffer{}
}

// copyTo sends what the handler, which has returned, has written.
func (b *responseBuffer) copyTo(w http.ResponseWriter) {
	h := w.Header()
	clear(h)
	maps.Copy(h, b.header)
	if b.status != 0 {
		w.WriteHeader(b.status)
	}
	if b.body.Len() > 0 {
		_, _ = w.Write(b.body.Bytes()) // the client is gone when this fails
	}
}
