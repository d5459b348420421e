package docs_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/binding"
	"github.com/wend-go/wend/openapi"
	"github.com/wend-go/wend/openapi/docs"
)

// Paid is a webhook that needs the rules of an application.
type Paid struct {
	Shelf string `json:"shelf" validate:"shelf"`
}

// Webhooks have the rules of the router, and what is wrong with them is refused at once.
func TestMount_webhooks(t *testing.T) {
	t.Parallel()
	set := binding.NewSet(binding.Rules(binding.Rule{Name: "shelf", Message: "must name a shelf", Make: func(binding.Arg) (binding.Op, error) {
		return binding.Exact(func(s string) bool { return s == "A" }, binding.State("enum", []any{"A"})), nil
	}}))
	hook := openapi.Webhook[Paid]("paid")
	for _, c := range []struct {
		name    string
		router  []wend.Option
		opts    []wend.Option
		refused string
	}{
		{"its router's", []wend.Option{wend.Binding(set)}, []wend.Option{hook}, ""},
		{"given", nil, []wend.Option{hook, openapi.Binding(set)}, ""},
		{"given instead", []wend.Option{wend.Binding(set)}, []wend.Option{hook, openapi.Binding(binding.NewSet())}, `has the unknown rule "shelf"`},
		{"none", nil, []wend.Option{hook}, `the webhook "paid", registered at docs/hooks_test.go:`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := wend.New(append(c.router, wend.CollectErrors())...)
			docs.Mount(r, info, c.opts...)
			if c.refused != "" {
				require.ErrorContains(t, r.Err(), c.refused)
				return
			}
			require.NoError(t, r.Err())
			require.Contains(t, body(t, ask(r, "GET", "/openapi.yaml")), "enum:\n                        - A")
		})
	}
}

// A callback that no set of rules could mend is refused with the call that declares it;
// what its route's set may mend is left to the document.
func TestMount_callback(t *testing.T) {
	t.Parallel()
	type loose struct {
		Done chan int `json:"done"`
	}
	type ruled struct {
		Shelf string `json:"shelf" validate:"shelf"`
	}
	for _, c := range []struct {
		name     string
		callback openapi.Option
		refused  string
	}{
		{"a channel", openapi.Callback[loose]("GET /{id}", "told", "{$request.query.url}"), "has type chan int, which has no wire form"},
		{"a rule that its route may have", openapi.Callback[ruled]("GET /{id}", "told", "{$request.query.url}"), ""},
		{"a wrong expression", openapi.Callback[string]("GET /{id}", "told", "{$request.url}"), "has a wrong runtime expression"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := wend.New(wend.CollectErrors())
			docs.Mount(r, info, c.callback)
			if c.refused == "" {
				require.NoError(t, r.Err())
				return
			}
			require.ErrorContains(t, r.Err(), c.refused)
			require.ErrorContains(t, r.Err(), "docs/hooks_test.go:")
		})
	}
}
