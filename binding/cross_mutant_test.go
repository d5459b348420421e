package binding

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// crossed has every rule between fields, on values and on pointers.
type crossed struct {
	Mode  string    `json:"mode"`
	Count *int      `json:"count"`
	N     int       `json:"n"`
	Name  string    `json:"name"`
	When  time.Time `json:"when"`
	List  []int     `json:"list"`

	If          string   `json:"if" validate:"required_if=Mode a"`
	IfAll       *int     `json:"if_all" validate:"required_if=Mode a Count 1"`
	Unless      int      `json:"unless" validate:"required_unless=Mode a"`
	UnlessAll   Opt[int] `json:"unless_all" validate:"required_unless=Mode a N 0"`
	With        string   `json:"with" validate:"required_with=N"`
	WithCount   int      `json:"with_count" validate:"required_with=Count"`
	WithAny     *int     `json:"with_any" validate:"required_with=Count Name"`
	WithAll     *int     `json:"with_all" validate:"required_with_all=Count Name"`
	Without     int      `json:"without" validate:"required_without=N"`
	WithoutAny  *int     `json:"without_any" validate:"required_without=Count Name"`
	WithoutAll  *string  `json:"without_all" validate:"required_without_all=Count Name"`
	NotIf       *int     `json:"not_if" validate:"excluded_if=Mode a"`
	NotIfAll    *int     `json:"not_if_all" validate:"excluded_if=Mode a Count 1"`
	NotUnless   int      `json:"not_unless" validate:"excluded_unless=Mode a"`
	NotWith     string   `json:"not_with" validate:"excluded_with=Count"`
	NotWithAny  *int     `json:"not_with_any" validate:"excluded_with=Count Name"`
	NotWithout  int      `json:"not_without" validate:"excluded_without=N"`
	NotWithouts *int     `json:"not_withouts" validate:"excluded_without=Count Name"`

	Equal     string    `json:"equal" validate:"eqfield=Name"`
	Unequal   *int      `json:"unequal" validate:"nefield=N"`
	Greater   int       `json:"greater" validate:"gtfield=Count"`
	AtLeast   Opt[int]  `json:"at_least" validate:"gtefield=N"`
	Shorter   string    `json:"shorter" validate:"ltfield=Name"`
	Fewer     []int     `json:"fewer" validate:"ltefield=List"`
	Later     time.Time `json:"later" validate:"gtfield=When"`
	NotBefore time.Time `json:"not_before" validate:"gtefield=When"`
}

// crossedText draws a text in which a member has one of few values, null, or none.
func crossedText(r *rand.Rand) string {
	var parts []string
	typ := typeOf[crossed]()
	for i := range typ.NumField() {
		f := typ.Field(i)
		t := f.Type
		if isOpt(t) {
			t = t.Field(0).Type
		}
		value := "null"
		switch indirect(t).Kind() {
		case reflect.String:
			value = []string{`""`, `"a"`, `"é"`, `"ab"`}[r.IntN(4)]
		case reflect.Int:
			value = fmt.Sprint(r.IntN(3))
		case reflect.Slice:
			value = []string{"[]", "[1]", "[2]", "[1,2]"}[r.IntN(4)]
		case reflect.Struct:
			value = []string{`"2026-01-02T00:00:00Z"`, `"2026-01-02T01:00:00+01:00"`, `"2026-01-03T00:00:00Z"`}[r.IntN(3)]
		}
		switch r.IntN(12) {
		case 0, 1, 2, 3:
			continue
		case 4:
			value = "null"
		case 5:
			value = []string{"true", `{"x":1}`}[r.IntN(2)]
		}
		parts = append(parts, fmt.Sprintf("%q:%s", f.Tag.Get("json"), value))
	}
	return "{" + strings.Join(parts, ",") + "}"
}

// crossTwin says what the rules between fields say of a text, from the specification:
// no plan, no value in memory, only what was sent.
type crossTwin struct {
	in  map[string]any
	bad map[string]bool
}

