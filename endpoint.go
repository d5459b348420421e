package wend

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"reflect"
	"strings"
	"sync"
	"time"
	"unsafe"

	"github.com/wend-go/wend/binding"
	"github.com/wend-go/wend/internal/problem"
	"github.com/wend-go/wend/internal/radix"
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

// operation is a typed endpoint compiled for one route. It is the end of the
// route's chain.
type operation struct {
	shell
	rt       *Route
	in, out  *binding.Plan
	limits   binding.Limits
	timeout  time.Duration
	paths    []string // the plan's path parameters
	order    []int    // for each of them, the index of its wildcard
	media    []string // the Content-Type of the body; capacity one
	offers   []string // the media types that the body may have
	foreign  bool     // outside of a router: path values come from the request
	statuses []int
	inject   []injection
	writes   bool // the handler is given a Context and may answer by itself
	pool     sync.Pool
	reuseIn  bool
	reuseOut bool
}

// injection fills one field of an input.
type injection struct {
	offset uintptr
	fill   func(x *exchange, field unsafe.Pointer)
}

// exchange is the scratch of one request. Only the endpoint sees it: the handler is
// given a copy of the input and returns a copy of the output.
type exchange struct {
	op       *operation
	w        http.ResponseWriter
	r        *http.Request
	in, out  unsafe.Pointer
	incoming binding.Incoming
	values   [8]string
	buf      []byte
	ctx      Context
}

// compile makes the operation of a typed function, in what the pattern says when
// that is known. It returns every mistake.
func (rt *Route) compile(s *shell, set *binding.Set, routed bool) binding.Problems {
	op := &operation{shell: *s, rt: rt, limits: rt.opts.limits(), foreign: !routed}
	op.timeout = duration(rt.opts, func(s *settings) *time.Duration { return s.timeout }, 0)
	rt.typed = op
	if s.call == nil {
		return binding.Problems{{Where: "the handler", Text: "is nil"}}
	}
	config := rt.config()
	if routed {
		config.Names = append([]string{}, rt.names...)
		if strings.HasSuffix(rt.Path(), "...}") {
			config.Rest = rt.names[len(rt.names)-1]
		}
	}
	var problems, more binding.Problems
	op.in, problems = set.Input(s.in, config)
	op.out, more = set.Output(s.out, binding.Config{
		Method: rt.method, Writes: writesItself, CookieType: reflect.TypeFor[Cookie](), Codecs: config.Codecs,
	})
	problems = append(problems, more...)
	problems = append(problems, op.checkStatus()...)
	problems = append(problems, op.prepare()...)
	return problems
}

// config is what binding has to know about the route.
func (rt *Route) config() binding.Config {
	return binding.Config{
		Method:             rt.method,
		AllowUnknownFields: rt.opts.any(func(s *settings) bool { return s.allowUnknown }),
		RejectUnknownQuery: rt.opts.any(func(s *settings) bool { return s.strict }),
		Injects:            injects,
		ReadsRequest:       func(t reflect.Type) bool { return t == contextType || t == requestType },
		CookieType:         reflect.TypeFor[Cookie](),
		Codecs:             rt.codecs(),
		MaxBody:            rt.opts.givenMaxBody(),
	}
}

var (
	contextType = reflect.TypeFor[Context]()
	requestType = reflect.TypeFor[*http.Request]()
	loggerType  = reflect.TypeFor[*slog.Logger]()
)

func injects(t reflect.Type) bool { return t == contextType || t == requestType || t == loggerType }

// checkStatus settles the statuses of success.
func (op *operation) checkStatus() binding.Problems {
	where := op.shell.out.String()
	given, declared := op.rt.opts.status, op.out.Statuses()
	switch {
	case given != 0 && declared != nil:
		return binding.Problems{{Where: where, Text: "has a status field and the option Status"}}
	case declared != nil:
		op.statuses = declared
	case given != 0:
		op.statuses = []int{given}
	case op.out.HasBody():
		op.statuses = []int{http.StatusOK}
	default:
		op.statuses = []int{http.StatusNoContent}
	}
	for _, status := range op.statuses {
		if op.out.HasBody() && !op.out.Foreign() && !bodyAllowed(status) {
			return binding.Problems{{Where: where, Text: fmt.Sprintf("has a body, and a response with status %d has none", status), Write: "wend.None"}}
		}
	}
	return nil
}

