package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/binding"
	"github.com/wend-go/wend/examples/bookstore/store"
)

// The errors of the API: each answers the store's error that it names, and is
// documented wherever it is declared.
var (
	errNotFound      = &wend.Error{Status: http.StatusNotFound, Code: "not_found", Detail: "there is no such thing", Err: store.ErrNotFound}
	errUnknownAuthor = &wend.Error{
		Status: http.StatusConflict, Code: "unknown_author", Detail: "the author does not exist", Err: store.ErrUnknownAuthor,
	}
	errDuplicateISBN = &wend.Error{Status: http.StatusConflict, Code: "duplicate_isbn", Detail: "another book has this ISBN"}
)

// duplicateISBN answers a second book with one ISBN.
func duplicateISBN(err error) *wend.Error {
	if errors.Is(err, store.ErrDuplicateISBN) {
		return errDuplicateISBN
	}
	return nil
}

// api holds what the handlers need.
type api struct{ store *store.Store }

// page is the part of a list that a client wants.
type page struct {
	Limit  int `query:"limit" default:"20" validate:"min=1,max=100" doc:"how many to return"`
	Offset int `query:"offset" default:"0" validate:"min=0,max=100000" doc:"how many to leave out first"`
}

type bookQuery struct {
	page
	Q        string          `query:"q" validate:"max=100" doc:"a part of the title or of the author's name"`
	AuthorID int             `query:"author" validate:"min=0" doc:"only books of this author"`
	Language string          `query:"language" validate:"omitempty,len=2,alpha,lowercase" doc:"ISO 639-1 code of the original"`
	YearMin  int             `query:"year_min" validate:"min=0,max=3000"` // only books of this year or later
	YearMax  int             `query:"year_max" validate:"min=0,max=3000"` // only books of this year or earlier
	Sort     []store.SortKey `query:"sort,csv" validate:"max=5,unique" doc:"most important first; - for falling" example:"-year,title"`
}

// bookList is a page of books with what a client needs to go on.
type bookList struct {
	Link  string       `header:"Link" doc:"the neighbouring pages (RFC 8288)"`
	Total *int         `header:"X-Total-Count" doc:"how many books there are on all pages"`
	Body  []store.Book `doc:"the books of this page"`
}

// listBooks finds books. Without a query it lists all of them, in pages that the header
// Link leads through.
func (a api) listBooks(ctx context.Context, in bookQuery) (bookList, error) {
	found, total, err := a.store.ListBooks(ctx, store.Filter{
		Q: in.Q, AuthorID: in.AuthorID, Language: in.Language, YearMin: in.YearMin, YearMax: in.YearMax,
		Sort: in.Sort, Limit: in.Limit, Offset: in.Offset,
	})
	if err != nil {
		return bookList{}, err
	}
	return bookList{Link: in.links(total), Total: &total, Body: found}, nil
}

// links names the previous and the next page, relative to this one.
func (in bookQuery) links(total int) string {
	var links string
	add := func(rel string, offset int) {
		q := in.query()
		q.Set("offset", fmt.Sprint(offset))
		if links != "" {
			links += ", "
		}
		links += fmt.Sprintf(`</books?%s>; rel=%q`, q.Encode(), rel)
	}
	if in.Offset > 0 {
		add("prev", max(0, in.Offset-in.Limit))
	}
	if in.Offset+in.Limit < total {
		add("next", in.Offset+in.Limit)
	}
	return links
}

// query repeats what the client asked for.
func (in bookQuery) query() url.Values {
	q := url.Values{"limit": {fmt.Sprint(in.Limit)}}
	set := func(name, value string) {
		if value != "" && value != "0" {
			q.Set(name, value)
		}
	}
	set("q", in.Q)
	set("author", fmt.Sprint(in.AuthorID))
	set("language", in.Language)
	set("year_min", fmt.Sprint(in.YearMin))
	set("year_max", fmt.Sprint(in.YearMax))
	var sort string
	for i, key := range in.Sort {
		if i > 0 {
			sort += ","
		}
		sort += string(key)
	}
	set("sort", sort)
	return q
}

// bookID is the book of a path.
type bookID struct {
	ID int `path:"id" validate:"min=1"`
}

// getBook returns one book.
func (a api) getBook(ctx context.Context, in bookID) (store.Book, error) {
	return a.store.Book(ctx, in.ID)
}

// created is a new book with the place where it is.
type created struct {
	Location string `header:"Location"`
	Status   int    `status:"201"`
	Body     store.Book
}

// newBook is a new book with the transaction of the request: it is committed when the
// answer is ready, before its first byte, and rolled back when anything fails until then.
type newBook struct {
	Tx   *sql.Tx
	Body store.NewBook
}

// createBook adds a book of an author who is there already.
func (a api) createBook(ctx context.Context, in newBook) (created, error) {
	book, err := a.store.In(in.Tx).CreateBook(ctx, in.Body)
	if err != nil {
		return created{}, err
	}
	return created{Location: fmt.Sprintf("/books/%d", book.ID), Body: book}, nil
}

type bookReplacement struct {
	bookID
	Tx   *sql.Tx
	Body store.NewBook
}

// replaceBook sets all that can be said about a book.
func (a api) replaceBook(ctx context.Context, in bookReplacement) (store.Book, error) {
	return a.store.In(in.Tx).ReplaceBook(ctx, in.ID, in.Body)
}

// bookEdit is a change of some members of a book: what is absent stays.
type bookEdit struct {
	ISBN     binding.Opt[string] `json:"isbn" validate:"notnull" pattern:"^97[89][0-9]{10}$"`
	Title    binding.Opt[string] `json:"title" validate:"notnull,min=1,max=200"`
	Year     binding.Opt[int]    `json:"year" validate:"notnull,min=1,max=2100"`
	AuthorID binding.Opt[int]    `json:"author_id" validate:"notnull,min=1"`
	Pages    binding.Opt[int]    `json:"pages" validate:"min=1,max=20000" doc:"null when nobody knows"`
	Language binding.Opt[string] `json:"language" validate:"notnull,len=2,alpha,lowercase"`
}

type bookChange struct {
	bookID
	Tx   *sql.Tx
	Body bookEdit
}

// editBook changes what is sent of a book; what is absent stays.
func (a api) editBook(ctx context.Context, in bookChange) (store.Book, error) {
	return a.store.In(in.Tx).UpdateBook(ctx, in.ID, func(book *store.Book) error {
		in.Body.apply(book)
		return nil
	})
}

// apply changes what was sent.
func (e bookEdit) apply(b *store.Book) {
	b.ISBN = e.ISBN.Or(b.ISBN)
	b.Title = e.Title.Or(b.Title)
	b.Year = e.Year.Or(b.Year)
	b.AuthorID = e.AuthorID.Or(b.AuthorID)
	b.Language = e.Language.Or(b.Language)
	if e.Pages.Set {
		b.Pages = nil
		if pages, ok := e.Pages.Get(); ok {
			b.Pages = &pages
		}
	}
}

// deleteBook removes a book for good.
func (a api) deleteBook(ctx context.Context, in bookID) (wend.None, error) {
	return wend.None{}, a.store.DeleteBook(ctx, in.ID)
}
