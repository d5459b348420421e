package conformance

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend/binding"
)

// What a document states as a pattern is read by ECMA-262, with its Unicode flag, as
// JSON Schema has it; what is enforced is RE2. Node judges whether every expression
// that registers means the same in both.

// pieces are what random expressions consist of: syntax of both dialects, and of each
// what the other one has not or takes for something else.
var pieces = []string{
	"a", "B", "0", "é", "ß", "😀", " ", "-", "_", "/", ",", "=", "!", "'", "#", "~", "@", "&", ":", "<",
	"[a-c]", "[^a-c]", "[é-ü]", "[^\\n\\r]", "[a\\-c]", "[-a]", "[a-]", "[\\d_]", "[^\\w]", "[.]", "[*+]", "[$]", "[a^]",
	"[😀-😎]", "[[]", "[\\]]", "[\\[]", "[a&&b]", "[(){}|/]", "[\\\\]",
	"\\d", "\\D", "\\w", "\\W", "\\n", "\\r", "\\t", "\\f", "\\v", "\\.", "\\\\", "\\/", "\\(", "\\[", "\\]", "\\{", "\\}", "\\|",
	"\\*", "\\+", "\\?", "\\^", "\\$", "\\x41", "\\p{L}", "\\P{L}", "\\p{Lu}", "\\p{Nd}",
	"(a|b)", "(?:a|é)", "(a)(b)", "(|a)", "()", "(?:)", "a|b", "|",
	"*", "+", "?", "{2}", "{1,2}", "{0,}", "*?", "+?", "??", "{2}?", "^", "$",
	// only in one of them, or not the same
	"\\s", "\\S", "\\b", "\\B", "\\A", "\\z", "\\Z", ".", "(?i)", "(?i:a)", "(?s).", "(?P<x>a)", "(?<x>a)", "(?=a)", "(?!a)", "(?<=a)",
	"[[:alpha:]]", "\\pL", "\\p{Greek}", "\\p{Script=Greek}", "\\p{^L}", "\\x{41}", "\\u0041", "\\u{41}", "\\cA", "\\a", "\\0", "\\07", "\\1",
	"\\k<x>", "\\Q", "\\C", "\\e", "\\-", "\\ ", "\\é", "\\_", "[]a]", "[^]", "[]", "[\\b]", "[\\s]", "[z-a]", "[\\d-a]", "[a-\\d]", "[a-c-e]",
	"]", "}", "{", "{a}", "{,2}", "a{,2}", "a{2,1}", "a**", "a++", "a{2}{3}", "^*", "$?", "(^)*", "(", ")", "\\", "a{1001}",
}

// patternTexts are what the expressions are tried on.
var patternTexts = []string{
	"", "a", "b", "aa", "ab", "ba", "aab", "A", "B", "0", "7", "é", "ü", "ß", "😀", "😀a", "a😎", "\n", "a\n", "\na", "\r\n", "\t", " ", "a b",
	"\u2028", "\u00a0", "\ufeff", "\u0130", "\u017f", "\u212a", "٣", "Ω", "_", "-", ".", "*", "/", "\\", "[", "]", "{", "}", "{2}", "$", "^", "|", "\v", "\f", "\x00", "a&&b",
}

// node runs a program of the second engine on a JSON value.
func node(t *testing.T, program string, in, out any) {
	t.Helper()
	path, err := exec.LookPath("node")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("Node is the engine that judges patterns, and it is not here")
		}
		t.Skip("Node is the engine that judges patterns, and it is not here")
	}
	data, err := json.Marshal(in)
	require.NoError(t, err)
	cmd := exec.CommandContext(t.Context(), path, "-e", program)
	cmd.Stdin = bytes.NewReader(data)
	answer, err := cmd.Output()
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(answer, out))
}

const judgePatterns = `
const {patterns, texts} = JSON.parse(require("fs").readFileSync(0, "utf8"))
console.log(JSON.stringify(patterns.map(p => {
	try { const e = new RegExp(p, "u"); return texts.map(s => e.test(s) ? 1 : 0).join("") }
	catch (e) { return "error: " + e.message }
})))`

// registers reports whether a type with the pattern compiles.
func registers(pattern string) bool {
	typ := reflect.StructOf([]reflect.StructField{{
		Name: "F", Type: reflect.TypeFor[string](), Tag: reflect.StructTag(`json:"f" pattern:` + strconv.Quote(pattern)),
	}})
	_, problems := binding.NewSet().Input(typ, binding.Config{Method: "POST"})
	return len(problems) == 0
}

func TestPattern_ecma(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(startSeed(t), 7))
	var accepted []string
	for _, p := range pieces {
		for _, around := range []string{"%s", "a%s", "^%s$", "(%s)", "[%s]"} {
			if p := fmt.Sprintf(around, p); registers(p) {
				accepted = append(accepted, p)
			}
		}
	}
	for range 6000 {
		var b strings.Builder
		for range 1 + r.IntN(5) {
			b.WriteString(pieces[r.IntN(len(pieces))])
		}
		if registers(b.String()) {
			accepted = append(accepted, b.String())
		}
	}
	require.Greater(t, len(accepted), 1000, "too few expressions register for the comparison to mean anything")
	comparePatterns(t, accepted)
}

// comparePatterns judges every text by every expression in both engines.
func comparePatterns(t *testing.T, patterns []string) {
	t.Helper()
	var verdicts []string
	node(t, judgePatterns, map[string]any{"patterns": patterns, "texts": patternTexts}, &verdicts)
	for i, p := range patterns {
		re := regexp.MustCompile(p)
		if strings.HasPrefix(verdicts[i], "error") {
			t.Errorf("%q registers, and ECMA-262 refuses it: %s", p, verdicts[i])
			continue
		}
		for j, s := range patternTexts {
			if re.MatchString(s) != (verdicts[i][j] == '1') {
				t.Errorf("%q on %q: %v here, %v in ECMA-262", p, s, re.MatchString(s), verdicts[i][j] == '1')
			}
		}
	}
}

// The patterns that rules state are read by the same two engines.
func TestPattern_rules(t *testing.T) {
	t.Parallel()
	var patterns []string
	var collect func(s binding.Schema)
	collect = func(s binding.Schema) {
		for _, k := range s {
			switch v := k.Value().(type) {
			case string:
				if k.Name() == "pattern" {
					patterns = append(patterns, v)
				}
			case binding.Schema:
				collect(v)
			case []binding.Schema:
				for _, inner := range v {
					collect(inner)
				}
			}
		}
	}
	for _, name := range binding.NewSet().RuleNames() {
		for _, param := range []string{"", "=a.b*c", `=\d[x]{2}^$|`, "=é😀", "=a-b/c"} {
			tag := reflect.StructTag("body:\"\" validate:" + strconv.Quote(name+strings.ReplaceAll(param, "|", "0x7C")))
			typ := reflect.StructOf([]reflect.StructField{{Name: "Body", Type: reflect.TypeFor[string](), Tag: `query:"q" ` + tag[len(`body:"" `):]}})
			plan, problems := binding.NewSet().Input(typ, binding.Config{Method: "GET"})
			if len(problems) > 0 {
				continue
			}
			for f := range plan.Fields() {
				collect(f.Schema)
			}
		}
	}
	require.Greater(t, len(patterns), 20)
	comparePatterns(t, patterns)
}
