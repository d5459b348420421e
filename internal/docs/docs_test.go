// Package docs holds the words of the repository to its code.
package docs

import (
	"bytes"
	"io/fs"
	"os"
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

var link = regexp.MustCompile(`\]\(([^)#:]+)(#[^)]*)?\)`)

// TestLinks follows the links of the pages within the repository.
func TestLinks(t *testing.T) {
	t.Parallel()
	all := pages(t)
	for _, name := range []string{"CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"} {
		all = append(all, filepath.Join(root, name))
	}
	for _, page := range all {
		data, err := os.ReadFile(page)
		require.NoError(t, err)
		for _, m := range link.FindAllSubmatch(bytes.ReplaceAll(data, []byte("\r"), nil), -1) {
			target := filepath.Join(filepath.Dir(page), string(m[1]))
			if _, err := os.Stat(target); err != nil {
				t.Errorf("%s: the link %s leads nowhere", page, m[1])
			}
		}
	}
}
