package wend

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"unsafe"

	"github.com/wend-go/wend/binding"
	"github.com/wend-go/wend/internal/radix"
)

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

func (op *operation) newExchange() *exchange {
	x := &exchange{op: op, incoming: binding.Incoming{Limits: op.limits}}
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
	clear(x.values[:min(len(op.paths), len(x.values))])
	if cap(x.buf) > maxScratch {
		x.buf = nil
	}
	clear(x.buf)
	// Optimization: the parts that a request has used are cleared one by one; the whole
	// struct at once costs a write barrier for each pointer in it, 10 % of a small GET.
	x.w, x.r, x.buf = nil, nil, x.buf[:0]
	x.incoming.Request, x.incoming.Writer, x.incoming.Values, x.incoming.RawValues = nil, nil, nil, nil
	if op.writes {
		x.ctx = Context{}
	}
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
		if op.writes && x.ctx.cell != nil && x.ctx.cell.close(x.ctx.gen) {
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
	x.incoming.Request, x.incoming.Writer = x.r, x.w
	if len(op.paths) > 0 {
		values, err := op.pathValues(x)
		if err != nil {
			return err
		}
		x.incoming.Values = values
		if x.r.URL.RawPath != "" && !op.foreign {
			x.incoming.RawValues = op.rawValues(x.r.URL.RawPath, values)
		}
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
	var stack [8]radix.Span
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

// rawValues are the path values as they are escaped, from which a list is split. A
// path without a RawPath has no escaped comma.
func (op *operation) rawValues(raw string, values []string) []string {
	segments := strings.Split(raw, "/")
	all := slices.Clone(values)
	for i, name := range op.paths {
		at := slices.Index(strings.Split(op.rt.Path(), "/"), "{"+name+"}")
		if at >= 0 && at < len(segments) { // a {rest...} is no list
			all[i] = segments[at]
		}
	}
	return all
}

// patternHas reports whether the pattern of another mux has a wildcard.
func patternHas(pattern, name string) bool {
	return strings.Contains(pattern, "{"+name+"}") || strings.Contains(pattern, "{"+name+"...}")
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
