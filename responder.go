package wend

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"strings"
)

// Responder is an output, or the body of an envelope, that writes itself. What it
// writes is kept until Respond returns: an error is then still a clean answer.
type Responder interface {
	Respond(w http.ResponseWriter, r *http.Request) error
}

var responderType = reflect.TypeFor[Responder]()

// writesItself reports whether wend does not encode a type.
func writesItself(t reflect.Type) bool {
	return streams(t) || t.Implements(responderType) || t.Kind() != reflect.Pointer && reflect.PointerTo(t).Implements(responderType)
}

// Redirect answers with a redirect to a path of this origin. Anything that a
// browser could take for another origin is refused; see RedirectExternal.
type Redirect struct {
	To     string
	Status int // 0: 303 after POST, else 307
}

// Respond writes the redirect.
func (d Redirect) Respond(w http.ResponseWriter, r *http.Request) error {
	if err := localTarget(d.To); err != nil {
		return err
	}
	return writeRedirect(w, r, d.To, d.Status)
}

func writeRedirect(w http.ResponseWriter, r *http.Request, to string, status int) error {
	switch {
	case status == 0 && r.Method == http.MethodPost:
		status = http.StatusSeeOther
	case status == 0:
		status = http.StatusTemporaryRedirect
	case status < 300 || status > 308:
		return fmt.Errorf("a redirect has status %d", status)
	}
	w.Header().Set("Location", to)
	w.WriteHeader(status)
	return nil
}

// localTarget refuses a location that leaves the origin in any browser: one that
// does not begin with a single slash, and one with a backslash or a control
// character, which browsers rewrite.
func localTarget(to string) error {
	bad := !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.Contains(to, `\`)
	for i := range len(to) {
		bad = bad || to[i] < ' ' || to[i] == 0x7f
	}
	if bad {
		return fmt.Errorf("a redirect to another origin is refused: %q", to)
	}
	return nil
}

// Blob answers with bytes of a media type; "" is application/octet-stream.
type Blob struct {
	MediaType string
	Data      []byte
}

// Respond writes the bytes.
func (b Blob) Respond(w http.ResponseWriter, _ *http.Request) error {
	mediaType := b.MediaType
	if mediaType == "" {
		mediaType = "application/octet-stream"
	}
	w.Header().Set("Content-Type", mediaType)
	_, err := w.Write(b.Data)
	return err
}

// Text answers with plain text in UTF-8.
type Text string

// Respond writes the text.
func (t Text) Respond(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, err := w.Write([]byte(t))
	return err
}

// held is a response that waits until it is complete.
type held struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (h *held) Header() http.Header { return h.header }

func (h *held) WriteHeader(status int) {
	if h.status == 0 {
		h.status = status
	}
}

func (h *held) Write(p []byte) (int, error) { return h.body.Write(p) }

// respondForeign lets the output, or the body of an envelope, write itself.
func (op *operation) respondForeign(x *exchange, status int, sent *bool) error {
	at := reflect.NewAt(op.out.BodyType(), op.out.BodyAt(x.out))
	responder, ok := at.Elem().Interface().(Responder)
	if !ok {
		responder = at.Interface().(Responder) // Invariant: writesItself saw that one of them has the method
	}
	if v := at.Elem(); (v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface) && v.IsNil() {
		return fmt.Errorf("the body is a nil %s", v.Type())
	}
	answer := held{header: http.Header{}}
	if err := responder.Respond(&answer, x.r); err != nil {
		return err
	}
	h := x.w.Header()
	if x.ending() {
		h = http.Header{} // of an answer that may yet be another
	}
	if op.out.HasHeaders() {
		if err := op.out.Headers(h, x.out, op.setCookie(h)); err != nil {
			return err
		}
	}
	maps.Copy(h, answer.header)
	h, err := x.commit(h)
	if err != nil {
		return err
	}
	if answer.status == 0 {
		answer.status = status
	}
	if bodyAllowed(answer.status) && answer.status >= 200 {
		setLength(h, answer.body.Len())
	}
	*sent = true
	x.w.WriteHeader(answer.status)
	if x.r.Method != http.MethodHead && bodyAllowed(answer.status) {
		_, _ = x.w.Write(answer.body.Bytes())
	}
	return nil
}

// bodyMedia is the media type of an output that writes itself: what its tag says, or
// else its type. It is "" where only the value knows.
func (op *operation) bodyMedia() string {
	if !op.out.Foreign() {
		return ""
	}
	if given := op.out.MediaType(); given != "" {
		return given
	}
	if op.stream != nil {
		return op.stream.mediaType
	}
	t := op.out.BodyType()
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch t {
	case reflect.TypeFor[Text]():
		return "text/plain"
	case reflect.TypeFor[Blob]():
		return octetStream
	}
	return ""
}
