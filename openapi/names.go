package openapi

import (
	"encoding/json"
	"fmt"
	"path"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/wend-go/wend/binding"
)

// components collects the named types of a document, decides which views of a type
// are one component, and names them. Names depend on the set of types alone, never
// on the order of routes.
type components struct {
	types map[component]*views
	order []component
	names map[component]string
	bad   []string
}

// component is a Go type in a role: as itself, or as a variant of a union.
type component struct {
	typ reflect.Type
	tag string
}

// views is what is known of one type.
type views struct {
	refs map[binding.View]binding.Ref
	same map[binding.View]binding.View // the view that stands for another
}

func newComponents() *components {
	return &components{types: map[component]*views{}, names: map[component]string{}}
}

func keyOf(r binding.Ref) component { return component{r.Type, r.Tag} }

// collect walks a schema and everything it refers to.
func (c *components) collect(s binding.Schema) {
	for _, k := range s {
		c.collectValue(k.Value())
	}
}

func (c *components) collectValue(value any) {
	switch v := value.(type) {
	case binding.Ref:
		key := keyOf(v)
		known, ok := c.types[key]
		if !ok {
			known = &views{refs: map[binding.View]binding.Ref{}, same: map[binding.View]binding.View{}}
			c.types[key] = known
			c.order = append(c.order, key)
		}
		if _, ok := known.refs[v.View]; ok {
			return
		}
		known.refs[v.View] = v
		c.collect(v.Definition())
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
			c.collectValue(r)
		}
	}
}

// settle decides which views differ and names the components.
func (c *components) settle() {
	for _, key := range c.order {
		c.types[key].merge(nil)
	}
	c.separate()
	c.nameAll()
}

// merge makes every view stand for the first one, until separate tells them apart.
func (v *views) merge(binding.Schema) {
	first := v.first()
	for view := range v.refs {
		v.same[view] = first
	}
}

// first is the view that keeps the plain name: output before input.
func (v *views) first() binding.View {
	for _, view := range []binding.View{binding.Output, binding.Input, binding.InputOpen} {
		if _, ok := v.refs[view]; ok {
			return view
		}
	}
	return binding.Output
}

// separate splits the views whose definitions differ, until nothing changes: a
// difference reaches every type that refers to it.
func (c *components) separate() {
	for changed := true; changed; {
		changed = false
		for _, key := range c.order {
			v := c.types[key]
			if len(v.refs) < 2 {
				continue
			}
			seen := map[string]binding.View{}
			for _, view := range []binding.View{binding.Output, binding.Input, binding.InputOpen} {
				r, ok := v.refs[view]
				if !ok {
					continue
				}
				text := c.fingerprint(r.Definition())
				stands, known := seen[text]
				if !known {
					seen[text], stands = view, view
				}
				if v.same[view] != stands {
					v.same[view], changed = stands, true
				}
			}
		}
	}
}

// fingerprint is the text of a definition in which references stand for the view
// they currently share.
func (c *components) fingerprint(s binding.Schema) string {
	data, err := json.Marshal(convert(s, func(r binding.Ref) string {
		v := c.types[keyOf(r)]
		return fmt.Sprintf("%p %s %d", v, r.Tag, v.same[r.View])
	}))
	if err != nil {
		return err.Error()
	}
	return string(data)
}

// name returns the component name of a reference.
func (c *components) name(r binding.Ref) string {
	v := c.types[keyOf(r)]
	name := c.names[keyOf(r)]
	view := v.same[r.View]
	if view == v.first() {
		return name
	}
	if view == binding.InputOpen && v.same[binding.Input] == binding.Input && v.first() != binding.Input {
		return name + "InputOpen"
	}
	return name + "Input"
}

var legalName = regexp.MustCompile(`[^A-Za-z0-9._-]+`)

