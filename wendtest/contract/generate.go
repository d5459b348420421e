package contract

import (
	"encoding/json"
	"maps"
	"math/big"
	"math/rand/v2"
	"slices"
	"strconv"

	"github.com/wend-go/wend/internal/schema"
)

// generator makes values of schemas: most often right ones, at the bounds where there
// are some, and now and then wrong ones. It need not know which: what it makes is
// judged by the schema.
type generator struct {
	*rand.Rand
	steady bool // only right ones, as far as it can
}

// maxDepth is where values stop to grow.
const maxDepth = 6

// odd reports true in one of n cases, and never when steady.
func (g *generator) odd(n int) bool { return g.IntN(n) == 0 && !g.steady }

func pick[T any](g *generator, list []T) T { return list[g.IntN(len(list))] }

// value makes a value of a schema.
func (g *generator) value(s *schema.Schema, depth int) any {
	s = g.resolve(s)
	if s == nil || s.Never || g.odd(25) {
		return g.anything(depth)
	}
	switch {
	case s.Const != nil:
		return *s.Const
	case len(s.Enum) > 0:
		return pick(g, s.Enum)
	}
	t := "object"
	switch {
	case len(s.Types) > 1 && g.IntN(5) == 0:
		t = pick(g, s.Types)
	case len(s.Types) > 0:
		t = s.Types[0]
	case s.Properties == nil:
		return g.anything(depth)
	}
	switch t {
	case "string":
		return g.text(s)
	case "integer", "number":
		return g.number(s, t == "integer")
	case "boolean":
		return g.IntN(2) == 0
	case "array":
		return g.list(s, depth)
	case "object":
		return g.object(s, depth)
	}
	return nil
}

// anything is a value of any type.
func (g *generator) anything(depth int) any {
	all := []any{nil, true, json.Number("0"), json.Number("-1"), json.Number("1.5"), "", "text", []any{}, map[string]any{}}
	if depth >= maxDepth {
		all = all[:7]
	}
	return pick(g, all)
}

// resolve follows references and takes one way through alternatives; what is said
// beside them is kept where they do not say it.
func (g *generator) resolve(s *schema.Schema) *schema.Schema {
	for range 8 {
		switch {
		case s == nil:
			return nil
		case s.Ref != nil:
			s = overlay(s, s.Ref)
		case len(s.OneOf) > 0:
			s = overlay(s, pick(g, s.OneOf))
		case len(s.AnyOf) > 0:
			i := 0 // the last is null, or what skips rules
			if g.IntN(4) == 0 {
				i = g.IntN(len(s.AnyOf))
			}
			s = overlay(s, s.AnyOf[i])
		default:
			return s
		}
	}
	return s
}

// overlay is inner with what outer says about a kind of value and inner does not.
func overlay(outer, inner *schema.Schema) *schema.Schema {
	merged := *inner
	if merged.Types == nil {
		merged.Types = outer.Types
	}
	if merged.MinLength == nil {
		merged.MinLength = outer.MinLength
	}
	if merged.MaxLength == nil {
		merged.MaxLength = outer.MaxLength
	}
	if merged.Pattern == nil {
		merged.Pattern = outer.Pattern
	}
	if merged.Minimum == nil {
		merged.Minimum = outer.Minimum
	}
	if merged.Maximum == nil {
		merged.Maximum = outer.Maximum
	}
	return &merged
}

// number makes one at or beside a bound, or a small one.
func (g *generator) number(s *schema.Schema, integer bool) json.Number {
	var bounds []*big.Rat
	for _, b := range [...]*big.Rat{s.Minimum, s.Maximum, s.ExclusiveMinimum, s.ExclusiveMaximum, s.MultipleOf} {
		if b != nil {
			bounds = append(bounds, b)
		}
	}
	n := big.NewRat(int64(1+g.IntN(5)), 1)
	if len(bounds) > 0 && g.IntN(3) == 0 || !fits(s, n) {
		n.SetInt64(0)
		if len(bounds) > 0 {
			n.Set(pick(g, bounds))
		}
		step := big.NewRat(int64(g.IntN(3)-1), 1)
		if moved := new(big.Rat).Add(n, step); !g.steady || fits(s, moved) {
			n = moved
		}
	}
	switch {
	case g.odd(20):
		return json.Number(pick(g, []string{
			"9223372036854775807", "-9223372036854775808", "9223372036854775808", "18446744073709551616", "9007199254740993", "1e400", "0.1", "-0",
		}))
	case !integer && g.IntN(2) == 0:
		n.Add(n, big.NewRat(1, 4))
	}
	if n.IsInt() {
		return json.Number(n.Num().String())
	}
	f, _ := n.Float64()
	return json.Number(strconv.FormatFloat(f, 'g', -1, 64))
}

func fits(s *schema.Schema, n *big.Rat) bool {
	return s.Accepts(json.Number(n.FloatString(6)))
}

// size picks a number of elements: at or near a bound.
func (g *generator) size(low, high *int, most int) int {
	n := g.IntN(3)
	if low != nil {
		n += *low
	}
	switch {
	case high != nil && (n > *high || g.IntN(6) == 0):
		n = *high
	case high != nil && g.odd(12):
		n = *high + 1
	case low != nil && g.odd(12):
		n = *low - 1
	}
	return max(0, min(n, most))
}

func (g *generator) list(s *schema.Schema, depth int) []any {
	n := g.size(s.MinItems, s.MaxItems, 40)
	if depth >= maxDepth && s.MinItems == nil {
		n = 0
	}
	list := make([]any, 0, n)
	seen := map[string]bool{}
	for i := range n {
		v := g.element(s, i, depth)
		for range 5 { // most lists that want different elements get some
			if !s.UniqueItems || !seen[schema.Canonical(v)] {
				break
			}
			v = g.element(s, i, depth)
		}
		seen[schema.Canonical(v)] = true
		list = append(list, v)
	}
	return list
}

func (g *generator) element(s *schema.Schema, i, depth int) any {
	if i < len(s.PrefixItems) {
		return g.value(s.PrefixItems[i], depth+1)
	}
	return g.value(s.Items, depth+1)
}

func (g *generator) object(s *schema.Schema, depth int) map[string]any {
	object := map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		needed := slices.Contains(s.Required, name)
		if needed && !g.odd(25) || !needed && depth < maxDepth && g.IntN(3) > 0 {
			object[name] = g.value(s.Properties[name], depth+1)
		}
	}
	if g.odd(25) {
		object["unknown"] = json.Number("1")
	}
	if s.Additional != nil && !s.Additional.Never && depth < maxDepth {
		for range g.size(s.MinProperties, s.MaxProperties, 20) {
			name, _ := g.value(s.PropertyNames, maxDepth).(string)
			object[name] = g.value(s.Additional, depth+1)
		}
	}
	return object
}