// crossedVerdict lists what is wrong with a text: types and null first, then the rules.
func crossedVerdict(text string) []string {
	w := crossTwin{map[string]any{}, map[string]bool{}}
	if err := json.Unmarshal([]byte(text), &w.in); err != nil {
		return []string{err.Error()}
	}
	found := []string{}
	typ := typeOf[crossed]()
	for i := range typ.NumField() {
		f := typ.Field(i)
		name := f.Tag.Get("json")
		v, sent := w.in[name]
		_, isTrue := v.(bool)
		_, isObject := v.(map[string]any)
		nullable := f.Type.Kind() == reflect.Pointer || f.Type.Kind() == reflect.Slice || isOpt(f.Type)
		if sent && (isTrue || isObject || v == nil && !nullable) {
			w.bad[name] = true
			found = append(found, "/"+name+" type")
		}
	}
	for i := range typ.NumField() {
		f := typ.Field(i)
		name, rule := f.Tag.Get("json"), f.Tag.Get("validate")
		if rule == "" {
			continue
		}
		rule, param, _ := strings.Cut(rule, "=")
		if code := w.breaks(f, rule, strings.Fields(param)); code != "" {
			found = append(found, "/"+name+" "+code)
		}
	}
	slices.Sort(found)
	return found
}

func (w crossTwin) given(name string) bool { return w.in[name] != nil }

func wireName(field string) string {
	f, _ := typeOf[crossed]().FieldByName(field)
	return f.Tag.Get("json")
}

// breaks returns the code of a rule that a field breaks.
func (w crossTwin) breaks(f reflect.StructField, rule string, words []string) string {
	me := f.Tag.Get("json")
	if strings.HasSuffix(rule, "field") {
		return w.compares(me, wireName(words[0]), rule)
	}
	kind, when, _ := strings.Cut(rule, "_")
	step := 1
	if when == "if" || when == "unless" {
		step = 2
	}
	held, count := 0, 0
	for pair := range slices.Chunk(words, step) {
		name := wireName(pair[0])
		if step == 2 && w.given(name) && w.bad[name] {
			return ""
		}
		if w.given(name) && (step == 1 || fmt.Sprint(w.in[name]) == pair[1]) {
			held++
		}
		count++
	}
	applies := map[string]bool{
		"if": held == count, "unless": held < count, "with": held > 0, "with_all": held == count,
		"without": held < count, "without_all": held == 0,
	}[when]
	switch {
	case kind == "excluded" && applies && w.given(me):
		return "excluded"
	case kind == "required" && applies && (!w.given(me) || !w.bad[me] && f.Type.Kind() == reflect.String && w.in[me] == ""):
		return "required"
	}
	return ""
}

func (w crossTwin) compares(me, other, rule string) string {
	if !w.given(me) || !w.given(other) || w.bad[me] || w.bad[other] {
		return ""
	}
	a, b := w.in[me], w.in[other]
	measure := func(v any) float64 {
		switch v := v.(type) {
		case float64:
			return v
		case []any:
			return float64(len(v))
		}
		if t, err := time.Parse(time.RFC3339, v.(string)); err == nil {
			return float64(t.Unix())
		}
		return float64(utf8.RuneCountInString(v.(string)))
	}
	x, y := measure(a), measure(b)
	holds := map[string]bool{
		"eqfield": reflect.DeepEqual(a, b), "nefield": !reflect.DeepEqual(a, b), "gtfield": x > y, "gtefield": x >= y, "ltfield": x < y, "ltefield": x <= y,
	}[rule]
	if holds {
		return ""
	}
	return rule
}

// crossChange is one small mistake in the rules between the fields of an object.
type crossChange struct {
	name string
	make func(o *object)
}

