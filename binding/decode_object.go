package binding

import (
	"strings"
	"unsafe"

	"github.com/wend-go/wend/internal/jsonscan"
)

// fewFields is how many names are looked for one by one.
const fewFields = 8

// find returns the field of a name as it stands in the text. Clients send members
// in the order of declaration more often than not, so hint is tried first.
func (o *object) find(key []byte, hint int) int {
	if hint < len(o.fields) && o.fields[hint].name == string(key) {
		return hint
	}
	if len(o.fields) <= fewFields {
		for i := range o.fields {
			if o.fields[i].name == string(key) {
				return i
			}
		}
		return -1
	}
	if i, ok := o.byName[string(key)]; ok {
		return i
	}
	return -1
}

// keyOf is the text of a field's name, or "".
func (o *object) keyOf(i int) string {
	if i < len(o.fields) {
		return o.fields[i].key
	}
	return ""
}

// name is the name just read.
func (d *decoder) name() []byte {
	if d.KeyEscaped {
		return jsonscan.Unquote(nil, d.Key)
	}
	return d.Key
}

// presence is the set of members that a text has; the first 64 are a word.
type presence struct {
	low  uint64
	rest []uint64
}

func newPresence(fields int) presence {
	if fields <= 64 {
		return presence{}
	}
	return presence{rest: make([]uint64, (fields-1)/64)}
}

// add reports false when i was there already.
func (s *presence) add(i int) bool {
	word := &s.low
	if i >= 64 {
		word = &s.rest[i/64-1]
	}
	bit := uint64(1) << (i % 64)
	if *word&bit != 0 {
		return false
	}
	*word |= bit
	return true
}

func (s presence) has(i int) bool {
	if i < 64 {
		return s.low&(1<<i) != 0
	}
	return s.rest[i/64-1]&(1<<(i%64)) != 0
}

// object reads an object into the struct at p. The member named skip belongs to a
// union around it and is read past; "" where there is none. It is long because a part of
// the loop would have to be handed nearly all that the loop has learnt.
func (d *decoder) object(o *object, p unsafe.Pointer, k byte, skip string) bool {
	if k != '{' {
		return d.problem(CodeType, "must be an object") && d.Skip()
	}
	before, wrongs, order := len(d.found), d.wrongs, d.begin()
	here := newPresence(len(o.fields))
	var given, bad presence // for rules between fields
	if len(o.cross) > 0 {
		given, bad = newPresence(len(o.fields)), newPresence(len(o.fields))
	}
	names := d.Names()
	hint := 0 // the field that comes next if the text has the order of declaration
	for more, hit := d.EnterObjectAt(o.keyOf(0)); more; more, hit = d.NextKeyAt(o.keyOf(hint)) {
		i := hint
		if !hit {
			i = o.find(d.name(), hint)
		}
		start := len(d.found)
		if i < 0 || o.fields[i].readOnly {
			if !d.unknown(o, d.name(), &names, skip) {
				return false
			}
			d.mark(len(o.fields), start) // behind all fields
			continue
		}
		hint = i + 1
		f := &o.fields[i]
		if !here.add(i) {
			return d.duplicate()
		}
		k := d.Kind()
		if k != 'n' && len(o.cross) > 0 {
			given.add(i)
		}
		d.push(f.name, -1)
		found := d.wrongs
		if !d.valueAt(f.node, f.address(p, true), k) {
			return false
		}
		if d.wrongs > found && len(o.cross) > 0 {
			bad.add(i)
		}
		d.pop()
		d.mark(i, start)
	}
	if d.Failed() {
		return false
	}
	d.EndNames(names)
	// Optimization: one look at a word says that no member is missing; 3 % of decoding.
	if !o.complete(here) && !d.absent(o, p, &here) {
		return false
	}
	if len(o.cross) > 0 && !d.siblings(o, p, given, bad) {
		return false
	}
	if d.explain {
		d.sort(before, order)
	}
	return d.hook(o, p, wrongs)
}

// complete reports whether every member is there whose absence means something. Of an
// object with more than 64 members it does not know.
func (o *object) complete(here presence) bool {
	return len(o.fields) <= 64 && here.low&o.awaited == o.awaited
}

