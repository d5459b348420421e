package binding

import (
	"fmt"
	"reflect"
	"strings"
)

// Problem is a mistake in a declaration, found when the type is compiled.
type Problem struct {
	Where string // the field with its type and tag, as in: shop.Line.Qty int `json:"qty"`
	Text  string // what is wrong
	Write string // what to write instead; "" when there is no single answer
}

// String renders the problem on indented lines of its own.
func (p Problem) String() string {
	var b strings.Builder
	b.WriteString("  " + p.Where + "\n    " + p.Text)
	if p.Write != "" {
		b.WriteString("\n    write " + p.Write)
	}
	return b.String()
}

// Problems is a list of mistakes as one error.
type Problems []Problem

// Error renders the problems one below the other.
func (ps Problems) Error() string {
	parts := make([]string, len(ps))
	for i, p := range ps {
		parts[i] = p.String()
	}
	return strings.Join(parts, "\n\n")
}

// site is the place in a declaration that problems are reported at.
type site struct {
	where string
	out   *Problems
	owner reflect.Type        // of a field; where is then made when it is needed
	field reflect.StructField // of owner
}

// String names the place as problems do.
func (s site) String() string {
	if s.owner == nil {
		return s.where
	}
	where := s.owner.String() + "." + s.field.Name + " " + s.field.Type.String()
	if s.field.Tag != "" {
		where += " `" + string(s.field.Tag) + "`"
	}
	return where
}

func (s site) problem(write, format string, args ...any) {
	*s.out = append(*s.out, Problem{Where: s.String(), Text: fmt.Sprintf(format, args...), Write: write})
}

// fieldSite names a struct field as a reader finds it in the source.
func fieldSite(owner reflect.Type, f reflect.StructField, out *Problems) site {
	return site{owner: owner, field: f, out: out}
}

// nearest returns the candidate within edit distance 2 of name, 1 of a short name, and
// less than its length, or "".
func nearest(name string, candidates []string) string {
	best, bestDistance := "", min(3, len(name)) // of a short name, more would be another one
	if len(name) < 4 {
		bestDistance = min(2, len(name))
	}
	for _, c := range candidates {
		if d := distance(name, c); d < bestDistance {
			best, bestDistance = c, d
		}
	}
	return best
}

// distance counts the letters to insert, drop, replace or swap with their neighbour
// that make one short word of another.
func distance(a, b string) int {
	d := make([][]int, len(a)+1)
	for i := range d {
		d[i] = make([]int, len(b)+1)
		d[i][0] = i
	}
	for j := range d[0] {
		d[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			d[i][j] = min(d[i-1][j-1]+cost, d[i-1][j]+1, d[i][j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d[i][j] = min(d[i][j], d[i-2][j-2]+1)
			}
		}
	}
	return d[len(a)][len(b)]
}
