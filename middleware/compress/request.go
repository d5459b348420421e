package compress

import (
	"bytes"
	"errors"
	"io"
	"math/bits"
	"net/http"
	"strings"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/wend-go/wend/internal/problem"
	"github.com/wend-go/wend/internal/rw"
)

const (
	maxDecoded = 1 << 20
	maxRatio   = 100
	ratioFrom  = 64 << 10  // a short body may be as dense as it likes
	minWindow  = 128 << 10 // the largest block
	maxWindow  = 8 << 20   // what RFC 8878 §3.1.1.1.2 recommends to support
)

// Limits bounds what [Requests] decodes.
type Limits struct {
	// Decoded is the longest decoded body in bytes; 0 is 1 MiB.
	Decoded int64
	// Ratio is how many bytes one byte may become, looked at after 64 KiB; 0 is 100.
	Ratio int64
}

// Requests decodes bodies that clients send with Content-Encoding gzip or zstd, one of
// them once; every other encoding is a 415 that names what is understood (RFC 9110
// §15.5.16). Nothing is decoded unless this middleware is asked for.
//
// A body that exceeds a limit ends with an *http.MaxBytesError, which routes of wend
// and the BodyLimit of this module answer with 413; so is a handler answered that
// returns without having written. One that cannot be decoded ends with [ErrEncoding].
// Content-Encoding and Content-Length are gone for the handler. It panics on a limit
// that is negative.
func Requests(l Limits) func(http.Handler) http.Handler {
	if l.Decoded < 0 || l.Ratio < 0 {
		panic("compress: a limit is negative")
	}
	if l.Decoded == 0 {
		l.Decoded = maxDecoded
	}
	if l.Ratio == 0 {
		l.Ratio = maxRatio
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			coding := strings.ToLower(strings.TrimSpace(strings.Join(r.Header["Content-Encoding"], ",")))
			switch coding {
			case "", "identity":
				next.ServeHTTP(w, r)
				return
			case "gzip", "x-gzip", "zstd":
			default:
				problem.Reject(w, r, problem.Rejection{
					Status: http.StatusUnsupportedMediaType, Detail: "this encoding of a body is not understood",
					Header: http.Header{"Accept-Encoding": {"gzip, zstd"}},
				})
				return
			}
			serveDecoded(next, w, r, &decoded{coding: coding, limits: l, encoded: &counter{body: r.Body}})
		})
	}
}

func serveDecoded(next http.Handler, w http.ResponseWriter, r *http.Request, body *decoded) {
	inner := new(http.Request)
	*inner = *r
	inner.Header = r.Header.Clone()
	inner.Header.Del("Content-Encoding")
	inner.Header.Del("Content-Length")
	inner.ContentLength = -1
	inner.Body = body
	out := rw.Watch(w)
	defer func() {
		body.free()
		if r.Pattern == "" {
			r.Pattern = inner.Pattern
		}
		if inner.MultipartForm != nil && r.MultipartForm == nil {
			_ = inner.MultipartForm.RemoveAll()
		}
	}()
	next.ServeHTTP(out, inner)
	var tooBig *http.MaxBytesError
	if errors.As(body.err, &tooBig) && !out.Begun() {
		problem.Reject(w, r, problem.Rejection{
			Status: http.StatusRequestEntityTooLarge, Detail: "the body is too large",
			Header: http.Header{"Connection": {"close"}},
		})
	}
}

// Error is a constant error of this package.
type Error string

// Error is the text of the constant.
func (e Error) Error() string { return string(e) }

// ErrEncoding is read from a body whose encoding is damaged.
const ErrEncoding Error = "compress: the body cannot be decoded"

// decoded is a body being decoded. The decoder is made at the first read, so that
// nothing of the body is looked at before its reader asks.
type decoded struct {
	coding  string
	limits  Limits
	encoded *counter
	decoder io.Reader
	release func()
	n       int64 // bytes decoded
	err     error // for every further read
}

