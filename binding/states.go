package binding

import (
	"fmt"
	"regexp"
	"strings"
)

// asserting are the keywords of JSON Schema 2020-12 that refuse a value.
const asserting = " type const enum minLength maxLength pattern format minimum maximum exclusiveMinimum exclusiveMaximum multipleOf" +
	" minItems maxItems uniqueItems contains minContains maxContains prefixItems items minProperties maxProperties propertyNames" +
	" properties patternProperties additionalProperties required dependentRequired dependentSchemas" +
	" not anyOf allOf oneOf if then else contentEncoding contentMediaType contentSchema "

// annotating are those that a rule may state beside them.
const annotating = " title description examples example default deprecated readOnly writeOnly "

// knownKeyword reports whether readers of a schema know a keyword.
func knownKeyword(name string) bool {
	return strings.HasPrefix(name, "x-") || strings.HasPrefix(name, "$") || strings.Contains(asserting+annotating, " "+name+" ")
}

// checkStates says what is wrong with the keywords of a rule of one's own, or "": one that
// nobody knows says nothing, and a rule that is exact has one that refuses.
func checkStates(made Op) string {
	asserts := false
	for _, k := range made.states {
		name := " " + k.name + " "
		switch {
		case strings.HasPrefix(k.name, "x-") || strings.Contains(annotating, name):
		case !strings.Contains(asserting, name): // "$ref" and the like lead where a rule cannot know
			return fmt.Sprintf("states %q, which is no keyword of JSON Schema", k.name)
		default:
			asserts = true
		}
		if expr, ok := k.value.(string); ok && k.name == "pattern" {
			if _, err := regexp.Compile(expr); err != nil {
				return fmt.Sprintf("states the pattern %s, which does not compile", expr)
			}
		}
	}
	switch {
	case made.exact && !asserts:
		return "an exact rule that states no keyword"
	case !made.exact && made.says == "":
		return "an annotated rule without a text"
	}
	return ""
}
