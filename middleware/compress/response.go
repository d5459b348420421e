package compress

import (
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/wend-go/wend/internal/rw"
)

// minSize is the default of Options.MinSize.
const minSize = 1 << 10

// window bounds what an encoder of zstd remembers, and what a client must for it.
const window = 128 << 10

// Options says what [Responses] compresses.
type Options struct {
	// MinSize is the shortest body that is compressed, in bytes; 0 is 1 KiB. A response
	// that is flushed earlier is compressed whatever its length.
	MinSize int
	// Types are media types, "application/json" or "text/*", beside the usual ones: text,
	// JSON, XML, JavaScript, WebAssembly, SVG, and what ends with +json, +xml or +text.
	Types []string
}

// Responses encodes responses with gzip or zstd where the client accepts one (RFC 9110
// §12.5.3; zstd when both are as welcome). The rest of the response follows: Vary names
// Accept-Encoding whether it was encoded or not, a strong ETag becomes weak,
// Content-Length and Accept-Ranges go, a flush reaches the client.
//
// It leaves alone: bodies below the size and of other types, 204, 206, 304, what is
// encoded already, Server-Sent Events, Cache-Control: no-transform, a hijacked
// connection. HEAD is answered with the header of its GET where Content-Length tells how
// long the body would be. After a panic nothing that was held back is sent.
//
// Do not use it on a route that mixes a secret with what a stranger can put into the
// answer: its length tells the secret (BREACH). It panics on a type that is none.
func Responses(o Options) func(http.Handler) http.Handler {
	c := newEncoder(o)
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			addVary(w.Header())
			coding := accepted(r.Header["Accept-Encoding"])
			switch {
			case coding == "":
				next.ServeHTTP(w, r)
				return
			case r.Method == http.MethodHead:
				c.serveHead(w, r, next, coding)
				return
			}
			held := rw.NewHeld(w, c.minSize-1, func(status int, body []byte, whole bool) (rw.Body, bool) {
				if status == http.StatusNotModified {
					weakenAs(w.Header(), r.Header["If-None-Match"])
				}
				if whole && len(body) < c.minSize || !c.wants(status, w.Header(), body) {
					return nil, false
				}
				return c.encode(w, coding), false
			})
			next.ServeHTTP(held, r)
			_ = held.Finish() // the client is gone when this fails
		})
	}
}

// serveHead makes the header of a HEAD that of its GET, where Content-Length tells that
// the body would be encoded (RFC 9110 §9.3.2, §8.6).
func (c *encoder) serveHead(w http.ResponseWriter, r *http.Request, next http.Handler, coding string) {
	var head *rw.Writer
	head = rw.New(w, func() {
		h := w.Header()
		if size, err := strconv.Atoi(h.Get("Content-Length")); err == nil && size >= c.minSize && c.wants(head.Status(), h, nil) {
			describe(h, coding)
		}
	})
	next.ServeHTTP(head, r)
	if !head.Begun() {
		head.WriteHeader(http.StatusOK) // as the server would
	}
}

// encoder is what the requests of one middleware share.
type encoder struct {
	minSize int
	types   map[string]bool // whole types, and "text/" for all below
	gzips   sync.Pool
	zstds   sync.Pool
}

func newEncoder(o Options) *encoder {
	if o.MinSize < 0 {
		panic("compress: MinSize is negative")
	}
	c := &encoder{minSize: o.MinSize, types: map[string]bool{}}
	if c.minSize == 0 {
		c.minSize = minSize
	}
	usual := []string{
		"text/*", "application/json", "application/problem+json", "application/xml", "application/javascript",
		"application/wasm", "application/x-ndjson", "application/jsonl", "application/manifest+json", "image/svg+xml",
	}
	for _, t := range append(usual, o.Types...) {
		main, sub, ok := strings.Cut(t, "/")
		if !ok || main == "" || sub == "" || strings.ContainsAny(t, " ;,") || main == "*" {
			panic("compress: " + t + ` is not a media type such as "application/json" or "text/*"`)
		}
		c.types[strings.ToLower(strings.TrimSuffix(t, "*"))] = true
	}
	return c
}

