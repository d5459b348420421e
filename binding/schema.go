package binding

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"unsafe"
)

// The second reader of the plan: what a node states in JSON Schema 2020-12.

// view returns the schema of n's value in the given view, null included where it
// is accepted (Input) or written (Output).
func (n *node) view(v View) Schema {
	s := n.nonNull(v)
	switch {
	case n.innermost().kind == kindAny && (n.hasNull || v == Output):
		return nil
	case v == Output && (n.kind == kindPointer || n.kind == kindOpt || n.kind == kindUnion), v != Output && n.hasNull:
		return orNull(s)
	}
	return s
}

// nonNull is the schema of n's value when it is not null: what pointers and Opt
// lead to.
func (n *node) nonNull(v View) Schema {
	switch n.kind {
	case kindPointer, kindOpt:
		if n.elem.kind == kindPointer && v == Output {
			return n.elem.view(v) // a pointer to nil is written as null
		}
		return n.elem.nonNull(v)
	case kindAny:
		return Schema{State("not", Schema{State("type", "null")})}
	}
	return n.stated(v)
}

// stated is the schema of a value of n that is not null.
func (n *node) stated(v View) Schema {
	if n.recursive {
		return Schema{State("$ref", Ref{Type: n.typ, View: v, def: n.listing})}
	}
	return n.withRules(n.form(v), v)
}

// listing is the definition of a list or map that contains itself.
func (n *node) listing(v View) Schema { return n.withRules(n.form(v), v) }

// withRules adds what the rules state to the form of the type.
func (n *node) withRules(s Schema, v View) Schema {
	var ruled Schema
	var notes []map[string]any
	var texts []string
	for i := range n.ops {
		if n.enum != nil && !n.quoted && n.ops[i].says == n.enum.op.says {
			continue // stated by the enum's own component
		}
		says := n.ops[i].says
		ruled = ruled.with(says.states...)
		if says.partial {
			notes = append(notes, says.note())
			texts = append(texts, says.text)
		}
	}
	switch {
	case n.skips() && n.kind == kindText: // which texts are the zero value, only the type knows
		s = append(s, n.notes()...)
	case n.skips() && len(ruled) == 0 && n.enum == nil: // all of it is annotated
	case n.skips() && n.enum != nil:
		s = Schema{State("anyOf", []Schema{{State("const", n.zeroJSON())}, merge(s, ruled)})}
	case n.skips():
		s = s.with(State("anyOf", []Schema{{State("const", n.zeroJSON())}, ruled}))
	case v == Output && n.skipZero && nilable(n.typ) && len(ruled) > 0 && !n.passes(reflect.New(n.typ).UnsafePointer()):
		_, most := n.sizeKeywords() // nil is written as an empty list or map
		s = s.with(State("anyOf", []Schema{{State(most, int64(0))}, ruled}))
	default:
		s = merge(s, ruled)
	}
	if n.method {
		notes = append(notes, map[string]any{"rule": "custom"})
	}
	if len(notes) > 0 {
		s = append(s, State("x-constraints", notes))
	}
	if len(texts) > 0 {
		s = describe(s, strings.Join(texts, "; "))
	}
	for _, k := range n.notesOwn {
		if k.name == "description" {
			s = describe(s, fmt.Sprint(k.value))
			continue
		}
		s = append(s, k)
	}
	return s
}

// passes runs the rules of n on the value at p.
func (n *node) passes(p unsafe.Pointer) bool {
	for i := range n.ops {
		if !n.ops[i].holds(n, p, "") {
			return false
		}
	}
	return true
}

// note is an entry of x-constraints.
func (s *statement) note() map[string]any {
	note := map[string]any{"rule": s.code}
	for k, v := range s.params.asMap() {
		note[k] = v
	}
	return note
}

// skips reports whether omitempty changes what is accepted: where the zero value
// breaks the rules that it would have to obey.
func (n *node) skips() bool {
	if !n.skipZero || len(n.ops) == 0 || nilable(n.typ) {
		return false
	}
	return n.kind == kindText || !n.passes(reflect.New(n.typ).UnsafePointer())
}

func (n *node) zeroJSON() any {
	switch n.kind {
	case kindString:
		return ""
	case kindBool:
		return false
	}
	return 0
}

// merge adds rules to a form. A bound of the rules replaces the wider one of the
// kind, such as the range of an int8.
func merge(form, rules Schema) Schema {
	for _, k := range rules {
		replaced := false
		for i := range form {
			if form[i].name == k.name && (k.name == "minimum" || k.name == "maximum") {
				form[i], replaced = k, true
			}
		}
		if !replaced {
			form = form.with(k)
		}
	}
	return form
}

// form is the schema of the type alone.
func (n *node) form(v View) Schema {
	if n.enum != nil && !n.quoted {
		return Schema{State("$ref", Ref{Type: n.typ, View: v, def: func(View) Schema { return append(n.scalar(), n.enum.op.says.states...) }})}
	}
	switch n.kind {
	case kindList:
		return Schema{State("type", "array"), State("items", n.elem.view(v))}
	case kindArray:
		size := int64(n.typ.Len())
		return Schema{State("type", "array"), State("items", n.elem.view(v)), State("minItems", size), State("maxItems", size)}
	case kindMap:
		return n.mapForm(v)
	case kindStruct:
		if n.typ.Name() == "" {
			return n.obj.schema(v, "")
		}
		return Schema{State("$ref", Ref{Type: n.typ, View: v, def: func(v View) Schema { return n.obj.schema(v, "") }})}
	case kindUnion:
		return Schema{State("$ref", Ref{Type: n.typ, View: v, def: n.un.schema})}
	case kindCustom:
		if n.typ.Kind() == reflect.Struct && n.typ.Name() != "" && n.statesObject() {
			return Schema{State("$ref", Ref{Type: n.typ, View: v, def: func(View) Schema { return n.scalar() }})}
		}
	}
	return n.scalar()
}

