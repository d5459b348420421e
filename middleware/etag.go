package middleware

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"
	"time"

	"github.com/wend-go/wend/internal/rw"
)

// maxTagged is the longest body that ETag looks at, in bytes.
const maxTagged = 1 << 20

// ETag gives each 200 answer to GET and HEAD a strong ETag of its body, unless the
// handler has given one, and answers 304, or 412, when the request's conditions say so
// (RFC 9110 §13.2.2). The handler runs all the same: it saves the bytes, not the work.
//
// Bodies of up to 1 MiB are held back for it. A longer one, one that is flushed, has
// trailers or is encoded already passes as it is; so does the answer to HEAD of a handler
// that writes no body. It belongs inside of compression, which makes a tag weak.
func ETag() func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method != http.MethodGet && r.Method != http.MethodHead {
				next.ServeHTTP(w, r)
				return
			}
			held := rw.NewHeld(w, maxTagged, func(status int, body []byte, whole bool) (rw.Body, bool) {
				h := w.Header()
				if !whole || status != http.StatusOK || len(body) == 0 || len(h["Content-Encoding"]) > 0 || hasTrailers(h) {
					return nil, false
				}
				serveTagged(w, r, body)
				return nil, true
			})
			next.ServeHTTP(held, r)
			_ = held.Finish() // the client is gone when this fails
		})
	}
}

// hasTrailers reports whether fields follow the body, which a body with a length has no
// room for.
func hasTrailers(h http.Header) bool {
	if len(h["Trailer"]) > 0 {
		return true
	}
	for name := range h {
		if strings.HasPrefix(name, http.TrailerPrefix) {
			return true
		}
	}
	return false
}

// serveTagged lets net/http judge the conditions. Ranges are none of it: the body of a
// handler may be another at each request.
func serveTagged(w http.ResponseWriter, r *http.Request, body []byte) {
	h := w.Header()
	if h.Get("Etag") == "" {
		sum := sha256.Sum256(body)
		h["Etag"] = []string{`"` + base64.RawURLEncoding.EncodeToString(sum[:18]) + `"`}
	}
	if len(h["Content-Type"]) == 0 {
		h.Set("Content-Type", http.DetectContentType(body))
	}
	plain := &http.Request{Method: r.Method, Header: http.Header{}}
	for _, name := range [...]string{"If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since"} {
		if values := r.Header[name]; len(values) > 0 {
			plain.Header[name] = values
		}
	}
	var modified time.Time
	if t, err := http.ParseTime(h.Get("Last-Modified")); err == nil {
		modified = t
	}
	out := &judged{ResponseWriter: w}
	http.ServeContent(out, plain, "", modified, bytes.NewReader(body))
	if out.failed {
		reject(w, r, http.StatusPreconditionFailed, "a condition of the request does not hold")
	}
}

// judged keeps net/http from promising ranges, and its 412, which has no body, back.
type judged struct {
	http.ResponseWriter
	failed bool
}

func (w *judged) WriteHeader(status int) {
	delete(w.Header(), "Accept-Ranges")
	if w.failed = status == http.StatusPreconditionFailed; !w.failed {
		w.ResponseWriter.WriteHeader(status)
	}
}
