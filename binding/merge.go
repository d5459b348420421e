package binding

import (
	"context"
	"fmt"
	"reflect"
	"unsafe"
)

// Merge applies a patch: it copies the members of patch that are set to the members
// of *dst with the same wire names, then runs the rules of T and its Validate method. Set
// are an [Opt] that was given, a pointer that is not nil, and any other value that is not zero; an
// Opt that is null makes its member the zero value. A member that is a struct on
// both sides, of two types, is merged in the same way.
//
// The error is an *[Error] when the result breaks a rule, and *dst is then as it
// was. A member of P that T lacks, or has with another type, is a [Problems], by the
// first call, whatever the patch sets.
//
// Where T has a [Union] or rules of an application, the method of its [Set] does the same.
func Merge[T, P any](dst *T, patch P) error { return empty.Merge(dst, &patch) }

// Merge is the package function with the rules of s; dst and patch point to structs.
func (s *Set) Merge(dst, patch any) error {
	to, from := reflect.ValueOf(dst), reflect.ValueOf(patch)
	if to.Kind() != reflect.Pointer || to.IsNil() || from.Kind() != reflect.Pointer || from.IsNil() {
		return Problems{{Where: fmt.Sprintf("%T", dst), Text: "is not merged with " + fmt.Sprintf("%T", patch) + ": both must be pointers"}}
	}
	target, change := s.root(to.Type().Elem()), s.root(from.Type().Elem())
	problems := append(append(Problems{}, target.problems...), change.problems...)
	if len(problems) == 0 {
		problems = s.mergeProblems(target.node, change.node)
	}
	if len(problems) > 0 {
		return problems
	}
	result := reflect.New(to.Type().Elem())
	result.Elem().Set(to.Elem())
	mergeObject(target.node.obj, result.UnsafePointer(), change.node.obj, from.UnsafePointer())
	if err := s.ValidateContext(context.Background(), result.Interface()); err != nil {
		return err
	}
	to.Elem().Set(result.Elem())
	return nil
}

// mergeProblems compares the members of two struct types, once.
func (s *Set) mergeProblems(to, from *node) Problems {
	type pair struct{ to, from reflect.Type }
	key := pair{to.typ, from.typ}
	if known, ok := s.merges.Load(key); ok {
		return known.(Problems)
	}
	var found Problems
	mergeable(to, from, map[[2]reflect.Type]bool{}, &found)
	s.merges.Store(key, found)
	return found
}

func mergeable(to, from *node, met map[[2]reflect.Type]bool, out *Problems) {
	if to.kind != kindStruct || from.kind != kindStruct {
		site{where: from.typ.String(), out: out}.problem("a struct", "cannot be merged into %s: both must be structs", to.typ)
		return
	}
	key := [2]reflect.Type{to.typ, from.typ}
	if met[key] {
		return
	}
	met[key] = true
	for i := range from.obj.fields {
		f := &from.obj.fields[i]
		at := site{where: from.typ.String() + "." + f.goName, out: out}
		j := to.obj.find([]byte(f.name), 0)
		if j < 0 {
			at.problem("", "patches %q, which %s does not have", f.name, to.typ)
			continue
		}
		a, b := to.obj.fields[j].node.innermost(), f.node.innermost()
		switch {
		case a.typ == b.typ:
		case a.kind == kindStruct && b.kind == kindStruct:
			mergeable(a, b, met, out)
		default:
			at.problem(a.typ.String(), "patches %q of %s with %s; there it is %s", f.name, to.typ, b.typ, a.typ)
		}
	}
}

// mergeObject copies what is set in the patch at q to the struct at p.
func mergeObject(to *object, p unsafe.Pointer, from *object, q unsafe.Pointer) {
	for i := range from.fields {
		f := &from.fields[i]
		at := f.address(q, false)
		if at == nil {
			continue
		}
		t := &to.fields[to.find([]byte(f.name), 0)]
		null := f.node.kind == kindOpt && *(*bool)(unsafe.Add(at, f.node.nullOffset))
		switch {
		case null:
			slot := t.address(p, true)
			t.node.at(slot).SetZero()
			if t.node.kind == kindOpt {
				*(*bool)(unsafe.Add(slot, t.node.setOffset)) = true
				*(*bool)(unsafe.Add(slot, t.node.nullOffset)) = true
			}
		case f.node.present(at):
			mergeValue(t, p, f.node, at)
		}
	}
}

// mergeValue copies one value that is set. Pointers on the way into the target are
// made anew, so that nothing behind the old ones changes.
func mergeValue(t *field, p unsafe.Pointer, from *node, at unsafe.Pointer) {
	from, at = from.reach(at)
	if at == nil {
		return
	}
	node, slot := t.node, t.address(p, true)
	for node.kind == kindPointer || node.kind == kindOpt {
		if node.kind == kindOpt {
			*(*bool)(unsafe.Add(slot, node.nullOffset)) = false
			slot, node = node.enter(slot), node.elem
			continue
		}
		old := *(*unsafe.Pointer)(slot)
		slot, node = node.alloc(slot), node.elem
		if old != nil {
			node.at(slot).Set(node.at(old))
		}
	}
	if node.typ == from.typ {
		node.at(slot).Set(from.at(at))
		return
	}
	mergeObject(node.obj, slot, from.obj, at)
}
