package openapi

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/invopop/jsonschema"

	"github.com/wend-go/wend/binding"
)

// This file alone knows the schema library. It takes its model of a schema and the
// way it is written; the reflector never sees a type of the user's, since binding's
// plans already say what is accepted.

// Schema is a JSON Schema of dialect 2020-12.
type Schema = jsonschema.Schema

// convert turns binding's neutral keywords into the model. ref names components.
func convert(s binding.Schema, ref func(binding.Ref) string) *Schema {
	if len(s) == 0 {
		return jsonschema.TrueSchema
	}
	out := &Schema{}
	for _, k := range s {
		assign(out, k.Name(), k.Value(), ref)
	}
	return out
}

// assign sets one keyword.
func assign(out *Schema, name string, value any, ref func(binding.Ref) string) {
	switch v := value.(type) {
	case binding.Ref:
		out.Ref = schemaRef(ref(v))
	case binding.Schema:
		*subschema(out, name) = convert(v, ref)
	case []binding.Schema:
		list := make([]*Schema, len(v))
		for i := range v {
			list[i] = convert(v[i], ref)
		}
		*subschemas(out, name) = list
	case binding.Properties:
		out.Properties = jsonschema.NewProperties()
		for _, p := range v {
			out.Properties.Set(p.Name, convert(p.Schema, ref))
		}
	case binding.Discriminator:
		mapping := map[string]string{}
		for tag, r := range v.Mapping {
			mapping[tag] = schemaRef(ref(r))
		}
		extra(out, name, map[string]any{"propertyName": v.PropertyName, "mapping": mapping})
	case json.RawMessage:
		assignRaw(out, name, v, ref)
	default:
		assignValue(out, name, value)
	}
}

func schemaRef(name string) string { return "#/components/schemas/" + name }

func extra(out *Schema, name string, value any) {
	if out.Extras == nil {
		out.Extras = map[string]any{}
	}
	out.Extras[name] = value
}

// subschema is the place of a keyword whose value is one schema.
func subschema(out *Schema, name string) **Schema {
	switch name {
	case "items":
		return &out.Items
	case "additionalProperties":
		return &out.AdditionalProperties
	case "propertyNames":
		return &out.PropertyNames
	case "not":
		return &out.Not
	case "if":
		return &out.If
	case "then":
		return &out.Then
	case "else":
		return &out.Else
	case "contains":
		return &out.Contains
	case "contentSchema":
		return &out.ContentSchema
	}
	slot := new(*Schema)
	extra(out, name, slot)
	return slot
}

// subschemas is the place of a keyword whose value is a list of schemas.
func subschemas(out *Schema, name string) *[]*Schema {
	switch name {
	case "allOf":
		return &out.AllOf
	case "anyOf":
		return &out.AnyOf
	case "oneOf":
		return &out.OneOf
	case "prefixItems":
		return &out.PrefixItems
	}
	slot := new([]*Schema)
	extra(out, name, slot)
	return slot
}

// assignRaw reads a keyword that a type stated by itself, in JSON.
func assignRaw(out *Schema, name string, raw json.RawMessage, ref func(binding.Ref) string) {
	var whole Schema
	data, _ := json.Marshal(map[string]json.RawMessage{name: raw}) // raw was read as JSON before
	if err := json.Unmarshal(data, &whole); err != nil || reflect.DeepEqual(whole, Schema{}) {
		extra(out, name, raw)
		return
	}
	from, to := reflect.ValueOf(&whole).Elem(), reflect.ValueOf(out).Elem()
	for i := range from.NumField() {
		if to.Field(i).CanSet() && !from.Field(i).IsZero() {
			to.Field(i).Set(from.Field(i))
		}
	}
	_ = ref
}

// assignValue sets a keyword with a plain value.
func assignValue(out *Schema, name string, value any) {
	switch name {
	case "type":
		if single, ok := value.(string); ok {
			out.Type = single
			return
		}
	case "format":
		out.Format, _ = value.(string)
		return
	case "pattern":
		out.Pattern, _ = value.(string)
		return
	case "title":
		out.Title, _ = value.(string)
		return
	case "description":
		out.Description, _ = value.(string)
		return
	case "contentEncoding":
		out.ContentEncoding, _ = value.(string)
		return
	case "contentMediaType":
		out.ContentMediaType, _ = value.(string)
		return
	case "required":
		out.Required, _ = value.([]string)
		return
	case "enum":
		out.Enum, _ = value.([]any)
		return
	case "const":
		out.Const = value
		return
	case "default":
		out.Default = value
		return
	case "examples":
		out.Examples, _ = value.([]any)
		return
	case "additionalProperties":
		if value == false {
			out.AdditionalProperties = jsonschema.FalseSchema
			return
		}
	}
	if !assignFlag(out, name, value) && !assignNumber(out, name, value) {
		extra(out, name, value)
	}
}

func assignFlag(out *Schema, name string, value any) bool {
	flag, ok := value.(bool)
	if !ok {
		return false
	}
	switch name {
	case "uniqueItems":
		out.UniqueItems = flag
	case "deprecated":
		out.Deprecated = flag
	case "readOnly":
		out.ReadOnly = flag
	case "writeOnly":
		out.WriteOnly = flag
	default:
		return false
	}
	return true
}

func assignNumber(out *Schema, name string, value any) bool {
	text := numberText(value)
	if text == "" {
		return false
	}
	switch name {
	case "minimum":
		out.Minimum = text
	case "maximum":
		out.Maximum = text
	case "exclusiveMinimum":
		out.ExclusiveMinimum = text
	case "exclusiveMaximum":
		out.ExclusiveMaximum = text
	case "multipleOf":
		out.MultipleOf = text
	default:
		return assignSize(out, name, text)
	}
	return true
}

func assignSize(out *Schema, name string, text json.Number) bool {
	size, err := strconv.ParseUint(string(text), 10, 64)
	if err != nil {
		return false
	}
	switch name {
	case "minLength":
		out.MinLength = &size
	case "maxLength":
		out.MaxLength = &size
	case "minItems":
		out.MinItems = &size
	case "maxItems":
		out.MaxItems = &size
	case "minProperties":
		out.MinProperties = &size
	case "maxProperties":
		out.MaxProperties = &size
	default:
		return false
	}
	return true
}

// numberText writes a number exactly; "" for anything else.
func numberText(value any) json.Number {
	switch v := value.(type) {
	case int, int64, uint64:
		return json.Number(fmt.Sprint(v))
	case float64:
		data, err := json.Marshal(v)
		if err != nil {
			return ""
		}
		return json.Number(strings.TrimSpace(string(data)))
	case json.Number:
		return v
	}
	return ""
}
