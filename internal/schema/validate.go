package schema

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/wend-go/wend/internal/format"
)

// Problem is one thing that is wrong with a value.
type Problem struct {
	Pointer string // into the value
	Text    string
}

// String renders the problem on a line.
func (p Problem) String() string { return strings.TrimPrefix(p.Pointer+": "+p.Text, ": ") }

// Validate returns what is wrong with a value as [Decode] gives it, in the order of
// the value's members.
func (s *Schema) Validate(v any) []Problem {
	c := &checker{}
	c.check(s, v, "")
	slices.SortStableFunc(c.problems, func(a, b Problem) int { return strings.Compare(a.Pointer, b.Pointer) })
	return slices.Compact(c.problems)
}

// Accepts reports whether nothing is wrong with a value.
func (s *Schema) Accepts(v any) bool { return len(s.Validate(v)) == 0 }

type checker struct{ problems []Problem }

func (c *checker) wrong(at, format string, args ...any) {
	c.problems = append(c.problems, Problem{at, fmt.Sprintf(format, args...)})
}

func (c *checker) check(s *Schema, v any, at string) {
	if s.Never {
		c.wrong(at, "must not be there")
		return
	}
	if s.Ref != nil {
		c.check(s.Ref, v, at)
	}
	c.value(s, v, at)
	switch v := v.(type) {
	case string:
		c.text(s, v, at)
	case json.Number:
		c.number(s, v, at)
	case []any:
		c.list(s, v, at)
	case map[string]any:
		c.object(s, v, at)
	}
	c.combined(s, v, at)
}

// value checks type, enum and const.
func (c *checker) value(s *Schema, v any, at string) {
	if s.Types != nil && !slices.ContainsFunc(s.Types, func(t string) bool { return isType(v, t) }) {
		c.wrong(at, "must be %s, is %s", strings.Join(s.Types, " or "), typeOf(v))
	}
	if s.Enum != nil && !slices.ContainsFunc(s.Enum, func(e any) bool { return Canonical(e) == Canonical(v) }) {
		c.wrong(at, "is none of the listed values")
	}
	if s.Const != nil && Canonical(*s.Const) != Canonical(v) {
		c.wrong(at, "must be %s", Canonical(*s.Const))
	}
}

func typeOf(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case string:
		return "string"
	case json.Number:
		return "number"
	case []any:
		return "array"
	}
	return "object"
}

func isType(v any, t string) bool {
	if t == "integer" {
		n, ok := rational(v)
		return ok && n.IsInt()
	}
	return typeOf(v) == t
}

// Canonical writes equal values alike: members sorted, numbers by value.
func Canonical(v any) string {
	switch v := v.(type) {
	case json.Number:
		n, _ := rational(v)
		if n == nil {
			return string(v)
		}
		return n.RatString()
	case []any:
		parts := make([]string, len(v))
		for i := range v {
			parts[i] = Canonical(v[i])
		}
		return "[" + strings.Join(parts, ",") + "]"
	case map[string]any:
		var parts []string
		for _, name := range slices.Sorted(maps.Keys(v)) {
			parts = append(parts, strconv.Quote(name)+":"+Canonical(v[name]))
		}
		return "{" + strings.Join(parts, ",") + "}"
	case string:
		return strconv.Quote(v)
	}
	return fmt.Sprint(v)
}

func (c *checker) text(s *Schema, v, at string) {
	c.sized(s.MinLength, s.MaxLength, utf8.RuneCountInString(v), "characters", at)
	if s.Pattern != nil && !s.Pattern.MatchString(v) {
		c.wrong(at, "does not match %s", s.Pattern)
	}
	if check := textFormat(s.Format); check != nil && !check(v) {
		c.wrong(at, "is no %s", s.Format)
	}
}

// textFormat is the check of a format; nil for one that is not judged.
func textFormat(name string) func(string) bool {
	if name == "" {
		return nil
	}
	for _, f := range format.All() {
		if f.Schema == name && (f.Pattern == "" || name == "date-time") {
			return f.Check
		}
	}
	return nil
}

func (c *checker) number(s *Schema, v json.Number, at string) {
	n, ok := rational(v)
	if !ok {
		c.wrong(at, "is no number")
		return
	}
	bound := func(limit *big.Rat, ok func(int) bool, text string) {
		if limit != nil && !ok(n.Cmp(limit)) {
			c.wrong(at, "must be %s %s", text, limit.RatString())
		}
	}
	bound(s.Minimum, func(c int) bool { return c >= 0 }, "at least")
	bound(s.Maximum, func(c int) bool { return c <= 0 }, "at most")
	bound(s.ExclusiveMinimum, func(c int) bool { return c > 0 }, "more than")
	bound(s.ExclusiveMaximum, func(c int) bool { return c < 0 }, "less than")
	if s.MultipleOf != nil && s.MultipleOf.Sign() > 0 && !new(big.Rat).Quo(n, s.MultipleOf).IsInt() {
		c.wrong(at, "must be a multiple of %s", s.MultipleOf.RatString())
	}
	if !inRange(s.Format, n) {
		c.wrong(at, "is out of the range of %s", s.Format)
	}
}

// inRange reports whether a format's type holds n.
func inRange(name string, n *big.Rat) bool {
	switch name {
	case "int64":
		return n.Cmp(new(big.Rat).SetInt64(math.MinInt64)) >= 0 && n.Cmp(new(big.Rat).SetInt64(math.MaxInt64)) <= 0
	case "uint64":
		return n.Sign() >= 0 && n.Cmp(new(big.Rat).SetUint64(math.MaxUint64)) <= 0
	case "double":
		f, _ := n.Float64()
		return !math.IsInf(f, 0)
	case "float":
		f, _ := n.Float32()
		return !math.IsInf(float64(f), 0)
	}
	return true
}

func (c *checker) sized(low, high *int, n int, unit, at string) {
	if low != nil && n < *low {
		c.wrong(at, "must have at least %d %s, has %d", *low, unit, n)
	}
	if high != nil && n > *high {
		c.wrong(at, "must have at most %d %s, has %d", *high, unit, n)
	}
}

func (c *checker) list(s *Schema, v []any, at string) {
	c.sized(s.MinItems, s.MaxItems, len(v), "items", at)
	seen := map[string]bool{}
	for i := range v {
		here := at + "/" + strconv.Itoa(i)
		switch {
		case i < len(s.PrefixItems):
			c.check(s.PrefixItems[i], v[i], here)
		case s.Items != nil:
			c.check(s.Items, v[i], here)
		}
		if key := Canonical(v[i]); s.UniqueItems && seen[key] {
			c.wrong(here, "repeats an item")
		} else {
			seen[key] = true
		}
	}
	if s.Contains == nil {
		return
	}
	count, least := 0, 1
	for i := range v {
		if s.Contains.Accepts(v[i]) {
			count++
		}
	}
	if s.MinContains != nil {
		least = *s.MinContains
	}
	c.sized(&least, s.MaxContains, count, "items of the wanted kind", at)
}
