package wend

import (
	"fmt"
	"slices"
	"strings"

	"github.com/wend-go/wend/binding"
)

// RegistrationError lists every mistake of one registration, found before any
// request. Registration functions panic with it, or keep it for [Router.Err] under
// [CollectErrors].
type RegistrationError struct {
	What     string // such as "POST /orders"
	Site     string // file:line of the call
	Problems binding.Problems
}

// Error renders the message on several lines: what, where, and for each problem
// the field, the mistake and what to write instead.
func (e *RegistrationError) Error() string {
	if len(e.Problems) == 1 && e.Problems[0].Where == "" {
		p := e.Problems[0]
		text := fmt.Sprintf("wend: %s at %s %s", e.What, e.Site, p.Text)
		if p.Write != "" {
			text += "; write " + p.Write
		}
		return text
	}
	count := "1 problem"
	if len(e.Problems) != 1 {
		count = fmt.Sprintf("%d problems", len(e.Problems))
	}
	parts := []string{fmt.Sprintf("wend: %s, registered at %s: %s", e.What, e.Site, count)}
	for _, p := range e.Problems {
		if p.Where == "" {
			p.Where = e.What
		}
		parts = append(parts, p.String())
	}
	return strings.Join(parts, "\n\n")
}

// RegistrationErrors is every mistake of a program, sorted by call site.
type RegistrationErrors []*RegistrationError

// Error renders every message, after a line that counts them.
func (es RegistrationErrors) Error() string {
	if len(es) == 1 {
		return es[0].Error()
	}
	total := 0
	parts := make([]string, len(es))
	for i, e := range es {
		total += len(e.Problems)
		parts[i] = strings.TrimPrefix(e.Error(), "wend: ")
	}
	return fmt.Sprintf("wend: %d problems in %d registrations\n\n%s", total, len(es), strings.Join(parts, "\n\n"))
}

// Unwrap gives errors.As each single error.
func (es RegistrationErrors) Unwrap() []error {
	all := make([]error, len(es))
	for i, e := range es {
		all[i] = e
	}
	return all
}

// refuse panics with a registration error or keeps it. What a type gets wrong as an input
// and again as an output is said once.
func (c *core) refuse(what string, at callSite, problems binding.Problems) {
	e := &RegistrationError{What: what, Site: at.String()}
	for _, p := range problems {
		if !slices.Contains(e.Problems, p) {
			e.Problems = append(e.Problems, p)
		}
	}
	if !c.opts.router.collect {
		panic(e)
	}
	c.mistakes = append(c.mistakes, e)
}

// refuseText is refuse for one problem that is not about a field.
func (c *core) refuseText(what string, at callSite, write, format string, args ...any) {
	c.refuse(what, at, binding.Problems{{Text: fmt.Sprintf(format, args...), Write: write}})
}

// err returns the mistakes sorted by call site, or nil.
func (c *core) err() error {
	if len(c.mistakes) == 0 {
		return nil
	}
	sorted := slices.Clone(c.mistakes)
	slices.SortStableFunc(sorted, func(a, b *RegistrationError) int { return compareSites(a.Site, b.Site) })
	return RegistrationErrors(sorted)
}

// compareSites orders file:line by file and then by number.
func compareSites(a, b string) int {
	fileA, lineA, _ := strings.Cut(a, ":")
	fileB, lineB, _ := strings.Cut(b, ":")
	if c := strings.Compare(fileA, fileB); c != 0 {
		return c
	}
	if len(lineA) != len(lineB) {
		return len(lineA) - len(lineB)
	}
	return strings.Compare(lineA, lineB)
}
