package main

import (
	"context"
	"fmt"
	"net/http"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/examples/bookstore/store"
)

var errAuthorHasBooks = &wend.Error{
	Status: http.StatusConflict, Code: "author_has_books", Detail: "the author still has books", Err: store.ErrAuthorHasBooks,
}

// listAuthors lists all authors by name.
func (a api) listAuthors(ctx context.Context, _ wend.None) ([]store.Author, error) {
	return a.store.ListAuthors(ctx)
}

type authorID struct {
	ID int `path:"id" validate:"min=1"`
}

// getAuthor returns one author.
func (a api) getAuthor(ctx context.Context, in authorID) (store.Author, error) {
	return a.store.Author(ctx, in.ID)
}

type createdAuthor struct {
	Location string `header:"Location"`
	Status   int    `status:"201"`
	Body     store.Author
}

// createAuthor adds an author.
func (a api) createAuthor(ctx context.Context, in store.NewAuthor) (createdAuthor, error) {
	author, err := a.store.CreateAuthor(ctx, in)
	if err != nil {
		return createdAuthor{}, err
	}
	return createdAuthor{Location: fmt.Sprintf("/authors/%d", author.ID), Body: author}, nil
}

// deleteAuthor removes an author who has no books.
func (a api) deleteAuthor(ctx context.Context, in authorID) (wend.None, error) {
	return wend.None{}, a.store.DeleteAuthor(ctx, in.ID)
}

type booksOfAuthor struct {
	authorID
	page
}

// listAuthorBooks lists an author's books, oldest first.
func (a api) listAuthorBooks(ctx context.Context, in booksOfAuthor) ([]store.Book, error) {
	if _, err := a.store.Author(ctx, in.ID); err != nil {
		return nil, err
	}
	found, _, err := a.store.ListBooks(ctx, store.Filter{
		AuthorID: in.ID, Sort: []store.SortKey{"year"}, Limit: in.Limit, Offset: in.Offset,
	})
	return found, err
}
