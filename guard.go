package wend

import (
	"net/http"
	"reflect"

	"github.com/wend-go/wend/binding"
	"github.com/wend-go/wend/internal/replace"
)

// guarded stands before the end of a chain that is no typed endpoint of its own scope: a
// plain handler, or a route of a mounted router. It runs what Require asks for.
type guarded struct {
	op   *operation // without a function
	next http.Handler
}

// ServeHTTP runs the guards and then the handler.
func (g *guarded) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	rt := g.op.rt
	if rt.isOptions(r) || g.admit(w, r) {
		g.next.ServeHTTP(w, r)
	}
}

// admit runs the guards. It answers who does not pass.
func (g *guarded) admit(w http.ResponseWriter, r *http.Request) (passes bool) {
	op := g.op
	if clients := replace.Reach(r.Context()); clients != nil {
		op = op.replacedBy(clients)
	}
	x := op.pool.Get().(*exchange)
	x.w, x.r = w, r
	x.path, x.lens, x.coded = op.rt.locate(r)
	x.incoming.Request, x.incoming.Writer = r, w
	done := false
	defer func() {
		if !done {
			op.rt.panicked(w, r, recover(), false)
			return
		}
		x.release()
	}()
	err := x.admit()
	if err != nil {
		op.rt.fail(w, r, err)
	}
	done = true
	return err == nil
}

// guard compiles what Require asks for in the settings of some scopes, with the
// providers of a scope. It returns nil where nothing is asked for.
func (rt *Route) guard(s *settings, scope *Router, replaced map[reflect.Type]*provider) (*operation, binding.Problems) {
	if !s.any(func(s *settings) bool { return len(s.guards) > 0 }) {
		return nil, nil
	}
	nothing := shell{in: reflect.TypeFor[None](), out: reflect.TypeFor[None]()}
	op := &operation{shell: nothing, rt: rt, limits: s.limits(), guards: s, within: scope}
	v := rt.newResolver(replaced)
	v.scope = scope
	v.guards(s)
	op.in, _ = rt.scope.core.set.Input(nothing.in, binding.Config{})
	op.out, _ = rt.scope.core.set.Output(nothing.out, binding.Config{})
	if op.needs = v.order(); op.needs == nil { // what is required is missing
		return nil, v.problems
	}
	_ = op.prepare()
	return op, append(v.problems, op.needs.fit(op)...)
}

// addGuard puts what the scopes require before the end of the route's chain.
func (rt *Route) addGuard(s *settings, scope *Router) binding.Problems {
	op, problems := rt.guard(s, scope, nil)
	if op != nil {
		rt.guards = append(rt.guards, op)
	}
	return problems
}

// replacedBy returns the operation as a test client wants it.
func (op *operation) replacedBy(clients *replace.Set) *operation {
	if known, ok := clients.Compiled.Load(op); ok {
		return known.(*operation)
	}
	own, err := op.compileFor(clients)
	if err != nil {
		clients.Fail(err)
		return op // the test has failed already
	}
	known, _ := clients.Compiled.LoadOrStore(op, own)
	return known.(*operation)
}

// compileFor compiles the operation once more, with a client's providers in the place
// of those that its router has.
func (op *operation) compileFor(clients *replace.Set) (*operation, error) {
	rt, c := op.rt, op.rt.scope.core
	replaced := map[reflect.Type]*provider{}
	var problems binding.Problems
	for t, fn := range clients.Funcs {
		original := rt.scope.providerOf(t, nil)
		if original == nil || !original.supplied() {
			fn.Value = nil // it is a provider's value: it may be optional, and may be asked for scopes
		}
		p, more := c.newProvider(fn, rt.place, nil)
		if original != nil && (original.secure() || original.supplied()) {
			p.opts.secured = &secured{} // it runs where the original did, and asks for no credential
		}
		problems = append(problems, more...)
		replaced[t] = p
	}
	var own *operation
	if len(problems) == 0 && op.guards != nil {
		own, problems = rt.guard(op.guards, op.within, replaced)
	} else if len(problems) == 0 {
		own, problems = rt.newOperation(&op.shell, c.set, !op.foreign, replaced)
	}
	if len(problems) > 0 {
		return nil, &RegistrationError{What: "wendtest.Replace in " + rt.Pattern(), Site: rt.Site(), Problems: problems}
	}
	return own, nil
}