func bodyAllowed(status int) bool {
	return status != http.StatusNoContent && status != http.StatusResetContent && status != http.StatusNotModified
}

// prepare computes what a request needs.
func (op *operation) prepare() binding.Problems {
	var problems binding.Problems
	op.paths = op.in.PathNames()
	op.media = []string{op.out.MediaType()}
	if op.out.HasBody() && !op.out.Foreign() {
		for f := range op.out.Fields() {
			if f.In == binding.Body {
				op.offers = f.MediaTypes
			}
		}
	}
	for _, name := range op.paths {
		for i, wildcard := range op.rt.names {
			if wildcard == name {
				op.order = append(op.order, i)
			}
		}
	}
	for _, i := range op.in.Injections() {
		fill, writes := filler(i.Type)
		op.inject = append(op.inject, injection{i.Offset, fill})
		op.writes = op.writes || writes
		if writes && op.out.HasBody() {
			problems = append(problems, binding.Problem{
				Where: i.Where, Text: "may write the response, and the output " + op.shell.out.String() + " is one too", Write: "wend.None as the output",
			})
		}
	}
	op.reuseIn = op.in.Pooled() && op.shell.in.Kind() != reflect.Pointer
	op.reuseOut = op.out.Pooled()
	op.pool.New = func() any { return op.newExchange() }
	return problems
}

func filler(t reflect.Type) (fill func(*exchange, unsafe.Pointer), writes bool) {
	switch t {
	case contextType:
		return func(x *exchange, p unsafe.Pointer) { *(*Context)(p) = x.ctx }, true
	case requestType:
		return func(x *exchange, p unsafe.Pointer) { *(**http.Request)(p) = x.r }, false
	}
	return func(x *exchange, p unsafe.Pointer) { *(**slog.Logger)(p) = x.op.requestLogger(x) }, false
}

func (op *operation) newExchange() *exchange {
	x := &exchange{op: op}
	x.in = reflect.New(op.shell.in).UnsafePointer()
	x.out = reflect.New(op.shell.out).UnsafePointer()
	return x
}

// release zeroes the scratch and gives it back.
func (x *exchange) release() {
	op := x.op
	if op.reuseIn {
		reflect.NewAt(op.shell.in, x.in).Elem().SetZero()
	} else {
		x.in = reflect.New(op.shell.in).UnsafePointer()
	}
	if op.reuseOut {
		reflect.NewAt(op.shell.out, x.out).Elem().SetZero()
	} else {
		x.out = reflect.New(op.shell.out).UnsafePointer()
	}
	clear(x.values[:])
	if cap(x.buf) > maxScratch {
		x.buf = nil
	}
	clear(x.buf)
	x.w, x.r, x.incoming, x.ctx, x.buf = nil, nil, binding.Incoming{}, Context{}, x.buf[:0]
	op.pool.Put(x)
}

// maxScratch is the largest response buffer that is kept.
const maxScratch = 64 << 10

// ServeHTTP runs the endpoint: bind, call, respond.
func (op *operation) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if op.rt.options(w, r) {
		return
	}
	x := op.pool.Get().(*exchange)
	x.w, x.r = w, r
	sent, done := false, false
	defer func() {
		if op.writes && x.ctx.cell != nil && x.ctx.cell.close() {
			sent = true
		}
		if err := x.incoming.Close(); err != nil {
			op.rt.log(w, r, slog.LevelError, "temporary files could not be removed", err)
		}
		if !done { // the scratch is dropped: who panicked may have kept a part of it
			op.rt.panicked(w, r, recover(), sent)
			return
		}
		x.release()
	}()
	if op.timeout > 0 {
		ctx, cancel := context.WithTimeout(r.Context(), op.timeout)
		defer cancel()
		r = r.WithContext(ctx)
		x.r = r
	}
	if err := op.run(x, &sent); err != nil {
		if sent {
			done = true
			op.rt.log(w, r, slog.LevelError, "the handler failed after the response had begun", err)
			panic(http.ErrAbortHandler)
		}
		op.rt.fail(w, r, err)
	}
	done = true
}

