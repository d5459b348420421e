package binding

import (
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unsafe"
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
	bounds := map[string]string{}
	hasMin := false
	for _, u := range rules.own {
		if u.name == "min" || u.name == "gte" || u.name == "len" {
			hasMin = true
		}
	}
	if n.required && n.kind == kindString && !hasMin {
		n.ops = append(n.ops, notEmpty("required", "is required"))
	}
	for _, u := range rules.own {
		if len(u.alts) > 0 {
			c.anyOf(n, u, at)
			continue
		}
		o, ok := c.rule(n, u, at)
		if !ok {
			continue
		}
		if first, twice := bounds[o.says.code]; twice {
			at.problem("", "has two rules for one bound, %s and %s", first, u)
			continue
		}
		bounds[o.says.code] = u.String()
		n.ops = append(n.ops, o)
	}
	if n.enum != nil {
		n.ops = append(n.ops, n.enum.op)
	}
	c.checkRange(n, at)
}

// rule compiles one rule at n.
func (c compiler) rule(n *node, u use, at site) (op, bool) {
	def, known := builtin(u.name)
	if !known {
		return c.ownRule(n, u, at)
	}
	if n.family()&def.on == 0 {
		at.problem("", "has %s, which is not for %s", u.name, n.typ)
		return op{}, false
	}
	needs := def.param && n.kind != kindTime
	switch {
	case needs && (!u.hasParam || u.param == ""):
		at.problem("", "has %s without the parameter it needs", u.name)
		return op{}, false
	case !def.param && u.hasParam:
		at.problem(u.name, "gives %s a parameter, and it takes none", u.name)
		return op{}, false
	}
	o, err := def.make(n, u)
	if err != nil {
		at.problem("", "has %s, and %s", u, err)
		return op{}, false
	}
	return o, true
}

// ownRule compiles a rule of the set.
func (c compiler) ownRule(n *node, u use, at site) (op, bool) {
	r, ok := c.set.rules[u.name]
	if !ok {
		write := ""
		if near := nearest(u.name, c.set.ruleNames()); near != "" {
			write = near
		}
		at.problem(write, "has the unknown rule %q", u.name)
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
	case made.typ.Kind() != n.typ.Kind() || made.typ.Kind() == reflect.Struct && made.typ != n.typ:
		at.problem("", "has %s, which is for %s and not for %s", u.name, made.typ, n.typ)
		return op{}, false
	case made.exact && len(made.states) == 0:
		at.problem("", "has %s, an exact rule that states no keyword", u.name)
		return op{}, false
	case !made.exact && made.says == "":
		at.problem("", "has %s, an annotated rule without a text", u.name)
		return op{}, false
	}
	params := map[string]any{}
	if u.hasParam {
		params[u.name] = u.param
	}
	return op{test: testFunc, says: &statement{
		code: u.name, params: params, detail: r.Message, states: made.states,
		text: made.says, partial: !made.exact, check: made.check,
	}}, true
}

