package wend

import (
	"errors"
	"fmt"

	"github.com/wend-go/wend/binding"
)

// checkExamples holds the examples of a route against what they are examples of: each is
// of the type of the request's body or of the response, can be written, and keeps its
// rules.
func (op *operation) checkExamples(set *binding.Set) (problems binding.Problems) {
	for _, e := range op.rt.opts.examples {
		_, read, inErr := op.in.AppendExample(nil, e.Value)
		_, written, outErr := op.out.AppendExample(nil, e.Value)
		var text string
		var wrong *binding.Error
		switch err := errors.Join(inErr, outErr); {
		case !read && !written:
			text = fmt.Sprintf("is a %T, which is the type of neither the request's body nor the response", e.Value)
		case err != nil:
			text = "cannot be written: " + err.Error()
		// An error of another kind comes from a Validate that needs what is not there yet.
		case errors.As(set.Validate(e.Value), &wrong):
			text = "breaks the rules of its own type: " + wrong.Error()
		default:
			continue
		}
		problems = append(problems, binding.Problem{Where: fmt.Sprintf("the example %q", e.Name), Text: text})
	}
	return problems
}
