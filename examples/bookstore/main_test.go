package main

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/examples/bookstore/store"
	"github.com/wend-go/wend/wendtest"
	"github.com/wend-go/wend/wendtest/contract"
)

// service is the whole service over a database of its own.
func service(t *testing.T) *wend.Router {
	t.Helper()
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "books.db"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return newRouter(s, slog.New(slog.DiscardHandler))
}

// client talks to the service. Whatever it answers is held to the document.
func client(t *testing.T) *wendtest.Client {
	t.Helper()
	return wendtest.New(t, contract.Check(t, service(t)))
}

// Requests that are made of the document get answers that are in it.
func TestContract(t *testing.T) {
	t.Parallel()
	contract.Fuzz(t, service(t), contract.Requests(60))
}

var emma = map[string]any{"isbn": "9780000000002", "title": "Emma, again", "year": 1816, "author_id": 1, "language": "en"}

// with is emma with some members changed; nil takes one away.
func with(changes map[string]any) map[string]any {
	book := map[string]any{}
	for k, v := range emma {
		book[k] = v
	}
	for k, v := range changes {
		if book[k] = v; v == nil {
			delete(book, k)
		}
	}
	return book
}

func TestBooks_list(t *testing.T) {
	t.Parallel()
	c := client(t)
	var page []store.Book
	c.Get("/books").Status(200).JSON(&page)
	require.Len(t, page, 20)

	c.Get("/books?limit=3&sort=-year,title").Status(200).
		Header("Link", `</books?limit=3&offset=3&sort=-year%2Ctitle>; rel="next"`).JSON(&page)
	require.Len(t, page, 3)
	require.GreaterOrEqual(t, page[0].Year, page[1].Year)
	require.GreaterOrEqual(t, page[1].Year, page[2].Year)

	c.Get("/books?limit=3&offset=3").Status(200).
		Header("Link", `</books?limit=3&offset=0>; rel="prev", </books?limit=3&offset=6>; rel="next"`)
	c.Get("/books?q=emma&language=en").Status(200).Header("X-Total-Count", "1").NoHeader("Link").JSON(&page)
	require.Equal(t, "Emma", page[0].Title)
	author := page[0].AuthorID
	c.Get(fmt.Sprintf("/books?author=%d&year_min=1800&year_max=1820", author)).Status(200).JSON(&page)
	for _, book := range page {
		require.Equal(t, author, book.AuthorID)
		require.True(t, book.Year >= 1800 && book.Year <= 1820)
	}
	c.Get("/books?q=nobody-wrote-this").Status(200).BodyIs("[]")
}

func TestBooks_life(t *testing.T) {
	t.Parallel()
	c := client(t)
	var book store.Book
	created := c.Post("/books", emma).Status(201)
	created.JSON(&book)
	path := fmt.Sprintf("/books/%d", book.ID)
	created.Header("Location", path)

	var read store.Book
	c.Get(path).Status(200).JSON(&read)
	require.Equal(t, book, read)

	c.Put(path, with(map[string]any{"title": "Emma", "pages": 474})).Status(200).JSON(&book)
	require.Equal(t, "Emma", book.Title)
	require.Equal(t, 474, *book.Pages)

	c.Patch(path, map[string]any{"year": 1815}).Status(200).JSON(&book)
	require.Equal(t, 1815, book.Year)
	require.Equal(t, 474, *book.Pages, "what is absent stays")
	c.Patch(path, map[string]any{"pages": nil}).Status(200).JSON(&book)
	require.Nil(t, book.Pages, "null clears")

	c.Post("/books", emma).Problem(409).BodyContains(`"code":"duplicate_isbn"`)
	c.Delete(path).Status(204).BodyIs("")
	c.Get(path).Problem(404).BodyContains(`"code":"not_found"`)
	c.Delete(path).Problem(404)
	c.Put(path, emma).Problem(404)
	c.Patch(path, map[string]any{}).Problem(404)
}

func TestAuthors_life(t *testing.T) {
	t.Parallel()
	c := client(t)
	var all []store.Author
	c.Get("/authors").Status(200).JSON(&all)
	require.Greater(t, len(all), 20)

	var author store.Author
	c.Post("/authors", store.NewAuthor{Name: "Ada"}).Status(201).JSON(&author)
	path := fmt.Sprintf("/authors/%d", author.ID)
	c.Get(path).Status(200).JSON(&author)
	require.Equal(t, "Ada", author.Name)
	c.Get(path + "/books").Status(200).BodyIs("[]")
	c.Post("/books", with(map[string]any{"author_id": author.ID})).Status(201)
	var books []store.Book
	c.Get(path + "/books").Status(200).JSON(&books)
	require.Len(t, books, 1)
	c.Delete(path).Problem(409).BodyContains(`"code":"author_has_books"`)
	c.Delete(fmt.Sprintf("/books/%d", books[0].ID)).Status(204)
	c.Delete(path).Status(204)
	c.Get(path).Problem(404)
	c.Get(path + "/books").Problem(404)
	c.Delete(path).Problem(404)
}

