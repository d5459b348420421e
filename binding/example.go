package binding

import (
	"encoding/json"
	"errors"
	"reflect"
)

// AppendExample appends v as the body of such a message is, in JSON: that of a request
// without the members that only responses have, and the reverse. ok reports whether v is
// a body of the plan: a value of its type, a pointer to one, or a variant of its union.
// A [Secret] is never shown.
func (p *Plan) AppendExample(dst []byte, v any) (_ []byte, ok bool, err error) {
	given := pointee(reflect.TypeOf(v))
	if given == nil || p.body == nil {
		return dst, false, nil
	}
	n := p.body.node
	if n == nil || p.body.kind == bodyForeign {
		if given != pointee(p.body.typ) {
			return dst, false, nil
		}
		dst, err = p.set.appendAnything(dst, v)
		return dst, true, err
	}
	for n.kind == kindPointer || n.kind == kindOpt {
		n = n.elem
	}
	if given != n.typ && (n.un == nil || !n.un.has(given)) {
		return dst, false, nil
	}
	value := reflect.New(n.typ)
	value.Elem().Set(n.holding(reflect.ValueOf(v)))
	e := encoder{dst: dst, input: p.view != Output}
	e.value(n, value.UnsafePointer())
	return e.dst, true, e.err
}

// pointee is the type that pointers lead to.
func pointee(t reflect.Type) reflect.Type {
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t
}

// has reports whether a struct type is one of the variants.
func (u *union) has(t reflect.Type) bool {
	for i := range u.variants {
		if u.variants[i].node.typ == t {
			return true
		}
	}
	return false
}

// holding is v as n holds it: without pointers, or as the variant of a union is declared.
func (n *node) holding(v reflect.Value) reflect.Value {
	for v.Kind() == reflect.Pointer {
		if v.IsNil() {
			v = reflect.New(v.Type().Elem())
		}
		v = v.Elem()
	}
	if n.un == nil || v.Type() == n.typ {
		return v
	}
	for i := range n.un.variants {
		if variant := &n.un.variants[i]; variant.ptr && variant.node.typ == v.Type() {
			at := reflect.New(v.Type())
			at.Elem().Set(v)
			return at
		}
	}
	return v
}

// appendAnything appends a value of a type that may be none for bodies: by the set, or
// else by encoding/json.
func (s *Set) appendAnything(dst []byte, v any) ([]byte, error) {
	text, err := s.AppendJSON(dst, v)
	if !errors.As(err, new(Problems)) {
		return text, err
	}
	plain, err := json.Marshal(v)
	return append(dst, plain...), err
}
