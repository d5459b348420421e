package binding

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// family groups kinds as the rules' documentation does.
type family uint8

const (
	famText family = 1 << iota
	famInt
	famFloat
	famBool
	famList
	famMap
	famTime
	famBytes
	famNumber = famInt | famFloat
	famSized  = famText | famList | famMap | famBytes
)

func (n *node) family() family {
	switch n.kind {
	case kindString, kindText:
		return famText
	case kindInt, kindUint, kindDuration:
		return famInt
	case kindFloat:
		return famFloat
	case kindBool:
		return famBool
	case kindList, kindArray:
		return famList
	case kindBytes:
		return famBytes
	case kindMap:
		return famMap
	case kindTime:
		return famTime
	}
	return 0
}

// ruleDef is a built-in rule: where it may stand and how it compiles.
type ruleDef struct {
	on    family
	param bool // takes one
	make  func(n *node, u use) (op, error)
}

// builtin returns the table of rules that every set has. It is a function so that
// the package keeps no state that could be changed.
func builtin(name string) (ruleDef, bool) {
	switch name {
	case "min", "gte":
		return ruleDef{famSized | famNumber | famTime, true, atLeast}, true
	case "max", "lte":
		return ruleDef{famSized | famNumber | famTime, true, atMost}, true
	case "gt":
		return ruleDef{famSized | famNumber | famTime, true, above}, true
	case "lt":
		return ruleDef{famSized | famNumber | famTime, true, below}, true
	case "len":
		return ruleDef{famSized | famNumber, true, exactly}, true
	case "eq", "ne":
		return ruleDef{famSized | famNumber | famBool, true, equals}, true
	case "oneof", "noneof":
		return ruleDef{famText | famNumber, true, oneOf}, true
	case "multipleof":
		return ruleDef{famInt, true, multipleOf}, true
	case "unique":
		return ruleDef{famList, false, unique}, true
	case "nonzero":
		return ruleDef{famSized | famNumber | famBool, false, nonzero}, true
	case "port":
		return ruleDef{famText | famInt, false, port}, true
	}
	return textRule(name)
}

// rules compiles the value rules of one place.
func (c compiler) rules(n *node, rules *uses, at site) {
	hasMin := false
	for _, u := range rules.own {
		if u.name == "min" || u.name == "gte" || u.name == "gt" || u.name == "len" {
			hasMin = true
		}
	}
	if n.required && n.kind == kindString && !hasMin {
		n.ops = append(n.ops, notEmpty("required", "is required"))
	}
	if n.ops == nil && len(rules.own) > 0 {
		n.ops = make([]op, 0, len(rules.own))
	}
	compiled := make([]*use, 0, 8)
	for i := range rules.own {
		u := &rules.own[i]
		if len(u.alts) > 0 {
			c.anyOf(n, *u, at)
			continue
		}
		o, ok := c.rule(n, *u, at)
		if !ok {
			continue
		}
		first := slices.IndexFunc(compiled, func(v *use) bool { return side(v.name) == side(u.name) })
		if first >= 0 && !repeatable(u.name) {
			at.problem(fmt.Sprintf("validate:%q", *u), "has two rules for one thing, %s and %s", *compiled[first], *u)
			continue
		}
		compiled = append(compiled, u)
		n.ops = append(n.ops, o)
	}
	if n.enum != nil {
		n.ops = append(n.ops, n.enum.op)
	}
	if n.skipZero && !nilable(n.typ) && slices.ContainsFunc(rules.own, func(u use) bool { return u.name == "nonzero" }) {
		at.problem(`validate:"nonzero" or validate:"omitempty"`, "is both nonzero and omitempty")
	}
	c.checkRange(n, at)
	c.checkMembers(n, at)
	if n.kind == kindFloat && n.bits == 32 && len(n.ops) > 0 {
		n.wide = &node{typ: reflect.TypeFor[float64](), size: 8, kind: kindFloat, bits: 64, ops: widened(n.ops)}
	}
}

