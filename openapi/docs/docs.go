// Package docs serves the OpenAPI document of a router and pages to read it, from
// memory and without any other origin.
//
//	docs.Mount(r, openapi.Info{Title: "Notes", Version: "1.0.0"})
//
//	/openapi.json   the document      /docs   Swagger UI
//	/openapi.yaml   the same as YAML
package docs

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"errors"
	"html/template"
	"net/http"
	"strings"
	"sync"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/openapi"
)

// Mount adds the document of r's routes, and pages that show it, to r. Nothing is
// served that was not mounted. Options of [wend] apply to every route it adds, as
// wend.With(auth) does; those of package openapi to the document.
//
// The document is built once, at the first request for it, and holds the routes of
// r and of the scopes below it. All URLs are relative, so it works under any prefix.
func Mount(r *wend.Router, info openapi.Info, opts ...wend.Option) {
	s := &site{router: r, info: info, title: info.Title}
	routeOpts := []wend.Option{wend.Hidden()}
	for _, opt := range opts {
		if build, ok := opt.(openapi.Option); ok {
			s.opts = append(s.opts, build)
			continue
		}
		routeOpts = append(routeOpts, opt)
	}
	r.Handle("GET /openapi.json", s.document(func(b *built) *file { return &b.json }), routeOpts...)
	r.Handle("GET /openapi.yaml", s.document(func(b *built) *file { return &b.yaml }), routeOpts...)
	page := r.Handle("GET /docs", http.HandlerFunc(s.page), append(routeOpts, wend.Name("docs"))...)
	s.path = page.Path()
	r.Handle("GET /docs/oauth2-redirect", http.HandlerFunc(oauthPage), routeOpts...)
	r.Handle("GET /docs/{file}", http.HandlerFunc(asset), routeOpts...)
}

// site is one mounted documentation.
type site struct {
	router *wend.Router
	info   openapi.Info
	title  string
	path   string // full pattern of the page
	opts   []openapi.Option

	once  sync.Once
	built built
	err   error
}

// built is the document in both forms.
type built struct{ json, yaml file }

// file is a body that never changes.
type file struct {
	mediaType string
	body      []byte
	etag      string
}

func newFile(mediaType string, body []byte) file {
	sum := sha256.Sum256(body)
	return file{mediaType, body, `"` + hex.EncodeToString(sum[:16]) + `"`}
}

// build makes the document; concurrent first requests wait for one build.
func (s *site) build() (*built, error) {
	s.once.Do(func() {
		doc, err := openapi.Build(s.info, s.router.Routes(), s.opts...)
		if err != nil {
			s.err = err
			return
		}
		asJSON, errJSON := doc.JSON()
		asYAML, errYAML := doc.YAML()
		s.err = errors.Join(errJSON, errYAML)
		s.built = built{newFile("application/json", asJSON), newFile("application/yaml", asYAML)}
	})
	return &s.built, s.err
}

// document serves one form of the document.
func (s *site) document(form func(*built) *file) wend.HandlerFunc {
	return func(c wend.Context) error {
		b, err := s.build()
		if err != nil {
			return err
		}
		form(b).serve(c.Writer(), c.Request())
		return nil
	}
}

// serve writes a file, or 304 when the client has it (RFC 9110 §13.1.2).
func (f *file) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("ETag", f.etag)
	h.Set("Cache-Control", "no-cache") // always ask; a 304 is cheap
	if notModified(r.Header.Get("If-None-Match"), f.etag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Type", f.mediaType)
	h.Set("X-Content-Type-Options", "nosniff")
	if r.Method != http.MethodHead {
		_, _ = w.Write(f.body) // the client is gone when this fails
	}
}

func notModified(header, etag string) bool {
	for tag := range strings.SplitSeq(header, ",") {
		tag = strings.TrimSpace(tag)
		if tag == "*" || strings.TrimPrefix(tag, "W/") == etag {
			return true
		}
	}
	return false
}

// policy lets the page load from its own origin and from nowhere else. Swagger UI
// keeps its icons in data: URLs.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
	"connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

//go:embed page.html
var pageText string

var pageTemplate = template.Must(template.New("page").Parse(pageText))

// page serves Swagger UI. Its query is never read: no foreign document is shown.
func (s *site) page(w http.ResponseWriter, r *http.Request) {
	var body bytes.Buffer
	data := struct{ Title, Path string }{s.title, s.path}
	if err := pageTemplate.Execute(&body, data); err != nil {
		wend.WriteError(w, r, err)
		return
	}
	html(w, r, body.Bytes())
}

func html(w http.ResponseWriter, r *http.Request, body []byte) {
	h := w.Header()
	h.Set("Content-Security-Policy", policy)
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	if r.Method != http.MethodHead {
		_, _ = w.Write(body)
	}
}

//go:embed oauth2-redirect.html
var oauthText []byte

// oauthPage ends an OAuth2 authorization in the window that Swagger UI opened.
func oauthPage(w http.ResponseWriter, r *http.Request) { html(w, r, oauthText) }