// duplicate fails the text at the name just read.
func (d *decoder) duplicate() bool {
	n := d.Names()
	d.AddName(&n)
	return d.AddName(&n) // Invariant: adding a name twice is what fails
}

// unknown handles a name that the struct does not have.
func (d *decoder) unknown(o *object, key []byte, names *jsonscan.Names, skip string) bool {
	known := d.lenient || skip != "" && string(key) == skip
	if !known && !d.explain {
		return false
	}
	if !known {
		d.unknownProblem(o, string(key))
	}
	return d.AddName(names) && d.Skip()
}

func (d *decoder) unknownProblem(o *object, name string) {
	detail := "is not a known field"
	for i := range o.fields {
		if strings.EqualFold(o.fields[i].name, name) && !o.fields[i].readOnly {
			detail += `; names are case-sensitive, write "` + o.fields[i].name + `"`
		}
	}
	if len(name) > 64 {
		d.problem(CodeUnknown, "has a member that is not a known field")
		return
	}
	d.push(name, -1)
	d.problem(CodeUnknown, detail)
	d.pop()
}

// absent fills defaults and reports missing members.
func (d *decoder) absent(o *object, p unsafe.Pointer, here *presence) bool {
	for _, i := range o.fill {
		if f := &o.fields[i]; !here.has(i) && f.reached(p) {
			f.def.apply(f.node, f.address(p, true))
		}
	}
	for _, i := range o.must {
		if here.has(i) || o.fields[i].readOnly || !o.fields[i].reached(p) {
			continue
		}
		start := len(d.found)
		d.push(o.fields[i].name, -1)
		if !d.problem(CodeRequired, "is required") {
			return false
		}
		d.pop()
		d.mark(i, start)
	}
	for _, i := range o.zero {
		f := &o.fields[i]
		if here.has(i) || f.required || f.readOnly {
			continue
		}
		start := len(d.found)
		d.push(f.name, -1)
		if !d.zeroHooks(f.node, f.address(p, true)) {
			return false
		}
		d.pop()
		d.mark(i, start)
	}
	return true
}

// siblings runs the rules between fields.
func (d *decoder) siblings(o *object, p unsafe.Pointer, given, bad presence) bool {
	for i := range o.cross {
		f, ok := o.cross[i].holds(o, p, given)
		if ok || o.cross[i].blind(given, bad) {
			continue
		}
		if !d.explain {
			return false
		}
		start := len(d.found)
		d.push(o.fields[f].name, -1)
		d.broken(d.in, o.cross[i].says)
		d.pop()
		d.mark(f, start)
	}
	return true
}

// hook runs the type's own Validate when nothing inside the value failed.
func (d *decoder) hook(o *object, p unsafe.Pointer, wrongs int) bool {
	if !o.hook && len(o.inner) == 0 || d.wrongs > wrongs || d.ctx == nil {
		return true
	}
	return d.judged(o.validate(d.ctx, p))
}

// method runs the Validate of a type that is no struct, when nothing of the value
// failed.
func (d *decoder) method(n *node, p unsafe.Pointer) bool {
	if d.ctx == nil || d.explain && d.brokenHere() {
		return true
	}
	return d.judged(callValidate(d.ctx, n.typ, p))
}

// judged notes what a Validate method has said about the value at the current path.
func (d *decoder) judged(err error) bool {
	if err == nil {
		return true
	}
	items := Invalids(err)
	if len(items) == 0 {
		d.failed = err
		return false
	}
	if !d.explain {
		return false
	}
	for _, item := range items {
		item.In = string(d.in)
		d.add(item, nil)
	}
	return true
}

// zeroHooks runs the Validate methods of a value that is absent, and so zero.
func (d *decoder) zeroHooks(n *node, p unsafe.Pointer) bool {
	if n.kind != kindStruct {
		return d.method(n, p)
	}
	o, wrongs := n.obj, d.wrongs
	for _, i := range o.zero {
		f := &o.fields[i]
		d.push(f.name, -1)
		if !d.zeroHooks(f.node, f.address(p, true)) {
			return false
		}
		d.pop()
	}
	return d.hook(o, p, wrongs)
}
