package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend/internal/golden"
)

const module = "github.com/wend-go/wend"

// language is go.mod's: the golden files are what a toolchain of this version compiles. A newer one may add what a
// file with its build tag declares.
const language = "go1.26"

// listed is what the go command tells about a package.
type listed struct {
	ImportPath string
	Dir        string
	Name       string
	Export     string // the file of its compiled types; empty if it does not compile
	DepOnly    bool   // not of the module
}

func TestSurface(t *testing.T) {
	pkgs := list(t)
	exports := map[string]string{}
	for _, p := range pkgs {
		exports[p.ImportPath] = p.Export
	}
	imp := importer.ForCompiler(token.NewFileSet(), "gc", func(path string) (io.ReadCloser, error) {
		if exports[path] == "" {
			return nil, errors.New("not compiled: " + path)
		}
		return os.Open(exports[path])
	})

	known := map[string]bool{}
	for _, p := range pkgs {
		if p.DepOnly || !public(p) {
			continue
		}
		file := goldenFile(p.ImportPath)
		known[file] = true
		t.Run(p.ImportPath, func(t *testing.T) {
			if p.Export == "" {
				t.Skip("does not compile; go build says why")
			}
			pkg, err := imp.Import(p.ImportPath)
			require.NoError(t, err)
			compare(t, file, render(pkg))
		})
	}
	stale(t, known)
}

// list asks for every package of the module and what it imports, compiled.
func list(t *testing.T) []listed {
	t.Helper()
	cmd := exec.Command("go", "list", "-e", "-export", "-deps",
		"-json=ImportPath,Dir,Name,Export,DepOnly", "./...")
	cmd.Dir = filepath.Join("..", "..")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	require.NoError(t, err, "%s", &stderr)

	var pkgs []listed
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		err := dec.Decode(&p)
		if errors.Is(err, io.EOF) {
			return pkgs
		}
		require.NoError(t, err)
		if !p.DepOnly {
			// go test caches a result by the files that the test itself opened; what go list read counts only so.
			_, err = os.ReadDir(p.Dir)
			require.NoError(t, err)
		}
		pkgs = append(pkgs, p)
	}
}

// public leaves out internals, commands, and directories with tests only.
func public(p listed) bool {
	return p.Name != "" && p.Name != "main" && !strings.HasPrefix(p.ImportPath, module+"/internal/")
}

func goldenFile(importPath string) string {
	name := strings.TrimPrefix(strings.TrimPrefix(importPath, module), "/")
	if name == "" {
		name = "wend"
	}
	return filepath.Join("testdata", filepath.FromSlash(name)+".txt")
}

func compare(t *testing.T, file, got string) {
	t.Helper()
	if v := runtime.Version(); v != language && !strings.HasPrefix(v, language+".") {
		want, err := os.ReadFile(file)
		require.NoError(t, err)
		for line := range strings.Lines(string(want)) {
			if !strings.Contains(got, line) {
				t.Errorf("%s lacks a line that %s has: %s", v, language, line)
			}
		}
		return
	}
	golden.Equal(t, file, []byte(got))
}

// stale finds the file of a package that is gone.
func stale(t *testing.T, known map[string]bool) {
	t.Helper()
	require.NoError(t, filepath.WalkDir("testdata", func(name string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // no golden file yet
		}
		if err == nil && !d.IsDir() && !known[name] {
			t.Errorf("%s describes no package of the module: remove it", name)
		}
		return err
	}))
}

func TestRender(t *testing.T) {
	t.Parallel()
	const src = `package sample
import "io"
const Limit = 1 << 20
const Mode kind = "strict"
const hidden = 1
var Default *Box[int]
type kind string
type Box[T any] struct {
	Value T ` + "`json:\"value\"`" + `
	secret int
	io.Reader
	inner
}
type inner struct{}
func (*inner) Promoted() {}
func (b Box[T]) Get() (T, error) { return b.Value, nil }
func (b *Box[T]) Set(v T) {}
func (b *Box[T]) reset() {}
type Option interface{ Name() string; apply() }
type Number interface{ ~int | ~float64 }
type Func = func(io.Writer) error
type List[T any] = []T
type Code int
func (c Code) Error() string { return "" }
func New[K comparable, V any](m map[K]V, opts ...Option) (box *Box[V], err error) { return nil, nil }
func unexported() {}
`
	const want = `package sample // example.com/sample
const Limit untyped int = 1048576
const Mode kind = "strict"
var Default *Box[int]
func New[K comparable, V any](m map[K]V, opts ...Option) (box *Box[V], err error)
type Box[T any] struct
type Box[T any] struct, Value T ` + "`json:\"value\"`" + `
type Box[T any] struct, embedded io.Reader
method (Box[T]) Get() (T, error)
method (*Box[T]) Promoted()
method (Box[T]) Read(p []byte) (n int, err error)
method (*Box[T]) Set(v T)
type Code int
method (Code) Error() string
type Func = func(io.Writer) error
type List[T any] = []T
type Number interface
type Number interface, of ~int | ~float64
type Option interface
type Option interface, Name() string
type Option interface, sealed by an unexported method
`
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "sample.go", src, 0)
	require.NoError(t, err)
	conf := types.Config{Importer: importer.ForCompiler(fset, "source", nil)}
	pkg, err := conf.Check("example.com/sample", fset, []*ast.File{f}, nil)
	require.NoError(t, err)
	if got := render(pkg); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}
