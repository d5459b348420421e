package binding

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestCodes holds the table of codes in docs to the rules that there are.
func TestCodes(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../docs/codes.md")
	require.NoError(t, err)
	var listed []string
	for _, m := range regexp.MustCompile("(?m)^\\| `([a-z0-9_]+)` \\|").FindAllSubmatch(page, -1) {
		listed = append(listed, string(m[1]))
	}
	wanted := []string{CodeType, CodeRequired, CodeUnknown, CodeMultiple, CodeJSON, "excluded", "pattern"}
	for _, name := range builtinNames {
		switch {
		case slices.Contains([]string{"dive", "omitempty", "omitnil", "nullable", "notnull", "gte", "lte"}, name): // without a code of their own
		case strings.HasPrefix(name, "required"), strings.HasPrefix(name, "excluded"):
		case slices.Contains(wanted, name):
		default:
			wanted = append(wanted, name)
		}
	}
	require.ElementsMatch(t, wanted, listed)
}
