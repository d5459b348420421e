package binding

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// outputType decides whether the output is an envelope or the body itself.
func (b *planner) outputType() {
	p := b.plan
	at := site{where: p.typ.String(), out: &b.problems}
	writes := b.config.Writes != nil && b.config.Writes(p.typ)
	switch {
	case writes:
		p.body = &bodyPlan{kind: bodyForeign, typ: p.typ, whole: true}
	case p.typ.Kind() == reflect.Struct && p.typ.NumField() == 0:
	case p.typ.Kind() == reflect.Struct && !ownsForm(p.typ) && isEnvelope(p.typ):
		b.envelope(p.typ, 0)
	default:
		n := b.node(p.typ, nil, at)
		p.body = &bodyPlan{kind: bodyJSON, node: n, typ: p.typ, whole: true, required: true, mediaTypes: []string{"application/json"}}
	}
}

func isEnvelope(t reflect.Type) bool {
	for i := range t.NumField() {
		f := t.Field(i)
		_, status := lookup(f.Tag, "status")
		tag, ok := sourceOf(f, site{out: new(Problems)})
		if status || ok && (tag.source == Header || tag.source == Cookie || tag.source == Body) {
			return true
		}
		if f.Type.Kind() == reflect.Struct && textOf(f.Tag, "json") == "" && !ownsForm(f.Type) && isEnvelope(f.Type) {
			return true
		}
	}
	return false
}

// envelope compiles the fields of an envelope or of a group in it.
func (b *planner) envelope(t reflect.Type, base uintptr) {
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Name == "_" {
			continue
		}
		at := fieldSite(t, f, &b.problems)
		if statuses, ok := lookup(f.Tag, "status"); ok {
			b.statusField(f, statuses, base+f.Offset, at)
			continue
		}
		tag, ok := sourceOf(f, at)
		switch {
		case ok && tag.source == Body:
			b.body(f, tag, base+f.Offset, at)
		case ok && (tag.source == Header || tag.source == Cookie):
			b.param(f, tag, base+f.Offset, false, at)
		case f.Type.Kind() == reflect.Struct && isEnvelope(f.Type):
			b.envelope(f.Type, base+f.Offset)
		case f.IsExported():
			at.problem(`header:"…", cookie:"…", status:"…" or body:""`, "has no place in a response beside the fields that have one")
		}
	}
}

// statusField compiles the field that chooses among declared statuses.
func (b *planner) statusField(f reflect.StructField, tag string, offset uintptr, at site) {
	if f.Type.Kind() != reflect.Int {
		at.problem("int", "is a status of type %s", f.Type)
		return
	}
	if b.plan.status != nil {
		at.problem("", "is a second status")
		return
	}
	s := &statusPlan{offset: offset}
	for word := range strings.SplitSeq(tag, ",") {
		code, err := strconv.Atoi(strings.TrimSpace(word))
		if err != nil || code < 200 || code > 599 {
			at.problem(`status:"200,201"`, "declares the status %q", word)
			return
		}
		if slices.Contains(s.statuses, code) {
			at.problem("", "declares the status %d twice", code)
			return
		}
		s.statuses = append(s.statuses, code)
	}
	b.plan.status = s
}
