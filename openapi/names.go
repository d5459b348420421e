package openapi

import (
	"cmp"
	"fmt"
	"path"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/wend-go/wend/binding"
)

// nameAll gives each type its short name, the types that share one the shortest
// package path that tells them apart, and each view its own.
func (c *components) nameAll() {
	groups := map[string][]*definition{}
	for _, d := range c.order {
		short := d.title(spelling{}, spelling{})
		groups[short] = append(groups[short], d)
	}
	names := map[*definition]string{}
	taken := map[string]bool{}
	for short, group := range groups {
		for i, name := range c.qualified(short, group) {
			names[group[i]], taken[name] = name, true
		}
	}
	owners := map[string]*definition{}
	for _, d := range c.order {
		switch owner := owners[names[d]]; {
		case owner == nil:
			owners[names[d]] = d
		case owner.title(spelling{}, spelling{}) != d.title(spelling{}, spelling{}): // else it is the same, or known to clash
			c.clash(names[d], owner.typ, d.typ)
		}
		c.nameViews(d, names[d], taken)
	}
	slices.Sort(c.bad)
}

// nameViews names the views of one type: Note, and where they differ NoteInput and
// NoteInputOpen, or Note_Input when there is a type NoteInput.
func (c *components) nameViews(d *definition, base string, taken map[string]bool) {
	for _, view := range allViews {
		switch stands := d.same[view]; {
		case !d.used[view]:
		case stands != view:
			d.name[view] = d.name[stands]
		case view == d.first():
			d.name[view] = base
		default:
			suffix := "Input"
			if view == binding.InputOpen && d.used[binding.Input] {
				suffix = "InputOpen"
			}
			d.name[view] = base + suffix
			if taken[d.name[view]] {
				d.name[view] = base + "_" + suffix
			}
			if taken[d.name[view]] {
				c.clash(d.name[view], d.typ)
			}
		}
	}
}

func (c *components) clash(name string, types ...reflect.Type) {
	texts := make([]string, len(types))
	for i, t := range types {
		texts[i] = t.PkgPath() + "." + t.Name()
	}
	slices.Sort(texts)
	c.bad = append(c.bad, fmt.Sprintf("%s cannot have the component name %s, which is taken; give one type a SchemaName() string, or another name where it is declared in a function and has no methods",
		strings.Join(texts, " and "), name))
}

// maxPackageParts bounds how much of an import path goes into a name.
const maxPackageParts = 16

// qualified returns the names of types that share a short name.
func (c *components) qualified(short string, group []*definition) []string {
	if names := tellApart(group, false); names != nil {
		return names
	}
	names, _ := titles(group, spelling{}, spelling{})
	if c.alike(group) {
		return names
	}
	if names := tellApart(group, true); names != nil {
		return names
	}
	types := make([]reflect.Type, len(group))
	for i, d := range group {
		types[i] = d.typ
	}
	c.clash(short, types...)
	return names
}

// tellApart returns names that differ by as little as it takes, or nil.
func tellApart(group []*definition, exact bool) []string {
	for parts := range maxPackageParts {
		less, more := spelling{0, exact}, spelling{parts, exact}
		for _, choice := range [...][2]spelling{{less, more}, {more, less}, {more, more}} {
			if names, distinct := titles(group, choice[0], choice[1]); distinct {
				return names
			}
		}
	}
	return nil
}

func titles(group []*definition, own, args spelling) (names []string, distinct bool) {
	taken := map[string]bool{}
	for _, d := range group {
		name := d.title(own, args)
		names = append(names, name)
		taken[name] = true
	}
	return names, len(taken) == len(group)
}

// alike reports whether types that nothing tells apart, such as those declared in
// functions of one package, say the same, so that one component serves all.
func (c *components) alike(group []*definition) bool {
	for _, d := range group[1:] {
		if d.used != group[0].used || d.same != group[0].same {
			return false
		}
		for _, view := range allViews {
			if !c.equal(d.state[view], group[0].state[view]) {
				return false
			}
		}
	}
	return true
}

