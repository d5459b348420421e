package wend

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"reflect"
	"runtime/debug"
	"unsafe"

	"github.com/wend-go/wend/binding"
	"github.com/wend-go/wend/security"
)

// given is the scratch of one request for what providers give: one place for each step.
type given struct {
	in, out []unsafe.Pointer
	absent  []bool // there is no credential, and none is needed
	ends    []func(error) error
}

func newGiven(n *needs) *given {
	g := &given{
		in: make([]unsafe.Pointer, len(n.steps)), out: make([]unsafe.Pointer, len(n.steps)), absent: make([]bool, len(n.steps)),
	}
	for i := range n.steps {
		g.in[i] = reflect.New(n.steps[i].p.In).UnsafePointer()
		g.out[i] = reflect.New(n.steps[i].p.Out).UnsafePointer()
	}
	return g
}

// zero takes back all that a request has left. The values have no user's method that is
// called on their memory here, so nobody holds it.
func (g *given) zero(n *needs) {
	for i := range n.steps {
		s := &n.steps[i]
		if s.reuse {
			reflect.NewAt(s.p.In, g.in[i]).Elem().SetZero()
		} else {
			g.in[i] = reflect.New(s.p.In).UnsafePointer()
		}
		reflect.NewAt(s.p.Out, g.out[i]).Elem().SetZero()
		g.absent[i] = false
	}
	clear(g.ends)
	g.ends = g.ends[:0]
}

// give fills the fields of an input.
func (x *exchange) give(inject []injection, feeds []feed, in unsafe.Pointer) {
	for _, i := range inject {
		i.fill(x, unsafe.Add(in, i.offset))
	}
	for _, f := range feeds {
		field, value := unsafe.Add(in, f.offset), x.given.out[f.step]
		switch {
		case !f.optional:
			reflect.NewAt(f.typ, field).Elem().Set(reflect.NewAt(f.typ, value).Elem())
		case !x.given.absent[f.step]:
			own := reflect.New(f.typ) // the handler may keep it
			own.Elem().Set(reflect.NewAt(f.typ, value).Elem())
			*(*unsafe.Pointer)(field) = own.UnsafePointer()
		}
	}
}

// input is the address of a step's input struct.
func (x *exchange) input(i int) unsafe.Pointer {
	in := x.given.in[i]
	t := x.op.needs.steps[i].p.In
	if t.Kind() != reflect.Pointer {
		return in
	}
	if *(*unsafe.Pointer)(in) == nil {
		*(*unsafe.Pointer)(in) = reflect.New(t.Elem()).UnsafePointer()
	}
	return *(*unsafe.Pointer)(in)
}

// admit runs the early steps: who the client is, and what guards ask for. Nothing of
// the request is looked at but what they themselves read.
func (x *exchange) admit() error {
	n := x.op.needs
	for i := range n.early {
		if err := x.admitStep(i, &n.steps[i]); err != nil {
			refuseBody(x.w, x.r)
			return err
		}
	}
	return nil
}

func (x *exchange) admitStep(i int, s *step) error {
	present, err := x.credentials(i, s)
	if err != nil {
		return err
	}
	for _, f := range s.feeds {
		present = present && (f.optional || !x.given.absent[f.step])
	}
	if !present {
		x.given.absent[i] = true
		return nil
	}
	if err := x.bindStep(i, s); err != nil {
		return err
	}
	if err := x.runStep(i, s); err != nil {
		return err
	}
	return x.checkScopes(i, s)
}

// refuseBody closes the connection behind an answer that comes before the body: reading
// it only to throw it away is what the order is there to prevent.
func refuseBody(w http.ResponseWriter, r *http.Request) {
	if r.ContentLength != 0 && r.ProtoMajor == 1 {
		w.Header()["Connection"] = []string{"close"}
	}
}

// bindStep reads a provider's own parameters.
func (x *exchange) bindStep(i int, s *step) error {
	if err := x.op.pathValues(x, s.names, s.slots); err != nil {
		return err
	}
	return s.p.plan.Bind(&x.incoming, x.input(i))
}

// bindSteps reads the parameters of the providers that run behind the body. What is
// wrong with them is told together with what is wrong with the handler's input.
func (x *exchange) bindSteps() (wrong *binding.Error, err error) {
	n := x.op.needs
	for i := n.early; i < len(n.steps); i++ {
		if err := x.bindStep(i, &n.steps[i]); err != nil {
			var b *binding.Error
			if !errors.As(err, &b) {
				return nil, err
			}
			wrong = binding.Join(wrong, b)
		}
	}
	return wrong, nil
}

// provide runs the steps behind the body.
func (x *exchange) provide() error {
	n := x.op.needs
	for i := n.early; i < len(n.steps); i++ {
		if err := x.runStep(i, &n.steps[i]); err != nil {
			return err
		}
	}
	return nil
}

// runStep calls a provider.
func (x *exchange) runStep(i int, s *step) error {
	x.give(s.inject, s.feeds, x.input(i))
	ctx := x.r.Context()
	end, err := s.p.Call(ctx, x.given.in[i], x.given.out[i])
	switch {
	case err != nil:
		return s.failed(ctx, err)
	case end != nil:
		x.given.ends = append(x.given.ends, end)
	}
	return nil
}

// failed is the answer to a provider's error.
func (s *step) failed(ctx context.Context, err error) error {
	if errors.Is(err, context.Canceled) && errors.Is(ctx.Err(), context.Canceled) {
		return err
	}
	e := s.opts.resolve(ctx, err)
	if !s.p.secure() {
		return e
	}
	if e.status() == http.StatusInternalServerError && errors.Is(err, security.ErrInvalid) {
		e = &Error{Status: http.StatusUnauthorized, Detail: detailInvalid, Err: err}
	}
	if e.status() == http.StatusUnauthorized && len(e.Header["Www-Authenticate"]) == 0 {
		e = e.clone()
		e.challenge(s.p.schemes(), security.InvalidToken)
	}
	return e
}

// end runs the ends of the request's scoped values, last in, first out. Each sees the
// error so far. It returns that, or the first of its own.
func (x *exchange) end(err error) error {
	for g := x.given; g != nil && len(g.ends) > 0; {
		last := g.ends[len(g.ends)-1]
		g.ends = g.ends[:len(g.ends)-1]
		if err == nil && x.op.stream == nil { // no commit begins once the client was told otherwise
			err = over(x.r.Context())
		}
		failed := callEnd(last, err)
		switch {
		case failed == nil:
		case err == nil:
			err = failed
		default:
			x.op.rt.log(x.w, x.r, slog.LevelError, "the end of a scoped value failed, behind another error", failed)
		}
	}
	return err
}

// ending reports whether scoped values are open.
func (x *exchange) ending() bool { return x.given != nil && len(x.given.ends) > 0 }

// commit ends the scoped values of a request that has gone well, and returns the header
// of the response, to which it adds what was prepared apart from it.
func (x *exchange) commit(prepared http.Header) (http.Header, error) {
	if x.tasks != nil {
		if err := x.reserveTasks(); err != nil {
			return nil, err
		}
	}
	if !x.ending() {
		return prepared, nil
	}
	if err := x.end(nil); err != nil {
		return nil, err
	}
	h := x.w.Header()
	for name, values := range prepared {
		if name == "Set-Cookie" {
			values = append(h[name], values...)
		}
		h[name] = values
	}
	return h, nil
}

func callEnd(end func(error) error, err error) (failed error) {
	defer func() {
		if v := recover(); v != nil {
			failed = fmt.Errorf("panic in the end of a scoped value: %v\n%s", v, debug.Stack())
		}
	}()
	return end(err)
}
