package wend

import (
	"fmt"
	"iter"
	"net/http"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/wend-go/wend/binding"
	"github.com/wend-go/wend/internal/radix"
)

// Middleware wraps a handler. It is called once for each route at registration, so
// state that routes share belongs outside of the returned function.
type Middleware = func(http.Handler) http.Handler

// Router routes requests and is an [http.Handler]. It is configured first and then
// served: the first request freezes it, and what comes later is a registration
// error. A Router made by Group is a scope of the router it came from: its routes
// share a prefix and options, and its ServeHTTP and Run are the router's.
type Router struct {
	core     *core
	parent   *Router // nil at the root
	prefix   string
	opts     *settings
	first    *callSite // of the first route of this scope or below it
	names    map[string]*Route
	children []*Router
	routes   []*Route

	providers map[reflect.Type]*provider
}

// core is what all scopes of a router share.
type core struct {
	root       *Router
	opts       *settings
	set        *binding.Set
	tree       radix.Tree[Route]
	count      int              // of routes
	lastParams []radix.Wildcard // see setParams
	mistakes   []*RegistrationError
	into       *core // the router that this one was mounted into

	frozen   atomic.Bool
	freezing sync.Once
	outer    http.Handler // Outer middleware around route
	allows   atomic.Pointer[map[radix.MethodSet][]string]
	miss     http.Handler // the root scope's middleware around the answers without a route
	missInfo *Route       // what carries the root's error format

	run running
}

// New returns a router. Options that routes inherit may be given here as well. It
// panics with a *[RegistrationError] for an option that means nothing here.
func New(opts ...Option) *Router {
	c := &core{opts: &settings{}}
	r := &Router{core: c, opts: c.opts, names: map[string]*Route{}}
	c.root = r
	c.run.init()
	site := here()
	problems := c.opts.apply(atRouter, opts)
	c.set = c.opts.router.set
	if c.set == nil {
		c.set = binding.NewSet()
	}
	for _, text := range problems {
		c.refuseText("the router", site, "", "%s", text)
	}
	c.checkFormat("the router", site, c.opts)
	if c.opts.format == nil {
		c.opts.fallback = c.problemFormat()
	}
	return r
}

// compileFormat compiles the type that the OnError of a scope writes.
func (c *core) compileFormat(s *settings) (problems binding.Problems) {
	if s.format != nil {
		var plan *binding.Plan
		plan, problems = c.set.Output(s.format.typ, binding.Config{})
		s.format.body = func() *binding.Plan { return plan }
	}
	return problems
}

// checkFormat is compileFormat for a router or group.
func (c *core) checkFormat(what string, site callSite, s *settings) {
	if problems := c.compileFormat(s); len(problems) > 0 {
		c.refuse(what+"'s OnError", site, problems)
	}
}

// Group returns a scope below r. The prefix is "" or starts with a slash and does
// not end in one; options apply to every route of the group.
func (r *Router) Group(prefix string, opts ...Option) *Router {
	site := here()
	g := &Router{core: r.core, parent: r, prefix: prefix, opts: &settings{outer: r.opts}, names: map[string]*Route{}}
	what := fmt.Sprintf("the group %q", prefix)
	if !r.open(what, site) {
		return g
	}
	for _, text := range g.opts.apply(atGroup, opts) {
		r.core.refuseText(what, site, "", "%s", text)
	}
	if _, err := radix.Join(prefix, ""); err != nil {
		r.core.refuseText(what, site, "", "has a wrong prefix: %s", err)
		g.prefix = ""
	}
	r.core.checkFormat(what, site, g.opts)
	r.children = append(r.children, g)
	return g
}

// Use adds middleware to the scope, behind what it has. It comes before the first
// route of the scope and of the scopes below it: a route's chain is fixed when the
// route is registered.
func (r *Router) Use(mw ...Middleware) {
	site := here()
	if !r.open("Use", site) {
		return
	}
	if r.first != nil {
		r.core.refuseText("Use", site, fmt.Sprintf("%s for a scope of its own, or call Use first", useAdvice(mw)),
			"comes after the first route of its scope, registered at %s", r.first)
		return
	}
	for _, text := range r.opts.apply(atGroup, []Option{With(mw...)}) {
		r.core.refuseText("Use", site, "", "%s", text)
	}
}

