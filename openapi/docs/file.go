package docs

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
)

// file is a body that never changes, with the header lines that go with it.
//
// Optimization: the lines are made once and shared by all responses; each has no room
// for another value, so Header.Add copies it. Serving a document takes two allocations
// in all, none of them here.
type file struct {
	body                                              []byte
	mediaType, encoding, length, etag, cache, nosniff []string
}

func newFile(mediaType string, body []byte) file {
	sum := sha256.Sum256(body)
	return file{
		body: body, mediaType: []string{mediaType}, length: []string{strconv.Itoa(len(body))},
		etag:  []string{`"` + hex.EncodeToString(sum[:16]) + `"`},
		cache: []string{"no-cache"}, nosniff: []string{"nosniff"}, // always ask; a 304 is cheap
	}
}

// serve writes a file, or 304 when the client has it (RFC 9110 §13.1.2).
func (f *file) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h["Etag"], h["Cache-Control"] = f.etag, f.cache
	if notModified(r.Header["If-None-Match"], f.etag[0]) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	if f.encoding != nil {
		h["Content-Encoding"] = f.encoding
	}
	h["Content-Type"], h["Content-Length"], h["X-Content-Type-Options"] = f.mediaType, f.length, f.nosniff
	if r.Method != http.MethodHead {
		_, _ = w.Write(f.body) // the client is gone when this fails
	}
}

// write sends a body that is made for one response.
func write(w http.ResponseWriter, r *http.Request, mediaType string, body []byte) {
	h := w.Header()
	h.Set("Content-Type", mediaType)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	h.Set("X-Content-Type-Options", "nosniff")
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // the client is gone when this fails
	}
}

// notModified compares weakly, as If-None-Match does (RFC 9110 §8.8.3.2).
func notModified(lines []string, etag string) bool {
	if len(lines) == 0 {
		return false
	}
	for tag := range strings.SplitSeq(strings.Join(lines, ","), ",") {
		tag = strings.TrimSpace(tag)
		if tag == "*" || strings.TrimPrefix(tag, "W/") == etag {
			return true
		}
	}
	return false
}

// takesGzip reads Accept-Encoding (RFC 9110 §12.5.3): "gzip;q=0" is a refusal.
func takesGzip(lines []string) bool {
	for item := range strings.SplitSeq(strings.Join(lines, ","), ",") {
		coding, params, _ := strings.Cut(item, ";")
		if strings.EqualFold(strings.TrimSpace(coding), "gzip") {
			weight, has := strings.CutPrefix(strings.ReplaceAll(strings.ToLower(params), " ", ""), "q=")
			q, err := strconv.ParseFloat(weight, 64)
			return !has || err == nil && q > 0
		}
	}
	return false
}
