// Bookstore is a small service over a real database: books and their authors in
// an SQLite file in the working directory, documented at /docs.
//
//	go run -C examples ./bookstore
//
// Its document is described by the doc comments of handlers and types: go generate copies
// them into comments_gen.go.
package main

//go:generate go run github.com/wend-go/wend/openapi/comments

import (
	"context"
	"flag"
	"log"
	"log/slog"
	"os"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/dbtx"
	"github.com/wend-go/wend/examples/bookstore/store"
	"github.com/wend-go/wend/middleware"
	"github.com/wend-go/wend/openapi"
	"github.com/wend-go/wend/openapi/docs"
)

func main() {
	addr := flag.String("addr", "", "address to listen on; the default is the port in PORT, or :8080")
	file := flag.String("db", "bookstore.db", "database file; it is made and filled when it is missing")
	flag.Parse()
	if err := run(context.Background(), *addr, *file); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, addr, file string) error {
	s, err := store.Open(ctx, file)
	if err != nil {
		return err
	}
	defer s.Close()
	return newRouter(s, slog.New(slog.NewTextHandler(os.Stderr, nil))).Run(ctx, addr)
}

// newRouter is the whole service: every route in one place.
func newRouter(s *store.Store, logger *slog.Logger) *wend.Router {
	r := wend.New(
		wend.Logger(logger),
		wend.With(middleware.RequestID(), middleware.Log(logger)),
	)
	a := api{s}

	books := r.Group("/books", wend.Tags("books"))
	dbtx.Provide(books, s.DB(), nil) // begins for who has a field *sql.Tx, and for nobody else
	written := []wend.Option{wend.Errors(errUnknownAuthor, errDuplicateISBN), wend.MapError(duplicateISBN)}
	wend.Get(books, "", a.listBooks)
	wend.Post(books, "", a.createBook, written...)
	book := books.Group("/{id}", wend.Errors(errNotFound))
	wend.Get(book, "", a.getBook)
	wend.Put(book, "", a.replaceBook, written...)
	wend.Patch(book, "", a.editBook, written...)
	wend.Delete(book, "", a.deleteBook)

	authors := r.Group("/authors", wend.Tags("authors"))
	wend.Get(authors, "", a.listAuthors)
	wend.Post(authors, "", a.createAuthor)
	author := authors.Group("/{id}", wend.Errors(errNotFound))
	wend.Get(author, "", a.getAuthor)
	wend.Get(author, "/books", a.listAuthorBooks)
	wend.Delete(author, "", a.deleteAuthor, wend.Errors(errAuthorHasBooks))

	docs.Mount(r, openapi.Info{
		Title:       "Bookstore",
		Version:     "1.0.0",
		Description: "Books in the public domain and the people who wrote them.",
	}, openapi.Comments(docComments(), store.DocComments()))
	return r
}