// wants reports whether a response is one to encode.
func (c *encoder) wants(status int, h http.Header, body []byte) bool {
	switch {
	case status < 200, status == http.StatusNoContent, status == http.StatusResetContent, status == http.StatusPartialContent,
		status == http.StatusNotModified:
		return false
	case h.Get("Content-Encoding") != "", h.Get("Content-Range") != "":
		return false
	}
	for _, line := range h["Cache-Control"] {
		if strings.Contains(strings.ToLower(line), "no-transform") {
			return false
		}
	}
	if len(h["Content-Type"]) == 0 {
		if len(body) == 0 {
			return false // nothing to tell the type from
		}
		h.Set("Content-Type", http.DetectContentType(body)) // of the encoded bytes, the server would say gzip
	}
	mediaType, _, err := mime.ParseMediaType(h.Get("Content-Type"))
	if err != nil || mediaType == "text/event-stream" {
		return false
	}
	main, sub, _ := strings.Cut(mediaType, "/")
	return c.types[mediaType] || c.types[main+"/"] ||
		strings.HasSuffix(sub, "+json") || strings.HasSuffix(sub, "+xml") || strings.HasSuffix(sub, "+text")
}

// weakenAs makes the tag of a 304 weak if the client has the weak one: what it has was
// compressed then.
func weakenAs(h http.Header, conditions []string) {
	tag := h.Get("Etag")
	for _, line := range conditions {
		if strings.HasPrefix(tag, `"`) && strings.Contains(line, "W/"+tag) {
			h["Etag"] = []string{"W/" + tag}
			return
		}
	}
}

// encode makes the header say what happens to the body, and returns where it goes.
func (c *encoder) encode(w http.ResponseWriter, coding string) rw.Body {
	describe(w.Header(), coding)
	if coding == "zstd" {
		z, ok := c.zstds.Get().(*zstd.Encoder)
		if !ok {
			z, _ = zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(window),
				zstd.WithLowerEncoderMem(true), zstd.WithEncoderLevel(zstd.SpeedFastest)) // the options are good, as the tests show
		}
		z.Reset(w)
		return &encoding{z, func() { z.Reset(nil); c.zstds.Put(z) }}
	}
	g, ok := c.gzips.Get().(*gzip.Writer)
	if !ok {
		g, _ = gzip.NewWriterLevel(nil, gzip.DefaultCompression) // the level is good
	}
	g.Reset(w)
	return &encoding{g, func() { g.Reset(io.Discard); c.gzips.Put(g) }}
}

// describe makes a header that of the encoded body.
func describe(h http.Header, coding string) {
	h["Content-Encoding"] = []string{coding}
	delete(h, "Content-Length")
	delete(h, "Accept-Ranges")
	delete(h, "Content-Md5")
	delete(h, "Content-Digest")
	if tag := h.Get("Etag"); tag != "" && !strings.HasPrefix(tag, "W/") {
		h["Etag"] = []string{"W/" + tag}
	}
}

// writer is what the encoders have in common.
type writer interface {
	io.WriteCloser
	Flush() error
}

// encoding is a body being encoded. Its encoder goes back to the pool at a clean end
// alone: after a panic or a failed write nobody knows what it holds.
type encoding struct {
	writer
	release func()
}

func (e *encoding) Close() error {
	err := e.writer.Close()
	if err == nil {
		e.release()
	}
	return err
}

func addVary(h http.Header) {
	for _, line := range h["Vary"] {
		if strings.Contains(strings.ToLower(line), "accept-encoding") || strings.TrimSpace(line) == "*" {
			return
		}
	}
	h["Vary"] = append(slices.Clip(h["Vary"]), "Accept-Encoding")
}
