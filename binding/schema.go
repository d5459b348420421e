package binding

import (
	"fmt"
	"reflect"
	"strings"
)

// The second reader of the plan: what a node states in JSON Schema 2020-12.

// view returns the schema of n's value in the given view, null included where it
// is accepted (Input) or written (Output).
func (n *node) view(v View) Schema {
	s := n.stated(v)
	switch {
	case v == Output && n.kind == kindPointer, v == Output && n.kind == kindOpt:
		return orNull(n.elem.view(v))
	case n.kind == kindPointer || n.kind == kindOpt:
		s = n.elem.view(v)
		if n.hasNull {
			return orNull(s)
		}
		return s
	case v != Output && n.hasNull && n.kind != kindAny:
		return orNull(s)
	}
	return s
}

// stated is the schema of a value of n that is not null.
func (n *node) stated(v View) Schema {
	if n.recursive {
		return Schema{State("$ref", Ref{n.typ, v, n.listing})}
	}
	return n.withRules(n.form(v))
}

// listing is the definition of a list or map that contains itself.
func (n *node) listing(v View) Schema { return n.withRules(n.form(v)) }

// withRules adds what the rules state to the form of the type.
func (n *node) withRules(s Schema) Schema {
	var ruled Schema
	var notes []map[string]any
	var texts []string
	for i := range n.ops {
		if n.enum != nil && n.ops[i].says == n.enum.op.says {
			continue // stated by the enum's own component
		}
		says := n.ops[i].says
		ruled = ruled.with(says.states...)
		if says.partial {
			note := map[string]any{"rule": says.code}
			for k, v := range says.params {
				note[k] = v
			}
			notes = append(notes, note)
			texts = append(texts, says.text)
		}
	}
	if n.skipZero && len(ruled) > 0 && !nilable(n.typ) && !n.passes(reflect.New(n.typ)) {
		zero := Schema{State("const", n.zeroJSON())}
		s = s.with(State("anyOf", []Schema{zero, ruled}))
	} else {
		s = merge(s, ruled)
	}
	if len(notes) > 0 {
		s = append(s, State("x-constraints", notes), State("description", strings.Join(texts, "; ")))
	}
	return s
}

// passes runs the rules of n on a value, zero or not.
func (n *node) passes(v reflect.Value) bool {
	for i := range n.ops {
		if !n.ops[i].holds(n, v.UnsafePointer(), "") {
			return false
		}
	}
	return true
}

