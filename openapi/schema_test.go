package openapi

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend/binding"
)

// The model keeps every keyword, once, with its value as it was.
func TestParse_roundTrip(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		`true`, `false`, `{"type":["string","null"]}`, `{"type":"string","minLength":0}`,
		`{"const":false}`, `{"const":0}`, `{"const":""}`, `{"const":null}`, `{"default":null}`, `{"default":[]}`,
		`{"enum":[1,"a",null]}`, `{"minimum":-9007199254740993,"maximum":18446744073709551615}`, `{"multipleOf":0.01}`,
		`{"minLength":1e400}`, `{"maxLength":-1}`, `{"required":["a","b"]}`, `{"required":[1]}`,
		`{"items":false}`, `{"additionalProperties":true}`, `{"additionalProperties":{"type":"string"}}`,
		`{"properties":{"z":{"type":"string"},"a":true,"m":{"items":{}}}}`,
		`{"patternProperties":{"^x-":{"type":"integer"}}}`, `{"$defs":{"a":{"not":{}}}}`,
		`{"allOf":[{"type":"object"},true],"anyOf":[{"$ref":"#/a"}],"oneOf":[],"prefixItems":[{}]}`,
		`{"if":{"required":["a"]},"then":{"required":["b"]},"else":false}`,
		`{"dependentRequired":{"a":["b"]},"dependentSchemas":{"a":{"maxProperties":1}}}`,
		`{"title":"t","description":"d","examples":[1],"deprecated":true,"readOnly":true,"writeOnly":true,"$comment":"c"}`,
		`{"x-a":{"b":[1,2.50]},"unevaluatedProperties":false,"contentSchema":{"type":"object"},"contains":{"const":1}}`,
	} {
		data, err := json.Marshal(parse(json.RawMessage(text)))
		require.NoError(t, err, text)
		written := strings.NewReplacer(`"a":true`, `"a":{}`, `},true]`, `},{}]`).Replace(text) // true means {}, and looks it
		if written == "true" {
			written = "{}"
		}
		got, want := plain(data), plain(json.RawMessage(written))
		if text == `{"allOf":[{"type":"object"},true],"anyOf":[{"$ref":"#/a"}],"oneOf":[],"prefixItems":[{}]}` {
			delete(want.(map[string]any), "oneOf") // an empty list says nothing
		}
		require.Equal(t, want, got, "%s became %s", text, data)
	}
}

func TestConvert_properties(t *testing.T) {
	t.Parallel()
	s := convert(binding.Schema{
		binding.State("type", []string{"object", "null"}),
		binding.State("properties", binding.Properties{
			{Name: "z", Schema: binding.Schema{binding.State("minimum", int64(1))}},
			{Name: "a", Schema: nil},
			{Name: "u", Schema: binding.Schema{binding.State("maximum", uint64(1<<63)), binding.State("multipleOf", 0.5)}},
		}),
		binding.State("uniqueItems", false),
		binding.State("not", binding.Schema{binding.State("const", nil)}),
		binding.State("contains", json.RawMessage(`{"properties":{"b":{},"a":false}}`)),
	}, nil)
	data, err := json.Marshal(s)
	require.NoError(t, err)
	require.Equal(t, `{"not":{"const":null},"contains":{"properties":{"b":{},"a":false}},`+
		`"properties":{"z":{"minimum":1},"a":{},"u":{"multipleOf":0.5,"maximum":9223372036854775808}},`+
		`"type":["object","null"]}`, string(data))
}

func TestPlainText(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		`"\u003ca\u003e \u0026"`: `"<a> &"`,
		`"\\u003c"`:              `"\\u003c"`,
		`"\\\u003c"`:             `"\\<"`,
		`"\u003d\n\""`:           `"\u003d\n\""`,
		`{}`:                     `{}`,
	} {
		if got := string(plainText([]byte(in))); got != want {
			t.Errorf("%s: got %s, want %s", in, got, want)
		}
	}
}
