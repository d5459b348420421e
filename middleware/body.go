package middleware

import (
	"bytes"
	"errors"
	"io"
	"net/http"

	"github.com/wend-go/wend/internal/rw"
)

// BodyLimit answers 413 to a request that declares a body of more than limit bytes.
// From every other body the handler reads at most limit bytes and then gets an
// *http.MaxBytesError; if it returns without having written, the answer is a 413 as
// well, and the connection is closed. A body of exactly limit bytes passes. Routes of
// wend have a limit without it. It panics if limit is negative.
func BodyLimit(limit int64) func(http.Handler) http.Handler {
	if limit < 0 {
		panic("middleware: BodyLimit wants a limit that is not negative")
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Body == nil || r.Body == http.NoBody {
				next.ServeHTTP(w, r)
				return
			}
			if r.ContentLength > limit {
				rejectBody(w, r)
				return
			}
			out := rw.Watch(w)
			// The reader tells the server to close the connection, which it does only
			// for the server's own writer.
			body := &limitedBody{ReadCloser: http.MaxBytesReader(rw.Base(w), r.Body, limit)}
			inner := new(http.Request)
			*inner = *r
			inner.Body = body
			serveCopy(next, out, r, inner)
			if body.exceeded && !out.Begun() {
				rejectBody(w, r)
			}
		})
	}
}

func rejectBody(w http.ResponseWriter, r *http.Request) {
	reject(w, r, http.StatusRequestEntityTooLarge, "the body is too large", "Connection", "close")
}

// limitedBody remembers that the limit was hit.
type limitedBody struct {
	io.ReadCloser
	exceeded bool
}

func (b *limitedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	var tooBig *http.MaxBytesError
	if err != nil && errors.As(err, &tooBig) {
		b.exceeded = true
	}
	return n, err
}

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
