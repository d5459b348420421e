package binding

import (
	"fmt"
	"reflect"
)

// shape decides the kind of n and compiles what lies below it.
func (c compiler) shape(n *node, rules *uses, at site) {
	t := n.typ
	switch {
	case isPlain(t): // most are, and none of the below holds for them
		c.plain(n, rules, at)
	case t == secretType:
		n.kind, n.secret = kindString, true
	case t == uploadType:
		at.problem(`form:"…"`, "has a binding.Upload outside a form")
	case t == timeType:
		n.kind = kindTime
	case t == durationType:
		n.kind, n.bits = kindDuration, 64
	case t == rawType || t == anyType:
		n.kind, n.set = kindAny, c.set
	case t == numberType:
		n.kind, n.schema = kindCustom, Schema{State("type", "number")}
	case t == bigIntType:
		n.kind, n.opaque = kindCustom, true // it reads decimal digits, and no exponent
		n.schema = Schema{State("type", "integer"), State("x-wend-type", "big.Int")}
	case t == bytesType:
		n.kind = kindBytes
	case isOpt(t):
		c.opt(n, rules, at)
	case t.Kind() == reflect.Pointer && t.Name() != "":
		at.problem("*"+t.Elem().String(), "has the named pointer type %s, which has no wire form", t)
	case t.Kind() == reflect.Pointer:
		n.kind = kindPointer
		n.elem = c.node(t.Elem(), rules, at)
		n.kind = orInvalid(kindPointer, n.elem)
	case c.declared(n):
	case implements(t, jsonUnmarshalerType) || implements(t, jsonMarshalerType):
		c.custom(n, at)
	case implements(t, textUnmarshalerType) || implements(t, textMarshalerType):
		c.text(n, at)
	default:
		c.plain(n, rules, at)
	}
	if rules.dive != nil && n.kind != kindList && n.kind != kindArray && n.kind != kindMap &&
		n.kind != kindPointer && n.kind != kindOpt && n.kind != kindInvalid {
		at.problem("", "has dive on %s, which has no elements", t)
	}
	if rules.dive != nil && rules.dive.keys != nil && (n.kind == kindList || n.kind == kindArray) {
		at.problem("", "has keys on %s, which has none", t)
	}
}

// orInvalid keeps a container invalid when its element is: one report is enough. An
// element that is the container itself has no kind yet.
func orInvalid(k kind, elem *node) kind {
	if elem.kind == kindInvalid && !elem.recursive {
		return kindInvalid
	}
	return k
}

// plain handles the types without a wire form of their own.
func (c compiler) plain(n *node, rules *uses, at site) {
	t := n.typ
	switch t.Kind() {
	case reflect.Bool:
		n.kind = kindBool
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		n.kind, n.bits = kindInt, uint8(t.Bits())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		n.kind, n.bits = kindUint, uint8(t.Bits())
	case reflect.Float32, reflect.Float64:
		n.kind, n.bits = kindFloat, uint8(t.Bits())
	case reflect.String:
		n.kind = kindString
	case reflect.Slice:
		if isByte(t.Elem()) {
			n.kind = kindBytes
			return
		}
		n.elem = c.node(t.Elem(), rules.dive, at)
		n.kind = orInvalid(kindList, n.elem)
	case reflect.Array:
		n.elem = c.node(t.Elem(), rules.dive, at)
		n.kind = orInvalid(kindArray, n.elem)
	case reflect.Map:
		c.mapping(n, rules, at)
	case reflect.Struct:
		n.kind, n.obj = kindStruct, c.object(t)
	case reflect.Interface:
		at.problem(fmt.Sprintf(`binding.Types(binding.Union[%s]("kind", binding.Variant[…]("…"))), or any`, t),
			"has the interface type %s, which has no wire form without its variants", t)
	default:
		at.problem("", "has type %s, which has no wire form", t)
	}
	if n.kind != kindInvalid && n.kind != kindStruct {
		n.enum = enumOf(t, at)
	}
}

