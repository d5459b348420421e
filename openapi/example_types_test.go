package openapi_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/binding"
	"github.com/wend-go/wend/openapi"
	"github.com/wend-go/wend/security"
)

type shopper struct{}

func (shopper) HasScope(string) bool { return true }

type coverForm struct {
	Reader shopper        `scopes:"books:write"`
	ID     int            `path:"id" validate:"min=1" doc:"number of the book"`
	Cover  binding.Upload `form:"cover" validate:"mime=image/png"`
}

type coverSaved struct {
	Location string `header:"Location" doc:"where the cover is"`
	Body     Book
}

type parcel struct {
	Sent bool `json:"sent"`
}

// store has an example of everything that a document can hold.
func store() *openapi.Document {
	r := wend.New()
	wend.Provide(r, func(context.Context, struct{ Token security.Token }) (shopper, error) { return shopper{}, nil },
		wend.Secure(security.OAuth2(security.Flows{ClientCredentials: &security.Flow{
			TokenURL: "https://id.example/token", Scopes: map[string]string{"books:write": "change books"},
		}})))
	wend.Post(r, "/books/{id}/cover", func(context.Context, coverForm) (coverSaved, error) { return coverSaved{}, nil },
		wend.Tags("books"), wend.Example("a book", Book{ID: 1, Title: "Emma"}))
	doc, err := openapi.Build(openapi.Info{
		Title: "Shop", Version: "1.0.0",
		Contact:      &openapi.Contact{Name: "Ada", Email: "ada@example.com"},
		License:      &openapi.License{Name: "MIT", Identifier: "MIT"},
		Servers:      []openapi.Server{{URL: "https://api.example.com"}},
		Tags:         []openapi.Tag{{Name: "books", Description: "what we sell"}},
		ExternalDocs: &openapi.ExternalDocs{URL: "https://example.com/help"},
	}, r.Routes(), openapi.Callback[parcel]("POST /books/{id}/cover", "sent", "{$request.query.tell}"))
	if err != nil {
		panic(err)
	}
	return doc
}

// cover is the one operation of the store.
func cover() *openapi.Operation { return store().Paths["/books/{id}/cover"].Post }

func show(v any) {
	if text, err := json.Marshal(v); err == nil {
		fmt.Println(string(text))
	}
}

func ExampleDocument() {
	show(store().OpenAPI)
	// Output: "3.1.1"
}

func ExampleInfoObject() {
	show(store().Info)
	// Output: {"title":"Shop","contact":{"name":"Ada","email":"ada@example.com"},"license":{"name":"MIT","identifier":"MIT"},"version":"1.0.0"}
}

func ExampleInfo() {
	fmt.Println(openapi.Info{Title: "Shop"}.Check())
	// Output: openapi: Info needs a Title and a Version
}

func ExampleContact() {
	show(store().Info.Contact)
	// Output: {"name":"Ada","email":"ada@example.com"}
}

func ExampleLicense() {
	show(store().Info.License)
	// Output: {"name":"MIT","identifier":"MIT"}
}

func ExampleServer() {
	show(store().Servers)
	// Output: [{"url":"https://api.example.com"}]
}

func ExampleTag() {
	show(store().Tags)
	// Output: [{"name":"books","description":"what we sell"}]
}

func ExampleExternalDocs() {
	show(store().ExternalDocs)
	// Output: {"url":"https://example.com/help"}
}

func ExamplePathItem() {
	show(store().Paths["/books/{id}/cover"].Get == nil)
	// Output: true
}

func ExampleOperation() {
	show(cover().OperationID)
	// Output: "postBooksByIdCover"
}

func ExampleSecurityNeed() {
	show(cover().Security)
	// Output: [{"oauth2":["books:write"]}]
}

func ExampleParameter() {
	show(cover().Parameters)
	// Output: [{"name":"id","in":"path","description":"number of the book","required":true,"schema":{"type":"integer","minimum":1,"format":"int64"}}]
}

func ExampleRequestBody() {
	show(cover().RequestBody)
	// Output: {"content":{"multipart/form-data":{"schema":{"properties":{"cover":{"contentMediaType":"application/octet-stream","description":"of type image/png","x-constraints":[{"mime":["image/png"],"rule":"mime"}]}},"type":"object","required":["cover"]},"encoding":{"cover":{"contentType":"image/png"}}}},"required":true}
}

func ExampleMediaType() {
	show(cover().Responses["200"].Content["application/json"].Schema)
	// Output: {"$ref":"#/components/schemas/Book"}
}

func ExampleEncoding() {
	show(cover().RequestBody.Content["multipart/form-data"].Encoding)
	// Output: {"cover":{"contentType":"image/png"}}
}

func ExampleExample() {
	show(cover().Responses["200"].Content["application/json"].Examples)
	// Output: {"a book":{"value":{"id":1,"title":"Emma"}}}
}

func ExampleResponse() {
	show(cover().Responses["200"].Description)
	// Output: "OK"
}

func ExampleHead() {
	show(cover().Responses["200"].Headers)
	// Output: {"Location":{"description":"where the cover is","schema":{"type":"string"}}}
}

func ExampleComponents() {
	show(slices.Sorted(maps.Keys(store().Components.Schemas)))
	// Output: ["Book","Problem","parcel"]
}

func ExampleSecurityScheme() {
	show(store().Components.SecuritySchemes["oauth2"].Type)
	// Output: "oauth2"
}

func ExampleOAuthFlow() {
	show(store().Components.SecuritySchemes["oauth2"].Flows)
	// Output: {"clientCredentials":{"tokenUrl":"https://id.example/token","scopes":{"books:write":"change books"}}}
}

func ExampleCallbacks() {
	show(slices.Collect(maps.Keys(cover().Callbacks["sent"])))
	// Output: ["{$request.query.tell}"]
}

func ExampleSchema() {
	show(store().Components.Schemas["Book"])
	// Output: {"properties":{"id":{"type":"integer","format":"int64","readOnly":true},"title":{"type":"string","maxLength":200,"minLength":1}},"additionalProperties":false,"type":"object","required":["id","title"]}
}

// Options say which version the document has, or change it by hand.
func ExampleOption() {
	doc, err := openapi.Build(openapi.Info{Title: "Library", Version: "1.0.0"}, library().Routes(),
		openapi.Version("3.2.0"), openapi.Edit(func(d *openapi.Document) { d.Extensions = map[string]any{"x-team": "books"} }))
	fmt.Println(doc.OpenAPI, doc.Extensions["x-team"], err)
	// Output: 3.2.0 books <nil>
}

func ExampleChange() {
	c := openapi.Change{Breaking: true, Operation: "GET /books", Where: "query limit", Text: "the parameter is required"}
	fmt.Println(c)
	// Output: breaking: GET /books: query limit: the parameter is required
}