// anyOf compiles a|b.
func (c compiler) anyOf(n *node, u use, at site) {
	s := &statement{code: "anyof", params: map[string]any{}}
	var schemas []Schema
	var names, details []string
	for _, alt := range u.alts {
		if isPresence(alt.name) {
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
		details = append(details, o.says.detail)
	}
	s.params["rules"] = names
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

// unit is what a size counts, for messages.
func (n *node) unit(count uint64) string {
	word := map[family]string{famText: "character", famList: "item", famMap: "entry", famBytes: "byte"}[n.family()]
	switch {
	case word == "":
		return ""
	case count == 1:
		return " " + word
	case word == "entry":
		return " entries"
	}
	return " " + word + "s"
}

// sizeKeywords names the keywords of a lower and an upper bound.
func (n *node) sizeKeywords() (low, high string) {
	switch n.family() {
	case famText:
		return "minLength", "maxLength"
	case famMap:
		return "minProperties", "maxProperties"
	}
	return "minItems", "maxItems"
}

// bound describes one side of a range; it is the only place that knows how a
// bound is checked, stated and worded for every kind.
type bound struct {
	code   string // of the error item, and its param
	words  string // "at least"
	lower  bool
	strict bool
}

func atLeast(n *node, u use) (op, error) { return bound{"min", "at least", true, false}.op(n, u) }
func atMost(n *node, u use) (op, error)  { return bound{"max", "at most", false, false}.op(n, u) }
func above(n *node, u use) (op, error)   { return bound{"gt", "greater than", true, true}.op(n, u) }
func below(n *node, u use) (op, error)   { return bound{"lt", "less than", false, true}.op(n, u) }

func (b bound) op(n *node, u use) (op, error) {
	switch n.kind {
	case kindTime:
		return b.now(u)
	case kindInt, kindDuration:
		return b.int(n, u)
	case kindUint:
		return b.uint(n, u)
	case kindFloat:
		return b.float(u)
	}
	return b.size(n, u)
}

func (b bound) statement(value any, keyword, unit string) *statement {
	verb := "be"
	if unit != "" {
		verb = "have"
	}
	return &statement{
		code: b.code, params: map[string]any{b.code: value},
		detail: fmt.Sprintf("must %s %s %v%s", verb, b.words, value, unit),
		states: Schema{State(keyword, value)},
	}
}

// numberKeyword is the keyword of a bound on a number.
func (b bound) numberKeyword() string {
	name := "aximum"
	if b.lower {
		name = "inimum"
	}
	if b.strict {
		return "exclusiveM" + name
	}
	return "m" + name
}

func (b bound) int(n *node, u use) (op, error) {
	v, err := parseIntParam(n, u.param)
	if err != nil {
		return op{}, err
	}
	says := b.statement(v, b.numberKeyword(), "")
	switch {
	case b.lower && b.strict && v == math.MaxInt64, !b.lower && b.strict && v == math.MinInt64:
		return op{}, fmt.Errorf("no value is %s %d", b.words, v)
	case b.lower && b.strict:
		v++
	case b.strict:
		v--
	}
	test := testMaxInt
	if b.lower {
		test = testMinInt
	}
	return op{test: test, n: uint64(v), says: says}, nil
}

// parseIntParam reads an integer, or for a duration also 1m30s.
func parseIntParam(n *node, param string) (int64, error) {
	if n.kind == kindDuration {
		if d, err := time.ParseDuration(param); err == nil {
			return int64(d), nil
		}
	}
	v, err := strconv.ParseInt(param, 10, int(n.bits))
	if err != nil {
		return 0, fmt.Errorf("%q is no %s", param, n.typ)
	}
	return v, nil
}

func (b bound) uint(n *node, u use) (op, error) {
	v, err := strconv.ParseUint(u.param, 10, int(n.bits))
	if err != nil {
		return op{}, fmt.Errorf("%q is no %s", u.param, n.typ)
	}
	says := b.statement(v, b.numberKeyword(), "")
	switch {
	case b.lower && b.strict && v == math.MaxUint64, !b.lower && b.strict && v == 0:
		return op{}, fmt.Errorf("no value is %s %d", b.words, v)
	case b.lower && b.strict:
		v++
	case b.strict:
		v--
	}
	test := testMaxUint
	if b.lower {
		test = testMinUint
	}
	return op{test: test, n: v, says: says}, nil
}

func (b bound) float(u use) (op, error) {
	v, err := parseFloatParam(u.param)
	if err != nil {
		return op{}, err
	}
	test := testMaxFloat
	switch {
	case b.lower && b.strict:
		test = testAboveFloat
	case b.lower:
		test = testMinFloat
	case b.strict:
		test = testBelowFloat
	}
	return op{test: test, n: math.Float64bits(v), says: b.statement(v, b.numberKeyword(), "")}, nil
}

func parseFloatParam(param string) (float64, error) {
	v, err := strconv.ParseFloat(param, 64)
	if err != nil || math.IsInf(v, 0) || math.IsNaN(v) {
		return 0, fmt.Errorf("%q is no finite number", param)
	}
	return v, nil
}

func (b bound) size(n *node, u use) (op, error) {
	v, err := strconv.ParseUint(u.param, 10, 31)
	if err != nil {
		return op{}, fmt.Errorf("%q is no size", u.param)
	}
	low, high := n.sizeKeywords()
	keyword, limit := high, v
	if b.lower {
		keyword = low
	}
	says := b.statement(int64(v), keyword, n.unit(v))
	switch {
	case b.strict && !b.lower && v == 0:
		return op{}, fmt.Errorf("no size is less than 0")
	case b.strict && b.lower:
		limit++
	case b.strict:
		limit--
	}
	says.states = Schema{State(keyword, int64(limit))}
	if n.kind == kindBytes { // the keyword would count base64 characters
		says.states, says.partial, says.text = nil, true, strings.TrimPrefix(says.detail, "must have ")
	}
	return op{test: n.sizeTest(b.lower), n: limit, says: says}, nil
}

func (n *node) sizeTest(lower bool) test {
	switch {
	case n.family() == famText && lower:
		return testMinRunes
	case n.family() == famText:
		return testMaxRunes
	case lower:
		return testMinCount
	}
	return testMaxCount
}

// now compiles gt, gte, lt and lte on a time: after or before the present.
func (b bound) now(u use) (op, error) {
	if u.hasParam {
		return op{}, fmt.Errorf("on a time it takes no parameter: it means now")
	}
	if u.name == "min" || u.name == "max" {
		return op{}, fmt.Errorf("a time is compared with gt, gte, lt or lte")
	}
	says := &statement{code: b.code, partial: true, text: "in the past", detail: "must be in the past", params: map[string]any{}}
	lower, strict := b.lower, b.strict
	if lower {
		says.text, says.detail = "in the future", "must be in the future"
	}
	says.check = func(p unsafe.Pointer) bool {
		d := time.Until(*(*time.Time)(p))
		if lower {
			return d > 0 || !strict && d == 0
		}
		return d < 0 || !strict && d == 0
	}
	return op{test: testFunc, says: says}, nil
}

// notEmpty is the rule of a required string.
func notEmpty(code, detail string) op {
	return op{test: testMinRunes, n: 1, says: &statement{code: code, detail: detail, states: Schema{State("minLength", int64(1))}}}
}

// exactly compiles len=n: of a number, the value itself.
func exactly(n *node, u use) (op, error) {
	if n.family()&famNumber != 0 {
		o, err := equals(n, use{name: "eq", param: u.param, hasParam: true})
		if err == nil {
			o.says.code = "len"
			o.says.params = map[string]any{"len": o.says.params["eq"]}
		}
		return o, err
	}
	v, err := strconv.ParseUint(u.param, 10, 31)
	if err != nil {
		return op{}, fmt.Errorf("%q is no size", u.param)
	}
	low, high := n.sizeKeywords()
	says := &statement{
		code: "len", params: map[string]any{"len": int64(v)},
		detail: fmt.Sprintf("must have exactly %d%s", v, n.unit(v)),
		states: Schema{State(low, int64(v)), State(high, int64(v))},
		alts:   []op{{test: n.sizeTest(true), n: v}, {test: n.sizeTest(false), n: v}},
	}
	if n.kind == kindBytes {
		says.states, says.partial, says.text = nil, true, strings.TrimPrefix(says.detail, "must have ")
	}
	return op{test: testAllOf, says: says}, nil
}

// equals compiles eq and ne.
func equals(n *node, u use) (op, error) {
	want, o, err := equalOperand(n, u.param)
	if err != nil {
		return op{}, err
	}
	negated := u.name == "ne"
	says := &statement{code: u.name, params: map[string]any{u.name: want}}
	says.list = []string{u.param}
	says.states = Schema{State("const", want)}
	unit := n.unit(o.n)
	if n.family() == famText {
		unit = ""
	}
	switch {
	case unit == "" && negated:
		says.detail = fmt.Sprintf("must not be %v", want)
	case unit == "":
		says.detail = fmt.Sprintf("must be %v", want)
	case negated:
		says.detail = fmt.Sprintf("must not have %v%s", want, unit)
	default:
		says.detail = fmt.Sprintf("must have exactly %v%s", want, unit)
	}
	if unit != "" {
		low, high := n.sizeKeywords()
		says.states = Schema{State(low, want), State(high, want)}
		if !negated {
			says.check = func(p unsafe.Pointer) bool { return n.count(p) == int(o.n) }
			o.test = testFunc
		}
	}
	if negated {
		says.states = Schema{State("not", says.states)}
		o.test++ // Invariant: each testNe… follows its testEq…
		if unit != "" {
			o.test = testNeCount
		}
	}
	o.says = says
	return o, nil
}

// equalOperand reads the operand of eq as a value of n's kind.
func equalOperand(n *node, param string) (any, op, error) {
	switch n.kind {
	case kindBool:
		v, err := strconv.ParseBool(param)
		if err != nil || param != strconv.FormatBool(v) {
			return nil, op{}, fmt.Errorf("%q is neither true nor false", param)
		}
		o := op{test: testEqBool}
		if v {
			o.n = 1
		}
		return v, o, nil
	case kindInt, kindDuration:
		v, err := parseIntParam(n, param)
		return v, op{test: testEqInt, n: uint64(v)}, err
	case kindUint:
		v, err := strconv.ParseUint(param, 10, int(n.bits))
		if err != nil {
			return nil, op{}, fmt.Errorf("%q is no %s", param, n.typ)
		}
		return v, op{test: testEqUint, n: v}, nil
	case kindFloat:
		v, err := parseFloatParam(param)
		return v, op{test: testEqFloat, n: math.Float64bits(v)}, err
	case kindString, kindText:
		return param, op{test: testEqText}, nil
	}
	v, err := strconv.ParseUint(param, 10, 31)
	if err != nil {
		return nil, op{}, fmt.Errorf("%q is no size", param)
	}
	return int64(v), op{test: testNeCount, n: v}, nil
}

// oneOf compiles oneof and noneof.
func oneOf(n *node, u use) (op, error) {
	items, err := splitList(u.param)
	if err != nil {
		return op{}, err
	}
	if len(items) == 0 {
		return op{}, fmt.Errorf("its list is empty")
	}
	says := &statement{code: u.name, list: items}
	values := make([]any, len(items))
	for i, item := range items {
		if slices.Contains(items[:i], item) {
			return op{}, fmt.Errorf("%q stands in its list twice", item)
		}
		v, o, err := equalOperand(n, item)
		if err != nil {
			return op{}, err
		}
		values[i] = v
		says.alts = append(says.alts, o)
		if f, isFloat := v.(float64); isFloat {
			says.numbers = append(says.numbers, f)
		}
	}
	test := map[kind]test{kindInt: testOneOfInt, kindDuration: testOneOfInt, kindUint: testOneOfUint, kindFloat: testOneOfFloat}[n.kind]
	if test == 0 {
		test = testOneOfText
	}
	says.params = map[string]any{u.name: values}
	says.states = Schema{State("enum", values)}
	says.detail = "must be one of " + joinValues(values)
	if u.name == "noneof" {
		test++ // Invariant: each testNoneOf… follows its testOneOf…
		says.states = Schema{State("not", says.states)}
		says.detail = "must not be one of " + joinValues(values)
	}
	return op{test: test, says: says}, nil
}

func joinValues(values []any) string {
	words := make([]string, len(values))
	for i, v := range values {
		words[i] = fmt.Sprint(v)
	}
	return strings.Join(words, ", ")
}

func multipleOf(n *node, u use) (op, error) {
	v, err := strconv.ParseInt(u.param, 10, 64)
	if err != nil || v <= 0 {
		return op{}, fmt.Errorf("%q is no positive integer", u.param)
	}
	says := &statement{
		code: "multipleof", params: map[string]any{"multipleof": v},
		detail: fmt.Sprintf("must be a multiple of %d", v), states: Schema{State("multipleOf", v)},
	}
	test := testMultipleInt
	if n.kind == kindUint {
		test = testMultipleUint
	}
	return op{test: test, n: uint64(v), says: says}, nil
}

func unique(n *node, _ use) (op, error) {
	switch n.elem.family() {
	case famText, famInt, famFloat, famBool:
	default:
		return op{}, fmt.Errorf("elements of type %s cannot be compared", n.elem.typ)
	}
	return op{test: testUnique, says: &statement{
		code: "unique", detail: "must not repeat an item", states: Schema{State("uniqueItems", true)},
	}}, nil
}

// nonzero refuses the zero value: "", 0, false, no elements.
func nonzero(n *node, _ use) (op, error) {
	var o op
	var err error
	switch n.family() {
	case famText, famList, famMap, famBytes:
		o, err = atLeast(n, use{name: "min", param: "1", hasParam: true})
	case famBool:
		o, err = equals(n, use{name: "ne", param: "false", hasParam: true})
	default:
		o, err = equals(n, use{name: "ne", param: "0", hasParam: true})
	}
	if err != nil {
		return op{}, err
	}
	o.says.code, o.says.params, o.says.detail = "nonzero", nil, "must not be empty"
	if n.family()&famNumber != 0 {
		o.says.detail = "must not be zero"
	}
	return o, nil
}

// checkRange refuses rules that no value can satisfy together.
func (c compiler) checkRange(n *node, at site) {
	var low, high *op
	for i := range n.ops {
		switch n.ops[i].test {
		case testMinInt, testMinUint, testMinFloat, testMinRunes, testMinCount, testAboveFloat:
			if n.ops[i].says.code != "required" {
				low = &n.ops[i]
			}
		case testMaxInt, testMaxUint, testMaxFloat, testMaxRunes, testMaxCount, testBelowFloat:
			high = &n.ops[i]
		}
	}
	if low == nil || high == nil || !n.crossed(low, high) {
		return
	}
	a, b := low.says, high.says
	at.problem(fmt.Sprintf(`validate:"%s=%v,%s=%v"`, a.code, b.params[b.code], b.code, a.params[a.code]),
		"no value is %s and %s", strings.TrimPrefix(strings.TrimPrefix(a.detail, "must be "), "must have "),
		strings.TrimPrefix(strings.TrimPrefix(b.detail, "must be "), "must have "))
}

func (n *node) crossed(low, high *op) bool {
	switch n.kind {
	case kindInt, kindDuration:
		return int64(low.n) > int64(high.n)
	case kindFloat:
		l, h := math.Float64frombits(low.n), math.Float64frombits(high.n)
		return l > h || l == h && (low.test == testAboveFloat || high.test == testBelowFloat)
	}
	return low.n > high.n
}

// item is the error item of a broken rule at a pointer.
func (s *statement) item(in, pointer string) FieldError {
	return FieldError{In: in, Pointer: pointer, Code: s.code, Detail: s.detail, Params: maps.Clone(s.params)}
}
