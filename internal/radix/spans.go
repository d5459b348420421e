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

// Ends writes where the values of p's wildcards end in a canonical path, as many as
// dst holds. ok is false when p does not match path. A value starts where the run
// before it ends, so with Cut this is all of Spans in half the space.
func (p *Pattern) Ends(path string, dst []uint16) (ok bool) {
	if len(path) > MaxPath {
		return false
	}
	at := 0
	for i, run := range p.runs {
		if at = p.after(i, run, path, at); at < 0 {
			return false
		}
		if i < len(dst) {
			dst[i] = uint16(at)
		}
	}
	if p.end == subtree {
		return strings.HasPrefix(path[at:], p.tail)
	}
	return path[at:] == p.tail
}

// FoundEnds is Ends for a path that a Tree has found p for.
//
// Optimization: nothing is compared again, so the text of the pattern, which lies
// elsewhere in memory, is not touched.
func (p *Pattern) FoundEnds(path string, dst []uint16) {
	at := 0
	for i := range p.runs {
		at += len(p.runs[i])
		if p.end == rest && i == len(p.runs)-1 {
			at = len(path)
		}
		for at < len(path) && path[at] != '/' {
			at++
		}
		if i < len(dst) {
			dst[i] = uint16(at)
		}
	}
}

// after returns where wildcard i ends in path when its run starts at path[at], or -1.
func (p *Pattern) after(i int, run, path string, at int) int {
	if len(path)-at < len(run) || path[at:at+len(run)] != run {
		return -1
	}
	at += len(run)
	if p.end == rest && i == len(p.runs)-1 {
		return len(path)
	}
	start := at
	for at < len(path) && path[at] != '/' {
		at++
	}
	if at == start {
		return -1 // {x} takes no empty segment
	}
	return at
}

// Cut returns the canonical value of wildcard i of a path with the given Ends; "" for
// an empty path. Beyond what ends holds, it walks on from the last of them.
func (p *Pattern) Cut(path string, i int, ends []uint16) string {
	if path == "" {
		return ""
	}
	start, last := 0, min(i, len(ends))
	if last > 0 {
		start = int(ends[last-1])
	}
	for ; last < i; last++ {
		start = p.after(last, p.runs[last], path, start)
	}
	end := 0
	if i < len(ends) {
		end = int(ends[i])
	} else {
		end = p.after(i, p.runs[i], path, start)
	}
	return path[start+len(p.runs[i]) : end]
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
