package openapi

import (
	"encoding/json"
	"fmt"

	"github.com/wend-go/wend/binding"
)

// examples puts the examples of an operation where their types are: as the request
// would be sent and the response written. That each has its type and keeps its rules
// was seen when the route was registered.
func (b *builder) examples(p *operationPlan) {
	for _, e := range p.op.Examples {
		for _, side := range [...]struct {
			plan *binding.Plan
			to   *map[string]*Example
		}{{p.op.In, &p.inExamples}, {p.op.Out, &p.outExamples}} {
			value, ok, err := side.plan.AppendExample(nil, e.Value)
			if err != nil {
				b.mistake("the example %q of %s cannot be written: %s", e.Name, p.route.Pattern(), err)
			}
			if ok {
				*side.to = put(*side.to, e.Name, &Example{Value: json.RawMessage(value)})
			}
		}
	}
}

func (b *builder) mistake(format string, args ...any) {
	b.mistakes = append(b.mistakes, fmt.Sprintf(format, args...))
}
