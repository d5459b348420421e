package openapi

import (
	"cmp"
	"reflect"
	"strings"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/binding"
)

// requestBody documents the body of the input, or the form in its place.
func (b *builder) requestBody(o *Operation, p *operationPlan) {
	o.RequestBody = b.form(p)
	if f := bodyOf(p.in); f != nil {
		o.RequestBody = &RequestBody{Description: f.Doc, Required: f.Required, Content: b.content(f, p.inExamples)}
	}
}

// content describes a body by media type.
func (b *builder) content(f *binding.Field, examples map[string]*Example) map[string]*MediaType {
	content := map[string]*MediaType{}
	for _, name := range f.MediaTypes {
		content[name] = &MediaType{Example: f.Example, Examples: examples}
		if f.Schema != nil {
			content[name].Schema = b.schema(f.Schema)
		}
	}
	return content
}

var (
	redirectType = reflect.TypeFor[wend.Redirect]()
	externalType = reflect.TypeFor[wend.RedirectExternal]()
	contextType  = reflect.TypeFor[wend.Context]()
)

// isRedirect reports whether an output sends the client elsewhere.
func isRedirect(f *binding.Field) bool {
	t := base(f.Type)
	return t == redirectType || t == externalType
}

// foreignContent describes the body of an output that writes itself: in the media types
// that its tag names, or its type, or else in any.
func (b *builder) foreignContent(f *binding.Field, p *operationPlan) map[string]*MediaType {
	mediaTypes := f.MediaTypes
	switch {
	case isRedirect(f):
		return nil
	case len(mediaTypes) == 0:
		mediaTypes = []string{cmp.Or(p.op.BodyMedia, "*/*")}
	}
	content := map[string]*MediaType{}
	for _, name := range mediaTypes {
		m := &MediaType{Example: f.Example, Examples: p.outExamples}
		switch {
		case p.items != nil:
			b.items(m, name, p.items)
		case name == "text/plain" || name == "text/html":
			m.Schema = &Schema{Type: "string"}
		}
		content[name] = m
	}
	return content
}

// eventStream is the media type of Server-Sent Events.
const eventStream = "text/event-stream"

// items describes what a stream consists of. OpenAPI 3.2 has a word for it, in which an
// event is an object of its fields (3.2 §4.14.4); before, it is an extension, with the
// data of an event.
func (b *builder) items(m *MediaType, mediaType string, item binding.Schema) {
	schema := b.schema(item)
	switch {
	case !b.is32():
		m.Extensions = put(m.Extensions, "x-item-schema", any(schema))
	case mediaType == eventStream:
		fields := binding.Properties{
			{Name: "data", Schema: binding.Schema{
				binding.State("type", "string"), binding.State("contentMediaType", "application/json"),
				binding.State("contentSchema", item),
			}},
			{Name: "event", Schema: binding.Schema{binding.State("type", "string")}},
			{Name: "id", Schema: binding.Schema{binding.State("type", "string")}},
			{Name: "retry", Schema: binding.Schema{binding.State("type", "integer"), binding.State("minimum", int64(0))}},
		}
		m.ItemSchema = b.schema(binding.Schema{
			binding.State("type", "object"), binding.State("properties", fields), binding.State("required", []string{"data"}),
		})
	default:
		m.ItemSchema = schema
	}
}

func (b *builder) is32() bool { return strings.HasPrefix(b.doc.OpenAPI, "3.2") }

// base is the type that pointers lead to.
func base(t reflect.Type) reflect.Type {
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t
}
