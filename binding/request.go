package binding

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
	"unsafe"

	"github.com/wend-go/wend/internal/jsonscan"
)

// MaxPairs is how many name-value pairs a query, a form or a Cookie field may have.
const MaxPairs = 1000

// Incoming is one request as Plan.Bind reads it.
type Incoming struct {
	Request *http.Request
	Writer  http.ResponseWriter // for read deadlines; may be nil
	// Values are the decoded path values in the order of Plan.PathNames.
	Values []string
	// RawValues are the same as they are escaped in the path; without them a list
	// splits at the commas of Values.
	RawValues []string
	Limits    Limits

	spool        *spool
	keepInMemory bool // no temporary files: nobody calls Close
}

// Close removes the temporary files of a form. Whoever calls Bind calls it once the
// handler has returned, whatever Bind has said.
func (in *Incoming) Close() error {
	if in.spool == nil {
		return nil
	}
	s := in.spool
	in.spool = nil
	return s.close()
}

// binder reads one request into one value.
type binder struct {
	plan   *Plan
	in     *Incoming
	dst    unsafe.Pointer
	errs   *Error
	failed error // of a Validate method, when it is not about the value

	given, bad presence // by index of Plan.params, where a rule asks for it
}

// Bind fills dst, which points to a zero value of the plan's struct (of the
// pointed-to struct when the type is a pointer), from a request. It reads
// parameters first and then the body, and returns an *[Error] with everything
// that is wrong, or the error of a Validate method that is not about the value. The
// Params of its fields are shared with other requests: who hands them on, where they
// might be changed, hands on a [Error.Clone]. Injected fields are left alone.
func (p *Plan) Bind(in *Incoming, dst unsafe.Pointer) error {
	b := binder{plan: p, in: in, dst: dst}
	if len(p.groups) > 0 {
		b.given, b.bad = newPresence(len(p.params)), newPresence(len(p.params))
	}
	if len(p.params) > 0 {
		b.path()
		if len(p.queries) > 0 || p.strict {
			b.query()
		}
		if len(p.headers) > 0 {
			b.header()
		}
		if len(p.cookies) > 0 {
			b.cookie()
		}
	} else if p.strict {
		b.query()
	}
	if p.body != nil {
		if err := b.body(); err != nil {
			return err
		}
	}
	if len(p.groups) > 0 {
		b.siblings()
	}
	switch {
	case b.failed != nil:
		return b.failed
	case b.errs != nil:
		return b.errs
	}
	return b.hooks()
}

// problems returns the error that collects what is wrong.
func (b *binder) problems() *Error {
	if b.errs == nil {
		b.errs = &Error{}
	}
	return b.errs
}

// count is how many problems there are so far.
func (b *binder) count() int {
	if b.errs == nil {
		return 0
	}
	return len(b.errs.Fields)
}

// note marks a parameter as given.
func (b *binder) note(p *param) {
	if len(b.plan.groups) > 0 {
		b.given.add(p.id)
	}
}

func (b *binder) add(p *param, pointer, code, detail string) {
	if len(b.plan.groups) > 0 {
		b.bad.add(p.id)
	}
	b.problems().add(FieldError{In: string(p.in), Pointer: "/" + escapePointer(p.name) + pointer, Code: code, Detail: detail})
}

// malformed notes a request that cannot be read at all.
func (b *binder) malformed(detail string) { b.problems().raise(http.StatusBadRequest, detail) }

func (b *binder) path() {
	i := 0
	for j := range b.plan.params {
		p := &b.plan.params[j]
		if p.in != Path {
			return // Invariant: path parameters come first
		}
		value := b.in.Values[i]
		raw := value
		if i < len(b.in.RawValues) {
			raw = b.in.RawValues[i]
		}
		i++
		switch {
		case !utf8.ValidString(value):
			b.malformed("the path is not valid UTF-8")
		case p.value().kind == kindList:
			b.list(p, splitPath(raw, i <= len(b.in.RawValues)))
		default:
			b.scalar(p, value)
		}
	}
}

// splitPath splits a path value at commas: as it is escaped in the path where that
// is known, so that %2C stays in an element.
func splitPath(value string, escaped bool) []string {
	items := strings.Split(value, ",")
	if escaped {
		for i := range items {
			if text, err := url.PathUnescape(items[i]); err == nil {
				items[i] = text
			}
		}
	}
	return items
}

// found is what a request has for one parameter.
type found struct {
	value string
	count int
	more  []string // of a list: all values
}

// assign stores what was found for a parameter.
func (b *binder) assign(p *param, got *found) {
	switch isList := p.value().kind == kindList; {
	case got.count == 0:
		b.missing(p)
	case isList:
		b.list(p, got.more)
	case got.count > 1:
		b.add(p, "", CodeMultiple, "must be given once")
	case got.value == "" && emptyIsAbsent(p):
		b.missing(p)
	default:
		b.scalar(p, got.value)
	}
}

