package openapi

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strconv"

	"github.com/invopop/jsonschema"

	"github.com/wend-go/wend/binding"
)

// This file alone knows the schema library. It takes its model of a schema and the
// way it is written; the reflector never sees a type of the user's, since binding's
// plans already say what is accepted.

// Schema is a JSON Schema of dialect 2020-12. A keyword that the model has no place
// for, such as a list of types, is in its Extras.
type Schema = jsonschema.Schema

// convert turns binding's neutral keywords into the model. ref says how to refer to a
// component.
func convert(s binding.Schema, ref func(binding.Ref) string) *Schema {
	if len(s) == 0 {
		return anything()
	}
	out := &Schema{}
	for _, k := range s {
		assign(out, k.Name(), value(k, ref))
	}
	return out
}

// anything accepts every value and is written {}. It means the same as true, which
// readers of OpenAPI 3.0's descent take for a mistake.
func anything() *Schema { return &Schema{Extras: map[string]any{}} }

// value is the value of a keyword in the model's terms.
func value(k binding.Keyword, ref func(binding.Ref) string) any {
	switch v := k.Value().(type) {
	case binding.Ref:
		return ref(v)
	case binding.Schema:
		return convert(v, ref)
	case []binding.Schema:
		list := make([]*Schema, len(v))
		for i := range v {
			list[i] = convert(v[i], ref)
		}
		return list
	case binding.Properties:
		properties := jsonschema.NewProperties()
		for _, p := range v {
			properties.Set(p.Name, convert(p.Schema, ref))
		}
		return properties
	case binding.Discriminator:
		mapping := map[string]string{}
		for tag, r := range v.Mapping {
			mapping[tag] = ref(r)
		}
		return map[string]any{"propertyName": v.PropertyName, "mapping": mapping}
	case json.RawMessage:
		return parsed(k.Name(), v)
	}
	return k.Value()
}

// parsed reads a keyword's value from JSON: what a type stated by itself.
func parsed(name string, raw json.RawMessage) any {
	switch name {
	case "items", "additionalProperties", "propertyNames", "not", "if", "then", "else", "contains", "contentSchema":
		return parse(raw)
	case "allOf", "anyOf", "oneOf", "prefixItems":
		var list []json.RawMessage
		if json.Unmarshal(raw, &list) != nil {
			return raw
		}
		schemas := make([]*Schema, len(list))
		for i := range list {
			schemas[i] = parse(list[i])
		}
		return schemas
	case "properties", "patternProperties", "dependentSchemas", "$defs":
		properties := jsonschema.NewProperties()
		eachMember(raw, func(member string, value json.RawMessage) { properties.Set(member, parse(value)) })
		return properties
	}
	return plain(raw)
}

// plain reads JSON into Go values with exact numbers.
func plain(raw json.RawMessage) any {
	var v any
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	_ = d.Decode(&v) // Invariant: raw was read as JSON before
	return v
}

// parse reads a schema from JSON text that is known to be valid.
func parse(raw json.RawMessage) *Schema {
	switch string(bytes.TrimSpace(raw)) {
	case "true":
		return anything()
	case "false":
		never := *jsonschema.FalseSchema // a copy: descriptions may be added
		return &never
	}
	out := &Schema{}
	eachMember(raw, func(name string, value json.RawMessage) { assign(out, name, parsed(name, value)) })
	if reflect.DeepEqual(out, &Schema{}) {
		return anything()
	}
	return out
}

// eachMember calls f for the members of a JSON object in their order.
func eachMember(raw json.RawMessage, f func(name string, value json.RawMessage)) {
	d := json.NewDecoder(bytes.NewReader(raw))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return
	}
	for d.More() {
		name, _ := d.Token()
		var value json.RawMessage
		if d.Decode(&value) != nil {
			return
		}
		f(name.(string), value)
	}
}

// assign sets one keyword: in its field of the model when the value fits there, else
// among the extras. Never both, or it would be written twice.
func assign(out *Schema, name string, value any) {
	if s, ok := value.(*Schema); ok && name == "additionalProperties" && s.Extras != nil && reflect.DeepEqual(s, anything()) {
		value = jsonschema.TrueSchema // here every reader knows it
	}
	if field, known := fields[name]; known && field(out, value) {
		return
	}
	out.Extras = put(out.Extras, name, value)
}

