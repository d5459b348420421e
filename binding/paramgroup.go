package binding

import (
	"cmp"
	"reflect"
	"slices"
	"unsafe"
)

// Rules between parameters: those of siblings in one struct, which in a body would
// be keywords of its object. Parameters have no object, so they are annotations.

// paramGroup is a struct of parameters some of which have rules about others.
type paramGroup struct {
	typ     reflect.Type
	base    uintptr     // of the struct
	params  []int       // by field: the parameter's index
	pending []condition // until all parameters are known
	obj     *object     // its fields are parameters; nil while there are no rules
}

// join adds a parameter to its struct, with its rules about siblings.
func (b *planner) join(p *param, conditions []use, at site) {
	if b.group == nil { // of an output
		if len(conditions) > 0 {
			at.problem("", "has %s, which is for inputs", conditions[0].name)
		}
		return
	}
	for _, u := range conditions {
		b.group.pending = append(b.group.pending, condition{len(b.group.params), u, at})
	}
	b.group.params = append(b.group.params, p.id)
}

// endGroup compiles the rules of a struct whose parameters are all known.
func (b *planner) endGroup() {
	if len(b.group.pending) == 0 {
		return
	}
	o := &object{typ: b.group.typ, pending: b.group.pending}
	for _, id := range b.group.params {
		p := &b.plan.params[id]
		o.fields = append(o.fields, field{name: p.name, goName: p.goName, node: p.node, offset: p.offset - b.group.base})
	}
	b.group.obj, b.group.pending = o, nil
	o.cross = b.crossRules(o)
	b.plan.groups = append(b.plan.groups, *b.group)
}

// settleGroups replaces the order of declaration by the order of the sources.
func (b *planner) settleGroups() {
	if len(b.plan.groups) == 0 {
		for i := range b.plan.params {
			b.plan.params[i].id = i
		}
		return
	}
	index := make([]int, len(b.plan.params))
	for i := range b.plan.params {
		p := &b.plan.params[i]
		index[p.id], p.id = i, i
	}
	for _, g := range b.plan.groups {
		for i, id := range g.params {
			g.params[i] = index[id]
		}
	}
}

// siblings runs the rules between parameters and puts what they find where it
// belongs: with its source.
func (b *binder) siblings() {
	before := b.count()
	for i := range b.plan.groups {
		g := &b.plan.groups[i]
		given, bad := newPresence(len(g.params)), newPresence(len(g.params))
		for f, j := range g.params {
			if b.given.has(j) {
				given.add(f)
			}
			if b.bad.has(j) {
				bad.add(f)
			}
		}
		for j := range g.obj.cross {
			rule := &g.obj.cross[j]
			f, ok := rule.holds(g.obj, unsafe.Add(b.dst, g.base), given)
			if ok || rule.blind(given, bad) {
				continue
			}
			p := &b.plan.params[g.params[f]]
			b.problems().broken(p.in, "/"+escapePointer(p.name), rule.says)
		}
	}
	if b.count() > before {
		b.errs.says = nil // Invariant: what it says about the fields by index is only a short cut
		slices.SortStableFunc(b.errs.Fields, func(x, y FieldError) int { return cmp.Compare(sourceRank(x.In), sourceRank(y.In)) })
	}
}

func sourceRank(in string) int {
	if i := slices.Index(sources, Source(in)); i >= 0 {
		return i
	}
	return len(sources)
}

// Constraints lists the rules between parameters as x-constraints of the operation:
// rule, in and field, and the rule's own params with the names on the wire.
func (p *Plan) Constraints() []map[string]any {
	var notes []map[string]any
	for _, g := range p.groups {
		for i := range g.obj.cross {
			rule := &g.obj.cross[i]
			note := rule.says.note()
			q := &p.params[g.params[rule.field]]
			note["rule"], note["in"], note["field"] = rule.name, string(q.in), q.name
			notes = append(notes, note)
		}
	}
	return notes
}
