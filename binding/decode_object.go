package binding

import (
	"slices"
	"strings"
	"unsafe"

	"github.com/wend-go/wend/internal/jsonscan"
)

// find returns the field of a name as it stands in the text. Clients send members
// in the order of declaration more often than not, so hint is tried first.
func (o *object) find(key []byte, hint int) int {
	if hint < len(o.fields) && o.fields[hint].name == string(key) {
		return hint
	}
	if len(o.fields) <= 8 {
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
// union around it and is read past; "" where there is none.
func (d *decoder) object(o *object, p unsafe.Pointer, k byte, skip string) bool {
	if k != '{' {
		return d.problem(CodeType, "must be an object") && d.Skip()
	}
	before, wrongs := len(d.errs.Fields), d.wrongs
	var marks []mark
	here, given, bad := newPresence(len(o.fields)), newPresence(len(o.fields)), newPresence(len(o.fields))
	names := d.Names()
	hint := 0
	for more := d.EnterObject(); more; more = d.NextKey() {
		key := d.Key
		if d.KeyEscaped {
			key = jsonscan.Unquote(nil, key)
		}
		i := o.find(key, hint)
		marks = d.mark(marks, i, len(o.fields))
		if i < 0 || o.fields[i].readOnly {
			if !d.unknown(o, key, &names, skip) {
				return false
			}
			continue
		}
		hint = i + 1
		f := &o.fields[i]
		if !here.add(i) {
			return d.duplicate()
		}
		if d.Kind() != 'n' {
			given.add(i)
		}
		d.push(f.name, -1)
		found := d.wrongs
		if !d.value(f.node, f.address(p, true)) {
			return false
		}
		if d.wrongs > found {
			bad.add(i)
		}
		d.pop()
	}
	if d.Failed() {
		return false
	}
	d.EndNames(names)
	if !d.absent(o, p, &here, &marks) || !d.siblings(o, p, given, bad, &marks) {
		return false
	}
	d.sort(before, marks)
	return d.hook(o, p, wrongs)
}

// mark says that the problems from an index on are about a field.
type mark struct{ field, start int }

// mark notes which field comes next, in the explain pass. A name without a field
// goes behind all of them.
func (d *decoder) mark(marks []mark, field, fields int) []mark {
	if !d.explain {
		return nil
	}
	if field < 0 {
		field = fields
	}
	return append(marks, mark{field, len(d.errs.Fields)})
}

// sort brings the problems of one object, which begin at an index, from the order
// of the text into the order of declaration.
func (d *decoder) sort(before int, marks []mark) {
	if len(d.errs.Fields)-before < 2 {
		return
	}
	found := slices.Clone(d.errs.Fields[before:])
	sorted := d.errs.Fields[:before]
	order := make([]int, len(marks))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return marks[a].field - marks[b].field })
	for _, i := range order {
		end := len(found)
		if i+1 < len(marks) {
			end = marks[i+1].start - before
		}
		sorted = append(sorted, found[marks[i].start-before:end]...)
	}
	d.errs.Fields = sorted
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
func (d *decoder) absent(o *object, p unsafe.Pointer, here *presence, marks *[]mark) bool {
	for _, i := range o.fill {
		if f := &o.fields[i]; !here.has(i) && f.reached(p) {
			f.def.apply(f.node, f.address(p, true))
		}
	}
	for _, i := range o.must {
		if here.has(i) || o.fields[i].readOnly || !o.fields[i].reached(p) {
			continue
		}
		*marks = d.mark(*marks, i, 0)
		d.push(o.fields[i].name, -1)
		if !d.problem(CodeRequired, "is required") {
			return false
		}
		d.pop()
	}
	for _, i := range o.zero {
		f := &o.fields[i]
		if here.has(i) || f.required || f.readOnly {
			continue
		}
		*marks = d.mark(*marks, i, 0)
		d.push(f.name, -1)
		if !d.zeroHooks(f.node.obj, f.address(p, true)) {
			return false
		}
		d.pop()
	}
	return true
}

// siblings runs the rules between fields.
func (d *decoder) siblings(o *object, p unsafe.Pointer, given, bad presence, marks *[]mark) bool {
	for i := range o.cross {
		f, ok := o.cross[i].holds(o, p, given)
		if ok || o.cross[i].compares(bad) {
			continue
		}
		*marks = d.mark(*marks, f, 0)
		d.push(o.fields[f].name, -1)
		if !d.explain {
			return false
		}
		d.add(o.cross[i].says.item(string(d.in), d.pointer()))
		d.pop()
	}
	return true
}

// hook runs the type's own Validate when nothing inside the value failed.
func (d *decoder) hook(o *object, p unsafe.Pointer, wrongs int) bool {
	if !o.hook && len(o.inner) == 0 || d.wrongs > wrongs || d.ctx == nil {
		return true
	}
	err := o.validate(d.ctx, p)
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
		item.In, item.Pointer = string(d.in), d.pointer()+item.Pointer
		d.add(item)
	}
	return true
}

// zeroHooks runs the Validate methods of a struct that is absent, and so zero.
func (d *decoder) zeroHooks(o *object, p unsafe.Pointer) bool {
	wrongs := d.wrongs
	for _, i := range o.zero {
		f := &o.fields[i]
		d.push(f.name, -1)
		if !d.zeroHooks(f.node.obj, f.address(p, true)) {
			return false
		}
		d.pop()
	}
	return d.hook(o, p, wrongs)
}
