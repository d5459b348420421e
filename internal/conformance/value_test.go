package conformance

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/wend-go/wend/internal/format"
)

// Values: mostly what a schema asks for, at the edges of its bounds, and now and
// then something else. They are made from the emitted schema, whose keywords name
// the edges; what they are worth is for plan and oracle to say.

// texts is the pool of strings: examples of every format, near misses, and lengths
// in runes of one, two and four bytes.
func texts() []string {
	all := strings.Split(`|a|b|ab|abc|bca|abcd|A|AB|a1|1|0|7|12|123|-1|+1.5|0x1F|red|green|dark blue|true|false|é|éé|ééé|😀|😀😀|a bc é|bc|
2024-02-29|2023-02-29|2024-02-29T12:00:00Z|2024-02-29t12:00:00.5+01:00|2024-02-29T24:00:00Z|23:59|12:5|
a@b.co|a@[127.0.0.1]|a@|6ba7b810-9dad-11d1-80b4-00c04fd430c8|6ba7b810-9dad-41d1-80b4-00c04fd430c8|http://a.b/c?d#e|mailto:a@b.co|x:y|//a|
a.b|a-b.example.|-a.b|1a.b|127.0.0.1|127.0.0.01|::1|fe80::1|10.0.0.0/8|10.0.0.0/33|00:1b:63:84:45:e6|80|65535|65536|+14155550123|+1|
#fff|#00ff80|#ggg|1.2.3|1.2.3-a.1+b|1.02.3|YWI=|YQ==|YQ|YWJj|{}|[1]|{|Europe/Paris|Local|EUR|eur|FR|XX|\\|/|^$|a.b*c|ÄÖ|äö|ß|
x:/y|http://a b|http:a%zz|mailto:a b|fe80::1%é|2999-01-01T00:00:00Z|6BA7B810-9dad-41d1-80b4-00c04fd430c8|`, "|")
	for i := range all {
		all[i] = strings.Trim(all[i], "\n")
	}
	for _, r := range []string{"a", "é", "😀"} {
		for _, n := range []int{2, 3, 4, 5, 6, 199, 200, 201} {
			all = append(all, strings.Repeat(r, n))
		}
	}
	return all
}

// value makes a JSON text for a schema. defs are those of the whole document.
func (g *generator) value(s map[string]any, defs map[string]any, depth int) string {
	if depth > 6 {
		return pick(g, []string{"null", "{}", "[]", "0"})
	}
	if g.IntN(40) == 0 {
		return pick(g, []string{"null", "0", `""`, "true", "{}", "[]", "1.5", `"x"`, "-1", `{"x":1}`, "[null]", "1e400", "9223372036854775808"})
	}
	s = g.resolve(s, defs)
	if list, ok := s["enum"].([]any); ok && g.IntN(8) > 0 {
		return text(pick(g, list))
	}
	if c, ok := s["const"]; ok && g.IntN(4) > 0 {
		return text(c)
	}
	types := []string{"string", "integer", "number", "boolean", "array", "object", "null"}
	switch t := s["type"].(type) {
	case string:
		types = []string{t}
	case []string:
		types = t
		if g.IntN(5) > 0 {
			types = t[:1]
		}
	}
	switch pick(g, types) {
	case "string":
		return text(g.text(s))
	case "integer":
		return g.number(s, true)
	case "number":
		return g.number(s, false)
	case "boolean":
		return pick(g, []string{"true", "false"})
	case "array":
		return g.array(s, defs, depth)
	case "object":
		return g.object(s, defs, depth)
	}
	return "null"
}

func text(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(data)
}

// resolve follows references and picks one way through alternatives. Keywords
// beside them are kept.
func (g *generator) resolve(s, defs map[string]any) map[string]any {
	for range 8 {
		var inner map[string]any
		if ref, ok := s["$ref"].(string); ok {
			inner = defs[strings.TrimPrefix(ref, "#/$defs/")].(map[string]any)
		} else if list, ok := s["oneOf"].([]any); ok {
			inner = pick(g, list).(map[string]any)
		} else if list, ok := s["anyOf"].([]any); ok {
			inner = pick(g, list).(map[string]any)
		} else {
			return s
		}
		merged := maps.Clone(s)
		delete(merged, "$ref")
		delete(merged, "anyOf")
		delete(merged, "oneOf")
		maps.Copy(merged, inner)
		s = merged
	}
	return s
}

// text picks a string: most often one that the simple keywords accept, now and
// then one that misses a bound by a rune.
func (g *generator) text(s map[string]any) string {
	var good []string
	switch g.IntN(16) {
	case 0:
	case 1:
		low, _ := s["minLength"].(int64)
		high, bounded := s["maxLength"].(int64)
		for _, t := range g.pool {
			if n := int64(utf8.RuneCountInString(t)); n == low-1 || bounded && n == high+1 {
				good = append(good, t)
			}
		}
	default:
		for _, t := range g.pool {
			if g.accepts(s, t) {
				good = append(good, t)
			}
		}
	}
	if len(good) > 0 {
		return pick(g, good)
	}
	return pick(g, g.pool)
}

