package schema

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const document = `{"components":{"schemas":{
	"Tree":{"type":"object","properties":{"v":{"type":"integer","minimum":1},"kids":{"type":"array","items":{"$ref":"#/components/schemas/Tree"}}},
		"required":["v"],"additionalProperties":false},
	"Shape":{"oneOf":[{"type":"object","properties":{"kind":{"const":"circle"},"r":{"type":"number","exclusiveMinimum":0}},"required":["kind","r"]},
		{"type":"object","properties":{"kind":{"const":"square"}},"required":["kind"]}]}}},
	"s":%}`

func TestValidate(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, schema, value, want string }{
		{"true", `true`, `{"a":1}`, ""},
		{"false", `false`, `1`, "must not be there"},
		{"type", `{"type":"string"}`, `1`, "must be string, is number"},
		{"type list", `{"type":["string","null"]}`, `null`, ""},
		{"integer-valued", `{"type":"integer"}`, `1.0`, ""},
		{"no integer", `{"type":"integer"}`, `1.5`, "must be integer, is number"},
		{"enum by value", `{"enum":[1,"a"]}`, `1.0`, ""},
		{"enum", `{"enum":[1,"a"]}`, `"b"`, "is none of the listed values"},
		{"const", `{"const":{"a":[1]}}`, `{"a":[2]}`, `must be {"a":[1]}`},
		{"minimum", `{"minimum":9007199254740993}`, `9007199254740992`, "must be at least 9007199254740993"},
		{"maximum", `{"maximum":5}`, `1e999999999`, "must be at most 5"},
		{"exclusive", `{"exclusiveMinimum":0,"exclusiveMaximum":1}`, `0`, "must be more than 0"},
		{"multipleOf", `{"multipleOf":0.1}`, `0.35`, "must be a multiple of 1/10"},
		{"int64", `{"format":"int64"}`, `9223372036854775808`, "is out of the range of int64"},
		{"uint64", `{"format":"uint64"}`, `-1`, "is out of the range of uint64"},
		{"double", `{"format":"double"}`, `1e400`, "is out of the range of double"},
		{"float", `{"format":"float"}`, `1e39`, "is out of the range of float"},
		{"runes", `{"maxLength":2}`, `"äöü"`, "must have at most 2 characters, has 3"},
		{"pattern", `{"pattern":"^[a-z]+$"}`, `"A"`, "does not match ^[a-z]+$"},
		{"format", `{"format":"date-time"}`, `"2026-01-02"`, "is no date-time"},
		{"format of another kind", `{"format":"date-time"}`, `7`, ""},
		{"items", `{"items":{"type":"string"},"minItems":3}`, `["a",1]`, "must have at least 3 items, has 2\n/1: must be string, is number"},
		{"prefixItems", `{"prefixItems":[{"type":"string"}],"items":false}`, `["a",1]`, "/1: must not be there"},
		{"uniqueItems", `{"uniqueItems":true}`, `[1,2,1.0]`, "/2: repeats an item"},
		{"contains", `{"contains":{"type":"string"}}`, `[1]`, "must have at least 1 items of the wanted kind, has 0"},
		{"maxContains", `{"contains":{"const":1},"minContains":0,"maxContains":1}`, `[1,1]`, "must have at most 1 items of the wanted kind, has 2"},
		{"required", `{"required":["a/b"]}`, `{}`, "/a~1b: is missing"},
		{"reference", `{"$ref":"#/components/schemas/Tree"}`, `{"v":1,"kids":[{"v":0,"x":1}]}`, "/kids/0/v: must be at least 1\n/kids/0/x: is a member that the schema does not have"},
		{"patternProperties", `{"patternProperties":{"^x-":{"type":"string"}},"additionalProperties":{"type":"integer"}}`, `{"x-a":1,"b":"c"}`, "/b: must be integer, is string\n/x-a: must be string, is number"},
		{"propertyNames", `{"propertyNames":{"maxLength":1}}`, `{"ab":1}`, "/ab: is no name that the schema allows"},
		{"sizes", `{"minProperties":1}`, `{}`, "must have at least 1 members, has 0"},
		{"dependentRequired", `{"dependentRequired":{"a":["b"]}}`, `{"a":1}`, "/b: is missing beside a"},
		{"dependentSchemas", `{"dependentSchemas":{"a":{"maxProperties":1}}}`, `{"a":1,"b":1}`, "must have at most 1 members, has 2"},
		{"allOf", `{"allOf":[{"minimum":1},{"maximum":0}]}`, `0.5`, "must be at least 1\nmust be at most 0"},
		{"anyOf shows the nearest", `{"anyOf":[{"$ref":"#/components/schemas/Tree"},{"type":"null"}]}`, `{"v":"a"}`, "/v: must be integer, is string"},
		{"oneOf", `{"$ref":"#/components/schemas/Shape"}`, `{"kind":"circle","r":0}`, "/r: must be more than 0"},
		{"oneOf twice", `{"oneOf":[true,true]}`, `1`, "matches 2 alternatives where one is wanted"},
		{"not", `{"not":{"const":""}}`, `""`, "is what the schema excludes"},
		{"if then", `{"if":{"type":"string"},"then":{"minLength":1},"else":{"type":"null"}}`, `""`, "must have at least 1 characters, has 0"},
		{"if else", `{"if":{"type":"string"},"then":{"minLength":1},"else":{"type":"null"}}`, `1`, "must be null, is number"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d, err := Parse([]byte(strings.Replace(document, "%", tt.schema, 1)))
			require.NoError(t, err)
			s, err := d.At("/s")
			require.NoError(t, err)
			v, err := Decode([]byte(tt.value))
			require.NoError(t, err)
			var got []string
			for _, p := range s.Validate(v) {
				got = append(got, p.String())
			}
			require.Equal(t, tt.want, strings.Join(got, "\n"))
			require.Equal(t, tt.want == "", s.Accepts(v))
		})
	}
}

// What is not understood is an error, so that nothing passes unseen.
func TestAt_refuses(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ schema, want string }{
		{`{"$ref":"other.json#/a"}`, "refers to another document"},
		{`{"$ref":"#/components/schemas/None"}`, "there is no schema at /components/schemas/None"},
		{`{"unevaluatedProperties":false}`, "has the keyword unevaluatedProperties, which is not judged"},
		{`{"properties":{"a/b":{"minLength":-1}}}`, "the schema at /s/properties/a~1b: minLength is no size"},
		{`{"allOf":[]}`, "allOf is no list"},
		{`{"pattern":"("}`, "pattern"},
		{`{"minimum":"1"}`, "minimum is no number"},
		{`{"type":[1]}`, "type has a value of the wrong type"},
		{`{"items":3}`, "is neither an object nor a boolean"},
	} {
		d, err := Parse([]byte(strings.Replace(document, "%", tt.schema, 1)))
		require.NoError(t, err)
		_, err = d.At("/s")
		require.ErrorContains(t, err, tt.want)
	}
}
