// Package docs holds the words of the repository to its code.
package docs

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const root = "../.."

// pages are the Markdown files that a user reads. Design notes are not among them: they
// show what was not built as well.
func pages(t *testing.T) (names []string) {
	t.Helper()
	names = append(names, filepath.Join(root, "README.md"))
	for _, dir := range []string{"tutorial", "howto", "internals"} {
		found, err := filepath.Glob(filepath.Join(root, "docs", dir, "*.md"))
		require.NoError(t, err)
		names = append(names, found...)
	}
	return names
}

// block is a fenced block of code.
type block struct {
	lang  string
	line  int
	lines []string
}

func blocks(text string) (all []block) {
	var open *block
	for i, line := range strings.Split(text, "\n") {
		fence, isFence := strings.CutPrefix(strings.TrimSpace(line), "```")
		switch {
		case isFence && open == nil:
			open = &block{lang: fence, line: i + 1}
		case isFence:
			all = append(all, *open)
			open = nil
		case open != nil:
			open.lines = append(open.lines, line)
		}
	}
	return all
}

// source is a Go file that is compiled with the rest, line by line, without indentation.
type source struct {
	name  string
	lines []string
}

func sources(t *testing.T) (all []source) {
	t.Helper()
	require.NoError(t, filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && strings.HasPrefix(d.Name(), ".") && len(d.Name()) > 2:
			return fs.SkipDir
		case d.IsDir() || filepath.Ext(path) != ".go" || strings.Contains(path, "testdata"):
			return nil
		}
		data, err := os.ReadFile(path)
		all = append(all, source{path, trimmed(strings.Split(string(data), "\n"))})
		return err
	}))
	return all
}

// trimmed drops indentation, spacing within a line and empty lines.
func trimmed(lines []string) (kept []string) {
	for _, line := range lines {
		if line = strings.Join(strings.Fields(line), " "); line != "" {
			kept = append(kept, line)
		}
	}
	return kept
}

// elided reports whether a line of a block stands for others.
func elided(line string) bool {
	return strings.Trim(line, " …./") == "" && strings.Contains(line, "…")
}

// holds reports whether a file has the lines of a block in their order, without others
// between them but where the block elides some.
func (s source) holds(lines []string) bool {
	var parts [][]string
	for _, line := range lines {
		if elided(line) || len(parts) == 0 {
			parts = append(parts, nil)
		}
		if !elided(line) {
			parts[len(parts)-1] = append(parts[len(parts)-1], line)
		}
	}
	at := 0
	for _, part := range parts {
		i := index(s.lines[at:], part)
		if i < 0 {
			return false
		}
		at += i + len(part)
	}
	return true
}

func index(lines, part []string) int {
	for i := 0; i+len(part) <= len(lines); i++ {
		if slices.Equal(lines[i:i+len(part)], part) {
			return i
		}
	}
	return -1
}

// TestGoBlocks finds every Go block of the pages in a file that is compiled, so that no
// page shows what does not work. A line of … stands for lines that are left out. Blocks
// for other frameworks are marked "go ignore".
func TestGoBlocks(t *testing.T) {
	t.Parallel()
	files := sources(t)
	for _, page := range pages(t) {
		data, err := os.ReadFile(page)
		require.NoError(t, err)
		for _, b := range blocks(string(data)) {
			lines := trimmed(b.lines)
			if b.lang != "go" || len(lines) == 0 {
				continue
			}
			if !slices.ContainsFunc(files, func(s source) bool { return s.holds(lines) }) {
				t.Errorf("%s:%d: no Go file has these lines:\n%s", page, b.line, strings.Join(b.lines, "\n"))
			}
		}
	}
}

var fenced = regexp.MustCompile("(?s)```.*?```")

var link = regexp.MustCompile(`\]\(([^)#:"]+)(#[^)]*)?\)`)

// TestLinks follows the links of the pages within the repository.
func TestLinks(t *testing.T) {
	t.Parallel()
	all := pages(t)
	for _, name := range []string{"CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "AGENTS.md", "llms.txt"} {
		all = append(all, filepath.Join(root, name))
	}
	for _, page := range all {
		data, err := os.ReadFile(page)
		require.NoError(t, err)
		for _, m := range link.FindAllSubmatch(fenced.ReplaceAll(data, nil), -1) {
			target := filepath.Join(filepath.Dir(page), string(m[1]))
			if _, err := os.Stat(target); err != nil {
				t.Errorf("%s: the link %s leads nowhere", page, m[1])
			}
		}
	}
}

