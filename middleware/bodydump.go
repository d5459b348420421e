package middleware

import (
	"bytes"
	"io"
	"net/http"

	"github.com/wend-go/wend/internal/rw"
)

// Dump is what BodyDump has seen of a request. The slices are the receiver's own.
type Dump struct {
	Request, Response       []byte // the bodies' first bytes, at most the limit of each
	RequestCut, ResponseCut bool   // there was more
	Status                  int    // 0 if nothing was sent
}

// BodyDump gives f the first limit bytes of the request's body, as far as the handler
// has read it, and of the response's, after the handler has returned or panicked. The
// handler and the client see no difference. Bodies hold secrets: f is for debugging,
// and no log is a place for them. It panics unless limit is positive and f is given.
func BodyDump(limit int, f func(r *http.Request, d Dump)) func(http.Handler) http.Handler {
	if limit < 1 || f == nil {
		panic("middleware: BodyDump wants a positive limit and a function")
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			request, response := &prefix{limit: limit}, &prefix{limit: limit}
			out := rw.New(w, nil)
			out.Tee(response)
			inner := r
			if r.Body != nil && r.Body != http.NoBody {
				inner = new(http.Request)
				*inner = *r
				inner.Body = teeBody{io.TeeReader(r.Body, request), r.Body}
			}
			defer func() {
				f(inner, Dump{
					Request: request.Bytes(), RequestCut: request.cut,
					Response: response.Bytes(), ResponseCut: response.cut, Status: out.Status(),
				})
			}()
			if inner == r {
				next.ServeHTTP(out, r)
				return
			}
			serveCopy(next, out, r, inner)
		})
	}
}

type teeBody struct {
	io.Reader
	io.Closer
}

// prefix keeps the first bytes that are written to it.
type prefix struct {
	bytes.Buffer
	limit int
	cut   bool
}

func (p *prefix) Write(b []byte) (int, error) {
	n := min(len(b), p.limit-p.Len())
	p.Buffer.Write(b[:n])
	p.cut = p.cut || n < len(b)
	return len(b), nil
}

// WriteString keeps the buffer's own, which has no limit, out of sight.
func (p *prefix) WriteString(s string) (int, error) { return p.Write([]byte(s)) }
