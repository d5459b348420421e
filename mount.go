package wend

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// Mount adds what another handler serves under a prefix. A *Router adds its routes:
// they appear in Routes and in the document, keep their own middleware, formats and
// rules inside of those of r, and the mounted router is closed. Any other handler
// gets the prefix and all below it, with the prefix removed from a copy of the
// request; at "/" it gets what no route matches. A prefix holds no wildcard.
func (r *Router) Mount(prefix string, h http.Handler, opts ...Option) {
	site := here()
	what := fmt.Sprintf("Mount %q", prefix)
	if !r.open(what, site) {
		return
	}
	prefix = strings.TrimSuffix(prefix, "/")
	switch {
	case h == nil:
		r.core.refuseText(what, site, "", "has a nil handler")
	case strings.ContainsAny(prefix, "{}"):
		r.core.refuseText(what, site, "", "has a wildcard in its prefix; register on r.Group(%q), or mount at a literal prefix", prefix)
	default:
		if sub, ok := h.(*Router); ok {
			r.mountRouter(prefix, sub, site, opts)
			return
		}
		if prefix == "" {
			r.add("", "/", h, nil, site, opts)
			return
		}
		stripped := stripPrefix(r.fullPrefix()+prefix, h)
		r.add("", prefix, stripped, nil, site, opts)
		r.add("", prefix+"/", stripped, nil, site, opts)
	}
}

// stripPrefix serves h with the prefix removed; the prefix itself is "/". As a segment
// of the prefix may be percent-encoded, in the pattern or in the request, and be a
// wildcard of a group, it is removed by the number of its segments.
func stripPrefix(prefix string, h http.Handler) http.Handler {
	segments := strings.Count(prefix, "/")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		inner := *r.URL
		if r.URL.RawPath == "" {
			inner.Path = behind(r.URL.Path, segments)
		} else {
			inner.RawPath = behind(r.URL.EscapedPath(), segments)
			inner.Path, _ = url.PathUnescape(inner.RawPath) // as it could be above
		}
		copied := *r
		copied.URL = &inner
		h.ServeHTTP(w, &copied)
	})
}

// behind returns a path without its first segments.
func behind(path string, segments int) string {
	for ; segments > 0 && path != ""; segments-- {
		i := strings.IndexByte(path[1:], '/')
		if i < 0 {
			return "/"
		}
		path = path[i+1:]
	}
	return path
}

// mountRouter moves the routes of another router below a prefix of r.
func (r *Router) mountRouter(prefix string, sub *Router, site callSite, opts []Option) {
	c, what := r.core, fmt.Sprintf("Mount %q", prefix)
	switch {
	case sub.core == c || sub.core.into != nil:
		c.refuseText(what, site, "", "is given a router that is mounted already")
		return
	case sub.parent != nil:
		c.refuseText(what, site, "", "is given a group; mount its router")
		return
	case sub.core.frozen.Load():
		c.refuseText(what, site, "", "is given a router that has served requests")
		return
	}
	g := r.Group(prefix, opts...)
	c.mistakes = append(c.mistakes, sub.core.mistakes...)
	sub.core.into = c
	sub.parent, sub.opts.outer = g, g.opts
	g.children = append(g.children, sub)
	g.first = &site
	for rt := range sub.Routes() {
		full, own := strings.TrimSpace(rt.Method()+" "+g.fullPrefix()+rt.Path()), rt.Pattern()
		if err := rt.pattern.Parse(full); err != nil {
			c.refuseText(own, rt.place, "", "cannot be mounted at %q: %s", prefix, err)
			rt.setNoPattern(rt.Method())
			continue
		}
		rt.moved()
		if problems := rt.addGuard(g.opts, g); len(problems) > 0 {
			c.refuse(what, site, problems)
			continue
		}
		c.insert(rt)
	}
	hooks, more := &c.opts.router, sub.core.opts.router
	for _, stop := range more.onStop {
		hooks.onStop = append(hooks.onStop, stopHook{stop.run, stop.after + len(hooks.onStart)})
	}
	hooks.onStart = append(hooks.onStart, more.onStart...)
}

// moved follows the route's new pattern, whose prefix may have wildcards of its own.
func (rt *Route) moved() {
	rt.setParams(nil)
	if rt.typed != nil {
		rt.typed.settle()
	}
	for _, op := range rt.guards {
		op.settle()
	}
}
