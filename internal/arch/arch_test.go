package arch

import (
	"bytes"
	"cmp"
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend/internal/golden"
)

const module = "github.com/wend-go/wend"

// A pattern is a path, or a path with "/..." for itself and everything below. Those of packages are relative to the
// module; the root package is ".".

// packages is read from the top: the first rule whose pkg matches decides. A package may always import the standard
// library; its tests may import every package of the module.
var packages = []struct {
	pkg string
	may []string
	why string
}{
	{".", []string{"binding", "security", "internal/..."}, "an application that needs no documents links none"},
	{"binding", []string{"internal/..."}, "the binding works without the router"},
	{"security", nil, "a scheme is data and depends on nothing"},
	{"middleware/...", []string{"internal/..."}, "a middleware works with every router"},
	{"openapi", []string{".", "binding", "security", "internal/..."}, "a document is read off the routes"},
	{"openapi/comments", nil, "it reads source and writes source"},
	{"openapi/docs", []string{"openapi", ".", "binding", "security", "internal/..."}, "pages are the last consumer"},
	{"dbtx", []string{".", "binding"}, "a transaction is one provider on the outside of the router"},
	{"wendtest", []string{".", "binding", "security", "internal/..."}, "testing an application needs no documents"},
	{
		"wendtest/contract",
		[]string{"wendtest", "openapi", ".", "binding", "security", "internal/..."},
		"a contract compares responses with the document",
	},
	{"internal/...", []string{"internal/..."}, "internals are shared by packages that must not import each other"},
}

// testOnly are packages of the module that no ordinary file imports.
var testOnly = []string{"internal/golden", "internal/api", "internal/arch"}

// libraries lists where a library may be imported: in files whose path matches home, which is a file, a directory
// with everything below, or "_test.go" for all tests.
var libraries = []struct{ path, home string }{
	{"github.com/invopop/jsonschema", "openapi/schema.go"},
	{"go.yaml.in/yaml/v4", "openapi/"},
	{"github.com/swaggest/swgui/...", "openapi/docs/"},
	{"golang.org/x/time/rate", "middleware/ratelimit.go"},
	{"github.com/rs/cors", "middleware/cors/"},
	{"github.com/klauspost/compress/...", "middleware/compress/"},
	{"github.com/stretchr/testify/require", "_test.go"},
}

// broken says which rule the import of target by file breaks, or "" if none. file is relative to the module.
func broken(file, target string) string {
	from := path.Dir(file)
	isTest := strings.HasSuffix(file, "_test.go")
	if own, ok := strings.CutPrefix(target+"/", module+"/"); ok {
		return brokenOwn(from, cmp.Or(strings.TrimSuffix(own, "/"), "."), isTest)
	}
	if first, _, _ := strings.Cut(target, "/"); !strings.Contains(first, ".") {
		return "" // the standard library
	}
	for _, lib := range libraries {
		if !match(lib.path, target) {
			continue
		}
		if file == lib.home || strings.HasSuffix(lib.home, "/") && strings.HasPrefix(file, lib.home) ||
			lib.home == "_test.go" && isTest {
			return ""
		}
		return fmt.Sprintf("%s may be imported only by %s", lib.path, strings.Replace(lib.home, "_test", "*_test", 1))
	}
	return "no rule names this library; a dependency needs a design note and a row in the table of libraries"
}

func brokenOwn(from, to string, isTest bool) string {
	if isTest {
		return ""
	}
	if slices.Contains(testOnly, to) {
		return to + " is for tests only"
	}
	for _, rule := range packages {
		if !match(rule.pkg, from) {
			continue
		}
		if slices.ContainsFunc(rule.may, func(p string) bool { return match(p, to) }) {
			return ""
		}
		allowed := "nothing else of this module"
		if len(rule.may) > 0 {
			allowed = "of this module only " + strings.Join(rule.may, ", ")
		}
		return fmt.Sprintf("%s may import %s, because %s", rule.pkg, allowed, rule.why)
	}
	return "no rule names package " + from + "; a package needs a row in the table of packages"
}

func match(pattern, p string) bool {
	if base, ok := strings.CutSuffix(pattern, "/..."); ok {
		return p == base || strings.HasPrefix(p, base+"/")
	}
	return p == pattern
}

func TestImports(t *testing.T) {
	t.Parallel()
	files := 0
	require.NoError(t, filepath.WalkDir(root(t), func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			return skip(root(t), name, d.Name())
		}
		if filepath.Ext(name) != ".go" {
			return nil
		}
		files++
		rel, err := filepath.Rel(root(t), name)
		if err != nil {
			return err
		}
		for _, imp := range imports(t, name) {
			if rule := broken(filepath.ToSlash(rel), imp); rule != "" {
				t.Errorf("%s imports %s:\n\t%s", filepath.ToSlash(rel), imp, rule)
			}
		}
		return nil
	}))
	if files == 0 {
		t.Error("found no Go file to check")
	}
}

// skip leaves out what the go command leaves out, and nested modules.
func skip(root, dir, name string) error {
	if dir == root {
		return nil
	}
	if name == "testdata" || name == "vendor" || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") {
		return filepath.SkipDir
	}
	if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
		return filepath.SkipDir
	}
	return nil
}

