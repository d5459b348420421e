package schema

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/big"
	"regexp"
	"strconv"
	"strings"
)

// Schema is a schema object, read. A nil field is an absent keyword.
type Schema struct {
	Never bool    // the schema false
	Ref   *Schema // of $ref

	Types []string
	Enum  []any
	Const *any

	MultipleOf, Minimum, Maximum, ExclusiveMinimum, ExclusiveMaximum *big.Rat

	MinLength, MaxLength, MinItems, MaxItems   *int
	MinContains, MaxContains                   *int
	MinProperties, MaxProperties               *int
	Pattern                                    *regexp.Regexp
	Format                                     string
	UniqueItems                                bool
	Items, Contains, PropertyNames, Additional *Schema
	Not, If, Then, Else                        *Schema
	PrefixItems, AllOf, AnyOf, OneOf           []*Schema
	Properties, DependentSchemas               map[string]*Schema
	PatternProperties                          map[*regexp.Regexp]*Schema
	Required                                   []string
	DependentRequired                          map[string][]string

	// Partial means that more is asked of a value than the keywords say.
	Partial bool
	// ContentMediaType is what a string holds.
	ContentMediaType string
}

// Document is a JSON document with schemas in it.
type Document struct {
	tree any
	read map[string]*Schema // by pointer
}

// Parse reads a document.
func Parse(data []byte) (*Document, error) {
	tree, err := Decode(data)
	if err != nil {
		return nil, err
	}
	return &Document{tree: tree, read: map[string]*Schema{}}, nil
}

// Decode reads one JSON value; numbers are a json.Number.
func Decode(data []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, fmt.Errorf("there is more than one JSON value")
	}
	return v, nil
}

// Value returns what a JSON pointer (RFC 6901) leads to; references on the way are not
// followed.
func (d *Document) Value(pointer string) (any, bool) {
	at := d.tree
	for part := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		if pointer == "" {
			break
		}
		switch v := at.(type) {
		case map[string]any:
			member, ok := v[unescape.Replace(part)]
			if !ok {
				return nil, false
			}
			at = member
		case []any:
			i, err := strconv.Atoi(part)
			if err != nil || i < 0 || i >= len(v) {
				return nil, false
			}
			at = v[i]
		default:
			return nil, false
		}
	}
	return at, true
}

var (
	escape   = strings.NewReplacer("~", "~0", "/", "~1")
	unescape = strings.NewReplacer("~1", "/", "~0", "~")
)

// Pointer makes a JSON pointer.
func Pointer(parts ...string) string {
	var b strings.Builder
	for _, part := range parts {
		b.WriteString("/" + escape.Replace(part))
	}
	return b.String()
}

// At reads the schema at a pointer.
func (d *Document) At(pointer string) (*Schema, error) {
	if known := d.read[pointer]; known != nil {
		return known, nil
	}
	tree, ok := d.Value(pointer)
	if !ok {
		return nil, fmt.Errorf("there is no schema at %s", pointer)
	}
	s := &Schema{}
	d.read[pointer] = s // before it is read: it may refer to itself
	r := reader{doc: d, at: pointer}
	if r.schema(s, tree); r.err != nil {
		delete(d.read, pointer)
		return nil, r.err
	}
	return s, nil
}
