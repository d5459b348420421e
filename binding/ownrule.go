package binding

import (
	"fmt"
	"reflect"
	"slices"
	"unsafe"
)

// Op is a rule of the user's own, made by [Exact] or [Annotated].
type Op struct {
	typ    reflect.Type
	check  func(unsafe.Pointer) bool
	same   any // the func(T) bool that check calls
	says   string
	states []Keyword
	exact  bool
}

// Exact makes a rule whose keywords say all of it: the document accepts exactly
// what check accepts. T decides on which kinds of fields the rule may stand: those of
// its own kind, and besides string on types that read their own text, whose text it
// judges, int64 and uint64 on smaller integers and float64 on float32.
func Exact[T any](check func(T) bool, states ...Keyword) Op {
	return Op{reflect.TypeFor[T](), erase(check), check, "", states, true}
}

// Annotated makes a rule of which the keywords say a necessary part or nothing;
// says completes them in the field's description. T is as in [Exact].
func Annotated[T any](check func(T) bool, says string, states ...Keyword) Op {
	return Op{reflect.TypeFor[T](), erase(check), check, says, states, false}
}

func erase[T any](check func(T) bool) func(unsafe.Pointer) bool {
	if check == nil {
		return nil
	}
	return func(p unsafe.Pointer) bool { return check(*(*T)(p)) }
}

// onto sets how says checks the values of n, by the rule's own function; ok is false
// where the rule is for another kind.
func (made Op) onto(n *node, says *statement) (test test, ok bool) {
	bits := n.bits
	switch f := made.same.(type) {
	case func(string) bool:
		if n.kind == kindText {
			says.accepts = f
			return testAccepts, true
		}
	case func(int64) bool:
		if n.kind == kindInt || n.kind == kindDuration {
			says.check = func(p unsafe.Pointer) bool { return f(loadInt(p, bits)) }
			return testFunc, true
		}
	case func(uint64) bool:
		if n.kind == kindUint {
			says.check = func(p unsafe.Pointer) bool { return f(loadUint(p, bits)) }
			return testFunc, true
		}
	case func(float64) bool:
		if n.kind == kindFloat {
			says.check = func(p unsafe.Pointer) bool { return f(loadFloat(p, bits)) }
			return testFunc, true
		}
	}
	says.check = made.check
	return testFunc, n.kind != kindText && sameMemory(made.typ, n.typ) || made.typ == n.typ
}

// sameMemory reports whether a value of type t can be read as one of type as.
func sameMemory(as, t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Struct, reflect.Interface:
		return as == t
	case reflect.Slice, reflect.Array, reflect.Map:
		return as.Kind() == t.Kind() && t.ConvertibleTo(as)
	}
	return as.Kind() == t.Kind()
}

// advice says which function a rule needs to stand on n.
func (made Op) advice(n *node) string {
	t := n.typ.String()
	switch n.kind {
	case kindInt, kindDuration:
		t = "int64"
	case kindUint:
		t = "uint64"
	case kindFloat:
		t = "float64"
	case kindString, kindText:
		t = "string"
	}
	maker := "Annotated"
	if made.exact {
		maker = "Exact"
	}
	return fmt.Sprintf("binding.%s(func(v %s) bool { … }, …) in its Make where the type is %s", maker, t, n.typ)
}

// widened returns the rules of a float32 that can judge a float64, too: all but those
// whose function takes a float32.
func widened(ops []op) []op {
	return slices.DeleteFunc(slices.Clone(ops), func(o op) bool { return o.callsFunc() })
}

func (o *op) callsFunc() bool {
	return o.test == testFunc || slices.ContainsFunc(o.says.alts, func(alt op) bool { return alt.says != nil && alt.callsFunc() })
}
