package wend

import (
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/wend-go/wend/internal/problem"
	"github.com/wend-go/wend/internal/radix"
)

// Limits of a request line and its header, above those of net/http.
const (
	maxPath         = 8 << 10
	maxQuery        = 16 << 10
	maxHeaderFields = 100
)

// ServeHTTP serves a request. The first one freezes the routes.
func (r *Router) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	c := r.core
	for c.into != nil {
		c = c.into
	}
	if !c.frozen.Load() {
		c.freeze()
	}
	if req.URL.Path == "" { // of "GET http://host", which is the path "/" (RFC 9110 §4.2.3) for every guard as well
		u := *req.URL
		u.Path = "/"
		req.URL = &u
	}
	if c.outer != nil {
		c.outer.ServeHTTP(w, req)
		return
	}
	c.serve(w, req)
}

// freeze ends the configuration.
func (c *core) freeze() {
	c.freezing.Do(func() {
		c.missInfo = newRoute(c.root, c.opts)
		end := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { c.answer(w, r, c.decide(r)) })
		if len(c.opts.middleware) > 0 {
			c.miss = wrap(c.opts.middleware, end)
		}
		if outer := c.opts.router.outermost; len(outer) > 0 {
			c.outer = c.around(wrap(outer, http.HandlerFunc(c.serve)))
		}
		if err := c.err(); err != nil {
			c.logger().Error("the router has registration errors and serves nothing", "error", err)
		}
		c.frozen.Store(true)
	})
}

// around puts the middleware outside of the match under the router's recovery, and makes
// it reject in the router's format.
func (c *core) around(outer http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer c.recoverOutside(w, r)
		if c.missInfo.opts.format == nil {
			outer.ServeHTTP(w, r)
			return
		}
		inner := r.WithContext(problem.With(r.Context(), c.missInfo))
		defer func() {
			dropForm(inner)
			if r.Pattern == "" {
				r.Pattern = inner.Pattern
			}
		}()
		outer.ServeHTTP(w, inner)
	})
}

// serve matches a request and runs its chain. Nothing of the match is kept in the
// request: behind middleware, the end of the chain walks the path again for the parameters.
func (c *core) serve(w http.ResponseWriter, r *http.Request) {
	m := match{status: c.refusal(r)}
	var lens radix.Lengths
	plain := r.URL.RawPath == "" && r.URL.Path != ""
	switch {
	case m.status != 0:
	case plain:
		m.path = r.URL.Path
		if m.route, m.result = c.tree.MatchPlain(r.Method, m.path, &lens); m.result != radix.Found {
			m.path, m.ok = radix.Canonical(r.URL)
		}
	default:
		if m.path, m.ok = radix.Canonical(r.URL); m.ok {
			m.route, m.result = c.tree.Match(r.Method, m.path)
		}
	}
	if m.result == radix.Found && m.route.bare && r.Method != http.MethodOptions {
		// Optimization: without middleware, the end of the chain is all that can panic,
		// and has a recovery of its own. The path is still the one that was matched, so it
		// is not looked at again. With fewer copies of the Context, one parameter took 63 ns
		// instead of 80.
		r.Pattern = m.route.pattern.String()
		if m.route.direct && plain {
			m.route.end(w, r, m.path, lens, 0)
			return
		}
		m.route.handler.ServeHTTP(w, r)
		return
	}
	c.serveMatch(w, r, m)
}

// match is what a request has found.
type match struct {
	status int // of a refusal
	path   string
	ok     bool // the path is well-formed
	route  *Route
	result radix.Result
}

// serveMatch goes on where middleware may run, or where nothing was found.
func (c *core) serveMatch(w http.ResponseWriter, r *http.Request, m match) {
	defer c.recoverOutside(w, r)
	switch {
	case m.status != 0:
		c.fallback(w, r, verdict{status: m.status})
		return
	case m.result != radix.Found && !m.ok:
	case m.result == radix.NotFound && c.miss == nil && r.Method != http.MethodOptions:
		// Optimization: what is known is not looked for again. Together with
		// missBodies, a 404 at 1,000 routes took 186 ns instead of 1,017.
		c.fallback(w, r, c.missed(r, m.path))
		return
	case m.result == radix.Suspect && radix.Check(m.path) == radix.Clean:
		m.route, m.result = c.tree.MatchChecked(r.Method, m.path)
	}
	if m.result == radix.Found && (r.Method != http.MethodOptions || m.route.pattern.Method == http.MethodOptions || !isPreflight(r)) {
		m.route.serve(w, r)
		return
	}
	v := c.decide(r)
	if v.route != nil {
		v.route.serve(w, r)
		return
	}
	c.fallback(w, r, v)
}

