package wend

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/wend-go/wend/binding"
)

// What providers read has to fit the route and what the handler reads.

// reads says what of a request is read for the values that an operation is given.
func (n *needs) reads() (all binding.Elsewhere) {
	if n == nil {
		return all
	}
	for i := range n.steps {
		p := n.steps[i].p
		all.Path = append(all.Path, p.plan.PathNames()...)
		all.Query = append(all.Query, p.plan.QueryNames()...)
		for _, c := range p.credentials {
			if c.scheme.In == "query" {
				all.Query = append(all.Query, c.scheme.Param)
			}
		}
	}
	return all
}

// fit reports where the steps do not fit the route or the handler's input.
func (n *needs) fit(op *operation) (problems binding.Problems) {
	var read []parameter
	add := func(plan *binding.Plan, by string) {
		for f := range plan.Fields() {
			if f.Name == "" || f.In == binding.Form {
				continue
			}
			here := parameter{f, by}
			if i := slices.IndexFunc(read, here.same); i < 0 {
				read = append(read, here)
			} else if text := here.differs(read[i]); text != "" {
				problems = append(problems, binding.Problem{Where: by, Text: text})
			}
		}
	}
	if op.in != nil {
		add(op.in, "the input "+op.shell.in.String())
	}
	for i := range n.steps {
		s := &n.steps[i]
		for at, name := range s.names {
			if slices.Contains(s.slots, at) {
				continue
			}
			problems = append(problems, binding.Problem{
				Where: s.p.String(), Text: fmt.Sprintf("reads the path parameter %q, which the pattern does not have", name),
				Write: "{" + name + "} in the pattern",
			})
		}
		add(s.p.plan, s.p.String())
	}
	return problems
}

// parameter is one that somebody reads.
type parameter struct {
	binding.Field
	by string
}

func (p parameter) same(other parameter) bool {
	return p.In == other.In && (p.Name == other.Name || p.In == binding.Header && strings.EqualFold(p.Name, other.Name))
}

// differs says how two readers of one parameter disagree: it can be documented only once.
func (p parameter) differs(other parameter) string {
	what := ""
	switch {
	case p.Type != other.Type:
		what = "the type " + p.Type.String() + " instead of " + other.Type.String()
	case p.Required != other.Required:
		what = "another answer to whether it is required"
	case p.Style != other.Style || p.Explode != other.Explode:
		what = "another style"
	case !reflect.DeepEqual(p.Schema, other.Schema):
		what = "other rules"
	default:
		return ""
	}
	return fmt.Sprintf("reads %s %s with %s than %s", p.In, p.Name, what, other.by)
}
