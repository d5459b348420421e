package main

import (
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/go-chi/chi/v5"
	"github.com/julienschmidt/httprouter"
	"github.com/labstack/echo/v5"
	"github.com/uptrace/bunrouter"

	"github.com/wend-go/wend"
)

// reader is what a handler does: it says which one it is and reads its parameters.
type reader struct {
	id    int
	names []string
}

// route is one route of a workload in the syntax of http.ServeMux.
type route struct {
	method, path string
	to           *reader
}

// What the handlers have seen: the timed work is that every parameter is read.
var (
	recording bool
	seen      []string
	seenID    int
)

// note takes one parameter. Looking at it keeps the compiler from dropping the read.
func note(value string) {
	if value == "" {
		panic("a parameter was not read")
	}
	if recording {
		seen = append(seen, value)
	}
}

func (t *reader) hit() { seenID = t.id }

// router is a contender.
type router struct {
	name  string
	peer  bool
	fresh bool // it writes into the request, so each gets a copy
	mute  bool // its 405 has no Allow, which RFC 9110 §15.5.6 demands: no peer there
	most  int  // routes that it registers in reasonable time
	build func([]route) http.Handler
	typed map[string]func() http.Handler // workloads it has types for; nil is any
}

// anyRoutes is a size that no workload reaches.
const anyRoutes = 1 << 30

// routerContenders are the peers, then wend in its three forms. Redirects are off
// everywhere, 405 is on everywhere: what wend does by default.
func routerContenders() []router {
	return []router{
		{name: "ServeMux", peer: true, fresh: true, most: anyRoutes, build: buildServeMux},
		{name: "httprouter", peer: true, most: anyRoutes, build: buildHTTPRouter},
		{name: "gin", peer: true, most: anyRoutes, build: buildGin},
		{name: "echo", peer: true, most: 10_000, build: buildEcho},
		{name: "chi", peer: true, most: anyRoutes, build: buildChi},
		{name: "bunrouter", peer: true, mute: true, most: 1000, build: buildBunrouter},
		{name: "wend", most: anyRoutes, build: buildWend},
		{name: "wend typed", most: anyRoutes, typed: typedRouters},
		{name: "wend http.Handler", fresh: true, most: anyRoutes, build: buildWendPlain},
	}
}

// handlers makes one handler for each reader.
func handlers[H any](make func(*reader) H) func(*reader) H {
	made := map[*reader]H{}
	return func(t *reader) H {
		h, ok := made[t]
		if !ok {
			h = make(t)
			made[t] = h
		}
		return h
	}
}

// colons turns {x} into :x.
func colons(path string) string {
	path = strings.TrimSuffix(path, "{$}")
	return strings.ReplaceAll(strings.ReplaceAll(path, "{", ":"), "}", "")
}

func pathValues(t *reader) http.Handler {
	return http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.hit()
		for _, name := range t.names {
			note(r.PathValue(name))
		}
	})
}

func buildServeMux(routes []route) http.Handler {
	mux, h := http.NewServeMux(), handlers(pathValues)
	for _, r := range routes {
		mux.Handle(r.method+" "+r.path, h(r.to))
	}
	return mux
}

func buildHTTPRouter(routes []route) http.Handler {
	mux := httprouter.New()
	mux.RedirectTrailingSlash, mux.RedirectFixedPath = false, false
	h := handlers(func(t *reader) httprouter.Handle {
		return func(_ http.ResponseWriter, _ *http.Request, params httprouter.Params) {
			t.hit()
			for _, name := range t.names {
				note(params.ByName(name))
			}
		}
	})
	for _, r := range routes {
		mux.Handle(r.method, colons(r.path), h(r.to))
	}
	return mux
}

func buildGin(routes []route) http.Handler {
	gin.SetMode(gin.ReleaseMode)
	mux := gin.New()
	mux.RedirectTrailingSlash, mux.HandleMethodNotAllowed = false, true
	h := handlers(func(t *reader) gin.HandlerFunc {
		return func(c *gin.Context) {
			t.hit()
			for _, name := range t.names {
				note(c.Param(name))
			}
		}
	})
	for _, r := range routes {
		mux.Handle(r.method, colons(r.path), h(r.to))
	}
	return mux
}

func buildEcho(routes []route) http.Handler {
	mux := echo.New()
	h := handlers(func(t *reader) echo.HandlerFunc {
		return func(c *echo.Context) error {
			t.hit()
			for _, name := range t.names {
				note(c.Param(name))
			}
			return nil
		}
	})
	for _, r := range routes {
		mux.Add(r.method, colons(r.path), h(r.to))
	}
	return mux
}

func buildChi(routes []route) http.Handler {
	mux := chi.NewRouter()
	h := handlers(func(t *reader) http.HandlerFunc {
		return func(_ http.ResponseWriter, r *http.Request) {
			t.hit()
			for _, name := range t.names {
				note(chi.URLParam(r, name))
			}
		}
	})
	for _, r := range routes {
		mux.Method(r.method, strings.TrimSuffix(r.path, "{$}"), h(r.to))
	}
	return mux
}

func buildBunrouter(routes []route) http.Handler {
	mux := bunrouter.New()
	h := handlers(func(t *reader) bunrouter.HandlerFunc {
		return func(_ http.ResponseWriter, r bunrouter.Request) error {
			t.hit()
			for _, name := range t.names {
				note(r.Param(name))
			}
			return nil
		}
	})
	for _, r := range routes {
		mux.Handle(r.method, colons(r.path), h(r.to))
	}
	return mux
}

// contextHandler reads its parameters by Context.Param.
func contextHandler(t *reader) http.Handler {
	return wend.HandlerFunc(func(c wend.Context) error {
		t.hit()
		for _, name := range t.names {
			note(c.Param(name))
		}
		return nil
	})
}

func buildWend(routes []route) http.Handler {
	mux, h := wend.New(), handlers(contextHandler)
	for _, r := range routes {
		mux.Handle(r.method+" "+r.path, h(r.to))
	}
	return mux
}

func buildWendPlain(routes []route) http.Handler {
	mux, h := wend.New(), handlers(pathValues)
	for _, r := range routes {
		mux.Handle(r.method+" "+r.path, h(r.to))
	}
	return mux
}

// buildWendParam reads the parameters by wend.Param in a middleware.
func buildWendParam(routes []route) http.Handler {
	mux := wend.New()
	h := handlers(contextHandler)
	for _, r := range routes {
		mux.Handle(r.method+" "+r.path, h(&reader{id: r.to.id}), wend.With(func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
				for _, name := range r.to.names {
					note(wend.Param(req, name))
				}
				next.ServeHTTP(w, req)
			})
		}))
	}
	return mux
}
