package wend

import (
	"encoding"
	"fmt"
	"net/http"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/wend-go/wend/binding"
	"github.com/wend-go/wend/internal/radix"
)

// Route is a registered route: what documents, logs and tests need to know. It is
// read-only.
type Route struct {
	// Optimization: what every request reads is in one cache line, with the pattern's text
	// at its end; a Route has four.
	carries bool             // the chain needs the route in the request's context
	bare    bool             // the chain has no middleware
	direct  bool             // the chain is its end alone
	params  []radix.Wildcard // shared with other routes
	last    http.Handler     // what ends the chain: an *operation, a HandlerFunc or another handler
	pattern radix.Pattern
	handler http.Handler // the chain with its end
	typed   *operation   // of a typed endpoint

	guards []*operation // that stand before the end of the chain, innermost first
	opts   *settings
	scope  *Router
	place  callSite
	binds  atomic.Pointer[sync.Map] // reflect.Type → *binding.Plan, of Context.Bind; mostly nil
}

// setParams takes the parameters from the pattern: those in last where they are the same.
// Routes have few, and every request of a route reads its own.
func (rt *Route) setParams(last []radix.Wildcard) {
	if rt.params = rt.pattern.AppendWildcards(nil); slices.Equal(rt.params, last) {
		rt.params = last
	}
}

// Method returns the method; "" means every one.
func (rt *Route) Method() string { return rt.pattern.Method }

// Pattern returns the full pattern with its method, as in "GET /notes/{id}".
func (rt *Route) Pattern() string { return rt.pattern.String() }

// Path returns the full pattern without its method.
func (rt *Route) Path() string { return rt.pattern.Path() }

// Name returns the name given with [Name], or "".
func (rt *Route) Name() string { return rt.opts.name }

// Site returns file:line of the registration.
func (rt *Route) Site() string { return rt.place.String() }

// URL builds the route's path from values for its wildcards, in their order, each
// escaped. Strings, integers, encoding.TextMarshaler and fmt.Stringer are values. A
// missing, surplus or empty value is an error, and so is one that the router would
// refuse.
func (rt *Route) URL(values ...any) (string, error) {
	texts := make([]string, len(values))
	for i, v := range values {
		text, err := pathValue(v)
		if err != nil {
			return "", fmt.Errorf("wend: URL of %s: %w", rt.Pattern(), err)
		}
		texts[i] = text
	}
	path, err := rt.pattern.Build(texts)
	if err != nil {
		return "", fmt.Errorf("wend: URL of %s: %w", rt.Pattern(), err)
	}
	return path, nil
}

func pathValue(v any) (string, error) {
	switch v := v.(type) {
	case string:
		return v, nil
	case encoding.TextMarshaler:
		text, err := v.MarshalText()
		return string(text), err
	case fmt.Stringer:
		return v.String(), nil
	}
	switch k := reflect.ValueOf(v); {
	case k.IsValid() && (k.CanInt() || k.CanUint() || k.Kind() == reflect.String || k.Kind() == reflect.Bool):
		return fmt.Sprint(v), nil
	}
	return "", fmt.Errorf("a value of type %T has no form in a path", v)
}

// Operation is what a route says about itself, for documents. It is a copy.
type Operation struct {
	In, Out     *binding.Plan   // nil for a plain http.Handler
	Statuses    []int           // of success
	Items       *binding.Plan   // of a streamed sequence: what one item is
	BodyMedia   string          // media type of a body that writes itself, where its type says it
	Errors      []*Error        // declared, innermost scope first, and then the providers'
	Providers   []Provider      // in the order in which they run; supplied values first
	Security    [][]Credential  // the alternatives; an empty one is a client without a credential
	Refusals    []int           // statuses that security answers: 401, 403; and RejectUnknownQuery: 400, 422
	ErrorBody   *binding.Plan   // of what OnError writes
	ErrorMedia  string          // its media type
	Binding     *binding.Set    // of the router; nil for the built-in rules and types
	Codecs      []binding.Codec // of the router
	Summary     string
	Description string
	ID          string // given with OperationID, or ""
	Tags        []string
	Hidden      bool
	Deprecated  bool
	Examples    []NamedExample
	Handler     string // the function's name, "" for a closure
	Func        string // its full name, as package runtime has it
	Middleware  []string
}

