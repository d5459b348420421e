package openapi_test

import (
	"encoding/json"
	"fmt"
	"math/big"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/binding"
	"github.com/wend-go/wend/internal/schema"
	"github.com/wend-go/wend/openapi"
)

// Payment is a union of one application: Card and *Cash.
type Payment interface{ pays() }

// Card is a payment with a number that only requests have.
type Card struct {
	ID     int    `json:"id" jsonschema:"readOnly"`
	Number string `json:"number" validate:"shelf" jsonschema:"writeOnly"`
}

// Cash is a payment without one.
type Cash struct {
	Cents *big.Int `json:"cents"`
}

func (Card) pays()  {}
func (*Cash) pays() {}

// Receipt holds payments in every way.
type Receipt struct {
	By    Payment            `json:"by"`
	Was   Payment            `json:"was" jsonschema:"writeOnly"`
	All   []Payment          `json:"all"`
	Named map[string]Payment `json:"named"`
	Each  map[string]Draft   `json:"each"`
}

// tills is what an application knows about payments.
func tills() *binding.Set {
	return binding.NewSet(
		binding.Rules(binding.Rule{Name: "shelf", Message: "must name a shelf", Make: func(binding.Arg) (binding.Op, error) {
			shelf := regexp.MustCompile(`^[A-Z]-[0-9]+$`)
			return binding.Exact(shelf.MatchString, binding.State("pattern", shelf.String())), nil
		}}),
		binding.Types(
			binding.Union[Payment]("kind", binding.Variant[Card]("card"), binding.Variant[*Cash]("cash")),
			binding.Type[big.Int](binding.Schema{binding.State("type", "integer")}),
		))
}

func TestBuild_examplesOfASet(t *testing.T) {
	t.Parallel()
	r := wend.New(wend.Binding(tills()))
	card, cash := Card{ID: 7, Number: "A-1"}, &Cash{Cents: big.NewInt(5)}
	wend.Post(r, "/payments", answer[struct{ Body Payment }, Payment], wend.Example("card", card), wend.Example("cash", cash), wend.Example("coin", *cash))
	wend.Post(r, "/receipts", answer[Receipt, *Receipt], wend.Example("all", Receipt{
		By: card, Was: card, All: []Payment{card, cash}, Named: map[string]Payment{"a": card}, Each: map[string]Draft{"d": {ID: 1, Text: "t"}},
	}))
	doc := build(t, r)
	for _, c := range []struct{ path, example, in, out string }{
		{"/payments", "card", `{"kind":"card","number":"A-1"}`, `{"kind":"card","id":7}`},
		{"/payments", "cash", `{"kind":"cash","cents":5}`, `{"kind":"cash","cents":5}`},
		{"/payments", "coin", `{"kind":"cash","cents":5}`, `{"kind":"cash","cents":5}`},
		{
			"/receipts", "all",
			`{"by":{"kind":"card","number":"A-1"},"was":{"kind":"card","number":"A-1"},
				"all":[{"kind":"card","number":"A-1"},{"kind":"cash","cents":5}],"named":{"a":{"kind":"card","number":"A-1"}},"each":{"d":{"text":"t"}}}`,
			`{"by":{"kind":"card","id":7},"all":[{"kind":"card","id":7},{"kind":"cash","cents":5}],
				"named":{"a":{"kind":"card","id":7}},"each":{"d":{"id":1,"text":"t"}}}`,
		},
	} {
		post := doc.Paths[c.path].Post
		require.JSONEq(t, c.in, exampleText(t, post.RequestBody.Content, c.example), "%s %s, request", c.path, c.example)
		require.JSONEq(t, c.out, exampleText(t, post.Responses["200"].Content, c.example), "%s %s, response", c.path, c.example)
	}
	requireExamplesHold(t, doc)
}

func exampleText(t *testing.T, content map[string]*openapi.MediaType, name string) string {
	t.Helper()
	example := content["application/json"].Examples[name]
	require.NotNil(t, example, name)
	value, err := json.Marshal(example.Value)
	require.NoError(t, err)
	return string(value)
}

// requireExamplesHold judges the examples of all bodies by the schemas beside them.
func requireExamplesHold(t *testing.T, doc *openapi.Document) {
	t.Helper()
	data, err := doc.JSON()
	require.NoError(t, err)
	read, err := schema.Parse(data)
	require.NoError(t, err)
	count := 0
	var walk func(pointer string, v any)
	walk = func(pointer string, v any) {
		switch v := v.(type) {
		case map[string]any:
			examples, _ := v["examples"].(map[string]any)
			if _, ok := v["schema"]; ok && examples != nil {
				s, err := read.At(pointer + "/schema")
				require.NoError(t, err)
				for name, example := range examples {
					require.Empty(t, s.Validate(example.(map[string]any)["value"]), "%s, example %s", pointer, name)
					count++
				}
			}
			for name := range v {
				walk(pointer+schema.Pointer(name), v[name])
			}
		case []any:
			for i := range v {
				walk(fmt.Sprintf("%s/%d", pointer, i), v[i])
			}
		}
	}
	top, ok := read.Value("")
	require.True(t, ok)
	walk("", top)
	require.NotZero(t, count)
}
