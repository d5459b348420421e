package binding

import (
	"fmt"
	"slices"
	"strings"
	"unsafe"
)

// Rules between the fields of one object: conditional presence and comparison
// with a sibling. They name Go fields; messages and documents name the wire.

// crossRule is one compiled rule.
type crossRule struct {
	name  string
	field int   // it is reported at this one
	reads []int // the fields whose values it judges, where others only have to be given
	test  func(o *object, p unsafe.Pointer, given presence) bool
	says  *statement
}

func (c *crossRule) holds(o *object, p unsafe.Pointer, given presence) (field int, ok bool) {
	return c.field, c.test(o, p, given)
}

// blind reports whether c judges a field that has no value, because what was given for
// it was wrong: that has been said, and nothing follows from it.
func (c *crossRule) blind(given, wrong presence) bool {
	for _, i := range c.reads {
		if given.has(i) && wrong.has(i) {
			return true
		}
	}
	return false
}

// isCross reports whether a rule looks at other fields.
func isCross(name string) bool {
	switch name {
	case "eqfield", "nefield", "gtfield", "gtefield", "ltfield", "ltefield",
		"required_if", "required_unless", "required_with", "required_with_all", "required_without", "required_without_all",
		"excluded_if", "excluded_unless", "excluded_with", "excluded_without":
		return true
	}
	return false
}

// takeCross splits the rules about other fields off.
func takeCross(rules *uses) (own *uses, cross []use) {
	if !slices.ContainsFunc(rules.own, func(u use) bool { return isCross(u.name) }) {
		return rules, nil
	}
	own = &uses{dive: rules.dive, keys: rules.keys}
	for _, u := range rules.own {
		if isCross(u.name) {
			cross = append(cross, u)
			continue
		}
		own.own = append(own.own, u)
	}
	return own, cross
}

// condition is a rule about other fields that waits until all fields are known.
type condition struct {
	field int
	use   use
	at    site
}

func (o *object) noteConditions(field int, conditions []use, at site) {
	for _, u := range conditions {
		o.pending = append(o.pending, condition{field, u, at})
	}
}

// crossRules compiles the rules between fields.
func (c compiler) crossRules(o *object) []crossRule {
	var all []crossRule
	for _, w := range o.pending {
		if r, ok := o.compileCross(w); ok {
			all = append(all, r)
		}
	}
	o.pending = nil
	return all
}

func (o *object) compileCross(w condition) (crossRule, bool) {
	if strings.HasSuffix(w.use.name, "field") {
		return o.comparison(w)
	}
	return o.conditional(w)
}

// sibling finds a field by its Go name.
func (o *object) sibling(w condition, name string) (int, bool) {
	names, others := make([]string, 0, len(o.fields)), make([]string, 0, len(o.fields))
	for i := range o.fields {
		if i == w.field && o.fields[i].goName == name {
			w.at.problem("", "has %s, which names the field itself", w.use)
			return 0, false
		}
		if o.fields[i].goName == name {
			return i, true
		}
		names = append(names, o.fields[i].goName)
		if i != w.field {
			others = append(others, o.fields[i].goName)
		}
	}
	write := ""
	if near := nearest(name, others); near != "" {
		write = fmt.Sprintf("validate:%q", strings.Replace(w.use.String(), name, near, 1))
	}
	w.at.problem(write, "%s names %s, and %s has no such field (fields: %s)", w.use.name, name, o.typ, strings.Join(names, ", "))
	return 0, false
}

// term is one part of a condition: a sibling that is given, or that equals a value.
type term struct {
	field int
	equal *op // nil: is given
	value any
}

func (t term) holds(o *object, p unsafe.Pointer, given presence) bool {
	if t.equal == nil {
		return given.has(t.field)
	}
	f := &o.fields[t.field]
	at := f.address(p, false)
	if at == nil || !given.has(t.field) {
		return false
	}
	n, at := f.node.reach(at)
	if at == nil {
		return false
	}
	text := ""
	if n.kind == kindText {
		text = n.plainText(at)
	}
	return t.equal.holds(n, at, text)
}