// TestCurlLines finds for every page with a curl line the test that runs it, and the
// answers below it. Lines that nobody runs stand nowhere.
func TestCurlLines(t *testing.T) {
	t.Parallel()
	tests := sources(t)
	for _, page := range pages(t) {
		data, err := os.ReadFile(page)
		require.NoError(t, err)
		inConsole := false
		for _, b := range blocks(string(data)) {
			for i, line := range b.lines {
				if !strings.Contains(line, "curl ") {
					continue
				}
				if b.lang != "console" || !strings.HasPrefix(line, "$ curl ") {
					t.Errorf("%s:%d: write curl lines as \"$ curl …\" in a block of console", page, b.line+i+1)
				}
				inConsole = true
			}
		}
		run := `"` + "/" + strings.TrimPrefix(filepath.ToSlash(page), "../../") + `",`
		runs := func(s source) bool {
			return slices.ContainsFunc(s.lines, func(line string) bool {
				return strings.HasPrefix(line, "pages.Run(") && strings.Contains(strings.ReplaceAll(line, "../", ""), run[2:])
			})
		}
		if inConsole && !slices.ContainsFunc(tests, runs) {
			t.Errorf("%s: no test runs its curl lines by pages.Run", page)
		}
	}
}

// TestBenchmarks holds the figures of the README to benchmarks/RESULTS.md, of which they
// are the first columns.
func TestBenchmarks(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile(filepath.Join(root, "README.md"))
	require.NoError(t, err)
	results, err := os.ReadFile(filepath.Join(root, "benchmarks", "RESULTS.md"))
	require.NoError(t, err)
	_, speed, found := strings.Cut(string(readme), "## Speed")
	require.True(t, found)
	names := strings.NewReplacer("hit at 1000 routes", "hit at 1000", "404 at 1000 routes", "404 at 1000")
	rows := 0
	for line := range strings.Lines(speed) {
		line = strings.TrimSpace(line)
		if !strings.HasPrefix(line, "| ") || strings.HasPrefix(line, "| |") {
			continue
		}
		if strings.HasPrefix(line, "| package ") {
			break // another table
		}
		if rows++; !strings.Contains(string(results), "\n"+names.Replace(line)) {
			t.Errorf("RESULTS.md has no row that begins with %s", line)
		}
	}
	require.Equal(t, 10, rows)
}

// sedScript is the script of a page's sed line.
var sedScript = regexp.MustCompile("(?s)```sh\nsed -E -i '(.*?)' \\*\\.go\n```")

// TestSedLines runs the lines that move the tags of other frameworks.
func TestSedLines(t *testing.T) {
	t.Parallel()
	if err := exec.CommandContext(t.Context(), "sed", "--version").Run(); err != nil {
		t.Skip("the lines are for GNU sed:", err)
	}
	for page, c := range map[string]struct{ in, want string }{
		"from-gin.md":  {"ID int `uri:\"id\" binding:\"required,min=1\"`", "ID int `path:\"id\" validate:\"required,min=1\"`"},
		"from-echo.md": {"ID int `param:\"id\"`", "ID int `path:\"id\"`"},
		"from-chi.md":  {"id := chi.URLParam(r, \"id\")", "id := r.PathValue(\"id\")"},
		"from-huma.md": {
			"S string `query:\"s\" minLength:\"1\" enum:\"a,b,c\" doc:\"x\" required:\"true\"`",
			"S string `query:\"s\" validate:\"min=1,required,oneof=a b c\" doc:\"x\"`",
		},
	} {
		text, err := os.ReadFile(filepath.Join(root, "docs", "howto", page))
		require.NoError(t, err)
		script := sedScript.FindSubmatch(text)
		require.NotNil(t, script, page)
		cmd := exec.CommandContext(t.Context(), "sed", "-E", string(script[1]))
		cmd.Stdin = strings.NewReader(c.in)
		got, err := cmd.Output()
		require.NoError(t, err)
		require.Equal(t, c.want, strings.TrimSpace(string(got)), page)
	}
}
