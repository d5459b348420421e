package binding

import (
	"reflect"

	"github.com/wend-go/wend/internal/format"
)

// Types of one program repeat each other's tags and kinds. What a tag means at a kind
// is compiled once for a set and then shared; whoever changes a part of it for one
// place takes a copy first, by own or copy.
//
// Optimization: a program of 1,000 typed routes needs 9 MB less for it.

// sharing is what the types of a set have in common.
type sharing struct {
	plain   map[reflect.Type]*node
	ops     map[opKey]op
	members []member // scratch
}

// opKey is all that a shared rule depends on.
type opKey struct {
	kind        kind
	bits        uint8
	name, param string
}

// isPlain reports whether t is one of Go's own scalar types, without a name.
func isPlain(t reflect.Type) bool {
	k := t.Kind()
	return t.PkgPath() == "" && (k >= reflect.Bool && k <= reflect.Float64 && k != reflect.Uintptr || k == reflect.String)
}

// plainNode is the node of a plain type without rules.
func (s *Set) plainNode(t reflect.Type) *node {
	if n, ok := s.shared.plain[t]; ok {
		return n
	}
	n := &node{typ: t, size: t.Size(), shared: true}
	compiler{s}.plain(n, &uses{}, site{})
	n.settle()
	if s.shared.plain == nil {
		s.shared.plain = map[reflect.Type]*node{}
	}
	s.shared.plain[t] = n
	return n
}

// own returns n, or a copy where other places have the same.
func (n *node) own() *node {
	if !n.shared {
		return n
	}
	c := *n
	c.shared = false
	return &c
}

// op compiles a rule, or returns the one that was compiled for another place.
func (s *Set) op(def ruleDef, n *node, u use) (op, error) {
	if !shareable(n, u.name) {
		return def.make(n, u)
	}
	key := opKey{n.kind, n.bits, u.name, u.param}
	if o, ok := s.shared.ops[key]; ok {
		return o, nil
	}
	o, err := def.make(n, u)
	if err != nil {
		return o, err
	}
	if s.shared.ops == nil {
		s.shared.ops = map[opKey]op{}
	}
	s.shared.ops[key] = o
	return o, nil
}

// shareable reports whether a rule depends on nothing but the kind of the place.
func shareable(n *node, name string) bool {
	switch n.kind {
	case kindString, kindInt, kindUint, kindFloat, kindList, kindMap:
	default:
		return false
	}
	switch name {
	case "min", "max", "gte", "lte", "gt", "lt", "len":
		return true
	case "oneof", "noneof":
		return n.kind != kindList && n.kind != kindMap
	}
	_, isFormat := format.Lookup(name)
	return isFormat && n.kind == kindString
}

// copy returns a statement that may be changed.
func (s *statement) copy() *statement {
	return &statement{
		code: s.code, params: s.params, detail: s.detail, states: s.states, text: s.text, partial: s.partial,
		list: s.list, accepts: s.accepts, check: s.check, pattern: s.pattern, alts: s.alts,
	}
}

// takeMembers lends scratch for a list of members; a type inside of another finds none.
func (s *Set) takeMembers() []member {
	scratch := s.shared.members
	s.shared.members = nil
	return scratch
}

func (s *Set) giveMembers(list []member) {
	clear(list)
	s.shared.members = list[:0]
}

// zeros is the zero value of every scalar kind; nothing writes to it.
var zeros [4]uint64

// small reports whether a value of n is at most as large as zeros and has no method
// that is handed its address.
func (n *node) small() bool {
	switch n.kind {
	case kindBool, kindInt, kindUint, kindFloat, kindString, kindList, kindBytes, kindTime, kindDuration:
		return n.size <= 32
	}
	return false
}

// plain reports whether n is a scalar of Go's own, below which nothing lies.
func (n *node) plain() bool { return n.small() && n.elem == nil }
