// Package docs serves the OpenAPI document of a router and pages to read it, from
// memory and without any other origin.
//
//	docs.Mount(r, openapi.Info{Title: "Notes", Version: "1.0.0"})
//
//	/openapi.json   the document      /docs    Swagger UI
//	/openapi.yaml   the same as YAML  /redoc   ReDoc, with the option ReDoc
package docs

import (
	"errors"
	"fmt"
	"net/http"
	"sync"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/openapi"
)

// Mount adds the document of r's routes, and pages that show it, to r. Nothing is
// served that was not mounted. Options of [wend] apply to every route it adds, as
// wend.With(auth) does; those of package openapi to the document; [ReDoc] and
// [ReDocCDN] add a page. It panics with a *[wend.RegistrationError], or leaves it to
// [wend.Router.Err] under [wend.CollectErrors].
//
// The document is built once, at the first request for it, and holds the routes of
// r and of the scopes below it. All URLs are relative, so it works under any prefix.
func Mount(r *wend.Router, info openapi.Info, opts ...wend.Option) {
	s := &site{router: r, info: info}
	routeOpts := []wend.Option{wend.Hidden()}
	var problems []error
	for _, opt := range opts {
		switch opt := opt.(type) {
		case openapi.Option:
			s.opts = append(s.opts, opt)
		case option:
			problems = append(problems, opt.apply(s))
		default:
			routeOpts = append(routeOpts, opt)
		}
	}
	if err := errors.Join(append(problems, info.Check(s.opts...))...); err != nil {
		r.Handle("GET /docs", http.NotFoundHandler(), option{refusal: err}) // refused like every registration
		return
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

// option is an option of Mount alone, or what refuses a registration.
type option struct {
	wend.Option
	apply   func(*site) error
	refusal error
}

// Refusal says what is wrong with a call of Mount, or that the option means nothing
// elsewhere.
func (o option) Refusal() error {
	if o.refusal != nil {
		return fmt.Errorf("is refused by docs.Mount: %w", o.refusal)
	}
	return errors.New("is given an option of docs, which means something to docs.Mount alone")
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
