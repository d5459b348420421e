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
	"time"
	"unsafe"

	"github.com/wend-go/wend/binding"
	"github.com/wend-go/wend/internal/radix"
	"github.com/wend-go/wend/internal/replace"
)

// exchange is the scratch of one request. Only the endpoint sees it: the handler is
// given a copy of the input and returns a copy of the output.
type exchange struct {
	op      *operation
	w       http.ResponseWriter
	r       *http.Request
	in, out unsafe.Pointer
	// The same as values: to make one of an address is a tenth of a small GET.
	inValue, outValue reflect.Value
	incoming          binding.Incoming
	path              string // where the parameters are: see Context
	lens              radix.Lengths
	coded             uint64
	values            []string // room for the path parameters of the input, or of one provider
	buf               []byte
	ctx               Context
	given             *given // nil where the operation has no providers
	tasks             *Tasks // nil until something is given it
	todo              []func(context.Context) error
	firstByte         *time.Timer // ends a stream that does not begin in time
}

func (op *operation) newExchange() *exchange {
	x := &exchange{op: op, incoming: binding.Incoming{Limits: op.limits}}
	x.freshIn()
	x.freshOut()
	most := len(op.paths)
	if op.needs != nil {
		x.given = newGiven(op.needs)
		for i := range op.needs.steps {
			most = max(most, len(op.needs.steps[i].names))
		}
	}
	x.values = make([]string, most)
	return x
}

func (x *exchange) freshIn() {
	v := reflect.New(x.op.shell.in)
	x.in, x.inValue = v.UnsafePointer(), v.Elem()
}

func (x *exchange) freshOut() {
	v := reflect.New(x.op.shell.out)
	x.out, x.outValue = v.UnsafePointer(), v.Elem()
}

// release zeroes the scratch and gives it back.
func (x *exchange) release() {
	op := x.op
	if op.reuseIn {
		x.inValue.SetZero()
	} else {
		x.freshIn()
	}
	if op.reuseOut {
		x.outValue.SetZero()
	} else {
		x.freshOut()
	}
	clear(x.values)
	if cap(x.buf) > maxScratch {
		x.buf = nil
	}
	clear(x.buf)
	// Optimization: the parts that a request has used are cleared one by one; the whole
	// struct at once costs a write barrier for each pointer in it, 10 % of a small GET.
	x.w, x.r, x.path, x.buf = nil, nil, "", x.buf[:0]
	x.incoming.Request, x.incoming.Writer, x.incoming.Values, x.incoming.RawValues = nil, nil, nil, nil
	if op.writes {
		x.ctx = Context{}
	}
	x.tasks, x.firstByte = nil, nil
	if op.needs != nil {
		x.given.zero(op.needs)
	}
	op.pool.Put(x)
}

// maxScratch is the largest response buffer that is kept.
const maxScratch = 64 << 10

// ServeHTTP runs the endpoint outside of a router.
func (op *operation) ServeHTTP(w http.ResponseWriter, r *http.Request) { op.serve(w, r, "", 0, 0) }

// serve runs the endpoint with the parameters that were found: bind, call, respond.
func (op *operation) serve(w http.ResponseWriter, r *http.Request, path string, lens radix.Lengths, coded uint64) {
	if clients := replace.Reach(r.Context()); clients != nil {
		op = op.replacedBy(clients)
	}
	if r.ContentLength != 0 && !op.in.HasBody() {
		op.rt.guardBody(w, r)
	}
	x := op.pool.Get().(*exchange)
	x.w, x.r, x.path, x.lens, x.coded = w, r, path, lens, coded
	sent, done := false, false
	defer func() {
		if op.writes && x.ctx.cell != nil && x.ctx.cell.close(x.ctx.stamp) {
			sent = true
		}
		if err := x.incoming.Close(); err != nil {
			op.rt.log(w, r, slog.LevelError, "temporary files could not be removed", err)
		}
		if !done { // the scratch is dropped: who panicked may have kept a part of it
			v := recover()
			x.dropTasks()
			_ = x.end(errPanicked)
			op.rt.panicked(w, x.r, v, sent)
			return
		}
		x.release()
	}()
	if op.timeout > 0 || op.stream != nil {
		defer x.limitTime()()
	}
	if err := op.run(x, &sent); err != nil {
		x.dropTasks()
		_ = x.end(err) // what it returns is err
		if !sent {
			op.rt.fail(w, x.r, err)
		} else if op.rt.cutShort(w, x.r, err) {
			done = true
			panic(http.ErrAbortHandler)
		}
	} else if x.tasks != nil {
		x.startTasks()
	}
	done = true
}

