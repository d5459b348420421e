package binding

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strings"
	"unicode/utf8"
)

// Limits of a multipart body.
const (
	maxParts      = 1000
	maxFiles      = 100
	maxFieldBytes = 1 << 20 // of all fields that are no files
	maxPartHeader = 8 << 10
)

// partReader reads the parts of a multipart body one after the other, within the
// limits of their number and headers.
type partReader struct {
	*multipart.Reader
	gate  *gate
	parts int
}

// gate ends a reader that has read more than it may before the headers of a part
// are complete. mime/multipart alone would buffer megabytes of them.
//
// It also tells a body that is complete from one that was cut off, which
// mime/multipart, and who reads a part, would in places take for the same.
type gate struct {
	io.Reader
	left  int
	open  bool
	final string // the last line of a complete body
	tail  []byte // the last bytes that were read, as many as final has and a few more
}

func (g *gate) Read(p []byte) (n int, err error) {
	if !g.open {
		if g.left <= 0 {
			return 0, errPartHeader
		}
		p = p[:min(len(p), g.left)]
	}
	n, err = g.Reader.Read(p)
	if !g.open {
		g.left -= n
	}
	g.note(p[:n])
	if err == io.EOF && !strings.HasSuffix(strings.TrimRight(string(g.tail), " \t\r\n"), g.final) {
		err = errMultipart // an epilogue behind the last line is never asked for
	}
	return n, err
}

// note keeps the last bytes.
func (g *gate) note(p []byte) {
	keep := len(g.final) + 16 // and the blanks behind it
	if len(p) >= keep {
		g.tail = append(g.tail[:0], p[len(p)-keep:]...)
		return
	}
	over := max(0, len(g.tail)+len(p)-keep)
	g.tail = append(append(g.tail[:0], g.tail[over:]...), p...)
}

var errMultipart = &Error{Status: http.StatusBadRequest, Detail: "the body is not well-formed multipart"}

var errPartHeader = &Error{Status: http.StatusRequestEntityTooLarge, Detail: "a part of the body has too many headers"}

func newPartReader(body io.Reader, boundary string) *partReader {
	g := &gate{Reader: body, final: "--" + boundary + "--"}
	return &partReader{Reader: multipart.NewReader(g, boundary), gate: g}
}

// next returns the next part; the one before must have been read to its end. It
// fails with io.EOF after the last.
func (r *partReader) next() (*multipart.Part, error) {
	r.gate.open, r.gate.left = false, maxPartHeader+4<<10 // and what the reader buffers
	part, err := r.NextRawPart()
	r.gate.open = true
	switch {
	case err == io.EOF:
		return nil, io.EOF
	case err != nil:
		return nil, partError(err)
	}
	size := 0
	for name, values := range part.Header {
		for _, v := range values {
			size += len(name) + len(v)
		}
	}
	if r.parts++; r.parts > maxParts {
		return nil, &Error{Status: http.StatusRequestEntityTooLarge, Detail: "the body has too many parts"}
	}
	if size > maxPartHeader {
		return nil, errPartHeader
	}
	return part, nil
}

// partError is the answer to a multipart body that cannot be read.
func partError(err error) error {
	var known *Error
	if errors.As(err, &known) {
		return known
	}
	return errMultipart
}

// multipart reads the parts of a form.
func (b *binder) multipart(boundary string) error {
	b.in.spool = &spool{memory: b.in.keepInMemory}
	stream := timedBody(b.in, b.multipartLimit())
	r := newPartReader(stream, boundary)
	m := multipartPass{parts: make([]formPart, len(b.plan.form.fields))}
	for {
		part, err := r.next()
		if err == io.EOF {
			stream.clock.stop()
			b.assignForm(m.parts)
			return nil
		}
		if err == nil {
			err = b.part(&m, part)
		}
		if err == nil {
			continue
		}
		var known *Error
		if !errors.As(err, &known) {
			return err
		}
		b.problems().raise(known.Status, known.Detail)
		return nil
	}
}

// multipartPass counts what a multipart body has brought so far.
type multipartPass struct {
	parts []formPart
	files int
	bytes int // of fields
}

// part reads one part to its end.
func (b *binder) part(m *multipartPass, part *multipart.Part) error {
	disposition, params, err := mime.ParseMediaType(part.Header.Get("Content-Disposition"))
	if err != nil || disposition != "form-data" {
		return &Error{Status: http.StatusBadRequest, Detail: "a part of the body has no name"}
	}
	i := b.formParam(params["name"])
	if fileName, isFile := params["filename"]; isFile {
		return b.filePart(m, part, i, fileName)
	}
	text, err := io.ReadAll(io.LimitReader(part, int64(maxFieldBytes-m.bytes)+1))
	if err != nil {
		return partError(err)
	}
	if m.bytes += len(text); m.bytes > maxFieldBytes {
		return &Error{Status: http.StatusRequestEntityTooLarge, Detail: "the fields of the form are too large"}
	}
	if !utf8.Valid(text) {
		return &Error{Status: http.StatusBadRequest, Detail: "the form is not valid UTF-8"}
	}
	if i >= 0 {
		m.parts[i].add(string(text))
	}
	return nil
}

// filePart keeps the file of a declared field and reads past any other.
func (b *binder) filePart(m *multipartPass, part *multipart.Part, i int, name string) error {
	if m.files++; m.files > maxFiles {
		return &Error{Status: http.StatusRequestEntityTooLarge, Detail: "the form has too many files"}
	}
	if i < 0 {
		_, err := io.Copy(io.Discard, part)
		return wrapPart(err)
	}
	p := &b.plan.params[b.plan.form.fields[i]]
	limit := p.file.limit()
	head, err := io.ReadAll(io.LimitReader(part, min(limit+1, spoolFrom)))
	if err != nil {
		return partError(err)
	}
	if name == "" && len(head) == 0 {
		return nil // a browser's empty file input
	}
	var u Upload
	if p.file.kind == fileBytes {
		more, err := io.ReadAll(io.LimitReader(part, limit+1-int64(len(head))))
		if err != nil {
			return partError(err)
		}
		u = Upload{data: append(head, more...), contentType: sniff(head)}
		u.size = int64(len(u.data))
	} else if u, err = b.in.spool.keep(head, part, limit); err != nil {
		return wrapPart(err)
	}
	if _, err := io.Copy(io.Discard, part); err != nil {
		return partError(err)
	}
	if u.size > limit && p.file.maxSize == 0 {
		return &Error{Status: http.StatusRequestEntityTooLarge, Detail: "a file of the form is too large"}
	}
	u.name = cleanName(name)
	m.parts[i].files = append(m.parts[i].files, u)
	return nil
}

// wrapPart tells a body that ends too early, or too late, from a disk that fails.
func wrapPart(err error) error {
	var known *Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &known):
		return known
	case errors.Is(err, io.ErrUnexpectedEOF):
		return partError(err)
	}
	return err
}
