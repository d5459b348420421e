package wend

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path"
	"reflect"
	"strings"
	"time"
)

// Download answers with content that can be read from any place: with ranges (RFC 9110
// §14), and with the conditions of §13 where Modified or ETag is there. Content is closed
// afterwards when it is an io.Closer. The document states the media types that a field of
// an envelope names, as in `body:"image/png,image/jpeg"`, else application/octet-stream.
type Download struct {
	Name      string // the file name that the client is offered; "" offers none
	MediaType string // "" is the first that the envelope's field names, else application/octet-stream
	Content   io.ReadSeeker
	Modified  time.Time // zero is unknown
	ETag      string    // with or without its quotes; "" is none
	Inline    bool      // to be shown rather than saved
}

// maxRanges is how many ranges a request may ask for; with more, it gets the whole.
const maxRanges = 16

// runDownload sends a Download.
func runDownload(s *streamWriter, _ *streaming, body reflect.Value) error {
	return body.Interface().(Download).send(s)
}

func (d Download) send(s *streamWriter) (err error) {
	if d.Content == nil {
		return errors.New("the Download has no Content")
	}
	if closer, ok := d.Content.(io.Closer); ok {
		defer func() { err = errors.Join(err, closer.Close()) }()
	}
	mediaType := cmp.Or(d.MediaType, s.mediaType, octetStream)
	s.mediaType = "" // of a 304 there is none
	if s.header.Get("Content-Type") == "" {
		s.header.Set("Content-Type", mediaType)
	}
	s.header.Set("X-Content-Type-Options", "nosniff")
	if disposition := d.disposition(); disposition != "" {
		s.header.Set("Content-Disposition", disposition)
	}
	if tag := quoteTag(d.ETag); tag != "" {
		s.header.Set("ETag", tag)
	}
	r := s.r
	if strings.Count(r.Header.Get("Range"), ",") >= maxRanges {
		copied := *r
		copied.Header = r.Header.Clone()
		copied.Header.Del("Range")
		r = &copied
	}
	content := &watched{ReadSeeker: d.Content}
	out := &downloadWriter{streamWriter: s}
	http.ServeContent(out, r, "", d.Modified, content)
	switch {
	case content.err != nil:
		return fmt.Errorf("the content of the download: %w", content.err)
	case out.refused == http.StatusRequestedRangeNotSatisfiable:
		refused := errRange.clone()
		if of := s.header["Content-Range"]; of != nil { // a range that is not well-formed has none
			refused.Header = http.Header{"Content-Range": of}
		}
		return refused
	case out.refused == http.StatusPreconditionFailed:
		return errPrecondition
	case out.refused != 0:
		return fmt.Errorf("the download was refused with status %d", out.refused)
	}
	return s.err
}

var errRange = &Error{Status: http.StatusRequestedRangeNotSatisfiable, Detail: "the range is not within the content"}

// downloadWriter keeps back the errors of http.ServeContent, which has a format of its
// own for them.
type downloadWriter struct {
	*streamWriter
	refused int
}

func (w *downloadWriter) WriteHeader(status int) {
	if status >= 400 {
		w.refused = status
		return
	}
	w.streamWriter.WriteHeader(status)
}

func (w *downloadWriter) Write(p []byte) (int, error) {
	if w.refused != 0 {
		return len(p), nil
	}
	return w.streamWriter.Write(p)
}

func (w *downloadWriter) ReadFrom(src io.Reader) (int64, error) { return w.streamWriter.ReadFrom(src) }

// watched notes the error of a reader, which http.ServeContent would swallow.
type watched struct {
	io.ReadSeeker
	err error
}

func (c *watched) Read(p []byte) (int, error) {
	n, err := c.ReadSeeker.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		c.err = err
	}
	return n, err
}

func (c *watched) Seek(offset int64, whence int) (int64, error) {
	n, err := c.ReadSeeker.Seek(offset, whence)
	if err != nil {
		c.err = err
	}
	return n, err
}

// quoteTag makes an entity tag (RFC 9110 §8.8.3) of one without its quotes.
func quoteTag(tag string) string {
	if tag == "" || strings.HasPrefix(tag, `"`) || strings.HasPrefix(tag, `W/"`) {
		return tag
	}
	return `"` + strings.ReplaceAll(tag, `"`, "") + `"`
}

// disposition is the Content-Disposition (RFC 6266): with a name that every client
// understands, and one that has all its characters (RFC 8187).
func (d Download) disposition() string {
	kind := "attachment"
	if d.Inline {
		kind = "inline"
	}
	name := baseName(d.Name)
	if name == "" {
		if d.Inline {
			return ""
		}
		return kind
	}
	plain := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || strings.ContainsRune(`"\%`, r) {
			return '_'
		}
		return r
	}, name)
	value := kind + `; filename="` + plain + `"`
	if plain != name {
		value += "; filename*=UTF-8''" + strings.ReplaceAll(url.QueryEscape(name), "+", "%20")
	}
	return value
}

// baseName is the last element of a name, whatever separates them, without control
// characters.
func baseName(name string) string {
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	name = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, name)
	if name == "." || name == "/" || name == ".." {
		return ""
	}
	return name
}
