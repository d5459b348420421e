package openapi

import (
	"cmp"
	"slices"
	"strings"
)

// A pattern says more than a path of OpenAPI can. Three things are lost, and settled
// here: {rest...} becomes {rest}; "/s/{$}" and the subtree "/s/" become one path,
// which the narrower pattern keeps while the other goes to the extension x-subtree;
// and paths that differ only in the names of their parameters, which OpenAPI forbids
// (3.1 §4.8.8), take the names of one of them, since those names are never sent.

// settlePaths gives each operation its path.
func (b *builder) settlePaths() {
	shapes := map[string][]*operationPlan{}
	for _, p := range b.plans {
		shape := shapeOf(p.route.Path())
		shapes[shape] = append(shapes[shape], p)
	}
	for _, plans := range shapes {
		first := slices.MinFunc(plans, func(p, q *operationPlan) int {
			return cmp.Or(rank(p.route.Method())-rank(q.route.Method()), width(p.route.Path())-width(q.route.Path()),
				strings.Compare(p.route.Path(), q.route.Path()))
		})
		path := openPath(first.route.Path())
		names := parameterNames(path)
		owners := map[string]*operationPlan{}
		for _, p := range plans {
			p.path = path
			for i, name := range parameterNames(openPath(p.route.Path())) {
				if name != names[i] {
					p.rename = put(p.rename, name, names[i])
				}
			}
			owner := owners[p.method]
			switch {
			case p.route.Method() == "": // yields to every other; see place
			case owner == nil:
				owners[p.method] = p
			case width(p.route.Path()) < width(owner.route.Path()):
				owners[p.method], owner.subtree = p, true
			default:
				p.subtree = true
			}
		}
	}
}

// openPath turns a pattern's path into OpenAPI's.
func openPath(path string) string {
	return strings.TrimSuffix(strings.ReplaceAll(path, "...}", "}"), "{$}")
}

// width orders patterns of one path: 1 for those that match what is below it too.
func width(path string) int {
	if strings.HasSuffix(path, "...}") || strings.HasSuffix(path, "/") {
		return 1
	}
	return 0
}

// shapeOf is a path without the names of its parameters.
func shapeOf(path string) string {
	var shape strings.Builder
	for i, segment := range strings.Split(openPath(path), "/") {
		if i > 0 {
			shape.WriteByte('/')
		}
		if strings.HasPrefix(segment, "{") {
			segment = "{}"
		}
		shape.WriteString(segment)
	}
	return shape.String()
}

// parameterNames lists the names in a path of OpenAPI.
func parameterNames(path string) []string {
	var names []string
	for segment := range strings.SplitSeq(path, "/") {
		if strings.HasPrefix(segment, "{") {
			names = append(names, strings.Trim(segment, "{}"))
		}
	}
	return names
}

// methods in the order in which a path item lists them.
var methods = [...]string{"GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE", "QUERY"}

// rank is the place of a method among the others.
func rank(method string) int {
	if i := slices.Index(methods[:], method); i >= 0 {
		return i
	}
	return len(methods)
}