// serve runs the route's chain.
func (rt *Route) serve(w http.ResponseWriter, r *http.Request) {
	r.Pattern = rt.pattern.String()
	if !rt.carries {
		rt.handler.ServeHTTP(w, r)
		return
	}
	inner := r.WithContext(problem.With(r.Context(), rt))
	defer dropForm(inner)
	rt.handler.ServeHTTP(w, inner)
}

// dropForm removes the files of a form that was parsed on a copy of the request,
// which net/http does not know.
func dropForm(r *http.Request) {
	if r.MultipartForm != nil {
		_ = r.MultipartForm.RemoveAll()
	}
}

// refusal is the status of a request that is too large, or of a router that cannot
// serve; 0 for every other.
func (c *core) refusal(r *http.Request) int {
	switch {
	case len(c.mistakes) > 0:
		return http.StatusInternalServerError
	case len(r.Header) > maxHeaderFields:
		return http.StatusRequestHeaderFieldsTooLarge
	case len(r.URL.Path) > maxPath || len(r.URL.RawQuery) > maxQuery:
		return http.StatusRequestURITooLong
	}
	return 0
}

// verdict is what becomes of a request that no route took at first sight.
type verdict struct {
	status   int
	allow    []string // the field's value
	location string
	route    *Route // of a preflight, or a route after all
}

// decide finds the answer to a request without a route. It is a pure function of
// the request, so it may run behind middleware again.
func (c *core) decide(r *http.Request) verdict {
	if status := c.refusal(r); status != 0 {
		return verdict{status: status}
	}
	if r.Method == http.MethodOptions && r.URL.Path == "*" {
		return verdict{status: http.StatusNoContent, allow: []string{"GET, HEAD, OPTIONS"}}
	}
	path, ok := radix.Canonical(r.URL)
	if !ok {
		return verdict{status: http.StatusBadRequest}
	}
	if radix.Check(path) == radix.Clean {
		if r.Method == http.MethodOptions && isPreflight(r) {
			if rt := c.preflight(r, path); rt != nil {
				return verdict{route: rt}
			}
		}
		if rt, result := c.tree.MatchChecked(r.Method, path); result == radix.Found {
			return verdict{route: rt}
		}
	}
	return c.missed(r, path)
}

// missed is decide for a path and method that are known to have no route.
func (c *core) missed(r *http.Request, path string) verdict {
	switch radix.Check(path) {
	case radix.Bad:
		return verdict{status: http.StatusBadRequest}
	case radix.Unclean:
		return c.cleaned(r, path)
	}
	if allow := c.allow(path); allow != nil {
		if r.Method == http.MethodOptions {
			return verdict{status: http.StatusNoContent, allow: allow}
		}
		return verdict{status: http.StatusMethodNotAllowed, allow: allow}
	}
	if c.opts.router.redirectSlash {
		if to, ok := c.otherSlash(r, path); ok {
			return verdict{status: http.StatusPermanentRedirect, location: to}
		}
	}
	return verdict{status: http.StatusNotFound}
}

// cleaned redirects to the clean form of a path when that is served.
func (c *core) cleaned(r *http.Request, path string) verdict {
	clean := radix.CleanPath(path)
	if _, result := c.tree.MatchChecked(r.Method, clean); result == radix.Found {
		return verdict{status: http.StatusPermanentRedirect, location: target(clean, r.URL.RawQuery)}
	}
	return verdict{status: http.StatusNotFound}
}

// otherSlash is the location of the same path with or without its final slash.
func (c *core) otherSlash(r *http.Request, path string) (string, bool) {
	other := path + "/"
	if strings.HasSuffix(path, "/") {
		other = strings.TrimSuffix(path, "/")
	}
	if other == "" {
		return "", false
	}
	_, result := c.tree.MatchChecked(r.Method, other)
	return target(other, r.URL.RawQuery), result == radix.Found
}

// target is a relative location: a path of this origin, whatever it holds.
func target(path, query string) string {
	location := radix.Escape(path)
	if query != "" {
		location += "?" + query
	}
	return location
}

