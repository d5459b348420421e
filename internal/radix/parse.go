package radix

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// SyntaxError is a mistake in a pattern. Column is the 1-based byte at which
// it was noticed; Msg says what to write instead.
type SyntaxError struct {
	Column int
	Msg    string
}

func (e *SyntaxError) Error() string { return fmt.Sprintf("column %d: %s", e.Column, e.Msg) }

// Parse parses a pattern in the syntax of [net/http.ServeMux], without a host:
//
//	[METHOD ]/literal/{name}/{rest...}
//
// A final slash matches the whole subtree, a final {$} the slash only. What
// no request can match is refused: an unclean path, controls, backslashes,
// invalid UTF-8, and dot segments in whatever spelling. So are :name and
// *name, which other routers take for wildcards. Errors are *SyntaxError.
func Parse(s string) (*Pattern, error) {
	out := new(Pattern)
	if err := out.Parse(s); err != nil {
		return nil, err
	}
	return out, nil
}

// Parse is the function Parse in memory that the caller has. After an error, the pattern
// is not to be used.
func (p *Pattern) Parse(s string) error {
	method, path := "", s
	if i := strings.IndexAny(s, " \t"); i >= 0 {
		method, path = s[:i], strings.TrimLeft(s[i:], " \t")
	}
	r := parser{src: s, path: path, out: p}
	if err := r.begin(method); err != nil {
		return err
	}
	*p = Pattern{Method: method, text: method + " " + path}
	switch {
	case method == "" && strings.IndexByte(path, ' ') < 0:
		p.text = path
	case p.text == s:
		p.text = s // shares the memory
	}
	return r.segments()
}

type parser struct {
	src  string
	path string // what is left of src after the method
	out  *Pattern
	seen []string // names so far
	from int      // where the run of literals being read starts in path
}

// errorf reports a mistake at path[i].
func (p *parser) errorf(i int, format string, args ...any) error {
	return &SyntaxError{Column: len(p.src) - len(p.path) + i + 1, Msg: fmt.Sprintf(format, args...)}
}

// begin checks what comes before the first slash of the path.
func (p *parser) begin(method string) error {
	for i := range len(method) {
		if !isToken(method[i]) {
			return &SyntaxError{i + 1, fmt.Sprintf("%q is not a method; write a pattern as \"GET /path\", or \"/path\" for all methods", method)}
		}
	}
	switch i := strings.IndexByte(p.path, '/'); {
	case p.path == "" && method == "":
		return p.errorf(0, "empty pattern; the root is \"/{$}\", and \"/\" matches every path")
	case p.path == "":
		return p.errorf(0, "no path after the method; the root is \"/{$}\", and \"/\" matches every path")
	case i > 0 && isHost(p.path[:i]):
		return p.errorf(0, "%q is before the first slash, and a pattern has no host; start the path with \"/\", or give each host its own router in an http.ServeMux", p.path[:i])
	case i != 0:
		return p.errorf(0, "the path does not start with \"/\"; write %q", "/"+p.path)
	}
	return nil
}

func isHost(s string) bool {
	return strings.ContainsAny(s, ".:") && !strings.ContainsAny(s, "{}") && s[0] != ':' || s == "localhost"
}

// segments reads path, which starts with a slash, segment by segment.
func (p *parser) segments() error {
	start, last := 0, false // path[start] follows a slash
	for !last {
		start++
		end := len(p.path)
		if i := strings.IndexByte(p.path[start:], '/'); i >= 0 {
			end = start + i
		}
		last = end == len(p.path)
		seg := p.path[start:end]
		var err error
		switch brace := strings.IndexByte(seg, '{'); {
		case seg == "" && last:
			p.out.end = subtree
		case seg == "":
			err = p.errorf(start, "two slashes in a row match nothing; write one")
		case brace > 0:
			err = p.errorf(start, "text before {; a wildcard is a whole segment, as in /{name}/")
		case brace == 0:
			err = p.wildcard(start, seg, last)
		default:
			err = p.literal(start, seg)
		}
		if err != nil {
			return err
		}
		start = end
	}
	p.out.tail = decode(p.path[p.from:])
	return nil
}

