package wend

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
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
	w.Header().Set("Location", escapeRest(to))
	w.WriteHeader(status)
	return nil
}

// escapeRest encodes what a URL cannot hold as it is, and a program writes for convenience:
// blanks and letters beyond ASCII (RFC 3986 §2.1).
func escapeRest(to string) string {
	foreign := func(c byte) bool { return c <= ' ' || c >= 0x7f }
	count := 0
	for i := range len(to) {
		if foreign(to[i]) {
			count++
		}
	}
	if count == 0 {
		return to
	}
	escaped := make([]byte, 0, len(to)+2*count)
	for i := range len(to) {
		if foreign(to[i]) {
			escaped = fmt.Appendf(escaped, "%%%02X", to[i])
		} else {
			escaped = append(escaped, to[i])
		}
	}
	return string(escaped)
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

// RedirectExternal answers with a redirect to another origin: one that is in the list,
// which comes from the program and never from a request. Anything else is refused.
type RedirectExternal struct {
	To     string
	Allow  []string // origins, such as "https://accounts.example.com"
	Status int      // 0: 303 after POST, else 307
}

// Respond writes the redirect.
func (d RedirectExternal) Respond(w http.ResponseWriter, r *http.Request) error {
	if err := allowedTarget(d.To, d.Allow); err != nil {
		return err
	}
	return writeRedirect(w, r, d.To, d.Status)
}

// allowedTarget refuses a location that is not within one of the origins, in the eyes of
// every reader: browsers drop control characters and take a backslash for a slash.
func allowedTarget(to string, origins []string) error {
	bad := strings.ContainsFunc(to, func(r rune) bool { return r <= ' ' || r == 0x7f || r == '\\' })
	u, err := url.Parse(to)
	if bad || err != nil || u.User != nil || u.Host == "" || u.Opaque != "" {
		return errors.New("a redirect to something that is no address of another origin is refused")
	}
	origin := u.Scheme + "://" + u.Host
	for _, allowed := range origins {
		if strings.EqualFold(origin, strings.TrimSuffix(allowed, "/")) {
			return nil
		}
	}
	return fmt.Errorf("a redirect to %s is refused: it is not in the list", origin)
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

// HTML answers with a page. The template is an *html/template.Template or what holds
// one; a *text/template.Template, which does not escape, is refused.
type HTML struct {
	Template Template
	Name     string // of the template within its set
	Data     any
	Status   int // 0 is the route's
}

// Template is a set of templates: *html/template.Template is one.
type Template interface {
	ExecuteTemplate(w io.Writer, name string, data any) error
}

// Respond writes the page. One that fails writes nothing.
func (p HTML) Respond(w http.ResponseWriter, _ *http.Request) error {
	if err := checkTemplate(p.Template); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if p.Status != 0 {
		w.WriteHeader(p.Status)
	}
	return p.Template.ExecuteTemplate(w, p.Name, p.Data)
}

// checkTemplate refuses templates that do not escape. The type is looked at by name:
// importing either package of templates would cost every program a third of its size.
func checkTemplate(t Template) error {
	if t == nil {
		return errors.New("the page has no template")
	}
	if t := reflect.TypeOf(t); t.Kind() == reflect.Pointer && t.Elem().PkgPath() == "text/template" {
		return errors.New("a template of text/template does not escape; use html/template")
	}
	return nil
}

// Reload is a [Template] that is parsed again for each page, so that a change of its
// files is seen at once: for development.
//
//	pages := wend.Reload(func() (*template.Template, error) {
//		return template.ParseFS(os.DirFS("pages"), "*.html")
//	})
func Reload[T Template](parse func() (T, error)) Template { return reloaded[T](parse) }

type reloaded[T Template] func() (T, error)

// ExecuteTemplate parses the templates and writes one.
func (parse reloaded[T]) ExecuteTemplate(w io.Writer, name string, data any) error {
	t, err := parse()
	if err != nil {
		return err
	}
	if err := checkTemplate(t); err != nil {
		return err
	}
	return t.ExecuteTemplate(w, name, data)
}

// XML answers with a value as encoding/xml writes it, behind the XML declaration.
type XML struct{ Value any }

// Respond writes the value.
func (x XML) Respond(w http.ResponseWriter, _ *http.Request) error {
	body, err := xml.Marshal(x.Value)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/xml; charset=utf-8")
	_, err = w.Write(append([]byte(xml.Header), body...))
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

// final refuses a status that a response cannot have; 0 is that of the caller.
func (h *held) final() error {
	if h.status == 0 {
		return nil
	}
	return finalStatus(h.status)
}

func (h *held) Write(p []byte) (int, error) { return h.body.Write(p) }

// checkHeader refuses a value that would end its line: net/http would send another in its
// place.
func checkHeader(h http.Header) error {
	for name, values := range h {
		for _, value := range values {
			if strings.ContainsAny(value, "\r\n\x00") {
				return fmt.Errorf("the header %s has a line break or NUL", name)
			}
		}
	}
	return nil
}

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
	if err := cmp.Or(responder.Respond(&answer, x.r), answer.final()); err != nil {
		return err
	}
	if err := checkHeader(answer.header); err != nil {
		return err
	}
	h := x.w.Header()
	if x.ending() {
		h = http.Header{} // of an answer that may yet be another
	}
	if op.out.HasHeaders() {
		if err := op.putHeaders(h, x.out); err != nil {
			return err
		}
	}
	maps.Copy(h, answer.header)
	h, err := x.commit(h)
	if err != nil {
		return err
	}
	*sent = true
	answer.header = h
	answer.send(x.w, x.r, status)
	return nil
}

// send writes what was held, with a status of its own or the one given.
func (a *held) send(w http.ResponseWriter, r *http.Request, status int) {
	if a.status != 0 {
		status = a.status
	}
	h := w.Header()
	maps.Copy(h, a.header)
	if bodyAllowed(status) && status >= 200 {
		setLength(h, a.body.Len())
	}
	w.WriteHeader(status)
	if r.Method != http.MethodHead && bodyAllowed(status) {
		_, _ = w.Write(a.body.Bytes())
	}
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
	// A method and no list of types: a program is not to link what it does not use.
	if own, ok := reflect.Zero(t).Interface().(interface{ media() string }); ok {
		return own.media()
	}
	return ""
}

func (Text) media() string { return "text/plain" }
func (Blob) media() string { return octetStream }
func (HTML) media() string { return "text/html" }
func (XML) media() string  { return "application/xml" }