func (d *decoded) Read(p []byte) (int, error) {
	if d.err != nil {
		return 0, d.err
	}
	if len(p) == 0 {
		return 0, nil
	}
	if d.decoder == nil {
		if d.err = d.open(); d.err != nil {
			return 0, d.err
		}
	}
	// One byte more than the limit tells a body of exactly the limit from a longer one.
	p = p[:min(int64(len(p)), d.limits.Decoded-d.n+1)]
	n, err := d.decoder.Read(p)
	d.n += int64(n)
	switch {
	case d.n > d.limits.Decoded:
		n -= int(d.n - d.limits.Decoded)
		d.err = &http.MaxBytesError{Limit: d.limits.Decoded}
	case d.n > ratioFrom && d.n/d.limits.Ratio > d.encoded.n:
		n, d.err = 0, &http.MaxBytesError{Limit: d.limits.Ratio * d.encoded.n}
	case errors.Is(err, zstd.ErrWindowSizeExceeded), errors.Is(err, zstd.ErrDecoderSizeExceeded):
		d.err = &http.MaxBytesError{Limit: d.limits.Decoded}
	case err == nil || err == io.EOF:
		d.err = err
	case d.encoded.err != nil && d.encoded.err != io.EOF: // the connection's own failure, or a limit further out
		d.err = d.encoded.err
	default:
		d.err = ErrEncoding
	}
	return n, d.err
}

func (d *decoded) open() error {
	if d.coding == "zstd" {
		window := windowFor(d.limits.Decoded)
		source, err := narrowed(d.encoded, window)
		if err != nil {
			return err
		}
		z, err := zstd.NewReader(source, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true),
			zstd.WithDecoderMaxWindow(window), zstd.WithDecoderMaxMemory(uint64(d.limits.Decoded)+window))
		if err != nil {
			return ErrEncoding
		}
		d.decoder, d.release = z, z.Close
		return nil
	}
	g, err := gzip.NewReader(d.encoded)
	switch {
	case err == nil:
		d.decoder = g
		return nil
	case d.encoded.err != nil && d.encoded.err != io.EOF:
		return d.encoded.err
	}
	return ErrEncoding
}

// windowFor is the window that a body of so many decoded bytes can need: a power of two.
func windowFor(decoded int64) uint64 {
	window := uint64(minWindow)
	for window < uint64(decoded) && window < maxWindow {
		window *= 2
	}
	return window
}

// narrowed makes the first frame announce no more than window (RFC 8878 §3.1.1.1.2). The
// decoder gets memory for what is announced, which is 8 MiB for what encoders write by
// default and ten bytes of a hostile client, and needs none behind the first bytes that
// it may decode. Later frames, which hardly anybody writes, are refused if they want more.
func narrowed(encoded io.Reader, window uint64) (io.Reader, error) {
	head := make([]byte, 6) // magic number, descriptor, window
	n, err := io.ReadFull(encoded, head)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return nil, err
	}
	const magic, singleSegment = "\x28\xb5\x2f\xfd", 1 << 5
	if n == len(head) && string(head[:4]) == magic && head[4]&singleSegment == 0 {
		base := uint64(1) << (10 + head[5]>>3)
		if exponent := bits.Len64(window) - 1; base+base/8*uint64(head[5]&7) > window {
			head[5] = byte(exponent-10) << 3
		}
	}
	return io.MultiReader(bytes.NewReader(head[:n]), encoded), nil
}

// free gives the decoder's memory back when the handler has returned.
func (d *decoded) free() {
	if d.release != nil {
		d.release()
		d.release, d.decoder = nil, nil
	}
	if d.err == nil {
		d.err = http.ErrBodyReadAfterClose
	}
}

// Close closes the body as the client sent it.
func (d *decoded) Close() error { return d.encoded.body.Close() }

// counter counts what the client has sent.
type counter struct {
	body io.ReadCloser
	n    int64
	err  error
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.body.Read(p)
	c.n += int64(n)
	c.err = err
	return n, err
}
