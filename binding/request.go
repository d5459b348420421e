package binding

import (
	"context"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"unicode/utf8"
	"unsafe"
)

// MaxPairs is how many name-value pairs a query, a form or a Cookie field may have.
const MaxPairs = 1000

// Incoming is one request as Plan.Bind reads it.
type Incoming struct {
	Request *http.Request
	Writer  http.ResponseWriter // for read deadlines; may be nil
	// Values are the decoded path values in the order of Plan.PathNames.
	Values []string
	Limits Limits
}

// binder reads one request into one value.
type binder struct {
	plan *Plan
	in   *Incoming
	dst  unsafe.Pointer
	errs *Error
}

// Bind fills dst, which points to a zero value of the plan's struct (of the
// pointed-to struct when the type is a pointer), from a request. It reads
// parameters first and then the body, and returns an *[Error] with everything
// that is wrong, or the error of a Validate method that is not about the value.
// Injected fields are left alone.
func (p *Plan) Bind(in *Incoming, dst unsafe.Pointer) error {
	b := binder{plan: p, in: in, dst: dst}
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
	if b.errs != nil {
		return b.errs
	}
	if p.hook {
		return b.hook()
	}
	return nil
}

// problems returns the error that collects what is wrong.
func (b *binder) problems() *Error {
	if b.errs == nil {
		b.errs = &Error{}
	}
	return b.errs
}

func (b *binder) add(p *param, pointer, code, detail string) {
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
		i++
		if p.value().kind == kindList {
			b.list(p, strings.Split(value, ","))
			continue
		}
		b.scalar(p, value)
	}
}

// found is what a request has for one parameter.
type found struct {
	value string
	count int
	more  []string // of a list: all values
}

// maxOnStack is how many parameters are collected without an allocation.
const maxOnStack = 16

// query reads the raw query once and hands each parameter its values.
func (b *binder) query() {
	var stack [maxOnStack]found
	slots := stack[:]
	if len(b.plan.queries) > maxOnStack {
		slots = make([]found, len(b.plan.queries))
	}
	var deep map[*param][][2]string
	rest, pairs := b.in.Request.URL.RawQuery, 0
	for rest != "" {
		var pair string
		pair, rest, _ = strings.Cut(rest, "&")
		if pair == "" {
			continue
		}
		if pairs++; pairs > MaxPairs {
			b.malformed("the query has too many parameters")
			return
		}
		rawKey, rawValue, _ := strings.Cut(pair, "=")
		key, ok := unescape(rawKey)
		value, okValue := unescape(rawValue)
		if !ok || !okValue {
			b.malformed("the query is not well-formed")
			return
		}
		i := b.queryParam(key)
		if i < 0 {
			if p, member := b.deepParam(key); p != nil {
				if deep == nil {
					deep = map[*param][][2]string{}
				}
				deep[p] = append(deep[p], [2]string{member, value})
				continue
			}
			b.unknownQuery(key)
			continue
		}
		p, slot := &b.plan.params[b.plan.queries[i]], &slots[i]
		slot.count++
		switch {
		case p.value().kind != kindList:
			slot.value = value
		case p.csv && slot.count == 1:
			slot.more = splitRaw(rawValue)
		default:
			slot.more = append(slot.more, value)
		}
	}
	for i, j := range b.plan.queries {
		p := &b.plan.params[j]
		if p.deep {
			b.deepObject(p, deep[p])
			continue
		}
		b.assign(p, &slots[i])
	}
}

func (b *binder) queryParam(key string) int {
	for i, j := range b.plan.queries {
		if p := &b.plan.params[j]; p.name == key && !p.deep {
			return i
		}
	}
	return -1
}

func (b *binder) unknownQuery(key string) {
	if !b.plan.strict {
		return
	}
	pointer := "/" + escapePointer(key)
	if len(key) > 64 {
		pointer = ""
	}
	b.problems().add(FieldError{In: string(Query), Pointer: pointer, Code: CodeUnknown, Detail: "is not a known parameter"})
}

// splitRaw splits a csv value before decoding, so that %2C stays in an element.
func splitRaw(raw string) []string {
	if raw == "" {
		return []string{}
	}
	items := strings.Split(raw, ",")
	for i := range items {
		items[i], _ = unescape(items[i]) // Invariant: the whole value decoded, so each part does
	}
	return items
}

