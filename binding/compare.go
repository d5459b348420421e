package binding

import (
	"cmp"
	"fmt"
	"time"
	"unicode/utf8"
	"unsafe"
)

// comparison compiles eqfield and its siblings.
func (o *object) comparison(w condition) (crossRule, bool) {
	if w.use.param == "" {
		w.at.problem(fmt.Sprintf("validate:\"%s=Field\"", w.use.name), "has %s without the field it needs", w.use.name)
		return crossRule{}, false
	}
	other, ok := o.sibling(w, w.use.param)
	if !ok {
		return crossRule{}, false
	}
	mine, theirs := o.fields[w.field].node, o.fields[other].node
	a, b := mine.innermost(), theirs.innermost()
	ordered := w.use.name != "eqfield" && w.use.name != "nefield"
	allowed := famText | famNumber | famTime
	if ordered {
		allowed |= famList | famMap
	} else {
		allowed |= famBool
	}
	if a.typ != b.typ || a.family()&allowed == 0 {
		w.at.problem("", "has %s, and %s and %s cannot be compared", w.use, a.typ, b.typ)
		return crossRule{}, false
	}
	words, want := comparisonOf(w.use.name)
	me := w.field
	wire := o.fields[other].name
	says := &statement{
		code: w.use.name, params: operand{"other", wire}, partial: true,
		detail: "must " + words + " " + wire, text: "must " + words + " " + wire,
	}
	test := func(o *object, p unsafe.Pointer, given presence) bool {
		if !given.has(me) || !given.has(other) {
			return true
		}
		n, x := o.fields[me].node.reach(o.fields[me].address(p, true))
		m, y := o.fields[other].node.reach(o.fields[other].address(p, true))
		return x == nil || y == nil || want(n.compare(x, m, y))
	}
	return crossRule{w.use.name, me, []int{me, other}, test, says}, true
}

func comparisonOf(rule string) (words string, want func(sign) bool) {
	switch rule {
	case "eqfield":
		return "equal", func(c sign) bool { return c == same }
	case "nefield":
		return "not equal", func(c sign) bool { return c != same }
	case "gtfield":
		return "be greater than", func(c sign) bool { return c == greater }
	case "gtefield":
		return "be greater than or equal to", func(c sign) bool { return c != less }
	case "ltfield":
		return "be less than", func(c sign) bool { return c == less }
	}
	return "be less than or equal to", func(c sign) bool { return c != greater }
}

// compare orders two values of one type: lists and maps by their size, text by the
// number of characters. Text of one length that differs has no order: for eqfield
// it is unequal, and for the others it is equal.
func (n *node) compare(p unsafe.Pointer, m *node, q unsafe.Pointer) sign {
	switch n.family() {
	case famText:
		a, b := n.plainText(p), m.plainText(q)
		if a == b {
			return same
		}
		if s := order(utf8.RuneCountInString(a), utf8.RuneCountInString(b)); s != same {
			return s
		}
		return unordered
	case famTime:
		return order((*(*time.Time)(p)).Compare(*(*time.Time)(q)), 0)
	case famFloat:
		return order(loadFloat(p, n.bits), loadFloat(q, m.bits))
	case famBool:
		if *(*bool)(p) != *(*bool)(q) {
			return unordered
		}
		return same
	case famInt:
		if n.kind == kindUint {
			return order(loadUint(p, n.bits), loadUint(q, m.bits))
		}
		return order(loadInt(p, n.bits), loadInt(q, m.bits))
	}
	return order(n.count(p), m.count(q))
}

// sign is how two values stand to each other.
type sign uint8

func order[T cmp.Ordered](a, b T) sign {
	switch {
	case a < b:
		return less
	case a > b:
		return greater
	}
	return same
}

func (n *node) plainText(p unsafe.Pointer) string {
	if n.kind == kindString {
		return *(*string)(p)
	}
	text, _ := marshalText(n.at(p))
	return text
}
