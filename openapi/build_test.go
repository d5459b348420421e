package openapi_test

import (
	"encoding/json"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/internal/golden"
	"github.com/wend-go/wend/internal/schema"
	"github.com/wend-go/wend/openapi"
)

var sinkInfo = openapi.Info{
	Title: "Sink", Version: "1.0.0", Summary: "Everything at once",
	Tags: []openapi.Tag{{Name: "notes", Description: "What to remember"}},
}

func build(t testing.TB, r *wend.Router, opts ...openapi.Option) *openapi.Document {
	t.Helper()
	doc, err := openapi.Build(sinkInfo, r.Routes(), opts...)
	require.NoError(t, err)
	return doc
}

func text(t testing.TB, doc *openapi.Document) string {
	t.Helper()
	data, err := doc.JSON()
	require.NoError(t, err)
	return string(data)
}

func TestBuild_golden(t *testing.T) {
	t.Parallel()
	for version, file := range map[string]string{"3.1.1": "sink-3.1", "3.2.0": "sink-3.2"} {
		doc := build(t, sink(), openapi.Version(version))
		golden.Equal(t, "testdata/"+file+".json", []byte(text(t, doc)))
	}
	asYAML, err := build(t, sink()).YAML()
	require.NoError(t, err)
	golden.Equal(t, "testdata/sink-3.1.yaml", asYAML)
}

func TestBuild_orderDoesNotMatter(t *testing.T) {
	t.Parallel()
	r := sink()
	want := text(t, build(t, r))
	if again := text(t, build(t, r)); again != want {
		t.Error("a second build of one router differs")
	}
	for seed := range uint64(20) {
		order := rand.New(rand.NewPCG(seed, 0)).Perm(sinkSteps)
		if got := text(t, build(t, sink(order...))); got != want {
			t.Errorf("registered in the order %v, the document differs:\n%s", order, got)
		}
	}
}

func TestBuild_references(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"3.1.1", "3.2.0"} {
		var doc map[string]any
		require.NoError(t, json.Unmarshal([]byte(text(t, build(t, sink(), openapi.Version(version)))), &doc))
		refs := 0
		eachString(doc, func(key, value string) {
			if key != "$ref" && !strings.HasPrefix(value, "#/") {
				return
			}
			refs++
			at := any(doc)
			for part := range strings.SplitSeq(strings.TrimPrefix(value, "#/"), "/") {
				object, _ := at.(map[string]any)
				at = object[part]
			}
			if at == nil {
				t.Errorf("%s: %q leads nowhere", version, value)
			}
		})
		if refs < 50 {
			t.Errorf("%s: only %d references were looked at", version, refs)
		}
		legal := regexp.MustCompile(`^[A-Za-z0-9._-]+$`)
		for _, kind := range doc["components"].(map[string]any) {
			for name := range kind.(map[string]any) {
				if !legal.MatchString(name) {
					t.Errorf("%s: the component name %q is not legal", version, name)
				}
			}
		}
	}
}

// eachString calls f for every string of a JSON value with the key that it is under.
func eachString(v any, f func(key, value string)) {
	switch v := v.(type) {
	case map[string]any:
		for key, value := range v {
			if s, ok := value.(string); ok {
				f(key, s)
			}
			eachString(value, f)
		}
	case []any:
		for _, value := range v {
			eachString(value, f)
		}
	}
}

func TestDocument_Pointer(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"3.1.1", "3.2.0"} {
		r := sink()
		doc := build(t, r, openapi.Version(version))
		read, err := schema.Parse([]byte(text(t, doc)))
		require.NoError(t, err)
		found := map[string]bool{}
		for rt := range r.Routes() {
			pointer := doc.Pointer(rt.Pattern())
			if op := rt.Operation(); op.Hidden || op.In == nil {
				require.Empty(t, pointer, rt.Pattern())
				continue
			}
			value, ok := read.Value(pointer)
			require.True(t, ok, "%s: %s", rt.Pattern(), pointer)
			require.Contains(t, value, "operationId")
			require.False(t, found[pointer], "%s is at %s, as another is", rt.Pattern(), pointer)
			found[pointer] = true
		}
		require.Empty(t, doc.Pointer("GET /nowhere"))
	}
}
