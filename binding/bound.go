package binding

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unsafe"
)

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

func atMost(n *node, u use) (op, error) { return bound{"max", "at most", false, false}.op(n, u) }

func above(n *node, u use) (op, error) { return bound{"gt", "greater than", true, true}.op(n, u) }

func below(n *node, u use) (op, error) { return bound{"lt", "less than", false, true}.op(n, u) }

func (b bound) op(n *node, u use) (op, error) {
	switch n.kind {
	case kindTime:
		return b.now(u)
	case kindInt, kindDuration:
		return b.int(n, u)
	case kindUint:
		return b.uint(n, u)
	case kindFloat:
		return b.float(n, u)
	}
	return b.size(n, u)
}

func (b bound) statement(value any, keyword, unit string) *statement {
	return &statement{
		code: b.code, params: operand{b.code, value},
		detail: fmt.Sprintf("must be %s %v%s", b.words, value, unit),
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
	if n.kind == kindDuration {
		says.detail = fmt.Sprintf("must be %s %s", b.words, time.Duration(v))
	}
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

func (b bound) float(n *node, u use) (op, error) {
	v, err := parseFloatParam(n, u.param)
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

// parseFloatParam reads a number. For a float32 it must be one that is written as
// it was read, since what a field holds is rounded.
func parseFloatParam(n *node, param string) (float64, error) {
	v, err := strconv.ParseFloat(param, 64)
	if err != nil || math.IsInf(v, 0) || math.IsNaN(v) {
		return 0, fmt.Errorf("%q is no finite number", param)
	}
	short := strconv.FormatFloat(v, 'g', -1, int(n.bits))
	if same, err := strconv.ParseFloat(short, 64); err != nil || same != v {
		return 0, fmt.Errorf("%q has more digits than %s holds", param, n.typ)
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
	says := &statement{code: b.code, partial: true, text: "in the past", detail: "must be in the past", params: operand{}}
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
			o.says.params = operand{"len", o.says.params.value}
		}
		return o, err
	}
	v, err := strconv.ParseUint(u.param, 10, 31)
	if err != nil {
		return op{}, fmt.Errorf("%q is no size", u.param)
	}
	low, high := n.sizeKeywords()
	says := &statement{
		code: "len", params: operand{"len", int64(v)},
		detail: fmt.Sprintf("must have exactly %d%s", v, n.unit(v)),
		states: Schema{State(low, int64(v)), State(high, int64(v))},
		alts:   []op{{test: n.sizeTest(true), n: v}, {test: n.sizeTest(false), n: v}},
	}
	if n.kind == kindBytes {
		says.states, says.partial, says.text = nil, true, strings.TrimPrefix(says.detail, "must have ")
	}
	return op{test: testAllOf, says: says}, nil
}