// TestBadInput sends what clients get wrong; each answer names every problem.
func TestBadInput(t *testing.T) {
	t.Parallel()
	c := client(t)
	raw := func(text string) []byte { return []byte(text) }
	json := wendtest.ContentType("application/json")
	tests := []struct {
		name string
		got  *wendtest.Response
		want int
		errs []string
	}{
		{"limit is no number", c.Get("/books?limit=x"), 422, []string{"query /limit type"}},
		{"limit is 0", c.Get("/books?limit=0"), 422, []string{"query /limit min"}},
		{"limit is too large", c.Get("/books?limit=101"), 422, []string{"query /limit max"}},
		{"limit twice", c.Get("/books?limit=1&limit=2"), 422, []string{"query /limit multiple"}},
		{"limit is empty", c.Get("/books?limit="), 422, []string{"query /limit type"}},
		{"offset is negative", c.Get("/books?offset=-1"), 422, []string{"query /offset min"}},
		{"unknown sort key", c.Get("/books?sort=price"), 422, []string{"query /sort/0 oneof"}},
		{"the same key twice", c.Get("/books?sort=year,year"), 422, []string{"query /sort unique"}},
		{"language in upper case", c.Get("/books?language=EN"), 422, []string{"query /language lowercase"}},
		{"everything at once", c.Get("/books?limit=0&offset=x&sort=a&year_min=-1"), 422, []string{
			"query /limit min", "query /offset type", "query /year_min min", "query /sort/0 oneof",
		}},
		{"bad escape", c.Get("/books?q=%zz"), 400, nil},
		{"id is no number", c.Get("/books/x"), 422, []string{"path /id type"}},
		{"id is 0", c.Get("/books/0"), 422, []string{"path /id min"}},
		{"id is too large", c.Get("/books/99999999999999999999"), 422, []string{"path /id type"}},
		{"empty object", c.Post("/books", map[string]any{}), 422, []string{
			"body /isbn required", "body /title required", "body /year required", "body /author_id required", "body /language required",
		}},
		{"no body", c.Post("/books", nil), 422, []string{"body  required"}},
		{"null", c.Post("/books", raw("null"), json), 422, []string{"body  required"}},
		{"a list", c.Post("/books", raw("[]"), json), 422, []string{"body  type"}},
		{"wrong types", c.Post("/books", with(map[string]any{"title": 1, "year": "1815"})), 422, []string{"body /title type", "body /year type"}},
		{"empty title", c.Post("/books", with(map[string]any{"title": ""})), 422, []string{"body /title required"}},
		{"wrong ISBN", c.Post("/books", with(map[string]any{"isbn": "123"})), 422, []string{"body /isbn pattern"}},
		{"year as a float", c.Post("/books", with(map[string]any{"year": 1815.5})), 422, []string{"body /year type"}},
		{"pages is 0", c.Post("/books", with(map[string]any{"pages": 0})), 422, []string{"body /pages min"}},
		{"unknown member", c.Post("/books", with(map[string]any{"price": 9})), 422, []string{"body /price unknown"}},
		{"member in another case", c.Post("/books", with(map[string]any{"Title": "x"})), 422, []string{"body /Title unknown"}},
		{"malformed", c.Post("/books", raw(`{"title":`), json), 400, []string{"body  json"}},
		{"a member twice", c.Post("/books", raw(`{"year":1,"year":2}`), json), 400, []string{"body /year json"}},
		{"two values", c.Post("/books", raw(`{} {}`), json), 400, []string{"body  json"}},
		{"another media type", c.Post("/books", raw("title: x"), wendtest.ContentType("text/yaml")), 415, nil},
		{"unknown author", c.Post("/books", with(map[string]any{"author_id": 99999})), 409, nil},
		{"null for a title", c.Patch("/books/1", map[string]any{"title": nil}), 422, []string{"body /title type"}},
		{"born after death", c.Post("/authors", map[string]any{"name": "x", "born": 1900, "died": 1800}), 422, []string{"body /died gtefield"}},
		{"wrong method", c.Put("/books", emma), 405, nil},
		{"nothing there", c.Get("/nope"), 404, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { test.got.Problem(test.want, test.errs...) })
	}
	c.Post("/books", with(map[string]any{"year": 3000, "title": "a secret title"}), wendtest.Header("X-Request-Id", "test")).
		BodyIs(`{"type":"about:blank","title":"Unprocessable Entity","status":422,"detail":"1 field is invalid","request_id":"test",` +
			`"errors":[{"in":"body","pointer":"/year","code":"max","detail":"must be at most 2100","params":{"max":2100}}]}`)
}

func TestDocument(t *testing.T) {
	t.Parallel()
	c := client(t)
	var doc struct {
		OpenAPI string                                `json:"openapi"`
		Paths   map[string]map[string]json.RawMessage `json:"paths"`
	}
	require.NoError(t, json.Unmarshal(c.Get("/openapi.json").Status(200).Bytes(), &doc))
	require.Equal(t, "3.1.1", doc.OpenAPI)
	for path, methods := range map[string][]string{
		"/books": {"get", "post"}, "/books/{id}": {"get", "put", "patch", "delete"},
		"/authors": {"get", "post"}, "/authors/{id}": {"get", "delete"}, "/authors/{id}/books": {"get"},
	} {
		require.Len(t, doc.Paths[path], len(methods), path)
		for _, method := range methods {
			require.Contains(t, doc.Paths[path], method, path)
		}
	}
	require.Contains(t, string(doc.Paths["/books"]["post"]), "duplicate_isbn")
	require.Contains(t, string(doc.Paths["/books/{id}"]["get"]), "not_found")
	c.Get("/docs").Status(200).Header("Content-Type", "text/html; charset=utf-8")
	c.Get("/openapi.yaml").Status(200).BodyContains("openapi: 3.1.1")
}