// emptyIsAbsent reports whether ?x= counts as nothing: only with omitempty, and
// never for text.
func emptyIsAbsent(p *param) bool {
	n := p.value()
	return p.in == Form && n.kind != kindString && n.kind != kindText || p.node.emptyIsAbsent()
}

func (n *node) emptyIsAbsent() bool {
	value := n.innermost()
	return (n.skipZero || value.skipZero) && value.kind != kindString && value.kind != kindText
}

// missing fills the default of an absent parameter or says that it is required.
func (b *binder) missing(p *param) {
	at := unsafe.Add(b.dst, p.offset)
	switch {
	case p.def != nil:
		p.def.apply(p.node, at)
	case p.required:
		b.add(p, "", CodeRequired, "is required")
	}
	if p.node.method && p.node.zeroHas() {
		b.method(p, p.node, at, "")
	}
}

// method runs the Validate of a type that is no struct, when nothing of the value
// failed.
func (b *binder) method(p *param, n *node, at unsafe.Pointer, pointer string) {
	pointer = "/" + escapePointer(p.name) + pointer
	if b.errs != nil && slices.ContainsFunc(b.errs.Fields, func(f FieldError) bool {
		return f.In == string(p.in) && leadsInto(f.Pointer, pointer)
	}) {
		return
	}
	err := callValidate(b.context(), n.typ, at)
	items := Invalids(err)
	if err != nil && len(items) == 0 && b.failed == nil {
		b.failed = err
	}
	for _, item := range items {
		item.In, item.Pointer = string(p.in), pointer+item.Pointer
		b.problems().add(item)
	}
}

// target returns the address of the value behind pointer and Opt, filling both.
func (b *binder) target(p *param) (*node, unsafe.Pointer) {
	n, at := p.node, unsafe.Add(b.dst, p.offset)
	for {
		if n.kind != kindPointer && n.kind != kindOpt {
			return n, at
		}
		at, n = n.enter(at), n.elem
	}
}

// scalar reads one text into a parameter.
func (b *binder) scalar(p *param, text string) {
	b.note(p)
	n, at := b.target(p)
	if !n.parse(at, text, p.in) {
		code, detail := n.typeError()
		b.add(p, "", code, detail)
		return
	}
	b.rules(p, n, at, "", text)
}

// rules runs the rules of n on the value at address at, then its Validate.
func (b *binder) rules(p *param, n *node, at unsafe.Pointer, pointer, text string) {
	switch {
	case n.method:
		b.rulesAndMethod(p, n, at, pointer, text)
	case len(n.ops) > 0:
		b.judge(p, n, at, pointer, text)
	}
}

func (b *binder) rulesAndMethod(p *param, n *node, at unsafe.Pointer, pointer, text string) {
	b.judge(p, n, at, pointer, text)
	if !n.skipZero || !n.isZero(at) {
		b.method(p, n, at, pointer)
	}
}

func (b *binder) judge(p *param, n *node, at unsafe.Pointer, pointer, text string) {
	if n.skipZero && n.isZero(at) {
		return
	}
	if n.wide != nil && n.passes(at) { // else the rounded value says what is wrong
		sent, _ := jsonscan.ParseFloat([]byte(text), 64)
		n, at = n.wide, unsafe.Pointer(&sent)
	}
	for i := range n.ops {
		if !n.ops[i].holds(n, at, text) {
			b.problems().broken(p.in, "/"+escapePointer(p.name)+pointer, n.ops[i].says)
			if n.ops[i].says.code == CodeRequired {
				break
			}
		}
	}
}

// list reads texts into a list parameter.
func (b *binder) list(p *param, texts []string) {
	b.note(p)
	n, at := b.target(p)
	n.empty(at)
	for i, text := range texts {
		elem, slot := n.elem, n.grow(at)
		for elem.kind == kindPointer || elem.kind == kindOpt {
			slot, elem = elem.enter(slot), elem.elem
		}
		pointer := "/" + itoa(i)
		if !elem.parse(slot, text, p.in) {
			code, detail := elem.typeError()
			b.add(p, pointer, code, detail)
			continue
		}
		b.rules(p, elem, slot, pointer, text)
	}
	b.rules(p, n, at, "", "")
}

// hooks runs the Validate methods of groups and of the input struct, which see all
// sources.
func (b *binder) hooks() error {
	for _, h := range b.plan.hooks {
		err := callValidate(b.context(), h.typ, unsafe.Add(b.dst, h.offset))
		if err == nil {
			continue
		}
		items := Invalids(err)
		if len(items) == 0 {
			return err
		}
		e := &Error{}
		for _, item := range items {
			item.In, item.Pointer = b.plan.splitSource(item.Pointer)
			e.add(item)
		}
		return e
	}
	return nil
}

// splitSource is [SplitSource] where the body may be a form.
func (p *Plan) splitSource(pointer string) (in, rest string) {
	in, rest = SplitSource(pointer)
	if p.form != nil && rest == pointer {
		in = string(Form)
	}
	return in, rest
}

func (b *binder) context() context.Context {
	if b.in.Request == nil {
		return context.Background()
	}
	return b.in.Request.Context()
}
