package format

import "strings"

// What the schema says beside format uri.
const (
	URLPattern     = `^[A-Za-z][A-Za-z0-9+.-]*:(//)?[^/?#][!-~]*$`
	HTTPURLPattern = `^[Hh][Tt][Tt][Pp][Ss]?://([^/?#@]*@)?[^/?#@:][^/?#@]*([/?#][!-~]*)?$`
)

// URI accepts a URI of RFC 3986 with its scheme: no relative reference, no
// character beyond ASCII.
func URI(s string) bool {
	_, ok := parseURI(s)
	return ok
}

// URL accepts a URI that says where: an authority that is not empty
// (https://example.com), or else something directly after the scheme
// (mailto:a@example.com). So it refuses https: and file:///etc/hosts.
func URL(s string) bool {
	u, ok := parseURI(s)
	if !ok {
		return false
	}
	if u.hasAuthority {
		return u.authority != ""
	}
	return u.path != "" && u.path[0] != '/'
}

// HTTPURL accepts a URI with the scheme http or https and a host.
func HTTPURL(s string) bool {
	u, ok := parseURI(s)
	return ok && u.host != "" && (strings.EqualFold(u.scheme, "http") || strings.EqualFold(u.scheme, "https"))
}

type uri struct {
	scheme          string
	authority, host string
	hasAuthority    bool
	path            string
}

// parseURI follows the generic syntax of RFC 3986, appendix A.
func parseURI(s string) (u uri, ok bool) {
	n := strings.IndexByte(s, ':')
	if n < 1 || !is(s[0], letter) {
		return u, false
	}
	for i := range n {
		if c := s[i]; !is(c, alnum) && c != '+' && c != '-' && c != '.' {
			return u, false
		}
	}
	u.scheme, s = s[:n], s[n+1:]
	s, fragment, _ := strings.Cut(s, "#")
	s, query, _ := strings.Cut(s, "?")
	if s, u.hasAuthority = strings.CutPrefix(s, "//"); u.hasAuthority {
		n := strings.IndexByte(s, '/')
		if n < 0 {
			n = len(s)
		}
		u.authority, s = s[:n], s[n:]
		if u.host, ok = parseAuthority(u.authority); !ok {
			return u, false
		}
	}
	u.path = s
	return u, characters(u.path, ":@/") && characters(query, ":@/?") && characters(fragment, ":@/?")
}

// parseAuthority reads [userinfo "@"] host [":" port].
func parseAuthority(s string) (host string, ok bool) {
	if userinfo, rest, found := strings.Cut(s, "@"); found {
		if !characters(userinfo, ":") {
			return "", false
		}
		s = rest
	}
	end := strings.IndexByte(s, ':')
	if strings.HasPrefix(s, "[") {
		end = strings.IndexByte(s, ']') + 1
		if end == 0 || !ipLiteral(s[1:end-1]) {
			return "", false
		}
	} else {
		if end < 0 {
			end = len(s)
		}
		if !characters(s[:end], "") {
			return "", false
		}
	}
	host, port := s[:end], s[end:]
	return host, port == "" || port[0] == ':' && span(port[1:], digit) == len(port)-1
}

// ipLiteral checks IPv6address or IPvFuture.
func ipLiteral(s string) bool {
	if s == "" || s[0]|0x20 != 'v' {
		return IPv6(s)
	}
	version, address, found := strings.Cut(s[1:], ".")
	return found && filled(version, hex) && address != "" &&
		strings.IndexByte(address, '%') < 0 && characters(address, ":")
}

// characters checks that all are unreserved, sub-delims, pct-encoded or in more.
func characters(s, more string) bool {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case is(c, alnum|mark|subDelim):
		case c == '%':
			if i+2 >= len(s) || !is(s[i+1], hex) || !is(s[i+2], hex) {
				return false
			}
			i += 2
		case strings.IndexByte(more, c) < 0:
			return false
		}
	}
	return true
}
