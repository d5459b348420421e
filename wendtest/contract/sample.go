package contract

import (
	"regexp/syntax"
	"strings"
	"unicode/utf8"

	"github.com/wend-go/wend/internal/schema"
)

// samples are texts of the formats that schemas name.
var samples = map[string][]string{
	"date-time": {"2026-01-02T03:04:05Z", "1999-12-31t23:59:59.5+14:00"},
	"date":      {"2026-02-28", "2024-02-29"},
	"email":     {"a@example.com", "first.last+tag@[192.0.2.1]"},
	"uuid":      {"0191f2c4-1c4e-4c3a-9d52-0242ac120002", "00000000-0000-0000-0000-000000000000"},
	"uri":       {"https://example.com/a?b=c#d", "urn:isbn:0451450523"},
	"hostname":  {"example.com", "a"},
	"ipv4":      {"192.0.2.1", "0.0.0.0"},
	"ipv6":      {"2001:db8::1", "::"},
}

// words are texts that are awkward somewhere.
var words = []string{"a", "text", "two words", "äöü 漢字 🙂", `quote " and \ back`, "<b>&amp;</b>", "007", "null", "-1", "a,b;c=d&e", "%00%2F", "2006-02-30"}

// text makes a string: of its format or pattern, or of a length at a bound.
func (g *generator) text(s *schema.Schema) string {
	if g.odd(20) {
		return pick(g, words)
	}
	for range 20 {
		if t := g.candidate(s); (&schema.Schema{MinLength: s.MinLength, MaxLength: s.MaxLength, Pattern: s.Pattern, Format: s.Format}).Accepts(t) {
			return t
		}
	}
	return g.candidate(s)
}

func (g *generator) candidate(s *schema.Schema) string {
	switch {
	case s.Pattern != nil:
		re, err := syntax.Parse(s.Pattern.String(), syntax.Perl)
		if err != nil {
			return ""
		}
		var b strings.Builder
		g.match(&b, re.Simplify(), 0)
		return b.String()
	case len(samples[s.Format]) > 0:
		return pick(g, samples[s.Format])
	case s.MinLength == nil && s.MaxLength == nil:
		return pick(g, words)
	}
	return resized(pick(g, words), g.size(s.MinLength, s.MaxLength, 5000))
}

// resized repeats or cuts a text to n runes.
func resized(t string, n int) string {
	size := utf8.RuneCountInString(t)
	return string([]rune(strings.Repeat(t, n/size+1))[:n])
}

// match writes a text that an expression matches, as far as it has no assertions
// within.
func (g *generator) match(b *strings.Builder, re *syntax.Regexp, depth int) {
	switch re.Op {
	case syntax.OpLiteral:
		b.WriteString(string(re.Rune))
	case syntax.OpCharClass:
		if len(re.Rune) > 0 {
			i := 2 * g.IntN(len(re.Rune)/2)
			low, high := re.Rune[i], min(re.Rune[i+1], re.Rune[i]+0x5e)
			b.WriteRune(low + rune(g.IntN(int(high-low)+1)))
		}
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		b.WriteString(pick(g, []string{"a", "Z", "0", "-"}))
	case syntax.OpConcat, syntax.OpCapture:
		for _, sub := range re.Sub {
			g.match(b, sub, depth+1)
		}
	case syntax.OpAlternate:
		g.match(b, pick(g, re.Sub), depth+1)
	case syntax.OpStar, syntax.OpPlus, syntax.OpQuest:
		n := g.IntN(2)
		if re.Op != syntax.OpQuest {
			n += g.IntN(4)
		}
		if re.Op == syntax.OpPlus {
			n = max(n, 1)
		}
		for range n {
			g.match(b, re.Sub[0], depth+1)
		}
	}
}
