package schema

import (
	"encoding/json"
	"fmt"
	"math/big"
	"regexp"
	"strconv"
	"strings"
)

// reader reads a schema's keywords; the first mistake stays.
type reader struct {
	doc *Document
	at  string
	err error
}

func (r *reader) fail(format string, args ...any) {
	if r.err == nil {
		r.err = fmt.Errorf("the schema at %s: %s", r.at, fmt.Sprintf(format, args...))
	}
}

func (r *reader) schema(s *Schema, tree any) {
	switch v := tree.(type) {
	case bool:
		s.Never = !v
	case map[string]any:
		for name, value := range v {
			r.keyword(s, name, value)
		}
	default:
		r.fail("is neither an object nor a boolean")
	}
}

// keyword reads one keyword. Annotations are passed over.
func (r *reader) keyword(s *Schema, name string, v any) {
	switch name {
	case "type", "enum", "const", "required", "dependentRequired", "uniqueItems":
		r.plain(s, name, v)
	case "multipleOf", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum":
		r.bound(s, name, v)
	case "pattern":
		s.Pattern = r.pattern(v)
	case "format":
		s.Format, _ = v.(string)
	case "contentMediaType":
		s.ContentMediaType, _ = v.(string)
	case "$ref":
		text, _ := v.(string)
		pointer, local := strings.CutPrefix(text, "#")
		if !local {
			r.fail("refers to another document, %q", text)
			return
		}
		r.keep(r.doc.At(pointer))(&s.Ref)
	case "$schema", "$comment", "$defs", "title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly",
		"contentEncoding", "contentSchema", "discriminator", "example", "externalDocs", "xml":
	case "$id", "$anchor", "$dynamicRef", "$dynamicAnchor", "$vocabulary", "unevaluatedItems", "unevaluatedProperties":
		r.fail("has the keyword %s, which is not judged", name)
	default:
		if size := sizeOf(s, name); size != nil {
			r.size(size, name, v)
		} else if !r.applicator(s, name, v) && (name == "x-constraints" || name == "x-wend-type") {
			s.Partial = true
		}
	}
}

func sizeOf(s *Schema, name string) **int {
	return map[string]**int{
		"minLength": &s.MinLength, "maxLength": &s.MaxLength, "minItems": &s.MinItems, "maxItems": &s.MaxItems,
		"minContains": &s.MinContains, "maxContains": &s.MaxContains, "minProperties": &s.MinProperties, "maxProperties": &s.MaxProperties,
	}[name]
}

// applicator reads a keyword that holds schemas; false if it is none.
func (r *reader) applicator(s *Schema, name string, v any) bool {
	one := map[string]**Schema{
		"items": &s.Items, "contains": &s.Contains, "propertyNames": &s.PropertyNames, "additionalProperties": &s.Additional,
		"not": &s.Not, "if": &s.If, "then": &s.Then, "else": &s.Else,
	}[name]
	list := map[string]*[]*Schema{"prefixItems": &s.PrefixItems, "allOf": &s.AllOf, "anyOf": &s.AnyOf, "oneOf": &s.OneOf}[name]
	switch {
	case one != nil:
		*one = r.sub(name, v)
	case list != nil:
		values, ok := v.([]any)
		if !ok || len(values) == 0 {
			r.fail("%s is no list of schemas", name)
		}
		for i, value := range values {
			*list = append(*list, r.sub(name+"/"+strconv.Itoa(i), value))
		}
	case name == "properties":
		s.Properties = r.members(name, v)
	case name == "dependentSchemas":
		s.DependentSchemas = r.members(name, v)
	case name == "patternProperties":
		s.PatternProperties = map[*regexp.Regexp]*Schema{}
		for pattern, value := range r.members(name, v) {
			s.PatternProperties[r.pattern(pattern)] = value
		}
	default:
		return false
	}
	return true
}

func (r *reader) sub(name string, v any) *Schema {
	s := &Schema{}
	inner := reader{doc: r.doc, at: r.at + "/" + name}
	if inner.schema(s, v); inner.err != nil && r.err == nil {
		r.err = inner.err
	}
	return s
}

func (r *reader) members(name string, v any) map[string]*Schema {
	object, ok := v.(map[string]any)
	if !ok {
		r.fail("%s is no object", name)
	}
	all := make(map[string]*Schema, len(object))
	for member, value := range object {
		all[member] = r.sub(name+Pointer(member), value)
	}
	return all
}

func (r *reader) keep(s *Schema, err error) func(**Schema) {
	return func(to **Schema) {
		if *to = s; err != nil && r.err == nil {
			r.err = err
		}
	}
}

func (r *reader) plain(s *Schema, name string, v any) {
	ok := true
	switch name {
	case "type":
		if text, single := v.(string); single {
			s.Types = []string{text}
			return
		}
		s.Types, ok = texts(v)
	case "enum":
		s.Enum, ok = v.([]any)
	case "const":
		s.Const = &v
	case "required":
		s.Required, ok = texts(v)
	case "uniqueItems":
		s.UniqueItems, ok = v.(bool)
	case "dependentRequired":
		var object map[string]any
		object, ok = v.(map[string]any)
		s.DependentRequired = map[string][]string{}
		for member, list := range object {
			names, isList := texts(list)
			s.DependentRequired[member], ok = names, ok && isList
		}
	}
	if !ok {
		r.fail("%s has a value of the wrong type", name)
	}
}

func texts(v any) (list []string, ok bool) {
	values, ok := v.([]any)
	for _, value := range values {
		text, isText := value.(string)
		list, ok = append(list, text), ok && isText
	}
	return list, ok
}

func (r *reader) bound(s *Schema, name string, v any) {
	n, ok := rational(v)
	if !ok {
		r.fail("%s is no number", name)
	}
	switch name {
	case "multipleOf":
		s.MultipleOf = n
	case "minimum":
		s.Minimum = n
	case "maximum":
		s.Maximum = n
	case "exclusiveMinimum":
		s.ExclusiveMinimum = n
	case "exclusiveMaximum":
		s.ExclusiveMaximum = n
	}
}

func (r *reader) size(to **int, name string, v any) {
	n, ok := rational(v)
	if !ok || !n.IsInt() || !n.Num().IsInt64() || n.Sign() < 0 {
		r.fail("%s is no size", name)
		return
	}
	size := int(n.Num().Int64())
	*to = &size
}

func (r *reader) pattern(v any) *regexp.Regexp {
	text, _ := v.(string)
	re, err := regexp.Compile(text)
	if err != nil {
		r.fail("pattern %q: %v", text, err)
	}
	return re
}

// maxExponent bounds the numbers that are kept exactly; beyond, only their size counts.
const maxExponent = 400

// rational is the value of a JSON number.
func rational(v any) (*big.Rat, bool) {
	n, ok := v.(json.Number)
	if !ok {
		return nil, false
	}
	text := string(n)
	if i := strings.IndexAny(text, "eE"); i >= 0 {
		exponent, err := strconv.Atoi(strings.TrimPrefix(text[i+1:], "+"))
		switch {
		case err != nil && strings.HasPrefix(text[i+1:], "-"), exponent < -maxExponent:
			text = text[:i] + "e-" + strconv.Itoa(maxExponent)
		case err != nil, exponent > maxExponent:
			text = text[:i] + "e" + strconv.Itoa(maxExponent)
		}
	}
	return new(big.Rat).SetString(text)
}
