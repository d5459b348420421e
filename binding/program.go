package binding

import (
	"context"
	"math"
	"unicode/utf8"
	"unsafe"
)

// A program checks a value in memory and only says whether it obeys its rules. It is a
// flat list of steps: nested structs are a part of the list of the struct around them,
// and two bounds on one value are one step. What breaks a rule is found by a walker,
// which gives the same verdict slowly and says why.
//
// Optimization: checking an order of 36 values took 5 times as long with a walker
// alone.
type program struct{ steps []check }

// check is one step of a program.
type check struct {
	does   checkKind
	bits   uint8
	offset uintptr // of the value in the struct that the program is for
	lo, hi uint64  // bounds; of checkSkipZero, lo is how many steps to skip
	node   *node
	sub    *program // for elements, or for what a pointer points to
}

type checkKind uint8

const (
	checkRunes    checkKind = iota // of a string
	checkInt                       // bounds of a signed integer
	checkCount                     // of a slice
	checkRule                      // any rule, with lo the index among the node's
	checkSkipZero                  // omitempty
	checkList
	checkPointer
	checkObject // rules between fields, and Validate
	checkWalk   // the rest, by a walker
)

// assembler makes the program of a node. It is given each node and object once, since
// types may contain themselves.
type assembler struct{ made map[*node]*program }

// assemble returns the program of n.
func assemble(n *node) *program { return assembler{map[*node]*program{}}.program(n) }

func (a assembler) program(n *node) *program {
	if p, ok := a.made[n]; ok {
		return p
	}
	p := &program{}
	a.made[n] = p
	a.node(p, n, 0)
	return p
}

func (p *program) add(c check) { p.steps = append(p.steps, c) }

// node adds the steps of the value of n at an offset.
func (a assembler) node(p *program, n *node, offset uintptr) {
	if n.method {
		p.add(check{does: checkWalk, offset: offset, node: n})
		return
	}
	switch n.kind {
	case kindPointer:
		p.add(check{does: checkPointer, offset: offset, node: n, sub: a.program(n.elem)})
	case kindList:
		p.add(check{does: checkList, offset: offset, node: n, sub: a.program(n.elem)})
		if n.required || n.hasNull {
			return // its rules hold unless it is nil, which the step looks at
		}
		a.rules(p, n, offset)
	case kindStruct:
		a.object(p, n, offset)
	case kindBool, kindInt, kindUint, kindFloat, kindString, kindBytes, kindTime, kindDuration:
		a.rules(p, n, offset)
	default:
		p.add(check{does: checkWalk, offset: offset, node: n})
	}
}

func (a assembler) object(p *program, n *node, offset uintptr) {
	o := n.obj
	for i := range o.fields {
		if len(o.fields[i].hops) > 0 {
			p.add(check{does: checkWalk, offset: offset, node: n})
			return
		}
	}
	for i := range o.fields {
		a.node(p, o.fields[i].node, offset+o.fields[i].offset)
	}
	if len(o.cross) > 0 || o.hook || len(o.inner) > 0 {
		p.add(check{does: checkObject, offset: offset, node: n})
	}
	a.rules(p, n, offset)
}

// rules adds the steps of n's own rules.
func (a assembler) rules(p *program, n *node, offset uintptr) {
	if len(n.ops) == 0 {
		return
	}
	skip := len(p.steps)
	if n.skipZero {
		p.add(check{does: checkSkipZero, offset: offset, node: n})
	}
	// Invariant: checkRunes, checkInt and checkCount hold for every value when they
	// have no bound, and each bound only narrows them.
	bounds := check{offset: offset, node: n, bits: n.bits, hi: math.MaxInt64}
	switch n.kind {
	case kindString:
		bounds.does = checkRunes
	case kindInt, kindDuration:
		bounds.does, bounds.lo = checkInt, 1<<63
	default:
		bounds.does = checkCount
	}
	narrowed := false
	for i := range n.ops {
		if bounds.narrow(&n.ops[i]) {
			narrowed = true
			continue
		}
		p.add(check{does: checkRule, offset: offset, lo: uint64(i), node: n})
	}
	if narrowed {
		p.add(bounds)
	}
	if n.skipZero {
		p.steps[skip].lo = uint64(len(p.steps) - skip - 1)
	}
}