// fields says where the model keeps each keyword.
var fields = map[string]func(*Schema, any) bool{
	"$schema":  to(func(s *Schema) *string { return &s.Version }),
	"$anchor":  to(func(s *Schema) *string { return &s.Anchor }),
	"$ref":     to(func(s *Schema) *string { return &s.Ref }),
	"$comment": to(func(s *Schema) *string { return &s.Comments }),

	"allOf":       to(func(s *Schema) *[]*Schema { return &s.AllOf }),
	"anyOf":       to(func(s *Schema) *[]*Schema { return &s.AnyOf }),
	"oneOf":       to(func(s *Schema) *[]*Schema { return &s.OneOf }),
	"prefixItems": to(func(s *Schema) *[]*Schema { return &s.PrefixItems }),

	"not":                  sub(func(s *Schema) **Schema { return &s.Not }),
	"if":                   sub(func(s *Schema) **Schema { return &s.If }),
	"then":                 sub(func(s *Schema) **Schema { return &s.Then }),
	"else":                 sub(func(s *Schema) **Schema { return &s.Else }),
	"items":                sub(func(s *Schema) **Schema { return &s.Items }),
	"contains":             sub(func(s *Schema) **Schema { return &s.Contains }),
	"propertyNames":        sub(func(s *Schema) **Schema { return &s.PropertyNames }),
	"additionalProperties": sub(func(s *Schema) **Schema { return &s.AdditionalProperties }),
	"contentSchema":        sub(func(s *Schema) **Schema { return &s.ContentSchema }),

	"type":              to(func(s *Schema) *string { return &s.Type }),
	"const":             to(func(s *Schema) *any { return &s.Const }),
	"enum":              to(func(s *Schema) *[]any { return &s.Enum }),
	"required":          texts(func(s *Schema) *[]string { return &s.Required }),
	"dependentRequired": to(func(s *Schema) *map[string][]string { return &s.DependentRequired }),
	"uniqueItems":       to(func(s *Schema) *bool { return &s.UniqueItems }),

	"multipleOf":       number(func(s *Schema) *json.Number { return &s.MultipleOf }),
	"minimum":          number(func(s *Schema) *json.Number { return &s.Minimum }),
	"maximum":          number(func(s *Schema) *json.Number { return &s.Maximum }),
	"exclusiveMinimum": number(func(s *Schema) *json.Number { return &s.ExclusiveMinimum }),
	"exclusiveMaximum": number(func(s *Schema) *json.Number { return &s.ExclusiveMaximum }),

	"minLength":     size(func(s *Schema) **uint64 { return &s.MinLength }),
	"maxLength":     size(func(s *Schema) **uint64 { return &s.MaxLength }),
	"minItems":      size(func(s *Schema) **uint64 { return &s.MinItems }),
	"maxItems":      size(func(s *Schema) **uint64 { return &s.MaxItems }),
	"minContains":   size(func(s *Schema) **uint64 { return &s.MinContains }),
	"maxContains":   size(func(s *Schema) **uint64 { return &s.MaxContains }),
	"minProperties": size(func(s *Schema) **uint64 { return &s.MinProperties }),
	"maxProperties": size(func(s *Schema) **uint64 { return &s.MaxProperties }),

	"format":           to(func(s *Schema) *string { return &s.Format }),
	"pattern":          to(func(s *Schema) *string { return &s.Pattern }),
	"contentEncoding":  to(func(s *Schema) *string { return &s.ContentEncoding }),
	"contentMediaType": to(func(s *Schema) *string { return &s.ContentMediaType }),

	"title":       to(func(s *Schema) *string { return &s.Title }),
	"description": to(func(s *Schema) *string { return &s.Description }),
	"default":     to(func(s *Schema) *any { return &s.Default }),
	"examples":    to(func(s *Schema) *[]any { return &s.Examples }),
	"deprecated":  to(func(s *Schema) *bool { return &s.Deprecated }),
	"readOnly":    to(func(s *Schema) *bool { return &s.ReadOnly }),
	"writeOnly":   to(func(s *Schema) *bool { return &s.WriteOnly }),

	"properties": func(s *Schema, v any) bool { return set(&s.Properties, v) },
}

// set stores v if it has the type of the place.
func set[T any](at *T, v any) bool {
	typed, ok := v.(T)
	if ok {
		*at = typed
	}
	return ok
}

func to[T any](at func(*Schema) *T) func(*Schema, any) bool {
	return func(s *Schema, v any) bool { return set(at(s), v) }
}

// sub is to for a schema, which may be true or false.
func sub(at func(*Schema) **Schema) func(*Schema, any) bool {
	return func(s *Schema, v any) bool {
		switch v {
		case true:
			v = jsonschema.TrueSchema
		case false:
			v = jsonschema.FalseSchema
		}
		return set(at(s), v)
	}
}

func texts(at func(*Schema) *[]string) func(*Schema, any) bool {
	return func(s *Schema, v any) bool {
		list, ok := v.([]any)
		if !ok {
			return set(at(s), v)
		}
		for _, item := range list {
			text, ok := item.(string)
			if !ok {
				return false
			}
			*at(s) = append(*at(s), text)
		}
		return true
	}
}

func number(at func(*Schema) *json.Number) func(*Schema, any) bool {
	return func(s *Schema, v any) bool {
		text := numberText(v)
		*at(s) = text
		return text != ""
	}
}

func size(at func(*Schema) **uint64) func(*Schema, any) bool {
	return func(s *Schema, v any) bool {
		n, err := strconv.ParseUint(string(numberText(v)), 10, 64)
		if err == nil {
			*at(s) = &n
		}
		return err == nil
	}
}

// numberText writes a number exactly; "" for anything else.
func numberText(v any) json.Number {
	switch v := v.(type) {
	case json.Number:
		return v
	case int:
		return json.Number(strconv.Itoa(v))
	case int64:
		return json.Number(strconv.FormatInt(v, 10))
	case uint64, float64:
		text, err := json.Marshal(v)
		if err == nil {
			return json.Number(text)
		}
	}
	return ""
}

// standalone is a schema with everything that it refers to.
func standalone(s *Schema, defs map[string]*Schema) *Schema {
	s.Version = jsonschema.Version
	if len(defs) > 0 {
		s.Definitions = defs
	}
	return s
}
