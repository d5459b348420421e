package conformance

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend/binding"
)

// ruled are the types whose rules are tried one by one. An enum of three colors
// leaves too few values for most rules.
var ruled = append(slices.DeleteFunc(append(slices.Compact(slices.Clone(scalars)), others...), func(t reflect.Type) bool {
	return t == reflect.TypeFor[color]() || t == reflect.TypeFor[binding.Opt[color]]()
}),
	reflect.TypeFor[[]string](), reflect.TypeFor[[]int](), reflect.TypeFor[[]float64](), reflect.TypeFor[[]bool](),
	reflect.TypeFor[[2]string](), reflect.TypeFor[map[string]int](), reflect.TypeFor[map[int8]bool](), reflect.TypeFor[*string](),
)

// tries are the values that one field is tried with.
func (g *generator) tries(docs ...map[string]any) []string {
	all := []string{"{}", `{"f0":null}`, `{"x":1}`}
	for _, doc := range docs {
		defs, _ := doc["$defs"].(map[string]any)
		for range 120 {
			all = append(all, g.value(doc, defs, 0))
		}
	}
	for _, v := range g.pool {
		all = append(all, `{"f0":`+text(v)+`}`)
	}
	for _, param := range params { // and at each edge: one that is only drawn may be missed
		n, ok := new(big.Rat).SetString(strings.TrimPrefix(param, "="))
		for by := int64(-1); ok && by <= 1; by++ {
			all = append(all, `{"f0":`+strings.TrimSuffix(new(big.Rat).Add(n, big.NewRat(by, 1)).FloatString(1), ".0")+`}`)
		}
	}
	all = append(all, `{"f0":true}`, `{"f0":false}`)
	for n := range 7 {
		all = append(all, fmt.Sprintf(`{"f0":[%s]}`, strings.TrimSuffix(strings.Repeat("1,", n), ",")))
	}
	return all
}

// idle are the ops and statements that refuse nothing by themselves, and why.
var idle = map[string]string{
	"min on array of string":     "the type has the size already",
	"gte on array of string":     "the same",
	"gt on array of string":      "the same",
	"max on array of string":     "the same",
	"lte on array of string":     "the same",
	"lt on array of string":      "the same",
	"len on array of string":     "the same",
	"ne on array of string":      "the same",
	"nonzero on array of string": "the same",

	"not of ne on array of string": "the same",

	"format of uuid4 on string":              "the pattern says all of it; the format is for generators of clients",
	"format of uuid4 on ptr of string":       "the same",
	"format of uuid4 on binding.Opt[string]": "the same",
	"format of uuid4 on netip.Addr":          "the same",
}

// No op is dead: on every kind that a rule may stand on, one of its uses refuses a
// value that would pass without it. And no statement is: of every keyword that a
// rule brings, one use refuses what the rest of the document accepts.
func TestNothingDead(t *testing.T) {
	t.Parallel()
	g := newGenerator(startSeed(t))
	ops, statements := map[string]bool{}, map[string]bool{} // whether one was found alive
	for _, typ := range ruled {
		bare := newSubject(t, binding.NewSet(), reflect.StructOf([]reflect.StructField{field(0, typ, "", "")}))
		tried := map[string]int{}
		for _, use := range g.rulesFor(typ) {
			name, _, _ := strings.Cut(use, "=")
			if tried[name]++; tried[name] > 4 && ops[name+" on "+alike(typ)] {
				continue
			}
			set := binding.NewSet()
			s := newSubject(t, set, reflect.StructOf([]reflect.StructField{field(0, typ, use, "")}))
			values := g.tries(s.in, bare.in)
			key := name + " on " + alike(typ)
			ops[key] = ops[key] || slices.ContainsFunc(values, func(v string) bool {
				return set.Decode([]byte(v), reflect.New(bare.typ).Interface()) == nil &&
					set.Decode([]byte(v), reflect.New(s.typ).Interface()) != nil
			})
			doc, base := normal(t, s.in), text(normal(t, bare.in))
			for _, m := range mutants(doc) {
				keyword, dropped := strings.CutSuffix(m.kind, " dropped")
				key := keyword + " of " + key
				switch {
				case !dropped || keyword == "type" || strings.Contains(m.path, "/not"): // the type has its type; a not is one statement
					continue
				case strings.Contains(base, text(keyword)+":"+text(m.s[keyword])): // the type's, not the rule's
					continue
				case statements[key]:
					continue
				}
				m.in(func() {
					o, err := oracle(doc)
					require.NoError(t, err)
					statements[key] = slices.ContainsFunc(values, func(v string) bool {
						return judge(s.inOracle, v) != nil && judge(o, v) == nil
					})
				})
			}
		}
	}
	t.Logf("%d ops on their kinds, %d statements", len(ops), len(statements))
	maps.Copy(statements, ops)
	for _, key := range slices.Sorted(maps.Keys(statements)) {
		if reason, known := idle[key]; known == statements[key] {
			t.Errorf("%s: refuses something alone is %v, and the list says %q", key, statements[key], reason)
		}
	}
	for key := range idle {
		if _, met := statements[key]; !met {
			t.Errorf("%s: is on the list and does not exist", key)
		}
	}
}

