package binding

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// Codes of [FieldError] that do not come from a rule.
const (
	CodeType     = "type"     // the value has another type, or is outside its kind's range
	CodeRequired = "required" // absent, null or empty where a value is promised
	CodeUnknown  = "unknown"  // a name that the declaration does not have
	CodeMultiple = "multiple" // a single value was sent more than once
	CodeJSON     = "json"     // the text is not one well-formed JSON value
)

// FieldError is one problem of a request, addressed by wire names only. It never
// carries the offending value.
type FieldError struct {
	In      string         `json:"in"`      // path, query, header, cookie, form or body
	Pointer string         `json:"pointer"` // RFC 6901: "/limit", "/lines/1/qty"; "" is the whole body
	Code    string         `json:"code"`    // a rule's name or one of the Code constants
	Detail  string         `json:"detail"`  // for people, in the client's language
	Params  map[string]any `json:"params,omitempty"`
}

// MaxFieldErrors is the number of problems that one answer lists at most.
const MaxFieldErrors = 100

// Error says why a request, or a value, does not fit its type.
type Error struct {
	// Status is the HTTP status: 415, 413, 408, 400 or 422, the first that applies.
	Status int
	// Detail is for the client where Fields cannot say it: a limit, a media type.
	Detail string
	// Fields lists what was found: path, query, header, cookie, form, body, and
	// within each in the order of declaration; at most [MaxFieldErrors].
	Fields []FieldError

	cause error // of a read that failed, or nil

	says []*statement // what Fields were made from, by index; a short cut for AppendFields
}

// Error summarises the problems by place and code, without any value.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(strings.ToLower(http.StatusText(e.Status)))
	if e.Detail != "" {
		b.WriteString(": " + e.Detail)
	}
	for i, f := range e.Fields {
		if i > 0 {
			b.WriteByte(';')
		} else {
			b.WriteByte(':')
		}
		fmt.Fprintf(&b, " %s %s %s", f.In, f.Pointer, f.Code)
	}
	return b.String()
}

// Unwrap returns the cause of a read that has failed, such as an [*http.MaxBytesError],
// or nil.
func (e *Error) Unwrap() error { return e.cause }

// HTTPStatus returns e.Status.
func (e *Error) HTTPStatus() int { return e.Status }

// severity orders statuses: the lowest wins when several things are wrong.
func severity(status int) int {
	switch status {
	case http.StatusUnsupportedMediaType:
		return 0
	case http.StatusRequestEntityTooLarge:
		return 1
	case http.StatusRequestTimeout:
		return 2
	case http.StatusBadRequest:
		return 3
	case http.StatusUnprocessableEntity:
		return 4
	}
	return 5
}

// raise lowers e to the given status when that one comes first.
func (e *Error) raise(status int, detail string) {
	if e.Status == 0 || severity(status) < severity(e.Status) {
		e.Status, e.Detail = status, detail
	}
}

// add appends f as a 422 problem unless the list is full.
func (e *Error) add(f FieldError) { e.note(f, nil) }

// Join makes one error of those that several plans found in one request; nil ones
// count as none. The status is the first that applies. A problem that several have
// found is listed once, and the list is ordered by source.
func Join(errs ...*Error) *Error {
	var all *Error
	for _, e := range errs {
		switch {
		case e == nil:
		case all == nil:
			all = &Error{Status: e.Status, Detail: e.Detail, Fields: slices.Clone(e.Fields), says: slices.Clone(e.says)}
		default:
			all.raise(e.Status, e.Detail)
			for _, f := range e.Fields {
				if !slices.ContainsFunc(all.Fields, func(g FieldError) bool {
					return f.In == g.In && f.Pointer == g.Pointer && f.Code == g.Code
				}) {
					all.Fields = append(all.Fields, f)
				}
			}
		}
	}
	if all != nil {
		slices.SortStableFunc(all.Fields, func(f, g FieldError) int {
			return Source(f.In).rank() - Source(g.In).rank()
		})
		all.Fields = all.Fields[:min(len(all.Fields), MaxFieldErrors)]
	}
	return all
}

// invalid is the error that Invalid returns.
type invalid struct{ FieldError }

func (e *invalid) Error() string {
	return "invalid value at " + strconv.Quote(e.Pointer) + ": " + e.Code
}
func (e *invalid) HTTPStatus() int { return http.StatusUnprocessableEntity }

// Invalid reports one problem from a Validate method, a handler or a provider.
// The pointer is an RFC 6901 JSON pointer: relative to the value in a Validate
// method; in a handler it begins with the source, as in "/body/end" or
// "/query/to". Several are joined with [errors.Join].
func Invalid(pointer, code, detail string) error {
	return &invalid{FieldError{Pointer: pointer, Code: code, Detail: detail}}
}

// Invalids returns the problems that [Invalid] put into err, however joined or
// wrapped; nil when there are none.
func Invalids(err error) []FieldError {
	var found []FieldError
	collectInvalids(err, &found)
	return found
}

func collectInvalids(err error, found *[]FieldError) {
	switch e := err.(type) {
	case nil:
	case *invalid:
		*found = append(*found, e.FieldError)
	case interface{ Unwrap() []error }:
		for _, inner := range e.Unwrap() {
			collectInvalids(inner, found)
		}
	default:
		collectInvalids(errors.Unwrap(err), found)
	}
}

// SplitSource cuts the source off a pointer such as "/query/to". A pointer that
// names no source is one into the body.
func SplitSource(pointer string) (in, rest string) {
	for _, source := range []Source{Path, Query, Header, Cookie, Form, Body} {
		if after, ok := strings.CutPrefix(pointer, "/"+string(source)); ok && (after == "" || after[0] == '/') {
			return string(source), after
		}
	}
	return string(Body), pointer
}

var pointerEscaper = strings.NewReplacer("~", "~0", "/", "~1")

// escapePointer escapes one reference token (RFC 6901 §3).
func escapePointer(token string) string {
	if !needsEscape(token) {
		return token
	}
	return pointerEscaper.Replace(token)
}

// needsEscape is strings.ContainsAny(token, "~/"), which is slower on short text.
func needsEscape(token string) bool {
	for i := range len(token) {
		if token[i] == '~' || token[i] == '/' {
			return true
		}
	}
	return false
}
