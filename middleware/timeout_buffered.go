package middleware

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"net/http"
	"sync"
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
			done := make(chan any, 1) // what the handler panicked with, or nil
			go func() {
				defer func() { done <- recover() }()
				serveCopy(next, buffer, &http.Request{}, inner)
			}()
			select {
			case v := <-done:
				if v != nil {
					panic(v)
				}
				if r.Pattern == "" {
					r.Pattern = inner.Pattern
				}
				if errors.Is(ctx.Err(), context.DeadlineExceeded) && !buffer.begun() {
					rejectLate(w, r)
					return
				}
				buffer.copyTo(w)
			case <-ctx.Done():
				buffer.drop()
				rejectLate(w, r)
			}
		})
	}
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

func (b *responseBuffer) begun() bool { return b.status != 0 }

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
