package docs

import (
	"bytes"
	_ "embed"
	"html/template"
	"net/http"

	"github.com/wend-go/wend"
)

// policy lets the page load from its own origin and from nowhere else. Swagger UI
// keeps its icons in data: URLs.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
	"connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

//go:embed page.html
var pageText string

var pageTemplate = template.Must(template.New("page").Parse(pageText))

// swagger serves Swagger UI. Its query is never read: no foreign document is shown.
func (s *site) swagger(w http.ResponseWriter, r *http.Request) {
	render(w, r, pageTemplate, policy, struct{ Title, Path string }{s.info.Title, s.page.Path()})
}

func render(w http.ResponseWriter, r *http.Request, t *template.Template, policy string, data any) {
	var body bytes.Buffer
	if err := t.Execute(&body, data); err != nil {
		wend.WriteError(w, r, err)
		return
	}
	html(w, r, policy, body.Bytes())
}

func html(w http.ResponseWriter, r *http.Request, policy string, body []byte) {
	h := w.Header()
	h.Set("Content-Security-Policy", policy)
	h.Set("Referrer-Policy", "no-referrer")
	write(w, r, "text/html; charset=utf-8", body)
}

//go:embed oauth2-redirect.html
var oauthText []byte

// oauthPage ends an OAuth2 authorization in the window that Swagger UI opened.
func oauthPage(w http.ResponseWriter, r *http.Request) { html(w, r, policy, oauthText) }
