package binding

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"unsafe"
)

// annotate reads doc, example and the annotations of a field.
func (c compiler) annotate(t *annotationTexts, n *node, f reflect.StructField, at site) {
	t.doc = textOf(f.Tag, "doc")
	if d, ok := annotation(f, "description"); ok {
		if t.doc != "" && t.doc != d {
			at.problem("", "describes itself differently in doc and in jsonschema")
		}
		t.doc = d
	}
	t.title, _ = annotation(f, "title")
	t.deprecated = flag(f, "deprecated")
	example, ok := lookup(f.Tag, "example")
	if !ok {
		example, ok = annotation(f, "example")
	}
	if !ok {
		return
	}
	value, err := c.tagValue(n, example)
	if err != nil {
		at.problem("", "has the example %q, which %s", example, err)
		return
	}
	t.example, t.hasExample = value.any(n), true
}

// defaultValue is a default, kept as text and read anew for each request: a list
// that a handler changes is its own.
type defaultValue struct {
	text  []byte // JSON
	value any    // as a document shows it
}

func (c compiler) defaultOf(n *node, f reflect.StructField, at site) *defaultValue {
	text, ok := lookup(f.Tag, "default")
	if !ok {
		return nil
	}
	switch {
	case n.required:
		at.problem("one of the two", "has a default and is required")
		return nil
	case n.kind == kindOpt || n.kind == kindStruct && n.typ != timeType:
		write := "no default"
		if n.kind == kindOpt {
			write = n.elem.typ.String() + ", or no default"
		}
		at.problem(write, "has a default on %s, which cannot have one", n.typ)
		return nil
	}
	value, err := c.tagValue(n, text)
	if err != nil {
		at.problem("", "has the default %q, which %s", text, err)
		return nil
	}
	return &defaultValue{text: value.text, value: value.any(n)}
}

// tagText is the value of a default or example tag as JSON.
type tagText struct{ text []byte }

// any returns the value as encoding/json's Go values with exact numbers.
func (t tagText) any(*node) any {
	d := json.NewDecoder(strings.NewReader(string(t.text)))
	d.UseNumber()
	var v any
	if d.Decode(&v) != nil {
		return nil
	}
	return v
}

// tagValue reads the text of a tag with the field's own decoder and rules. Text
// types stand in a tag without quotes; everything else is JSON.
func (c compiler) tagValue(n *node, text string) (tagText, error) {
	inner := n
	for inner.kind == kindPointer || inner.kind == kindOpt {
		inner = inner.elem
	}
	data := []byte(text)
	switch inner.kind {
	case kindString, kindTime, kindText, kindBytes:
		data, _ = json.Marshal(text)
	case kindDuration:
		if _, err := json.Number(text).Int64(); err != nil {
			v := reflect.New(inner.typ)
			if !inner.parse(v.UnsafePointer(), text, Query) {
				return tagText{}, fmt.Errorf("is no duration")
			}
			data = fmt.Appendf(nil, "%d", v.Elem().Int())
		}
	}
	p := reflect.New(n.typ)
	d := decoder{explain: true}
	d.decode(n, data, p.UnsafePointer())
	switch {
	case d.syntax != nil:
		return tagText{}, fmt.Errorf("is not %s", n.article())
	case len(d.found) > 0:
		return tagText{}, fmt.Errorf("%s", strings.ReplaceAll(d.found[0].Detail, "must be", "is not"))
	}
	return tagText{data}, nil
}

// apply writes the default to the field at p.
func (d *defaultValue) apply(n *node, p unsafe.Pointer) {
	dec := decoder{}
	dec.decode(n, d.text, p) // Invariant: it decoded when the type was compiled
}

// patternTag turns the pattern tag into a rule.
func (c compiler) patternTag(f reflect.StructField, rules *uses) *uses {
	expr, ok := lookup(f.Tag, "pattern")
	if !ok {
		return rules
	}
	return &uses{own: append(append([]use{}, rules.own...), use{name: "pattern", param: expr, hasParam: true}), dive: rules.dive, keys: rules.keys}
}

// enum is the list of values of a named type.
type enum struct{ op op }

// enumOf calls the Enum method of a named string or integer type.
func enumOf(t reflect.Type, at site) *enum {
	m, ok := t.MethodByName("Enum")
	if !ok || m.Type.NumIn() != 1 || m.Type.NumOut() != 1 || m.Type.Out(0) != reflect.SliceOf(t) {
		return nil
	}
	values := reflect.Zero(t).MethodByName("Enum").Call(nil)[0] // by a constant name: see wireMethod
	n := &node{typ: t, size: t.Size()}
	switch t.Kind() {
	case reflect.String:
		n.kind = kindString
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		n.kind, n.bits = kindInt, uint8(t.Bits())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		n.kind, n.bits = kindUint, uint8(t.Bits())
	default:
		return nil
	}
	words := make([]string, values.Len())
	for i := range words {
		words[i] = fmt.Sprint(reflectPlain(values.Index(i)))
	}
	o, err := oneOfItems(n, "oneof", words)
	if err != nil {
		at.problem("", "has the type %s, and of its Enum %s", t, err)
		return nil
	}
	return &enum{o}
}

// reflectPlain strips methods such as String off a named value.
func reflectPlain(v reflect.Value) any {
	switch {
	case v.Kind() == reflect.String:
		return v.String()
	case v.CanInt():
		return v.Int()
	case v.CanFloat():
		return v.Float()
	}
	return v.Uint()
}
