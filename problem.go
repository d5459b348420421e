package wend

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"sync"

	"github.com/wend-go/wend/binding"
	"github.com/wend-go/wend/internal/problem"
)

// Problem is the default body of an error: problem details of RFC 9457, media
// type application/problem+json. There is no "instance", since a path may hold
// values, and values are never repeated to a client.
type Problem struct {
	Type      string
	Title     string
	Status    int
	Detail    string
	Code      string
	RequestID string
	Errors    []binding.FieldError
	Extra     map[string]any // further members, beside the standard ones
}

// standardMembers are the names that Extra may not use.
var standardMembers = [...]string{"type", "title", "status", "detail", "instance", "code", "request_id", "errors"}

// MarshalJSON writes the members in the order of RFC 9457, without empty ones.
func (p Problem) MarshalJSON() ([]byte, error) { return p.append(nil) }

func (p Problem) append(dst []byte) ([]byte, error) {
	var fields []byte
	if len(p.Errors) > 0 {
		var err error
		if fields, err = (&binding.Error{Fields: p.Errors}).AppendFields(nil); err != nil {
			return dst, err
		}
	}
	return p.appendWith(dst, fields)
}

// appendWith appends p with its errors as JSON, or nil.
func (p *Problem) appendWith(dst, fields []byte) ([]byte, error) {
	body := problem.Body{
		Type: p.Type, Title: p.Title, Status: p.Status, Detail: p.Detail, Code: p.Code, RequestID: p.RequestID, Errors: fields,
	}
	var names []string
	if len(p.Extra) > 0 {
		names = slices.Sorted(maps.Keys(p.Extra))
	}
	for _, name := range names {
		if slices.Contains(standardMembers[:], name) {
			return dst, fmt.Errorf("the extra member %q has a standard name", name)
		}
		value, err := json.Marshal(p.Extra[name])
		if err != nil {
			return dst, err
		}
		body.Extra = append(body.Extra, problem.Member{Name: name, Value: value})
	}
	return problem.Append(dst, body), nil
}

// UnmarshalJSON reads a problem, as a client or a test does.
func (p *Problem) UnmarshalJSON(data []byte) error {
	var wire struct {
		Type      string               `json:"type"`
		Title     string               `json:"title"`
		Status    int                  `json:"status"`
		Detail    string               `json:"detail"`
		Code      string               `json:"code"`
		RequestID string               `json:"request_id"`
		Errors    []binding.FieldError `json:"errors"`
	}
	if err := json.Unmarshal(data, &wire); err != nil {
		return err
	}
	var extra map[string]any
	if err := json.Unmarshal(data, &extra); err != nil {
		return err
	}
	for _, name := range standardMembers {
		delete(extra, name)
	}
	*p = Problem{wire.Type, wire.Title, wire.Status, wire.Detail, wire.Code, wire.RequestID, wire.Errors, extra}
	return nil
}

// JSONSchema states the wire form for documents.
func (Problem) JSONSchema() any {
	return json.RawMessage(`{
"type":"object",
"description":"Problem details (RFC 9457).",
"properties":{
"type":{"type":"string","format":"uri-reference"},
"title":{"type":"string"},
"status":{"type":"integer","minimum":400,"maximum":599},
"detail":{"type":"string"},
"code":{"type":"string"},
"request_id":{"type":"string"},
"errors":{"type":"array","items":{
"type":"object",
"properties":{
"in":{"type":"string","enum":["path","query","header","cookie","form","body"]},
"pointer":{"type":"string"},
"code":{"type":"string"},
"detail":{"type":"string"},
"params":{"type":"object"}},
"required":["in","pointer","code","detail"]}}},
"required":["type","title","status"]}`)
}

// problemOf is the default formatter.
func problemOf(w http.ResponseWriter, e *Error) Problem {
	return Problem{
		Type: e.Type, Title: e.Title, Status: e.status(), Detail: e.Detail, Code: e.Code,
		RequestID: problem.RequestID(w), Errors: e.Fields, Extra: e.Extra,
	}
}

// rendering is scratch for a problem in the default format.
type rendering struct{ fields, body []byte }

var renderings = sync.Pool{New: func() any { return new(rendering) }}

// problem renders e. Optimization: the rules of a binding.Error have their part of
// the text ready, and both texts are scratch: together a quarter of the answer to an
// invalid request.
func (s *rendering) problem(w http.ResponseWriter, e *Error) ([]byte, error) {
	p := problemOf(w, e)
	var fields []byte
	if len(e.Fields) > 0 {
		source, ok := e.Err.(*binding.Error)
		if !ok || len(source.Fields) != len(e.Fields) || &source.Fields[0] != &e.Fields[0] {
			source = &binding.Error{Fields: e.Fields}
		}
		var err error
		if fields, err = source.AppendFields(s.fields[:0]); err != nil {
			return nil, err
		}
		s.fields = fields
	}
	body, err := p.appendWith(s.body[:0], fields)
	s.body = body
	return body, err
}

func (s *rendering) release() {
	if cap(s.fields)+cap(s.body) > maxScratch {
		return
	}
	clear(s.fields)
	clear(s.body)
	s.fields, s.body = s.fields[:0], s.body[:0]
	renderings.Put(s)
}
