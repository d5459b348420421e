package wend

import (
	"net/http"
	"reflect"
	"strings"
	"time"
)

// Conditional is a group to embed in an input: the conditions that a client may put on a
// request (RFC 9110 §13.1).
//
//	type getNote struct {
//		ID int `path:"id"`
//		wend.Conditional
//	}
//
//	note, err := s.find(in.ID)
//	if err := in.Check(note.Version, note.Changed); err != nil {
//		return out{}, err // 304, or 412
//	}
//
// What it answers is documented with the operation.
type Conditional struct {
	IfMatch           []string `header:"If-Match" doc:"Entity tags, one of which the current state has."`
	IfNoneMatch       []string `header:"If-None-Match" doc:"Entity tags that the current state does not have."`
	IfModifiedSince   string   `header:"If-Modified-Since" doc:"The date of the state that the client knows."`
	IfUnmodifiedSince string   `header:"If-Unmodified-Since" doc:"A date behind which the state has not changed."`
	Request           *http.Request
}

var conditionalType = reflect.TypeFor[Conditional]()

// Check holds the conditions against the current state, in the order of RFC 9110
// §13.2.2. The tag may come with or without its quotes; "" says that there is no state
// yet, and a zero time that its date is not known. The error is answered with 304 where
// the client may go on with what it has, and with 412 where it must not go on. A date
// that is none is ignored, as the RFC wants it.
func (c Conditional) Check(etag string, modified time.Time) error {
	etag = quoteTag(etag)
	reads := c.Request == nil || c.Request.Method == http.MethodGet || c.Request.Method == http.MethodHead
	switch {
	case len(c.IfMatch) > 0:
		if !matches(c.IfMatch, etag, false) {
			return errPrecondition
		}
	case c.IfUnmodifiedSince != "":
		if date, ok := httpDate(c.IfUnmodifiedSince); ok && !modified.IsZero() && modified.Truncate(time.Second).After(date) {
			return errPrecondition
		}
	}
	switch {
	case len(c.IfNoneMatch) > 0:
		if !matches(c.IfNoneMatch, etag, true) {
			return nil
		}
		if !reads {
			return errPrecondition
		}
		return &notModified{etag, modified}
	case reads && c.IfModifiedSince != "":
		if date, ok := httpDate(c.IfModifiedSince); ok && !modified.IsZero() && !modified.Truncate(time.Second).After(date) {
			return &notModified{etag, modified}
		}
	}
	return nil
}

// Require is Check for a request that changes something: without a condition it is
// answered 428 (RFC 6585 §3), so that nobody overwrites what he has not seen. A date that
// Check ignores is no condition, nor is any date where modified is zero.
func (c Conditional) Require(etag string, modified time.Time) error {
	_, dated := httpDate(c.IfUnmodifiedSince)
	if len(c.IfMatch) == 0 && len(c.IfNoneMatch) == 0 && (!dated || modified.IsZero()) {
		return errNoCondition
	}
	return c.Check(etag, modified)
}

// Answers of Conditional. They are never changed.
var (
	errPrecondition = &Error{Status: http.StatusPreconditionFailed, Detail: "the state is not the one that the request is about"}
	errNoCondition  = &Error{Status: http.StatusPreconditionRequired, Detail: "the request needs a condition, such as If-Match"}
)

// matches reports whether a list of entity tags has one (RFC 9110 §8.8.3.2).
func matches(lines []string, etag string, weak bool) bool {
	if etag == "" {
		return false // not even "*" matches what is not there
	}
	list := strings.Join(lines, ",") // a tag may hold a comma, at which its field was split
	for list = strings.TrimLeft(list, " \t,"); list != ""; list = strings.TrimLeft(list, " \t,") {
		if list[0] == '*' {
			return true
		}
		tag, rest, ok := cutTag(list)
		if !ok {
			return false // the rest is no list of tags
		}
		list = rest
		if tag == etag && !strings.HasPrefix(tag, "W/") || weak && strings.TrimPrefix(tag, "W/") == strings.TrimPrefix(etag, "W/") {
			return true
		}
	}
	return false
}

// cutTag takes an entity tag off the beginning of a list. A tag may hold commas.
func cutTag(list string) (tag, rest string, ok bool) {
	open := 0
	if strings.HasPrefix(list, "W/") {
		open = 2
	}
	if len(list) <= open || list[open] != '"' {
		return "", "", false
	}
	end := strings.IndexByte(list[open+1:], '"')
	if end < 0 {
		return "", "", false
	}
	end += open + 2
	return list[:end], list[end:], true
}

func httpDate(text string) (time.Time, bool) {
	date, err := http.ParseTime(text)
	return date, err == nil
}

// notModified is the answer 304. It is an error so that a handler can return it.
type notModified struct {
	etag     string
	modified time.Time
}

// Error names the answer.
func (n *notModified) Error() string { return "not modified" }

// HTTPStatus returns 304.
func (n *notModified) HTTPStatus() int { return http.StatusNotModified }

// write sends the 304 with what identifies the state (RFC 9110 §15.4.5).
func (n *notModified) write(w http.ResponseWriter) {
	h := w.Header()
	if n.etag != "" {
		h["Etag"] = []string{n.etag}
	}
	if !n.modified.IsZero() {
		h["Last-Modified"] = []string{n.modified.UTC().Format(http.TimeFormat)}
	}
	w.WriteHeader(http.StatusNotModified)
}

// hasConditional reports whether an input has the group, itself or in another.
func hasConditional(t reflect.Type) bool {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || t == conditionalType {
		return t == conditionalType
	}
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Type == conditionalType || f.Anonymous && f.Type.Kind() == reflect.Struct && hasConditional(f.Type) {
			return true
		}
	}
	return false
}

// describeConditions adds what conditions and ranges answer to an operation.
func (op *operation) describeConditions(o *Operation) {
	method := op.rt.pattern.Method
	reads := method == http.MethodGet || method == http.MethodHead
	switch {
	case hasConditional(op.shell.in):
		o.Errors = append(o.Errors, errPrecondition.clone())
		if reads {
			o.Statuses = append(o.Statuses, http.StatusNotModified)
		} else {
			o.Errors = append(o.Errors, errNoCondition.clone())
		}
	case op.stream != nil && op.out.BodyType() == downloadType:
		o.Statuses = append(o.Statuses, http.StatusPartialContent, http.StatusNotModified)
		o.Errors = append(o.Errors, errPrecondition.clone(), errRange.clone())
	}
}
