package binding

import (
	"reflect"
	"strings"
	"unsafe"
)

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

// memberPointer points to a member by what stands between the outer brackets: there may be
// more than the one level that is understood, as in filter[a][b].
func memberPointer(s string) (pointer string) {
	for name := range strings.SplitSeq(s, "][") {
		pointer += "/" + escapePointer(name)
	}
	return pointer
}

// deepObject reads the members of one deepObject.
func (b *binder) deepObject(p *param, members [][2]string) {
	if len(members) == 0 {
		b.missing(p)
		return
	}
	b.note(p)
	n, at := b.target(p)
	if n.kind == kindMap {
		b.deepMap(p, n, at, members)
		return
	}
	o := n.obj
	before := b.count()
	seen, given, bad := newPresence(len(o.fields)), newPresence(len(o.fields)), newPresence(len(o.fields))
	for _, m := range members {
		i := o.find([]byte(m[0]), 0)
		pointer := memberPointer(m[0])
		stray := i < 0 || o.fields[i].readOnly
		switch {
		case stray && len(m[0]) > 64:
			b.add(p, "", CodeUnknown, "has a member that is not a known field")
		case stray:
			b.add(p, pointer, CodeUnknown, "is not a known field")
		case !seen.add(i):
			b.add(p, pointer, CodeMultiple, "must be given once")
		case m[1] == "" && o.fields[i].node.emptyIsAbsent():
		default:
			given.add(i)
			right := b.count()
			b.deepMember(p, &o.fields[i], o.fields[i].address(at, true), pointer, m[1])
			if b.count() > right {
				bad.add(i)
			}
		}
	}
	b.deepAbsent(p, o, at, given)
	b.deepRules(p, o, at, given, bad)
	if b.count() > before {
		return
	}
	err := o.validate(b.context(), at)
	items := Invalids(err)
	if err != nil && len(items) == 0 {
		b.failed = err
	}
	for _, item := range items {
		b.add(p, item.Pointer, item.Code, item.Detail)
	}
}

// deepAbsent does for a deepObject what its struct would do with members that are
// not there.
func (b *binder) deepAbsent(p *param, o *object, at unsafe.Pointer, given presence) {
	for i := range o.fields {
		f := &o.fields[i]
		switch {
		case given.has(i) || !f.reached(at):
			continue
		case f.def != nil:
			f.def.apply(f.node, f.address(at, true))
		case f.required && !f.readOnly:
			b.add(p, "/"+escapePointer(f.name), CodeRequired, "is required")
		}
		if len(f.hops) == 0 && !f.readOnly && f.node.method && f.node.zeroHas() {
			b.method(p, f.node, f.address(at, true), "/"+escapePointer(f.name))
		}
	}
}

// deepRules runs the rules between the members.
func (b *binder) deepRules(p *param, o *object, at unsafe.Pointer, given, bad presence) {
	for i := range o.cross {
		f, ok := o.cross[i].holds(o, at, given)
		if ok || o.cross[i].blind(given, bad) {
			continue
		}
		b.problems().broken(p.in, "/"+escapePointer(p.name)+"/"+escapePointer(o.fields[f].name), o.cross[i].says)
	}
}

func (b *binder) deepMember(p *param, f *field, at unsafe.Pointer, pointer, text string) {
	member := *p
	member.node, member.inner = f.node, nil
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
		name, nested := member[0], false
		if i := strings.IndexAny(name, "[]"); i >= 0 { // range[a][b]: an object where a value of the map belongs
			name, nested = name[:i], true
		}
		pointer := "/" + escapePointer(name)
		key, elem := reflect.New(n.key.typ), reflect.New(n.elem.typ)
		value, slot := n.elem, elem.UnsafePointer()
		for value.kind == kindPointer || value.kind == kindOpt {
			slot, value = value.enter(slot), value.elem
		}
		switch {
		case nested:
			b.add(p, pointer, CodeType, "must be "+value.article())
		case !n.key.parse(key.UnsafePointer(), name, p.in):
			b.add(p, pointer, CodeType, "must be "+n.key.article())
		case m.MapIndex(key.Elem()).IsValid():
			b.add(p, pointer, CodeMultiple, "must be given once")
		case !value.parse(slot, member[1], p.in):
			b.add(p, pointer, CodeType, "must be "+value.article())
		default:
			b.rules(p, n.key, key.UnsafePointer(), pointer, name)
			b.rules(p, value, slot, pointer, member[1])
			m.SetMapIndex(key.Elem(), elem.Elem())
		}
	}
	b.rules(p, n, at, "", "")
}
