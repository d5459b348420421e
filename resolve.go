package wend

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unsafe"

	"github.com/wend-go/wend/binding"
)

// needs is what providers give an operation: the steps that make the values, in the
// order in which they run.
type needs struct {
	steps    []step
	early    int         // so many of them run before the body is read: security and guards
	scoped   bool        // one of them has an end
	feeds    []feed      // what the handler is given
	supplied []*provider // that are given too
}

// own is what the handler is given.
func (n *needs) own() []feed {
	if n == nil {
		return nil
	}
	return n.feeds
}

// step is one provider in an operation.
type step struct {
	p        *provider
	opts     *settings // where its errors are looked up
	names    []string  // of the path parameters that it reads
	slots    []int     // for each wildcard of the route, the index of its name in names
	inject   []injection
	feeds    []feed
	early    bool
	optional bool     // everything that wants the value can do without
	scopes   []string // that the value must have
	reuse    bool     // the memory of its input
	tasks    string   // the field that takes tasks, or ""
}

// feed fills a field of an input from what a step has given.
type feed struct {
	offset   uintptr
	step     int
	typ      reflect.Type // of the value
	optional bool         // the field is a pointer to the type
}

// resolver orders the providers of one operation.
type resolver struct {
	rt       *Route
	scope    *Router // where providers are looked for, outwards
	replaced map[reflect.Type]*provider
	steps    []*step
	at       map[*provider]int
	own      step // what the handler's input is given; it is no step of its own
	supplied []*provider
	chain    []*provider // being resolved, outermost first
	problems binding.Problems
}

func (rt *Route) newResolver(replaced map[reflect.Type]*provider) *resolver {
	return &resolver{rt: rt, scope: rt.scope, replaced: replaced}
}

// find returns who gives a field's type, and whether the field can do without: a *T
// where a provider with Secure gives T.
func (v *resolver) find(t reflect.Type) (p *provider, optional bool) {
	if p := v.scope.providerOf(t, v.replaced); p != nil {
		return p, false
	}
	if t.Kind() == reflect.Pointer {
		if p := v.scope.providerOf(t.Elem(), v.replaced); p != nil && p.secure() {
			return p, true
		}
	}
	return nil, false
}

// injects reports whether a type can be injected, so that a field of it wants no source.
func (v *resolver) injects(t reflect.Type) bool {
	if builtIn(t) || t == tokenType || t == userPassType {
		return true
	}
	p, _ := v.find(t)
	return p != nil
}

// resolve orders all that the guards of the scopes and an input want. It returns nil
// when that is nothing.
func (v *resolver) resolve(injected []binding.Injection) *needs {
	v.guards(v.rt.opts)
	for _, n := range injected {
		switch {
		case n.Type == tokenType || n.Type == userPassType:
			v.problems = append(v.problems, credentialOutside(n))
		case builtIn(n.Type) && len(n.Scopes) > 0:
			v.problems = append(v.problems, binding.Problem{Where: n.Where, Text: "has scopes, and no provider gives it"})
		default:
			v.feed(&v.own, n)
		}
	}
	return v.order()
}

// guards wants what Require asks for, outermost scope first.
func (v *resolver) guards(s *settings) {
	if s == nil {
		return
	}
	v.guards(s.outer)
	for _, g := range s.guards {
		where := fmt.Sprintf("wend.Require[%s]", g.typ)
		p, _ := v.find(g.typ)
		if p == nil {
			v.problems = append(v.problems, v.missing(g.typ, where))
			continue
		}
		if i := v.want(p, false, g.scopes, where); i >= 0 {
			v.guard(i, where)
		}
	}
}

// guard moves a step, and all that it needs, before the body.
func (v *resolver) guard(i int, where string) {
	s := v.steps[i]
	s.early = true
	if s.p.Scoped {
		v.problems = append(v.problems, binding.Problem{
			Where: where, Text: fmt.Sprintf("needs %s, which has an end: it would stay open while the body is read", s.p),
		})
	}
	for _, f := range s.feeds {
		v.guard(f.step, where)
	}
}

