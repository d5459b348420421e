package binding

import (
	"fmt"
	"slices"
)

// schema is the object schema of a struct. A union around it adds its member.
func (o *object) schema(v View, extra string, tag ...any) Schema {
	props := make(Properties, 0, len(o.fields)+1)
	required := make([]string, 0, len(o.fields)+1)
	if extra != "" {
		props = append(props, Property{Name: extra, Schema: Schema{State("type", "string"), State("const", tag[0])}})
		required = append(required, extra)
	}
	for i := range o.fields {
		f := &o.fields[i]
		if f.hiddenIn(v) || f.name == extra {
			continue
		}
		props = append(props, Property{Name: f.name, Schema: f.schema(v)})
		if v != Output && f.required && len(f.hops) == 0 || v == Output && f.always() {
			required = append(required, f.name)
		}
	}
	s := append(make(Schema, 0, 4), State("type", "object"))
	if len(props) > 0 {
		s = append(s, State("properties", props))
	}
	if len(required) > 0 {
		s = append(s, State("required", required))
	}
	if v != InputOpen {
		s = append(s, State("additionalProperties", false))
	}
	if v != Output {
		s = append(s, o.promotions()...)
	}
	return o.constraints(append(s, o.notes...), v)
}

// hiddenIn reports whether a view leaves the member out.
func (f *field) hiddenIn(v View) bool { return v == Output && f.writeOnly || v != Output && f.readOnly }

// promotions states what embedded pointers require: their members are required as
// soon as one of them is there.
func (o *object) promotions() Schema {
	dependent := map[string][]string{}
	for i := range o.fields {
		f := &o.fields[i]
		if len(f.hops) == 0 || f.readOnly {
			continue
		}
		var names []string
		for j := range o.fields {
			if g := &o.fields[j]; j != i && g.required && !g.readOnly && f.fills(g) {
				names = append(names, g.name)
			}
		}
		if len(names) > 0 {
			dependent[f.name] = names
		}
	}
	if len(dependent) == 0 {
		return nil
	}
	return Schema{State("dependentRequired", dependent)}
}

// fills reports whether storing f makes every pointer on the way to g not nil.
func (f *field) fills(g *field) bool {
	return len(g.hops) > 0 && len(g.hops) <= len(f.hops) && slices.Equal(g.hops, f.hops[:len(g.hops)])
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
			if len(says.states) > 0 {
				s = s.also(says.states)
			}
		}
		if says.partial {
			note := says.note()
			note["field"] = o.fields[o.cross[i].field].name
			notes = append(notes, note)
		}
	}
	if o.hook || len(o.inner) > 0 {
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
	if v == Output && (f.omitEmpty || f.omitZero) && (f.node.kind == kindPointer || f.node.kind == kindUnion) {
		s = f.node.nonNull(v) // nil is left out, never null
	}
	if f.node.kind == kindStruct || f.node.kind == kindPointer || f.node.kind == kindOpt || f.node.kind == kindUnion {
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
		ref := Ref{Type: variant.node.typ, Tag: variant.tag, View: v, def: func(v View) Schema {
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
