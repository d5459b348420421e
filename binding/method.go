package binding

import (
	"context"
	"reflect"
	"unsafe"
)

// hookAt is a part of a struct with a Validate method.
type hookAt struct {
	typ    reflect.Type
	offset uintptr
}

// embeddedHooks lists the embedded structs of t whose Validate Go does not promote:
// because two of them have one. An own method of t stands for theirs.
func embeddedHooks(t reflect.Type) []hookAt {
	if hasValidate(t) {
		return nil
	}
	var found []hookAt
	for i := range t.NumField() {
		f := t.Field(i)
		if !f.Anonymous || f.Type.Kind() != reflect.Struct {
			continue
		}
		if hasValidate(f.Type) {
			found = append(found, hookAt{f.Type, f.Offset})
			continue
		}
		for _, h := range embeddedHooks(f.Type) {
			found = append(found, hookAt{h.typ, f.Offset + h.offset})
		}
	}
	return found
}

func hasValidate(t reflect.Type) bool {
	return implements(t, validateType) || implements(t, validateCtxType)
}

// callValidate runs the type's own Validate on the value at p.
func callValidate(ctx context.Context, t reflect.Type, p unsafe.Pointer) error {
	switch v := reflect.NewAt(t, p).Interface().(type) {
	case validatorCtx:
		return v.Validate(ctx)
	case validator:
		return v.Validate()
	}
	return nil
}

// hasHook reports whether checking a zero value of the struct means to call a
// Validate method.
func (o *object) hasHook() bool { return o.hook || len(o.inner) > 0 || len(o.zero) > 0 }

// zeroHas reports whether an absent value of n is one with a Validate method to call:
// nil, and with omitempty zero, has nothing to satisfy.
func (n *node) zeroHas() bool {
	if n.kind == kindStruct {
		return n.obj.hasHook()
	}
	return n.method && !n.skipZero && !nilable(n.typ)
}

// validate calls the Validate methods of the struct at p, innermost first.
func (o *object) validate(ctx context.Context, p unsafe.Pointer) error {
	for _, h := range o.inner {
		if err := callValidate(ctx, h.typ, unsafe.Add(p, h.offset)); err != nil {
			return err
		}
	}
	if !o.hook {
		return nil
	}
	return callValidate(ctx, o.typ, p)
}

type (
	validator    interface{ Validate() error }
	validatorCtx interface{ Validate(context.Context) error }
)

var (
	validateType    = reflect.TypeFor[validator]()
	validateCtxType = reflect.TypeFor[validatorCtx]()
)
