package openapi_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend/binding"
	"github.com/wend-go/wend/internal/golden"
	"github.com/wend-go/wend/openapi"
)

func schemaText(t testing.TB, s *openapi.Schema, err error) string {
	t.Helper()
	require.NoError(t, err)
	data, err := json.Marshal(s)
	require.NoError(t, err)
	return string(data)
}

func TestSchemaOf(t *testing.T) {
	t.Parallel()
	const version = `"$schema":"https://json-schema.org/draft/2020-12/schema"`
	for _, c := range []struct {
		name string
		of   func(binding.View) (*openapi.Schema, error)
		view binding.View
		want string
	}{
		{"scalar", openapi.SchemaOf[uint8], binding.Input, `{` + version + `,"type":"integer","maximum":255,"minimum":0}`},
		{"anything", openapi.SchemaOf[any], binding.Output, `{` + version + `}`},
		{"enum", openapi.SchemaOf[Level], binding.Input, `{` + version + `,"$ref":"#/$defs/Level",` +
			`"$defs":{"Level":{"type":"integer","enum":[1,2,3],"format":"int64"}}}`},
		{"object", openapi.SchemaOf[DraftInput], binding.Input, `{` + version + `,"$ref":"#/$defs/DraftInput","$defs":{"DraftInput":` +
			`{"properties":{"text":{"type":"string"}},"additionalProperties":false,"type":"object"}}}`},
		{"open object", openapi.SchemaOf[DraftInput], binding.InputOpen, `{` + version + `,"$ref":"#/$defs/DraftInput","$defs":{"DraftInput":` +
			`{"properties":{"text":{"type":"string"}},"type":"object"}}}`},
		{"output", openapi.SchemaOf[DraftInput], binding.Output, `{` + version + `,"$ref":"#/$defs/DraftInput","$defs":{"DraftInput":` +
			`{"properties":{"text":{"type":"string"}},"additionalProperties":false,"type":"object","required":["text"]}}}`},
		{"list", openapi.SchemaOf[[]Level], binding.Output, `{` + version + `,"$defs":{"Level":{"type":"integer","enum":[1,2,3],"format":"int64"}},` +
			`"items":{"$ref":"#/$defs/Level"},"type":"array"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s, err := c.of(c.view)
			require.Equal(t, c.want, schemaText(t, s, err))
		})
	}
}

func TestSchemaWith_golden(t *testing.T) {
	t.Parallel()
	for view, file := range map[binding.View]string{binding.Input: "drawing-input", binding.Output: "drawing"} {
		s, err := openapi.SchemaWith[Drawing](sinkSet(), view)
		require.NoError(t, err)
		data, err := json.MarshalIndent(s, "", "  ")
		require.NoError(t, err)
		golden.Equal(t, "testdata/"+file+".schema.json", append(data, '\n'))
	}
}

func TestSchemaOf_refuses(t *testing.T) {
	t.Parallel()
	for want, of := range map[string]func(binding.View) (*openapi.Schema, error){
		"openapi_test.oneID is no body":    openapi.SchemaOf[oneID],
		"openapi_test.listBody is no body": openapi.SchemaOf[listBody],
		"struct {} is no body":             openapi.SchemaOf[struct{}],
		"Shape":                            openapi.SchemaOf[Drawing], // a union that the plain set does not know
	} {
		for _, view := range []binding.View{binding.Input, binding.Output} {
			if want == "openapi_test.oneID is no body" && view == binding.Output {
				continue // a struct like any other
			}
			_, err := of(view)
			require.ErrorContains(t, err, want)
		}
	}
}
