package conformance

import (
	"encoding/json"
	"fmt"
	"math/big"
	"math/rand/v2"
	"net/netip"
	"reflect"
	"regexp"
	"strings"
	"time"

	"github.com/wend-go/wend/binding"
)

// Random struct types: every kind, with rules drawn from the real list of rules.
// Which rule may stand on which kind, and with which parameter, is found by
// trying, so a new rule takes part unasked.

type (
	color string
	level int8
	leaf  struct {
		N int    `json:"n" validate:"min=2"`
		S string `json:"s,omitempty" validate:"omitempty,len=3"`
	}
	tree struct {
		Value int             `json:"value" validate:"max=9"`
		Kids  []tree          `json:"kids" validate:"max=2"`
		ByKey map[string]tree `json:"by_key"`
		Next  *tree           `json:"next"`
	}
	base struct {
		ID   int    `json:"id" validate:"required"`
		Kind string `json:"kind"`
	}
	wide struct {
		base
		*leaf2
		Kind color `json:"kind"`
	}
	leaf2 struct {
		P string `json:"p" validate:"required"`
		Q int    `json:"q"`
	}
	words []words
)

func (color) Enum() []color { return []color{"red", "green", "dark blue"} }
func (level) Enum() []level { return []level{-1, 0, 7} }

var scalars = []reflect.Type{
	reflect.TypeFor[bool](), reflect.TypeFor[string](), reflect.TypeFor[string](), reflect.TypeFor[string](),
	reflect.TypeFor[int](), reflect.TypeFor[int8](), reflect.TypeFor[int16](), reflect.TypeFor[int32](), reflect.TypeFor[int64](),
	reflect.TypeFor[uint](), reflect.TypeFor[uint8](), reflect.TypeFor[uint16](), reflect.TypeFor[uint32](), reflect.TypeFor[uint64](),
	reflect.TypeFor[float32](), reflect.TypeFor[float64](), reflect.TypeFor[[]byte](), reflect.TypeFor[time.Time](),
	reflect.TypeFor[time.Duration](), reflect.TypeFor[color](), reflect.TypeFor[level](),
}

var others = []reflect.Type{
	reflect.TypeFor[any](), reflect.TypeFor[json.RawMessage](), reflect.TypeFor[json.Number](), reflect.TypeFor[big.Int](),
	reflect.TypeFor[netip.Addr](), reflect.TypeFor[tree](), reflect.TypeFor[wide](), reflect.TypeFor[leaf](), reflect.TypeFor[words](),
	reflect.TypeFor[binding.Opt[string]](), reflect.TypeFor[binding.Opt[int]](), reflect.TypeFor[binding.Opt[float64]](),
	reflect.TypeFor[binding.Opt[bool]](), reflect.TypeFor[binding.Opt[[]int]](), reflect.TypeFor[binding.Opt[any]](),
	reflect.TypeFor[binding.Opt[time.Time]](), reflect.TypeFor[binding.Opt[leaf]](), reflect.TypeFor[binding.Opt[map[string]bool]](),
	reflect.TypeFor[binding.Opt[color]](),
}

var keys = []reflect.Type{
	reflect.TypeFor[string](), reflect.TypeFor[string](), reflect.TypeFor[int8](), reflect.TypeFor[uint16](),
	reflect.TypeFor[int64](), reflect.TypeFor[uint64](), reflect.TypeFor[color](),
}

// generator makes types and values from one seed.
type generator struct {
	*rand.Rand
	rules map[string][]string // rules with parameters, by what may carry them
	pool  []string

	patterns map[string]*regexp.Regexp
}

func newGenerator(seed uint64) *generator {
	return &generator{Rand: rand.New(rand.NewPCG(seed, 0)), rules: map[string][]string{}, pool: texts(), patterns: map[string]*regexp.Regexp{}}
}

// params are what rules are tried with.
var params = []string{
	"", "=0", "=1", "=2", "=3", "=5", "=200", "=-1", "=-0.5", "=0.1", "=1.5", "=9007199254740993",
	"=a", "=abc", "=red", "=true", "=false", "=a bc é", "=1 2 3", "=0.5 2", "=2006-01-02", "=2006-01-02T15:04:05Z07:00", "=15:04", "=::1",
}

// alike names what decides which rules a type may carry.
func alike(t reflect.Type) string {
	if t.Name() != "" {
		return t.String()
	}
	switch t.Kind() {
	case reflect.Slice, reflect.Pointer, reflect.Array:
		return t.Kind().String() + " of " + t.Elem().Kind().String()
	}
	return t.Kind().String()
}

// rulesFor lists the uses that compile on a type.
func (g *generator) rulesFor(t reflect.Type) []string {
	key := alike(t)
	if found, ok := g.rules[key]; ok {
		return found
	}
	found := []string{}
	for _, name := range binding.NewSet().RuleNames() {
		switch name {
		case "required", "nullable", "notnull", "omitempty", "omitnil", "dive":
			continue // presence has its own place
		}
		for _, param := range params {
			if compiles(reflect.StructOf([]reflect.StructField{field(0, t, name+param, "")})) {
				found = append(found, name+param)
				if param == "" {
					break // it takes none
				}
			}
		}
	}
	g.rules[key] = found
	return found
}

// use picks a rule and then one of its uses: a rule without a parameter comes as
// often as one that is tried with many.
func (g *generator) use(all []string) string {
	var first []int // use of each rule
	last := ""
	for i, use := range all {
		if name, _, _ := strings.Cut(use, "="); name != last {
			first, last = append(first, i), name
		}
	}
	i := g.IntN(len(first))
	uses := all[first[i]:]
	if i+1 < len(first) {
		uses = all[first[i]:first[i+1]]
	}
	return pick(g, uses)
}

