package cve_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend/internal/golden"
)

var identifier = regexp.MustCompile(`CVE-\d{4}-\d{4,}`)

// suite is what one test of this package covers.
type suite struct {
	test, file, class string
	ids               map[string]bool
	cases             int
}

// suites reads the tests of this package: the names of their rows, and what their comments say.
func suites(t *testing.T) (all []suite) {
	t.Helper()
	files, err := filepath.Glob("*_test.go")
	require.NoError(t, err)
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		require.NoError(t, err)
		for _, decl := range file.Decls {
			f, ok := decl.(*ast.FuncDecl)
			if !ok || !strings.HasPrefix(f.Name.Name, "Test") {
				continue
			}
			s := suite{test: f.Name.Name, file: name, ids: map[string]bool{}}
			ast.Inspect(f, func(n ast.Node) bool {
				if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
					if text, err := strconv.Unquote(lit.Value); err == nil && strings.HasPrefix(text, "CVE-") {
						s.ids[identifier.FindString(text)] = true
						s.cases++
					}
				}
				return true
			})
			if s.cases > 0 {
				_, class, _ := strings.Cut(strings.Join(strings.Fields(f.Doc.Text()), " "), ": ")
				require.NotEmpty(t, class, "%s: the comment says what is asserted, behind a colon", s.test)
				s.class = strings.ToUpper(class[:1]) + class[1:]
				all = append(all, s)
			}
		}
	}
	return all
}

// TestDocs holds docs/security.md against the suite. After a change of the suite, run it with -update.
func TestDocs(t *testing.T) {
	t.Parallel()
	all := suites(t)
	ids, cases := map[string]bool{}, 0
	var table strings.Builder
	table.WriteString("| class | test | published as |\n|---|---|---|\n")
	for _, s := range all {
		maps.Copy(ids, s.ids)
		cases += s.cases
		list := strings.Join(slices.Sorted(maps.Keys(s.ids)), " ")
		fmt.Fprintf(&table, "| %s | [%s](../internal/cve/%s) | %s |\n", s.class, s.test, s.file, list)
	}
	require.GreaterOrEqual(t, len(ids), 120)
	require.GreaterOrEqual(t, cases, 250)
	const page, begin, end = "../../docs/security.md", "<!-- suite -->\n", "<!-- end of the suite -->\n"
	text, err := os.ReadFile(page)
	require.NoError(t, err)
	before, rest, ok := strings.Cut(string(text), begin)
	require.True(t, ok, "%s has lost %q", page, begin)
	_, after, ok := strings.Cut(rest, end)
	require.True(t, ok, "%s has lost %q", page, end)
	summary := fmt.Sprintf("%d published vulnerabilities, %d cases.\n\n", len(ids), cases)
	golden.Equal(t, page, []byte(before+begin+summary+table.String()+end+after))

	for id, file := range elsewhere(t) {
		require.True(t, ids[id], "%s names %s, which the suite does not have", file, id)
	}
}

// elsewhere are the identifiers that the tests of other packages name.
func elsewhere(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	require.NoError(t, filepath.WalkDir("../..", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, "_test.go") {
			return err
		}
		text, err := os.ReadFile(name)
		for _, id := range identifier.FindAllString(string(text), -1) {
			found[id] = name
		}
		return err
	}))
	return found
}
