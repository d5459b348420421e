package binding

import (
	"strings"
	"unicode/utf8"
)

func (b *binder) header() {
	for _, j := range b.plan.headers {
		p := &b.plan.params[j]
		lines := b.in.Request.Header[p.key]
		got := found{count: len(lines)}
		isList := p.value().kind == kindList
		for _, line := range lines {
			if !utf8.ValidString(line) {
				b.malformed("the header " + p.key + " is not valid UTF-8")
				return
			}
			if !isList {
				got.value = strings.Trim(line, " \t")
				continue
			}
			if strings.Trim(line, " \t") == "" {
				continue // no elements
			}
			for item := range strings.SplitSeq(line, ",") {
				got.more = append(got.more, strings.Trim(item, " \t"))
			}
		}
		b.assign(p, &got)
	}
}

// cookie reads the Cookie fields by itself: net/http drops all of them when there
// are too many, and a request must never look as if it had none.
func (b *binder) cookie() {
	var stack [maxOnStack]found
	slots := stack[:]
	if len(b.plan.cookies) > maxOnStack {
		slots = make([]found, len(b.plan.cookies))
	}
	pairs := 0
	for _, line := range b.in.Request.Header["Cookie"] {
		for pair := range strings.SplitSeq(line, ";") {
			name, value, ok := strings.Cut(strings.Trim(pair, " \t"), "=")
			if !ok || name == "" {
				continue // a nameless cookie is nobody's (RFC 6265 §4.2)
			}
			if pairs++; pairs > MaxPairs {
				b.malformed("the request has too many cookies")
				return
			}
			if !b.cookiePair(slots, name, value) {
				return
			}
		}
	}
	for i, j := range b.plan.cookies {
		b.assign(&b.plan.params[j], &slots[i])
	}
}

func (b *binder) cookiePair(slots []found, name, value string) bool {
	for i, j := range b.plan.cookies {
		if b.plan.params[j].name != name {
			continue
		}
		if !utf8.ValidString(value) {
			b.malformed("a cookie is not valid UTF-8")
			return false
		}
		if slots[i].count == 0 || slots[i].value != value { // equal values count once
			slots[i].count++
			slots[i].value = value
		}
	}
	return true
}