// reach goes through pointers and Opt to the value; nil where there is none.
func (n *node) reach(p unsafe.Pointer) (*node, unsafe.Pointer) {
	for {
		switch n.kind {
		case kindPointer:
			if p = *(*unsafe.Pointer)(p); p == nil {
				return n, nil
			}
		case kindOpt:
			if !n.present(p) {
				return n, nil
			}
		default:
			return n, p
		}
		n = n.elem
	}
}

// schema states a term about the object.
func (t term) schema(o *object) Schema {
	name := o.fields[t.field].name
	if t.equal == nil {
		return o.givenSchema(t.field)
	}
	return Schema{
		State("properties", Properties{{Name: name, Schema: Schema{State("const", t.value)}}}),
		State("required", []string{name}),
	}
}

// respelt reports whether a term compares a value that has more than one spelling
// on the wire, or another one than the value itself, so that no const is it.
func (t term) respelt(o *object) bool {
	n := o.fields[t.field].node.innermost()
	return t.equal != nil && (n.quoted || n.kind == kindText)
}

// givenSchema says that a member is there and not null.
func (o *object) givenSchema(field int) Schema {
	f := &o.fields[field]
	s := Schema{State("required", []string{f.name})}
	if f.node.hasNull {
		s = append(s, State("properties", Properties{{Name: f.name, Schema: Schema{State("not", Schema{State("type", "null")})}}}))
	}
	return s
}

// terms reads the parameter of a conditional rule.
func (o *object) terms(w condition) ([]term, bool) {
	words, err := splitList(w.use.param)
	if err != nil || len(words) == 0 {
		write := "Field"
		if strings.HasSuffix(w.use.name, "_if") || strings.HasSuffix(w.use.name, "_unless") {
			write = "Field value"
		}
		w.at.problem(fmt.Sprintf("validate:\"%s=%s\"", w.use.name, write), "has %s without the fields it needs", w.use.name)
		return nil, false
	}
	var terms []term
	pairs := strings.HasSuffix(w.use.name, "_if") || strings.HasSuffix(w.use.name, "_unless")
	if pairs && strings.Contains(w.use.param, "=") {
		return o.equalTerms(w)
	}
	if pairs {
		return o.wordPairs(w, words)
	}
	for _, name := range words {
		i, ok := o.sibling(w, name)
		if !ok {
			return nil, false
		}
		terms = append(terms, term{field: i})
	}
	return terms, true
}

// equalTerms reads F=v pairs.
func (o *object) equalTerms(w condition) ([]term, bool) {
	words, _ := splitList(strings.ReplaceAll(w.use.param, "=", " "))
	return o.wordPairs(w, words)
}

// wordPairs reads "F v F v".
func (o *object) wordPairs(w condition, words []string) ([]term, bool) {
	if len(words)%2 != 0 {
		w.at.problem(fmt.Sprintf("validate:\"%s value\"", w.use), "has %s with a field that has no value", w.use)
		return nil, false
	}
	var terms []term
	for pair := range slices.Chunk(words, 2) {
		i, ok := o.sibling(w, pair[0])
		if !ok {
			return nil, false
		}
		n := o.fields[i].node
		for n.kind == kindPointer || n.kind == kindOpt {
			n = n.elem
		}
		value, equal, err := equalOperand(n, pair[1])
		if err != nil || n.family()&(famText|famNumber|famBool) == 0 {
			w.at.problem("", "has %s, and %s cannot be compared with %q", w.use, pair[0], pair[1])
			return nil, false
		}
		equal.says = &statement{list: []string{pair[1]}}
		terms = append(terms, term{field: i, equal: &equal, value: value})
	}
	return terms, true
}