// want adds a provider behind all that it needs, and returns its step; -1 when that is
// not possible.
func (v *resolver) want(p *provider, optional bool, scopes []string, where string) int {
	if p.supplied() {
		if len(scopes) > 0 {
			v.problems = append(v.problems, binding.Problem{Where: where, Text: fmt.Sprintf("has scopes, and %s is the same for everybody", p)})
		}
		return -1
	}
	if slices.Contains(v.chain, p) {
		v.problems = append(v.problems, binding.Problem{Where: where, Text: "is part of a cycle: " + v.chainTo(p.Out.String())})
		return -1
	}
	i, known := v.at[p]
	if v.at == nil { // most operations have no providers
		v.at = map[*provider]int{}
	}
	if !known {
		i = v.add(p)
	}
	s := v.steps[i]
	s.optional = s.optional && optional
	for _, scheme := range p.schemes() {
		if scope, ok := undeclared(scheme, scopes); ok {
			v.problems = append(v.problems, binding.Problem{
				Where: where, Text: fmt.Sprintf("asks for the scope %q, which no flow of the scheme %q has", scope, scheme.Name),
				Write: "it among the Scopes of a flow, or one that is there",
			})
		}
	}
	for _, scope := range scopes {
		if !slices.Contains(s.scopes, scope) {
			s.scopes = append(s.scopes, scope)
		}
	}
	if len(s.scopes) > 0 && !hasScopes(p.Out) {
		v.problems = append(v.problems, binding.Problem{
			Where: where, Text: fmt.Sprintf("has scopes, which nothing can ask %s for", p.Out), Write: "a method HasScope(scope string) bool",
		})
	}
	return i
}

// add makes the step of a provider.
func (v *resolver) add(p *provider) int {
	s := &step{p: p, early: p.secure(), optional: p.secure(), reuse: p.plan.Pooled() && p.In.Kind() != reflect.Pointer}
	if p.secure() {
		s.scopes = slices.Clone(p.opts.secured.scopes)
	}
	opts := *p.opts
	if !p.secure() {
		opts.outer = v.rt.opts
	}
	s.opts = &opts
	v.chain = append(v.chain, p)
	for _, n := range p.needs {
		v.feed(s, n)
	}
	v.chain = v.chain[:len(v.chain)-1]
	v.at[p] = len(v.steps)
	v.steps = append(v.steps, s)
	return v.at[p]
}

// feed finds what fills a field of an input.
func (v *resolver) feed(s *step, n binding.Injection) {
	secure := s.p != nil && s.p.secure()
	if builtIn(n.Type) {
		fill := filler(n.Type)
		if n.Type == requestType && secure {
			fill = fillBodyless
		}
		if n.Type == tasksType {
			s.tasks = n.Where
		}
		s.inject = append(s.inject, injection{n.Offset, fill})
		return
	}
	p, optional := v.find(n.Type)
	if p == nil {
		v.problems = append(v.problems, v.missing(n.Type, n.Where))
		return
	}
	if secure && !p.secure() && !p.supplied() {
		v.problems = append(v.problems, binding.Problem{
			Where: n.Where,
			Text:  fmt.Sprintf("needs %s, and a provider with Secure may need supplied values and others with Secure only", p),
			Write: "a field of a type given by wend.Supply, such as *sql.DB for a credential that is looked up",
		})
		return
	}
	i := v.want(p, optional, n.Scopes, n.Where)
	switch {
	case i >= 0:
		s.feeds = append(s.feeds, feed{n.Offset, i, p.Out, optional})
	case p.supplied():
		v.supplied = append(v.supplied, p)
		s.inject = append(s.inject, injection{n.Offset, fillSupplied(p)})
	}
}

// chainTo prints what is being resolved.
func (v *resolver) chainTo(last string) string {
	var names []string
	for _, p := range v.chain {
		names = append(names, p.String())
	}
	return strings.Join(append(names, last), "\n      needs ")
}