// narrow takes a bound into c; false when o is none of its kind.
func (c *check) narrow(o *op) bool {
	switch {
	case o.test == testAllOf: // as len is
		both := *c
		for i := range o.says.alts {
			if !both.narrow(&o.says.alts[i]) {
				return false
			}
		}
		*c = both
	case c.does == checkRunes && o.test == testMinRunes, c.does == checkCount && o.test == testMinCount && c.node.kind == kindList:
		c.lo = max(c.lo, o.n)
	case c.does == checkRunes && o.test == testMaxRunes, c.does == checkCount && o.test == testMaxCount && c.node.kind == kindList:
		c.hi = min(c.hi, o.n)
	case c.does == checkInt && o.test == testMinInt:
		c.lo = uint64(max(int64(c.lo), int64(o.n)))
	case c.does == checkInt && o.test == testMaxInt:
		c.hi = uint64(min(int64(c.hi), int64(o.n)))
	default:
		return false
	}
	return true
}

// holds reports whether the value at base obeys its rules.
func (p *program) holds(ctx context.Context, base unsafe.Pointer) bool {
	for i := 0; i < len(p.steps); i++ {
		c := &p.steps[i]
		at := unsafe.Add(base, c.offset)
		switch c.does {
		case checkRunes:
			if !runesWithin(*(*string)(at), int(c.lo), int(c.hi)) {
				return false
			}
		case checkInt:
			if v := loadInt(at, c.bits); v < int64(c.lo) || v > int64(c.hi) {
				return false
			}
		case checkCount:
			if n := uint64((*sliceHeader)(at).len); n < c.lo || n > c.hi {
				return false
			}
		case checkRule:
			if !c.node.ops[c.lo].holds(c.node, at, "") {
				return false
			}
		case checkSkipZero:
			if c.node.isZero(at) {
				i += int(c.lo)
			}
		default:
			if !c.inside(ctx, at) {
				return false
			}
		}
	}
	return true
}

// inside runs the steps that go into a value.
func (c *check) inside(ctx context.Context, at unsafe.Pointer) bool {
	switch c.does {
	case checkPointer:
		inner := *(*unsafe.Pointer)(at)
		if inner == nil {
			return !c.node.required || c.node.nullable
		}
		return c.sub.holds(ctx, inner)
	case checkList:
		return c.list(ctx, at)
	case checkObject:
		return c.node.obj.agrees(ctx, at)
	}
	w := walkers.Get().(*walker)
	defer w.release()
	w.ctx = ctx
	w.check(c.node, at)
	return w.wrongs == 0 && w.failed == nil
}

func (c *check) list(ctx context.Context, at unsafe.Pointer) bool {
	n, h := c.node, (*sliceHeader)(at)
	if h.data == nil && (n.required || n.hasNull) {
		return !n.required
	}
	if len(c.sub.steps) > 0 {
		for i := range h.len {
			if !c.sub.holds(ctx, unsafe.Add(h.data, uintptr(i)*n.elem.size)) {
				return false
			}
		}
	}
	if !n.required && !n.hasNull || n.skipZero && h.data == nil {
		return true // the rules are steps of their own, or do not apply
	}
	for i := range n.ops {
		if !n.ops[i].holds(n, at, "") {
			return false
		}
	}
	return true
}

// agrees runs the rules between the fields of the struct at p, then its Validate.
func (o *object) agrees(ctx context.Context, p unsafe.Pointer) bool {
	if len(o.cross) > 0 {
		given := newPresence(len(o.fields))
		for i := range o.fields {
			if o.fields[i].node.present(unsafe.Add(p, o.fields[i].offset)) {
				given.add(i)
			}
		}
		for i := range o.cross {
			if _, ok := o.cross[i].holds(o, p, given); !ok {
				return false
			}
		}
	}
	return o.validate(ctx, p) == nil
}

// runesWithin reports whether s has lo to hi characters, counting them only where the
// number of bytes leaves it open.
func runesWithin(s string, lo, hi int) bool {
	switch {
	case len(s) < lo:
		return false
	case len(s) <= hi && (lo <= 1 || len(s)/utf8.UTFMax >= lo):
		return true
	}
	n := utf8.RuneCountInString(s)
	return n >= lo && n <= hi
}
