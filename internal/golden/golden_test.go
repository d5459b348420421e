package golden

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// recorder stands in for the test whose comparison should fail.
type recorder struct {
	testing.TB
	message string
}

func (r *recorder) Helper() {}

func (r *recorder) Errorf(format string, args ...any) { r.message = fmt.Sprintf(format, args...) }

func TestEqual(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "want.txt")
	require.NoError(t, os.WriteFile(path, []byte("a\nb\n"), 0o600))

	for _, tt := range []struct {
		name, path, got string
		want            string // part of the message; "" is no failure
	}{
		{"same", path, "a\nb\n", ""},
		{"differs", path, "a\nc\n", "- b\n+ c\n"},
		{"no file", path + "x", "a\n", "-update"},
		{"empty", path, "", "- a\n- b\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			rec := &recorder{TB: t}
			Equal(rec, tt.path, []byte(tt.got))
			if !strings.Contains(rec.message, tt.want) || (tt.want == "") != (rec.message == "") {
				t.Errorf("Equal(%q): message %q, want it to contain %q", tt.got, rec.message, tt.want)
			}
		})
	}
}

func TestWrite_makesDirectory(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a", "b.txt")
	require.NoError(t, write(path, []byte("x")))
	got, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, "x", string(got))
}

func TestDiff(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, want, got string
		diff            string
	}{
		{"equal", "a\nb\n", "a\nb\n", ""},
		{"both empty", "", "", ""},
		{"from nothing", "", "a\n", "@ line 1\n+ a\n"},
		{"to nothing", "a\n", "", "@ line 1\n- a\n"},
		{"changed line", "a\nb\nc\n", "a\nx\nc\n", "@ line 1\n  a\n- b\n+ x\n  c\n"},
		{"inserted line", "a\nc\n", "a\nb\nc\n", "@ line 1\n  a\n+ b\n  c\n"},
		{"line feed missing", "a\n", "a", "@ line 1\n- a\n+ a (no line feed at the end)\n"},
		{
			"two places, far apart",
			"a\n1\n2\n3\n4\n5\n6\nb\n", "x\n1\n2\n3\n4\n5\n6\ny\n",
			"@ line 1\n- a\n+ x\n  1\n  2\n@ line 6\n  5\n  6\n- b\n+ y\n",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := diff([]byte(tt.want), []byte(tt.got)); got != tt.diff {
				t.Errorf("diff(%q, %q):\n%swant:\n%s", tt.want, tt.got, got, tt.diff)
			}
		})
	}
}

// The table would be too large: the difference is then coarse, but it still says everything.
func TestDiff_large(t *testing.T) {
	t.Parallel()
	want, got := strings.Repeat("a\n", 3000), strings.Repeat("b\n", 3000)
	out := diff([]byte(want), []byte(got))
	require.Equal(t, 3000, strings.Count(out, "- a\n"))
	require.Equal(t, 3000, strings.Count(out, "+ b\n"))
}
