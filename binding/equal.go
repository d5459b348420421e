package binding

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unsafe"
)

// equals compiles eq and ne.
func equals(n *node, u use) (op, error) {
	want, o, err := equalOperand(n, u.param)
	if err != nil {
		return op{}, err
	}
	negated := u.name == "ne"
	says := &statement{code: u.name, params: operand{u.name, want}}
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
		v, err := parseFloatParam(n, param)
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
		return op{}, fmt.Errorf("its list %w", err)
	}
	return oneOfItems(n, u.name, items)
}

func oneOfItems(n *node, name string, items []string) (op, error) {
	if len(items) == 0 {
		return op{}, fmt.Errorf("its list is empty")
	}
	says := &statement{code: name, list: items}
	values := make([]any, len(items))
	for i, item := range items {
		if slices.Contains(items[:i], item) {
			return op{}, fmt.Errorf("%q stands in its list twice", item)
		}
		v, o, err := equalOperand(n, item)
		if err != nil {
			return op{}, err
		}
		if slices.Contains(values[:i], v) {
			return op{}, fmt.Errorf("%q stands in its list twice, as %v", item, v)
		}
		values[i] = v
		says.alts = append(says.alts, o)
	}
	test := map[kind]test{kindInt: testOneOfInt, kindDuration: testOneOfInt, kindUint: testOneOfUint, kindFloat: testOneOfFloat}[n.kind]
	if test == 0 {
		test = testOneOfText
	}
	says.params = operand{name, values}
	says.states = Schema{State("enum", values)}
	says.detail = "must be one of " + joinValues(values)
	if name == "noneof" {
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
		code: "multipleof", params: operand{"multipleof", v},
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
	o.says.code, o.says.params, o.says.detail = "nonzero", operand{}, "must not be empty"
	if n.family()&famNumber != 0 {
		o.says.detail = "must not be zero"
	}
	return o, nil
}
