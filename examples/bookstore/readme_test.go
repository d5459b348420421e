package main

import (
	"testing"

	"github.com/wend-go/wend/examples/internal/pages"
)

// The answers that the README shows are those of this program.
func TestReadme(t *testing.T) {
	t.Parallel()
	pages.Run(t, "../../README.md", service(t), nil)
}