// wildcard reads a segment that starts with a brace, at path[at].
func (p *parser) wildcard(at int, seg string, last bool) error {
	inner, after, closed := strings.Cut(seg[1:], "}")
	name, isMulti := strings.CutSuffix(inner, "...")
	if before, _, found := strings.Cut(inner, ":"); found {
		constraint, _, _ := strings.Cut(p.path[at+len("{:")+len(before):], "}")
		return p.errorf(at, "a wildcard is a name alone; write {%s} and put %q on its field: as the field's type, or in its pattern:\"...\" tag", before, constraint)
	}
	switch {
	case !closed:
		return p.errorf(at, "no } at the end of the segment; a wildcard is {name}")
	case after != "":
		return p.errorf(at+len(seg)-len(after), "text after }; a wildcard is a whole segment, as in /{name}/")
	case inner == "$" && !last:
		return p.errorf(at, "{$} is the end of the path; nothing may follow it")
	case inner == "$":
		p.cut(at, seg)
		return nil
	case name == "":
		return p.errorf(at, "a wildcard needs a name; write {name} or {rest...}")
	case name[0] == '*' && isIdentifier(name[1:]):
		return p.errorf(at, "write {%s...} for all that is left of the path", name[1:])
	case strings.HasSuffix(name, "?") && isIdentifier(name[:len(name)-1]):
		return p.errorf(at, "a segment cannot be optional; register one pattern with {%s} and one without", name[:len(name)-1])
	case !isIdentifier(name):
		return p.errorf(at, "%q is not a Go identifier; a wildcard is {name}", name)
	case isMulti && !last:
		return p.errorf(at, "{%s...} takes all that is left of the path; nothing may follow it", name)
	}
	for _, other := range p.seen {
		if other == name {
			return p.errorf(at, "{%s} is there twice; give each wildcard its own name", name)
		}
	}
	p.seen = append(p.seen, name)
	if p.out.runs == nil {
		p.out.runs = p.out.one[:0]
	}
	p.out.runs = append(p.out.runs, decode(p.path[p.from:at]))
	p.from = at + len(seg)
	if isMulti {
		p.out.end = rest
	}
	return nil
}

// cut ends path before the final {$} at path[at].
func (p *parser) cut(at int, seg string) {
	p.src = p.src[:len(p.src)-len(seg)]
	p.path = p.path[:at]
}

// literal checks a segment without a brace, at path[at].
func (p *parser) literal(at int, seg string) error {
	switch {
	case seg[0] == ':' && len(seg) > 1:
		return p.errorf(at, "write {%s}; a literal colon at the start of a segment is %%3A", identifierIn(seg[1:], "name"))
	case seg[0] == '*':
		return p.errorf(at, "write {%s...}; a literal star at the start of a segment is %%2A", identifierIn(seg[1:], "rest"))
	}
	for i := 0; i < len(seg); i++ {
		c, start := seg[i], i
		if c == '%' {
			var ok bool
			if c, ok = unhex(seg, i); !ok {
				return p.errorf(at+i, "%% needs two hexadecimal digits; a literal percent sign is %%25")
			}
			i += 2
		}
		switch {
		case c < ' ' || c == 0x7f:
			return p.errorf(at+start, "a control character matches nothing; leave it out")
		case c == '\\':
			return p.errorf(at+start, "a backslash matches nothing; write \"/\"")
		}
	}
	text := decode(seg)
	if !utf8.ValidString(text) {
		return p.errorf(at, "%q is not UTF-8 and matches nothing", seg)
	}
	for element := range strings.SplitSeq(text, "\x00") {
		if element == "." || element == ".." {
			return p.errorf(at, "a dot segment matches nothing; write the path without it")
		}
	}
	return nil
}

// decode returns a run of checked literals in canonical form.
func decode(s string) string {
	if strings.IndexByte(s, '%') < 0 {
		return s
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '%' {
			c, _ = unhex(s, i)
			i += 2
			if c == '/' {
				c = encodedSlash
			}
		}
		b = append(b, c)
	}
	return string(b)
}

// unhex returns the byte that the escape at s[i] stands for.
func unhex(s string, i int) (c byte, ok bool) {
	if len(s)-i < 3 {
		return 0, false
	}
	for _, d := range []byte(s[i+1 : i+3]) {
		switch {
		case '0' <= d && d <= '9':
			d -= '0'
		case 'a' <= d && d <= 'f':
			d -= 'a' - 10
		case 'A' <= d && d <= 'F':
			d -= 'A' - 10
		default:
			return 0, false
		}
		c = c<<4 | d
	}
	return c, true
}

// isIdentifier reports whether s is a Go identifier, keywords included.
func isIdentifier(s string) bool { return s != "" && identifierIn(s, "") == s }

// identifierIn returns the Go identifier at the start of s, or none.
func identifierIn(s, none string) string {
	end := len(s)
	for i, c := range s {
		if !unicode.IsLetter(c) && c != '_' && (i == 0 || !unicode.IsDigit(c)) {
			end = i
			break
		}
	}
	if end == 0 {
		return none
	}
	return s[:end]
}

// isToken reports whether c may stand in a method, RFC 9110 §5.6.2.
func isToken(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' ||
		strings.IndexByte("!#$%&'*+-.^_`|~", c) >= 0
}
