package wend

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"strconv"
	"strings"

	"github.com/wend-go/wend/binding"
)

// Error is an HTTP error: what the client may read and what only the log may
// read are different fields. A handler or provider returns it; a package-level
// value may be returned many times, since wend copies it before it changes it.
//
// The default format on the wire is a problem details object (RFC 9457); see
// [OnError] for another.
type Error struct {
	Status int    // 400 to 599; 0 is 500
	Type   string // a URI; "" is about:blank
	Title  string // "" is the status text
	Code   string // machine-readable; "" is none
	Detail string // written for the client; sent at every status
	Fields []binding.FieldError
	Header http.Header    // sent too, as in Retry-After; a value with a line break or NUL is a logged 500
	Extra  map[string]any // further members; a standard name is refused
	Err    error          // for the log only; Unwrap returns it
}

// Error returns status and detail, and the cause that only the log sees.
func (e *Error) Error() string {
	if e == nil {
		return "nil *wend.Error"
	}
	text := e.Detail
	if text == "" {
		text = strings.ToLower(http.StatusText(e.status()))
	}
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

// Unwrap returns e.Err.
func (e *Error) Unwrap() error {
	if e == nil {
		return nil
	}
	return e.Err
}

// HTTPStatus returns e.Status, or 500 where it is none.
func (e *Error) HTTPStatus() int { return e.status() }

func (e *Error) status() int {
	if e == nil || e.Status < 400 || e.Status > 599 {
		return http.StatusInternalServerError
	}
	return e.Status
}

// Errorf returns an *[Error] with a detail for the client. An error given to %w
// is the cause: it goes to Err and, like a ": " before it, prints nothing into
// the detail.
//
//	return wend.Errorf(404, "no note %d: %w", id, err) // the client reads "no note 7"
func Errorf(status int, format string, args ...any) error {
	format, args, cause := takeCauses(format, args)
	return &Error{Status: status, Detail: fmt.Sprintf(format, args...), Err: cause}
}

// takeCauses removes the %w verbs of a format together with their arguments.
func takeCauses(format string, args []any) (string, []any, error) {
	if !strings.Contains(format, "%") {
		return format, args, nil
	}
	var text strings.Builder
	var kept []any
	var causes []error
	next := 0
	for i := 0; i < len(format); {
		if format[i] != '%' {
			text.WriteByte(format[i])
			i++
			continue
		}
		end := i + 1
		stars := 0
		for end < len(format) && strings.IndexByte("+-# 0123456789.*[]", format[end]) >= 0 {
			if format[end] == '*' {
				stars++
			}
			end++
		}
		verb := format[i:min(end+1, len(format))]
		i += len(verb)
		last := verb[len(verb)-1]
		if last == '%' && len(verb) > 1 {
			text.WriteString("%%")
			continue
		}
		used := args[min(next, len(args)):min(next+stars+1, len(args))]
		next += stars + 1
		if cause, ok := lastError(used); last == 'w' && ok {
			trimmed := strings.TrimSuffix(text.String(), ": ")
			text.Reset()
			text.WriteString(trimmed)
			causes = append(causes, cause)
			continue
		}
		text.WriteString(verb)
		kept = append(kept, used...)
	}
	kept = append(kept, args[min(next, len(args)):]...)
	if len(causes) == 1 {
		return text.String(), kept, causes[0]
	}
	return text.String(), kept, errors.Join(causes...)
}

func lastError(args []any) (error, bool) {
	if len(args) == 0 {
		return nil, false
	}
	err, ok := args[len(args)-1].(error)
	return err, ok
}

// clone copies e so that a change reaches nobody else.
func (e *Error) clone() *Error {
	c := *e
	c.Header = e.Header.Clone()
	c.Extra = maps.Clone(e.Extra)
	c.Fields = append([]binding.FieldError(nil), e.Fields...)
	for i := range c.Fields { // a rule's params are one map for all requests
		c.Fields[i].Params = maps.Clone(c.Fields[i].Params)
	}
	if b, ok := e.Err.(*binding.Error); ok {
		c.Err = &binding.Error{Status: b.Status, Detail: b.Detail, Fields: c.Fields}
	}
	return &c
}

// withCause is e with the text of its cause among its members, as Dev shows it.
func (e *Error) withCause() *Error {
	if e.Err == nil {
		return e
	}
	c := e.clone()
	if c.Extra == nil {
		c.Extra = map[string]any{}
	}
	c.Extra["cause"] = e.Err.Error()
	return c
}

// resolve turns any error into what is answered, in this order: an *Error or an
// HTTPStatus method in its chain; the scopes' Errors and MapError from the route
// outwards; a deadline; an *http.MaxBytesError; else a 500 whose text stays on the server.
func (s *settings) resolve(ctx context.Context, err error) *Error {
	if e, found := asError(err); found {
		return e
	}
	if items := binding.Invalids(err); len(items) > 0 {
		return invalidError(items, err)
	}
	var coded interface{ HTTPStatus() int }
	if errors.As(err, &coded) {
		if status := coded.HTTPStatus(); status >= 400 && status <= 599 {
			return &Error{Status: status, Err: err}
		}
	}
	if e := s.mapped(err); e != nil {
		return e
	}
	if ctx.Err() != nil && (errors.Is(err, ctx.Err()) || errors.Is(err, context.Cause(ctx))) {
		switch context.Cause(ctx) {
		case context.DeadlineExceeded:
			return &Error{Status: http.StatusServiceUnavailable, Detail: "the request took too long", Header: http.Header{"Connection": {"close"}}, Err: err}
		case ErrDraining:
			return &Error{Status: http.StatusServiceUnavailable, Detail: "the server is stopping", Err: err}
		}
	}
	var tooBig *http.MaxBytesError
	if errors.As(err, &tooBig) { // of a reader that the application or a middleware has made
		return &Error{Status: http.StatusRequestEntityTooLarge, Detail: "the body is too large", Header: http.Header{"Connection": {"close"}}, Err: err}
	}
	return &Error{Status: http.StatusInternalServerError, Err: err}
}

// asError finds an *Error, or the binder's own error, in a chain.
func asError(err error) (*Error, bool) {
	if b, ok := err.(*binding.Error); ok && b != nil { // as most are
		return bindingError(b), true
	}
	var e *Error
	if errors.As(err, &e) {
		if e == nil {
			return &Error{Status: http.StatusInternalServerError, Err: errors.New("a nil *wend.Error was returned as an error")}, true
		}
		if err != error(e) { // keep the whole chain for the log
			c := e.clone()
			c.Err = err
			return c, true
		}
		return e, true
	}
	var b *binding.Error
	if errors.As(err, &b) && b != nil {
		return bindingError(b), true
	}
	return nil, false
}

// bindingError is the answer to a request that does not fit its type.
func bindingError(b *binding.Error) *Error {
	e := &Error{Status: b.Status, Detail: b.Detail, Fields: b.Fields, Err: b}
	if e.Detail == "" {
		e.Detail = countFields(len(b.Fields))
	}
	if b.Status == http.StatusRequestEntityTooLarge || b.Status == http.StatusRequestTimeout {
		e.Header = http.Header{"Connection": {"close"}}
	}
	return e
}

func countFields(n int) string {
	if n == 1 {
		return "1 field is invalid"
	}
	return strconv.Itoa(n) + " fields are invalid"
}

func invalidError(items []binding.FieldError, err error) *Error {
	for i := range items {
		items[i].In, items[i].Pointer = binding.SplitSource(items[i].Pointer)
	}
	return &Error{Status: http.StatusUnprocessableEntity, Detail: countFields(len(items)), Fields: items, Err: err}
}

// mapped looks for err in what the scopes declare.
func (s *settings) mapped(err error) *Error {
	for at := s; at != nil; at = at.outer {
		for _, declared := range at.errors {
			if declared.Err != nil && errors.Is(err, declared.Err) {
				e := declared.clone()
				e.Err = err
				return e
			}
		}
	}
	for at := s; at != nil; at = at.outer {
		for _, f := range at.mapError {
			if e := f(err); e != nil {
				e = e.clone()
				if e.Err == nil {
					e.Err = err
				}
				return e
			}
		}
	}
	return nil
}