// run is the frozen order of a request: bind, call, encode, write.
func (op *operation) run(x *exchange, sent *bool) error {
	in := x.in
	if op.shell.in.Kind() == reflect.Pointer {
		in = reflect.New(op.shell.in.Elem()).UnsafePointer()
		*(*unsafe.Pointer)(x.in) = in
	}
	if err := op.bind(x, in); err != nil {
		return err
	}
	if op.writes {
		x.ctx = newContext(x.w, x.r, op.routed())
	}
	for _, i := range op.inject {
		i.fill(x, unsafe.Add(in, i.offset))
	}
	form, err := op.choose(x)
	if err != nil {
		return err
	}
	ctx := x.r.Context()
	if err := op.call(ctx, x.in, x.out); err != nil {
		*sent = op.writes && x.ctx.cell.begun(x.ctx.gen)
		return err
	}
	if op.writes && x.ctx.cell.begun(x.ctx.gen) {
		return nil
	}
	if err := ctx.Err(); err != nil {
		return err // the client was told, or has gone
	}
	return op.respond(x, form, sent)
}

// routed is the route, or nil outside of a router.
func (op *operation) routed() *Route {
	if op.foreign {
		return nil
	}
	return op.rt
}

var errNoFit = errors.New("the path does not fit the route's pattern; give middleware that changes it to wend.Outer")

// bind reads the request into the input.
func (op *operation) bind(x *exchange, in unsafe.Pointer) error {
	x.incoming = binding.Incoming{Request: x.r, Writer: x.w, Limits: op.limits}
	if len(op.paths) > 0 {
		values, err := op.pathValues(x)
		if err != nil {
			return err
		}
		x.incoming.Values = values
	}
	return op.in.Bind(&x.incoming, in)
}

// pathValues finds the path parameters in the order of the plan.
func (op *operation) pathValues(x *exchange) ([]string, error) {
	values := x.values[:0]
	if op.foreign {
		for _, name := range op.paths {
			value := x.r.PathValue(name)
			if value == "" && !patternHas(x.r.Pattern, name) {
				return nil, fmt.Errorf("the input reads the path parameter %q, which the pattern %q does not have", name, x.r.Pattern)
			}
			values = append(values, value)
		}
		return values, nil
	}
	path, _ := radix.Canonical(x.r.URL)
	var stack [contextSpans]radix.Span
	spans := stack[:]
	if len(op.rt.names) > len(spans) {
		spans = make([]radix.Span, len(op.rt.names))
	}
	if _, ok := op.rt.pattern.Spans(path, spans); !ok {
		return nil, errNoFit
	}
	for _, i := range op.order {
		values = append(values, radix.Value(path[spans[i].Start:spans[i].End]))
	}
	return values, nil
}

// patternHas reports whether the pattern of another mux has a wildcard.
func patternHas(pattern, name string) bool {
	return strings.Contains(pattern, "{"+name+"}") || strings.Contains(pattern, "{"+name+"...}")
}

// requestLogger is the router's logger with what identifies the request.
func (op *operation) requestLogger(x *exchange) *slog.Logger {
	l := op.rt.scope.core.logger().With(slog.String("method", x.r.Method), slog.String("pattern", x.r.Pattern))
	if id := problem.RequestID(x.w); id != "" {
		l = l.With(slog.String("request_id", id))
	}
	return l
}

// respond encodes the output and writes it. Until everything is encoded nothing
// has left, so a value that cannot be encoded is a clean 500.
func (op *operation) respond(x *exchange, form chosen, sent *bool) error {
	out := op.out
	status, err := out.Status(x.out)
	if err != nil {
		return err
	}
	if status == 0 {
		status = op.statuses[0]
	}
	if out.Foreign() {
		return op.respondForeign(x, status, sent)
	}
	if out.HasBody() {
		if x.buf, err = out.AppendBody(x.buf[:0], x.out); err != nil {
			return err
		}
		if x.buf, err = form.transcode(x.buf); err != nil {
			return err
		}
	}
	h := x.w.Header()
	if out.HasHeaders() {
		if err := out.Headers(h, x.out, op.setCookie(h)); err != nil {
			return err
		}
	}
	if out.HasBody() && bodyAllowed(status) {
		if _, set := h["Content-Type"]; !set {
			h["Content-Type"] = form.mediaType
		}
		setLength(h, len(x.buf))
	}
	*sent = true
	x.w.WriteHeader(status)
	if out.HasBody() && bodyAllowed(status) && x.r.Method != http.MethodHead {
		_, _ = x.w.Write(x.buf) // when it fails the client has gone, and nobody else is to be told
	}
	return nil
}