// missing is the problem of a type that nothing gives.
func (v *resolver) missing(t reflect.Type, where string) binding.Problem {
	text := fmt.Sprintf("wants %s, which nothing provides", t)
	if len(v.chain) > 0 {
		text = "is part of what nothing provides: " + v.chainTo(t.String())
	}
	return binding.Problem{Where: where, Text: text, Write: fmt.Sprintf("wend.Provide or wend.Supply for %s, before the first route%s", t, v.advice(t))}
}

// advice names the provided types that implement an interface.
func (v *resolver) advice(t reflect.Type) string {
	if t.Kind() != reflect.Interface {
		return ""
	}
	var names []string
	for at := v.scope; at != nil; at = at.parent {
		for _, p := range at.providers {
			if p.Out.Implements(t) {
				names = append(names, p.Out.String())
			}
		}
	}
	if len(names) == 0 {
		return ""
	}
	slices.Sort(names)
	return fmt.Sprintf("; %s implements it: wend.Supply[%s](r, v)", strings.Join(slices.Compact(names), ", "), t)
}

// settle says of each step whether the operation can do without it, and whether it runs
// early: a value that must have scopes is judged before the body.
func (v *resolver) settle() {
	for i := len(v.steps) - 1; i >= 0; i-- {
		s := v.steps[i]
		if len(s.scopes) > 0 && !s.early {
			v.guard(i, s.p.String())
		}
		for _, f := range s.feeds {
			if !s.optional && !f.optional {
				v.steps[f.step].optional = false
			}
		}
	}
}

// refuseTasks reports an early step that takes tasks: what is given before the body is
// read belongs to no request yet.
func (v *resolver) refuseTasks() {
	for _, s := range v.steps {
		if s.early && s.tasks != "" {
			v.problems = append(v.problems, binding.Problem{Where: s.tasks, Text: "takes tasks, and its provider runs before the body is read"})
		}
	}
}

// phase is when a step runs: who the client is, then other guards, then the rest behind
// the body.
func (s *step) phase() int {
	switch {
	case s.p.secure():
		return 0
	case s.early:
		return 1
	}
	return 2
}

// order sorts the steps by phase; it returns nil when nothing is needed.
func (v *resolver) order() *needs {
	if len(v.steps)+len(v.supplied) == 0 {
		return nil
	}
	v.settle()
	v.refuseTasks()
	all := &needs{supplied: v.supplied}
	place := make([]int, len(v.steps))
	// Invariant: providers with Secure need only others with Secure, and early steps
	// need only early ones, so nothing comes before what it needs.
	for phase := range 3 {
		for i, s := range v.steps {
			if s.phase() == phase {
				place[i] = len(all.steps)
				all.steps = append(all.steps, *s)
				all.scoped = all.scoped || s.p.Scoped
			}
		}
		if phase == 1 {
			all.early = len(all.steps)
		}
	}
	move := func(feeds []feed) {
		for i := range feeds {
			feeds[i].step = place[feeds[i].step]
		}
	}
	move(v.own.feeds)
	all.feeds = v.own.feeds
	for i := range all.steps {
		move(all.steps[i].feeds)
	}
	return all
}

var scoperType = reflect.TypeFor[scoper]()

// hasScopes reports whether a value of the type can be asked for scopes.
func hasScopes(t reflect.Type) bool {
	return t.Implements(scoperType) || t.Kind() != reflect.Interface && reflect.PointerTo(t).Implements(scoperType)
}

// asScoper is the value at p as a scoper: a copy, so that its methods keep nothing of
// what is used again.
func asScoper(t reflect.Type, p unsafe.Pointer) scoper {
	v := reflect.NewAt(t, p).Elem()
	if s, ok := v.Interface().(scoper); ok {
		return s
	}
	own := reflect.New(t)
	own.Elem().Set(v)
	return own.Interface().(scoper) // Invariant: hasScopes saw that one of them has the method
}
