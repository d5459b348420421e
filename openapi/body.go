package openapi

import (
	"reflect"

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
	mediaTypes := f.MediaTypes
	if f.Foreign {
		mediaTypes = foreignMedia(f)
	}
	for _, name := range mediaTypes {
		m := &MediaType{Example: f.Example, Examples: examples}
		switch {
		case f.Schema != nil:
			m.Schema = b.schema(f.Schema)
		case f.Foreign && base(f.Type) == textType:
			m.Schema = &Schema{Type: "string"}
		}
		content[name] = m
	}
	return content
}

var (
	textType     = reflect.TypeFor[wend.Text]()
	blobType     = reflect.TypeFor[wend.Blob]()
	redirectType = reflect.TypeFor[wend.Redirect]()
	contextType  = reflect.TypeFor[wend.Context]()
)

// foreignMedia are the media types of an output that writes itself: those that its
// tag names, those of the framework's own types, else any.
func foreignMedia(f *binding.Field) []string {
	switch t := base(f.Type); {
	case t == redirectType:
		return nil
	case len(f.MediaTypes) > 0:
		return f.MediaTypes
	case t == textType:
		return []string{"text/plain"}
	case t == blobType:
		return []string{"application/octet-stream"}
	}
	return []string{"*/*"}
}

// base is the type that pointers lead to.
func base(t reflect.Type) reflect.Type {
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t
}
