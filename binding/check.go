package binding

import (
	"context"
	"reflect"
	"strconv"
	"sync"
	"unsafe"
)

// walker checks a value that is already in memory: what decoding would have
// refused, it reports, with the same items.
type walker struct {
	ctx    context.Context
	failed error
	report
}

// walkers are scratch; nothing of a value stays in one.
var walkers = sync.Pool{New: func() any { return new(walker) }}

func (w *walker) release() {
	w.report.forget()
	*w = walker{report: w.report}
	walkers.Put(w)
}

// refuse notes that a value is missing.
func (w *walker) refuse() {
	w.add(FieldError{In: string(Body), Code: CodeRequired, Detail: "is required"}, nil)
}

// check runs the rules of n on the value at p.
func (w *walker) check(n *node, p unsafe.Pointer) {
	switch n.kind {
	case kindPointer:
		inner := *(*unsafe.Pointer)(p)
		if inner == nil {
			w.missing(n)
			return
		}
		w.check(n.elem, inner)
		return
	case kindOpt:
		set, null := *(*bool)(unsafe.Add(p, n.setOffset)), *(*bool)(unsafe.Add(p, n.nullOffset))
		if !set || null {
			if n.required && !(null && n.nullable) || null && n.notnull {
				w.refuse()
			}
			return
		}
		w.check(n.elem, p)
		return
	case kindStruct:
		w.object(n.obj, p)
	case kindList, kindArray:
		base, count := n.elements(p)
		if count == 0 && nilable(n.typ) && n.at(p).IsNil() && w.isNil(n) {
			return
		}
		for i := range count {
			w.path = append(w.path, step{index: i})
			w.check(n.elem, unsafe.Add(base, uintptr(i)*n.elem.size))
			w.path = w.path[:len(w.path)-1]
		}
	case kindMap:
		if n.at(p).IsNil() && w.isNil(n) {
			return
		}
		w.mapping(n, p)
	case kindUnion:
		w.union(n, p)
		return
	case kindAny:
		if n.required && n.at(p).IsZero() {
			w.refuse()
		}
		return
	}
	w.rules(n, p)
}

// isNil judges a nil list or map; it returns false when its rules shall say more.
func (w *walker) isNil(n *node) bool {
	if n.required {
		w.refuse()
	}
	return n.required || n.hasNull
}

func (w *walker) missing(n *node) {
	if n.required && !n.nullable {
		w.refuse()
	}
}

func (w *walker) rules(n *node, p unsafe.Pointer) {
	if len(n.ops) == 0 && !n.method || n.skipZero && n.isZero(p) {
		return
	}
	text := ""
	if n.kind == kindText {
		text, _ = marshalText(n.at(p))
	}
	for i := range n.ops {
		if !n.ops[i].holds(n, p, text) {
			w.broken(Body, n.ops[i].says)
			if n.ops[i].says.code == CodeRequired {
				break
			}
		}
	}
	if n.method && !(nilable(n.typ) && n.at(p).IsNil()) && !w.brokenHere() {
		w.judged(callValidate(w.ctx, n.typ, p))
	}
}

// judged notes what a Validate method has said about the value at the current path.
func (w *walker) judged(err error) {
	items := Invalids(err)
	if err != nil && len(items) == 0 && w.failed == nil {
		w.failed = err
	}
	for _, item := range items {
		item.In = string(Body)
		w.add(item, nil)
	}
}

func (w *walker) mapping(n *node, p unsafe.Pointer) {
	for _, key := range sortedKeys(n, n.at(p)) {
		name, index := shortName(key.name)
		w.path = append(w.path, step{name, index})
		w.rules(n.key, addressable(key.value))
		w.check(n.elem, addressable(n.at(p).MapIndex(key.value)))
		w.path = w.path[:len(w.path)-1]
	}
}

func (w *walker) object(o *object, p unsafe.Pointer) {
	before := w.wrongs
	given := newPresence(len(o.fields))
	for i := range o.fields {
		f := &o.fields[i]
		at := f.address(p, false)
		if at == nil {
			continue
		}
		if f.node.present(at) {
			given.add(i)
		}
		w.path = append(w.path, step{f.name, -1})
		w.check(f.node, at)
		w.path = w.path[:len(w.path)-1]
	}
	for i := range o.cross {
		if f, ok := o.cross[i].holds(o, p, given); !ok {
			w.path = append(w.path, step{o.fields[f].name, -1})
			w.broken(Body, o.cross[i].says)
			w.path = w.path[:len(w.path)-1]
		}
	}
	if w.wrongs > before {
		return
	}
	w.judged(o.validate(w.ctx, p))
}

// present reports whether a value in memory counts as given: a nil pointer, an
// Opt that is not set, and a zero value do not.
func (n *node) present(p unsafe.Pointer) bool {
	if n.kind == kindOpt {
		return *(*bool)(unsafe.Add(p, n.setOffset)) && !*(*bool)(unsafe.Add(p, n.nullOffset))
	}
	return !n.isZero(p)
}

// mapKey is a key with its name on the wire.
type mapKey struct {
	name  string
	value reflect.Value
}

// keyName is the wire name of a map key.
func keyName(n *node, key reflect.Value) (string, error) {
	switch n.kind {
	case kindString:
		return key.String(), nil
	case kindInt:
		return strconv.FormatInt(key.Int(), 10), nil
	case kindUint:
		return strconv.FormatUint(key.Uint(), 10), nil
	}
	return marshalText(key)
}
