package binding

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
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
		write := fmt.Sprintf(`validate:"%s"`, v)
		if v == "" || v == "-" {
			write = "nothing"
		}
		at.problem(write, "%s", text)
	}
	for _, key := range []string{"time_format", "timeFormat"} {
		if _, ok := lookup(f.Tag, key); ok {
			at.problem("a type with UnmarshalText and MarshalText", "has the tag %s, and a type reads its own format", key)
		}
	}
	for _, c := range foreignConstraints {
		if v, ok := lookup(f.Tag, c.key); ok {
			refuseConstraint(f, c.key, v, at)
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
	{"uniqueItems", ""},
	{"minProperties", "min="},
	{"maxProperties", "max="},
	{"enum", ""},
	{"format", ""},
	{"required", ""},
	{"nullable", ""},
	{"readOnly", ""},
	{"writeOnly", ""},
}

func refuseConstraint(f reflect.StructField, key, v string, at site) {
	write, more := spelling(f, key, v)
	at.problem(write, "has the tag %s, which is another framework's spelling%s", key, more)
}

// spelling is what to write in place of a constraint of another framework, and what
// there is to know about it.
func spelling(f reflect.StructField, key, v string) (write, more string) {
	switch key {
	case "required", "nullable", "uniqueItems", "readOnly", "writeOnly":
		if v == "false" {
			return "nothing", "; false is what holds without it"
		}
	}
	switch key {
	case "readOnly", "writeOnly":
		return fmt.Sprintf(`jsonschema:"%s"`, key), ""
	case "required":
		return `validate:"required"`, ""
	case "uniqueItems":
		return `validate:"unique"`, ""
	case "nullable":
		if k := f.Type.Kind(); k != reflect.Pointer && k != reflect.Slice && k != reflect.Map && !isOpt(f.Type) {
			return fmt.Sprintf("*%s", f.Type), "; a pointer, list or map may be null, with validate:\"required,nullable\" where it must be there"
		}
		return `validate:"required,nullable" where it must be there, else nothing`, ""
	case "format":
		switch rule := formatNames[v]; rule {
		case "":
			return "a rule, or a type with UnmarshalText", ""
		case "datetime":
			return `time.Time, or validate:"datetime=2006-01-02T15:04:05Z07:00"`, ""
		default:
			return fmt.Sprintf("validate:%q", rule), ""
		}
	case "pattern":
		return fmt.Sprintf("pattern:%q", v), ""
	case "default":
		return fmt.Sprintf("default:%q", v), ""
	case "enum":
		rule := "oneof=" + listParam(v)
		if k := f.Type.Kind(); k == reflect.Slice || k == reflect.Array {
			rule = "dive," + rule
		}
		return fmt.Sprintf("validate:%q", rule), ""
	}
	for _, c := range foreignConstraints {
		if c.key != key {
			continue
		}
		write = fmt.Sprintf("validate:%q", c.rule+v)
		if numeric(f.Type.Kind()) && !saysRequired(f) && zeroBreaks(key, v) {
			return fmt.Sprintf("*%s with %s", f.Type, write), fmt.Sprintf("; plain %s would make it required, since its zero breaks the rule", f.Type)
		}
	}
	return write, ""
}

// listParam writes values between commas as the param of oneof.
func listParam(values string) string {
	words := strings.Split(values, ",")
	for i, word := range words {
		if word = strings.TrimSpace(word); word == "" || strings.Contains(word, " ") {
			word = "'" + word + "'"
		}
		words[i] = strings.ReplaceAll(word, "|", "0x7C")
	}
	return strings.Join(words, " ")
}

// saysRequired reports whether a field is required by a tag of its own, here or as
// other frameworks say it.
func saysRequired(f reflect.StructField) bool {
	return textOf(f.Tag, "required") == "true" || slices.ContainsFunc(
		strings.Split(textOf(f.Tag, "validate")+","+textOf(f.Tag, "binding")+","+textOf(f.Tag, "jsonschema"), ","),
		func(rule string) bool { return strings.TrimSpace(rule) == "required" })
}

// zeroBreaks reports whether 0 is outside a bound.
func zeroBreaks(key, bound string) bool {
	v, err := strconv.ParseFloat(bound, 64)
	if err != nil {
		return false
	}
	switch key {
	case "minimum":
		return v > 0
	case "exclusiveMinimum":
		return v >= 0
	case "maximum":
		return v < 0
	case "exclusiveMaximum":
		return v <= 0
	}
	return false
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
	var members []string // of enum, which has a key for each
	for part := range strings.SplitSeq(tag, ",") {
		key, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		switch {
		case annotations[key]:
			continue
		case key == "enum":
			members = append(members, value)
			continue
		}
		refuseAssertion(f, key, value, at)
	}
	if members != nil {
		refuseAssertion(f, "enum", strings.Join(members, ","), at)
	}
}

func refuseAssertion(f reflect.StructField, key, value string, at site) {
	write, more := spelling(f, key, value)
	at.problem(write, "has %q in its jsonschema tag, which may only annotate (title, description, example, deprecated, readOnly, writeOnly)%s", key, more)
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