// The rules about siblings and what embedding, maps and lists state are alive, too.
func TestNothingDead_structure(t *testing.T) {
	t.Parallel()
	g := newGenerator(startSeed(t))
	tried := 0
	for _, use := range []string{
		"required_if=F1 a", "required_unless=F1 a", "required_if=F1 a F2 a", "required_unless=F1 a F2 a",
		"required_with=F1", "required_with_all=F1 F2", "required_with=F1 F2",
		"required_without=F1", "required_without_all=F1 F2", "required_without=F1 F2",
		"excluded_if=F1 a", "excluded_unless=F1 a", "excluded_if=F1 a F2 a", "excluded_unless=F1 a F2 a",
		"excluded_with=F1", "excluded_without=F1", "excluded_with=F1 F2", "excluded_without=F1 F2",
	} {
		for _, typ := range []reflect.Type{reflect.TypeFor[*string](), reflect.TypeFor[string]()} {
			tried += between(t, typ, use)
		}
	}
	type parts struct {
		Keys map[string]int   `json:"keys" validate:"dive,keys,min=2,endkeys,min=1"`
		Ints map[int8]int     `json:"ints"`
		List []string         `json:"list" validate:"required,unique,dive,min=1"`
		Pair [2]leaf          `json:"pair"`
		Opt  binding.Opt[int] `json:"opt" validate:"notnull"`
		Nil  *int             `json:"nil" validate:"required"`
		wide
	}
	s := newSubject(t, binding.NewSet(), reflect.TypeFor[parts]())
	defs, _ := s.in["$defs"].(map[string]any)
	doc := normal(t, s.in)
	values := g.near(t, s, defs, 12000)
	for _, m := range mutants(doc) {
		switch m.kind {
		case "required dropped", "additionalProperties dropped", "propertyNames dropped", "items dropped", "dependentRequired dropped",
			"uniqueItems dropped", "minLength+1", "minLength-1", "minItems-1", "minItems+1", "maxItems-1", "maxItems+1":
			s.noticed(t, doc, m, values, "structure")
			tried++
		}
	}
	t.Logf("%d mistakes, all noticed", tried)
}

// between tries the values of a field with a rule about two others of its type, and
// returns how many mistakes in what it states were noticed.
func between(t *testing.T, typ reflect.Type, use string) (tried int) {
	t.Helper()
	set := binding.NewSet()
	s := newSubject(t, set, reflect.StructOf([]reflect.StructField{field(0, typ, use, ""), field(1, typ, "", ""), field(2, typ, "", "")}))
	alive := map[string]bool{}
	var values []string
	for _, a := range []string{"", `"f0":null`, `"f0":"a"`, `"f0":""`} {
		for _, b := range []string{"", `"f1":null`, `"f1":"a"`, `"f1":"b"`} {
			for _, c := range []string{"", `"f2":null`, `"f2":"a"`, `"f2":"b"`} {
				parts := slices.DeleteFunc([]string{a, b, c}, func(p string) bool { return p == "" })
				value := "{" + strings.Join(parts, ",") + "}"
				values = append(values, value)
				v := s.judge(set, value)
				require.Empty(t, v.problem, "%s: %s", use, value)
				alive[use] = alive[use] || !v.accepted
			}
		}
	}
	require.True(t, alive[use], "%s refuses nothing", use)
	doc := normal(t, s.in)
	for _, m := range mutants(doc) {
		if !strings.HasPrefix(m.path, "/allOf") {
			continue
		}
		s.noticed(t, doc, m, values, use)
		tried++
	}
	return tried
}

// near makes n values of an object: half of them drawn whole, half an accepted
// one with one member drawn anew, left out or unknown. A mistake in one member
// shows only where all others are right, which whole draws rarely are.
func (g *generator) near(t *testing.T, s *subject, defs map[string]any, n int) []string {
	t.Helper()
	properties, ok := g.resolve(s.in, defs)["properties"].(map[string]any)
	require.True(t, ok)
	names := append(slices.Sorted(maps.Keys(properties)), "unknown")
	var good map[string]json.RawMessage
	values := make([]string, 0, n)
	for len(values) < n {
		v := g.value(s.in, defs, 0)
		values = append(values, v)
		if judge(s.inOracle, v) == nil {
			good = nil
			require.NoError(t, json.Unmarshal([]byte(v), &good))
		}
		if good == nil {
			continue
		}
		changed, name := maps.Clone(good), pick(g, names)
		if member, known := properties[name].(map[string]any); !known || g.IntN(6) > 0 {
			changed[name] = json.RawMessage(g.value(member, defs, 1))
		} else {
			delete(changed, name)
		}
		values = append(values, text(changed))
	}
	return values
}

// noticed fails when no value tells a mutant of a document from the document.
func (s *subject) noticed(t *testing.T, doc map[string]any, m mutant, values []string, of string) {
	t.Helper()
	m.in(func() {
		o, err := oracle(doc)
		require.NoError(t, err)
		if !slices.ContainsFunc(values, func(v string) bool { return (judge(s.inOracle, v) == nil) != (judge(o, v) == nil) }) {
			t.Errorf("%s: nothing notices %s at %s of %s", of, m.kind, m.path, text(s.in))
		}
	})
}
