package middleware_test

import (
	"fmt"
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// constructor is an exported function that returns a middleware.
type constructor struct {
	name string // as a user of the package middleware writes it: RealIP, cors.New
	decl *ast.FuncDecl
}

// surface reads the packages of middleware: their constructors, the examples that are run,
// and the table of the package documentation.
func surface(t *testing.T) (all []constructor, examples, table []string) {
	t.Helper()
	files := token.NewFileSet()
	for dir, prefix := range map[string]string{".": "", "compress": "compress.", "cors": "cors."} {
		paths, err := filepath.Glob(filepath.Join(dir, "*.go"))
		require.NoError(t, err)
		for _, path := range paths {
			file, err := parser.ParseFile(files, path, nil, parser.ParseComments|parser.SkipObjectResolution)
			require.NoError(t, err)
			if strings.HasSuffix(path, "_test.go") {
				for _, example := range doc.Examples(file) {
					if example.Output != "" {
						examples = append(examples, prefix+example.Name)
					}
				}
				continue
			}
			for _, decl := range file.Decls {
				if f, ok := decl.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.IsExported() && returnsMiddleware(f) {
					all = append(all, constructor{prefix + f.Name.Name, f})
				}
			}
		}
	}
	text, err := os.ReadFile("doc.go")
	require.NoError(t, err)
	for line := range strings.Lines(string(text)) {
		if row, ok := strings.CutPrefix(line, "//\t"); ok {
			cell, _, _ := strings.Cut(row, "  ")
			table = append(table, strings.Split(cell, ", ")...)
		}
	}
	return all, examples, table
}

// returnsMiddleware reports whether a function's only result is a func(http.Handler) http.Handler.
func returnsMiddleware(f *ast.FuncDecl) bool {
	if f.Type.Results == nil || len(f.Type.Results.List) != 1 {
		return false
	}
	result, ok := f.Type.Results.List[0].Type.(*ast.FuncType)
	return ok && isHandler(result.Params) && isHandler(result.Results)
}

// isHandler reports whether a list of parameters or results is one http.Handler.
func isHandler(list *ast.FieldList) bool {
	if list == nil || len(list.List) != 1 {
		return false
	}
	s, ok := list.List[0].Type.(*ast.SelectorExpr)
	return ok && fmt.Sprint(s.X) == "http" && s.Sel.Name == "Handler"
}

// TestSurface holds that no middleware is left out: each is in the pairs, which are the
// benchmark as well, has an example whose output is compared, and a row in the table.
func TestSurface(t *testing.T) {
	t.Parallel()
	all, examples, table := surface(t)
	require.Greater(t, len(all), 40)
	require.Subset(t, table, []string{"RealIP", "SetHeader"})
	var paired []string
	for _, part := range parts() {
		paired = append(paired, part.name)
	}
	for _, c := range all {
		for place, names := range map[string][]string{"the pairs": paired, "the examples": examples, "the package's table": table} {
			if !slices.Contains(names, c.name) {
				t.Errorf("%s is not in %s", c.name, place)
			}
		}
	}
	require.Len(t, paired, len(all), "no other than them, and none twice")
}

// TestSurface_state holds that a constructor makes all its state before it knows a route:
// what it returns does nothing with the next handler but to wrap it, so any number of
// routes count together.
func TestSurface_state(t *testing.T) {
	t.Parallel()
	all, _, _ := surface(t)
	found := 0
	for _, c := range all {
		ast.Inspect(c.decl, func(n ast.Node) bool {
			f, ok := n.(*ast.FuncLit)
			if !ok || !isHandler(f.Type.Params) || !isHandler(f.Type.Results) {
				return true
			}
			found++
			for _, statement := range f.Body.List {
				switch s := statement.(type) {
				case *ast.ReturnStmt:
					continue
				case *ast.AssignStmt: // with := mw(next)
					call, ok := s.Rhs[0].(*ast.CallExpr)
					if ok && len(call.Args) == 1 && fmt.Sprint(call.Args[0]) == "next" {
						continue
					}
				}
				t.Errorf("%s has a statement of its own for each route: %T", c.name, statement)
			}
			return false
		})
	}
	require.Greater(t, found, 25, "the others return what another one has made")
}

// BenchmarkMiddleware is what each costs of which a request takes note, around a handler
// that costs nothing.
func BenchmarkMiddleware(b *testing.B) {
	hello := []byte("hello")
	end := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Write(hello) })
	for _, part := range append([]part{{"nothing", func(next http.Handler) http.Handler { return next }}}, parts()...) {
		b.Run(part.name, func(b *testing.B) {
			p := &pair{url: "http://127.0.0.1/s/x", authorization: "Bearer token"}
			if part.name == "BasicAuth" {
				p.authorization = basicOfPairs
			}
			r := p.request("", "GET")
			r.Host, r.RemoteAddr, r.Body = "127.0.0.1", "127.0.0.1:1", http.NoBody
			h, w := part.mw(end), &still{header: http.Header{}}
			b.ReportAllocs()
			for b.Loop() {
				clear(w.header)
				w.status = 0
				h.ServeHTTP(w, r)
			}
			if w.status >= 300 && part.name != "HTTPSRedirect" { // whose scheme comes from RealIP
				b.Errorf("%s rejects: %d", part.name, w.status)
			}
		})
	}
}

// still is a writer that keeps nothing but the status.
type still struct {
	header http.Header
	status int
}

func (w *still) Header() http.Header                       { return w.header }
func (w *still) WriteHeader(status int)                    { w.status = status }
func (w *still) Write(p []byte) (int, error)               { return len(p), nil }
func (w *still) ReadFrom(r io.Reader) (n int64, err error) { return io.Copy(io.Discard, r) }
