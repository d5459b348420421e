package binding

import (
	"bytes"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"unicode/utf8"
	"unsafe"
)

// op is one compiled rule at one place: a check on a value in memory, and the
// statement that says the same to a client. The hot part is small; what only a
// failure or a document needs is behind says.
type op struct {
	test test
	n    uint64 // the operand's bits: a bound, a length
	says *statement
}

// statement is the face of an op that people and documents see.
type statement struct {
	code    string
	params  operand
	detail  string // the English message
	states  Schema
	text    string // of an annotated rule: what the keywords leave out
	partial bool   // annotated: the keywords say only a necessary part

	// Operands that do not fit a word.
	list    []string
	accepts func(string) bool
	check   func(unsafe.Pointer) bool
	pattern *regexp.Regexp
	alts    []op

	voice atomic.Pointer[voice] // made by the first failure
}

// annotate makes a statement speak about a value that has another form on the wire:
// its keywords, which would be about that form, go, and words take their place.
func (s *statement) annotate() {
	s.states, s.partial = nil, true
	s.text = strings.TrimPrefix(strings.TrimPrefix(s.detail, "must be "), "must ")
}

// operand is the one parameter that a rule shows in its error items: the bound, the
// list, the other fields. Its name is "" when there is none.
type operand struct {
	name  string
	value any
}

// asMap returns the params of an error item.
func (o operand) asMap() map[string]any {
	if o.name == "" {
		return nil
	}
	return map[string]any{o.name: o.value}
}

// test is the opcode of an op.
type test uint8

const (
	testMinInt test = iota + 1
	testMaxInt
	testMinUint
	testMaxUint
	testMinFloat
	testMaxFloat
	testAboveFloat // exclusive
	testBelowFloat
	testMinRunes
	testMaxRunes
	testMinCount
	testMaxCount
	testNeCount
	testNeRunes
	testEqInt
	testNeInt
	testEqUint
	testNeUint
	testEqFloat
	testNeFloat
	testEqText
	testNeText
	testEqBool
	testNeBool
	testOneOfText
	testNoneOfText
	testOneOfInt
	testNoneOfInt
	testOneOfUint
	testNoneOfUint
	testOneOfFloat
	testNoneOfFloat
	testMultipleInt
	testMultipleUint
	testUnique
	testAccepts // a function on text
	testPattern
	testFunc // a function on the value
	testAnyOf
	testAllOf
)

// clearly reports whether the number of bytes alone shows that text obeys o.
// Optimization: it and within are inlined, and most values are within their bounds; 6 %
// of decoding.
func (o *op) clearly(text string) bool {
	return o.test == testMaxRunes && uint64(len(text)) <= o.n || o.test == testMinRunes && o.n == 1 && text != ""
}

// within reports whether o is a bound that an integer obeys.
func (o *op) within(v int64) bool {
	return o.test == testMinInt && v >= int64(o.n) || o.test == testMaxInt && v <= int64(o.n)
}

// holds reports whether the value at p obeys o. For a type that reads its own
// text, text is what was sent and takes the place of the value.
func (o *op) holds(n *node, p unsafe.Pointer, text string) bool {
	switch o.test {
	case testMinInt:
		return loadInt(p, n.bits) >= int64(o.n)
	case testMaxInt:
		return loadInt(p, n.bits) <= int64(o.n)
	case testMinUint:
		return loadUint(p, n.bits) >= o.n
	case testMaxUint:
		return loadUint(p, n.bits) <= o.n
	case testMinFloat:
		return loadFloat(p, n.bits) >= n.operand(o)
	case testMaxFloat:
		return loadFloat(p, n.bits) <= n.operand(o)
	case testAboveFloat:
		return loadFloat(p, n.bits) > n.operand(o)
	case testBelowFloat:
		return loadFloat(p, n.bits) < n.operand(o)
	case testMinRunes:
		return atLeastRunes(n.textAt(p, text), int(o.n))
	case testMaxRunes:
		return !atLeastRunes(n.textAt(p, text), int(o.n)+1)
	case testMinCount:
		return n.count(p) >= int(o.n)
	case testMaxCount:
		return n.count(p) <= int(o.n)
	}
	return o.holdsRare(n, p, text)
}

