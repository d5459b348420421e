package wend

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"

	"github.com/wend-go/wend/binding"
	"github.com/wend-go/wend/internal/jsonscan"
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
	body := problem.Body{Type: p.Type, Title: p.Title, Status: p.Status, Detail: p.Detail, Code: p.Code, RequestID: p.RequestID}
	for _, f := range p.Errors {
		item := problem.Item{In: f.In, Pointer: f.Pointer, Code: f.Code, Detail: f.Detail}
		if len(f.Params) > 0 {
			params, err := appendParams(nil, f.Params)
			if err != nil {
				return dst, err
			}
			item.Params = params
		}
		body.Errors = append(body.Errors, item)
	}
	for _, name := range slices.Sorted(maps.Keys(p.Extra)) {
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

// appendParams appends the params of an item. Optimization: nearly all have one scalar,
// which encoding/json writes through a map iterator and reflection; that was a fifth of
// the answer to an invalid request.
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
