package openapi

import (
	"cmp"
	"strings"

	"github.com/wend-go/wend/binding"
)

// form documents a body that consists of form fields: an object of them, in each
// media type that the form may have.
func (b *builder) form(p *operationPlan) *RequestBody {
	var members binding.Properties
	var required []string
	var mediaTypes []string
	var encodings map[string]Encoding
	for i := range p.in {
		f := &p.in[i]
		if f.In != binding.Form {
			continue
		}
		mediaTypes = f.MediaTypes
		if f.Hidden {
			continue
		}
		members = append(members, binding.Property{Name: f.Name, Schema: annotated(f, b.inputComment(p, f))})
		if f.Required {
			required = append(required, f.Name)
		}
		if f.ContentTypes != nil {
			encodings = put(encodings, f.Name, Encoding{strings.Join(f.ContentTypes, ", ")})
		}
	}
	if mediaTypes == nil {
		return nil
	}
	schema := binding.Schema{binding.State("type", "object"), binding.State("properties", members)}
	if required != nil {
		schema = append(schema, binding.State("required", required))
	}
	body := &RequestBody{Required: required != nil, Content: map[string]*MediaType{}}
	for _, name := range mediaTypes {
		body.Content[name] = &MediaType{Schema: b.schema(schema), Encoding: encodings}
	}
	return body
}

// annotated is the schema of a form field with what is said about the field.
func annotated(f *binding.Field, comment string) binding.Schema {
	s := append(binding.Schema{}, f.Schema...)
	if _, has := s.Get("description"); !has && f.Doc+comment != "" {
		s = append(s, binding.State("description", cmp.Or(f.Doc, comment)))
	}
	if f.Deprecated {
		s = append(s, binding.State("deprecated", true))
	}
	if f.Example != nil {
		s = append(s, binding.State("examples", []any{f.Example}))
	}
	return s
}
