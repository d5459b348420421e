package wend

import (
	"cmp"
	"net/http"
)

// Respond answers with what a responder writes: [Redirect], [HTML], [XML] and the like.
// When it fails, nothing has been written.
func (c Context) Respond(v Responder) error {
	answer := held{header: http.Header{}}
	if err := cmp.Or(v.Respond(&answer, c.r), answer.final()); err != nil {
		return err
	}
	if err := checkHeader(answer.header); err != nil {
		return err
	}
	if err := c.begin(); err != nil {
		return err
	}
	answer.send(c.w, c.r, http.StatusOK)
	return nil
}

// Redirect answers with a redirect to a path of this origin; the status 0 is 303 after
// POST, else 307. See [Redirect] and [RedirectExternal].
func (c Context) Redirect(status int, to string) error { return c.Respond(Redirect{to, status}) }

// HTML answers with a page; see the type [HTML].
func (c Context) HTML(status int, t Template, name string, data any) error {
	return c.Respond(HTML{t, name, data, status})
}

// XML answers with a value as encoding/xml writes it.
func (c Context) XML(status int, v any) error {
	answer := held{header: http.Header{}, status: status}
	if err := (XML{v}).Respond(&answer, c.r); err != nil {
		return err
	}
	return c.write(status, answer.header["Content-Type"], answer.body.Bytes())
}

// Stream answers with what a [Stream] writes. The error of a stream that has begun is
// returned, and aborts the connection.
func (c Context) Stream(status int, s Stream) error {
	mediaType := s.MediaType
	if mediaType == "" {
		mediaType = octetStream
	}
	if err := finalStatus(status); err != nil {
		return err
	}
	w, err := c.stream(status, mediaType)
	if err != nil {
		return err
	}
	defer w.end()
	if err := s.Write(c.r.Context(), w); err != nil {
		return err
	}
	return w.FlushError()
}

// Download answers with content, in ranges where the client wants them; see [Download].
func (c Context) Download(d Download) error {
	w, err := c.stream(http.StatusOK, "")
	if err != nil {
		return err
	}
	defer w.end()
	return d.send(w)
}

func (c Context) stream(status int, mediaType string) (*streamWriter, error) {
	if c.cell == nil || c.cell.over(c.stamp) {
		return nil, ErrContextUsedLate
	}
	w := newStreamWriter(c.w, c.r, status, mediaType)
	w.start = func() { c.cell.begin(c.stamp) }
	return w, nil
}
