package main

import (
	"testing"

	"github.com/wend-go/wend/examples/internal/pages"
)

func TestPage(t *testing.T) {
	t.Parallel()
	pages.Run(t, "../../../docs/tutorial/2-inputs.md", newRouter(), nil)
}
