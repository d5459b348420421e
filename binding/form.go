package binding

import (
	"fmt"
	"net/http"
	"reflect"
)

// A form is a body of named parts: application/x-www-form-urlencoded, or
// multipart/form-data, which alone carries files.

const (
	urlencoded    = "application/x-www-form-urlencoded"
	multipartForm = "multipart/form-data"
)

// defaultForm is the size of a multipart body that nobody has said anything about.
const defaultForm = 32 << 20

// formField compiles one field of a form.
func (b *planner) formField(f reflect.StructField, tag sourceTag, p *param, rules *uses, at site) bool {
	switch b.config.Method {
	case http.MethodGet, http.MethodHead:
		at.problem(fmt.Sprintf("query:%q", tag.name), "is a form field, and %s has no body", b.config.Method)
		return false
	case http.MethodDelete:
		at.problem(fmt.Sprintf("query:%q", tag.name), "is a form field, and DELETE takes a body only through a field Body")
		return false
	}
	if b.plan.body != nil && b.plan.body.kind != bodyForm {
		at.problem("form fields or a body", "is a form field beside a body")
		return false
	}
	form := b.form()
	p.jsonPart = tag.has("json")
	p.file.kind = fileKindOf(f.Type)
	switch {
	case p.jsonPart:
		p.file.kind = fileNone
		p.node = b.node(f.Type, rules, at)
	case p.file.kind != fileNone:
		form.files = true
		b.fileField(f, p, rules, at)
	default:
		p.node = b.node(f.Type, rules, at)
	}
	if form.files {
		b.plan.body.mediaTypes = []string{multipartForm}
	}
	b.raiseTotal(p, at)
	return p.node.kind != kindInvalid
}

// formPlan is a body that consists of the plan's form parameters.
type formPlan struct {
	fields []int // indexes into Plan.params
	files  bool
	total  int64 // bytes of a multipart body
}

// form returns the plan's form, made with its first field.
func (b *planner) form() *formPlan {
	if b.plan.form == nil {
		b.plan.form = &formPlan{total: defaultForm}
		b.plan.body = &bodyPlan{kind: bodyForm, mediaTypes: []string{urlencoded, multipartForm}}
	}
	return b.plan.form
}

// fileField compiles a field that holds a file, or several.
func (b *planner) fileField(f reflect.StructField, p *param, rules *uses, at site) {
	rest := p.file.take(rules, at)
	n := &node{typ: f.Type, size: f.Type.Size(), kind: kindFile}
	if p.file.kind == fileMany {
		n.kind, n.elem = kindList, &node{typ: uploadType, size: uploadType.Size(), kind: kindFile}
	}
	value := b.presence(n, rest, at)
	b.rules(n, value, at)
	if len(p.file.mediaType) > 0 && !n.skipZero && (p.file.kind == fileOne || p.file.kind == fileBytes) {
		n.required = true // no file is of no type: the zero value breaks the rule
	}
	n.settle()
	p.node = n
}

// raiseTotal makes room in a form for the largest file that a field may hold, or
// refuses it where the application has said how large a body may be.
func (b *planner) raiseTotal(p *param, at site) {
	const around = 1 << 20 // other fields and the headers of parts
	switch {
	case p.file.maxSize == 0:
	case b.config.MaxBody > 0 && p.file.maxSize > b.config.MaxBody:
		at.problem(fmt.Sprintf("a MaxBody above %d, or a smaller maxsize", p.file.maxSize),
			"has maxsize=%s, and a body may have %d bytes in all", p.file.sizeText, b.config.MaxBody)
	default:
		b.plan.form.total = max(b.plan.form.total, p.file.maxSize+around)
	}
}

// fileSchema states a field that holds files.
func (q *param) fileSchema() Schema {
	if q.file.kind != fileMany {
		return q.file.schema()
	}
	return q.node.withRules(Schema{State("type", "array"), State("items", q.file.schema())}, Input)
}
