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
)

type Book struct {
	ID    int    `json:"id" jsonschema:"readOnly"`
	Title string `json:"title" validate:"required,max=200"`
}

type bookID struct {
	ID int `path:"id" validate:"min=1"`
}

func getBook(context.Context, bookID) (Book, error) { return Book{}, nil }

func addBook(context.Context, Book) (Book, error) { return Book{}, nil }

func library() *wend.Router {
	r := wend.New()
	wend.Get(r, "/books/{id}", getBook)
	wend.Post(r, "/books", addBook, wend.Status(201))
	return r
}

func ExampleBuild() {
	doc, err := openapi.Build(openapi.Info{Title: "Library", Version: "1.0.0"}, library().Routes())
	if err != nil {
		fmt.Println(err)
		return
	}
	get := doc.Paths["/books/{id}"].Get
	fmt.Println(get.OperationID, "-", get.Summary)
	fmt.Println(slices.Sorted(maps.Keys(get.Responses)))
	fmt.Println(slices.Sorted(maps.Keys(doc.Components.Schemas)))
	// Output:
	// getBooksById - Get book
	// [200 422 default]
	// [Book BookInput Problem]
}

func ExampleDiff() {
	before, _ := openapi.Build(openapi.Info{Title: "Library", Version: "1.0.0"}, library().Routes())

	r := wend.New()
	wend.Get(r, "/books/{id}", getBook, wend.Status(203))
	wend.Get(r, "/books", func(context.Context, wend.None) ([]Book, error) { return nil, nil })
	after, _ := openapi.Build(openapi.Info{Title: "Library", Version: "2.0.0"}, r.Routes())

	for _, change := range openapi.Diff(before, after) {
		fmt.Println(change)
	}
	// Output:
	// GET /books: the operation is new
	// breaking: GET /books/{id}: response 200: the response is gone
	// GET /books/{id}: response 203: the response is new
	// breaking: POST /books: the operation is gone
}

func ExampleSchemaOf() {
	schema, err := openapi.SchemaOf[Book](binding.Input)
	if err != nil {
		fmt.Println(err)
		return
	}
	text, _ := json.Marshal(schema.Definitions["Book"])
	fmt.Println(string(text))
	// Output:
	// {"properties":{"title":{"type":"string","maxLength":200,"minLength":1}},"additionalProperties":false,"type":"object","required":["title"]}
}
