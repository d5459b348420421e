package binding

import (
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strconv"

	"github.com/wend-go/wend/internal/jsonscan"
)

// voice is what a broken rule says each time: made by the first failure, read by all.
type voice struct {
	params map[string]any
	tail   []byte // of its item as JSON, from the code on
}

// voiced returns the voice of s. Two first failures at one time make the same.
func (s *statement) voiced() *voice {
	if v := s.voice.Load(); v != nil {
		return v
	}
	v := &voice{params: s.params.asMap()}
	tail, err := appendTail(nil, FieldError{Code: s.code, Detail: s.detail, Params: v.params})
	if err == nil {
		v.tail = tail
	}
	s.voice.Store(v)
	return v
}

// paramsOf are the params of an item: those that all items share, for a reader that
// does not change them, or a map of its own.
func (s *statement) paramsOf(shared bool) map[string]any {
	if shared {
		return s.voiced().params
	}
	return s.params.asMap()
}

// note appends f as a 422 problem unless the list is full.
func (e *Error) note(f FieldError, says *statement) {
	e.raise(http.StatusUnprocessableEntity, "")
	if len(e.Fields) == MaxFieldErrors {
		return
	}
	if e.Fields == nil { // room for a few at once
		e.Fields, e.says = make([]FieldError, 0, 4), make([]*statement, 0, 4)
	}
	e.Fields, e.says = append(e.Fields, f), append(e.says, says)
}

// broken notes that the parameter at a pointer breaks a rule.
func (e *Error) broken(in Source, pointer string, says *statement) {
	e.note(FieldError{In: string(in), Pointer: pointer, Code: says.code, Detail: says.detail, Params: says.paramsOf(true)}, says)
}

// asInvalid finds an *Error in err, to be changed; nil when there is none.
func asInvalid(err error) *Error {
	e, ok := err.(*Error)
	if !ok {
		var inside *Error
		if !errors.As(err, &inside) {
			return nil
		}
		e = inside
	}
	if e.says == nil { // it may be what a Validate method has returned, and belong to somebody
		return e.Clone()
	}
	return e
}

// merge adds the problems of a body to those of the parameters.
func (b *binder) merge(e *Error) {
	if b.errs == nil {
		b.errs = e
		return
	}
	b.errs.raise(e.Status, e.Detail)
	n := min(len(e.Fields), MaxFieldErrors-len(b.errs.Fields))
	b.errs.Fields = append(slices.Grow(b.errs.Fields, n), e.Fields[:n]...)
	b.errs.says = append(slices.Grow(b.errs.says, n), e.says[:min(n, len(e.says))]...)
}

// Clone returns a copy of e that shares nothing with it: what [Plan.Bind] returns
// shares its Params with other requests.
func (e *Error) Clone() *Error {
	c := &Error{Status: e.Status, Detail: e.Detail, Fields: slices.Clone(e.Fields), says: slices.Clone(e.says)}
	for i := range c.Fields {
		c.Fields[i].Params = maps.Clone(c.Fields[i].Params)
	}
	return c
}

// AppendFields appends e.Fields as a JSON array. It fails for a param that JSON
// cannot express.
func (e *Error) AppendFields(dst []byte) ([]byte, error) {
	dst = append(dst, '[')
	var err error
	for i := range e.Fields {
		f := &e.Fields[i]
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(append(append(dst, `{"in":"`...), f.In...), `","pointer":`...)
		dst = jsonscan.AppendString(dst, f.Pointer)
		if tail := e.tail(i); tail != nil {
			dst = append(dst, tail...)
			continue
		}
		if dst, err = appendTail(dst, *f); err != nil {
			return dst, err
		}
	}
	return append(dst, ']'), nil
}

// tail is the rest of an item that is as its rule has made it. Optimization: it is
// rendered once; with a map and four strings for each item the answer to an invalid
// request took a third longer.
func (e *Error) tail(i int) []byte {
	if i >= len(e.says) || e.says[i] == nil {
		return nil
	}
	f, says := &e.Fields[i], e.says[i]
	v := says.voiced()
	if f.Code != says.code || f.Detail != says.detail || reflect.ValueOf(f.Params).Pointer() != reflect.ValueOf(v.params).Pointer() {
		return nil // somebody has changed it
	}
	return v.tail
}

// appendTail appends the members of an item behind its pointer, and the brace.
func appendTail(dst []byte, f FieldError) ([]byte, error) {
	if f.Code != "" {
		dst = jsonscan.AppendString(append(dst, `,"code":`...), f.Code)
	}
	if f.Detail != "" {
		dst = jsonscan.AppendString(append(dst, `,"detail":`...), f.Detail)
	}
	if len(f.Params) > 0 {
		var err error
		if dst, err = appendParams(append(dst, `,"params":`...), f.Params); err != nil {
			return dst, err
		}
	}
	return append(dst, '}'), nil
}

// appendParams appends the params of an item. Nearly all have one scalar.
func appendParams(dst []byte, params map[string]any) ([]byte, error) {
	if len(params) > 1 {
		all, err := json.Marshal(params)
		return append(dst, all...), err
	}
	for name, value := range params {
		dst = append(jsonscan.AppendString(append(dst, '{'), name), ':')
		switch v := value.(type) {
		case int64:
			dst = strconv.AppendInt(dst, v, 10)
		case string:
			dst = jsonscan.AppendString(dst, v)
		default:
			text, err := json.Marshal(v)
			if err != nil {
				return dst, err
			}
			dst = append(dst, text...)
		}
	}
	return append(dst, '}'), nil
}
