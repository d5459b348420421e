package binding

import (
	"fmt"
	"reflect"
	"strings"
)

// refuseForeign reports tags that are constraints or sources in other frameworks
// and would be silently ignored here: the worst thing a tag can do.
func refuseForeign(f reflect.StructField, at site) {
	if !hasForeignKey(string(f.Tag)) {
		refuseSchemaConstraint(f, at)
		return
	}
	for _, key := range []string{"uri", "param", "params"} {
		if v, ok := lookup(f.Tag, key); ok {
			at.problem(fmt.Sprintf(`path:"%s"`, v), "has the tag %s, which is another framework's spelling", key)
		}
	}
	if v, ok := lookup(f.Tag, "reqHeader"); ok {
		at.problem(fmt.Sprintf(`header:"%s"`, v), "has the tag reqHeader, which is another framework's spelling")
	}
	if v, ok := lookup(f.Tag, "binding"); ok {
		text := "has the tag binding, which is another framework's spelling"
		if strings.Contains(v, "required") {
			text += "; there, required also refuses 0 and false, which here is nonzero"
		}
		at.problem(fmt.Sprintf(`validate:"%s"`, v), "%s", text)
	}
	for _, key := range []string{"time_format", "timeFormat"} {
		if _, ok := lookup(f.Tag, key); ok {
			at.problem("a type with UnmarshalText and MarshalText", "has the tag %s, and a type reads its own format", key)
		}
	}
	for _, c := range foreignConstraints {
		if v, ok := lookup(f.Tag, c.key); ok {
			refuseConstraint(f, c, v, at)
		}
	}
	refuseSchemaConstraint(f, at)
}

// hasForeignKey reports whether a tag has a key that is not this package's. It looks
// through the tag once, where asking for each key would look through it forty times.
func hasForeignKey(tag string) bool {
	for tag != "" {
		key, rest, ok := strings.Cut(tag, `:"`)
		if !ok {
			return true // not of the usual form: let Lookup judge
		}
		switch strings.TrimLeft(key, " ") {
		case "json", "path", "query", "header", "cookie", "form", "body", "status", "scopes",
			"validate", "pattern", "default", "example", "doc", "jsonschema":
		default:
			return true
		}
		end := 0
		for end < len(rest) && rest[end] != '"' {
			if rest[end] == '\\' {
				end++
			}
			end++
		}
		tag = rest[min(end+1, len(rest)):]
	}
	return false
}

// foreignConstraints are tag keys that constrain a value elsewhere.
var foreignConstraints = []struct{ key, rule string }{
	{"minLength", "min="},
	{"maxLength", "max="},
	{"minimum", "min="},
	{"maximum", "max="},
	{"exclusiveMinimum", "gt="},
	{"exclusiveMaximum", "lt="},
	{"multipleOf", "multipleof="},
	{"minItems", "min="},
	{"maxItems", "max="},
	{"uniqueItems", "unique"},
	{"minProperties", "min="},
	{"maxProperties", "max="},
	{"enum", "oneof="},
	{"format", ""},
	{"required", "required"},
	{"nullable", "nullable"},
	{"readOnly", ""},
	{"writeOnly", ""},
}

func refuseConstraint(f reflect.StructField, c struct{ key, rule string }, v string, at site) {
	write, text := "", fmt.Sprintf("has the tag %s, which is another framework's spelling", c.key)
	switch c.key {
	case "readOnly", "writeOnly":
		write = fmt.Sprintf(`jsonschema:"%s"`, c.key)
	case "format":
		write = "a rule, or a type with UnmarshalText"
		switch rule := formatNames[v]; rule {
		case "":
		case "datetime":
			write = `time.Time, or validate:"datetime=2006-01-02T15:04:05Z07:00"`
		default:
			write = fmt.Sprintf("validate:%q", rule)
		}
	case "enum":
		write = fmt.Sprintf(`validate:"oneof=%s"`, strings.ReplaceAll(v, ",", " "))
	case "required", "nullable", "uniqueItems":
		write = fmt.Sprintf(`validate:"%s"`, c.rule)
	case "minimum":
		write = fmt.Sprintf(`validate:"min=%s"`, v)
		if numeric(f.Type.Kind()) && v > "0" {
			write = fmt.Sprintf("*%s with validate:\"min=%s\"", f.Type, v)
			text += "; a plain " + f.Type.String() + " with that rule would be required, since its zero breaks it"
		}
	default:
		write = fmt.Sprintf(`validate:"%s%s"`, c.rule, v)
	}
	at.problem(write, "%s", text)
}

func numeric(k reflect.Kind) bool { return k >= reflect.Int && k <= reflect.Float64 }

// annotations are what the jsonschema tag may say: nothing that needs enforcing.
var annotations = map[string]bool{
	"title": true, "description": true, "example": true,
	"deprecated": true, "readOnly": true, "writeOnly": true,
}

// refuseSchemaConstraint reports assertions in a jsonschema tag.
func refuseSchemaConstraint(f reflect.StructField, at site) {
	tag := textOf(f.Tag, "jsonschema")
	if tag == "" || tag == "-" {
		return
	}
	for part := range strings.SplitSeq(tag, ",") {
		key, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		if annotations[key] {
			continue
		}
		write := ""
		for _, c := range foreignConstraints {
			if c.key == key {
				write = fmt.Sprintf(`validate:"%s%s"`, c.rule, value)
			}
		}
		at.problem(write, "has %q in its jsonschema tag, which may only annotate (title, description, example, deprecated, readOnly, writeOnly)", key)
	}
}

// annotation returns the value of one key of a jsonschema tag.
func annotation(f reflect.StructField, name string) (string, bool) {
	tag := textOf(f.Tag, "jsonschema")
	if tag == "" {
		return "", false
	}
	for part := range strings.SplitSeq(tag, ",") {
		key, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		if key == name {
			return value, true
		}
	}
	return "", false
}
