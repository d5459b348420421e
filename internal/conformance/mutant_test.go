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

// normal is a document as a JSON reader sees it: maps, lists, texts and numbers.
func normal(t *testing.T, doc map[string]any) map[string]any {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(text(doc)))
	d.UseNumber()
	var out map[string]any
	require.NoError(t, d.Decode(&out))
	return out
}

// walk visits every schema of a document, in a fixed order.
func walk(s map[string]any, path string, visit func(path string, s map[string]any)) {
	visit(path, s)
	for _, name := range slices.Sorted(maps.Keys(s)) {
		at := path + "/" + name
		switch name {
		case "items", "additionalProperties", "propertyNames", "not", "if", "then":
			if inner, ok := s[name].(map[string]any); ok {
				walk(inner, at, visit)
			}
		case "allOf", "anyOf", "oneOf":
			for i, inner := range s[name].([]any) {
				walk(inner.(map[string]any), fmt.Sprint(at, "/", i), visit)
			}
		case "properties", "$defs":
			inner := s[name].(map[string]any)
			for _, key := range slices.Sorted(maps.Keys(inner)) {
				walk(inner[key].(map[string]any), at+"/"+key, visit)
			}
		}
	}
}

// mutant is one small mistake in a document. It is made in place and taken back.
type mutant struct {
	kind, path string
	s          map[string]any
	change     func(s map[string]any)
}

// in makes the mistake, hands it to f and takes it back.
func (m *mutant) in(f func()) {
	before := maps.Clone(m.s)
	m.change(m.s)
	f()
	clear(m.s)
	maps.Copy(m.s, before)
}

// swapped are the keywords that differ in whether the bound itself is in.
var swapped = map[string]string{
	"minimum": "exclusiveMinimum", "exclusiveMinimum": "minimum",
	"maximum": "exclusiveMaximum", "exclusiveMaximum": "maximum",
}

// mutants lists the mistakes that a document may have.
func mutants(doc map[string]any) []mutant {
	var all []mutant
	walk(doc, "", func(path string, s map[string]any) {
		add := func(kind string, change func(s map[string]any)) {
			all = append(all, mutant{kind, path, s, change})
		}
		for _, name := range slices.Sorted(maps.Keys(s)) {
			switch name {
			case "minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties",
				"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum":
				for _, by := range []int64{1, -1} {
					moved := add1(s[name].(json.Number), by)
					if strings.HasPrefix(moved, "-") && !strings.HasSuffix(name, "imum") {
						continue // no size is below zero
					}
					add(fmt.Sprintf("%s%+d", name, by), func(s map[string]any) { s[name] = json.Number(moved) })
				}
				if other, ok := swapped[name]; ok && s[other] == nil {
					add(name+" swapped", func(s map[string]any) { s[other] = s[name]; delete(s, name) })
				}
			case "required":
				for i := range s[name].([]any) {
					add("required dropped", func(s map[string]any) {
						s[name] = slices.Delete(slices.Clone(s[name].([]any)), i, i+1)
					})
				}
			case "enum":
				add("enum shortened", func(s map[string]any) { s[name] = s[name].([]any)[1:] })
			case "uniqueItems", "propertyNames", "additionalProperties", "pattern", "format", "const", "not", "multipleOf",
				"dependentRequired", "items", "anyOf", "oneOf", "then":
				add(name+" dropped", func(s map[string]any) { delete(s, name) })
			case "type":
				if one, ok := s[name].(string); ok && one != "null" {
					add("null let through", func(s map[string]any) { s[name] = []any{one, "null"} })
					add("type dropped", func(s map[string]any) { delete(s, name) })
				}
			}
		}
	})
	return all
}

func add1(n json.Number, by int64) string {
	r, _ := new(big.Rat).SetString(n.String())
	return r.Add(r, new(big.Rat).SetInt64(by)).FloatString(0)
}

// kinds are the mistakes that TestMutants must see noticed.
var kinds = strings.Split(`minLength+1|minLength-1|maxLength+1|maxLength-1|minItems+1|minItems-1|maxItems+1|maxItems-1|`+
	`minProperties+1|minProperties-1|maxProperties+1|maxProperties-1|minimum+1|minimum-1|maximum+1|maximum-1|`+
	`exclusiveMinimum+1|exclusiveMinimum-1|exclusiveMaximum+1|exclusiveMaximum-1|`+
	`minimum swapped|maximum swapped|exclusiveMinimum swapped|exclusiveMaximum swapped|`+
	`required dropped|additionalProperties dropped|propertyNames dropped|uniqueItems dropped|items dropped|then dropped|`+
	`pattern dropped|format dropped|const dropped|not dropped|multipleOf dropped|anyOf dropped|enum shortened|`+
	`null let through|type dropped`, "|")

// The values of the property test notice mistakes in what is stated: were a bound
// off by one or a keyword missing, plan and oracle would differ on one of them. A
// mistake may be without consequence, such as a bound beyond a const, so each kind
// has to be noticed several times, and not each time.
func TestMutants(t *testing.T) {
	t.Parallel()
	const enough = 3
	g := newGenerator(startSeed(t))
	made, found := map[string]int{}, map[string]int{}
	missing := func() []string {
		return slices.DeleteFunc(slices.Clone(kinds), func(kind string) bool { return found[kind] >= enough })
	}
	for types := 0; len(missing()) > 0; types++ {
		if types == 3000 {
			t.Fatalf("noticed fewer than %d times: %q; made %v, found %v", enough, missing(), made, found)
		}
		set := binding.NewSet()
		s := newSubject(t, set, g.structType(2))
		if s.partial {
			continue
		}
		defs, _ := s.in["$defs"].(map[string]any)
		values, accepts := make([]string, valuesPerType), make([]bool, valuesPerType)
		for i := range values {
			values[i] = g.value(s.in, defs, 0)
			accepts[i] = set.Decode([]byte(values[i]), reflect.New(s.typ).Interface()) == nil
		}
		doc := normal(t, s.in)
		for _, m := range mutants(doc) {
			if found[m.kind] >= enough {
				continue
			}
			m.in(func() {
				o, err := oracle(doc)
				require.NoError(t, err, "%s at %s: %s", m.kind, m.path, text(doc))
				made[m.kind]++
				for i, v := range values {
					if (judge(o, v) == nil) != accepts[i] && !known(s, v, accepts[i]) {
						found[m.kind]++
						return
					}
				}
			})
		}
	}
	t.Logf("of %v", made)
	for kind := range made {
		if !slices.Contains(kinds, kind) && found[kind] == 0 {
			t.Logf("never noticed: %s", kind)
		}
	}
}
