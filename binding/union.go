package binding

import (
	"fmt"
	"reflect"
	"unsafe"

	"github.com/wend-go/wend/internal/jsonscan"
)

// unionType is a declaration made with Union.
type unionType struct {
	member   string
	variants []VariantOption
}

// VariantOption is one variant of a [Union], made by [Variant].
type VariantOption struct {
	tag string
	typ reflect.Type
}

// Variant names the member value that selects T, a struct type or a pointer to one.
func Variant[T any](tag string) VariantOption { return VariantOption{tag, reflect.TypeFor[T]()} }

// Union makes the interface type T usable in bodies: the string member named
// member says which variant an object is. The variants do not declare it; it is
// read first, wherever it stands, and written first.
//
//	type What interface{ what() } // Stay and Ride are structs with that method
//
//	var types = binding.NewSet(binding.Types(binding.Union[What]("kind",
//		binding.Variant[Stay]("stay"), binding.Variant[Ride]("ride"))))
//
//	r := wend.New(wend.Binding(types)) // {"kind":"stay","nights":2} is a Stay
func Union[T any](member string, variants ...VariantOption) TypeOption {
	return TypeOption{declaredType{typ: reflect.TypeFor[T](), union: &unionType{member, variants}}}
}

// union is a compiled union.
type union struct {
	typ      reflect.Type
	member   string
	variants []variant
	op       op // the oneof of the member
}

type variant struct {
	tag  string
	node *node // of the struct
	ptr  bool  // the interface holds a pointer to it
}

// unionOf compiles the declaration d of the interface t. Variants that may hold
// the union again are reached through objects, which end the recursion.
func (c compiler) unionOf(t reflect.Type, d declaredType) *union {
	u := &union{typ: t, member: d.union.member}
	params := make([]any, 0, len(d.union.variants))
	for _, v := range d.union.variants {
		typ, ptr := v.typ, v.typ.Kind() == reflect.Pointer
		if ptr {
			typ = typ.Elem()
		}
		n := &node{typ: typ, size: typ.Size(), kind: kindStruct, obj: c.object(typ)}
		u.variants = append(u.variants, variant{v.tag, n, ptr})
		params = append(params, v.tag)
	}
	u.op = op{says: &statement{
		code: "oneof", params: operand{"oneof", params}, detail: "must be one of " + joinValues(params),
	}}
	return u
}

// checkUnion refuses declarations that cannot work.
func checkUnion(d declaredType) error {
	seen := map[string]bool{}
	if d.typ.Kind() != reflect.Interface {
		return fmt.Errorf("the union %s is not an interface type", d.typ)
	}
	for _, v := range d.union.variants {
		typ := v.typ
		if typ.Kind() == reflect.Pointer {
			typ = typ.Elem()
		}
		switch {
		case typ.Kind() != reflect.Struct:
			return fmt.Errorf("the variant %s of %s is not a struct", v.typ, d.typ)
		case !v.typ.Implements(d.typ):
			return fmt.Errorf("the variant %s does not implement %s", v.typ, d.typ)
		case seen[v.tag]:
			return fmt.Errorf("two variants of %s share the tag %q", d.typ, v.tag)
		}
		seen[v.tag] = true
		for _, m := range members(typ, nil) {
			if m.name == d.union.member && m.Type.Kind() != reflect.String {
				return fmt.Errorf("the variant %s of %s declares the member %q as %s; it must be a string, or be left to the union", v.typ, d.typ, m.name, m.Type)
			}
		}
	}
	switch {
	case len(seen) == 0:
		return fmt.Errorf("the union %s has no variants", d.typ)
	case d.union.member == "":
		return fmt.Errorf("the union %s has no name for the member that tells its variants apart", d.typ)
	}
	return nil
}

// union reads an object whose type the member decides. The object is looked
// through once for the member, then read as that variant.
func (d *decoder) union(n *node, p unsafe.Pointer, k byte) outcome {
	if k != '{' {
		return d.mismatch(n)
	}
	tag, found, ok := d.unionTag(n.un.member)
	if !ok {
		return stop
	}
	for _, v := range n.un.variants {
		if found == '"' && v.tag == tag {
			return d.variant(n, p, v)
		}
	}
	if !d.explain {
		return stop
	}
	d.push(n.un.member, -1)
	switch found {
	case '"':
		d.broken(d.in, n.un.op.says)
	case 0:
		d.problem(CodeRequired, "is required")
	default:
		d.problem(CodeType, "must be a string")
	}
	d.pop()
	if !d.Skip() {
		return stop
	}
	return wrong
}

// unionTag looks for the member without moving. found is the kind of its value: a
// quote for a string, 0 when it is not there.
func (d *decoder) unionTag(member string) (tag string, found byte, ok bool) {
	var s jsonscan.Scanner
	s.Reset(d.Data)
	s.Pos = d.Pos
	for more := s.EnterObject(); more; more = s.NextKey() {
		key := s.Key
		if s.KeyEscaped {
			key = jsonscan.Unquote(nil, key)
		}
		if string(key) != member {
			if !s.Skip() {
				break
			}
			continue
		}
		if kind := s.Kind(); kind != '"' {
			return "", kind, true
		}
		raw, escaped, isString := s.String()
		if !isString {
			break
		}
		if escaped {
			raw = jsonscan.Unquote(nil, raw)
		}
		return string(raw), '"', true
	}
	if s.Failed() { // let the real scanner come to the same place and say so
		return "", 0, d.Skip()
	}
	return "", 0, true
}

func (d *decoder) variant(n *node, p unsafe.Pointer, v variant) outcome {
	value := reflect.New(v.node.typ)
	if !d.object(v.node.obj, value.UnsafePointer(), '{', n.un.member) {
		return stop
	}
	if !v.ptr {
		value = value.Elem()
	}
	n.at(p).Set(value)
	return read
}

// union writes the variant that the interface holds, its member first.
func (e *encoder) union(n *node, p unsafe.Pointer) {
	value := n.at(p).Elem()
	if !value.IsValid() {
		e.dst = append(e.dst, "null"...)
		return
	}
	for _, v := range n.un.variants {
		inner := value
		if v.ptr {
			if value.Kind() != reflect.Pointer || value.IsNil() {
				continue
			}
			inner = value.Elem()
		}
		if inner.Type() != v.node.typ {
			continue
		}
		e.dst = append(e.dst, '{')
		e.dst = jsonscan.AppendString(appendKey(e.dst, n.un.member), v.tag)
		before := len(e.dst)
		e.dst = append(e.dst, ',')
		e.members(v.node.obj, addressable(inner), n.un.member)
		if len(e.dst) == before+1 {
			e.dst = e.dst[:before]
		}
		e.dst = append(e.dst, '}')
		return
	}
	e.fail(fmt.Errorf("%s is no declared variant of %s", value.Type(), n.typ))
}

func (w *walker) union(n *node, p unsafe.Pointer) {
	value := n.at(p).Elem()
	for value.IsValid() && value.Kind() == reflect.Pointer && !value.IsNil() {
		value = value.Elem()
	}
	for _, v := range n.un.variants {
		if value.IsValid() && value.Type() == v.node.typ {
			w.check(v.node, addressable(value))
			return
		}
	}
	w.broken(Body, n.un.op.says)
}