// conditional compiles required_… and excluded_….
func (o *object) conditional(w condition) (crossRule, bool) {
	terms, ok := o.terms(w)
	if !ok {
		return crossRule{}, false
	}
	name := w.use.name
	excluded := strings.HasPrefix(name, "excluded_")
	_, suffix, _ := strings.Cut(name, "_")
	all := suffix == "if" || suffix == "unless" || strings.HasSuffix(suffix, "_all")
	negated := suffix == "unless" || strings.HasPrefix(suffix, "without")

	// "without" asks for missing members: any missing is not all given, and the reverse.
	wantAll := all
	if strings.HasPrefix(suffix, "without") {
		wantAll = !all
	}
	applies := func(o *object, p unsafe.Pointer, given presence) bool {
		return holdTerms(terms, wantAll, o, p, given) != negated
	}
	me := w.field
	says := &statement{code: "required", detail: "is required", params: o.wireParams(name, terms)}
	test := func(o *object, p unsafe.Pointer, given presence) bool {
		return !applies(o, p, given) || given.has(me) && !o.emptyText(me, p)
	}
	then := o.requiredSchema(me)
	if excluded {
		says.code, says.detail = "excluded", "must not be given"
		test = func(o *object, p unsafe.Pointer, given presence) bool {
			return !applies(o, p, given) || !given.has(me)
		}
		then = Schema{State("not", o.givenSchema(me))}
	}
	says.states = o.conditionStates(me, terms, suffix, excluded, then)
	if says.states == nil {
		says.states = Schema{State("if", condSchema(o, terms, wantAll, negated)), State("then", then)}
	}
	if slices.ContainsFunc(terms, func(t term) bool { return t.respelt(o) }) {
		says.states, says.partial = nil, true
	}
	var reads []int
	if !excluded && o.fields[me].node.kind == kindString { // which must not be empty
		reads = append(reads, me)
	}
	for _, t := range terms {
		if t.equal != nil {
			reads = append(reads, t.field)
		}
	}
	return crossRule{name, me, reads, test, says}, true
}

// conditionStates is the short way to say that a member is required with, or without,
// another one; nil where there is none.
func (o *object) conditionStates(me int, terms []term, suffix string, excluded bool, then Schema) Schema {
	if excluded || len(terms) > 1 || terms[0].equal != nil {
		return nil
	}
	other := &o.fields[terms[0].field]
	switch {
	case strings.HasPrefix(suffix, "without"):
		return Schema{State("anyOf", []Schema{o.givenSchema(terms[0].field), then})}
	case other.node.hasNull: // null is not given, and dependentRequired takes it for that
		return nil
	}
	s := Schema{State("dependentRequired", map[string][]string{other.name: {o.fields[me].name}})}
	if more := then[1:]; len(more) > 0 { // beside required: not null, not empty
		s = append(s, State("if", Schema{State("required", []string{other.name})}), State("then", more))
	}
	return s
}

func holdTerms(terms []term, all bool, o *object, p unsafe.Pointer, given presence) bool {
	for i := range terms {
		if terms[i].holds(o, p, given) != all {
			return !all
		}
	}
	return all
}

func condSchema(o *object, terms []term, all, negated bool) Schema {
	parts := make([]Schema, len(terms))
	for i := range terms {
		parts[i] = terms[i].schema(o)
	}
	s := parts[0]
	if len(parts) > 1 {
		word := "anyOf"
		if all {
			word = "allOf"
		}
		s = Schema{State(word, parts)}
	}
	if negated {
		return Schema{State("not", s)}
	}
	return s
}

// emptyText reports whether a required member is an empty string.
func (o *object) emptyText(field int, p unsafe.Pointer) bool {
	f := &o.fields[field]
	return f.node.kind == kindString && *(*string)(f.address(p, true)) == ""
}

func (o *object) requiredSchema(field int) Schema {
	f := &o.fields[field]
	s := o.givenSchema(field)
	if f.node.kind == kindString {
		s = append(s, State("properties", Properties{{Name: f.name, Schema: Schema{State("minLength", int64(1))}}}))
	}
	return s
}

// wireParams names the fields of a condition as the client knows them.
func (o *object) wireParams(rule string, terms []term) operand {
	names := make([]string, len(terms))
	for i, t := range terms {
		names[i] = o.fields[t.field].name
		if t.equal != nil {
			names[i] += fmt.Sprintf("=%v", t.value)
		}
	}
	return operand{rule, names}
}

func (n *node) innermost() *node {
	for n.kind == kindPointer || n.kind == kindOpt {
		n = n.elem
	}
	return n
}

const (
	same sign = iota
	less
	greater
	unordered // different, and neither less nor greater
)
