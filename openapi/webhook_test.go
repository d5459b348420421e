package openapi_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/openapi"
)

// Told is what a webhook sends.
type Told struct {
	Signature string `header:"X-Signature" doc:"of the body"`
	Body      Book
}

func TestWebhook(t *testing.T) {
	t.Parallel()
	r := library()
	build := func(opts ...openapi.Option) (*openapi.Document, error) {
		return openapi.Build(openapi.Info{Title: "Library", Version: "1"}, r.Routes(), opts...)
	}
	doc, err := build(
		openapi.Webhook[Told]("bookAdded", wend.Summary("A book is new"), wend.Tags("events"), wend.Example("one", Book{ID: 1, Title: "Emma"})),
		openapi.Callback[wend.None]("POST /books", "done", "{$request.query.url}", wend.OperationID("tellDone")),
	)
	require.NoError(t, err)
	hook, err := json.Marshal(doc.Webhooks["bookAdded"])
	require.NoError(t, err)
	require.JSONEq(t, `{"post":{"tags":["events"],"summary":"A book is new","operationId":"bookAdded",
		"parameters":[{"name":"X-Signature","in":"header","description":"of the body","schema":{"type":"string"}}],
		"requestBody":{"required":true,"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Book"},
			"examples":{"one":{"value":{"id":1,"title":"Emma"}}}}}},
		"responses":{"2XX":{"description":"The receiver has it"}}}}`, string(hook))
	back, err := json.Marshal(doc.Operation("POST /books").Callbacks)
	require.NoError(t, err)
	require.JSONEq(t, `{"done":{"{$request.query.url}":{"post":{"summary":"Done","operationId":"tellDone",
		"responses":{"2XX":{"description":"The receiver has it"}}}}}}`, string(back))
	require.Equal(t, []openapi.Tag{{Name: "events"}}, doc.Tags)

	for _, c := range []struct {
		opt  openapi.Option
		want string
	}{
		{openapi.Webhook[Told](""), `the webhook "" is wrong: it has no name`},
		{openapi.Webhook[chan int]("x"), "chan int"},
		{openapi.Webhook[Told]("x", wend.Status(7)), "the option Status"},
		{openapi.Webhook[Told]("getBooksById"), `have the operation id "getBooksById"`},
		{openapi.Callback[Told]("POST /books", "x", "https://example.com"), "has no runtime expression"},
		{openapi.Callback[Told]("POST /none", "x", "{$url}"), "no documented route has this pattern"},
	} {
		_, err := build(c.opt)
		require.ErrorContains(t, err, c.want)
	}
	_, err = build(openapi.Webhook[Told]("a"), openapi.Webhook[Told]("a", wend.OperationID("b")))
	require.ErrorContains(t, err, `two webhooks "a"`)
}

func TestDocument_Operation(t *testing.T) {
	t.Parallel()
	r := library()
	doc, err := openapi.Build(openapi.Info{Title: "Library", Version: "1"}, r.Routes(), openapi.Edit(func(d *openapi.Document) {
		d.Operation("POST /books").Extensions = map[string]any{"x-cost": 2}
	}))
	require.NoError(t, err)
	require.Equal(t, 2, doc.Paths["/books"].Post.Extensions["x-cost"])
	require.Nil(t, doc.Operation("GET /none"))
}
