package binding

import (
	"bytes"
	"errors"
	"io"
	"iter"
	"mime"
	"mime/multipart"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
	"unsafe"
)

// Limits bound the reading of a body.
type Limits struct {
	Body    int64         // bytes; exactly as many pass
	Form    int64         // bytes of a multipart body; 0 is 32 MiB, or what the files of its type need
	Timeout time.Duration // for the whole body, when it is read here; 0 is none
	Stall   time.Duration // without a byte; 0 is none
}

// DefaultLimits are those of a request nobody has said anything about.
func DefaultLimits() Limits {
	return Limits{Body: 1 << 20, Timeout: 30 * time.Second, Stall: 10 * time.Second}
}

func itoa(i int) string { return strconv.Itoa(i) }

// body reads the request's body into its field.
func (b *binder) body() error {
	plan := b.plan.body
	r := b.in.Request
	lift(r)
	size := r.ContentLength
	if r.Body == nil || r.Body == http.NoBody {
		size = 0
	}
	if size != 0 && !plan.accepts(r.Header["Content-Type"]) {
		if size > 0 || hasByte(b.in) {
			b.refuse(http.StatusUnsupportedMediaType, "the body must be "+strings.Join(plan.mediaTypes, " or "))
			return nil
		}
		size = 0
	}
	limit := b.in.Limits.Body
	if (plan.kind == bodyForm || plan.kind == bodyParts) && isMultipart(r) {
		limit = b.multipartLimit()
	}
	if size > limit {
		b.refuse(http.StatusRequestEntityTooLarge, tooLarge(limit))
		return nil
	}
	switch plan.kind {
	case bodyForm:
		return b.formBody(size)
	case bodyReader:
		*(*io.Reader)(unsafe.Add(b.dst, plan.offset)) = limitedBody(b.in, limit)
		return nil
	case bodyParts:
		*(*iter.Seq2[*multipart.Part, error])(unsafe.Add(b.dst, plan.offset)) = multipartParts(b.in, limit)
		return nil
	}
	return b.bufferedBody(plan, size)
}

// refuse notes a body that is not read. The server still reads on for a while before
// it answers, so that reading is given a deadline as well.
func (b *binder) refuse(status int, detail string) {
	b.problems().raise(status, detail)
	clock := startClock(b.in)
	clock.tick()
}

func isMultipart(r *http.Request) bool {
	return strings.HasPrefix(strings.ToLower(r.Header.Get("Content-Type")), "multipart/")
}

// multipartLimit is the total of a multipart body.
func (b *binder) multipartLimit() int64 {
	switch {
	case b.in.Limits.Form > 0:
		return b.in.Limits.Form
	case b.plan.form != nil:
		return b.plan.form.total
	}
	return defaultForm
}

func tooLarge(limit int64) string {
	return "the body must have at most " + strconv.FormatInt(limit, 10) + " bytes"
}

// bufferedBody reads a body that is judged as a whole.
func (b *binder) bufferedBody(plan *bodyPlan, size int64) error {
	scratch := buffers.Get().(*buffer)
	defer scratch.release()
	data, err := scratch.read(b.in, size)
	if err != nil {
		status, detail := readStatus(err, b.in.Limits.Body)
		b.problems().raise(status, detail)
		return nil
	}
	at := unsafe.Add(b.dst, plan.offset)
	switch plan.kind {
	case bodyBytes:
		if len(data) > 0 {
			*(*[]byte)(at) = bytes.Clone(data)
		}
		b.raw(plan, at, len(data))
		return nil
	case bodyString:
		if !utf8.Valid(data) {
			b.malformed("the body is not valid UTF-8")
			return nil
		}
		*(*string)(at) = string(data)
		b.raw(plan, at, len(data))
		return nil
	}
	data, ok := b.transcode(data)
	if !ok {
		return nil
	}
	return b.json(plan, data, at)
}

// raw checks a body that is text or bytes.
func (b *binder) raw(plan *bodyPlan, at unsafe.Pointer, size int) {
	if size == 0 && plan.required {
		b.problems().add(FieldError{In: string(Body), Code: CodeRequired, Detail: "is required"})
		return
	}
	for i := range plan.node.ops {
		if o := &plan.node.ops[i]; !o.holds(plan.node, at, "") {
			b.problems().broken(Body, "", o.says)
		}
	}
}

func (b *binder) json(plan *bodyPlan, data []byte, at unsafe.Pointer) error {
	if plan.optional && isBlank(data) {
		return nil
	}
	err := decodeBody(b.in.Request.Context(), plan.node, data, at, b.plan.lenient, b)
	if err == nil {
		return nil
	}
	invalid := asInvalid(err)
	if invalid == nil {
		return err
	}
	if invalid.Status == http.StatusBadRequest && isEncoded(b.in.Request) {
		b.problems().raise(http.StatusUnsupportedMediaType, "the body has a Content-Encoding, and must have none")
		return nil
	}
	b.merge(invalid)
	return nil
}

