package docs

import (
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestExamples finds an example for every exported type and for every middleware, and in
// every example an output, so that it is run.
func TestExamples(t *testing.T) {
	t.Parallel()
	surface, err := filepath.Glob(filepath.Join(root, "internal", "api", "testdata", "*.txt"))
	require.NoError(t, err)
	below, err := filepath.Glob(filepath.Join(root, "internal", "api", "testdata", "*", "*.txt"))
	require.NoError(t, err)
	surface = append(surface, below...)
	require.NotEmpty(t, surface)
	for _, name := range surface {
		rel, err := filepath.Rel(filepath.Join(root, "internal", "api", "testdata"), strings.TrimSuffix(name, ".txt"))
		require.NoError(t, err)
		if rel == "wend" {
			rel = "."
		}
		t.Run(rel, func(t *testing.T) {
			t.Parallel()
			examples(t, filepath.Join(root, rel), strings.HasPrefix(filepath.ToSlash(rel), "middleware"))
		})
	}
}

func examples(t *testing.T, dir string, middleware bool) {
	t.Helper()
	code, tests := parse(t, dir)
	found := map[string]bool{}
	for _, e := range doc.Examples(tests...) {
		noun, _, _ := strings.Cut(e.Name, "_")
		found[noun] = true
		if e.Output == "" && !e.EmptyOutput {
			t.Errorf("Example%s has no output, so nobody runs it", e.Name)
		}
	}
	for _, f := range code {
		for _, d := range f.Decls {
			for _, name := range nouns(d, middleware) {
				if !found[name] {
					t.Errorf("%s has no example", name)
				}
			}
		}
	}
}

// nouns are the names of a declaration that want an example.
func nouns(d ast.Decl, middleware bool) (names []string) {
	switch d := d.(type) {
	case *ast.GenDecl:
		for _, s := range d.Specs {
			if s, ok := s.(*ast.TypeSpec); ok && s.Name.IsExported() {
				names = append(names, s.Name.Name)
			}
		}
	case *ast.FuncDecl:
		if middleware && d.Recv == nil && d.Name.IsExported() && returnsMiddleware(d.Type) {
			names = append(names, d.Name.Name)
		}
	}
	return names
}

// returnsMiddleware reports whether the first result is a function that takes and gives
// one thing, which in these packages is an http.Handler.
func returnsMiddleware(f *ast.FuncType) bool {
	if f.Results == nil {
		return false
	}
	result, ok := f.Results.List[0].Type.(*ast.FuncType)
	return ok && result.Params.NumFields() == 1 && result.Results.NumFields() == 1
}

func parse(t *testing.T, dir string) (code, tests []*ast.File) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	fset := token.NewFileSet()
	for _, e := range entries {
		name := e.Name()
		if filepath.Ext(name) != ".go" || strings.Contains(name, "go127") { // only a newer parser reads these
			continue
		}
		f, err := parser.ParseFile(fset, filepath.Join(dir, name), nil, parser.ParseComments)
		require.NoError(t, err)
		if strings.HasSuffix(name, "_test.go") {
			tests = append(tests, f)
		} else {
			code = append(code, f)
		}
	}
	return code, tests
}

// TestDockerfiles finds the lines of every block of a Dockerfile in one that is tested.
func TestDockerfiles(t *testing.T) {
	t.Parallel()
	var files []source
	for _, name := range []string{"examples/hello/Dockerfile", "examples/tutorial/step8/Dockerfile"} {
		text, err := os.ReadFile(filepath.Join(root, name))
		require.NoError(t, err)
		files = append(files, source{name, trimmed(strings.Split(string(text), "\n"))})
	}
	for _, page := range pages(t) {
		text, err := os.ReadFile(page)
		require.NoError(t, err)
		for _, b := range blocks(string(text)) {
			if b.lang == "dockerfile" && !slices.ContainsFunc(files, func(s source) bool { return s.holds(trimmed(b.lines)) }) {
				t.Errorf("%s:%d: no Dockerfile has these lines", page, b.line)
			}
		}
	}
}
