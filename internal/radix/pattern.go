// Package radix finds the route of a path.
//
// It knows patterns (Parse, Lengths, Build), the canonical form of a path
// (Canonical, Check) and the tree that finds the pattern of a path (Tree).
// What to answer when nothing is found is not decided here.
package radix

import "strings"

// Pattern is a parsed route pattern, such as "GET /notes/{id}".
//
// Everything a walk needs is laid out by Parse: a pattern is a run of literal
// bytes, a wildcard, a run, a wildcard and so on, closed by a last literal:
//
//	/a/{x}/b/{y}     runs "/a/" "/b/"   tail ""     end exact
//	/a/{x}/c         runs "/a/"         tail "/c"   end exact
//	/a/{rest...}     runs "/a/"         tail ""     end rest
//	/a/              no runs            tail "/a/"  end subtree
//	/a/{$}           no runs            tail "/a/"  end exact
//
// Runs and tail are in canonical form: percent-decoded, an encoded slash as
// byte 0. There is one run for each named wildcard.
//
// A Pattern is not copied: runs may point into it.
type Pattern struct {
	text   string // see String
	Method string // "" matches every method
	runs   []string
	tail   string
	end    ending
	one    [1]string // memory for runs, which mostly hold one
}

type ending uint8

const (
	exact   ending = iota // nothing may follow the tail
	rest                  // the last named wildcard takes all that is left
	subtree               // anything may follow the tail, which ends in a slash
)

// String returns the pattern as written, with one space after the method. A
// space before the path stays where there is no method but a space in it.
func (p *Pattern) String() string { return p.text }

// Path returns the pattern without its method.
func (p *Pattern) Path() string { return p.text[strings.IndexByte(p.text, '/'):] }

// Names returns the names of the wildcards in the order of the path. The
// unnamed rest of a subtree is not among them.
func (p *Pattern) Names() []string {
	names := make([]string, 0, len(p.runs))
	for text := p.Path(); len(names) < len(p.runs); {
		_, after, _ := strings.Cut(text, "{")
		name, left, _ := strings.Cut(after, "}")
		names = append(names, strings.TrimSuffix(name, "..."))
		text = left
	}
	return names
}

// Sample returns an escaped path that p matches.
func (p *Pattern) Sample() string {
	var b strings.Builder
	for _, run := range p.runs {
		b.WriteString(run + "x")
	}
	return Escape(b.String() + p.tail)
}

// Shape returns the pattern without the names of its wildcards. Two patterns
// of the same shape match the same requests.
func (p *Pattern) Shape() string {
	var b strings.Builder
	if p.Method != "" {
		b.WriteString(p.Method + " ")
	}
	for i, run := range p.runs {
		b.WriteString(Escape(run))
		if p.end == rest && i == len(p.runs)-1 {
			b.WriteString("{...}")
		} else {
			b.WriteString("{}")
		}
	}
	if p.tail != "" {
		b.WriteString(Escape(p.tail))
	}
	if p.end == subtree {
		b.WriteString("{...}")
	}
	return b.String()
}

// Overlap returns an escaped path that both patterns match, whatever their
// methods. ok is false when there is none.
func Overlap(a, b *Pattern) (path string, ok bool) {
	as, bs := a.segments(), b.segments()
	var common strings.Builder
	for len(as) > 0 && len(bs) > 0 {
		x, y := as[0], bs[0]
		switch {
		case x.kind == multi:
			return Escape(common.String() + sample(bs)), true
		case y.kind == multi:
			return Escape(common.String() + sample(as)), true
		case x.kind == literal && y.kind == literal && x.text != y.text:
			return "", false
		case x.kind == literal && y.kind == single && x.text == "",
			x.kind == single && y.kind == literal && y.text == "":
			return "", false // a wildcard takes no empty segment
		}
		if x.kind == single {
			x = y
		}
		common.WriteString("/" + x.sample())
		as, bs = as[1:], bs[1:]
	}
	if len(as)+len(bs) > 0 {
		return "", false
	}
	return Escape(common.String()), true
}

// segment is what stands between two slashes of a pattern: a canonical
// literal, "" after a final slash with {$}, or a wildcard.
type segment struct {
	text string
	kind kind
}

type kind uint8

const (
	literal kind = iota
	single       // {x}
	multi        // {x...}, or what follows the final slash of a subtree
)

// segments splits p at its slashes, for work that is not urgent.
func (p *Pattern) segments() []segment {
	const wild = "\x01" // in no literal: Parse refuses controls
	whole := p.tail
	for i := len(p.runs) - 1; i >= 0; i-- {
		whole = p.runs[i] + wild + whole
	}
	var segs []segment
	for s := range strings.SplitSeq(whole[1:], "/") {
		if s == wild {
			segs = append(segs, segment{kind: single})
		} else {
			segs = append(segs, segment{text: s})
		}
	}
	if p.end != exact {
		segs[len(segs)-1].kind = multi
	}
	return segs
}

func (s segment) sample() string {
	if s.kind == literal {
		return s.text
	}
	return "x"
}

// sample returns a path that the segments match. A subtree's or a
// wildcard's rest is left empty.
func sample(segs []segment) string {
	var b strings.Builder
	for _, s := range segs {
		b.WriteByte('/')
		if s.kind != multi {
			b.WriteString(s.sample())
		}
	}
	return b.String()
}
