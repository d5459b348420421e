package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend/internal/golden"
)

func TestRun_golden(t *testing.T) {
	t.Parallel()
	name, found, err := read("testdata/shop", "comments_gen.go")
	require.NoError(t, err)
	source, err := write(name, found)
	require.NoError(t, err)
	golden.Equal(t, "testdata/shop.golden", source)
}

func TestRun_main(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := func(name, text string) {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	file("go.mod", "module example.com/app\n")
	file("main.go", "package main\n\n// hello greets.\nfunc hello() {}\n")
	file("main_test.go", "package main\n\n// hidden is a test's.\nfunc hidden() {}\n")
	for range 2 { // what it wrote before does not count
		require.NoError(t, run(dir, "comments_gen.go"))
	}
	got, err := os.ReadFile(filepath.Join(dir, "comments_gen.go"))
	require.NoError(t, err)
	require.Contains(t, string(got), `pkg + "hello": "hello greets."`)
	require.NotContains(t, string(got), "hidden")

	elsewhere := filepath.Join(t.TempDir(), "comments_gen.go")
	require.NoError(t, run(dir, elsewhere))
	require.FileExists(t, elsewhere)
	require.ErrorContains(t, run(t.TempDir(), "comments_gen.go"), "there is no package")
	file("broken.go", "package main\nfunc {")
	require.Error(t, run(dir, "comments_gen.go"))
}