// imports reads the file itself, whatever its build tags, so a file for another system or a newer Go is held too, and
// a package that does not compile still says what is wrong with its imports.
func imports(t *testing.T, name string) []string {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
	if err != nil {
		t.Errorf("read imports: %v", err)
		return nil
	}
	var paths []string
	for _, spec := range f.Imports {
		p, err := strconv.Unquote(spec.Path.Value)
		require.NoError(t, err)
		paths = append(paths, p)
	}
	return paths
}

// The table above bounds direct imports; this is what an application links in the end.
func TestRootLinksStandardLibraryOnly(t *testing.T) {
	t.Parallel()
	if sources, err := filepath.Glob(filepath.Join(root(t), "*.go")); err != nil || len(sources) == 0 {
		t.Skipf("no root package here: %v", err)
	}
	cmd := exec.Command("go", "list", "-e", "-deps", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}", ".")
	cmd.Dir = root(t)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	require.NoError(t, err, "%s", &stderr)

	var got strings.Builder
	got.WriteString("# Packages that the root package links, beside the standard library and this module.\n")
	for p := range strings.Lines(string(out)) {
		if !match(module+"/...", strings.TrimSpace(p)) {
			got.WriteString(p)
		}
	}
	golden.Equal(t, "testdata/root.txt", []byte(got.String()))
}

// The rules must be able to fail.
// Who serves TLS asks for it by an option, and only then pays for it: docs/design/0060.
func TestHelloLinksNoServerOfTLS(t *testing.T) {
	t.Parallel()
	program := filepath.Join(t.TempDir(), "hello")
	build := exec.Command("go", "build", "-ldflags=-w", "-o", program, "./hello")
	build.Dir = filepath.Join(root(t), "examples")
	out, err := build.CombinedOutput()
	require.NoError(t, err, "%s", out)
	symbols, err := exec.Command("go", "tool", "nm", program).Output()
	require.NoError(t, err)
	require.Contains(t, string(symbols), "net/http.(*Server).Serve\n")
	require.NotContains(t, string(symbols), "net/http.(*Server).ServeTLS")
	require.NotContains(t, string(symbols), "crypto/tls.(*Conn).serverHandshake")
}

func TestBroken(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		file, imports string
		want          string // part of the answer; "" is allowed
	}{
		{"router.go", "net/http", ""},
		{"router.go", module + "/binding", ""},
		{"router.go", module + "/internal/radix", ""},
		{"router.go", module + "/middleware", ". may import of this module only binding, security"},
		{"router.go", module + "/openapi", "links none"},
		{"router.go", module + "/wendtest", "links none"},
		{"router_test.go", module + "/wendtest", ""},
		{"router_test.go", "github.com/stretchr/testify/require", ""},
		{"router_test.go", "github.com/stretchr/testify/mock", "no rule names this library"},
		{"router.go", "github.com/stretchr/testify/require", "only by *_test.go"},
		{"router.go", module + "/internal/golden", "for tests only"},
		{"binding/plan.go", module, "binding may import of this module only internal/..."},
		{"binding/plan.go", module + "/internal/format", ""},
		{"binding/plan.go", "golang.org/x/text/language", "no rule names this library"},
		{"security/bearer.go", module + "/internal/problem", "security may import nothing else"},
		{"middleware/recover.go", module, "works with every router"},
		{"middleware/cors/cors.go", module + "/binding", "works with every router"},
		{"middleware/cors/cors.go", module + "/middleware", "works with every router"},
		{"middleware/ratelimit.go", "golang.org/x/time/rate", ""},
		{"middleware/recover.go", "golang.org/x/time/rate", "only by middleware/ratelimit.go"},
		{"middleware/cors/cors.go", "github.com/rs/cors", ""},
		{"middleware/cors.go", "github.com/rs/cors", "only by middleware/cors/"},
		{"middleware/compress/compress.go", "github.com/klauspost/compress/gzhttp", ""},
		{"openapi/schema.go", "github.com/invopop/jsonschema", ""},
		{"openapi/schema_test.go", "github.com/invopop/jsonschema", "only by openapi/schema.go"},
		{"openapi/docs/docs.go", "github.com/swaggest/swgui/v5emb", ""},
		{"openapi/document.go", "github.com/swaggest/swgui/v5emb", "only by openapi/docs/"},
		{"openapi/document.go", module + "/openapi/docs", "a document is read off the routes"},
		{"openapi/docs/docs.go", module + "/openapi", ""},
		{"wendtest/client.go", module + "/openapi", "needs no documents"},
		{"wendtest/contract/check.go", module + "/openapi", ""},
		{"internal/rw/rw.go", module, "internal/... may import of this module only internal/..."},
		{"internal/rw/rw.go", module + "/internal/problem", ""},
		{"cache/cache.go", module, "no rule names package cache"},
		{"router.go", module + "x/y", "no rule names this library"},
	} {
		got := broken(tt.file, tt.imports)
		if !strings.Contains(got, tt.want) || (tt.want == "") != (got == "") {
			t.Errorf("%s imports %s: %q, want %q", tt.file, tt.imports, got, tt.want)
		}
	}
}

// root is the module's directory; a test runs in its package's.
func root(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs(filepath.Join("..", ".."))
	require.NoError(t, err)
	return dir
}
