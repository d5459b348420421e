package conformance

import (
	"fmt"
	"reflect"

	"github.com/wend-go/wend/binding"
)

// document renders a schema as a JSON Schema document: named types become $defs,
// and what the neutral form leaves to its reader, such as a keyword used twice, is
// done here by the shortest means.
func document(s binding.Schema) map[string]any {
	r := renderer{names: map[refKey]string{}, defs: map[string]any{}}
	root := r.schema(s)
	if len(r.defs) > 0 {
		root["$defs"] = r.defs
	}
	root["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	return root
}

type refKey struct {
	typ  reflect.Type
	view binding.View
	tag  string // of a union's variant, whose definition is the union's own
}

type renderer struct {
	names map[refKey]string
	defs  map[string]any
}

func (r *renderer) schema(s binding.Schema) map[string]any {
	out := map[string]any{}
	var all []any
	for _, k := range s {
		if list, ok := k.Value().([]binding.Schema); ok && k.Name() == "allOf" {
			for _, part := range list {
				all = append(all, r.schema(part))
			}
			continue
		}
		if _, twice := out[k.Name()]; twice {
			all = append(all, r.schema(binding.Schema{k}))
			continue
		}
		if value, keep := r.value(k); keep {
			out[k.Name()] = value
		}
	}
	if len(all) > 0 {
		out["allOf"] = all
	}
	return out
}

func (r *renderer) value(k binding.Keyword) (value any, keep bool) {
	switch v := k.Value().(type) {
	case binding.Schema:
		return r.schema(v), true
	case []binding.Schema:
		list := make([]any, len(v))
		for i, s := range v {
			list[i] = r.schema(s)
		}
		return list, true
	case binding.Properties:
		props := map[string]any{}
		for _, p := range v {
			props[p.Name] = r.schema(p.Schema)
		}
		return props, true
	case binding.Ref:
		return r.ref(v), true
	case binding.Discriminator:
		return nil, false // OpenAPI's, not JSON Schema's
	}
	return k.Value(), true
}

// ref defines the type of a reference once and returns the way to it.
func (r *renderer) ref(ref binding.Ref) string {
	definition := ref.Definition()
	key := refKey{typ: ref.Type, view: ref.View, tag: variantTag(definition)}
	name, known := r.names[key]
	if !known {
		name = fmt.Sprintf("t%d", len(r.names))
		r.names[key] = name
		r.defs[name] = nil
		r.defs[name] = r.schema(definition)
	}
	return "#/$defs/" + name
}

// variantTag tells the definitions of one struct in several unions apart.
func variantTag(s binding.Schema) string {
	props, _ := s.Get("properties")
	list, _ := props.(binding.Properties)
	if len(list) == 0 {
		return ""
	}
	tag, _ := list[0].Schema.Get("const")
	return fmt.Sprintf("%s=%v", list[0].Name, tag)
}
