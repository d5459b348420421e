package openapi_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/openapi"
)

type commentPage struct {
	Limit int `query:"limit"`
}

type commented struct {
	commentPage
	Q     string `query:"q" doc:"said by the tag"`
	Title string `form:"title"`
}

type reader struct{}

func (*reader) find(context.Context, commented) (Page[Book], error) { return Page[Book]{}, nil }

func findBooks(context.Context, wend.None) (Book, error) { return Book{}, nil }

func TestComments(t *testing.T) {
	t.Parallel()
	const pkg = "github.com/wend-go/wend/openapi_test."
	r := wend.New()
	wend.Post(r, "/a", (&reader{}).find)
	wend.Get(r, "/b", findBooks)
	wend.Get(r, "/c", findBooks, wend.Description("said by the option"))
	doc, err := openapi.Build(sinkInfo, r.Routes(), openapi.Comments(map[string]string{
		pkg + "(*reader).find": "find looks for books.", pkg + "findBooks": "All of them.\n\nEven old ones.",
		pkg + "commentPage.Limit": "Limit is how many.", pkg + "commented.Q": "unused", pkg + "commented.Title": "of the book",
	}, map[string]string{
		pkg + "Book": "Book is for reading.", pkg + "Book.Title": "as printed", pkg + "Page": "Page is a part of a list.", pkg + "Page.Items": "some",
	}))
	require.NoError(t, err)
	find := doc.Operation("POST /a")
	require.Equal(t, "Looks for books.", find.Description)
	require.Equal(t, "All of them.\n\nEven old ones.", doc.Operation("GET /b").Description)
	require.Equal(t, "said by the option", doc.Operation("GET /c").Description)
	require.Equal(t, "Limit is how many.", find.Parameters[0].Description)
	require.Equal(t, "said by the tag", find.Parameters[1].Description)
	title, _ := find.RequestBody.Content["multipart/form-data"].Schema.Properties.Get("title")
	require.Equal(t, "of the book", title.Description)
	book := doc.Components.Schemas["Book"]
	printed, _ := book.Properties.Get("title")
	require.Equal(t, []string{"Book is for reading.", "as printed"}, []string{book.Description, printed.Description})
	page := doc.Components.Schemas["Page_Book"]
	items, _ := page.Properties.Get("items")
	require.Equal(t, []string{"Page is a part of a list.", "some"}, []string{page.Description, items.Description})
}
