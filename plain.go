package wend

import (
	"net/http"

	"github.com/wend-go/wend/binding"
	"github.com/wend-go/wend/internal/radix"
	"github.com/wend-go/wend/internal/rw"
)

// chainEnd ends the chain of a route: it is the route itself, which saves an object.
type chainEnd Route

func (e *chainEnd) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if rt := (*Route)(e); !rt.options(w, r) {
		path, lens, coded := rt.locate(r)
		rt.end(w, r, path, lens, coded)
	}
}

// end runs what was registered, with the parameters that were found.
func (rt *Route) end(w http.ResponseWriter, r *http.Request, path string, lens radix.Lengths, coded uint64) {
	if op, ok := rt.last.(*operation); ok {
		op.serve(w, r, path, lens, coded)
		return
	}
	if r.ContentLength != 0 {
		rt.guardBody(w, r)
	}
	if f, ok := rt.last.(HandlerFunc); ok {
		f.run(w, r, rt, path, lens, coded)
		return
	}
	rt.runPlain(w, r, path, lens)
}

// runPlain runs a plain http.Handler.
func (rt *Route) runPlain(w http.ResponseWriter, r *http.Request, path string, lens radix.Lengths) {
	if path != "" {
		rt.setPathValues(r, path, lens)
	}
	defer func() {
		if v := recover(); v != nil {
			rt.panicked(w, r, v, v != http.ErrAbortHandler && rw.Begun(w))
		}
	}()
	rt.last.ServeHTTP(w, r)
}

// guardBody puts the body under the limits of a route that does not read it.
func (rt *Route) guardBody(w http.ResponseWriter, r *http.Request) {
	binding.GuardBody(w, r, rt.opts.limits())
}

func (rt *Route) setPathValues(r *http.Request, path string, lens radix.Lengths) {
	end := 0
	for i := range rt.params {
		p := &rt.params[i]
		start := end + p.Before
		if end = start + lens.Next(); end == start {
			end += p.Length(path[start:])
		}
		r.SetPathValue(p.Name, radix.Value(path[start:end]))
	}
}

// Param returns the value of a path parameter of the matched route, decoded once,
// or "" when there is none. It works in every middleware and handler of the route,
// behind any wrapper, from the request's Pattern and path alone; a typed field or
// [Context.Param] is faster.
func Param(r *http.Request, name string) string {
	if path, ok := radix.Canonical(r.URL); ok {
		if value, ok := radix.Param(r.Pattern, path, name); ok {
			return value
		}
	}
	return ""
}