// limitTime gives the request a context that ends with its deadline; that of a stream
// ends with the server as well, and its deadline is for the first byte.
func (x *exchange) limitTime() (release func()) {
	op := x.op
	if op.stream == nil {
		ctx, cancel := context.WithTimeout(x.r.Context(), op.timeout)
		x.r = x.r.WithContext(ctx)
		return cancel
	}
	ctx, cancel := context.WithCancelCause(x.r.Context())
	x.r = x.r.WithContext(ctx)
	run := &op.rt.scope.serving().run
	stop := context.AfterFunc(run.at(&run.streams), func() { cancel(ErrDraining) })
	if op.timeout > 0 {
		x.firstByte = time.AfterFunc(op.timeout, func() { cancel(context.DeadlineExceeded) })
	}
	return func() {
		stop()
		if x.firstByte != nil {
			x.firstByte.Stop()
		}
		cancel(nil)
	}
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
	form, err := op.choose(x)
	if err != nil {
		return err
	}
	if op.needs != nil {
		if err := x.provide(); err != nil {
			return err
		}
	}
	if op.writes {
		cell, stamp := openCell()
		x.ctx = Context{x.w, x.r, op.routed(), x.path, x.lens, cell, stamp | x.coded}
	}
	x.give(op.inject, op.needs.own(), in)
	ctx := x.r.Context()
	if err := op.call(ctx, x.in, x.out); err != nil {
		*sent = op.writes && x.ctx.cell.begun(x.ctx.stamp)
		return err
	}
	if op.writes && x.ctx.cell.begun(x.ctx.stamp) {
		*sent = true
		return x.reserveTasks()
	}
	if err := over(ctx); err != nil {
		return err
	}
	return op.respond(x, form, sent)
}

// over is the error of a request whose context is done: the client was told, or has
// gone, so what the handler has made cannot arrive.
func over(ctx context.Context) error {
	err := ctx.Err()
	if err == nil {
		return nil
	}
	if cause := context.Cause(ctx); cause != err {
		return errors.Join(err, cause)
	}
	return err
}

// routed is the route, or nil outside of a router.
func (op *operation) routed() *Route {
	if op.foreign {
		return nil
	}
	return op.rt
}

var errNoFit = errors.New("the path does not fit the route's pattern; give middleware that changes it to wend.Outer")

var errPanicked = errors.New("the handler panicked")

// bind reads the request into the input, behind what providers want to know first.
func (op *operation) bind(x *exchange, in unsafe.Pointer) error {
	x.incoming.Request, x.incoming.Writer = x.r, x.w
	var wrong *binding.Error
	if op.needs != nil {
		err := x.admit()
		if err == nil {
			wrong, err = x.bindSteps()
		}
		if err != nil {
			return err
		}
	}
	if err := op.pathValues(x, op.paths, op.slots); err != nil {
		return err
	}
	err := op.in.Bind(&x.incoming, in)
	if wrong == nil {
		return err
	}
	var b *binding.Error
	if err != nil && !errors.As(err, &b) {
		return err
	}
	return binding.Join(b, wrong)
}

// pathValues finds the path parameters of the given names. slots has for each of the
// route's wildcards the index of its name, or -1.
func (op *operation) pathValues(x *exchange, names []string, slots []int) error {
	if len(names) == 0 {
		return nil
	}
	if op.foreign {
		return x.foreignValues(names)
	}
	if x.path == "" {
		return errNoFit
	}
	values := x.values[:len(names)]
	lens, start, end := x.lens, 0, 0
	for i, slot := range slots {
		start, end = op.rt.params[i].Value(x.path, end, lens.Next())
		if slot < 0 {
			continue
		}
		values[slot] = x.path[start:end]
		if x.coded == 1 {
			values[slot] = radix.Value(values[slot])
		}
	}
	x.incoming.Values = values
	if x.coded == 1 {
		x.incoming.RawValues = op.rawValues(x.r.URL.RawPath, names, values)
	}
	return nil
}

// foreignValues are the path parameters that another mux has found.
func (x *exchange) foreignValues(names []string) error {
	values := x.values[:0]
	for _, name := range names {
		value := x.r.PathValue(name)
		if value == "" && !patternHas(x.r.Pattern, name) {
			return fmt.Errorf("the input reads the path parameter %q, which the pattern %q does not have", name, x.r.Pattern)
		}
		values = append(values, value)
	}
	x.incoming.Values = values
	return nil
}

// rawValues are the path values as they are escaped, from which a list is split. A
// path without a RawPath has no escaped comma.
func (op *operation) rawValues(raw string, names, values []string) []string {
	segments := strings.Split(raw, "/")
	all := slices.Clone(values)
	for i, name := range names {
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
	if op.stream != nil {
		return op.respondStream(x, status, sent)
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
	if x.ending() {
		h = http.Header{} // of an answer that may yet be another
	}
	if out.HasHeaders() {
		if err := op.putHeaders(h, x.out); err != nil {
			return err
		}
	}
	if h, err = x.commit(h); err != nil {
		return err
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