// isEncoded reports whether a request says of its body that it is not as it reads. It is
// asked of what could not be read only: what decodes bodies takes the field away, and one
// that lies about JSON does no harm.
func isEncoded(r *http.Request) bool {
	for _, line := range r.Header["Content-Encoding"] {
		if line != "" && !strings.EqualFold(line, "identity") {
			return true
		}
	}
	return false
}

func isBlank(data []byte) bool { return len(bytes.Trim(data, " \t\r\n")) == 0 }

// hasByte reports whether a body of unknown length has anything in it.
func hasByte(in *Incoming) bool {
	clock := startClock(in)
	defer clock.stop()
	clock.tick()
	var one [1]byte
	n, _ := io.ReadFull(in.Request.Body, one[:])
	return n > 0
}

// accepts reports whether a Content-Type is one that the body declares.
func (b *bodyPlan) accepts(lines []string) bool {
	if len(lines) != 1 {
		return len(lines) == 0 && slices.Contains(b.mediaTypes, "*/*")
	}
	if lines[0] == "application/json" && b.kind == bodyJSON { // Optimization: no parsing, no allocation
		return slices.Contains(b.mediaTypes, lines[0])
	}
	mediaType, params, err := mime.ParseMediaType(lines[0])
	if err != nil {
		return false
	}
	charset, ok := params["charset"]
	if ok && !strings.EqualFold(charset, "utf-8") && (b.kind == bodyJSON || b.kind == bodyString || b.kind == bodyForm) {
		return false
	}
	return slices.ContainsFunc(b.mediaTypes, func(declared string) bool { return b.covers(declared, mediaType) })
}

// covers reports whether a declared media type, or a range such as image/*, has
// another one in it. application/json stands for its structured suffix, too.
func (b *bodyPlan) covers(declared, mediaType string) bool {
	if family, ok := strings.CutSuffix(declared, "/*"); ok {
		return family == "*" || strings.HasPrefix(mediaType, family+"/")
	}
	return declared == mediaType || b.kind == bodyJSON && declared == "application/json" &&
		strings.HasPrefix(mediaType, "application/") && strings.HasSuffix(mediaType, "+json")
}

// buffer is scratch for a body while it is read and decoded.
type buffer struct{ data []byte }

var buffers = sync.Pool{New: func() any { return &buffer{make([]byte, 0, 4<<10)} }}

// maxKept is the largest buffer that is used again.
const maxKept = 64 << 10

func (s *buffer) release() {
	if cap(s.data) > maxKept {
		return
	}
	clear(s.data)
	s.data = s.data[:0]
	buffers.Put(s)
}

var errTooLarge = errors.New("binding: the body is too large")

// firstRoom is how much is made ready for a body on the word of its declared size.
const firstRoom = 64 << 10

// read reads a whole body. It trusts the declared size only to make room, and not
// for much: whoever declares a megabyte has not sent it yet.
func (s *buffer) read(in *Incoming, size int64) ([]byte, error) {
	if size == 0 {
		return nil, nil
	}
	if room := min(size, firstRoom) + 1; size > 0 && int64(cap(s.data)) < room {
		s.data = make([]byte, 0, room)
	}
	clock := startClock(in)
	for {
		if len(s.data) == cap(s.data) {
			s.data = slices.Grow(s.data, max(len(s.data), 512))
		}
		clock.tick()
		n, err := in.Request.Body.Read(s.data[len(s.data):cap(s.data)])
		s.data = s.data[:len(s.data)+n]
		switch {
		case int64(len(s.data)) > in.Limits.Body:
			return nil, errTooLarge
		case err == io.EOF || size > 0 && int64(len(s.data)) == size:
			clock.stop()
			return s.data, nil
		case err != nil:
			return nil, err
		}
	}
}

// readStatus maps a failed read to a status.
func readStatus(err error, limit int64) (status int, detail string) {
	var tooBig *http.MaxBytesError
	switch {
	case errors.Is(err, errTooLarge):
		return http.StatusRequestEntityTooLarge, tooLarge(limit)
	case errors.As(err, &tooBig):
		return http.StatusRequestEntityTooLarge, tooLarge(tooBig.Limit)
	case errors.Is(err, os.ErrDeadlineExceeded):
		return http.StatusRequestTimeout, "the body did not arrive in time"
	}
	return http.StatusBadRequest, "the body could not be read"
}
