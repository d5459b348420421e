package middleware

import (
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