// statesObject reports whether a type with a JSON form of its own is an object, and
// so a component like any other struct.
func (n *node) statesObject() bool {
	typ, _ := n.schema.Get("type")
	raw, isRaw := typ.(json.RawMessage)
	return typ == "object" || isRaw && string(raw) == `"object"`
}

func (n *node) mapForm(v View) Schema {
	s := Schema{State("type", "object"), State("additionalProperties", n.elem.view(v))}
	var names Schema
	switch n.key.kind {
	case kindInt, kindUint:
		names = Schema{State("pattern", n.key.keyPattern())}
		if len(n.key.ops) > 0 { // bounds of numbers, which no keyword states about names
			names = append(names, n.key.notes()...)
		}
	case kindString:
		names = n.key.stated(v)
	default:
		names = n.key.withRules(nil, v)
	}
	if len(n.key.ops) > 0 || n.key.kind != kindString {
		s = append(s, State("propertyNames", names))
	}
	return s
}

// notes names the rules of n without stating them.
func (n *node) notes() Schema {
	notes := make([]map[string]any, len(n.ops))
	for i := range n.ops {
		notes[i] = n.ops[i].says.note()
	}
	return Schema{State("x-constraints", notes)}
}

// keyPattern matches the decimal integers that n's kind holds.
func (n *node) keyPattern() string {
	if n.kind == kindUint {
		most := uint64(math.MaxUint64) >> (64 - n.bits)
		return "^(-?0|" + upToPattern(most) + ")$"
	}
	most := uint64(math.MaxInt64) >> (64 - n.bits)
	return fmt.Sprintf("^(-?(0|%s)|-%d)$", upToPattern(most), most+1)
}

// upToPattern matches the decimal integers from 1 to most.
func upToPattern(most uint64) string {
	digits := strconv.FormatUint(most, 10)
	parts := []string{fmt.Sprintf("[1-9][0-9]{0,%d}", len(digits)-2)}
	for i, d := range []byte(digits) {
		low := byte('0')
		if i == 0 {
			low = '1'
		}
		rest := ""
		if n := len(digits) - i - 1; n > 0 {
			rest = fmt.Sprintf("[0-9]{%d}", n)
		}
		if d > low {
			parts = append(parts, fmt.Sprintf("%s[%c-%c]%s", digits[:i], low, d-1, rest))
		}
	}
	return strings.Join(append(parts, digits), "|")
}

// scalar is the form of a value without parts.
func (n *node) scalar() Schema {
	if n.quoted {
		return Schema{State("type", "string"), State("x-wend-type", n.typ.String()+",string")}
	}
	switch n.kind {
	case kindBool:
		return Schema{State("type", "boolean")}
	case kindInt, kindUint:
		return n.integer()
	case kindDuration:
		return Schema{State("type", "integer"), State("format", "int64"), State("description", "nanoseconds")}
	case kindFloat:
		format := "double"
		if n.bits == 32 {
			format = "float"
		}
		return Schema{State("type", "number"), State("format", format)}
	case kindString:
		if n.typ == secretType {
			return Schema{State("type", "string"), State("format", "password")}
		}
		return Schema{State("type", "string")}
	case kindBytes:
		return Schema{State("type", "string"), State("pattern", base64Pattern), State("contentEncoding", "base64")}
	case kindTime:
		return Schema{State("type", "string"), State("format", "date-time")}
	case kindAny:
		return nil
	}
	return append(Schema{}, n.schema...)
}

const base64Pattern = `^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$`

// integer states the range of the kind: by bounds up to 32 bits, beyond by format,
// since a JSON number may lose the last digits on its way through other readers.
func (n *node) integer() Schema {
	integer := State("type", "integer")
	switch {
	case n.kind == kindUint && n.bits == 64:
		return Schema{integer, State("format", "uint64"), State("minimum", int64(0))}
	case n.kind == kindUint:
		return Schema{integer, State("minimum", int64(0)), State("maximum", int64(1)<<n.bits-1)}
	case n.bits == 64:
		return Schema{integer, State("format", "int64")}
	}
	limit := int64(1) << (n.bits - 1)
	return Schema{integer, State("minimum", -limit), State("maximum", limit-1)}
}

// orNull adds null to what a schema accepts.
func orNull(s Schema) Schema {
	if len(s) == 0 {
		return s
	}
	typ, hasType := s.Get("type")
	name, single := typ.(string)
	for _, k := range s {
		switch k.name {
		case "$ref", "const", "not", "anyOf", "allOf", "oneOf", "if":
			hasType = false
		}
	}
	if !hasType || !single {
		return Schema{State("anyOf", []Schema{s, {State("type", "null")}})}
	}
	out := make(Schema, len(s))
	for i, k := range s {
		switch k.name {
		case "type":
			k.value = []string{name, "null"}
		case "enum":
			k.value = append(append([]any{}, k.value.([]any)...), nil)
		}
		out[i] = k
	}
	return out
}