// useAdvice shows the group that has the middleware from its beginning.
func useAdvice(mw []Middleware) string {
	name := "mw"
	if len(mw) == 1 {
		if n := readableName(funcName(reflect.ValueOf(mw[0]))); n != "" {
			name = n
		}
	}
	return fmt.Sprintf(`r.Group("", wend.With(%s))`, name)
}

// open reports whether the router may still be changed.
func (r *Router) open(what string, site callSite) bool {
	c := r.core
	switch {
	case c.into != nil:
		c.into.refuseText(what, site, "", "comes after its router was mounted into another")
		return false
	case c.frozen.Load():
		panic(&RegistrationError{What: what, Site: site.String(), Problems: binding.Problems{{
			Text: "comes after the router has served its first request: its routes are fixed then",
		}}})
	}
	return true
}

// Handle registers a plain handler for a pattern in the syntax of http.ServeMux:
// "GET /notes/{id}"; without a method it serves every one. A [HandlerFunc] gets its
// parameters by [Context.Param], an [Endpoint] is bound as with [Get], and any other
// handler by [http.Request.PathValue].
func (r *Router) Handle(pattern string, h http.Handler, opts ...Option) *Route {
	site := here()
	method, path := "", pattern
	if i := strings.IndexAny(pattern, " \t"); i >= 0 {
		method, path = pattern[:i], strings.TrimLeft(pattern[i:], " \t")
	}
	if h == nil {
		r.core.refuseText(pattern, site, "", "has a nil handler")
		rt := newRoute(r, &settings{outer: r.opts})
		rt.place = site
		return rt
	}
	if e, ok := h.(*Endpoint); ok {
		return r.add(method, path, nil, &e.shell, site, append(append([]Option(nil), e.opts...), opts...))
	}
	return r.add(method, path, h, nil, site, opts)
}

// add registers a route: of a plain handler or of a typed function.
func (r *Router) add(method, path string, h http.Handler, typed *shell, site callSite, opts []Option) *Route {
	c := r.core
	what := method + " " + r.fullPrefix() + path
	if method == "" {
		what = what[1:]
	}
	rt := &Route{scope: r, place: site, last: h, opts: r.opts}
	if len(opts) > 0 {
		// Optimization: a route without options shares its scope's settings, which is
		// 430 of 970 bytes a route. What only a route may be given is unset in them.
		rt.opts = &settings{outer: r.opts}
	}
	if !r.open(what, site) {
		rt.setNoPattern(method)
		return rt
	}
	var problems binding.Problems
	for _, text := range rt.opts.apply(atRoute, opts) {
		problems = append(problems, binding.Problem{Where: what, Text: text})
	}
	if len(opts) > 0 {
		problems = append(problems, c.compileFormat(rt.opts)...)
	}
	err := r.parse(&rt.pattern, method, path)
	if err != nil {
		rt.setNoPattern(method)
		problems = append(problems, binding.Problem{Where: what, Text: "the pattern is wrong: " + err.Error()})
	} else {
		rt.setParams(c.lastParams)
		c.lastParams = rt.params
	}
	if typed != nil {
		more := rt.compile(typed, c.set, err == nil)
		problems = append(problems, more...)
	} else {
		problems = append(problems, rt.addGuard(rt.opts, r)...)
	}
	if name := rt.opts.name; name != "" {
		if other, taken := r.names[name]; taken {
			problems = append(problems, binding.Problem{Where: what, Text: fmt.Sprintf("has the name %q of the route at %s", name, other.Site())})
		}
	}
	if len(problems) > 0 {
		c.refuse(what, site, problems)
		return rt
	}
	if !c.insert(rt) {
		return rt
	}
	if name := rt.opts.name; name != "" {
		r.names[name] = rt
	}
	r.routes = append(r.routes, rt)
	return rt
}

