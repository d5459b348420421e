package format

import "strings"

// The patterns of this file's checks.
const (
	HostnamePattern = `^[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$`
	FQDNPattern     = `^([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.?$`
)

// maxName is the length of a domain name in text, without a final dot: 255
// bytes on the wire (RFC 1035 §2.3.4) less the first length and the root.
const maxName = 253

// Hostname accepts labels that begin with a letter (RFC 952), with dots between them. The
// length of the whole is not limited, since a pattern cannot say it; HostnameRFC1123 limits it.
func Hostname(s string) bool {
	for more := true; more; {
		var l string
		l, s, more = strings.Cut(s, ".")
		if !label(l) || !is(l[0], letter) {
			return false
		}
	}
	return true
}

// HostnameRFC1123 accepts labels that begin with a letter or a digit (RFC 1123
// §2.1), up to 253 bytes together, without a final dot. Labels in Punycode are
// not decoded.
func HostnameRFC1123(s string) bool {
	return len(s) <= maxName && labels(s)
}

// FQDN accepts a name of at least two labels, of which the last begins with a
// letter, as top-level domains do, and may be followed by the root's dot.
func FQDN(s string) bool {
	s = strings.TrimSuffix(s, ".")
	last := strings.LastIndexByte(s, '.')
	return last >= 0 && labels(s) && is(s[last+1], letter)
}

func labels(s string) bool {
	for more := true; more; {
		var l string
		l, s, more = strings.Cut(s, ".")
		if !label(l) {
			return false
		}
	}
	return true
}

// label checks 1 to 63 letters, digits and hyphens, with no hyphen at either end.
func label(s string) bool {
	if s == "" || len(s) > 63 || s[0] == '-' || s[len(s)-1] == '-' {
		return false
	}
	for i := range len(s) {
		if !is(s[i], alnum) && s[i] != '-' {
			return false
		}
	}
	return true
}
