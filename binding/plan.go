package binding

import (
	"reflect"
	"slices"
	"unsafe"
)

// Plan is a type compiled for one side of an endpoint: where each part of an
// input comes from, or where each part of an output goes. It is immutable and
// safe for concurrent use.
type Plan struct {
	set    *Set
	view   View
	typ    reflect.Type // as the handler has it
	base   reflect.Type // the struct, when typ points to one
	params []param      // path, query, header, cookie; within each in the order of declaration
	body   *bodyPlan
	inject []Injection

	paths   []string // names of path parameters, in the order of params
	queries []int    // indexes into params
	headers []int
	cookies []int

	form    *formPlan
	groups  []paramGroup // with rules between parameters
	codecs  []Codec
	status  *statusPlan // outputs only
	hooks   []hookAt    // Validate methods of groups, then of the input struct
	lenient bool
	strict  bool // refuse unknown query keys

	elsewhere []string // query keys that are read for injected values
	hooked    bool
}

// Injection is a field that the framework fills by type.
type Injection struct {
	Type   reflect.Type
	GoName string
	Offset uintptr
	Scopes []string // of a scopes tag
	Scheme string   // of a scheme tag
	Where  string   // as problems name it
}

// bodyKind says what becomes of a body.
type bodyKind uint8

const (
	bodyJSON bodyKind = iota
	bodyBytes
	bodyString
	bodyReader
	bodyForm
	bodyParts
	bodyForeign // of an output: the framework writes it by itself
)

type bodyPlan struct {
	kind       bodyKind
	node       *node
	offset     uintptr
	typ        reflect.Type
	optional   bool // *T
	required   bool
	whole      bool // the type itself is the body
	mediaTypes []string
	text       annotationTexts
}

type statusPlan struct {
	offset   uintptr
	statuses []int
}

// hooked reports whether any value of the type has a method of the user's on a
// pointer that binding or encoding calls, so that its memory may not be reused.
func (b *planner) hooked() bool {
	if slices.ContainsFunc(b.plan.hooks, func(h hookAt) bool {
		return !h.typ.Implements(validateType) && !h.typ.Implements(validateCtxType)
	}) {
		return true
	}
	if b.plan.body != nil && hasPointerHook(b.plan.body.node, map[*node]bool{}) {
		return true
	}
	for i := range b.plan.params {
		if hasPointerHook(b.plan.params[i].node, map[*node]bool{}) {
			return true
		}
	}
	return false
}

func hasPointerHook(n *node, met map[*node]bool) bool {
	if n == nil || met[n] {
		return false
	}
	if n.method && !n.typ.Implements(validateType) && !n.typ.Implements(validateCtxType) {
		return true
	}
	if n.plain() {
		return false
	}
	met[n] = true
	if n.kind == kindText || n.kind == kindCustom || n.obj != nil && n.obj.hooked {
		return n.typ != numberType && n.typ.PkgPath() != "net/netip" // these keep nothing
	}
	if hasPointerHook(n.elem, met) || hasPointerHook(n.key, met) {
		return true
	}
	if n.obj == nil {
		return false
	}
	for i := range n.obj.fields {
		if hasPointerHook(n.obj.fields[i].node, met) {
			return true
		}
	}
	return false
}

// Type returns the type as the handler has it.
func (p *Plan) Type() reflect.Type { return p.typ }

// Injections lists the fields that the framework fills.
func (p *Plan) Injections() []Injection { return slices.Clone(p.inject) }

// PathNames lists the path parameters in the order in which Bind wants their values.
func (p *Plan) PathNames() []string { return slices.Clone(p.paths) }

// Pooled reports whether memory of the type may be used for the next request:
// not when a user's own method was handed a pointer into it.
func (p *Plan) Pooled() bool { return !p.hooked }

// Statuses lists the statuses that an envelope declares; nil when it has no field
// for one.
func (p *Plan) Statuses() []int {
	if p.status == nil {
		return nil
	}
	return slices.Clone(p.status.statuses)
}

// BodyType returns the type of the body, or nil.
func (p *Plan) BodyType() reflect.Type {
	if p.body == nil {
		return nil
	}
	return p.body.typ
}

// Foreign reports whether the body of an output is written by the framework.
func (p *Plan) Foreign() bool { return p.body != nil && p.body.kind == bodyForeign }

// BodyAt returns the address of the body within a value of the type.
func (p *Plan) BodyAt(v unsafe.Pointer) unsafe.Pointer { return unsafe.Add(v, p.body.offset) }

// QueryNames lists the query parameters.
func (p *Plan) QueryNames() (names []string) {
	for _, i := range p.queries {
		names = append(names, p.params[i].name)
	}
	return names
}