// Operation returns what the route says about itself.
func (rt *Route) Operation() Operation {
	s := rt.opts
	op := Operation{
		Errors: s.allErrors(), Summary: s.summary, Description: s.description, ID: s.operationID, Tags: s.allTags(),
		Hidden:     s.any(func(s *settings) bool { return s.hidden }),
		Deprecated: s.any(func(s *settings) bool { return s.deprecated }),
		Examples:   slices.Clone(s.examples), Binding: rt.scope.core.opts.router.set,
		Codecs: slices.Clone(rt.codecs()),
	}
	f := s.errorFormat()
	op.ErrorMedia = f.mediaType
	if f.body != nil {
		op.ErrorBody = f.body()
	}
	for _, mw := range rt.scope.chain(rt.opts) {
		op.Middleware = append(op.Middleware, funcName(reflect.ValueOf(mw)))
	}
	rt.describeProviders(&op)
	if rt.typed != nil {
		op.In, op.Out = rt.typed.in, rt.typed.out
		op.Statuses = slices.Clone(rt.typed.statuses)
		op.Handler, op.Func = readableName(rt.typed.name), rt.typed.name
		op.BodyMedia = rt.typed.bodyMedia()
		rt.typed.describeConditions(&op)
		if s.any(func(s *settings) bool { return s.strict }) {
			op.refuses(http.StatusBadRequest)
			op.refuses(http.StatusUnprocessableEntity)
		}
		if st := rt.typed.stream; st != nil {
			op.Items = st.items
		}
	}
	return op
}

// callSite is the place in the user's program that called into this module. It is
// resolved only when somebody asks, so registering stays cheap.
//
// Optimization: four frames are enough for the module's own functions above the call,
// and eight more would be a quarter of what a route takes in memory.
type callSite struct{ pcs [4]uintptr }

// here notes the stack of the caller's caller.
func here() callSite {
	var c callSite
	runtime.Callers(3, c.pcs[:])
	return c
}

// String returns file:line of the first frame outside the module's packages, the
// file with its directory.
func (c callSite) String() string {
	n := 0
	for n < len(c.pcs) && c.pcs[n] != 0 {
		n++
	}
	frames := runtime.CallersFrames(c.pcs[:n])
	for {
		frame, more := frames.Next()
		if frame.File != "" && !ownFrame(frame) {
			dir := filepath.Base(filepath.Dir(frame.File))
			return fmt.Sprintf("%s/%s:%d", dir, filepath.Base(frame.File), frame.Line)
		}
		if !more {
			return "unknown"
		}
	}
}

const module = "github.com/wend-go/wend"

// ownPackages are the packages whose frames are not the user's.
var ownPackages = [...]string{"", "/binding", "/openapi", "/openapi/docs", "/wendtest", "/wendtest/contract", "/security", "/dbtx"}

func ownFrame(f runtime.Frame) bool {
	if strings.HasSuffix(f.File, "_test.go") {
		return false
	}
	rest, ok := strings.CutPrefix(f.Function, module)
	if !ok {
		return strings.HasPrefix(f.Function, "runtime.") || strings.HasPrefix(f.Function, "reflect.")
	}
	slash := strings.LastIndexByte(rest, '/')
	dot := strings.IndexByte(rest[slash+1:], '.')
	pkg := rest[:slash+1+max(dot, 0)]
	return slices.Contains(ownPackages[:], pkg)
}

// funcName returns the full name of a function value.
func funcName(f reflect.Value) string {
	if f.Kind() != reflect.Func || f.IsNil() {
		return ""
	}
	if fn := runtime.FuncForPC(f.Pointer()); fn != nil {
		return fn.Name()
	}
	return ""
}

// readableName is the last part of a function's name: "getNote" of
// "shop.(*store).getNote-fm". A closure has none.
func readableName(full string) string {
	name := strings.TrimSuffix(full, "-fm")
	if i := strings.Index(name, "[...]"); i >= 0 {
		name = name[:i] + name[i+len("[...]"):]
	}
	name = name[strings.LastIndexByte(name, '.')+1:]
	if rest, ok := strings.CutPrefix(name, "func"); ok && strings.Trim(rest, "0123456789") == "" {
		return ""
	}
	if strings.Trim(name, "0123456789") == "" {
		return ""
	}
	return name
}

// newRoute returns what stands in for a route until it has a pattern: one that was
// refused, or the answers without a route.
func newRoute(scope *Router, opts *settings) *Route {
	rt := &Route{scope: scope, opts: opts}
	rt.setNoPattern("")
	return rt
}

func (rt *Route) setNoPattern(method string) {
	_ = rt.pattern.Parse("/") // Invariant: it is a pattern
	rt.pattern.Method = method
}
