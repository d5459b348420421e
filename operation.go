package wend

import (
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
		Method: rt.pattern.Method, Writes: writesItself, CookieType: reflect.TypeFor[Cookie](), Codecs: config.Codecs,
	})
	problems = append(problems, more...)
	problems = append(problems, op.checkStatus()...)
	problems = append(problems, op.prepare()...)
	return problems
}

// config is what binding has to know about the route.
func (rt *Route) config() binding.Config {
	return binding.Config{
		Method:             rt.pattern.Method,
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

// requestLogger is the router's logger with what identifies the request.
func (op *operation) requestLogger(x *exchange) *slog.Logger {
	l := op.rt.scope.core.logger().With(slog.String("method", x.r.Method), slog.String("pattern", x.r.Pattern))
	if id := problem.RequestID(x.w); id != "" {
		l = l.With(slog.String("request_id", id))
	}
	return l
}
