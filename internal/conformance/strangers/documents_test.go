// Package strangers asks tools that know nothing about wend what they think of its
// documents: this test those in Go, ./run the others.
package strangers

import (
	"context"
	"os"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"
)

// documents are those that golden tests hold.
var documents = []string{
	"../kitchen/testdata/openapi-3.1.json", "../kitchen/testdata/openapi-3.2.json",
	"../../../examples/bookstore/testdata/openapi.json",
}

func TestKin(t *testing.T) {
	t.Parallel()
	for _, file := range documents {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		loader := openapi3.NewLoader()
		doc, err := loader.LoadFromData(data)
		require.NoError(t, err, file)
		require.NoError(t, doc.Validate(context.Background()), file)
		require.NotEmpty(t, doc.Paths.Map())
	}
}
