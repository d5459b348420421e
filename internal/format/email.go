package format

import "strings"

// RFC 5321 §4.5.3.1: the local part, and the path less its angle brackets.
const (
	maxLocalPart = 64
	maxMailbox   = 254
)

// Email accepts a Mailbox of RFC 5321 §4.1.2: a local part of atoms or in quotes,
// and a domain or an address in brackets. It is ASCII, and the bare address: no
// display name, comment or blank.
func Email(s string) bool {
	if len(s) > maxMailbox {
		return false
	}
	n := localPart(s)
	return n > 0 && n <= maxLocalPart && n < len(s) && s[n] == '@' && mailDomain(s[n+1:])
}

// localPart returns the length of the local part at the start of s, 0 if there is none.
func localPart(s string) int {
	if s != "" && s[0] == '"' {
		return quotedString(s)
	}
	n := 0
	for {
		atom := span(s[n:], alnum|atomMark)
		if atom == 0 {
			return 0
		}
		n += atom
		if n == len(s) || s[n] != '.' {
			return n
		}
		n++
	}
}

// quotedString returns the length of the quoted string at the start of s, 0 if
// it is not one. A backslash may stand before any printable character.
func quotedString(s string) int {
	for i := 1; i < len(s); i++ {
		c := s[i]
		if c == '"' {
			return i + 1
		}
		if c == '\\' && i+1 < len(s) {
			i++
			c = s[i]
		}
		if c < ' ' || c > '~' {
			return 0
		}
	}
	return 0
}

func mailDomain(s string) bool {
	address, isLiteral := strings.CutPrefix(s, "[")
	if !isLiteral {
		return labels(s)
	}
	address, closed := strings.CutSuffix(address, "]")
	if !closed {
		return false
	}
	const tag = "IPv6:"
	if len(address) > len(tag) && strings.EqualFold(address[:len(tag)], tag) {
		return IPv6(address[len(tag):])
	}
	return IPv4(address)
}