// rule compiles one rule at n.
func (c compiler) rule(n *node, u use, at site) (op, bool) {
	def, known := builtin(u.name)
	switch {
	case u.name == "maxsize" || u.name == "mime":
		at.problem("binding.Upload in a form", "has %s, which is not for %s", u.name, n.typ)
		return op{}, false
	case !known:
		return c.ownRule(n, u, at)
	}
	if n.family()&def.on == 0 {
		switch {
		case u.name == "multipleof" && n.kind == kindFloat:
			at.problem("an integer of the smallest unit, such as cents", "has multipleof on %s, and fractions of a float are not exact", n.typ)
		case u.name == "datetime" && n.kind == kindTime, u.name == "date" && n.kind == kindTime:
			at.problem("string in place of time.Time, or no rule", "has %s on time.Time, which is RFC 3339 by itself", u.name)
		default:
			at.problem("", "has %s, which is not for %s", u.name, n.typ)
		}
		return op{}, false
	}
	needs := def.param && n.kind != kindTime
	switch {
	case needs && (!u.hasParam || u.param == ""):
		at.problem(u.name+"=…", "has %s without the parameter it needs", u.name)
		return op{}, false
	case !def.param && u.hasParam:
		at.problem(u.name, "gives %s a parameter, and it takes none", u.name)
		return op{}, false
	}
	o, err := c.set.op(def, n, u)
	if err != nil {
		at.problem("", "has %s, and %s", u, err)
		return op{}, false
	}
	if n.kind == kindBytes && !o.says.partial {
		o.says.annotate() // the keywords would be about the base64
	}
	return o, true
}

// ownRule compiles a rule of the set.
func (c compiler) ownRule(n *node, u use, at site) (op, bool) {
	r, ok := c.set.rules[u.name]
	if !ok && isCross(u.name) {
		at.problem("a Validate method", "has %s on an element or a key, which has no siblings", u.name)
		return op{}, false
	}
	if !ok {
		at.problem(adviseRule(u, c.set.RuleNames()), "has the unknown rule %q", u.name)
		return op{}, false
	}
	made, err := r.Make(Arg{Param: u.param, Type: n.typ})
	switch {
	case err != nil:
		at.problem("", "has %s, and %s", u, err)
		return op{}, false
	case made.check == nil:
		at.problem("", "has %s, whose Op has no check", u)
		return op{}, false
	}
	if wrong := checkStates(made); wrong != "" {
		at.problem("", "has %s, %s", u.name, wrong)
		return op{}, false
	}
	var params operand
	if u.hasParam {
		params = operand{u.name, u.param}
	}
	says := &statement{
		code: u.name, params: params, detail: cmp.Or(r.Message, "is not valid"), states: made.states, text: made.says, partial: !made.exact,
	}
	test, ok := made.onto(n, says)
	if !ok {
		at.problem(made.advice(n), "has %s, which is for %s and not for %s", u.name, made.typ, n.typ)
	}
	return op{test: test, says: says}, ok
}

// anyOf compiles a|b.
func (c compiler) anyOf(n *node, u use, at site) {
	s := &statement{code: "anyof", params: operand{}}
	var schemas []Schema
	var names, details []string
	for _, alt := range u.alts {
		if isPresence(alt.name) || isCross(alt.name) || slices.Contains([]string{"omitnil", "dive", "keys", "endkeys"}, alt.name) {
			at.problem("", "has %s in alternatives, where only rules about values may stand", alt.name)
			return
		}
		o, ok := c.rule(n, alt, at)
		if !ok {
			return
		}
		s.alts = append(s.alts, o)
		s.partial = s.partial || o.says.partial
		schemas = append(schemas, o.says.states)
		names = append(names, alt.String())
		detail := o.says.detail
		if len(details) > 0 && strings.HasPrefix(details[0], "must be ") {
			detail = strings.TrimPrefix(detail, "must be ")
		}
		details = append(details, detail)
	}
	s.params = operand{"rules", names}
	s.detail = strings.Join(details, " or ")
	s.states = Schema{State("anyOf", schemas)}
	n.ops = append(n.ops, op{test: testAnyOf, says: s})
}

func isPresence(name string) bool {
	switch name {
	case "required", "nullable", "notnull", "omitempty", "omitnil", "nonzero":
		return true
	}
	return strings.HasPrefix(name, "required_") || strings.HasPrefix(name, "excluded_")
}