// holdsRare keeps the common tests above small enough to stay in cache.
func (o *op) holdsRare(n *node, p unsafe.Pointer, text string) bool {
	switch o.test {
	case testNeCount:
		return n.count(p) != int(o.n)
	case testNeRunes:
		return utf8.RuneCountInString(n.textAt(p, text)) != int(o.n)
	case testEqInt:
		return loadInt(p, n.bits) == int64(o.n)
	case testNeInt:
		return loadInt(p, n.bits) != int64(o.n)
	case testEqUint:
		return loadUint(p, n.bits) == o.n
	case testNeUint:
		return loadUint(p, n.bits) != o.n
	case testEqFloat:
		return loadFloat(p, n.bits) == n.operand(o)
	case testNeFloat:
		return loadFloat(p, n.bits) != n.operand(o)
	case testEqText:
		return n.textAt(p, text) == o.says.list[0]
	case testNeText:
		return n.textAt(p, text) != o.says.list[0]
	case testEqBool:
		return *(*bool)(p) == (o.n != 0)
	case testNeBool:
		return *(*bool)(p) != (o.n != 0)
	case testOneOfText:
		return slices.Contains(o.says.list, n.textAt(p, text))
	case testNoneOfText:
		return !slices.Contains(o.says.list, n.textAt(p, text))
	case testMultipleInt:
		return loadInt(p, n.bits)%int64(o.n) == 0
	case testMultipleUint:
		return loadUint(p, n.bits)%o.n == 0
	case testUnique:
		return n.unique(p)
	case testAccepts:
		return o.says.accepts(n.textAt(p, text))
	case testPattern:
		return o.says.pattern.MatchString(n.textAt(p, text))
	case testFunc:
		return o.says.check(p)
	case testAnyOf:
		return o.says.anyHolds(true, n, p, text)
	case testAllOf:
		return !o.says.anyHolds(false, n, p, text)
	}
	return o.holdsNumberList(n, p)
}

// anyHolds reports whether one of the alternatives has the verdict.
func (s *statement) anyHolds(verdict bool, n *node, p unsafe.Pointer, text string) bool {
	for i := range s.alts { // without a closure, which would put each op on the heap
		if s.alts[i].holds(n, p, text) == verdict {
			return true
		}
	}
	return false
}

func (o *op) holdsNumberList(n *node, p unsafe.Pointer) bool {
	var found bool
	switch o.test {
	case testOneOfInt, testNoneOfInt:
		v := loadInt(p, n.bits)
		found = slices.ContainsFunc(o.says.alts, func(alt op) bool { return int64(alt.n) == v })
	case testOneOfUint, testNoneOfUint:
		v := loadUint(p, n.bits)
		found = slices.ContainsFunc(o.says.alts, func(alt op) bool { return alt.n == v })
	case testOneOfFloat, testNoneOfFloat:
		v := loadFloat(p, n.bits)
		found = slices.ContainsFunc(o.says.alts, func(alt op) bool { return n.operand(&alt) == v })
	default:
		panic(fmt.Sprintf("binding: no test %d", o.test)) // unreachable: every op is compiled from the table
	}
	return found == (o.test == testOneOfInt || o.test == testOneOfUint || o.test == testOneOfFloat)
}

// operand is the number that o compares with, rounded as the value was.
func (n *node) operand(o *op) float64 {
	v := math.Float64frombits(o.n)
	if n.bits == 32 {
		return float64(float32(v))
	}
	return v
}

// textAt returns the text that a rule about text judges.
func (n *node) textAt(p unsafe.Pointer, text string) string {
	if n.kind == kindString {
		return *(*string)(p)
	}
	return text
}

// atLeastRunes reports whether s has n characters or more, counting them only
// where the number of bytes leaves it open.
func atLeastRunes(s string, n int) bool {
	if len(s) < n {
		return false
	}
	if len(s) >= n*utf8.UTFMax {
		return true
	}
	return utf8.RuneCountInString(s) >= n
}

// count returns the number of elements, entries or bytes of the value at p.
func (n *node) count(p unsafe.Pointer) int {
	switch n.kind {
	case kindList, kindBytes:
		return (*sliceHeader)(p).len
	case kindArray:
		return n.typ.Len()
	}
	return n.at(p).Len()
}

// unique reports whether no two elements of the list at p are equal.
func (n *node) unique(p unsafe.Pointer) bool {
	base, count := n.elements(p)
	at := func(i int) unsafe.Pointer { return unsafe.Add(base, uintptr(i)*n.elem.size) }
	if count <= 16 { // fewer comparisons than a map costs to build
		for i := 1; i < count; i++ {
			for j := range i {
				if n.elem.equal(at(i), at(j)) {
					return false
				}
			}
		}
		return true
	}
	seen := make(map[any]struct{}, count)
	for i := range count {
		v := n.elem.comparable(at(i))
		if _, twice := seen[v]; twice {
			return false
		}
		seen[v] = struct{}{}
	}
	return true
}

// comparable returns the value at p in a form that is equal where JSON is.
func (n *node) comparable(p unsafe.Pointer) any {
	switch n.kind {
	case kindString:
		return *(*string)(p)
	case kindInt, kindDuration:
		return loadInt(p, n.bits)
	case kindUint:
		return loadUint(p, n.bits)
	case kindFloat:
		return loadFloat(p, n.bits)
	case kindBool:
		return *(*bool)(p)
	case kindPointer:
		if inner := *(*unsafe.Pointer)(p); inner != nil {
			return n.elem.comparable(inner)
		}
		return nil
	}
	text, _ := marshalText(n.at(p))
	return text
}

func (n *node) equal(a, b unsafe.Pointer) bool {
	if n.kind == kindString {
		return *(*string)(a) == *(*string)(b)
	}
	return n.comparable(a) == n.comparable(b)
}

// literalPattern quotes text for a pattern that RE2 and ECMA-262 read alike.
func literalPattern(text string) string {
	var b bytes.Buffer
	for _, r := range text {
		if strings.ContainsRune(`\.+*?()|[]{}^$/`, r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}
