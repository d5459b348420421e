package openapi

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/binding"
)

// requestBody documents the body of the input.
func (b *builder) requestBody(o *Operation, p *operationPlan, examples []bodyExample) {
	if f := bodyOf(p.in); f != nil {
		o.RequestBody = &RequestBody{Description: f.Doc, Required: f.Required, Content: b.content(f, examples)}
	}
}

// content describes a body by media type.
func (b *builder) content(f *binding.Field, examples []bodyExample) map[string]*MediaType {
	content := map[string]*MediaType{}
	mediaTypes := f.MediaTypes
	if f.Foreign {
		mediaTypes = foreignMedia(f)
	}
	for _, name := range mediaTypes {
		m := &MediaType{Example: f.Example}
		switch {
		case f.Schema != nil:
			m.Schema = b.schema(f.Schema)
		case f.Foreign && base(f.Type) == textType:
			m.Schema = &Schema{Type: "string"}
		}
		for _, e := range examples {
			if e.typ == base(f.Type) {
				m.Examples = put(m.Examples, e.name, &Example{Value: e.value})
			}
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

// bodyExample is a named example as it looks on the wire.
type bodyExample struct {
	name  string
	typ   reflect.Type
	value json.RawMessage
}

// examples encodes the examples of an operation as its bodies are encoded. One that
// breaks the rules of its own type, or is of neither body's type, is a mistake.
func (b *builder) examples(p *operationPlan) []bodyExample {
	var all []bodyExample
	for _, e := range p.op.Examples {
		value, err := encodeExample(e.Value)
		typ := base(reflect.TypeOf(e.Value))
		isBody := func(f *binding.Field) bool { return f != nil && base(f.Type) == typ }
		switch {
		case !isBody(bodyOf(p.in)) && !isBody(bodyOf(p.out)):
			b.mistake("the example %q of %s is %T, which is the type of neither its request nor its response", e.Name, p.route.Pattern(), e.Value)
		case err != nil:
			b.mistake("the example %q of %s is wrong: %s", e.Name, p.route.Pattern(), err)
		default:
			all = append(all, bodyExample{e.Name, typ, value})
		}
	}
	return all
}

func (b *builder) mistake(format string, args ...any) {
	b.mistakes = append(b.mistakes, fmt.Sprintf(format, args...))
}

// examplesSet encodes and checks examples. It has the built-in rules only; a type
// that uses others is written by encoding/json and not checked.
var examplesSet = binding.NewSet()

func encodeExample(v any) (json.RawMessage, error) {
	data, err := examplesSet.AppendJSON(nil, v)
	if errors.As(err, new(binding.Problems)) {
		return json.Marshal(v)
	}
	if err == nil && v != nil {
		err = examplesSet.Validate(v)
	}
	return data, err
}
