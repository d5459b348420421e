// Package problem lets middleware answer with an error in the application's own
// format without knowing the framework, and holds the default format: problem
// details of RFC 9457.
package problem

import (
	"context"
	"net/http"
	"strconv"

	"github.com/wend-go/wend/internal/jsonscan"
)

// Rejection is an answer that a middleware gives in place of the handler.
type Rejection struct {
	Status int
	Code   string // machine-readable; "" is none
	Detail string // for the client
	Header http.Header
}

// Rejecter writes a rejection in an application's format.
type Rejecter interface {
	Reject(w http.ResponseWriter, r *http.Request, rejection Rejection)
}

type key struct{}

// With returns a context that carries the format of the matched route.
func With(ctx context.Context, f Rejecter) context.Context {
	return context.WithValue(ctx, key{}, f)
}

// From returns the format that a context carries, or nil.
func From(ctx context.Context) Rejecter {
	f, _ := ctx.Value(key{}).(Rejecter)
	return f
}

// Reject writes a rejection: in the format of the matched route, or else in the
// default one.
func Reject(w http.ResponseWriter, r *http.Request, rejection Rejection) {
	if f := From(r.Context()); f != nil {
		f.Reject(w, r, rejection)
		return
	}
	h := w.Header()
	for name, values := range rejection.Header {
		h[name] = append([]string(nil), values...)
	}
	body := Append(nil, Body{
		Status: rejection.Status, Code: rejection.Code, Detail: rejection.Detail, RequestID: RequestID(w),
	})
	Write(w, r, rejection.Status, MediaType, body)
}

// MediaType is that of RFC 9457.
const MediaType = "application/problem+json"

// RequestID returns the id that a middleware has given the response, or "".
func RequestID(w http.ResponseWriter) string {
	if ids := w.Header()["X-Request-Id"]; len(ids) > 0 {
		return ids[0]
	}
	return ""
}

// Write sends an error body. Nothing sniffs it, and it replaces what a handler
// had announced about a body of its own.
func Write(w http.ResponseWriter, r *http.Request, status int, mediaType string, body []byte) {
	write(w, r, status, []string{mediaType}, []string{strconv.Itoa(len(body))}, body, nil)
}

// Shared is a body in the default format that is sent many times.
type Shared struct {
	body   []byte
	length []string
}

// Share renders a body once.
func Share(p Body) *Shared {
	body := Append(nil, p)
	return &Shared{body, []string{strconv.Itoa(len(body))}}
}

// Write sends s as the function Write does, with a field Allow unless it is nil.
func (s *Shared) Write(w http.ResponseWriter, r *http.Request, status int, allow []string) {
	write(w, r, status, mediaTypes, s.length, s.body, allow)
}

// Values of header fields that responses share. Each has capacity one, so that
// Header.Add copies it; nothing writes to them.
var (
	mediaTypes = []string{MediaType}
	nosniff    = []string{"nosniff"}
)

func write(w http.ResponseWriter, r *http.Request, status int, mediaType, length []string, body []byte, allow []string) {
	h := w.Header()
	if len(h) > 0 {
		for _, name := range [...]string{"Content-Encoding", "Etag", "Last-Modified", "Content-Disposition"} {
			delete(h, name)
		}
		if status != http.StatusRequestedRangeNotSatisfiable { // whose Content-Range is about what there is
			delete(h, "Content-Range")
		}
	}
	h["Content-Type"] = mediaType
	h["X-Content-Type-Options"] = nosniff
	h["Content-Length"] = length
	if allow != nil {
		h["Allow"] = allow
	}
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // the client is gone when this fails; nobody else is to be told
	}
}

// Body is a problem details object.
type Body struct {
	Type, Title, Detail, Code, RequestID string
	Status                               int
	Errors                               []byte // JSON array, or nil
	Extra                                []Member
}

// Member is a further member with its value as JSON.
type Member struct {
	Name  string
	Value []byte
}

// Append appends p as JSON. Members without a value are left out, but for type,
// title and status, which have defaults.
func Append(dst []byte, p Body) []byte {
	if p.Type == "" {
		p.Type = "about:blank"
	}
	if p.Title == "" {
		p.Title = http.StatusText(p.Status)
	}
	dst = append(dst, `{"type":`...)
	dst = jsonscan.AppendString(dst, p.Type)
	dst = appendMember(dst, "title", p.Title)
	dst = append(dst, `,"status":`...)
	dst = strconv.AppendInt(dst, int64(p.Status), 10)
	dst = appendMember(dst, "detail", p.Detail)
	dst = appendMember(dst, "code", p.Code)
	dst = appendMember(dst, "request_id", p.RequestID)
	if len(p.Errors) > 0 {
		dst = append(append(dst, `,"errors":`...), p.Errors...)
	}
	for _, m := range p.Extra {
		dst = append(dst, ',')
		dst = jsonscan.AppendString(dst, m.Name)
		dst = append(append(dst, ':'), m.Value...)
	}
	return append(dst, '}')
}

// appendMember appends a member that has a value.
func appendMember(dst []byte, name, value string) []byte {
	if value == "" {
		return dst
	}
	dst = append(append(append(dst, `,"`...), name...), `":`...)
	return jsonscan.AppendString(dst, value)
}
