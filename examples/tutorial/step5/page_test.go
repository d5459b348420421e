package main

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/examples/internal/pages"
)

// router is the service over a database of its own, with users whose tokens are known.
func router(t *testing.T) *wend.Router {
	t.Helper()
	db, err := open(t.Context(), filepath.Join(t.TempDir(), "walks.db"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return newRouter(db, users{
		hash("a"): {name: "ada", scopes: []string{"walks:write"}},
		hash("b"): {name: "bob", scopes: []string{"walks:write"}},
		hash("r"): {name: "ada"},
	})
}

func TestPage(t *testing.T) {
	t.Parallel()
	pages.Run(t, "../../../docs/tutorial/5-security.md", router(t), map[string]string{"ADA": "a", "BOB": "b", "READER": "r"})
}
