package binding

import (
	"encoding"
	"encoding/json"
	"math/big"
	"reflect"
	"slices"
	"time"
	"unsafe"
)

// kind is how a Go type is spelt on the wire. Everything that reads, writes,
// checks or states a value switches on it.
type kind uint8

const (
	kindInvalid kind = iota
	kindBool
	kindInt
	kindUint
	kindFloat
	kindString
	kindBytes    // []byte: base64 in JSON
	kindTime     // time.Time: RFC 3339
	kindDuration // time.Duration: nanoseconds in JSON, 1m30s in text
	kindText     // UnmarshalText and MarshalText
	kindCustom   // UnmarshalJSON or MarshalJSON, through encoding/json
	kindAny      // any, json.RawMessage
	kindList     // slice
	kindArray
	kindMap
	kindStruct
	kindPointer
	kindOpt
	kindUnion // interface with declared variants
	kindFile  // Upload, in a form
)

// node is one place in a type tree: a Go type together with the rules that hold
// at this place. Struct types are shared between places through object.
type node struct {
	typ  reflect.Type
	size uintptr // of one value in memory
	kind kind
	bits uint8 // of int, uint and float
	// method says that the type, no struct, has a Validate method. Optimization: it is
	// asked for each value and lies beside kind and ops.
	method bool
	ops    []op

	elem *node // of list, array, map, pointer, Opt
	key  *node // of map
	obj  *object
	un   *union

	required bool // said or effective: null and absence are "required", not "type"
	nullable bool // null is accepted though required
	notnull  bool // of Opt: null is refused
	skipZero bool // omitempty: the zero value skips the other rules
	quoted   bool // json:",string"
	secret   bool // a Secret, whose text is never written
	hasNull  bool // null is an accepted value here

	// Offsets inside an Opt[T].
	setOffset, nullOffset uintptr

	// wide judges a float32 as it was sent, before it was rounded: a bound such as
	// 0.1 has no float32 that is equal to it.
	wide *node

	shared    bool // by places without rules: not to be changed
	recursive bool // the type contains itself without a struct in between

	enum     *enum
	notesOwn Schema // annotations of the type's own JSONSchema
	schema   Schema // of kindCustom and kindText: what the type says of itself
	opaque   bool   // the type's own code decides
	set      *Set   // of any: by which a value in it is written
}

// at returns the value at p as a settable reflect.Value.
func (n *node) at(p unsafe.Pointer) reflect.Value { return reflect.NewAt(n.typ, p).Elem() }

var (
	timeType            = reflect.TypeFor[time.Time]()
	durationType        = reflect.TypeFor[time.Duration]()
	rawType             = reflect.TypeFor[json.RawMessage]()
	numberType          = reflect.TypeFor[json.Number]()
	bigIntType          = reflect.TypeFor[big.Int]()
	anyType             = reflect.TypeFor[any]()
	bytesType           = reflect.TypeFor[[]byte]()
	jsonUnmarshalerType = reflect.TypeFor[json.Unmarshaler]()
	jsonMarshalerType   = reflect.TypeFor[json.Marshaler]()
	textUnmarshalerType = reflect.TypeFor[encoding.TextUnmarshaler]()
	textMarshalerType   = reflect.TypeFor[encoding.TextMarshaler]()
)

// implements reports whether t or *t has the methods of the interface.
func implements(t, iface reflect.Type) bool {
	return t.Implements(iface) || t.Kind() != reflect.Pointer && reflect.PointerTo(t).Implements(iface)
}

// compiler turns types into nodes under one set of rules and types.
type compiler struct{ set *Set }

// node compiles t with the rules that hold at this place. It always returns a
// usable node; mistakes go to at.
func (c compiler) node(t reflect.Type, rules *uses, at site) *node {
	if rules == nil {
		rules = &uses{}
	}
	if rules.none() && isPlain(t) {
		return c.set.plainNode(t)
	}
	n := &node{typ: t, size: t.Size()}
	// Invariant: a node that refers to itself has no rules, which would otherwise
	// hold at every depth; where rules stand, a node of their own leads to it.
	if t.Name() != "" && nilable(t) && rules.none() {
		if around, ok := c.set.open[t]; ok { // the type contains itself, as type tree []tree does
			around.recursive = true
			return around
		}
		if c.set.open == nil {
			c.set.open = map[reflect.Type]*node{}
		}
		c.set.open[t] = n
		defer delete(c.set.open, t)
	}
	value := c.presence(n, rules, at)
	c.shape(n, value, at)
	if n.kind == kindInvalid {
		return n
	}
	if n.kind != kindPointer && n.kind != kindOpt {
		if n.kind != kindText && n.kind != kindCustom && n.kind != kindUnion && n.kind != kindStruct && n.typ.Name() != "" {
			c.hook(n, at)
		}
		c.rules(n, value, at)
		n.method = n.kind != kindStruct && n.kind != kindUnion && hasValidate(n.typ)
	}
	n.settle()
	return n
}

