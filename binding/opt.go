package binding

import "reflect"

// Opt is a member of a request that may be absent, null or have a value, told
// apart: the natural field type of a PATCH.
//
//	not sent   Opt[T]{}
//	null       Opt[T]{Set: true, Null: true}
//	value      Opt[T]{Set: true, Value: v}
//
// In a response an Opt that is not set is left out of its object.
type Opt[T any] struct {
	Value T
	Set   bool
	Null  bool
}

// Some returns an Opt that holds v.
func Some[T any](v T) Opt[T] { return Opt[T]{Value: v, Set: true} }

// Null returns an Opt that was sent as null.
func Null[T any]() Opt[T] { return Opt[T]{Set: true, Null: true} }

// Get returns the value, and whether there is one: set and not null.
func (o Opt[T]) Get() (T, bool) { return o.Value, o.Set && !o.Null }

// Or returns the value, or d when there is none.
func (o Opt[T]) Or(d T) T {
	if v, ok := o.Get(); ok {
		return v
	}
	return d
}

func (Opt[T]) optional() {}

type optional interface{ optional() }

var optionalType = reflect.TypeFor[optional]()

// isOpt reports whether t is an Opt[T] and not a type that embeds one.
func isOpt(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && t.Implements(optionalType) &&
		t.NumField() == 3 && t.Field(0).Name == "Value" && t.PkgPath() == reflect.TypeFor[Error]().PkgPath()
}
