package openapi_test

import (
	"encoding/json"
	"math/big"
	"runtime"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/binding"
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
		{openapi.Webhook[Told](""), `the webhook "" has no name`},
		{openapi.Webhook[chan int]("x"), "chan int"},
		{openapi.Webhook[Told]("x", wend.Status(7)), "the option Status"},
		{openapi.Webhook[Told]("getBooksById"), `have the operation id "getBooksById"`},
		{openapi.Callback[Told]("POST /books", "x", "https://example.com"), "has no runtime expression"},
		{openapi.Callback[Told]("POST /books", "x", "https://{$request.host}/x"), "has a wrong runtime expression"},
		{openapi.Callback[Told]("POST /books", "x", "{$request.body#url}"), "has a wrong runtime expression"},
		{openapi.Callback[Told]("POST /books", "x", "{$url"), "has a wrong runtime expression"},
		{openapi.Callback[Told]("POST /books", "x", "{$request.header.X Url}"), "has a wrong runtime expression"},
		{openapi.Callback[Told]("", "x", "{$url}"), `"", and no documented route has this pattern`},
		{openapi.Callback[chan int]("POST /books", "x", "{$url}"), `the callback "x" of POST /books, registered at openapi/webhook_test.go:` + here(0)},
		{openapi.Binding(nil), "Binding is given nil"},
		{openapi.Callback[Told]("POST /none", "x", "{$url}"), "no documented route has this pattern"},
	} {
		_, err := build(c.opt)
		require.ErrorContains(t, err, c.want)
	}
	_, err = build(openapi.Webhook[Told]("a"), openapi.Webhook[Told]("a", wend.OperationID("b")))
	require.ErrorContains(t, err, `there are two of the webhook "a"`)
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

// here is the number of a line so far below the caller.
func here(below int) string {
	_, _, n, _ := runtime.Caller(1)
	return strconv.Itoa(n + below)
}

// Paid is a webhook with what only an application's own set can state.
type Paid struct {
	By    Payment  `json:"by"`
	Cents *big.Int `json:"cents"`
	Shelf string   `json:"shelf" validate:"shelf"`
}

const paidSchema = `{"type":"object","additionalProperties":false,"required":["by","cents","shelf"],"properties":{
		"by":{"anyOf":[{"$ref":"#/components/schemas/Payment"},{"type":"null"}]},
		"cents":{"type":["integer","null"],"x-wend-type":"big.Int"},
		"shelf":{"type":"string","pattern":"^[A-Z]-[0-9]+$"}}}`

func TestWebhook_binding(t *testing.T) {
	t.Parallel()
	custom := wend.New(wend.Binding(tills()))
	wend.Post(custom, "/pay", answer[struct{ Body Payment }, wend.None])
	plain := library()
	both := library()
	part := wend.New(wend.Binding(tills()))
	wend.Post(part, "/pay", answer[struct{ Body Payment }, wend.None])
	both.Mount("/part", part)
	several := wend.New(wend.Binding(tills()))
	wend.Get(several, "/x", answer[wend.None, wend.None])
	other := wend.New(wend.Binding(tills()))
	wend.Get(other, "/y", answer[wend.None, wend.None])
	several.Mount("/other", other)

	hook := openapi.Webhook[Paid]("paid", wend.Example("one", Paid{By: Card{ID: 1, Number: "A-1"}, Cents: big.NewInt(5), Shelf: "B-2"}))
	for _, c := range []struct {
		name    string
		r       *wend.Router
		opts    []openapi.Option
		refused []string
	}{
		{"the set of the routes", custom, []openapi.Option{hook}, nil},
		{"the only set of the routes", both, []openapi.Option{hook}, nil},
		{"no set", plain, []openapi.Option{hook}, []string{`the webhook "paid", registered at openapi/webhook_test.go:`, `has the unknown rule "shelf"`}},
		{"a given set", plain, []openapi.Option{hook, openapi.Binding(tills())}, nil},
		{"several sets", several, []openapi.Option{hook}, []string{`the webhook "paid", declared at openapi/webhook_test.go:`, "2 routers; choose with openapi.Binding"}},
		{"several sets and a given one", several, []openapi.Option{openapi.Binding(tills()), hook}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			doc, err := openapi.Build(sinkInfo, c.r.Routes(), c.opts...)
			if c.refused != nil {
				for _, part := range c.refused {
					require.ErrorContains(t, err, part)
				}
				return
			}
			require.NoError(t, err)
			text, err := json.Marshal(doc.Components.Schemas["Paid"])
			require.NoError(t, err)
			require.JSONEq(t, paidSchema, string(text))
			require.JSONEq(t, `{"by":{"kind":"card","id":1},"cents":5,"shelf":"B-2"}`,
				exampleText(t, doc.Webhooks["paid"].Post.RequestBody.Content, "one"))
			requireExamplesHold(t, doc)
		})
	}
}

// A callback has the set of its route, whatever that of the document is.
func TestCallback_binding(t *testing.T) {
	t.Parallel()
	r := library()
	part := wend.New(wend.Binding(tills()))
	wend.Post(part, "/pay", answer[struct{ Body Payment }, wend.None])
	r.Mount("/part", part)
	doc, err := openapi.Build(sinkInfo, r.Routes(), openapi.Binding(binding.NewSet()), openapi.Callback[Paid]("POST /part/pay", "paid", "{$request.query.url}"))
	require.NoError(t, err)
	text, err := json.Marshal(doc.Components.Schemas["Paid"])
	require.NoError(t, err)
	require.JSONEq(t, paidSchema, string(text))
	_, err = openapi.Build(sinkInfo, r.Routes(), openapi.Binding(tills()), openapi.Callback[Paid]("POST /books", "paid", "{$request.query.url}"))
	require.ErrorContains(t, err, `has the unknown rule "shelf"`)
}
