package radix

import "strings"

// Span is where the value of a wildcard lies in a canonical path:
// path[Start:End].
type Span struct{ Start, End uint16 }

// Spans finds the values of p's wildcards in a canonical path, in the order
// of Names, and writes as many as dst holds. n is the number of wildcards. ok
// is false when p does not match path.
//
// A span's text is still canonical: see Value. Nothing is allocated.
func (p *Pattern) Spans(path string, dst []Span) (n int, ok bool) {
	if len(path) > MaxPath {
		return 0, false
	}
	at := 0
	for i, run := range p.runs {
		if len(path)-at < len(run) || path[at:at+len(run)] != run {
			return 0, false
		}
		at += len(run)
		start := at
		if p.end == rest && i == len(p.runs)-1 {
			at = len(path)
		} else {
			for at < len(path) && path[at] != '/' {
				at++
			}
			if at == start {
				return 0, false // {x} takes no empty segment
			}
		}
		if i < len(dst) {
			dst[i] = Span{uint16(start), uint16(at)}
		}
	}
	if p.end == subtree {
		return len(p.runs), strings.HasPrefix(path[at:], p.tail)
	}
	return len(p.runs), path[at:] == p.tail
}

// Param returns the value of one wildcard, decoded, given only the text of
// the pattern, as http.Request.Pattern holds it. ok is false when the pattern
// has no such wildcard or does not match path.
//
// It allocates only for a value with an encoded slash.
func Param(pattern, path, name string) (value string, ok bool) {
	slash := strings.IndexByte(pattern, '/')
	if slash < 0 {
		return "", false
	}
	pattern = pattern[slash:]
	for {
		brace := strings.IndexByte(pattern, '{')
		if brace < 0 {
			n, fit := cutLiteral(pattern, path)
			inSubtree := strings.HasSuffix(pattern, "/")
			if !ok || !fit || n < len(path) && !inSubtree {
				return "", false
			}
			return Value(value), true
		}
		n, fit := cutLiteral(pattern[:brace], path)
		length := strings.IndexByte(pattern[brace:], '}')
		if !fit || length < 0 {
			return "", false
		}
		wildcard := pattern[brace+1 : brace+length]
		path, pattern = path[n:], pattern[brace+length+1:]
		if wildcard == "$" {
			continue // the next turn finds the end of both
		}
		wildcard, isMulti := strings.CutSuffix(wildcard, "...")
		end := len(path)
		if !isMulti {
			if end = segmentEnd(path); end == 0 {
				return "", false
			}
		}
		if wildcard == name {
			value, ok = path[:end], true
		}
		path = path[end:]
	}
}

// segmentEnd returns the length of the segment that path starts with.
func segmentEnd(path string) int {
	if i := strings.IndexByte(path, '/'); i >= 0 {
		return i
	}
	return len(path)
}

// cutLiteral reports how many bytes of a canonical path the literal text of a
// pattern takes, and whether the path starts with it.
func cutLiteral(text, path string) (n int, ok bool) {
	if strings.IndexByte(text, '%') < 0 {
		return len(text), strings.HasPrefix(path, text)
	}
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c == '%' {
			c, _ = unhex(text, i)
			i += 2
			if c == '/' {
				c = encodedSlash
			}
		}
		if n == len(path) || path[n] != c {
			return 0, false
		}
		n++
	}
	return n, true
}
