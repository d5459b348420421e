package binding

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// A type may describe itself with a JSONSchema method. What it asserts there is
// either turned into rules, which are then enforced and stated like any other, or
// it is a mistake: nothing is documented that is not enforced. A type that reads
// its own wire form, or has a Validate method, vouches for the rest by itself.

// hookSchema calls the JSONSchema method of a type, on value or pointer, and
// reads its JSON form: so the package depends on no schema library.
func hookSchema(t reflect.Type, at site) (Schema, bool) {
	if reflect.PointerTo(t).NumMethod() == 0 {
		return nil, false
	}
	v := reflect.New(t)
	if v.MethodByName("JSONSchemaAlias").IsValid() {
		at.problem(typesLine(t), "has type %s with the method JSONSchemaAlias, which is not read", t)
	}
	if v.MethodByName("JSONSchemaProperty").IsValid() {
		at.problem(typesLine(t), "has type %s with the method JSONSchemaProperty, which is not read", t)
	}
	m := v.MethodByName("JSONSchema")
	if !m.IsValid() || m.Type().NumIn() != 0 || m.Type().NumOut() != 1 {
		return nil, false
	}
	data, err := json.Marshal(m.Call(nil)[0].Interface())
	if err != nil {
		at.problem("", "has type %s, whose JSONSchema cannot be written as JSON: %s", t, err)
		return nil, false
	}
	s, err := readSchema(data)
	if err != nil {
		at.problem("", "has type %s, whose JSONSchema is no object", t)
		return nil, false
	}
	return s, true
}

func typesLine(t reflect.Type) string {
	return `binding.Types(binding.Type[` + t.String() + `](binding.Schema{binding.State("type", "string")}))`
}

// readSchema reads keywords in their order.
func readSchema(data []byte) (Schema, error) {
	d := json.NewDecoder(strings.NewReader(string(data)))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil, fmt.Errorf("not an object")
	}
	var s Schema
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return nil, err
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return nil, err
		}
		if name != "$schema" && name != "$id" {
			s = append(s, State(name.(string), keywordValue(value)))
		}
	}
	return s, nil
}

// keywordValue is a keyword's value with exact numbers. An object stays JSON.
func keywordValue(raw json.RawMessage) any {
	if len(raw) > 0 && raw[0] == '{' {
		return raw
	}
	d := json.NewDecoder(strings.NewReader(string(raw)))
	d.UseNumber()
	var v any
	if d.Decode(&v) != nil {
		return raw
	}
	return v
}

// hook turns the JSONSchema method of a type without a wire form of its own into
// rules at n.
func (c compiler) hook(n *node, at site) {
	own, ok := hookSchema(n.typ, at)
	if !ok {
		return
	}
	for _, k := range own {
		switch {
		case k.name == "type":
			if want, _ := n.form(Input).Get("type"); want != nil && want != k.value {
				at.problem("", "has type %s, whose JSONSchema says type %v, and it is read as %v", n.typ, k.value, want)
			}
		case isAnnotation(k.name) || k.name == "required" && n.kind == kindStruct:
			n.notesOwn = append(n.notesOwn, k)
		case c.hookRule(n, k, at):
		case hasValidate(n.typ):
			n.notesOwn = append(n.notesOwn, k)
		default:
			at.problem(typesLine(n.typ)+" or a Validate method", "has type %s, whose JSONSchema asserts %s, which nothing enforces", n.typ, k.name)
		}
	}
}

func isAnnotation(keyword string) bool {
	switch keyword {
	case "title", "description", "examples", "example", "deprecated", "readOnly", "writeOnly", "default", "$comment", "externalDocs":
		return true
	}
	return strings.HasPrefix(keyword, "x-")
}

// hookRule compiles one assertion as the rule that states it.
func (c compiler) hookRule(n *node, k Keyword, at site) bool {
	if n.kind == kindStruct {
		return false
	}
	if k.name == "const" || k.name == "enum" {
		return hookList(n, k)
	}
	word := fmt.Sprint(k.value)
	u := use{param: word, hasParam: true}
	low, high := n.sizeKeywords()
	number := n.family()&famNumber != 0
	switch k.name {
	case low:
		u.name = "min"
	case high:
		u.name = "max"
	case "pattern", "multipleOf":
		u.name = strings.ToLower(k.name)
	case "uniqueItems":
		if k.value != true {
			return true
		}
		u = use{name: "unique"}
	case "format":
		if form, _ := n.form(Input).Get("format"); form == k.value {
			return true
		}
		u = use{name: formatNames[word]}
	case "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum":
		if number {
			u.name = map[string]string{"minimum": "min", "maximum": "max", "exclusiveMinimum": "gt", "exclusiveMaximum": "lt"}[k.name]
		}
	}
	def, known := builtin(u.name)
	if !known || n.family()&def.on == 0 || number && (k.name == low || k.name == high) {
		return false
	}
	o, ok := c.rule(n, u, at)
	if ok {
		n.ops = append(n.ops, o)
	}
	return true
}

// formatNames are the rules of JSON Schema's formats.
var formatNames = map[string]string{
	"date-time": "datetime", "date": "date", "email": "email", "uuid": "uuid", "uri": "uri",
	"hostname": "hostname_rfc1123", "ipv4": "ipv4", "ipv6": "ipv6",
}

// hookList compiles const and enum.
func hookList(n *node, k Keyword) bool {
	values, isList := k.value.([]any)
	if !isList {
		values = []any{k.value}
	}
	words := make([]string, len(values))
	for i, v := range values {
		if _, isText := v.(string); isText != (n.family() == famText) {
			return false
		}
		words[i] = fmt.Sprint(v)
	}
	o, err := oneOfItems(n, "oneof", words)
	if err != nil || n.family()&(famText|famNumber) == 0 {
		return false
	}
	n.ops = append(n.ops, o)
	return true
}

// hookRequired makes the members required that the type's own schema lists.
func (c compiler) hookRequired(o *object) {
	if reflect.PointerTo(o.typ).NumMethod() == 0 {
		return
	}
	at := site{where: o.typ.String(), out: &o.problems}
	n := &node{typ: o.typ, kind: kindStruct, obj: o}
	c.hook(n, at)
	o.notes = n.notesOwn
	required, ok := o.notes.Get("required")
	if !ok {
		return
	}
	o.notes = slices.DeleteFunc(o.notes, func(k Keyword) bool { return k.name == "required" })
	names, _ := required.([]any)
	for _, name := range names {
		i := o.find([]byte(fmt.Sprint(name)), 0)
		if i < 0 {
			at.problem("", "has a JSONSchema that requires %v, which is no member of it", name)
			continue
		}
		f := &o.fields[i]
		f.node = f.node.own()
		f.required, f.node.required = true, true
		f.node.settle()
	}
}
