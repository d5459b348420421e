package binding

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// mutated has every part of a plan that a request depends on, each with a value that
// it alone refuses.
type mutated struct {
	Short    string            `json:"short" validate:"min=2,max=4"`
	Required string            `json:"required" validate:"required,max=3"`
	Length   string            `json:"length" validate:"omitempty,len=3"`
	Alpha    string            `json:"alpha" validate:"omitempty,alpha"`
	Start    string            `json:"start" validate:"omitempty,startswith=a,oneof=a ab b"`
	Not      string            `json:"not" validate:"noneof=a b"`
	Whole    int               `json:"whole" validate:"min=1,max=3"`
	Later    int8              `json:"later" validate:"omitempty,gt=2"`
	Steps    uint8             `json:"steps" validate:"multipleof=3,lt=7"`
	Unequal  int               `json:"unequal" validate:"ne=2"`
	Equal    uint              `json:"equal" validate:"omitempty,eq=4"`
	Between  float64           `json:"between" validate:"gt=1,lt=5"`
	Yes      bool              `json:"yes" validate:"eq=true"`
	Pointer  *int              `json:"pointer" validate:"min=2"`
	Must     *string           `json:"must" validate:"required,max=2"`
	MayNull  *int              `json:"may_null" validate:"required,nullable"`
	Opt      Opt[int]          `json:"opt" validate:"notnull,max=3"`
	OptNull  Opt[string]       `json:"opt_null" validate:"max=3"`
	List     []int             `json:"list" validate:"min=1,max=3,unique,dive,max=4"`
	Free     []string          `json:"free" validate:"dive,required"`
	Map      map[string]string `json:"map" validate:"required,max=4,dive,min=1"`
	Inner    mutatedInner      `json:"inner"`
	Loose    mutatedLoose      `json:"loose"`
	Default  int               `json:"default" default:"3" validate:"min=2"`
	Nested   [][]mutatedInner  `json:"nested" validate:"dive,max=2"`
}

type (
	mutatedInner struct {
		X int `json:"x" validate:"min=1"`
	}
	mutatedLoose struct {
		X int    `json:"x" validate:"max=3"`
		Y string `json:"y"`
	}
)

// change is one small mistake in a compiled plan.
type change struct {
	name string
	make func()
}

// planChanges lists the mistakes of a node and of what is below it. What stands behind
// a pointer or an Opt is never asked about null.
func planChanges(n *node, path string, behind bool, all *[]change) {
	if n == nil {
		return
	}
	add := func(name string, f func()) { *all = append(*all, change{path + " " + name, f}) }
	for i := range n.ops {
		code := n.ops[i].says.code
		add(code+" dropped", func() { n.ops = slices.Delete(slices.Clone(n.ops), i, i+1) })
		if t := n.ops[i].test; t <= testMaxUint || t >= testMinRunes && t <= testNeUint || t == testMultipleInt || t == testMultipleUint {
			add(code+"+1", func() { n.ops[i].n++ })
			if n.ops[i].n > 0 && code != CodeRequired { // where it would be the same, or no operand at all
				add(code+"-1", func() { n.ops[i].n-- })
			}
		}
		if t := n.ops[i].test; t == testMinFloat || t == testAboveFloat || t == testMaxFloat || t == testBelowFloat {
			add(code+" swapped", func() {
				n.ops[i].test = map[test]test{testMinFloat: testAboveFloat, testAboveFloat: testMinFloat, testMaxFloat: testBelowFloat, testBelowFloat: testMaxFloat}[t]
			})
		}
	}
	plain := *n
	plain.skipZero = false
	if n.kind != kindStruct && !plain.zeroPasses() && !nilable(n.typ) { // else it is the same either way
		add("skipZero turned", func() { n.skipZero = !n.skipZero })
	}
	if !n.shared && n.kind != kindStruct && !behind {
		add("hasNull turned", func() { n.hasNull = !n.hasNull })
	}
	if !n.shared && !n.hasNull && n.kind != kindOpt && !behind && path != "" {
		add("required turned", func() { n.required = !n.required })
	}
	planChanges(n.elem, path+"/*", n.kind == kindPointer || n.kind == kindOpt, all)
	if n.obj != nil {
		objectChanges(n.obj, path, all)
	}
}

func objectChanges(o *object, path string, all *[]change) {
	for i := range o.fields {
		f := &o.fields[i]
		add := func(name string, f func()) {
			*all = append(*all, change{path + "/" + o.fields[i].name + " " + name, f})
		}
		if at := slices.Index(o.must, i); at >= 0 {
			add("may be absent", func() { o.must = slices.Delete(slices.Clone(o.must), at, at+1) })
		} else if f.def == nil {
			add("must be there", func() { o.must, o.awaited = append(o.must, i), o.awaited|1<<i })
		}
		if at := slices.Index(o.fill, i); at >= 0 {
			add("default dropped", func() { o.fill = slices.Delete(slices.Clone(o.fill), at, at+1) })
		}
		if o.awaited&(1<<i) != 0 {
			add("not awaited", func() { o.awaited &^= 1 << i })
		}
		add("read-only", func() { f.readOnly = true })
		add("moved", func() {
			for j := range o.fields { // to a field of the same shape
				if g := &o.fields[j]; j != i && g.node.typ == f.node.typ {
					f.offset = g.offset
				}
			}
		})
		planChanges(f.node, path+"/"+f.name, false, all)
	}
}

