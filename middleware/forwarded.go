package middleware

import (
	"net/http"
	"strings"
)

// forwarded reads the field Forwarded from the right, one element at a time, and nothing
// that stands left of the client: what a client has written before the proxies, an open
// quotation mark included, changes neither what they wrote nor whose address counts.
func (p *proxies) forwarded(h http.Header) hop {
	var found hop
	list := strings.Join(h["Forwarded"], ",")
	for first := true; list != ""; first = false {
		var item string
		list, item = lastElement(list)
		e, ok := parseElement(item)
		if !ok {
			break
		}
		node, ok := parseNode(e.client)
		if !ok { // "unknown", or a name that the proxy made up
			if first {
				found.proto, found.host = validProto(e.proto), validHost(e.host)
			}
			break
		}
		found = hop{client: node, proto: validProto(e.proto), host: validHost(e.host)}
		if !p.trusts(node.Addr()) {
			break
		}
	}
	return found
}

// lastElement cuts a list before its last comma that is in no quoted string, as it looks
// from the right.
func lastElement(list string) (rest, element string) {
	quoted := false
	for i := len(list) - 1; i >= 0; i-- {
		switch c := list[i]; {
		case c == ',' && !quoted:
			return list[:i], list[i+1:]
		case c == '"' && !quoted:
			quoted = true
		case c == '"':
			head := list[:i]
			quoted = (len(head)-len(strings.TrimRight(head, `\`)))%2 == 1 // it is escaped
		}
	}
	return "", list
}

// forwardedElement is what one proxy says, as far as it is of use.
type forwardedElement struct{ client, proto, host string }

// set takes a parameter. One that stands twice is an error (RFC 7239 §4).
func (e *forwardedElement) set(name, value string) bool {
	var to *string
	switch name {
	case "for":
		to = &e.client
	case "proto":
		to = &e.proto
	case "host":
		to = &e.host
	default:
		return true
	}
	if *to != "" {
		return false
	}
	*to = value
	return true
}

// parseElement reads an element of RFC 7239 §4: pairs between semicolons, of a token and a
// token or a quoted string. One without a pair is none.
func parseElement(s string) (e forwardedElement, ok bool) {
	found := false
	for {
		s = strings.TrimLeft(s, " \t")
		if s != "" && s[0] != ';' {
			var name, value string
			if name, value, s, ok = forwardedPair(s); !ok || !e.set(name, value) {
				return e, false
			}
			found = true
			s = strings.TrimLeft(s, " \t")
		}
		if s == "" {
			return e, found
		}
		if s[0] != ';' {
			return e, false
		}
		s = s[1:]
	}
}

func forwardedPair(s string) (name, value, rest string, ok bool) {
	name, rest, ok = strings.Cut(s, "=")
	if !ok || !isToken(name) {
		return "", "", "", false
	}
	name = strings.ToLower(name)
	if !strings.HasPrefix(rest, `"`) {
		end := strings.IndexAny(rest, ",; \t")
		if end < 0 {
			end = len(rest)
		}
		// Addresses with a colon must be quoted; those that are not are read all the same.
		value, rest = rest[:end], rest[end:]
		return name, value, rest, value != "" && !strings.ContainsAny(value, `"\`)
	}
	var b strings.Builder
	for i := 1; i < len(rest); i++ {
		switch c := rest[i]; c {
		case '"':
			return name, b.String(), rest[i+1:], true
		case '\\':
			if i++; i == len(rest) {
				return "", "", "", false
			}
			b.WriteByte(rest[i])
		default:
			b.WriteByte(c)
		}
	}
	return "", "", "", false
}
