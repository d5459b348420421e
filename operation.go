package wend

import (
	"fmt"
	"log/slog"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"
	"unsafe"

	"github.com/wend-go/wend/binding"
	"github.com/wend-go/wend/internal/problem"
)

// operation is a typed endpoint compiled for one route. It is the end of the
// route's chain.
type operation struct {
	shell
	rt       *Route
	in, out  *binding.Plan
	limits   binding.Limits
	timeout  time.Duration
	paths    []string // the plan's path parameters
	slots    []int    // for each wildcard of the route, the index of its name in paths
	media    []string // the Content-Type of the body; capacity one
	offers   []string // the media types that the body may have
	foreign  bool     // outside of a router: path values come from the request
	statuses []int
	inject   []injection
	needs    *needs     // nil without providers
	stream   *streaming // nil where the output is encoded first
	guards   *settings  // of an operation that is only a guard
	within   *Router    // whose providers that guard uses
	writes   bool       // the handler is given a Context and may answer by itself
	pool     sync.Pool
	reuseIn  bool
	reuseOut bool
}

// injection fills one field of an input.
type injection struct {
	offset uintptr
	fill   func(x *exchange, field unsafe.Pointer)
}

// compile makes the operation of a typed function, in what the pattern says when
// that is known. It returns every mistake.
func (rt *Route) compile(s *shell, set *binding.Set, routed bool) binding.Problems {
	var problems binding.Problems
	rt.typed, problems = rt.newOperation(s, set, routed, nil)
	return problems
}

// newOperation is compile with what a test has put in the place of providers.
func (rt *Route) newOperation(s *shell, set *binding.Set, routed bool, replaced map[reflect.Type]*provider) (*operation, binding.Problems) {
	op := &operation{shell: *s, rt: rt, limits: rt.opts.limits(), foreign: !routed}
	op.timeout = duration(rt.opts, func(s *settings) *time.Duration { return s.timeout }, 0)
	if s.call == nil {
		return op, binding.Problems{{Where: "the handler", Text: "is nil"}}
	}
	v := rt.newResolver(replaced)
	config := rt.config()
	config.Injects, config.Advice = v.injects, v.advice
	config.Elsewhere = func(injected []binding.Injection) binding.Elsewhere {
		op.needs = v.resolve(injected)
		return op.needs.reads()
	}
	if routed {
		config.Names = rt.pattern.Names()
		if strings.HasSuffix(rt.Path(), "...}") {
			config.Rest = config.Names[len(config.Names)-1]
		}
	}
	var problems, more binding.Problems
	op.in, problems = set.Input(s.in, config)
	op.out, more = set.Output(s.out, binding.Config{
		Method: rt.pattern.Method, Writes: writesItself, CookieType: reflect.TypeFor[Cookie](), Codecs: config.Codecs,
	})
	problems = append(problems, more...)
	usable := len(problems) == 0
	problems = append(problems, v.problems...)
	problems = append(problems, op.checkStatus()...)
	if t := op.out.BodyType(); op.out.Foreign() && streams(t) {
		op.stream, more = rt.scope.core.streamOf(t)
		problems = append(problems, more...)
	}
	if replaced == nil && usable {
		problems = append(problems, op.checkExamples(set)...)
	}
	op.inject = v.own.inject
	problems = append(problems, op.prepare()...)
	if op.needs != nil {
		problems = append(problems, op.needs.fit(op)...)
	}
	return op, problems
}

// config is what binding has to know about the route.
func (rt *Route) config() binding.Config {
	return binding.Config{
		Method:             rt.pattern.Method,
		AllowUnknownFields: rt.opts.any(func(s *settings) bool { return s.allowUnknown }),
		RejectUnknownQuery: rt.opts.any(func(s *settings) bool { return s.strict }),
		Injects:            builtIn,
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
	tasksType   = reflect.TypeFor[*Tasks]()
)

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
		op.offers = op.out.MediaTypes()
	}
	op.settle()
	for _, i := range op.in.Injections() {
		writes := i.Type == contextType
		op.writes = op.writes || writes
		if writes && op.needs != nil && op.needs.scoped {
			problems = append(problems, binding.Problem{
				Where: i.Where, Text: "may write the response, and a provided value has an end that comes before its first byte",
				Write: "what the handler answers as its output",
			})
		}
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

// settle finds the path parameters of the operation and its providers in the pattern.
func (op *operation) settle() {
	op.slots = op.rt.slots(op.paths)
	if op.needs == nil {
		return
	}
	for i := range op.needs.steps {
		s := &op.needs.steps[i]
		s.names = s.p.plan.PathNames()
		s.slots = op.rt.slots(s.names)
	}
}

// slots finds for each of the route's wildcards the index of its name, or -1.
func (rt *Route) slots(names []string) (slots []int) {
	for _, p := range rt.params {
		slots = append(slots, slices.Index(names, p.Name))
	}
	return slots
}

// filler injects what wend itself knows.
func filler(t reflect.Type) func(*exchange, unsafe.Pointer) {
	switch t {
	case contextType:
		return func(x *exchange, p unsafe.Pointer) { *(*Context)(p) = x.ctx }
	case requestType:
		return func(x *exchange, p unsafe.Pointer) { *(**http.Request)(p) = x.r }
	case tasksType:
		return func(x *exchange, p unsafe.Pointer) { *(**Tasks)(p) = x.newTasks() }
	}
	return func(x *exchange, p unsafe.Pointer) { *(**slog.Logger)(p) = x.op.requestLogger(x) }
}

// fillBodyless injects the request without its body, for a provider with Secure.
func fillBodyless(x *exchange, p unsafe.Pointer) { *(**http.Request)(p) = bodyless(x.r) }

func bodyless(r *http.Request) *http.Request {
	copied := *r
	copied.Body = http.NoBody
	return &copied
}

// fillSupplied injects a value of the application.
func fillSupplied(from *provider) func(*exchange, unsafe.Pointer) {
	value := reflect.NewAt(from.Out, from.Value).Elem()
	return func(_ *exchange, p unsafe.Pointer) { reflect.NewAt(from.Out, p).Elem().Set(value) }
}

// requestLogger is the router's logger with what identifies the request.
func (op *operation) requestLogger(x *exchange) *slog.Logger {
	l := op.rt.scope.core.logger().With(slog.String("method", x.r.Method), slog.String("pattern", x.r.Pattern))
	if id := problem.RequestID(x.w); id != "" {
		l = l.With(slog.String("request_id", id))
	}
	return x.withUser(l)
}