// presence takes the rules about presence off the list and returns the rest.
func (c compiler) presence(n *node, rules *uses, at site) *uses {
	if !slices.ContainsFunc(rules.own, func(u use) bool { return isPresence(u.name) || u.name == "omitnil" }) {
		c.checkPresence(n, at)
		return rules
	}
	value := &uses{dive: rules.dive, keys: rules.keys}
	for i, u := range rules.own {
		if isPresence(u.name) && slices.ContainsFunc(rules.own[:i], func(v use) bool { return v.String() == u.String() }) {
			at.problem("", "has the rule %s twice", u)
		}
		switch u.name {
		case "required":
			n.required = true
		case "nullable":
			n.nullable = true
		case "notnull":
			n.notnull = true
		case "omitempty":
			n.skipZero = true
		case "omitnil":
			n.skipZero = n.typ.Kind() != reflect.Pointer
			if !nilable(n.typ) {
				at.problem("", "has omitnil, and %s is never nil", n.typ)
			}
			continue
		default:
			value.own = append(value.own, u)
			continue
		}
		if u.hasParam {
			at.problem(u.name, "gives %s a parameter, and it takes none", u.name)
		}
	}
	c.checkPresence(n, at)
	return value
}

func nilable(t reflect.Type) bool {
	k := t.Kind()
	return k == reflect.Pointer || k == reflect.Slice || k == reflect.Map
}

func (c compiler) checkPresence(n *node, at site) {
	pointer, opt := n.typ.Kind() == reflect.Pointer, isOpt(n.typ)
	if n.required && n.skipZero {
		at.problem(`validate:"required" or validate:"omitempty"`, "is both required and omitempty")
	}
	if n.notnull && !opt {
		at.problem("binding.Opt["+n.typ.String()+"], or no notnull", "has notnull, which is only for binding.Opt")
	}
	if n.nullable && !((pointer && n.required) || (opt && n.required)) {
		at.problem(`*T or binding.Opt[T] with validate:"required,nullable"`, "has nullable where it adds nothing: it is for a required pointer or binding.Opt")
	}
	if n.nullable && n.notnull {
		at.problem("", "is both nullable and notnull")
	}
	if n.skipZero && n.typ.Kind() == reflect.Array && !implements(n.typ, textUnmarshalerType) {
		at.problem("[]"+n.typ.Elem().String(), "has omitempty on an array, which is never empty")
	}
	if n.skipZero && n.typ.Kind() == reflect.Struct && !opt && n.typ != timeType && !implements(n.typ, textUnmarshalerType) {
		at.problem("*"+n.typ.String(), "has omitempty on a struct: an explicit {} would skip its rules")
	}
}

// settle computes what follows from shape and rules: which nulls are values.
func (n *node) settle() {
	switch n.kind {
	case kindPointer:
		n.hasNull = !n.required || n.nullable
	case kindOpt:
		n.hasNull = !n.notnull && (!n.required || n.nullable)
	case kindList, kindMap, kindBytes:
		n.hasNull = !n.required && n.zeroPasses()
	case kindAny:
		n.hasNull = !n.required
	}
}

// zeroPasses reports whether the value of an absent member satisfies its rules.
// Where it does not, the member is required, and the schema says so.
func (n *node) zeroPasses() bool {
	switch n.kind {
	case kindPointer, kindOpt:
		return true
	case kindStruct:
		return n.obj.zeroPasses()
	case kindArray:
		if n.typ.Len() > 0 && !n.elem.zeroPasses() {
			return false
		}
	}
	if n.skipZero || len(n.ops) == 0 {
		return true
	}
	var p unsafe.Pointer
	text := ""
	if n.small() {
		p = unsafe.Pointer(&zeros)
	} else {
		zero := reflect.New(n.typ)
		p = zero.UnsafePointer()
		if n.kind == kindText {
			text, _ = marshalText(zero.Elem())
		}
	}
	for i := range n.ops {
		if !n.ops[i].holds(n, p, text) {
			return false
		}
	}
	return true
}

// isZero reports whether the value at p is its type's zero value.
func (n *node) isZero(p unsafe.Pointer) bool {
	switch n.kind {
	case kindString:
		return *(*string)(p) == ""
	case kindBool:
		return !*(*bool)(p)
	case kindInt, kindDuration:
		return loadInt(p, n.bits) == 0
	case kindUint:
		return loadUint(p, n.bits) == 0
	case kindPointer, kindMap:
		return *(*unsafe.Pointer)(p) == nil
	}
	return n.at(p).IsZero()
}

func marshalText(v reflect.Value) (string, error) {
	m, ok := v.Interface().(encoding.TextMarshaler)
	if !ok && v.CanAddr() {
		m, ok = v.Addr().Interface().(encoding.TextMarshaler)
	}
	if !ok {
		return "", nil
	}
	text, err := m.MarshalText()
	return string(text), err
}
