package contract

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/binding"
	"github.com/wend-go/wend/internal/schema"
	"github.com/wend-go/wend/openapi"
)

// contract is a document, read for comparing.
type contract struct {
	operations map[string]*operation // by the pattern of the route
}

// operation is what the document says about a route.
type operation struct {
	pattern, method, path string
	site                  string
	params                []param
	body                  content // of the request; nil when it takes none
	required              bool    // the body
	responses             map[string]*response
	secured               bool // no alternative of its security is empty
	strict                bool // default covers no error below 500
}

// param is a parameter of a request or a header of a response.
type param struct {
	name, in string
	required bool
	style    string
	explode  bool
	schema   *schema.Schema
}

// content is a body by media type.
type content map[string]*media

type media struct {
	schema *schema.Schema              // nil says nothing
	item   *schema.Schema              // of one item of a stream; of the data of an event
	event  *schema.Schema              // of an event with its fields, where the version states it
	parts  map[string]openapi.Encoding // of a form
	codec  binding.Codec               // of the router; nil where none carries the media type
}

type response struct {
	headers []param
	content content
}

// read makes the contract of a router's routes. It goes by the JSON of the document,
// as any reader of it does.
func read(r *wend.Router, s *settings) (*contract, error) {
	doc, err := openapi.Build(openapi.Info{Title: "contract", Version: "1"}, r.Routes(), s.document...)
	if err != nil {
		return nil, err
	}
	data, err := doc.JSON()
	if err != nil {
		return nil, err
	}
	rd := &reader{}
	if rd.doc, err = schema.Parse(data); err != nil {
		return nil, err
	}
	c := &contract{operations: map[string]*operation{}}
	for rt := range r.Routes() {
		pointer := doc.Pointer(rt.Pattern())
		if _, found := rd.doc.Value(pointer); pointer == "" || !found { // an edit may have removed it
			continue
		}
		rd.codecs = rt.Operation().Codecs
		op := rd.operation(pointer)
		op.strict = s.strict
		op.pattern, op.method, op.path, op.site = rt.Pattern(), rt.Method(), rt.Path(), rt.Site()
		if op.method == "" {
			op.method = strings.ToUpper(pointer[strings.LastIndexByte(pointer, '/')+1:])
		}
		c.operations[op.pattern] = op
	}
	if rd.err != nil {
		return nil, rd.err
	}
	return c, nil
}

// sorted lists the operations by pattern.
func (c *contract) sorted() []*operation {
	var all []*operation
	for _, pattern := range slices.Sorted(maps.Keys(c.operations)) {
		all = append(all, c.operations[pattern])
	}
	return all
}

// reader reads operations; the first mistake stays.
type reader struct {
	doc    *schema.Document
	codecs []binding.Codec // of the route that is read
	err    error
}

// value stores what is at a pointer, following references, and returns where that is.
func (r *reader) value(pointer string, to any) string {
	v, ok := r.doc.Value(pointer)
	if object, isObject := v.(map[string]any); isObject {
		if ref, isText := object["$ref"].(string); isText {
			return r.value(strings.TrimPrefix(ref, "#"), to)
		}
	}
	data, err := json.Marshal(v)
	if err == nil && ok {
		err = json.Unmarshal(data, to)
	}
	if r.err == nil && (err != nil || !ok) {
		r.err = fmt.Errorf("the document has no such thing at %s: %v", pointer, err)
	}
	return pointer
}

// schema reads the schema at a pointer, if there is one.
func (r *reader) schema(pointer string) *schema.Schema {
	if _, ok := r.doc.Value(pointer); !ok {
		return nil
	}
	s, err := r.doc.At(pointer)
	if err != nil && r.err == nil {
		r.err = err
	}
	return s
}

func (r *reader) operation(pointer string) *operation {
	op := &operation{responses: map[string]*response{}}
	var o struct {
		Parameters  []json.RawMessage
		RequestBody json.RawMessage
		Responses   map[string]json.RawMessage
		Security    *[]map[string][]string
	}
	pointer = r.value(pointer, &o)
	for i := range o.Parameters {
		op.params = append(op.params, r.param(fmt.Sprintf("%s/parameters/%d", pointer, i)))
	}
	if o.RequestBody != nil {
		var body struct{ Required bool }
		at := r.value(pointer+"/requestBody", &body)
		op.required, op.body = body.Required, r.content(at)
	}
	for status := range o.Responses {
		op.responses[status] = r.response(pointer + schema.Pointer("responses", status))
	}
	if o.Security == nil {
		if _, everywhere := r.doc.Value("/security"); everywhere {
			r.value("/security", &o.Security)
		}
	}
	if o.Security != nil {
		op.secured = len(*o.Security) > 0
		for _, need := range *o.Security {
			op.secured = op.secured && len(need) > 0
		}
	}
	return op
}

// param reads a parameter, or a header of a response.
func (r *reader) param(pointer string) param {
	var p struct {
		Name, In, Style string
		Required        bool
		Explode         *bool
	}
	at := r.value(pointer, &p)
	found := param{name: p.Name, in: p.In, required: p.Required, style: p.Style, schema: r.schema(at + "/schema")}
	if p.Style == "" {
		found.style = map[string]string{"query": "form", "cookie": "form"}[p.In]
	}
	found.explode = found.style == "form" // the default (3.1 §4.8.12.2.1)
	if p.Explode != nil {
		found.explode = *p.Explode
	}
	return found
}

// content reads the bodies of a request or response at a pointer.
func (r *reader) content(pointer string) content {
	var all struct {
		Content map[string]struct{ Encoding map[string]openapi.Encoding }
	}
	r.value(pointer, &all)
	c := content{}
	for name, m := range all.Content {
		at := pointer + schema.Pointer("content", name)
		c[name] = &media{schema: r.schema(at + "/schema"), item: r.schema(at + "/itemSchema"), parts: m.Encoding, codec: r.codec(name)}
		if name == eventStream {
			c[name].event, c[name].item = c[name].item, r.schema(at+"/itemSchema/properties/data/contentSchema")
		}
		if c[name].item == nil {
			c[name].item = r.schema(at + "/x-item-schema")
		}
	}
	return c
}

// codec is what carries a media type.
func (r *reader) codec(mediaType string) binding.Codec {
	for _, c := range r.codecs {
		if slices.Contains(c.MediaTypes(), mediaType) {
			return c
		}
	}
	return nil
}

func (r *reader) response(pointer string) *response {
	var o struct{ Headers map[string]json.RawMessage }
	pointer = r.value(pointer, &o)
	found := &response{content: r.content(pointer)}
	for _, name := range slices.Sorted(maps.Keys(o.Headers)) {
		p := r.param(pointer + schema.Pointer("headers", name))
		p.name, p.in = name, "header"
		found.headers = append(found.headers, p)
	}
	return found
}
