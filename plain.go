package wend

import (
	"net/http"

	"github.com/wend-go/wend/binding"
	"github.com/wend-go/wend/internal/radix"
	"github.com/wend-go/wend/internal/rw"
)

// plainEnd ends the chain of a plain http.Handler.
type plainEnd struct {
	rt *Route
	h  http.Handler
}

func (e *plainEnd) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if e.rt.options(w, r) {
		return
	}
	if len(e.rt.names) > 0 {
		e.setPathValues(r)
	}
	if r.ContentLength != 0 {
		e.rt.guardBody(w, r)
	}
	defer func() {
		if v := recover(); v != nil {
			e.rt.panicked(w, r, v, v != http.ErrAbortHandler && rw.Begun(w))
		}
	}()
	e.h.ServeHTTP(w, r)
}

// guardBody puts the body under the limits of a route that does not read it.
func (rt *Route) guardBody(w http.ResponseWriter, r *http.Request) {
	binding.GuardBody(w, r, rt.opts.limits())
}

func (e *plainEnd) setPathValues(r *http.Request) {
	var stack [8]radix.Span
	spans := stack[:]
	if len(e.rt.names) > len(spans) {
		spans = make([]radix.Span, len(e.rt.names))
	}
	path, _ := radix.Canonical(r.URL)
	n, ok := e.rt.pattern.Spans(path, spans)
	if !ok {
		return
	}
	for i := range n {
		r.SetPathValue(e.rt.names[i], radix.Value(path[spans[i].Start:spans[i].End]))
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
