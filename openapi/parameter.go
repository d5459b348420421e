package openapi

import (
	"cmp"

	"github.com/wend-go/wend/binding"
)

// parameters documents path, query, header and cookie parameters. Hidden ones are
// read and not documented.
func (b *builder) parameters(o *Operation, p *operationPlan) {
	for i := range p.in {
		f := &p.in[i]
		if f.In == binding.Body || f.In == binding.Form || f.Hidden {
			continue
		}
		param := &Parameter{
			Name: f.Name, In: string(f.In), Description: f.Doc, Required: f.Required, Deprecated: f.Deprecated,
			Schema: b.schema(f.Schema), Example: f.Example,
		}
		if f.In == binding.Path {
			param.Name = cmp.Or(p.rename[f.Name], f.Name)
		}
		if param.Description == "" {
			param.Description = b.inputComment(p, f)
		}
		param.Style, param.Explode = unusualStyle(f)
		o.Parameters = append(o.Parameters, param)
	}
	b.constraints(o, p)
}

// constraints notes the rules between parameters, which no schema has a place for.
func (b *builder) constraints(o *Operation, p *operationPlan) {
	notes := constraintsOf(&p.op)
	for _, note := range notes {
		if name, _ := note["field"].(string); note["in"] == string(binding.Path) && p.rename[name] != "" {
			note["field"] = p.rename[name]
		}
	}
	if len(notes) > 0 {
		o.Extensions = put(o.Extensions, "x-constraints", any(notes))
	}
}

// unusualStyle returns what differs from OpenAPI's defaults: form and explode for
// query and cookie, simple without it for path and header.
func unusualStyle(f *binding.Field) (string, *bool) {
	switch {
	case f.Style == "deepObject":
		return f.Style, &[]bool{true}[0]
	case f.Style == "form" && !f.Explode:
		return "", &[]bool{false}[0]
	}
	return "", nil
}