func compiles(t reflect.Type) bool {
	_, problems := binding.NewSet().Output(t, binding.Config{})
	return len(problems) == 0
}

func field(i int, t reflect.Type, rules, more string) reflect.StructField {
	tag := fmt.Sprintf(`json:"f%d%s"`, i, more)
	if rules != "" {
		tag += fmt.Sprintf(" validate:%q", rules)
	}
	return reflect.StructField{Name: fmt.Sprintf("F%d", i), Type: t, Tag: reflect.StructTag(tag)}
}

// structType makes a struct that compiles.
func (g *generator) structType(depth int) reflect.Type {
	for {
		fields := make([]reflect.StructField, 1+g.IntN(4))
		for i := range fields {
			fields[i] = g.field(i, depth, len(fields))
		}
		if t := reflect.StructOf(fields); compiles(t) {
			return t
		}
	}
}

// field makes one field; alone it compiles.
func (g *generator) field(i, depth, siblings int) reflect.StructField {
	for {
		t := g.typ(depth)
		var rules []string
		if g.IntN(3) == 0 {
			rules = append(rules, pick(g, []string{"required", "omitempty", "required", "required,nullable", "notnull", "omitnil"}))
		}
		rules = append(rules, g.valueRules(t)...)
		more := ""
		if g.IntN(8) == 0 {
			more = pick(g, []string{",omitempty", ",omitzero", ",string"})
		}
		f := field(i, t, strings.Join(rules, ","), more)
		if g.IntN(10) == 0 {
			f.Tag += reflect.StructTag(" " + pick(g, []string{
				`jsonschema:"readOnly"`, `jsonschema:"writeOnly"`, `default:"1"`, `default:"true"`, `default:"abc"`,
				`default:"[]"`, `pattern:"^[a-c]+$"`, `pattern:"[0-9]"`, `doc:"words"`,
			}))
		}
		if !compiles(reflect.StructOf([]reflect.StructField{rename(f)})) {
			continue
		}
		if siblings > 1 && g.IntN(6) == 0 {
			f = g.conditional(f, i, siblings)
		}
		return f
	}
}

// rename gives a field the name that a struct of it alone needs.
func rename(f reflect.StructField) reflect.StructField { f.Name = "F0"; return f }

func (g *generator) conditional(f reflect.StructField, i, siblings int) reflect.StructField {
	other := func() string { return fmt.Sprintf("F%d", (i+1+g.IntN(siblings-1))%siblings) }
	name := pick(g, []string{
		"required_if", "required_unless", "required_with", "required_with_all", "required_without", "required_without_all",
		"excluded_if", "excluded_unless", "excluded_with", "excluded_without",
	})
	param := other()
	switch {
	case strings.HasSuffix(name, "_if"), strings.HasSuffix(name, "_unless"):
		param += " " + pick(g, []string{"1", "0", "a", "red", "true", "3"})
	case g.IntN(2) == 0:
		param += " " + other()
	}
	rules := f.Tag.Get("validate")
	if rules != "" {
		rules += ","
	}
	f.Tag = reflect.StructTag(fmt.Sprintf("json:%q validate:%q", f.Tag.Get("json"), rules+name+"="+param))
	return f
}

// valueRules draws rules for a type and the elements below it.
func (g *generator) valueRules(t reflect.Type) []string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	var rules []string
	if value, ok := optValue(t); ok {
		t = value
	}
	for range g.IntN(3) {
		if all := g.rulesFor(t); len(all) > 0 {
			rules = append(rules, g.use(all))
		}
	}
	if len(rules) == 2 && g.IntN(6) == 0 {
		rules = []string{rules[0] + "|" + rules[1]}
	}
	switch t.Kind() {
	case reflect.Slice, reflect.Array, reflect.Map:
		if t.Elem().Kind() == reflect.Uint8 || t.Name() != "" || g.IntN(2) == 0 {
			return rules
		}
		rules = append(rules, "dive")
		if t.Kind() == reflect.Map && g.IntN(2) == 0 {
			if all := g.rulesFor(t.Key()); len(all) > 0 {
				rules = append(rules, "keys", g.use(all), "endkeys")
			}
		}
		if g.IntN(4) == 0 {
			rules = append(rules, pick(g, []string{"required", "omitempty"}))
		}
		rules = append(rules, g.valueRules(t.Elem())...)
	}
	return rules
}

func optValue(t reflect.Type) (reflect.Type, bool) {
	if t.Kind() != reflect.Struct || !strings.HasPrefix(t.Name(), "Opt[") {
		return nil, false
	}
	f, _ := t.FieldByName("Value")
	return f.Type, true
}

// typ makes a type of at most the given depth.
func (g *generator) typ(depth int) reflect.Type {
	if depth <= 0 || g.IntN(3) > 0 {
		if g.IntN(4) == 0 {
			return pick(g, others)
		}
		t := pick(g, scalars)
		if g.IntN(5) == 0 {
			return reflect.PointerTo(t)
		}
		return t
	}
	switch g.IntN(6) {
	case 0:
		return reflect.PointerTo(g.typ(depth - 1))
	case 1, 2:
		return reflect.SliceOf(g.typ(depth - 1))
	case 3:
		return reflect.ArrayOf(g.IntN(4), g.typ(depth-1))
	case 4:
		return reflect.MapOf(pick(g, keys), g.typ(depth-1))
	}
	return g.structType(depth - 1)
}

func pick[T any](g *generator, from []T) T { return from[g.IntN(len(from))] }
