package contract

import (
	"cmp"
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"github.com/wend-go/wend/internal/schema"
)

// What a text stands for, as far as a schema says: parameters, headers and form fields
// are texts on the wire, and their schemas speak about values.

var numberText = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$`)

// valueOf reads a text as a value of the first type of the schema that it spells;
// a text that spells none is itself.
func valueOf(s *schema.Schema, text string) any {
	types := typesOf(s)
	switch {
	case (slices.Contains(types, "integer") || slices.Contains(types, "number")) && numberText.MatchString(text):
		return json.Number(text)
	case slices.Contains(types, "boolean") && (text == "true" || text == "false"):
		return text == "true"
	}
	return text
}

// typesOf lists the types that a schema names, in its references and alternatives too.
func typesOf(s *schema.Schema) []string {
	if s == nil {
		return nil
	}
	types := append([]string(nil), s.Types...)
	for _, list := range [...][]*schema.Schema{{s.Ref}, s.AllOf, s.AnyOf, s.OneOf} {
		for _, inner := range list {
			types = append(types, typesOf(inner)...)
		}
	}
	return types
}

// emptyIsNone reports whether an empty text may be no value at all, which no schema says:
// where a text stands for something else.
func emptyIsNone(s *schema.Schema) bool {
	return !slices.Contains(typesOf(s), "string") || formatOf(s) == "date-time"
}

// formatOf is the format of a value that is not null.
func formatOf(s *schema.Schema) string {
	if s == nil {
		return ""
	}
	for _, inner := range s.AnyOf {
		if format := formatOf(inner); format != "" {
			return format
		}
	}
	return cmp.Or(s.Format, formatOf(s.Ref))
}

// itemsOf is the schema of the elements of a list.
func itemsOf(s *schema.Schema) *schema.Schema {
	for ; s != nil; s = s.Ref {
		if s.Items != nil {
			return s.Items
		}
	}
	return nil
}

func isList(s *schema.Schema) bool { return slices.Contains(typesOf(s), "array") }

// listValue reads the texts of a list's elements.
func listValue(s *schema.Schema, texts []string) any {
	list := make([]any, len(texts))
	for i, text := range texts {
		list[i] = valueOf(itemsOf(s), text)
	}
	return list
}

// headerValue reads the lines of a header, in the style simple (RFC 6570 §3.2.1 without
// escapes): a list is split at commas.
func headerValue(s *schema.Schema, lines []string) any {
	text := strings.Join(lines, ", ")
	if !isList(s) {
		return valueOf(s, text)
	}
	var parts []string
	for part := range strings.SplitSeq(text, ",") {
		parts = append(parts, strings.Trim(part, " \t"))
	}
	return listValue(s, parts)
}