// crossChanges lists them: each rule left out, reported elsewhere, deaf to what was
// wrong, written as another one, about another field, with another value.
func crossChanges() (all []crossChange) {
	o := NewSet().root(typeOf[crossed]()).node.obj
	for i := range o.cross {
		me := o.cross[i].field
		f, _ := typeOf[crossed]().FieldByName(o.fields[me].goName)
		rule, param, _ := strings.Cut(f.Tag.Get("validate"), "=")
		add := func(name string, change func(o *object)) {
			all = append(all, crossChange{f.Tag.Get("validate") + " " + name, change})
		}
		add("dropped", func(o *object) { o.cross = slices.Delete(slices.Clone(o.cross), i, i+1) })
		add("moved", func(o *object) { o.cross[i].field = (me + 1) % len(o.fields) })
		for j := range o.cross[i].reads {
			add(fmt.Sprint("read ", j, " forgotten"), func(o *object) { o.cross[i].reads = slices.Delete(slices.Clone(o.cross[i].reads), j, j+1) })
		}
		again := func(rule, param string) {
			w := condition{me, use{name: rule, param: param, hasParam: true}, site{out: new(Problems)}}
			if _, ok := o.compileCross(w); ok {
				add("as "+rule+"="+param, func(o *object) { o.cross[i], _ = o.compileCross(w) })
			}
		}
		for _, other := range strings.Fields(`required_if required_unless required_with required_with_all required_without required_without_all
			excluded_if excluded_unless excluded_with excluded_without eqfield nefield gtfield gtefield ltfield ltefield`) {
			single := !strings.Contains(param, " ")
			same := other == rule || single && strings.TrimSuffix(other, "_all") == strings.TrimSuffix(rule, "_all")
			if !same {
				again(other, param)
			}
		}
		words := strings.Fields(param)
		for at, word := range words {
			for _, other := range []string{"Mode", "Count", "N", "Name", "When", "List", "a", "ab", "0", "1", "2"} {
				if other == word || slices.Contains(words, other) {
					continue
				}
				changed := slices.Clone(words)
				changed[at] = other
				again(rule, strings.Join(changed, " "))
			}
			if step := 1 + strings.Count(rule, "_if") + strings.Count(rule, "_unless"); len(words) > step && at%step == 0 {
				again(rule, strings.Join(slices.Delete(slices.Clone(words), at, at+step), " "))
			}
		}
	}
	return all
}

// alike are the mistakes without consequence: the zero value, which is all that a wrong
// one leaves, gives the verdict that the rule gives.
var alike = map[string]bool{
	"required_if=Mode a read 1 forgotten": true, "required_if=Mode a Count 1 read 0 forgotten": true, "required_if=Mode a Count 1 read 1 forgotten": true,
	"excluded_if=Mode a read 0 forgotten": true, "excluded_if=Mode a Count 1 read 0 forgotten": true, "excluded_if=Mode a Count 1 read 1 forgotten": true,
	"gtefield=N read 1 forgotten": true, "ltefield=List read 0 forgotten": true, "gtfield=When read 1 forgotten": true, "gtefield=When read 1 forgotten": true,
}

// The rules between fields say what the twin says, and a mistake in one is noticed.
func TestCross_mutants(t *testing.T) {
	t.Parallel()
	typ := typeOf[crossed]()
	r := rand.New(rand.NewPCG(5, 6))
	texts, wants := make([]string, 6000), make([][]string, 6000)
	for i := range texts {
		texts[i] = crossedText(r)
		wants[i] = crossedVerdict(texts[i])
	}
	differs := func(root *root) int {
		for i, text := range texts {
			if _, found := plannedVerdict(t, root, text); !slices.Equal(found, wants[i]) {
				return i
			}
		}
		return -1
	}
	if i := differs(NewSet().root(typ)); i >= 0 {
		_, found := plannedVerdict(t, NewSet().root(typ), texts[i])
		t.Fatalf("%s\ngot  %q\nwant %q", texts[i], found, wants[i])
	}
	all := crossChanges()
	for _, c := range all {
		root := NewSet().root(typ)
		c.make(root.node.obj)
		if noticed := differs(root) >= 0; noticed == alike[c.name] {
			t.Errorf("the mistake %q: noticed is %v", c.name, noticed)
		}
	}
	if len(all) < 250 {
		t.Errorf("only %d mistakes were made", len(all))
	}
	t.Logf("%d mistakes, %d of them without consequence", len(all), len(alike))
}