func TestPlan_mutants(t *testing.T) {
	t.Parallel()
	typ := typeOf[mutated]()
	texts := make([]string, 6000)
	r := rand.New(rand.NewPCG(1, 2))
	for i := range texts {
		if texts[i] = twinText(r, typ); i%2 == 0 {
			texts[i] = validNear(r)
		}
	}
	values, wants := make([]reflect.Value, len(texts)), make([][]string, len(texts))
	for i, text := range texts {
		if values[i], wants[i] = runTwin(typ, text); text == "null" {
			wants[i] = []string{" required"}
		}
	}
	survives := func(r *root) bool {
		for i, text := range texts {
			got, found := plannedVerdict(t, r, text)
			if !slices.Equal(found, wants[i]) || len(found) == 0 && !reflect.DeepEqual(got.Interface(), values[i].Interface()) {
				return false
			}
		}
		return true
	}
	if !survives(NewSet().root(typ)) {
		t.Fatal("the plan itself is wrong")
	}
	sites := func(r *root) (all []change) { planChanges(r.node, "", false, &all); return all }
	total := 0
	for i := range sites(NewSet().root(typ)) {
		r := NewSet().root(typ)
		c := sites(r)[i]
		if strings.HasSuffix(c.name, "moved") && !moves(r, c) {
			continue
		}
		total++
		c.make()
		if survives(r) {
			t.Errorf("nothing notices the mistake %q", c.name)
		}
	}
	if total < 120 {
		t.Errorf("only %d mistakes were made", total)
	}
}

// moves reports whether a field has another one of its type to be moved to.
func moves(r *root, c change) bool {
	name := strings.TrimSuffix(strings.TrimPrefix(c.name, "/"), " moved")
	o := r.node.obj
	for i := range o.fields {
		if o.fields[i].name == name {
			return slices.ContainsFunc(o.fields, func(g field) bool { return g.name != name && g.node.typ == o.fields[i].node.typ })
		}
	}
	return false
}

// programChanges lists the mistakes of a program and of those in it.
func programChanges(p *program, path string, met map[*program]bool, all *[]change) {
	if met[p] {
		return
	}
	met[p] = true
	for i := range p.steps {
		c := &p.steps[i]
		add := func(name string, f func()) {
			*all = append(*all, change{fmt.Sprintf("%s step %d (%s) %s", path, i, c.node.typ, name), f})
		}
		inert := (c.does == checkPointer || c.does == checkList) && len(c.sub.steps) == 0 && (c.does == checkPointer && !c.node.required || len(c.node.ops) == 0)
		if !inert {
			add("dropped", func() { p.steps = slices.Delete(slices.Clone(p.steps), i, i+1) })
		}
		if c.does <= checkCount {
			bounded := check{does: c.does, node: c.node}
			if bounded.does == checkInt && c.lo != 1<<63 || bounded.does != checkInt && c.lo > 0 {
				add("lo+1", func() { c.lo++ })
				add("lo-1", func() { c.lo-- })
			}
			if c.hi < 1<<62 {
				add("hi+1", func() { c.hi++ })
				add("hi-1", func() { c.hi-- })
			}
		}
		if c.sub != nil {
			programChanges(c.sub, fmt.Sprint(path, "/", i), met, all)
		}
	}
}

func TestProgram_mutants(t *testing.T) {
	t.Parallel()
	typ := typeOf[mutated]()
	n := NewSet().root(typ).node
	r := rand.New(rand.NewPCG(3, 4))
	values := make([]reflect.Value, 6000)
	for i := range values {
		values[i], _ = runTwin(typ, validNear(r))
		if !values[i].IsValid() {
			values[i] = reflect.Zero(typ)
		}
	}
	survives := func(p *program) bool {
		return !slices.ContainsFunc(values, func(v reflect.Value) bool { return !agree(t, n, p, v) })
	}
	if !survives(assemble(n)) {
		t.Fatal("the program itself is wrong")
	}
	sites := func(p *program) (all []change) {
		programChanges(p, "", map[*program]bool{}, &all)
		return all
	}
	for i := range sites(assemble(n)) {
		p := assemble(n)
		c := sites(p)[i]
		c.make()
		if survives(p) {
			t.Errorf("nothing notices the mistake %q", c.name)
		}
	}
}

// validNear is a text of which one member is drawn and the others are right, so that a
// single rule decides.
func validNear(r *rand.Rand) string {
	valid := map[string]string{
		"short": `"ab"`, "required": `"a"`, "whole": "1", "between": "2", "yes": "true", "must": `"a"`, "may_null": "null",
		"list": "[1]", "map": `{"a":"b"}`, "inner": `{"x":1}`,
	}
	typ := typeOf[mutated]()
	f := typ.Field(r.IntN(typ.NumField()))
	name := f.Tag.Get("json")
	valid[name] = twinText(r, f.Type)
	var parts []string
	for i := range typ.NumField() {
		if text, ok := valid[typ.Field(i).Tag.Get("json")]; ok {
			parts = append(parts, fmt.Sprintf("%q:%s", typ.Field(i).Tag.Get("json"), text))
		}
	}
	return "{" + strings.Join(parts, ",") + "}"
}
