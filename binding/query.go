package binding

import (
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
)

// maxOnStack is how many parameters are collected without an allocation.
const maxOnStack = 16

// query reads the raw query once and hands each parameter its values.
func (b *binder) query() {
	var stack [maxOnStack]found
	var rare queryRest
	slots := stack[:] // apart from rare, so that it can stay on the stack
	if len(b.plan.queries) > maxOnStack {
		slots = make([]found, len(b.plan.queries))
	}
	rest, pairs := b.in.Request.URL.RawQuery, 0
	for rest != "" {
		var pair string
		pair, rest, _ = strings.Cut(rest, "&")
		if pair == "" {
			continue
		}
		if pairs++; pairs > MaxPairs {
			b.malformed("the query has too many parameters")
			return
		}
		if !b.queryPair(slots, &rare, pair) {
			b.malformed("the query is not well-formed")
			return
		}
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

// queryPair sorts one pair in. It returns false when the pair cannot be decoded.
func (b *binder) queryPair(slots []found, rare *queryRest, pair string) bool {
	rawKey, rawValue, _ := strings.Cut(pair, "=")
	key, ok := unescape(rawKey)
	value, okValue := unescape(rawValue)
	if !ok || !okValue {
		return false
	}
	i := b.queryParam(key)
	if i < 0 {
		p, member := b.deepParam(key)
		switch {
		case p != nil && rare.deep == nil:
			rare.deep = map[*param][][2]string{p: {{member, value}}}
		case p != nil:
			rare.deep[p] = append(rare.deep[p], [2]string{member, value})
		case b.plan.strict:
			rare.strays = append(rare.strays, key)
		}
		return true
	}
	p, slot := &b.plan.params[b.plan.queries[i]], &slots[i]
	slot.count++
	switch {
	case p.value().kind != kindList:
		slot.value = value
	case p.csv:
		slot.more = append(slot.more, splitRaw(rawValue)...)
	default:
		slot.more = append(slot.more, value)
	}
	return true
}

func (b *binder) queryParam(key string) int {
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

// unescape decodes percent-escapes and plus signs; ok is false for a bad escape
// and for text that is not UTF-8.
func unescape(s string) (text string, ok bool) {
	if !strings.ContainsAny(s, "%+") {
		return s, utf8.ValidString(s)
	}
	text, err := url.QueryUnescape(s)
	return text, err == nil && utf8.ValidString(text)
}
