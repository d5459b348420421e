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

// options answers OPTIONS at the end of a route's chain, which a preflight runs for
// the sake of its middleware. It reports whether it did.
func (rt *Route) options(w http.ResponseWriter, r *http.Request) bool {
	if !rt.isOptions(r) {
		return false
	}
	c := rt.scope.serving()
	if path, ok := radix.Canonical(r.URL); ok {
		w.Header()["Allow"] = c.allow(path)
	}
	w.WriteHeader(http.StatusNoContent)
	return true
}

// isOptions reports whether options answers a request.
func (rt *Route) isOptions(r *http.Request) bool {
	return r.Method == http.MethodOptions && rt.pattern.Method != http.MethodOptions && rt.pattern.Method != ""
}

// locate finds the parameters of a request behind its chain. coded is 1 when one may hold
// an encoded slash. The path is "" when it does not fit the pattern.
func (rt *Route) locate(r *http.Request) (path string, lens radix.Lengths, coded uint64) {
	if len(rt.params) == 0 {
		return "", 0, 0
	}
	path, _ = radix.Canonical(r.URL)
	lens, ok := rt.pattern.Lengths(path)
	if !ok {
		return "", 0, 0
	}
	if r.URL.RawPath != "" {
		coded = 1
	}
	return path, lens, coded
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
	start, end := 0, 0
	for i := range rt.params {
		p := &rt.params[i]
		start, end = p.Value(path, end, lens.Next())
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
