// Package replace carries providers without their types: from wend.Provide to the
// routes, and from a test client to the routes that it asks.
//
// A client's replacements travel in the context of its requests, and so does the flag by
// which a test learns whether an endpoint was reached. Serving looks for them only once a
// test has set one in the process, so a program pays one atomic load for what only its
// tests use.
package replace

import (
	"context"
	"reflect"
	"sync"
	"sync/atomic"
	"unsafe"
)

// Func is a provider's function without its types.
type Func struct {
	In, Out reflect.Type
	Name    string // of the function
	Scoped  bool
	// Call runs the function: in and out point to values of In and Out. The end is that
	// of a scoped value, and nil otherwise.
	Call func(ctx context.Context, in, out unsafe.Pointer) (end func(error) error, err error)
	// Value points to what is supplied; Call then returns a copy of it.
	Value unsafe.Pointer
}

// Of erases the types of a provider.
func Of[In, T any](f func(context.Context, In) (T, error)) Func {
	e := Func{In: reflect.TypeFor[In](), Out: reflect.TypeFor[T]()}
	if f != nil {
		e.Call = func(ctx context.Context, in, out unsafe.Pointer) (_ func(error) error, err error) {
			*(*T)(out), err = f(ctx, *(*In)(in))
			return nil, err
		}
	}
	return e
}

// OfScoped erases the types of a provider whose value has an end.
func OfScoped[In, T any](f func(context.Context, In) (T, func(error) error, error)) Func {
	e := Func{In: reflect.TypeFor[In](), Out: reflect.TypeFor[T](), Scoped: true}
	if f != nil {
		e.Call = func(ctx context.Context, in, out unsafe.Pointer) (end func(error) error, err error) {
			*(*T)(out), end, err = f(ctx, *(*In)(in))
			return end, err
		}
	}
	return e
}

// OfValue is what gives the same value every time.
func OfValue[T any](v T) Func {
	e := Of(func(context.Context, struct{}) (T, error) { return v, nil })
	e.Value = unsafe.Pointer(&v)
	return e
}

// Set is the replacements of one client. It is used by pointer.
type Set struct {
	Funcs map[reflect.Type]Func
	// Compiled keeps what a route was compiled to for this client.
	Compiled sync.Map
	// Fail is told why a route cannot be compiled so.
	Fail func(error)
}

type key struct{}

type watchKey struct{}

// clients counts the clients with replacements, and the watched requests, that the process
// has had.
var clients atomic.Int64

// NewSet returns a Set and lets serving look for it from now on.
func NewSet(funcs map[reflect.Type]Func, fail func(error)) *Set {
	clients.Add(1)
	return &Set{Funcs: funcs, Fail: fail}
}

// With returns a context that carries the set.
func (s *Set) With(ctx context.Context) context.Context { return context.WithValue(ctx, key{}, s) }

// Watch returns a context in which the flag is set when a request comes to a guard or an
// endpoint. It stays unset where a middleware answers.
func Watch(ctx context.Context, reached *atomic.Bool) context.Context {
	clients.Add(1)
	return context.WithValue(ctx, watchKey{}, reached)
}

// Reach notes that a request has come to a guard or an endpoint. It returns the set that
// the context carries, or nil.
func Reach(ctx context.Context) *Set {
	if clients.Load() == 0 {
		return nil
	}
	if reached, _ := ctx.Value(watchKey{}).(*atomic.Bool); reached != nil {
		reached.Store(true)
	}
	s, _ := ctx.Value(key{}).(*Set)
	return s
}
