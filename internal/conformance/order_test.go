package conformance

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend/binding"
)

// Types that lead to each other in every way, so that which of them is compiled
// first could matter.
type (
	ring struct {
		Next  *ringB           `json:"next"`
		Words words            `json:"words" validate:"max=2"`
		Loop  loop             `json:"loop"`
		Shape shape            `json:"shape"`
		Tone  color            `json:"tone" validate:"ne=red"`
		Named map[string]ringB `json:"named" validate:"max=3"`
	}
	ringB struct {
		Back  []ring `json:"back"`
		Loop  loop   `json:"loop" validate:"required"`
		Words words  `json:"words"`
		Tone  color  `json:"tone"`
		*ringC
	}
	ringC struct {
		Deep loops             `json:"deep" validate:"dive,max=1"`
		Opt  binding.Opt[leaf] `json:"opt"`
		Zero [2]leaf           `json:"zero"`
	}
	loop  []loops
	loops map[string]loop
	hedge []bush // a list that leads to itself through a struct
	bush  struct {
		In hedge `json:"in"`
	}
)

// What a type states does not depend on what the set has compiled before it.
func TestOrder(t *testing.T) {
	t.Parallel()
	g := newGenerator(startSeed(t))
	types := []reflect.Type{
		reflect.TypeFor[ring](), reflect.TypeFor[ringB](), reflect.TypeFor[ringC](), reflect.TypeFor[loop](), reflect.TypeFor[loops](), reflect.TypeFor[hedge](), reflect.TypeFor[bush](),
		reflect.TypeFor[words](), reflect.TypeFor[[]words](), reflect.TypeFor[tree](), reflect.TypeFor[wide](), reflect.TypeFor[leaf](),
		reflect.TypeFor[drawing](), reflect.TypeFor[polygon](), reflect.TypeFor[circle](), reflect.TypeFor[form](), reflect.TypeFor[all](),
		reflect.TypeFor[page[drawing]](), reflect.TypeFor[map[color]ring](), reflect.TypeFor[*ringB](), reflect.TypeFor[[]shape](),
	}
	for range 20 {
		types = append(types, g.structType(3))
	}
	want := map[string]string{}
	const rounds = 60
	for round := range rounds {
		set := binding.NewSet(binding.Types(binding.Union[shape]("kind",
			binding.Variant[circle]("circle"), binding.Variant[*polygon]("polygon"))))
		for _, typ := range types {
			for key, got := range emitted(t, g, set, typ) {
				key = fmt.Sprint(typ, " ", key)
				if round == 0 {
					want[key] = got
				} else if got != want[key] {
					t.Fatalf("round %d: %s\n got %s\nwant %s", round, key, got, want[key])
				}
			}
		}
		g.Shuffle(len(types), func(i, j int) { types[i], types[j] = types[j], types[i] })
	}
	t.Logf("%d documents of %d types, the same in %d orders", len(want), len(types), rounds)
}

// emitted renders every view of a type, in an order of its own each time.
func emitted(t *testing.T, g *generator, set *binding.Set, typ reflect.Type) map[string]string {
	t.Helper()
	all := map[string]string{}
	views := []func(){
		func() {
			wrapper := reflect.StructOf([]reflect.StructField{{Name: "Body", Type: typ, Tag: `body:""`}})
			plan, problems := set.Input(wrapper, binding.Config{Method: "POST"})
			require.Empty(t, problems, typ)
			all["input"] = ordered(bodySchema(plan), map[refKey]bool{})
		},
		func() {
			plan, problems := set.Output(typ, binding.Config{})
			require.Empty(t, problems, typ)
			all["output"] = ordered(bodySchema(plan), map[refKey]bool{})
		},
		func() { _ = set.Decode([]byte("{}"), reflect.New(typ).Interface()) },
	}
	g.Shuffle(len(views), func(i, j int) { views[i], views[j] = views[j], views[i] })
	for _, view := range views {
		view()
	}
	return all
}

// ordered renders a schema with its keywords, members and definitions in the order
// in which they are stated.
func ordered(v any, seen map[refKey]bool) string {
	var b strings.Builder
	switch v := v.(type) {
	case binding.Schema:
		for _, k := range v {
			fmt.Fprintf(&b, "%s:%s,", k.Name(), ordered(k.Value(), seen))
		}
	case []binding.Schema:
		for _, s := range v {
			b.WriteString(ordered(s, seen) + ",")
		}
	case binding.Properties:
		for _, p := range v {
			fmt.Fprintf(&b, "%q:%s,", p.Name, ordered(p.Schema, seen))
		}
	case binding.Discriminator:
		return fmt.Sprintf("%s %v", v.PropertyName, slices.Sorted(maps.Keys(v.Mapping)))
	case binding.Ref:
		key := refKey{v.Type, v.View, v.Tag}
		if seen[key] {
			return fmt.Sprint(key)
		}
		seen[key] = true
		return fmt.Sprint(key, "=", ordered(v.Definition(), seen))
	default:
		return text(v)
	}
	return "{" + b.String() + "}"
}
