package schema

import (
	"maps"
	"slices"
	"strings"
)

func (c *checker) object(s *Schema, v map[string]any, at string) {
	c.sized(s.MinProperties, s.MaxProperties, len(v), "members", at)
	for _, name := range s.Required {
		if _, ok := v[name]; !ok {
			c.wrong(at+Pointer(name), "is missing")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(v)) {
		c.member(s, name, v[name], at+Pointer(name))
		for _, other := range s.DependentRequired[name] {
			if _, ok := v[other]; !ok {
				c.wrong(at+Pointer(other), "is missing beside %s", name)
			}
		}
		if dependent := s.DependentSchemas[name]; dependent != nil {
			c.check(dependent, v, at)
		}
	}
}

func (c *checker) member(s *Schema, name string, v any, at string) {
	if s.PropertyNames != nil && !s.PropertyNames.Accepts(name) {
		c.wrong(at, "is no name that the schema allows")
	}
	known := false
	if own := s.Properties[name]; own != nil {
		c.check(own, v, at)
		known = true
	}
	for pattern, own := range s.PatternProperties {
		if pattern.MatchString(name) {
			c.check(own, v, at)
			known = true
		}
	}
	switch {
	case known || s.Additional == nil:
	case s.Additional.Never:
		c.wrong(at, "is a member that the schema does not have")
	default:
		c.check(s.Additional, v, at)
	}
}

// combined checks the keywords that combine schemas.
func (c *checker) combined(s *Schema, v any, at string) {
	for _, part := range s.AllOf {
		c.check(part, v, at)
	}
	if s.AnyOf != nil {
		c.alternatives(s.AnyOf, v, at, func(n int) bool { return n > 0 })
	}
	if s.OneOf != nil {
		c.alternatives(s.OneOf, v, at, func(n int) bool { return n == 1 })
	}
	if s.Not != nil && s.Not.Accepts(v) {
		c.wrong(at, "is what the schema excludes")
	}
	switch {
	case s.If == nil:
	case s.If.Accepts(v):
		if s.Then != nil {
			c.check(s.Then, v, at)
		}
	case s.Else != nil:
		c.check(s.Else, v, at)
	}
}

// alternatives reports the alternative that comes nearest: the one whose mistakes are
// deepest in the value.
func (c *checker) alternatives(list []*Schema, v any, at string, enough func(int) bool) {
	count := 0
	var nearest []Problem
	for _, s := range list {
		inner := &checker{}
		if inner.check(s, v, at); len(inner.problems) == 0 {
			count++
			continue
		}
		if nearest == nil || shallowest(inner.problems) > shallowest(nearest) {
			nearest = inner.problems
		}
	}
	switch {
	case enough(count):
	case count > 0:
		c.wrong(at, "matches %d alternatives where one is wanted", count)
	default:
		c.problems = append(c.problems, nearest...)
	}
}

func shallowest(problems []Problem) int {
	depth := strings.Count(problems[0].Pointer, "/")
	for _, p := range problems[1:] {
		depth = min(depth, strings.Count(p.Pointer, "/"))
	}
	return depth
}
