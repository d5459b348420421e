package wend

import (
	"errors"
	"fmt"
	"reflect"

	"github.com/wend-go/wend/binding"
)

// checkExamples holds the examples of a route against what they are examples of: each is
// of the type of the request's body or of the response, and keeps its rules.
func (op *operation) checkExamples(set *binding.Set) (problems binding.Problems) {
	in, out := pointee(op.in.BodyType()), pointee(op.out.BodyType())
	for _, e := range op.rt.opts.examples {
		where := fmt.Sprintf("the example %q", e.Name)
		t := pointee(reflect.TypeOf(e.Value))
		if t == nil || t != in && t != out {
			problems = append(problems, binding.Problem{
				Where: where, Text: fmt.Sprintf("is a %T, which is the type of neither the request's body nor the response", e.Value),
			})
			continue
		}
		// An error of another kind comes from a Validate that needs what is not there yet.
		var wrong *binding.Error
		if errors.As(set.Validate(e.Value), &wrong) {
			problems = append(problems, binding.Problem{Where: where, Text: "breaks the rules of its own type: " + wrong.Error()})
		}
	}
	return problems
}

// pointee is the type that pointers lead to.
func pointee(t reflect.Type) reflect.Type {
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t
}
