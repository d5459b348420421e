package openapi

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"

	"github.com/wend-go/wend/binding"
)

// examples puts the examples of an operation where their types are: as the request
// would be sent and the response written. That each has its type and keeps its rules
// was seen when the route was registered.
func (b *builder) examples(p *operationPlan) {
	for _, e := range p.op.Examples {
		typ := base(reflect.TypeOf(e.Value))
		for _, side := range [...]struct {
			body *binding.Field
			to   *map[string]*Example
		}{{bodyOf(p.in), &p.inExamples}, {bodyOf(p.out), &p.outExamples}} {
			if side.body == nil || base(side.body.Type) != typ {
				continue
			}
			value, err := b.encodeExample(side.body.Schema, e.Value)
			if err != nil {
				b.mistake("the example %q of %s cannot be written: %s", e.Name, p.route.Pattern(), err)
			}
			*side.to = put(*side.to, e.Name, &Example{Value: value})
		}
	}
}

func (b *builder) mistake(format string, args ...any) {
	b.mistakes = append(b.mistakes, fmt.Sprintf(format, args...))
}

// exampleSet encodes examples. It has the built-in types only; one that needs others is
// written by encoding/json.
var exampleSet = binding.NewSet()

// encodeExample writes a value as the side that the schema describes has it.
func (b *builder) encodeExample(s binding.Schema, v any) (json.RawMessage, error) {
	wire, err := exampleSet.AppendJSON(nil, v)
	plain, plainErr := json.Marshal(v)
	switch {
	case errors.As(err, new(binding.Problems)):
		wire, err = plain, plainErr
	case err != nil:
		return nil, err
	}
	return b.parts.project(s, wire, plain), err
}

// project leaves out of an encoded value the members that a schema does not have,
// which are the read-only ones of a request, and takes the write-only ones, which
// no response has, from what encoding/json writes.
func (c *components) project(s binding.Schema, wire, plain json.RawMessage) json.RawMessage {
	for _, k := range s {
		switch v := k.Value().(type) {
		case binding.Ref:
			return c.project(c.of(v).state[v.View], wire, plain)
		case binding.Properties:
			return c.projectObject(v, wire, plain)
		case binding.Schema:
			if k.Name() == "items" {
				return c.projectList(v, wire, plain)
			}
		case []binding.Schema:
			if k.Name() == "anyOf" && len(v) == 2 && string(wire) != "null" { // a reference or null
				return c.project(v[0], wire, plain)
			}
		}
	}
	return wire
}

func (c *components) projectObject(members binding.Properties, wire, plain json.RawMessage) json.RawMessage {
	var have, all map[string]json.RawMessage
	if json.Unmarshal(wire, &have) != nil || json.Unmarshal(plain, &all) != nil || have == nil {
		return wire
	}
	out := []byte{'{'}
	for _, m := range members {
		value, ok := have[m.Name]
		if writeOnly, _ := m.Schema.Get("writeOnly"); !ok && writeOnly == true {
			value, ok = all[m.Name]
		}
		if !ok {
			continue
		}
		if len(out) > 1 {
			out = append(out, ',')
		}
		name, _ := json.Marshal(m.Name) // a string is always JSON
		out = append(append(append(out, name...), ':'), c.project(m.Schema, value, all[m.Name])...)
	}
	return append(out, '}')
}

func (c *components) projectList(items binding.Schema, wire, plain json.RawMessage) json.RawMessage {
	var have, all []json.RawMessage
	if json.Unmarshal(wire, &have) != nil || json.Unmarshal(plain, &all) != nil || len(have) != len(all) {
		return wire
	}
	out := []byte{'['}
	for i := range have {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(out, c.project(items, have[i], all[i])...)
	}
	return append(out, ']')
}
