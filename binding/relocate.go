package binding

import (
	"reflect"
	"strings"
)

// relocate makes what was found in an input that is checked outside of a request point to
// where a request has it: from the names of its fields to sources and names on the wire.
func relocate(t reflect.Type, e *Error) {
	if t.Kind() != reflect.Struct || !readsSources(t) {
		return
	}
	for i := range e.Fields {
		f := &e.Fields[i]
		if in, pointer, ok := relocated(t, f.Pointer); ok {
			f.In, f.Pointer = in, pointer
			continue
		}
		f.In, f.Pointer = SplitSource(f.Pointer) // of a Validate method, which names the source itself
	}
}

// readsSources reports whether a struct is the input of an endpoint, or a group of its fields,
// and nothing else: with names for JSON as well it may be a body.
func readsSources(t reflect.Type) bool {
	for i := range t.NumField() {
		f := t.Field(i)
		if textOf(f.Tag, "json") != "" {
			continue
		}
		tag, ok := sourceOf(f, site{out: new(Problems)})
		if ok && tag.source != Body || f.Type.Kind() == reflect.Struct && !ownsForm(f.Type) && readsSources(f.Type) {
			return true
		}
	}
	return false
}

// relocated follows a pointer from the fields of an input into one of its sources.
func relocated(t reflect.Type, pointer string) (in, rest string, ok bool) {
	token, rest, more := strings.Cut(strings.TrimPrefix(pointer, "/"), "/")
	if more {
		rest = "/" + rest
	}
	for _, m := range members(t, nil) {
		if escapePointer(m.name) != token {
			continue
		}
		tag, found := sourceOf(m.StructField, site{out: new(Problems)})
		found = found && textOf(m.Tag, "json") == ""
		switch {
		case found && tag.source == Body:
			return string(Body), rest, true
		case found:
			return string(tag.source), "/" + escapePointer(tag.name) + rest, true
		case m.Type.Kind() == reflect.Struct && rest != "":
			return relocated(m.Type, rest)
		}
	}
	return "", "", false
}