func (n *node) zeroJSON() any {
	switch n.kind {
	case kindString, kindText:
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
	if n.enum != nil && n.typ.Name() != "" {
		return Schema{State("$ref", Ref{n.typ, v, func(View) Schema { return append(n.scalar(), n.enum.op.says.states...) }})}
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
		return Schema{State("$ref", Ref{n.typ, v, func(v View) Schema { return n.obj.schema(v, "") }})}
	case kindUnion:
		return Schema{State("$ref", Ref{n.typ, v, n.un.schema})}
	}
	return n.scalar()
}

func (n *node) mapForm(v View) Schema {
	s := Schema{State("type", "object"), State("additionalProperties", n.elem.view(v))}
	switch {
	case n.key.kind == kindInt || n.key.kind == kindUint:
		names := Schema{State("pattern", `^-?(0|[1-9][0-9]*)$`)}
		if n.key.kind == kindUint {
			names = Schema{State("pattern", `^(0|[1-9][0-9]*)$`)}
		}
		s = append(s, State("propertyNames", names))
	case len(n.key.ops) > 0:
		keys := n.key.withRules(nil)
		s = append(s, State("propertyNames", keys))
	}
	return s
}

// scalar is the form of a value without parts.
func (n *node) scalar() Schema {
	if n.quoted {
		return Schema{State("type", "string"), State("x-go-type", n.typ.String()+",string")}
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
		return Schema{State("type", "string")}
	case kindBytes:
		return Schema{State("type", "string"), State("pattern", base64Pattern), State("contentEncoding", "base64")}
	case kindTime:
		return Schema{State("type", "string"), State("format", "date-time")}
	case kindAny:
		if n.required {
			return Schema{State("not", Schema{State("type", "null")})}
		}
		return nil
	}
	return append(Schema{}, n.schema...)
}

const base64Pattern = `^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$`

// integer states the range of the kind: by bounds up to 32 bits, beyond by format,
// since a JSON number may lose the last digits on its way through other readers.
func (n *node) integer() Schema {
	s := Schema{State("type", "integer")}
	switch {
	case n.kind == kindUint && n.bits == 64:
		return append(s, State("format", "uint64"), State("minimum", int64(0)))
	case n.kind == kindUint:
		return append(s, State("minimum", int64(0)), State("maximum", int64(1)<<n.bits-1))
	case n.bits == 64:
		return append(s, State("format", "int64"))
	}
	limit := int64(1) << (n.bits - 1)
	return append(s, State("minimum", -limit), State("maximum", limit-1))
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

// schema is the object schema of a struct. A union around it adds its member.
func (o *object) schema(v View, extra string, tag ...any) Schema {
	var props Properties
	var required []string
	if extra != "" {
		props = append(props, Property{extra, Schema{State("type", "string"), State("const", tag[0])}})
		required = append(required, extra)
	}
	for i := range o.fields {
		f := &o.fields[i]
		if v == Output && f.writeOnly || v != Output && f.readOnly || f.name == extra {
			continue
		}
		props = append(props, Property{f.name, f.schema(v)})
		if v != Output && f.required || v == Output && f.always() {
			required = append(required, f.name)
		}
	}
	s := Schema{State("type", "object")}
	if len(props) > 0 {
		s = append(s, State("properties", props))
	}
	if len(required) > 0 {
		s = append(s, State("required", required))
	}
	if v != InputOpen {
		s = append(s, State("additionalProperties", false))
	}
	return o.constraints(s, v)
}

// always reports whether every value of the struct has the member on the wire.
func (f *field) always() bool {
	return !f.omitEmpty && !f.omitZero && f.node.kind != kindOpt && len(f.hops) == 0
}

// constraints adds what the rules between fields and the type's own method say.
func (o *object) constraints(s Schema, v View) Schema {
	var notes []map[string]any
	for i := range o.cross {
		says := o.cross[i].says
		if v != Output {
			for _, k := range says.states {
				s = s.also(Schema{k})
			}
		}
		if says.partial {
			note := map[string]any{"rule": says.code, "field": o.fields[o.cross[i].field].name}
			for k, p := range says.params {
				note[k] = p
			}
			notes = append(notes, note)
		}
	}
	if o.hook {
		notes = append(notes, map[string]any{"rule": "custom"})
	}
	if len(notes) > 0 {
		s = append(s, State("x-constraints", notes))
	}
	return s
}

// schema is the schema of a member with its annotations.
func (f *field) schema(v View) Schema {
	s := f.node.view(v)
	if v == Output && (f.omitEmpty || f.omitZero) && f.node.kind == kindPointer {
		s = f.node.elem.view(v) // nil is left out, never null
	}
	if f.node.kind == kindStruct || f.node.kind == kindPointer || f.node.kind == kindOpt {
		s = append(Schema{}, s...)
	}
	s = f.text.onto(s)
	if f.def != nil {
		s = append(s, State("default", f.def.value))
	}
	if f.readOnly {
		s = append(s, State("readOnly", true))
	}
	if f.writeOnly {
		s = append(s, State("writeOnly", true))
	}
	return s
}

// onto adds the annotations to a schema.
func (t annotationTexts) onto(s Schema) Schema {
	if t.title != "" {
		s = append(s, State("title", t.title))
	}
	if t.doc != "" {
		s = describe(s, t.doc)
	}
	if t.deprecated {
		s = append(s, State("deprecated", true))
	}
	if t.hasExample {
		s = append(s, State("examples", []any{t.example}))
	}
	return s
}

// describe puts text before a description that a rule or type has given.
func describe(s Schema, text string) Schema {
	for i := range s {
		if s[i].name == "description" {
			s = append(Schema{}, s...)
			s[i].value = fmt.Sprintf("%s (%s)", text, s[i].value)
			return s
		}
	}
	return append(s, State("description", text))
}

// schema is the definition of a union.
func (u *union) schema(v View) Schema {
	var refs []Schema
	mapping := map[string]Ref{}
	for i := range u.variants {
		variant := &u.variants[i]
		ref := Ref{variant.node.typ, v, func(v View) Schema {
			return variant.node.obj.schema(v, u.member, variant.tag)
		}}
		refs = append(refs, Schema{State("$ref", ref)})
		mapping[variant.tag] = ref
	}
	return Schema{
		State("oneOf", refs),
		State("discriminator", Discriminator{u.member, mapping}),
	}
}

// Discriminator is the value of OpenAPI's discriminator keyword.
type Discriminator struct {
	PropertyName string
	Mapping      map[string]Ref
}
