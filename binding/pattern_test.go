package binding

import (
	"regexp"
	"regexp/syntax"
	"strings"
	"testing"

	"github.com/wend-go/wend/internal/format"
)

func TestPattern_lint(t *testing.T) {
	t.Parallel()
	for _, expr := range []string{
		`^[a-z]+$`, `^\d{1,3}(?:\.\d{1,3}){3}$`, `[^\n\r]*`, `\p{L}\P{Lu}`, `[\w\-]+`, `a|b?`, `\/\{\}\[\]`, `[[a]`, `\x41`, `x{2,}`, `^é$`, ``, `a*?b+?`, `[.$^*]`, `[\w-]`, `[\d\-a]`,
	} {
		if advice := lintPattern(expr); advice != "" {
			t.Errorf("%s: refused: %s", expr, advice)
		}
	}
	for expr, want := range map[string]string{
		`\s`: `write [ \t\n\r]`, `a.b`: `write [^\n\r]`, `\bx`: "around the word", `\A`: "write ^", `\z`: "write $", `(?i)x`: "[Aa]",
		`(?P<n>x)`: "(?:…)", `(?<n>x)`: "(?:…)", `[[:alpha:]]`: "[A-Za-z]", `\pL`: `write \p{L}`, `\p{Greek}`: "general categories", `\p{^L}`: "general categories",
		`\x{41}`: "character itself", `\@`: "without the backslash", `\-`: "without the backslash", `\é`: "without the backslash", `\123`: `\1 is not`,
		`\Qa\E`: `\Q is not`, `a{,3}`: `write \{`, `a}`: `write \}`, `a]`: `write \]`, `^*`: "once", `[]a]`: `write \]`, `\a`: `\a is not`,
		`[\d-a]`: `write \-`, `[\p{L}-z]`: `write \-`,
	} {
		if advice := lintPattern(expr); !strings.Contains(advice, want) {
			t.Errorf("%s: got %q, want %q in it", expr, advice, want)
		}
	}
	for _, f := range format.All() { // what this module writes itself
		if advice := lintPattern(f.Pattern); advice != "" {
			t.Errorf("%s of %s: %s", f.Pattern, f.Name, advice)
		}
	}
	for _, bits := range []uint8{8, 16, 32, 64} {
		for _, k := range []kind{kindInt, kindUint} {
			n := &node{kind: k, bits: bits}
			if advice := lintPattern(n.keyPattern()); advice != "" {
				t.Errorf("%s: %s", n.keyPattern(), advice)
			}
		}
	}
}

// What passes has none of the nodes that ECMA-262 reads in another way.
func FuzzPatternLint(f *testing.F) {
	for _, expr := range []string{`^[a-z]+$`, `\p{L}`, `(?i)x`, `[[:alpha:]]`, `[a\]b]`, `a{2,3}`, `\x{41}`, `(?s).`, `[^]]`, `\`, `[`, `x**`, `0[aA]`} {
		f.Add(expr)
	}
	f.Fuzz(func(t *testing.T, expr string) {
		if lintPattern(expr) != "" {
			return
		}
		if _, err := regexp.Compile(expr); err != nil {
			return
		}
		parsed, err := syntax.Parse(expr, syntax.Perl)
		if err != nil {
			t.Fatal(err)
		}
		var walk func(*syntax.Regexp)
		walk = func(r *syntax.Regexp) {
			switch {
			case r.Op == syntax.OpAnyChar, r.Op == syntax.OpAnyCharNotNL, r.Op == syntax.OpWordBoundary, r.Op == syntax.OpNoWordBoundary,
				r.Name != "", r.Flags&syntax.FoldCase != 0 && !strings.Contains(expr, "["): // the parser reads [aA] as (?i:a)
				t.Fatalf("%q passed with %s", expr, r)
			}
			for _, sub := range r.Sub {
				walk(sub)
			}
		}
		walk(parsed)
		if literal := literalPattern(expr); lintPattern(literal) != "" || !regexp.MustCompile("^"+literal+"$").MatchString(expr) {
			t.Fatalf("%q is quoted as %q", expr, literal)
		}
	})
}
