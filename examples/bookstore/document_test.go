package main

import (
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend/internal/golden"
)

// A changed document is a changed API: look at the difference before -update.
func TestDocument_golden(t *testing.T) {
	t.Parallel()
	w := httptest.NewRecorder()
	service(t).ServeHTTP(w, httptest.NewRequest("GET", "/openapi.json", nil))
	golden.Equal(t, "testdata/openapi.json", w.Body.Bytes())
}

// The doc comments in the document are those of the source: run go generate ./bookstore/...
func TestDocument_comments(t *testing.T) {
	t.Parallel()
	for _, dir := range []string{".", "store"} {
		t.Run(dir, func(t *testing.T) {
			t.Parallel()
			fresh := filepath.Join(t.TempDir(), "comments_gen.go")
			cmd := exec.CommandContext(t.Context(), "go", "run", "github.com/wend-go/wend/openapi/comments", "-o", fresh)
			cmd.Dir = dir
			said, err := cmd.CombinedOutput()
			require.NoError(t, err, string(said))
			want, err := os.ReadFile(fresh)
			require.NoError(t, err)
			have, err := os.ReadFile(filepath.Join(dir, "comments_gen.go"))
			require.NoError(t, err)
			require.Equal(t, string(want), string(have))
		})
	}
}
