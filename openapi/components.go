package openapi

import (
	"reflect"
	"slices"

	"github.com/wend-go/wend/binding"
)

// components collects the named types of a document, decides which views of a type
// are one component, and names them. Names depend on the set of types alone, never
// on the order of routes.
type components struct {
	place string // where they are in the document, as references begin
	types map[component]*definition
	order []*definition
	bad   []string
}

// component is a Go type in a role: as itself, or as a variant of a union.
type component struct {
	typ reflect.Type
	tag string
}

// allViews in the order in which they claim the plain name of their type.
var allViews = [...]binding.View{binding.Output, binding.Input, binding.InputOpen}

// definition is what is known of a component: by view, the reference to it, its
// schema, the view that stands for it, and the name of that.
type definition struct {
	component
	used  [len(allViews)]bool
	state [len(allViews)]binding.Schema
	same  [len(allViews)]binding.View
	name  [len(allViews)]string
}

func newComponents(place string) *components {
	return &components{place: place, types: map[component]*definition{}}
}

func (c *components) of(r binding.Ref) *definition { return c.types[component{r.Type, r.Tag}] }

// name returns the component name of a reference.
func (c *components) name(r binding.Ref) string { return c.of(r).name[r.View] }

// ref returns a reference as the document writes it.
func (c *components) ref(r binding.Ref) string { return c.place + c.name(r) }

// collect walks a schema and everything it refers to.
func (c *components) collect(s binding.Schema) {
	for _, k := range s {
		switch v := k.Value().(type) {
		case binding.Ref:
			c.collectRef(v)
		case binding.Schema:
			c.collect(v)
		case []binding.Schema:
			for _, s := range v {
				c.collect(s)
			}
		case binding.Properties:
			for _, p := range v {
				c.collect(p.Schema)
			}
		case binding.Discriminator:
			for _, r := range v.Mapping {
				c.collectRef(r)
			}
		}
	}
}

func (c *components) collectRef(r binding.Ref) {
	key := component{r.Type, r.Tag}
	d := c.types[key]
	if d == nil {
		d = &definition{component: key}
		c.types[key] = d
		c.order = append(c.order, d)
	}
	if d.used[r.View] {
		return
	}
	d.used[r.View] = true
	d.state[r.View] = r.Definition()
	c.collect(d.state[r.View])
}

// first is the view that keeps the plain name: output before input.
func (d *definition) first() binding.View {
	return binding.View(slices.Index(d.used[:], true))
}

// settle decides which views differ and names the components.
func (c *components) settle() {
	for _, d := range c.order {
		for view := range d.same {
			d.same[view] = d.first()
		}
	}
	for changed := true; changed; {
		changed = false
		for _, d := range c.order {
			changed = c.separate(d) || changed
		}
	}
	c.nameAll()
}

// separate splits the views of a type that differ. Views are equal until something
// tells them apart, and a difference reaches every type that refers to it, so this
// is repeated until nothing changes.
func (c *components) separate(d *definition) (changed bool) {
	for i, view := range allViews {
		if !d.used[view] || d.same[view] == view {
			continue
		}
		stands := view
		for _, other := range allViews[:i] {
			if d.used[other] && d.same[other] == other && c.equal(d.state[view], d.state[other]) {
				stands = other
				break
			}
		}
		if d.same[view] != stands {
			d.same[view], changed = stands, true
		}
	}
	return changed
}

// equal compares schemas as they will be written: two references are equal when one
// component will stand for both.
func (c *components) equal(a, b any) bool {
	switch a := a.(type) {
	case binding.Schema:
		b, ok := b.(binding.Schema)
		return ok && slices.EqualFunc(a, b, func(x, y binding.Keyword) bool {
			return x.Name() == y.Name() && c.equal(x.Value(), y.Value())
		})
	case []binding.Schema:
		b, ok := b.([]binding.Schema)
		return ok && slices.EqualFunc(a, b, func(x, y binding.Schema) bool { return c.equal(x, y) })
	case binding.Properties:
		b, ok := b.(binding.Properties)
		return ok && slices.EqualFunc(a, b, func(x, y binding.Property) bool { return x.Name == y.Name && c.equal(x.Schema, y.Schema) })
	case binding.Ref:
		b, ok := b.(binding.Ref)
		return ok && c.of(a) == c.of(b) && c.of(a).same[a.View] == c.of(b).same[b.View]
	case binding.Discriminator:
		b, ok := b.(binding.Discriminator)
		if !ok || a.PropertyName != b.PropertyName || len(a.Mapping) != len(b.Mapping) {
			return false
		}
		for tag, r := range a.Mapping {
			if other, ok := b.Mapping[tag]; !ok || !c.equal(r, other) {
				return false
			}
		}
		return true
	}
	return reflect.DeepEqual(a, b)
}

// schemas converts every component.
func (c *components) schemas() map[string]*Schema {
	all := map[string]*Schema{}
	for _, d := range c.order {
		for _, view := range allViews {
			if d.used[view] && d.same[view] == view {
				all[d.name[view]] = convert(d.state[view], c.ref)
			}
		}
	}
	return all
}
