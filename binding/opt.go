package binding

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
)

// Opt is a member of a request that may be absent, null or have a value, told
// apart: the natural field type of a PATCH.
//
//	not sent   Opt[T]{}
//	null       Opt[T]{Set: true, Null: true}
//	value      Opt[T]{Set: true, Value: v}
//
// In a response an Opt that is not set is left out of its object. encoding/json
// reads the same form and writes it where the field has omitzero; without that
// option it writes null for an Opt that is not set.
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

// IsZero reports whether the Opt is not set, which is what omitzero asks.
func (o Opt[T]) IsZero() bool { return !o.Set }

// MarshalJSON writes the value, and null when there is none. It is for encoding/json,
// in a client of a service for example; the encoder of this package does without it.
func (o Opt[T]) MarshalJSON() ([]byte, error) {
	v, ok := o.Get()
	if !ok {
		return []byte("null"), nil
	}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false) // the encoder around this one escapes as it is told
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
}

// UnmarshalJSON sets the Opt to null or to a value, as encoding/json reads a T.
// What it held before is lost, unless there is an error.
func (o *Opt[T]) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		*o = Null[T]()
		return nil
	}
	var v T
	if err := json.Unmarshal(data, &v); err != nil {
		return err
	}
	*o = Some(v)
	return nil
}

func (Opt[T]) optional() {}

type optional interface{ optional() }

var optionalType = reflect.TypeFor[optional]()

// isOpt reports whether t is an Opt[T] and not a type that embeds one. The compiler
// asks it before it looks for MarshalJSON: null, rules and depth stay its own.
func isOpt(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && t.Implements(optionalType) &&
		strings.HasPrefix(t.Name(), "Opt[") && t.PkgPath() == reflect.TypeFor[Error]().PkgPath()
}
