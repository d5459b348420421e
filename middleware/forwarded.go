package middleware

import (
	"net/http"
	"strings"
)

// forwarded reads the field Forwarded from the right. A field that is not well-formed
// has no effect at all: a client that has sent an open quotation mark must not swallow
// what the proxies wrote behind it.
func (p *proxies) forwarded(h http.Header) hop {
	elements, ok := parseForwarded(strings.Join(h["Forwarded"], ","))
	if !ok {
		return hop{}
	}
	var found hop
	for i := len(elements) - 1; i >= 0; i-- {
		e := elements[i]
		node, ok := parseNode(e.client)
		if !ok { // "unknown", or a name that the proxy made up
			if i == len(elements)-1 {
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

// parseForwarded reads the field of RFC 7239 §4: elements between commas, of pairs
// between semicolons, of a token and a token or a quoted string.
func parseForwarded(s string) (elements []forwardedElement, ok bool) {
	var e forwardedElement
	found := false
	for {
		s = strings.TrimLeft(s, " \t")
		if s != "" && s[0] != ',' && s[0] != ';' {
			var name, value string
			if name, value, s, ok = forwardedPair(s); !ok || !e.set(name, value) {
				return nil, false
			}
			found = true
			s = strings.TrimLeft(s, " \t")
		}
		switch {
		case s == "" || s[0] == ',':
			if found {
				elements = append(elements, e)
				e, found = forwardedElement{}, false
			}
			if s == "" {
				return elements, true
			}
		case s[0] != ';':
			return nil, false
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
