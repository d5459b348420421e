package binding

import (
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
)

// maxOnStack is how many parameters are collected without an allocation.
const maxOnStack = 8

// query reads the raw query once and hands each parameter its values.
func (b *binder) query() {
	var stack [maxOnStack]found
	var rare queryRest
	slots := stack[:] // apart from rare, so that it can stay on the stack
	if len(b.plan.queries) > maxOnStack {
		slots = make([]found, len(b.plan.queries))
	}
	rest, pairs, hint := b.in.Request.URL.RawQuery, 0, 0
	for rest != "" {
		var p queryArg
		p, rest = cutPair(rest)
		if p.empty {
			continue
		}
		if pairs++; pairs > MaxPairs {
			b.malformed("the query has too many parameters")
			return
		}
		if !p.decode() {
			b.malformed("the query is not well-formed")
			return
		}
		hint = b.queryPair(slots, &rare, &p, hint)
	}
	for i, j := range b.plan.queries {
		p := &b.plan.params[j]
		if p.deep {
			b.deepObject(p, rare.deep[p])
			continue
		}
		b.assign(p, &slots[i])
	}
	for _, key := range rare.strays {
		b.unknownQuery(key)
	}
}

// queryRest is what a query has beside its plain parameters.
type queryRest struct {
	deep   map[*param][][2]string // members of deepObjects
	strays []string               // names that nothing declares, where they are refused
}

// queryPair sorts one pair in. It tries the parameter at hint first and returns the
// hint for the next pair.
func (b *binder) queryPair(slots []found, rare *queryRest, q *queryArg, hint int) int {
	i := b.queryParam(q.key, hint)
	if i < 0 {
		p, member := b.deepParam(q.key)
		switch {
		case p != nil && rare.deep == nil:
			rare.deep = map[*param][][2]string{p: {{member, q.value}}}
		case p != nil:
			rare.deep[p] = append(rare.deep[p], [2]string{member, q.value})
		case b.plan.strict:
			rare.strays = append(rare.strays, q.key)
		}
		return hint
	}
	p, slot := &b.plan.params[b.plan.queries[i]], &slots[i]
	slot.count++
	switch {
	case p.value().kind != kindList:
		slot.value = q.value
	case p.csv:
		slot.more = append(slot.more, splitRaw(q.raw)...)
	default:
		slot.more = append(slot.more, q.value)
	}
	return i + 1
}

func (b *binder) queryParam(key string, hint int) int {
	if hint < len(b.plan.queries) {
		if p := &b.plan.params[b.plan.queries[hint]]; p.name == key && !p.deep {
			return hint
		}
	}
	for i, j := range b.plan.queries {
		if p := &b.plan.params[j]; p.name == key && !p.deep {
			return i
		}
	}
	return -1
}

func (b *binder) unknownQuery(key string) {
	if slices.Contains(b.plan.elsewhere, key) {
		return
	}
	pointer := "/" + escapePointer(key)
	if len(key) > 64 {
		pointer = ""
	}
	b.problems().add(FieldError{In: string(Query), Pointer: pointer, Code: CodeUnknown, Detail: "is not a known parameter"})
}

// splitRaw splits a csv value before decoding, so that %2C stays in an element.
func splitRaw(raw string) []string {
	if raw == "" {
		return nil
	}
	items := strings.Split(raw, ",")
	for i := range items {
		items[i], _ = unescape(items[i]) // Invariant: the whole value decoded, so each part does
	}
	return items
}

// queryArg is one name with its value in a query or an urlencoded form.
type queryArg struct {
	key, value string
	raw        string // the value before it is decoded
	plain      bool   // ASCII without escapes: it is what it stands for
	empty      bool   // nothing between two separators
}

// cutPair takes the first pair off text. Optimization: one walk finds the separators
// and whether anything is to be decoded; with a search for each it was a fifth of a GET
// with three parameters.
func cutPair(text string) (p queryArg, rest string) {
	equals, i := -1, 0
	p.plain = true
	for ; i < len(text) && text[i] != '&'; i++ {
		switch c := text[i]; {
		case c == '=' && equals < 0:
			equals = i
		case c == '%' || c == '+' || c >= utf8.RuneSelf:
			p.plain = false
		}
	}
	p.empty, p.key = i == 0, text[:i]
	if equals >= 0 {
		p.key, p.raw = text[:equals], text[equals+1:i]
	}
	p.value = p.raw
	return p, text[min(i+1, len(text)):]
}

// decode replaces key and value by what they stand for; false when they cannot be.
func (p *queryArg) decode() bool {
	if p.plain {
		return true
	}
	var ok, okValue bool
	p.key, ok = unescape(p.key)
	p.value, okValue = unescape(p.raw)
	return ok && okValue
}

// unescape decodes percent-escapes and plus signs; ok is false for a bad escape
// and for text that is not UTF-8.
func unescape(s string) (text string, ok bool) {
	if !strings.ContainsAny(s, "%+") {
		return s, utf8.ValidString(s)
	}
	text, err := url.QueryUnescape(s)
	return text, err == nil && utf8.ValidString(text)
}
