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
	"slices"
	"sync"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/binding"
	"github.com/wend-go/wend/openapi"
)

// Mount adds the document of r's routes, and pages that show it, to r. Nothing is
// served that was not mounted. Options of [wend] apply to every route it adds, as
// wend.With(auth) does; those of package openapi to the document; [ReDoc] and
// [ReDocCDN] add a page, [NoPages] and [Off] leave out. It panics with a
// *[wend.RegistrationError], or leaves it to [wend.Router.Err] under
// [wend.CollectErrors].
//
// The document is built once, at the first request for it, and holds the routes of
// r and of the scopes below it. All URLs are relative, so it works under any prefix.
// Webhooks have the rules and types of r, unless [openapi.Binding] gives others.
func Mount(r *wend.Router, info openapi.Info, opts ...wend.Option) {
	s := &site{router: r, info: info}
	var problems []error
	for _, opt := range opts {
		switch opt := opt.(type) {
		case openapi.Option:
			s.opts = append(s.opts, opt)
		case option:
			problems = append(problems, opt.apply(s))
		default:
			s.routeOpts = append(s.routeOpts, opt)
		}
	}
	if err := errors.Join(append(problems, info.Check(s.opts...))...); err != nil {
		s.refuse(err)
		return
	}
	if s.off {
		return
	}
	s.prepare()
	json := s.handle("GET /openapi.json", document(s.json))
	s.handle("GET /openapi.yaml", document(s.yaml))
	if err := s.adopt(json.Operation().Binding); err != nil {
		s.refuse(err)
		return
	}
	if !s.bare {
		s.pages()
	}
}

// Off is an option of [Mount]: where it is given true, no route is added, neither the
// document nor a page. What is wrong with the call is refused as ever, so it may be what
// production is started with:
//
//	docs.Mount(r, info, docs.Off(production))
func Off(off bool) wend.Option {
	return option{apply: func(s *site) error { s.off = off; return nil }}
}

// NoPages is an option of [Mount]: where it is given true, the document is served and no
// page.
func NoPages(bare bool) wend.Option {
	return option{apply: func(s *site) error { s.bare = bare; return nil }}
}

// refuse registers a page that is refused like every registration.
func (s *site) refuse(err error) {
	s.router.Handle("GET /docs", http.NotFoundHandler(), option{refusal: err})
}

// handle adds a route that the document does not have.
func (s *site) handle(pattern string, h http.Handler, more ...wend.Option) *wend.Route {
	return s.router.Handle(pattern, h, slices.Concat([]wend.Option{wend.Hidden()}, s.routeOpts, more)...)
}

// adopt gives webhooks the rules and types of the router, and says what is wrong with them
// then.
func (s *site) adopt(set *binding.Set) error {
	if set == nil {
		set = binding.NewSet()
	}
	s.opts = append([]openapi.Option{openapi.Binding(set)}, s.opts...) // one that was given comes later, and counts
	return s.info.Check(s.opts...)
}

// pages adds the pages.
func (s *site) pages() {
	s.page = s.handle("GET /docs", http.HandlerFunc(s.swagger), wend.Name("docs"))
	s.handle("GET /docs/oauth2-redirect", http.HandlerFunc(oauthPage))
	s.handle("GET /docs/{file}", http.HandlerFunc(swaggerAssets().serve))
	if s.redoc != nil {
		s.handle("GET /redoc", s.redoc.page(s.info.Title))
		s.handle("GET /redoc/{file}", http.HandlerFunc(s.redoc.assets().serve))
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
	off    bool
	bare   bool // without pages

	routeOpts []wend.Option

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
