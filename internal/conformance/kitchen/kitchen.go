// Package kitchen is an application that uses every feature that a document can show.
// Strangers read its document, generate clients from it, and talk to it.
package kitchen

import (
	"log/slog"
	"net/http"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/binding"
	"github.com/wend-go/wend/openapi"
	"github.com/wend-go/wend/openapi/docs"
	"github.com/wend-go/wend/security"
)

// Info describes the application.
func Info() openapi.Info {
	return openapi.Info{
		Title: "Kitchen sink", Version: "1.2.3", Summary: "Everything at once",
		Description:    "An application that uses **every** feature.",
		TermsOfService: "https://example.com/terms",
		Contact:        &openapi.Contact{Name: "The kitchen", URL: "https://example.com", Email: "kitchen@example.com"},
		License:        &openapi.License{Name: "MIT License", Identifier: "MIT"},
		ExternalDocs:   &openapi.ExternalDocs{Description: "The manual", URL: "https://example.com/manual"},
		Servers:        []openapi.Server{{URL: "/", Description: "Where this document is"}},
		Tags: []openapi.Tag{
			{Name: "notes", Description: "What to remember", ExternalDocs: &openapi.ExternalDocs{URL: "https://example.com/notes"}},
			{Name: "people", Description: "Who asks"},
		},
	}
}

// Options are those of the document. What is below /old was never told to anybody.
func Options() []openapi.Option {
	return []openapi.Option{
		openapi.Webhook[told]("noteKept", wend.Summary("A note was kept"), wend.Tags("notes")),
		openapi.Callback[Note]("POST /notes", "changed", "{$request.query.notify}", wend.OperationID("noteChanged")),
		openapi.Edit(func(d *openapi.Document) {
			d.Extensions = map[string]any{"x-kitchen": map[string]any{"sink": true}}
			d.Operation("GET /notes").ExternalDocs = &openapi.ExternalDocs{URL: "https://example.com/notes/list"}
		}),
	}
}

// New returns the application with its documentation mounted.
func New() *wend.Router {
	r := Routes()
	opts := []wend.Option{wend.Tags("docs")}
	for _, opt := range Options() {
		opts = append(opts, opt)
	}
	docs.Mount(r, Info(), opts...)
	return r
}

// Routes returns the application without documentation.
func Routes() *wend.Router {
	k := &kitchen{notes: map[int]Note{}}
	r := wend.New(
		wend.Logger(slog.New(slog.DiscardHandler)),
		wend.Binding(binding.NewSet(
			binding.Rules(sku),
			binding.Types(binding.Union[Shape]("kind", binding.Variant[Circle]("circle"), binding.Variant[*Polygon]("polygon"))),
		)),
	)
	k.addNotes(r.Group("/notes", wend.Tags("notes")))
	k.addPeople(r.Group("/people", wend.Tags("people")))
	k.addShapes(r.Group("/shapes", wend.Tags("shapes")))
	k.addBodies(r.Group("/bodies", wend.Tags("bodies")))
	k.addParameters(r.Group("/parameters", wend.Tags("parameters")))
	k.addStreams(r.Group("/streams", wend.Tags("streams")))
	k.addOdd(r)
	return r
}

// sku is a rule of the application's own.
var sku = binding.Rule{
	Name: "sku", Message: "must be a stock number such as ABC-0042",
	Make: func(binding.Arg) (binding.Op, error) {
		return binding.Exact(isSKU, binding.State("pattern", `^[A-Z]{3}-[0-9]{4}$`)), nil
	},
}

func isSKU(s string) bool {
	if len(s) != 8 || s[3] != '-' {
		return false
	}
	for i, c := range []byte(s) {
		switch {
		case i < 3 && (c < 'A' || c > 'Z'), i > 3 && (c < '0' || c > '9'):
			return false
		}
	}
	return true
}

// legacy is an older format of errors, kept below /old.
type legacy struct {
	Message string `json:"message" doc:"what went wrong"`
	Code    int    `json:"code"`
}

// addOdd adds routes that OpenAPI has no plain word for.
func (k *kitchen) addOdd(r *wend.Router) {
	wend.Get(r, "/files/{name...}", readFile)
	wend.Get(r, "/tree/", readTree)
	wend.Get(r, "/tree/{$}", readRoot)
	wend.Query(r, "/search", search, wend.Tags("notes"))
	wend.Head(r, "/ping", ping)
	r.Handle("PURGE /cache", wend.Func(purge), wend.Summary("Empty the cache"))
	r.Handle("/any", wend.Func(anyMethod))
	r.Handle("GET /plain", http.NotFoundHandler())
	wend.Get(r, "/secret", ping, wend.Hidden())

	old := r.Group("/old", wend.Deprecated(), wend.OnError(func(_ *http.Request, e *wend.Error) legacy {
		return legacy{Message: e.Detail, Code: e.Status}
	}))
	wend.Get(old, "/notes/{id}", k.getNote, wend.OperationID("oldNote"), wend.Errors(errNoNote))

	mounted := wend.New(wend.Tags("mounted"), wend.Logger(slog.New(slog.DiscardHandler)))
	wend.Get(mounted, "/health", health, wend.Summary("How it is"), wend.Description("Says *ok*, always."))
	r.Mount("/mounted", mounted)
}

// told is what a webhook sends.
type told struct {
	Signature string `header:"X-Signature" doc:"of the body, by HMAC"`
	Body      Note
}

// schemes of security.
var (
	bearer = security.Bearer("JWT").Described("A token; `secret` will do.")
	apiKey = security.APIKey("header", "X-Key")
	login  = security.Basic("kitchen")
	oauth  = security.OAuth2(security.Flows{AuthorizationCode: &security.Flow{
		AuthorizationURL: "https://login.example.com/authorize", TokenURL: "https://login.example.com/token",
		Scopes: map[string]string{"people:read": "Read people", "people:write": "Change people"},
	}})
)