// accepts judges the keywords about text, roughly: it only steers the choice.
func (g *generator) accepts(s map[string]any, t string) bool {
	n := int64(utf8.RuneCountInString(t))
	if low, ok := s["minLength"].(int64); ok && n < low {
		return false
	}
	if high, ok := s["maxLength"].(int64); ok && n > high {
		return false
	}
	if p, ok := s["pattern"].(string); ok {
		re := g.patterns[p]
		if re == nil {
			re = regexp.MustCompile(p)
			g.patterns[p] = re
		}
		if !re.MatchString(t) {
			return false
		}
	}
	name, _ := s["format"].(string)
	check := byFormat[name]
	return check == nil || check(t)
}

var byFormat = func() map[string]func(string) bool {
	all := map[string]func(string) bool{}
	for _, f := range format.All() {
		if f.Schema != "" && f.Pattern == "" {
			all[f.Schema] = f.Check
		}
	}
	return all
}()

func (g *generator) number(s map[string]any, integer bool) string {
	var edges []float64
	for _, k := range []string{"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "const"} {
		if f, err := strconv.ParseFloat(fmt.Sprint(s[k]), 64); err == nil {
			edges = append(edges, f)
		}
	}
	switch {
	case len(edges) > 0 && g.IntN(4) > 0:
		edge := pick(g, edges) + float64(g.IntN(3)-1)
		if !integer && g.IntN(3) == 0 {
			edge += pick(g, []float64{0.5, -0.5, 0.001, 1e-9})
		}
		return g.spell(edge)
	case g.IntN(10) == 0:
		return pick(g, []string{
			"9223372036854775807", "-9223372036854775808", "9223372036854775808", "18446744073709551615", "18446744073709551616",
			"9007199254740993", "1e400", "1e39", "3.4028235e38", "1e-400", "0.1", "0.10000000149011612", "-0", "-0.0", "1e2", "120e-1", "1E+2",
		})
	case integer || g.IntN(2) == 0:
		return g.spell(float64(g.IntN(12) - 3))
	}
	return strconv.FormatFloat(float64(g.IntN(4000)-1000)/1000, 'g', -1, 64)
}

// spell writes a number in one of its spellings.
func (g *generator) spell(f float64) string {
	plain := strconv.FormatFloat(f, 'f', -1, 64)
	switch g.IntN(8) {
	case 0:
		return strconv.FormatFloat(f, 'e', -1, 64)
	case 1:
		if !strings.Contains(plain, ".") {
			return plain + ".0"
		}
	}
	return plain
}

func (g *generator) array(s, defs map[string]any, depth int) string {
	low, _ := s["minItems"].(int64)
	n := int(low) + g.IntN(3)
	if high, ok := s["maxItems"].(int64); ok && g.IntN(6) > 0 {
		n = min(n, int(high))
	}
	switch g.IntN(12) {
	case 0:
		n = 0
	case 1:
		n = max(0, int(low)-1)
	}
	n = min(n, 9)
	items, _ := s["items"].(map[string]any)
	parts := make([]string, n)
	for i := range parts {
		parts[i] = g.value(items, defs, depth+1)
		if i > 0 && g.IntN(8) == 0 {
			parts[i] = parts[g.IntN(i)]
		}
	}
	return "[" + strings.Join(parts, ",") + "]"
}

func (g *generator) object(s, defs map[string]any, depth int) string {
	members := map[string]string{}
	props, _ := s["properties"].(map[string]any)
	required, _ := s["required"].([]string)
	for _, name := range slices.Sorted(maps.Keys(props)) {
		absent := 3
		if slices.Contains(required, name) {
			absent = 25
		}
		if g.IntN(absent) > 0 {
			members[name] = g.value(props[name].(map[string]any), defs, depth+1)
		}
	}
	if g.IntN(40) == 0 {
		members[pick(g, []string{"x", "F0", "f9", "N", ""})] = "1"
	}
	if elem, ok := s["additionalProperties"].(map[string]any); ok {
		names, _ := s["propertyNames"].(map[string]any)
		names = g.resolve(names, defs)
		low, _ := s["minProperties"].(int64)
		for range int(min(low, 6)) + g.IntN(3) {
			name := g.text(names)
			if list, ok := names["enum"].([]any); ok && g.IntN(8) > 0 {
				name = pick(g, list).(string)
			}
			members[name] = g.value(elem, defs, depth+1)
		}
	}
	parts := make([]string, 0, len(members))
	for _, name := range slices.Sorted(maps.Keys(members)) {
		parts = append(parts, text(name)+":"+members[name])
	}
	g.Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
	return "{" + strings.Join(parts, ",") + "}"
}
