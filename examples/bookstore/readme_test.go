package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend/examples/internal/pages"
)

// The answers that the README shows are those of this program.
func TestReadme(t *testing.T) {
	t.Parallel()
	pages.Run(t, "../../README.md", service(t), nil)
}

// What the README shows of a mistake is what this program says when it has that mistake.
func TestReadme_mistake(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	was, err := os.ReadFile("books.go")
	require.NoError(t, err)
	is := strings.Replace(string(was), `default:"20" validate:"min=1,max=100"`, `validate:"min=100,max=1"`, 1)
	require.NotEqual(t, string(was), is)
	wrong, table, program := filepath.Join(dir, "books.go"), filepath.Join(dir, "overlay.json"), filepath.Join(dir, "bookstore")
	require.NoError(t, os.WriteFile(wrong, []byte(is), 0o600))
	here, err := filepath.Abs("books.go")
	require.NoError(t, err)
	overlay, err := json.Marshal(map[string]map[string]string{"Replace": {here: wrong}})
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(table, overlay, 0o600))
	out, err := exec.CommandContext(t.Context(), "go", "build", "-overlay", table, "-o", program, ".").CombinedOutput()
	require.NoError(t, err, "%s", out)

	said, err := exec.CommandContext(t.Context(), program, "-db", filepath.Join(dir, "bookstore.db")).CombinedOutput()
	require.Error(t, err, "it serves")
	page, err := os.ReadFile("../../README.md")
	require.NoError(t, err)
	_, shown, found := strings.Cut(string(page), "```\nwend: GET /books")
	require.True(t, found)
	shown, _, _ = strings.Cut("wend: GET /books"+shown, "```")
	require.Contains(t, words(string(said)), words(shown))
}

// words is a text whose lines may be indented.
func words(text string) string { return strings.Join(strings.Fields(text), " ") }
