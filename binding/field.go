package binding

import (
	"iter"
	"reflect"
	"slices"
	"strings"
)

// Opaque lists the types whose own code decides what is accepted, by the path of
// the field; the document states only their wire form.
func (p *Plan) Opaque() []string {
	var found []string
	walkOpaque := func(where string, n *node) {
		opaqueNodes(where, n, map[*node]bool{}, &found)
	}
	for i := range p.params {
		walkOpaque(string(p.params[i].in)+"/"+p.params[i].name, p.params[i].node)
		if p.params[i].hidden {
			found = append(found, string(p.params[i].in)+"/"+p.params[i].name+" (hidden)")
		}
	}
	if p.body != nil {
		walkOpaque("body", p.body.node)
	}
	slices.Sort(found)
	return slices.Compact(found)
}

func opaqueNodes(where string, n *node, met map[*node]bool, found *[]string) {
	if n == nil || met[n] {
		return
	}
	met[n] = true
	if n.opaque || n.method || n.obj != nil && (n.obj.hook || len(n.obj.inner) > 0) {
		*found = append(*found, where+" "+n.typ.String())
	}
	opaqueNodes(where+"/*", n.elem, met, found)
	opaqueNodes(where+"/*", n.key, met, found)
	if n.un != nil {
		for i := range n.un.variants {
			opaqueNodes(where, n.un.variants[i].node, met, found)
		}
	}
	if n.obj == nil {
		return
	}
	for i := range n.obj.fields {
		opaqueNodes(where+"/"+n.obj.fields[i].name, n.obj.fields[i].node, met, found)
	}
}

// Field is one part of an input or output, for whoever documents it.
type Field struct {
	In         Source
	Name       string // on the wire; "" for a body
	GoName     string
	Type       reflect.Type
	Required   bool
	Hidden     bool
	Deprecated bool
	Style      string // of a parameter: form, simple, deepObject
	Explode    bool
	Doc        string
	Example    any      // nil when there is none
	MediaTypes []string // of a body, and of the form that a form field is part of
	// ContentTypes are, of a form field, those that its part may have; nil for text.
	ContentTypes []string
	File         bool // of a form field: it holds one file, or a list of them
	Foreign      bool // of an output body: the framework writes it
	Raw          bool // of an input body: streamed, so nothing of it is judged
	Schema       Schema
}

// Fields yields the documented parts: path, query, header and cookie parameters,
// then form fields or the body.
func (p *Plan) Fields() iter.Seq[Field] {
	return func(yield func(Field) bool) {
		for i := range p.params {
			f := p.params[i].field(p.view)
			if f.In == Form {
				f.MediaTypes = p.body.mediaTypes
			}
			if !yield(f) {
				return
			}
		}
		if p.body != nil && p.form == nil {
			yield(p.bodyField())
		}
	}
}

// field describes a parameter; view is that of the plan's bodies.
func (q *param) field(view View) Field {
	f := Field{
		In: q.in, Name: q.name, GoName: q.goName, Type: q.node.typ, Required: q.required, Hidden: q.hidden,
		Deprecated: q.text.deprecated, Doc: q.text.doc, Example: q.text.example,
	}
	switch {
	case q.jsonPart:
		f.Schema, f.ContentTypes = q.node.view(view), []string{"application/json"}
		return f
	case q.file.kind != fileNone:
		f.Schema, f.File, f.ContentTypes = q.fileSchema(), true, q.file.mediaType
		return f
	}
	f.Schema = q.schema()
	switch {
	case q.deep:
		f.Style, f.Explode = "deepObject", true
	case q.in == Path || q.in == Header:
		f.Style = "simple"
	case q.value().kind == kindList:
		f.Style, f.Explode = "form", !q.csv
	}
	return f
}

// schema is what a parameter's text stands for: no null, no required.
func (q *param) schema() Schema {
	n := q.value()
	s := q.wire(n)
	if q.in == Path && n.kind == kindString && !q.rest {
		if _, has := s.Get("minLength"); !has {
			s = append(s, State("minLength", int64(1)))
		}
	}
	if q.text.title != "" {
		s = append(s, State("title", q.text.title))
	}
	if q.def != nil {
		s = append(s, State("default", q.def.value))
	}
	return s
}

// wire is the schema of one value, or of a list of them, as its text spells it.
func (q *param) wire(n *node) Schema {
	switch {
	case n.kind == kindDuration:
		return n.asText("a duration such as 1m30s")
	case n.kind == kindTime && q.in == Header:
		return n.asText("an HTTP date (RFC 9110 §5.6.7)")
	case n.kind == kindList:
		return n.withRules(Schema{State("type", "array"), State("items", q.wire(n.elem.innermost()))}, Input)
	}
	return n.stated(Input)
}

// asText states a value whose text in a parameter is not its JSON spelling. Its
// rules, which speak about the value, are annotations there.
func (n *node) asText(form string) Schema {
	s := Schema{State("type", "string"), State("description", form)}
	if len(n.ops) > 0 {
		s = append(s, n.notes()...)
	}
	return s
}

func (p *Plan) bodyField() Field {
	b := p.body
	f := Field{In: Body, Type: b.typ, Required: b.required, MediaTypes: b.mediaTypes, Foreign: b.kind == bodyForeign, Raw: b.kind == bodyReader, Doc: b.text.doc, Example: b.text.example}
	if b.node == nil {
		return f
	}
	f.Schema = b.node.view(p.view)
	if p.view == Output && (b.node.kind == kindPointer || b.node.kind == kindUnion) {
		f.Schema = b.node.nonNull(Output) // nil is an error where a body is promised
	}
	if b.kind == bodyBytes {
		f.Schema = b.node.sizeNotes()
	}
	return f
}

// sizeNotes states the rules of bytes that are sent as they are, about which no keyword
// can speak; nil without any.
func (n *node) sizeNotes() Schema {
	if len(n.ops) == 0 {
		return nil
	}
	texts := make([]string, len(n.ops))
	for i := range n.ops {
		texts[i] = n.ops[i].says.text
	}
	return append(n.notes(), State("description", strings.Join(texts, "; ")))
}