var illegal = regexp.MustCompile(`[^A-Za-z0-9._-]+`)

// spelling says how much of a type is in a name.
type spelling struct {
	parts int  // of the path of its package
	exact bool // pointers, the lengths of arrays and the keys of maps, too
}

// title is the name of a type, and of its type arguments, in a spelling.
func (d *definition) title(own, args spelling) string {
	name := ownName(d.typ)
	if name == "" {
		name = typeTitle(d.typ, own, args)
	}
	if d.tag != "" {
		name += "_" + d.tag
	}
	if !illegal.MatchString(name) {
		return name
	}
	return illegal.ReplaceAllString(name, "_")
}

// ownName calls the type's SchemaName method.
func ownName(t reflect.Type) string {
	if n, ok := reflect.New(t).Interface().(interface{ SchemaName() string }); ok {
		return n.SchemaName()
	}
	return ""
}

func typeTitle(t reflect.Type, own, args spelling) string {
	name, list, generic := strings.Cut(t.Name(), "[")
	if generic {
		name += argumentTitles(strings.TrimSuffix(list, "]"), args)
	}
	return withPackage(t.PkgPath(), name, own.parts)
}

// withPackage puts the last parts of an import path before a name.
func withPackage(pkg, name string, parts int) string {
	if parts == 0 || pkg == "" {
		return name
	}
	elements := strings.Split(pkg, "/")
	return strings.Join(elements[max(0, len(elements)-parts):], ".") + "." + name
}

// argumentTitles turns the type arguments of an instance, as reflect spells them,
// into a part of a name: "_Note" of "example.com/shop.Note".
func argumentTitles(list string, how spelling) string {
	var title strings.Builder
	depth, start := 0, 0
	for i, r := range list + "," {
		switch {
		case r == '[' || r == '{' || r == '(':
			depth++
		case r == ']' || r == '}' || r == ')':
			depth--
		case r == ',' && depth == 0:
			title.WriteString("_" + argumentTitle(strings.TrimSpace(list[start:i]), how))
			start = i + 1
		}
	}
	return title.String()
}

func argumentTitle(arg string, how spelling) string {
	if inner, pointer := strings.CutPrefix(arg, "*"); pointer && how.exact {
		return argumentTitle(inner, how) + "OrNull"
	}
	arg = strings.TrimLeft(arg, "*")
	bracket := strings.Index(arg, "]")
	switch {
	case strings.HasPrefix(arg, "struct {"):
		return "Object"
	case strings.HasPrefix(arg, "interface {"):
		return "Any"
	case strings.HasPrefix(arg, "map[") && how.exact:
		bracket = closing(arg)
		return "Map_" + argumentTitle(arg[len("map["):bracket], how) + "_" + argumentTitle(arg[bracket+1:], how)
	case strings.HasPrefix(arg, "map["):
		return "Map_" + argumentTitle(arg[closing(arg)+1:], how)
	case strings.HasPrefix(arg, "[") && how.exact:
		return "List" + arg[1:bracket] + "_" + argumentTitle(arg[bracket+1:], how)
	case strings.HasPrefix(arg, "["):
		return "List_" + argumentTitle(arg[bracket+1:], how)
	}
	head, list, generic := strings.Cut(arg, "[")
	dir, file := path.Split(head)
	dot := strings.LastIndexByte(file, '.')
	name, _, _ := strings.Cut(file[dot+1:], "·") // the number of a type declared in a function
	if generic {
		name += argumentTitles(strings.TrimSuffix(list, "]"), how)
	}
	return withPackage(cmp.Or(dir, "")+file[:max(dot, 0)], name, how.parts)
}

// closing is where the first bracket of a type is closed: the key of a map may have some
// of its own.
func closing(t string) int {
	depth := 0
	for i, r := range t {
		switch r {
		case '[':
			depth++
		case ']':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return len(t) - 1
}
