// Package docs serves the OpenAPI document of a router and pages to read it, from
// memory and without any other origin.
//
//	docs.Mount(r, openapi.Info{Title: "Notes", Version: "1.0.0"})
//
//	/openapi.json   the document      /docs    Swagger UI
//	/openapi.yaml   the same as YAML  /redoc   ReDoc, with the option ReDoc
package docs

import (
	"fmt"
	"net/http"
	"path/filepath"
	"runtime"
	"sync"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/binding"
	"github.com/wend-go/wend/openapi"
)

// Mount adds the document of r's routes, and pages that show it, to r. Nothing is
// served that was not mounted. Options of [wend] apply to every route it adds, as
// wend.With(auth) does; those of package openapi to the document; [ReDoc] and
// [ReDocCDN] add a page. It panics with a *[wend.RegistrationError].
//
// The document is built once, at the first request for it, and holds the routes of
// r and of the scopes below it. All URLs are relative, so it works under any prefix.
func Mount(r *wend.Router, info openapi.Info, opts ...wend.Option) {
	s := &site{router: r, info: info}
	routeOpts := []wend.Option{wend.Hidden()}
	for _, opt := range opts {
		switch opt := opt.(type) {
		case openapi.Option:
			s.opts = append(s.opts, opt)
		case option:
			if err := opt.apply(s); err != nil {
				refuse(err)
			}
		default:
			routeOpts = append(routeOpts, opt)
		}
	}
	if err := info.Check(s.opts...); err != nil {
		refuse(err)
	}
	s.prepare()
	handle := func(pattern string, h http.HandlerFunc, more ...wend.Option) *wend.Route {
		return r.Handle(pattern, h, append(append([]wend.Option(nil), routeOpts...), more...)...)
	}
	r.Handle("GET /openapi.json", document(s.json), routeOpts...)
	r.Handle("GET /openapi.yaml", document(s.yaml), routeOpts...)
	s.page = handle("GET /docs", s.swagger, wend.Name("docs"))
	handle("GET /docs/oauth2-redirect", oauthPage)
	handle("GET /docs/{file}", swaggerAssets().serve)
	if s.redoc != nil {
		handle("GET /redoc", s.redoc.page(info.Title))
		handle("GET /redoc/{file}", s.redoc.assets().serve)
	}
}

// option is an option of Mount alone. It is a wend.Option that means nothing there.
type option struct {
	wend.Option
	apply func(*site) error
}

// refuse reports a wrong option at the line that called Mount.
func refuse(err error) {
	where := "unknown"
	if _, path, line, ok := runtime.Caller(2); ok {
		where = fmt.Sprintf("%s/%s:%d", filepath.Base(filepath.Dir(path)), filepath.Base(path), line)
	}
	panic(&wend.RegistrationError{What: "docs.Mount", Site: where, Problems: binding.Problems{{Text: err.Error()}}})
}

// site is one mounted documentation.
type site struct {
	router *wend.Router
	info   openapi.Info
	page   *wend.Route // its path changes when its router is mounted into another
	opts   []openapi.Option
	redoc  *redoc

	doc        func() (*openapi.Document, error)
	json, yaml func() (*file, error)
}

// prepare arranges for the document, and each form of it, to be made once, by the
// first request for it; concurrent ones wait for that.
func (s *site) prepare() {
	s.doc = sync.OnceValues(func() (*openapi.Document, error) {
		return openapi.Build(s.info, s.router.Routes(), s.opts...)
	})
	s.json = s.form("application/json", (*openapi.Document).JSON)
	s.yaml = s.form("application/yaml", (*openapi.Document).YAML)
}

func (s *site) form(mediaType string, write func(*openapi.Document) ([]byte, error)) func() (*file, error) {
	return sync.OnceValues(func() (*file, error) {
		doc, err := s.doc()
		if err != nil {
			return nil, err
		}
		body, err := write(doc)
		f := newFile(mediaType, body)
		return &f, err
	})
}

// document serves one form of the document.
func document(form func() (*file, error)) wend.HandlerFunc {
	return func(c wend.Context) error {
		f, err := form()
		if err != nil {
			return err
		}
		f.serve(c.Writer(), c.Request())
		return nil
	}
}
