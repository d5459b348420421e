package binding

import (
	"reflect"
	"slices"
	"unsafe"
)

// object is a struct type as a JSON object. It is shared by every place that
// uses the type, so recursive types end here.
type object struct {
	typ    reflect.Type
	fields []field
	byName map[string]int // wire name → index of fields, of a large object
	must   []int          // fields whose absence is an error
	fill   []int          // fields with a default
	// awaited has the bit of each field in must, fill and zero, where there are up to 64.
	awaited uint64
	cross   []crossRule // rules between fields, in order of declaration
	hook    bool        // the type has a Validate method
	zero    []int       // fields whose absence leaves a zero value with a Validate method
	inner   []hookAt    // Validate methods of embedded structs that Go does not promote
	hooked  bool        // it, or a value inside, has a method of the user's on a pointer

	notes    Schema      // annotations of the type's own JSONSchema
	pending  []condition // rules between fields, until all fields are known
	problems Problems    // mistakes of the fields, reported by every route that uses the type
	unread   Problems    // tags that are no mistake in an output
}

// field is one member of an object.
type field struct {
	name   string // on the wire
	goName string
	key    string // `,"name":`, ready to write and to compare with
	node   *node
	offset uintptr
	hops   []hop // embedded pointers on the way, outermost first

	required  bool
	omitEmpty bool // output only, as encoding/json
	omitZero  bool
	readOnly  bool
	writeOnly bool

	def  *defaultValue
	text annotationTexts
}

// hop is an embedded pointer to a struct: it is filled when a member below it is.
type hop struct {
	offset uintptr
	typ    reflect.Type // of the struct
}

// annotationTexts are what a field says about itself without enforcing anything.
type annotationTexts struct {
	title, doc string
	example    any
	hasExample bool
	deprecated bool
}

// address returns where the field lives in the struct at p, filling embedded
// pointers; with fill false it returns nil where one of them is nil.
func (f *field) address(p unsafe.Pointer, fill bool) unsafe.Pointer {
	for _, h := range f.hops {
		slot := (*unsafe.Pointer)(unsafe.Add(p, h.offset))
		if *slot == nil {
			if !fill {
				return nil
			}
			*slot = reflect.New(h.typ).UnsafePointer()
		}
		p = *slot
	}
	return unsafe.Add(p, f.offset)
}

// reached reports whether the struct that holds the field is there: always,
// unless it is embedded by a pointer that no member has filled. A nil pointer has
// nothing to satisfy.
func (f *field) reached(p unsafe.Pointer) bool {
	return len(f.hops) == 0 || f.address(p, false) != nil
}

// zeroPasses reports whether a value with no member set satisfies the fields'
// rules: when none of them is required and no rule between them asks for one.
// Defaults do not count, since nothing fills them in a struct that is not there.
func (o *object) zeroPasses() bool {
	for i := range o.fields {
		f := &o.fields[i]
		if len(f.hops) == 0 && (f.required || f.def != nil && !f.node.zeroPasses()) {
			return false
		}
	}
	if len(o.cross) == 0 {
		return true
	}
	zero := reflect.New(o.typ).UnsafePointer()
	given := newPresence(len(o.fields))
	for i := range o.cross {
		if _, ok := o.cross[i].holds(o, zero, given); !ok {
			return false
		}
	}
	return true
}

// object compiles a struct type once per set.
func (c compiler) object(t reflect.Type) *object {
	if o, ok := c.set.objects[t]; ok {
		return o
	}
	o := &object{typ: t}
	c.set.objects[t] = o
	// Invariant: what a struct states depends on nothing around it, so that any order
	// of compiling the types ends in the same.
	around := c.set.open
	c.set.open = nil
	defer func() { c.set.open = around }()
	o.hook, o.inner = hasValidate(t), embeddedHooks(t)
	o.hooked = len(o.inner) > 0 || o.hook && !t.Implements(validateType) && !t.Implements(validateCtxType)
	o.refuseEmbeddedHook()
	o.refuseDuplicates()
	for i := range t.NumField() {
		refuseUnread(t.Field(i), fieldSite(t, t.Field(i), &o.problems))
	}
	all := allRequired(t, &o.problems)
	list := members(t, c.set.takeMembers())
	o.fields = make([]field, 0, len(list))
	for i := range list {
		c.field(o, &list[i], all)
	}
	c.set.giveMembers(list)
	if len(o.fields) > fewFields {
		o.byName = make(map[string]int, len(o.fields))
		for i := range o.fields {
			o.byName[o.fields[i].name] = i
		}
	}
	o.cross = c.crossRules(o)
	c.hookRequired(o)
	for i := range o.fields {
		f := &o.fields[i]
		if f.required {
			o.must = append(o.must, i)
		}
		if f.def != nil {
			o.fill = append(o.fill, i)
		}
		if len(f.hops) == 0 && f.node.zeroHas() {
			o.zero = append(o.zero, i)
		}
	}
	for _, list := range [][]int{o.must, o.fill, o.zero} {
		for _, i := range list {
			o.awaited |= 1 << (i % 64)
		}
	}
	return o
}

