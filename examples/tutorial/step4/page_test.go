package main

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend/examples/internal/pages"
)

func TestPage(t *testing.T) {
	t.Parallel()
	db, err := open(t.Context(), filepath.Join(t.TempDir(), "walks.db"))
	require.NoError(t, err)
	defer db.Close()
	pages.Run(t, "../../../docs/tutorial/4-database.md", newRouter(db), nil)
}