// isByte reports whether a slice of t is written as base64.
func isByte(t reflect.Type) bool {
	_, listed := t.MethodByName("Enum")
	return t.Kind() == reflect.Uint8 && !listed && !implements(t, jsonMarshalerType) && !implements(t, textMarshalerType)
}

func (c compiler) mapping(n *node, rules *uses, at site) {
	var keys, elems *uses
	if rules.dive != nil {
		keys, elems = rules.dive.keys, rules.dive
	}
	n.key = c.node(n.typ.Key(), keys, at)
	switch n.key.kind {
	case kindString, kindInt, kindUint, kindText:
	case kindInvalid:
		return
	default:
		at.problem("", "has a map key of type %s; a key is a string, an integer or has UnmarshalText", n.typ.Key())
		return
	}
	n.elem = c.node(n.typ.Elem(), elems, at)
	n.kind = orInvalid(kindMap, n.elem)
}

// opt compiles an Opt[T]: the rules are about the T.
func (c compiler) opt(n *node, rules *uses, at site) {
	value, _ := n.typ.FieldByName("Value")
	set, _ := n.typ.FieldByName("Set")
	null, _ := n.typ.FieldByName("Null")
	n.setOffset, n.nullOffset = set.Offset, null.Offset
	if nilable(value.Type) && value.Type.Kind() == reflect.Pointer || isOpt(value.Type) {
		at.problem("binding.Opt["+value.Type.Elem().String()+"]", "has an Opt of a pointer: null is already told apart")
	}
	n.elem = c.node(value.Type, rules, at)
	n.kind = orInvalid(kindOpt, n.elem)
}

// text compiles a type that reads and writes itself as text.
func (c compiler) text(n *node, at site) {
	n.kind, n.opaque = kindText, true
	if refuseSwallowed(n.typ, "UnmarshalText", at) {
		n.kind = kindInvalid
		return
	}
	in, out := implements(n.typ, textUnmarshalerType), implements(n.typ, textMarshalerType)
	if in != out {
		at.problem("", "has type %s with a wire form in one direction only: UnmarshalText and MarshalText belong together", n.typ)
	}
	n.schema = Schema{State("type", "string")}
	if own, ok := hookSchema(n.typ, at); ok {
		n.schema = own
	}
	n.schema = append(n.schema, State("x-wend-type", n.typ.String()))
}

// custom compiles a type that reads and writes its own JSON. It has to say what
// that looks like.
func (c compiler) custom(n *node, at site) {
	n.kind, n.opaque = kindCustom, true
	if refuseSwallowed(n.typ, "UnmarshalJSON", at) {
		n.kind = kindInvalid
		return
	}
	in, out := implements(n.typ, jsonUnmarshalerType), implements(n.typ, jsonMarshalerType)
	if in != out {
		at.problem("", "has type %s with a wire form in one direction only: UnmarshalJSON and MarshalJSON belong together", n.typ)
	}
	own, ok := hookSchema(n.typ, at)
	if !ok {
		at.problem(`binding.Types(binding.Type[`+n.typ.String()+`](binding.Schema{binding.State("type", "string")}))`,
			"has type %s, whose own JSON form is not stated", n.typ)
	}
	n.schema = append(own, State("x-wend-type", n.typ.String()))
}

// declared uses what the set knows about a type.
func (c compiler) declared(n *node) bool {
	d, ok := c.set.types[n.typ]
	if !ok {
		return false
	}
	if d.union != nil {
		n.kind, n.un = kindUnion, c.unionOf(n.typ, d)
		return true
	}
	n.opaque = true
	n.schema = append(append(Schema{}, d.schema...), State("x-wend-type", n.typ.String()))
	switch {
	case implements(n.typ, jsonUnmarshalerType):
		n.kind = kindCustom
	case implements(n.typ, textUnmarshalerType):
		n.kind = kindText
	default:
		n.kind = kindCustom
	}
	return true
}
