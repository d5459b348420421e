package conformance

import (
	"maps"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

// documentMutants lists the mistakes that the description of an operation may have,
// beside those in its schemas.
func (d *described) documentMutants(place string) []mutant {
	var all []mutant
	add := func(kind, at string, change func(s map[string]any)) {
		if s, found := d.at(at); s != nil {
			all = append(all, mutant{kind, found, s, change})
		}
	}
	op, _ := d.at(place)
	params, _ := op["parameters"].([]any)
	for i := range params {
		at := child(place, "parameters", strconv.Itoa(i))
		add("parameter dropped", place, func(s map[string]any) {
			s["parameters"] = slices.Delete(slices.Clone(params), i, i+1)
		})
		add("parameter made optional", at, func(s map[string]any) { delete(s, "required") })
		add("parameter made required", at, func(s map[string]any) { s["required"] = true })
		add("parameter renamed", at, func(s map[string]any) { s["name"] = "other" })
		p, _ := d.at(at)
		list := d.isList(child(at, "schema"))
		switch {
		case p["style"] == "deepObject":
			add("deepObject dropped", at, func(s map[string]any) { delete(s, "style") })
		case p["in"] == "query" && list:
			add("explode flipped", at, func(s map[string]any) { s["explode"] = p["explode"] == false })
		case p["in"] == "query":
			add("moved to a header", at, func(s map[string]any) { s["in"] = "header" })
		}
		if list {
			add("list made one", child(at, "schema"), func(s map[string]any) {
				items, _ := d.at(d.items(child(at, "schema")))
				clear(s)
				maps.Copy(s, items)
			})
		}
	}
	all = append(all, d.bodyMutants(place)...)
	responses := op["responses"].(map[string]any)
	for _, status := range slices.Sorted(maps.Keys(responses)) {
		if status != "default" {
			add("response "+status[:1]+"xx dropped", child(place, "responses"), func(s map[string]any) { delete(s, status) })
		}
		if said, at := d.at(child(place, "responses", status)); said["content"] != nil && status[:1] == "2" {
			add("media type of a response renamed", child(at, "content"), func(s map[string]any) {
				s["text/other"] = s["application/json"]
				delete(s, "application/json")
			})
			add("content of a response dropped", at, func(s map[string]any) { delete(s, "content") })
		}
		for name := range heads(d, child(place, "responses", status)) {
			_, at := d.at(child(place, "responses", status))
			add("header made required", child(at, "headers", name), func(s map[string]any) { s["required"] = true })
		}
	}
	return all
}

func heads(d *described, at string) map[string]any {
	said, _ := d.at(at)
	all, _ := said["headers"].(map[string]any)
	return all
}

func (d *described) bodyMutants(place string) (all []mutant) {
	rb, at := d.at(child(place, "requestBody"))
	if rb == nil {
		return nil
	}
	add := func(kind, at string, change func(s map[string]any)) {
		if s, found := d.at(at); s != nil {
			all = append(all, mutant{kind, found, s, change})
		}
	}
	add("body dropped", place, func(s map[string]any) { delete(s, "requestBody") })
	add("body made optional", at, func(s map[string]any) { delete(s, "required") })
	add("body made required", at, func(s map[string]any) { s["required"] = true })
	content := rb["content"].(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(content)) {
		add("media type dropped", child(at, "content"), func(s map[string]any) { delete(s, name) })
		media, _ := d.at(child(at, "content", name))
		encodings, _ := media["encoding"].(map[string]any)
		for field := range encodings {
			add("encoding dropped", child(at, "content", name, "encoding"), func(s map[string]any) { delete(s, field) })
		}
		props, _ := d.at(child(at, "content", name, "schema", "properties"))
		for field, schema := range props {
			if s, ok := schema.(map[string]any); ok && s["contentMediaType"] != nil {
				add("file made text", child(at, "content", name, "schema", "properties", field), func(s map[string]any) {
					clear(s)
					s["type"] = "string"
				})
			}
		}
	}
	return all
}

// documentKinds are the mistakes that must be noticed: those of a schema are the same in
// a parameter, a form, a body and a response.
var documentKinds = append([]string{
	"parameter dropped", "parameter made optional", "parameter made required", "parameter renamed", "deepObject dropped",
	"explode flipped", "moved to a header", "list made one", "body dropped", "body made optional", "body made required",
	"media type dropped", "encoding dropped", "file made text", "response 2xx dropped", "response 4xx dropped",
	"media type of a response renamed", "content of a response dropped", "header made required",
}, "minLength+1", "maxLength-1", "minimum+1", "maximum-1", "minimum swapped", "minItems+1", "maxItems-1",
	"required dropped", "additionalProperties dropped", "pattern dropped", "enum shortened", "type dropped", "uniqueItems dropped")

// The requests of TestOperations notice mistakes in a document: with a requirement
// dropped, a bound moved, or a style changed, one of them would be judged otherwise.
func TestOperations_mutants(t *testing.T) {
	t.Parallel()
	const enough = 2
	g := newGenerator(fixedSeed(t))
	made, found := map[string]int{}, map[string]int{}
	missing := func() []string {
		return slices.DeleteFunc(slices.Clone(documentKinds), func(kind string) bool { return found[kind] >= enough })
	}
	for apps := 0; len(missing()) > 0; apps++ {
		if apps == 400 {
			t.Fatalf("noticed fewer than %d times: %q; made %v, found %v", enough, missing(), made, found)
		}
		a := newApp(t, []*declared{g.operation(t, 0), g.operation(t, 1)})
		d := describe(a.root)
		for _, o := range a.operations {
			d.omit(o)
			if d.isPartial(o) {
				continue
			}
			exchanges := make([]*exchanged, 0, requestsPerOperation)
			c := newCaller(g, d, o)
			for range requestsPerOperation {
				made := c.right()
				if c.IntN(2) == 0 {
					c.change(made)
				}
				if x := a.send(o, made); d.difference(x, false) == "" {
					exchanges = append(exchanges, x)
				}
			}
			op, _ := d.at(o.place())
			all := d.documentMutants(o.place())
			for _, part := range []string{"parameters", "requestBody", "responses"} {
				all = append(all, schemaMutants(op[part])...)
			}
			for _, m := range all {
				if found[m.kind] >= enough || !slices.Contains(documentKinds, m.kind) {
					continue
				}
				made[m.kind]++
				m.in(func() {
					if noticed(describe(a.root), d, exchanges) {
						found[m.kind]++
					}
				})
			}
		}
	}
	t.Logf("of %v", made)
	require.Empty(t, missing())
}

// schemaMutants lists the mistakes in the schemas of a part of a document.
func schemaMutants(part any) (all []mutant) {
	switch part := part.(type) {
	case []any:
		for _, inner := range part {
			all = append(all, schemaMutants(inner)...)
		}
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(part)) {
			if s, ok := part[name].(map[string]any); ok && name == "schema" {
				all = append(all, mutants(s)...)
			} else {
				all = append(all, schemaMutants(part[name])...)
			}
		}
	}
	return all
}

// noticed reports whether a document that was right is found to differ.
func noticed(d, right *described, exchanges []*exchanged) bool {
	d.omits, d.strict = right.omits, right.strict
	return slices.ContainsFunc(exchanges, func(x *exchanged) bool { return d.difference(x, false) != "" })
}