// nameAll gives each type its short name, and the types that share one the shortest
// package path that tells them apart.
func (c *components) nameAll() {
	groups := map[string][]component{}
	for _, key := range c.order {
		base := baseName(key, 0)
		groups[base] = append(groups[base], key)
	}
	for base, keys := range groups {
		if len(keys) == 1 {
			c.names[keys[0]] = base
			continue
		}
		c.qualify(keys)
	}
}

// maxPackageParts bounds how much of an import path goes into a name.
const maxPackageParts = 16

func (c *components) qualify(keys []component) {
	for parts := 1; parts <= maxPackageParts; parts++ {
		taken := map[string]bool{}
		for _, key := range keys {
			taken[baseName(key, parts)] = true
		}
		if len(taken) == len(keys) {
			for _, key := range keys {
				c.names[key] = baseName(key, parts)
			}
			return
		}
	}
	var types []string
	for i, key := range keys {
		types = append(types, key.typ.String())
		c.names[key] = fmt.Sprintf("%s_%d", baseName(key, 1), i+1)
	}
	c.bad = append(c.bad, "the name "+baseName(keys[0], 0)+" is taken by "+strings.Join(types, " and "))
}

// baseName is the component name of a type with so many parts of its package path.
func baseName(key component, parts int) string {
	name := ownName(key.typ)
	if name == "" {
		name = typeName(key.typ, parts)
	}
	if key.tag != "" {
		name += "_" + key.tag
	}
	return legalName.ReplaceAllString(name, "_")
}

// ownName calls the type's SchemaName method.
func ownName(t reflect.Type) string {
	if n, ok := reflect.New(t).Interface().(interface{ SchemaName() string }); ok {
		return n.SchemaName()
	}
	return ""
}

// typeName is the name of a type; type arguments follow after underscores.
func typeName(t reflect.Type, parts int) string {
	name, args, generic := strings.Cut(t.Name(), "[")
	if generic {
		for arg := range splitArguments(strings.TrimSuffix(args, "]")) {
			name += "_" + shortArgument(arg)
		}
	}
	if parts == 0 || t.PkgPath() == "" {
		return name
	}
	elements := strings.Split(t.PkgPath(), "/")
	return strings.Join(elements[max(0, len(elements)-parts):], ".") + "." + name
}

// splitArguments yields the type arguments of an instance, which may be instances.
func splitArguments(args string) func(func(string) bool) {
	return func(yield func(string) bool) {
		depth, start := 0, 0
		for i, r := range args {
			switch r {
			case '[':
				depth++
			case ']':
				depth--
			case ',':
				if depth == 0 {
					if !yield(args[start:i]) {
						return
					}
					start = i + 1
				}
			}
		}
		yield(args[start:])
	}
}

// shortArgument drops the import path of a type argument.
func shortArgument(arg string) string {
	head, inner, generic := strings.Cut(arg, "[")
	prefix := ""
	if generic && (head == "" || strings.HasPrefix(arg, "map[")) { // a slice, array or map
		_, elem, _ := strings.Cut(inner, "]")
		prefix, head, generic = "List_", elem, false
		if strings.HasPrefix(arg, "map[") {
			prefix = "Map_"
		}
		return prefix + shortArgument(elem)
	}
	head = path.Base(strings.TrimLeft(head, "*"))
	if i := strings.LastIndexByte(head, '.'); i >= 0 {
		head = head[i+1:]
	}
	if i := strings.IndexByte(head, '·'); i >= 0 {
		head = head[:i]
	}
	if generic {
		var args []string
		for a := range splitArguments(strings.TrimSuffix(inner, "]")) {
			args = append(args, shortArgument(a))
		}
		head += "_" + strings.Join(args, "_")
	}
	return head
}

// schemas converts every component.
func (c *components) schemas() map[string]*Schema {
	all := map[string]*Schema{}
	for _, key := range c.order {
		v := c.types[key]
		for view, r := range v.refs {
			if v.same[view] == view {
				all[c.name(r)] = convert(r.Definition(), c.name)
			}
		}
	}
	return all
}

// problems lists names that could not be made unique.
func (c *components) problems() []string {
	slices.Sort(c.bad)
	return c.bad
}