// allow is the value of Allow for a path; nil when nothing is there. It has capacity one,
// so that Header.Add copies it.
//
// Optimization: routers have few different sets of methods, so each is written once: a 405
// among ten routes took 157 ns instead of 279, and two allocations less.
func (c *core) allow(path string) []string {
	set := c.tree.Methods(path)
	if set == 0 {
		return nil
	}
	known := c.allows.Load()
	if known != nil {
		if value, ok := (*known)[set]; ok {
			return value
		}
	}
	methods := c.tree.Names(set)
	if i, found := slices.BinarySearch(methods, http.MethodOptions); !found {
		methods = slices.Insert(methods, i, http.MethodOptions)
	}
	value := []string{strings.Join(methods, ", ")}
	more := map[radix.MethodSet][]string{set: value}
	if known != nil {
		maps.Copy(more, *known)
	}
	if len(more) <= maxAllows {
		c.allows.CompareAndSwap(known, &more) // who comes second finds it again later
	}
	return value
}

// maxAllows bounds the memory of what allow has written.
const maxAllows = 64

// isPreflight reports whether r asks for permission in the sense of CORS (Fetch
// §4.8).
func isPreflight(r *http.Request) bool {
	return len(r.Header["Origin"]) > 0 && len(r.Header["Access-Control-Request-Method"]) > 0
}

// preflight finds the route that a preflight asks about, whose middleware decides.
func (c *core) preflight(r *http.Request, path string) *Route {
	if own, result := c.tree.MatchChecked(http.MethodOptions, path); result == radix.Found && own.pattern.Method == http.MethodOptions {
		return own
	}
	rt, result := c.tree.MatchChecked(r.Header["Access-Control-Request-Method"][0], path)
	if result != radix.Found {
		return nil
	}
	return rt
}

// fallback gives an answer without a route, behind the root scope's middleware.
func (c *core) fallback(w http.ResponseWriter, r *http.Request, v verdict) {
	if r.ContentLength != 0 {
		c.missInfo.guardBody(w, r)
	}
	if c.missInfo.opts.format != nil {
		r = r.WithContext(problem.With(r.Context(), c.missInfo))
	}
	if c.miss != nil {
		c.miss.ServeHTTP(w, r)
		return
	}
	c.answer(w, r, v)
}

// answer writes a verdict.
func (c *core) answer(w http.ResponseWriter, r *http.Request, v verdict) {
	h := w.Header()
	if body := missBodies[v.status]; body != nil && c.writesProblems(h) {
		body.Write(w, r, v.status, v.allow)
		return
	}
	if v.allow != nil {
		h["Allow"] = v.allow
	}
	switch {
	case v.route != nil: // a middleware changed the path behind the match
		c.missInfo.fail(w, r, errMoved)
	case v.location != "":
		h["Location"] = []string{v.location}
		w.WriteHeader(v.status)
	case v.status == http.StatusNoContent:
		w.WriteHeader(v.status)
	default:
		c.missInfo.fail(w, r, missErrors[v.status])
	}
}

// writesProblems reports whether an answer without a route is the same for everybody:
// in the default format, in one language, and without a request id.
func (c *core) writesProblems(h http.Header) bool {
	return c.opts.format == nil && !c.set.Translates() && len(h["X-Request-Id"]) == 0
}

// missBodies are the answers of missErrors in the default format. The 500 is not among
// them: it is logged.
//
// Optimization: a 404 costs no allocation instead of twelve.
var missBodies = func() map[int]*problem.Shared {
	bodies := map[int]*problem.Shared{}
	for status, e := range missErrors {
		if status < http.StatusInternalServerError {
			bodies[status] = problem.Share(problem.Body{Status: status, Detail: e.Detail})
		}
	}
	return bodies
}()

var errMoved = errors.New("a middleware changed the path after the match; give it to wend.Outer")

// missErrors are the answers without a route. They are never changed.
var missErrors = map[int]*Error{
	http.StatusBadRequest:                  {Status: http.StatusBadRequest, Detail: "the path is not well-formed"},
	http.StatusNotFound:                    {Status: http.StatusNotFound, Detail: "there is nothing at this path"},
	http.StatusMethodNotAllowed:            {Status: http.StatusMethodNotAllowed, Detail: "the method is not allowed here"},
	http.StatusRequestURITooLong:           {Status: http.StatusRequestURITooLong, Detail: "the path or the query is too long"},
	http.StatusRequestHeaderFieldsTooLarge: {Status: http.StatusRequestHeaderFieldsTooLarge, Detail: "the request has too many header fields"},
	http.StatusInternalServerError:         {Status: http.StatusInternalServerError, Err: errors.New("the router has registration errors")},
}

// serving is the core that serves the scope: that of the outermost router.
func (r *Router) serving() *core {
	c := r.core
	for c.into != nil {
		c = c.into
	}
	return c
}
