package wend

import (
	"context"
	"net/http"
	"reflect"
	"unsafe"

	"github.com/wend-go/wend/binding"
)

// shell is a typed function without its types: what the generic functions below
// make of it. Everything behind it is compiled once for all types.
type shell struct {
	in, out reflect.Type
	call    func(ctx context.Context, in, out unsafe.Pointer) error
	name    string // of the function
}

// typed erases the types of f.
func typed[In, Out any](f func(context.Context, In) (Out, error)) shell {
	s := shell{in: reflect.TypeFor[In](), out: reflect.TypeFor[Out]()}
	if f == nil {
		return s
	}
	s.name = funcName(reflect.ValueOf(f))
	s.call = func(ctx context.Context, in, out unsafe.Pointer) (err error) {
		*(*Out)(out), err = f(ctx, *(*In)(in))
		return err
	}
	return s
}

// Get registers f for GET, and for HEAD, at a path. In says where each of its fields
// comes from, Out is the response; see the package documentation. It panics with a
// *[RegistrationError] that lists every mistake in the types, the pattern and the
// options.
func Get[In, Out any](r *Router, path string, f func(context.Context, In) (Out, error), opts ...Option) *Route {
	return r.addTyped(http.MethodGet, path, typed(f), opts)
}

// Post registers f for POST; see [Get]. An In without source tags is the body.
func Post[In, Out any](r *Router, path string, f func(context.Context, In) (Out, error), opts ...Option) *Route {
	return r.addTyped(http.MethodPost, path, typed(f), opts)
}

// Put registers f for PUT; see [Post].
func Put[In, Out any](r *Router, path string, f func(context.Context, In) (Out, error), opts ...Option) *Route {
	return r.addTyped(http.MethodPut, path, typed(f), opts)
}

// Patch registers f for PATCH; see [Post].
func Patch[In, Out any](r *Router, path string, f func(context.Context, In) (Out, error), opts ...Option) *Route {
	return r.addTyped(http.MethodPatch, path, typed(f), opts)
}

// Delete registers f for DELETE; see [Get].
func Delete[In, Out any](r *Router, path string, f func(context.Context, In) (Out, error), opts ...Option) *Route {
	return r.addTyped(http.MethodDelete, path, typed(f), opts)
}

// Head registers f for HEAD alone; see [Get], which answers HEAD already.
func Head[In, Out any](r *Router, path string, f func(context.Context, In) (Out, error), opts ...Option) *Route {
	return r.addTyped(http.MethodHead, path, typed(f), opts)
}

// Query registers f for the HTTP method QUERY, a safe method with a body. It is not
// a reader of query parameters: those are fields tagged `query:"…"`. See [Post].
func Query[In, Out any](r *Router, path string, f func(context.Context, In) (Out, error), opts ...Option) *Route {
	return r.addTyped("QUERY", path, typed(f), opts)
}

func (r *Router) addTyped(method, path string, s shell, opts []Option) *Route {
	return r.add(method, path, nil, &s, here(), opts)
}

// Endpoint is a typed function as an [http.Handler], made by [Func]. On a router of
// this package it is a full endpoint; on any other mux it reads its path parameters
// by [http.Request.PathValue].
type Endpoint struct {
	shell
	opts  []Option
	alone *operation
	rt    *Route
}

// Func makes an http.Handler of f for any mux, with the options of a route and
// Binding. An input that needs a provider is an error here. It panics with a
// *[RegistrationError].
func Func[In, Out any](f func(context.Context, In) (Out, error), opts ...Option) *Endpoint {
	return newEndpoint(typed(f), opts)
}

func newEndpoint(s shell, opts []Option) *Endpoint {
	site := here()
	rt := bareRoute()
	rt.place, rt.opts = site, &settings{}
	var problems binding.Problems
	for _, text := range rt.opts.apply(atFunc, opts) {
		problems = append(problems, binding.Problem{Where: "wend.Func", Text: text})
	}
	set := rt.opts.router.set
	if set == nil {
		set = bareSet
	}
	rt.scope.core.set, rt.scope.core.opts.router = set, rt.opts.router
	problems = append(problems, rt.compile(&s, set, false)...)
	if len(problems) > 0 {
		rt.scope.core.refuse("wend.Func("+readableName(s.name)+")", site, problems)
	}
	e := &Endpoint{shell: s, opts: opts, alone: rt.typed, rt: rt}
	rt.handler = wrap(rt.opts.middleware, rt.typed)
	return e
}

// ServeHTTP serves a request outside of a router of this package.
func (e *Endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) { e.rt.handler.ServeHTTP(w, r) }

// bareSet is the vocabulary outside of a router: the built-in rules.
var bareSet = binding.NewSet()
