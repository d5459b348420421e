package main

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
)

// table is a table of one unit: contenders are columns, workloads rows.
type table struct {
	title string
	names []string
	base  []bool // what a ratio is taken to the best of
	rows  []row
}

// row is one workload, with its targets.
type row struct {
	name    string
	samples []sample // ns 0 is no value
	targets []target
	without []int // columns that do not count as a peer here: they show a *
	plain   bool  // no allocations to show
}

// target is what one contender is to reach.
type target struct {
	column int     // of the contender
	ratio  float64 // to the best peer, or 0
	peer   int     // the one to compare with, or -1 for the best
	most   float64 // in the row's unit, or 0
	allocs float64 // or -1
	mean   bool    // counts for the geometric mean
}

// best is the lowest value of the peers.
func (t *table) best(r row) float64 {
	best := math.Inf(1)
	for i, s := range r.samples {
		if t.base[i] && s.ns > 0 && !slices.Contains(r.without, i) {
			best = min(best, s.ns)
		}
	}
	return best
}

// judge says what a target asks for, what was reached, and whether that is enough.
func (t *table) judge(r row, g target) (got, asked string, met bool) {
	s, met := r.samples[g.column], true
	to := t.best(r)
	if g.peer >= 0 {
		to = r.samples[g.peer].ns
	}
	ratio := s.ns / to
	if !math.IsInf(to, 0) && to > 0 {
		got = fmt.Sprintf("%.2f", ratio)
	}
	var parts []string
	if g.ratio > 0 {
		parts = append(parts, fmt.Sprintf("≤ %.2f", g.ratio))
		met = met && ratio <= g.ratio
	}
	if g.most > 0 {
		parts = append(parts, fmt.Sprintf("≤ %.0f", g.most))
		met = met && s.ns <= g.most
	}
	if g.allocs >= 0 {
		parts = append(parts, fmt.Sprintf("(%.0f)", g.allocs))
		met = met && s.allocs <= g.allocs
	}
	return got, strings.Join(parts, " "), met
}

// print writes the table in Markdown and returns how many targets were missed.
func (t *table) print(w io.Writer) (missed int) {
	if len(t.rows) == 0 {
		return 0
	}
	fmt.Fprintf(w, "\n### %s\n\n| |", t.title)
	for _, name := range t.names {
		fmt.Fprintf(w, " %s |", name)
	}
	fmt.Fprintf(w, " ratio | target | met |\n|---|%s\n", strings.Repeat("---|", len(t.names)+3))
	for _, r := range t.rows {
		fmt.Fprintf(w, "| %s |", r.name)
		for i, s := range r.samples {
			mark := ""
			if s.ns > 0 && slices.Contains(r.without, i) {
				mark = "*"
			}
			fmt.Fprintf(w, " %s%s |", cell(s, r.plain), mark)
		}
		var ratios, asked, verdicts []string
		for _, g := range r.targets {
			if r.samples[g.column].ns == 0 {
				continue
			}
			got, want, met := t.judge(r, g)
			verdict := "yes"
			if !met {
				verdict = "**no**"
				missed++
			}
			if want == "" {
				want, verdict = "–", "–"
			}
			ratios, asked, verdicts = append(ratios, got), append(asked, want), append(verdicts, verdict)
		}
		fmt.Fprintf(w, " %s | %s | %s |\n", strings.Join(ratios, ", "), strings.Join(asked, ", "), strings.Join(verdicts, ", "))
	}
	return missed
}

// mean is the geometric mean of the ratios of the targets that count for it.
func mean(tables ...*table) (float64, int) {
	sum, n := 0.0, 0
	for _, t := range tables {
		for _, r := range t.rows {
			for _, g := range r.targets {
				if best := t.best(r); g.mean && !math.IsInf(best, 0) && r.samples[g.column].ns > 0 {
					sum += math.Log(r.samples[g.column].ns / best)
					n++
				}
			}
		}
	}
	if n == 0 {
		return 0, 0
	}
	return math.Exp(sum / float64(n)), n
}

func cell(s sample, plain bool) string {
	if s.ns == 0 {
		return "–"
	}
	text := fmt.Sprintf("%.0f", s.ns)
	switch {
	case s.ns >= 10_000:
		text = fmt.Sprintf("%.1fk", s.ns/1000)
	case s.ns < 100:
		text = fmt.Sprintf("%.1f", s.ns)
	}
	if plain {
		return text
	}
	return fmt.Sprintf("%s (%.0f)", text, s.allocs)
}
