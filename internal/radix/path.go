package radix

import (
	"net/url"
	"path"
	"strings"
	"unicode/utf8"
)

// The canonical path is the decoded path in which an encoded slash, which
// separates nothing, is byte 0:
//
//	/a/b%20c    "/a/b c"
//	/a%2Fb/c    "/a\x00b/c"
//
// Invariant: Canonical refuses a NUL of the request itself, raw or encoded,
// so in a canonical path byte 0 is always an encoded slash.
const encodedSlash = 0

// MaxPath is the longest path that has a canonical form, so that offsets into
// it fit in 16 bits.
const MaxPath = 1<<16 - 1

// Canonical returns the canonical path of u.
//
// RawPath counts if it decodes to Path; otherwise it is stale and Path stands
// alone. An empty path is "/". ok is false, and the request deserves a 400,
// for a path that does not start with a slash, that holds a NUL or a raw '#',
// or that hides a dot segment: one with an escaped dot, or one beside an
// encoded slash, as in a%2F..%2Fb. It is false as well for a path longer than
// MaxPath. Everything else that makes a path unclean or bad is found by Check.
//
// It allocates only for a path with an encoded slash.
func Canonical(u *url.URL) (path string, ok bool) {
	if u.RawPath != "" {
		if path, ok, stale := fromRaw(u.RawPath, u.Path); !stale {
			return path, ok
		}
	}
	return plain(u.Path)
}

// plain returns the canonical form of a decoded path, in which a slash is
// never an encoded one.
func plain(path string) (string, bool) {
	if path == "" {
		return "/", true
	}
	return path, path[0] == '/' && len(path) <= MaxPath && strings.IndexByte(path, 0) < 0
}

// fromRaw walks raw and path side by side. stale is true if raw does not
// decode to path.
func fromRaw(raw, path string) (canonical string, ok, stale bool) {
	ok = raw[0] == '/' && len(path) <= MaxPath
	var buf []byte // path with its encoded slashes marked, once there is one
	var el element // the text between two slashes, encoded or not
	j := 0         // position in path
	for i := 0; i < len(raw); i++ {
		c, escaped := raw[i], raw[i] == '%'
		if escaped {
			var valid bool
			if c, valid = unhex(raw, i); !valid {
				return "", false, true
			}
			i += 2
		}
		if j == len(path) || path[j] != c {
			return "", false, true
		}
		switch {
		case c == 0, c == '#' && !escaped:
			ok = false
		case c == '/':
			if (el.hidden || escaped) && isDots(path[el.start:j]) {
				ok = false
			}
			el = element{start: j + 1, hidden: escaped}
			if escaped {
				if buf == nil {
					buf = []byte(path)
				}
				buf[j] = encodedSlash
			}
		case escaped:
			el.hidden = true
		}
		j++
	}
	if j != len(path) {
		return "", false, true
	}
	if el.hidden && isDots(path[el.start:]) {
		ok = false
	}
	if buf != nil {
		path = string(buf)
	}
	return path, ok, false
}

// element is a piece of a path being read.
type element struct {
	start  int
	hidden bool // a dot segment here is one that a proxy may have missed
}

func isDots(s string) bool { return s == "." || s == ".." }

// Value returns a piece of a canonical path as the client meant it, with
// slashes for encoded slashes. It allocates only if there is one.
func Value(s string) string {
	if strings.IndexByte(s, encodedSlash) < 0 {
		return s
	}
	return strings.ReplaceAll(s, "\x00", "/")
}

// Verdict is what Check says of a path.
type Verdict uint8

const (
	Clean   Verdict = iota
	Unclean         // it holds "//", or a segment that is "." or ".."
	Bad             // it holds a control, a backslash, invalid UTF-8, or a dot segment beside an encoded slash
)

// Check judges a canonical path. Bad wins over Unclean.
func Check(path string) Verdict {
	if path == "" || path[0] != '/' || len(path) > MaxPath {
		return Bad
	}
	// Optimization: most paths are plain ASCII, and one look at each byte will do.
	if scanRest(path[1:], suspect|marked) {
		return Clean
	}
	for i := range len(path) {
		if c := path[i]; c < ' ' && c != encodedSlash || c == 0x7f || c == '\\' {
			return Bad
		}
	}
	if !utf8.ValidString(path) {
		return Bad
	}
	verdict := Clean
	for start := 1; start <= len(path); {
		end := len(path)
		if i := strings.IndexAny(path[start:], "/\x00"); i >= 0 {
			end = start + i
		}
		before := path[start-1] == encodedSlash
		after := end < len(path) && path[end] == encodedSlash
		switch el := path[start:end]; {
		case isDots(el) && (before || after):
			return Bad
		case isDots(el), el == "" && !before && !after && end < len(path):
			verdict = Unclean
		}
		start = end + 1
	}
	return verdict
}

// CleanPath returns the canonical path that an unclean one stands for, as
// [net/http.ServeMux] does: a final slash stays.
func CleanPath(p string) string {
	clean := path.Clean("/" + p)
	if clean != "/" && p[len(p)-1] == '/' {
		clean += "/"
	}
	return clean
}

// Escape returns a canonical path in escaped form, fit for a Location header:
// it starts with exactly one slash, whatever path holds, so that no client
// takes it for another origin.
func Escape(path string) string {
	path = "/" + strings.TrimLeft(path, "/")
	var b strings.Builder
	for i, s := range strings.Split(path, "\x00") {
		if i > 0 {
			b.WriteString("%2F")
		}
		b.WriteString((&url.URL{Path: s}).EscapedPath())
	}
	return b.String()
}
