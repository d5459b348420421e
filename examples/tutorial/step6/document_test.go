package main

import (
	"flag"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend/openapi"
)

var update = flag.Bool("update", false, "write testdata/openapi.json anew")

// The document is in testdata: whoever changes the API sees it there.
func TestDocument(t *testing.T) {
	t.Parallel()
	doc, err := openapi.Build(openapi.Info{Title: "Walks", Version: "1.0.0"}, router(t).Routes())
	require.NoError(t, err)
	if *update {
		require.NoError(t, openapi.WriteFile("testdata/openapi.json", doc))
	}
	old, err := openapi.ReadFile("testdata/openapi.json")
	require.NoError(t, err)
	require.Empty(t, openapi.Diff(old, doc), "run the test with -update, and review the difference")
}
