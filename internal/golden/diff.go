package golden

import (
	"fmt"
	"slices"
	"strings"
)

const (
	around   = 2       // unchanged lines shown next to a change
	maxCells = 4 << 20 // bound of the table below: two texts of 2,000 differing lines
)

// diff returns the lines that turn want into got, each change with a few lines around it and its place in want. It is
// empty for equal texts.
func diff(want, got []byte) string {
	return render(edits(lines(want), lines(got)))
}

// edit is one line of a difference: op is ' ' for a line of both texts, '-' of want only, '+' of got only.
type edit struct {
	op   byte
	line string
}

// lines splits after each line feed, and marks a last line that has none, so that it differs from one that has.
func lines(text []byte) []string {
	s := string(text)
	if s == "" {
		return nil
	}
	if !strings.HasSuffix(s, "\n") {
		s += " (no line feed at the end)"
	}
	return strings.SplitAfter(strings.TrimSuffix(s, "\n"), "\n")
}

// edits keeps a longest common subsequence of lines. What both texts begin and end with is set aside first: it is
// most of them, and the table is quadratic in the rest.
func edits(a, b []string) []edit {
	var head, tail []edit
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		head = append(head, edit{' ', a[0]})
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		tail = append([]edit{{' ', a[len(a)-1]}}, tail...)
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	return append(append(head, middle(a, b)...), tail...)
}

func middle(a, b []string) []edit {
	var out []edit
	i, j := 0, 0
	if len(a)*len(b) <= maxCells {
		common := commonLengths(a, b)
		for i < len(a) && j < len(b) {
			switch {
			case a[i] == b[j]:
				out = append(out, edit{' ', a[i]})
				i, j = i+1, j+1
			case common[i+1][j] >= common[i][j+1]:
				out = append(out, edit{'-', a[i]})
				i++
			default:
				out = append(out, edit{'+', b[j]})
				j++
			}
		}
	}
	for ; i < len(a); i++ {
		out = append(out, edit{'-', a[i]})
	}
	for ; j < len(b); j++ {
		out = append(out, edit{'+', b[j]})
	}
	return out
}

// commonLengths[i][j] is the length of the longest common subsequence of a[i:] and b[j:].
func commonLengths(a, b []string) [][]int {
	table := make([][]int, len(a)+1)
	for i := range table {
		table[i] = make([]int, len(b)+1)
	}
	for i, line := range slices.Backward(a) {
		for j := len(b) - 1; j >= 0; j-- {
			if line == b[j] {
				table[i][j] = table[i+1][j+1] + 1
			} else {
				table[i][j] = max(table[i+1][j], table[i][j+1])
			}
		}
	}
	return table
}

func render(es []edit) string {
	shown := make([]bool, len(es))
	for i, e := range es {
		if e.op != ' ' {
			for k := max(0, i-around); k <= min(len(es)-1, i+around); k++ {
				shown[k] = true
			}
		}
	}
	var out strings.Builder
	line := 1 // of want
	for i, e := range es {
		if shown[i] {
			if i == 0 || !shown[i-1] {
				fmt.Fprintf(&out, "@ line %d\n", line)
			}
			fmt.Fprintf(&out, "%c %s\n", e.op, strings.TrimSuffix(e.line, "\n"))
		}
		if e.op != '+' {
			line++
		}
	}
	return out.String()
}