// unescape decodes percent-escapes and plus signs; ok is false for a bad escape
// and for text that is not UTF-8.
func unescape(s string) (text string, ok bool) {
	if !strings.ContainsAny(s, "%+") {
		return s, utf8.ValidString(s)
	}
	text, err := url.QueryUnescape(s)
	return text, err == nil && utf8.ValidString(text)
}

// assign stores what was found for a parameter.
func (b *binder) assign(p *param, got *found) {
	switch isList := p.value().kind == kindList; {
	case got.count == 0:
		b.missing(p)
	case isList && p.csv && got.count > 1:
		b.add(p, "", CodeMultiple, "must be given once")
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
	return (p.node.skipZero || n.skipZero) && n.kind != kindString && n.kind != kindText
}

// missing fills the default of an absent parameter or says that it is required.
func (b *binder) missing(p *param) {
	switch {
	case p.def != nil:
		p.def.apply(p.node, unsafe.Add(b.dst, p.offset))
	case p.required:
		b.add(p, "", CodeRequired, "is required")
	}
}

// target returns the address of the value behind pointer and Opt, filling both.
func (b *binder) target(p *param) (*node, unsafe.Pointer) {
	n, at := p.node, unsafe.Add(b.dst, p.offset)
	for {
		switch n.kind {
		case kindPointer:
			at = n.alloc(at)
		case kindOpt:
			*(*bool)(unsafe.Add(at, n.setOffset)) = true
		default:
			return n, at
		}
		n = n.elem
	}
}

// scalar reads one text into a parameter.
func (b *binder) scalar(p *param, text string) {
	n, at := b.target(p)
	if !n.parse(at, text, p.in) {
		code, detail := n.typeError()
		b.add(p, "", code, detail)
		return
	}
	b.rules(p, n, at, "", text)
}

// rules runs the rules of n on the value at address at.
func (b *binder) rules(p *param, n *node, at unsafe.Pointer, pointer, text string) {
	if len(n.ops) == 0 || n.skipZero && n.isZero(at) {
		return
	}
	for i := range n.ops {
		if !n.ops[i].holds(n, at, text) {
			b.problems().add(n.ops[i].says.item(string(p.in), "/"+escapePointer(p.name)+pointer))
		}
	}
}

// list reads texts into a list parameter.
func (b *binder) list(p *param, texts []string) {
	n, at := b.target(p)
	n.empty(at)
	for i, text := range texts {
		elem, slot := n.elem, n.grow(at)
		for elem.kind == kindPointer {
			slot, elem = elem.alloc(slot), elem.elem
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

// deepParam finds the deepObject parameter of a key such as filter[status].
func (b *binder) deepParam(key string) (*param, string) {
	open := strings.IndexByte(key, '[')
	if open <= 0 || key[len(key)-1] != ']' {
		return nil, ""
	}
	for _, j := range b.plan.queries {
		if p := &b.plan.params[j]; p.deep && p.name == key[:open] {
			return p, key[open+1 : len(key)-1]
		}
	}
	return nil, ""
}

// deepObject reads the members of one deepObject.
func (b *binder) deepObject(p *param, members [][2]string) {
	if len(members) == 0 {
		b.missing(p)
		return
	}
	n, at := b.target(p)
	if n.kind == kindMap {
		b.deepMap(p, n, at, members)
		return
	}
	o := n.obj
	seen := newPresence(len(o.fields))
	for _, m := range members {
		i := o.find([]byte(m[0]), 0)
		pointer := "/" + escapePointer(m[0])
		switch {
		case i < 0 && len(m[0]) > 64:
			b.add(p, "", CodeUnknown, "has a member that is not a known field")
		case i < 0:
			b.add(p, pointer, CodeUnknown, "is not a known field")
		case !seen.add(i):
			b.add(p, pointer, CodeMultiple, "must be given once")
		default:
			b.deepMember(p, &o.fields[i], o.fields[i].address(at, true), pointer, m[1])
		}
	}
	for i := range o.fields {
		f := &o.fields[i]
		switch {
		case seen.has(i):
		case f.def != nil:
			f.def.apply(f.node, f.address(at, true))
		case f.required:
			b.add(p, "/"+escapePointer(f.name), CodeRequired, "is required")
		}
	}
}

func (b *binder) deepMember(p *param, f *field, at unsafe.Pointer, pointer, text string) {
	member := *p
	member.node = f.node
	inner := binder{plan: b.plan, in: b.in, dst: unsafe.Add(at, -int(p.offset))}
	n, slot := inner.target(&member)
	if !n.parse(slot, text, p.in) {
		code, detail := n.typeError()
		b.add(p, pointer, code, detail)
		return
	}
	b.rules(p, n, slot, pointer, text)
}

func (b *binder) deepMap(p *param, n *node, at unsafe.Pointer, members [][2]string) {
	m := reflect.MakeMap(n.typ)
	n.at(at).Set(m)
	for _, member := range members {
		pointer := "/" + escapePointer(member[0])
		key, elem := reflect.New(n.key.typ), reflect.New(n.elem.typ)
		switch {
		case !n.key.parse(key.UnsafePointer(), member[0], p.in):
			b.add(p, pointer, CodeType, "must be "+n.key.article())
		case m.MapIndex(key.Elem()).IsValid():
			b.add(p, pointer, CodeMultiple, "must be given once")
		case !n.elem.parse(elem.UnsafePointer(), member[1], p.in):
			b.add(p, pointer, CodeType, "must be "+n.elem.article())
		default:
			b.rules(p, n.key, key.UnsafePointer(), pointer, member[0])
			b.rules(p, n.elem, elem.UnsafePointer(), pointer, member[1])
			m.SetMapIndex(key.Elem(), elem.Elem())
		}
	}
	b.rules(p, n, at, "", "")
}

func (b *binder) header() {
	for _, j := range b.plan.headers {
		p := &b.plan.params[j]
		lines := b.in.Request.Header[p.key]
		got := found{count: len(lines)}
		isList := p.value().kind == kindList
		for _, line := range lines {
			if !utf8.ValidString(line) {
				b.malformed("the header " + p.key + " is not valid UTF-8")
				return
			}
			if !isList {
				got.value = strings.Trim(line, " \t")
				continue
			}
			for item := range strings.SplitSeq(line, ",") {
				got.more = append(got.more, strings.Trim(item, " \t"))
			}
		}
		b.assign(p, &got)
	}
}

// cookie reads the Cookie fields by itself: net/http drops all of them when there
// are too many, and a request must never look as if it had none.
func (b *binder) cookie() {
	var stack [maxOnStack]found
	slots := stack[:]
	if len(b.plan.cookies) > maxOnStack {
		slots = make([]found, len(b.plan.cookies))
	}
	pairs := 0
	for _, line := range b.in.Request.Header["Cookie"] {
		for pair := range strings.SplitSeq(line, ";") {
			name, value, ok := strings.Cut(strings.Trim(pair, " \t"), "=")
			if !ok || name == "" {
				continue // a nameless cookie is nobody's (RFC 6265 §4.2)
			}
			if pairs++; pairs > MaxPairs {
				b.malformed("the request has too many cookies")
				return
			}
			if !b.cookiePair(slots, name, value) {
				return
			}
		}
	}
	for i, j := range b.plan.cookies {
		b.assign(&b.plan.params[j], &slots[i])
	}
}

func (b *binder) cookiePair(slots []found, name, value string) bool {
	for i, j := range b.plan.cookies {
		if b.plan.params[j].name != name {
			continue
		}
		if !utf8.ValidString(value) {
			b.malformed("a cookie is not valid UTF-8")
			return false
		}
		if slots[i].count == 0 || slots[i].value != value { // equal values count once
			slots[i].count++
			slots[i].value = value
		}
	}
	return true
}

// hook runs the Validate method of the input struct, which sees all sources.
func (b *binder) hook() error {
	ctx := context.Background()
	if b.in.Request != nil {
		ctx = b.in.Request.Context()
	}
	err := callValidate(ctx, b.plan.base, b.dst)
	if err == nil {
		return nil
	}
	items := Invalids(err)
	if len(items) == 0 {
		return err
	}
	e := &Error{}
	for _, item := range items {
		item.In, item.Pointer = SplitSource(item.Pointer)
		e.add(item)
	}
	return e
}
