package wend

import (
	"net/http"

	"github.com/wend-go/wend/binding"
	"github.com/wend-go/wend/internal/radix"
	"github.com/wend-go/wend/internal/rw"
)

// plainEnd ends the chain of a plain http.Handler: like contextEnd, the route itself.
type plainEnd Route

func (e *plainEnd) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	rt := (*Route)(e)
	if rt.options(w, r) {
		return
	}
	if len(rt.params) > 0 {
		rt.setPathValues(r)
	}
	if r.ContentLength != 0 {
		rt.guardBody(w, r)
	}
	defer func() {
		if v := recover(); v != nil {
			rt.panicked(w, r, v, v != http.ErrAbortHandler && rw.Begun(w))
		}
	}()
	rt.plain.ServeHTTP(w, r)
}

// guardBody puts the body under the limits of a route that does not read it.
func (rt *Route) guardBody(w http.ResponseWriter, r *http.Request) {
	binding.GuardBody(w, r, rt.opts.limits())
}

func (rt *Route) setPathValues(r *http.Request) {
	var stack [8]radix.Span
	spans := stack[:]
	if len(rt.params) > len(spans) {
		spans = make([]radix.Span, len(rt.params))
	}
	path, _ := radix.Canonical(r.URL)
	n, ok := rt.pattern.Spans(path, spans)
	if !ok {
		return
	}
	for i := range n {
		r.SetPathValue(rt.params[i].Name, radix.Value(path[spans[i].Start:spans[i].End]))
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