// insert puts a complete route into the tree and closes its scopes for Use. It
// reports false, and the mistake, when another route has the same shape.
func (c *core) insert(rt *Route) bool {
	if !c.tree.Takes(rt.Method()) {
		c.refuseText(rt.Pattern(), rt.place, "", "has one more method than the %d that a router can have", radix.MaxMethods-1)
		return false
	}
	if other := c.tree.Insert(&rt.pattern, rt); other != nil {
		path, _ := radix.Overlap(&rt.pattern, &other.pattern)
		c.refuseText(rt.Pattern(), rt.place, "", "has the same shape as %s at %s:\n  both match %q; keep one, or make a segment literal",
			other.Pattern(), other.Site(), path)
		return false
	}
	for at := rt.scope; at != nil; at = at.parent {
		if at.first == nil {
			at.first = &rt.place
		}
	}
	c.count++
	rt.build()
	return true
}

// parse joins the scopes' prefixes with a path and reads the whole as a pattern.
func (r *Router) parse(into *radix.Pattern, method, path string) error {
	if path != "" && path[0] != '/' && strings.Contains(path, "/") { // a host: radix knows what to write instead
		return into.Parse(strings.TrimSpace(method + " " + path))
	}
	full, err := radix.Join(r.fullPrefix(), path)
	if err != nil {
		return err
	}
	if full == "/" && path == "" {
		full = "/{$}" // the prefix itself, and not all that is below it
	}
	if method != "" {
		full = method + " " + full
	}
	return into.Parse(full)
}

func (r *Router) fullPrefix() string {
	if r.parent == nil {
		return r.prefix
	}
	return r.parent.fullPrefix() + r.prefix
}

// chain lists the middleware of a route's scopes, outermost first.
func (r *Router) chain(s *settings) []Middleware {
	if s == nil {
		return nil
	}
	return append(r.chain(s.outer), s.middleware...)
}

// wrap builds a chain; the first middleware is outermost.
func wrap(mw []Middleware, h http.Handler) http.Handler {
	for i := len(mw) - 1; i >= 0; i-- {
		h = mw[i](h)
	}
	return h
}

// build makes the route's handler: its middleware around what ends the chain.
func (rt *Route) build() {
	if rt.typed != nil {
		rt.last = rt.typed
	}
	var end http.Handler = (*chainEnd)(rt)
	for _, op := range rt.guards {
		end = &guarded{op: op, next: end}
	}
	limit := time.Duration(0)
	if rt.typed == nil { // a typed endpoint has its deadline itself
		limit = duration(rt.opts, func(s *settings) *time.Duration { return s.timeout }, 0)
	}
	if limit > 0 {
		end = &timed{rt: rt, next: end, limit: limit}
	}
	mw := rt.scope.chain(rt.opts)
	rt.handler = wrap(mw, end)
	rt.carries = rt.opts.any(func(s *settings) bool { return s.format != nil || len(s.errors) > 0 || len(s.mapError) > 0 })
	rt.bare = len(mw) == 0 && !rt.carries
	rt.direct = rt.bare && len(rt.guards) == 0 && limit == 0
}

// Routes yields the routes of this scope and of those below it, in the order of
// their registration within each scope.
func (r *Router) Routes() iter.Seq[*Route] {
	return func(yield func(*Route) bool) { r.eachRoute(yield) }
}

func (r *Router) eachRoute(yield func(*Route) bool) bool {
	for _, rt := range r.routes {
		if !yield(rt) {
			return false
		}
	}
	for _, child := range r.children {
		if !child.eachRoute(yield) {
			return false
		}
	}
	return true
}

// URL builds the path of the route with that name, looked for in this scope, then
// in those around it, and then in those below. See [Route.URL].
func (r *Router) URL(name string, values ...any) (string, error) {
	for at := r; at != nil; at = at.parent {
		if rt, ok := at.names[name]; ok {
			return rt.URL(values...)
		}
	}
	for rt := range r.core.root.Routes() {
		if rt.Name() == name {
			return rt.URL(values...)
		}
	}
	return "", fmt.Errorf("wend: no route is named %q", name)
}

// Err returns every registration mistake gathered under [CollectErrors], sorted by
// call site, as [RegistrationErrors]; nil when there is none.
func (r *Router) Err() error { return r.core.err() }
