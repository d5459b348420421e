package wendtest

import (
	"bytes"
	"encoding"
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"

	"github.com/wend-go/wend/binding"
	"github.com/wend-go/wend/internal/jsonscan"
)

// maxNesting ends the writing of a value that contains itself.
const maxNesting = 1000

// encodeJSON writes v as a request has it. That is encoding/json's form, but a type that
// an endpoint reads says more than encoding/json knows: members of a response only are
// not sent, nor is an [binding.Opt] that is not set.
func encodeJSON(v reflect.Value, depth int) (json.RawMessage, error) {
	if depth++; depth > maxNesting {
		return nil, errors.New("it contains itself")
	}
	if !v.IsValid() || (v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface) && v.IsNil() {
		return json.RawMessage("null"), nil
	}
	switch t := v.Type(); {
	case isOpt(t):
		if !v.FieldByName("Set").Bool() || v.FieldByName("Null").Bool() {
			return json.RawMessage("null"), nil
		}
		return encodeJSON(v.FieldByName("Value"), depth)
	case marshals(t), v.CanAddr() && marshals(reflect.PointerTo(t)):
		if v.CanAddr() {
			v = v.Addr()
		}
		return marshal(v.Interface())
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		return encodeJSON(v.Elem(), depth)
	case reflect.Struct:
		return encodeStruct(v, depth)
	case reflect.Map:
		return encodeMap(v, depth)
	case reflect.Slice, reflect.Array:
		if v.Kind() == reflect.Slice && (v.IsNil() || v.Type().Elem().Kind() == reflect.Uint8) {
			return marshal(v.Interface())
		}
		list := make([]json.RawMessage, v.Len())
		for i := range list {
			element, err := encodeJSON(v.Index(i), depth)
			if err != nil {
				return nil, err
			}
			list[i] = element
		}
		return marshal(list)
	}
	return marshal(v.Interface())
}

// encodeMap leaves the keys to encoding/json.
func encodeMap(v reflect.Value, depth int) (json.RawMessage, error) {
	if v.IsNil() {
		return json.RawMessage("null"), nil
	}
	encoded := reflect.MakeMap(reflect.MapOf(v.Type().Key(), reflect.TypeFor[json.RawMessage]()))
	for key, element := range v.Seq2() {
		raw, err := encodeJSON(element, depth)
		if err != nil {
			return nil, err
		}
		encoded.SetMapIndex(key, reflect.ValueOf(raw))
	}
	return marshal(encoded.Interface())
}

func encodeStruct(v reflect.Value, depth int) (json.RawMessage, error) {
	object := []byte{'{'}
	for _, m := range jsonMembers(v.Type()) {
		field, err := v.FieldByIndexErr(m.index)
		if err != nil || m.readOnly || m.omits(field) { // err: behind a nil embedded pointer
			continue
		}
		value, err := encodeJSON(field, depth)
		if err != nil {
			return nil, err
		}
		if m.quoted && string(value) != "null" {
			value = jsonscan.AppendString(nil, string(value))
		}
		if len(object) > 1 {
			object = append(object, ',')
		}
		object = append(jsonscan.AppendString(object, m.name), ':')
		object = append(object, value...)
	}
	return append(object, '}'), nil
}

// member is a field of a struct in JSON.
type member struct {
	name                string
	typ                 reflect.Type
	index               []int
	omitEmpty, omitZero bool
	quoted, readOnly    bool
}

// jsonMembers lists the members of a struct, those of embedded structs in their place.
// Of two with one name, the less deeply embedded one is it.
func jsonMembers(t reflect.Type) []member {
	var all []member
	for _, f := range reflect.VisibleFields(t) {
		tag := f.Tag.Get("json")
		name, options, _ := strings.Cut(tag, ",")
		embedded := f.Type
		if embedded.Kind() == reflect.Pointer {
			embedded = embedded.Elem()
		}
		if tag == "-" || !f.IsExported() || name == "" && f.Anonymous && embedded.Kind() == reflect.Struct {
			continue
		}
		if name == "" {
			name = f.Name
		}
		m := member{
			name: name, typ: f.Type, index: f.Index,
			omitEmpty: hasWord(options, "omitempty"), omitZero: hasWord(options, "omitzero"),
			quoted: hasWord(options, "string") && isScalar(f.Type), readOnly: hasWord(f.Tag.Get("jsonschema"), "readOnly"),
		}
		i := slices.IndexFunc(all, func(o member) bool { return o.name == name })
		switch {
		case i < 0:
			all = append(all, m)
		case len(m.index) < len(all[i].index):
			all[i] = m
		}
	}
	return all
}

// omits reports whether a member is left out of its object.
func (m *member) omits(v reflect.Value) bool {
	if isOpt(v.Type()) {
		return !v.FieldByName("Set").Bool()
	}
	if m.omitZero {
		if z, ok := v.Interface().(interface{ IsZero() bool }); ok && (v.Kind() != reflect.Pointer || !v.IsNil()) {
			return z.IsZero()
		}
		if v.IsZero() {
			return true
		}
	}
	switch v.Kind() {
	case reflect.Struct:
		return false
	case reflect.Array, reflect.Map, reflect.Slice, reflect.String:
		return m.omitEmpty && v.Len() == 0
	}
	return m.omitEmpty && v.IsZero()
}

// isScalar reports whether json:",string" has an effect on a type.
func isScalar(t reflect.Type) bool {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	k := t.Kind()
	scalar := k == reflect.String || reflect.Bool <= k && k <= reflect.Float64
	return scalar && !marshals(t) && !marshals(reflect.PointerTo(t))
}

func hasWord(list, word string) bool { return slices.Contains(strings.Split(list, ","), word) }

var (
	jsonMarshaler = reflect.TypeFor[json.Marshaler]()
	textMarshaler = reflect.TypeFor[encoding.TextMarshaler]()
	bindingPath   = reflect.TypeFor[binding.FieldError]().PkgPath()
)

func marshals(t reflect.Type) bool { return t.Implements(jsonMarshaler) || t.Implements(textMarshaler) }

func isOpt(t reflect.Type) bool {
	return t.PkgPath() == bindingPath && strings.HasPrefix(t.Name(), "Opt[")
}

// marshal is json.Marshal without escapes for HTML.
func marshal(v any) (json.RawMessage, error) {
	var buf bytes.Buffer
	e := json.NewEncoder(&buf)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSuffix(buf.Bytes(), []byte("\n")), err
}