// refuseEmbeddedHook reports an embedded type whose promoted methods would
// swallow the other fields, as embedding time.Time does.
func (o *object) refuseEmbeddedHook() {
	for i := range o.typ.NumField() {
		f := o.typ.Field(i)
		if !f.Anonymous || textOf(f.Tag, "json") != "" {
			continue
		}
		if implements(f.Type, jsonUnmarshalerType) || implements(f.Type, textUnmarshalerType) {
			at := fieldSite(o.typ, f, &o.problems)
			at.problem("a named field", "embeds %s, whose own wire form would swallow the other fields", f.Type)
		}
	}
}

// allRequired reads the blank field that makes every other field required.
func allRequired(t reflect.Type, out *Problems) bool {
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Name != "_" || textOf(f.Tag, "validate") == "" {
			continue
		}
		if textOf(f.Tag, "validate") == "required" && f.Type == reflect.TypeFor[struct{}]() {
			return true
		}
		fieldSite(t, f, out).problem("_ struct{} `validate:\"required\"`", "is a blank field with a tag that means nothing")
	}
	return false
}

// field compiles one member and appends it.
func (c compiler) field(o *object, m *member, all bool) {
	at := fieldSite(m.owner, m.StructField, &o.problems)
	refuseForeign(m.StructField, at)
	refuseMisplaced(m.StructField, at)
	refuseSource(m, &o.unread)
	rules := c.set.parse(textOf(m.Tag, "validate"), at)
	_, hasDefault := lookup(m.Tag, "default")
	if all && !hasDefault && !m.omitEmpty && !m.omitZero {
		rules = requireUnlessOptional(rules, m.Type)
	}
	rules = c.patternTag(m.StructField, rules)
	rules, conditions := takeCross(rules)

	n := c.node(m.Type, rules, at)
	if n.kind == kindInvalid {
		if len(*at.out) == 0 {
			at.problem("", "has type %s, which has no wire form", m.Type)
		}
		return
	}
	f := field{
		name: m.name, goName: m.Name, key: string(appendKey([]byte{','}, m.name)), node: n,
		offset: m.offset, hops: m.hops, omitEmpty: m.omitEmpty, omitZero: m.omitZero,
	}
	if m.quoted {
		n = n.own()
		f.node = n
		c.quote(n, at)
	}
	f.readOnly, f.writeOnly = flag(m.StructField, "readOnly"), flag(m.StructField, "writeOnly") || n.isSecret()
	c.annotate(&f.text, n, m.StructField, at)
	f.def = c.defaultOf(n, m.StructField, at)
	f.required = n.required || f.def == nil && !n.zeroPasses()
	if !n.required && f.required && n.kind != kindPointer && n.kind != kindOpt {
		n = n.own()
		f.node = n
		n.required = true
		n.settle()
	}
	o.fields = append(o.fields, f)
	o.noteConditions(len(o.fields)-1, conditions, at)
}

func flag(f reflect.StructField, name string) bool {
	_, ok := annotation(f, name)
	return ok
}

// requireUnlessOptional adds required where the blank field's rule reaches.
func requireUnlessOptional(rules *uses, t reflect.Type) *uses {
	if t.Kind() == reflect.Pointer || isOpt(t) {
		return rules
	}
	for _, u := range rules.own {
		if u.name == "omitempty" || u.name == "required" {
			return rules
		}
	}
	return &uses{own: append(slices.Clone(rules.own), use{name: "required"}), dive: rules.dive, keys: rules.keys}
}

// quote marks a member with json:",string".
func (c compiler) quote(n *node, at site) {
	target := n
	for target.kind == kindPointer {
		target.elem = target.elem.own()
		target = target.elem
	}
	switch target.kind {
	case kindInt, kindUint, kindFloat, kindBool, kindString:
		target.quoted = true
		for i := range target.ops {
			says := target.ops[i].says.copy() // other places may have the same rule
			says.annotate()
			target.ops[i].says = says
		}
	default:
		at.problem("", "has the json option string on %s, which encoding/json ignores", n.typ)
	}
}

// claim is the member that a name stands for, unless another of its rank claims it.
type claim struct {
	member    int
	contested bool
}

func (m *member) outranks(other *member) bool {
	return m.depth < other.depth || m.depth == other.depth && m.tagged && !other.tagged
}
