package wendtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"

	"github.com/wend-go/wend/internal/jsonscan"
)

// maxDepth is how deeply a response may nest.
const maxDepth = 1000

// decode stores the one JSON value of data in what v points to.
func decode(data []byte, v any) error {
	to := reflect.ValueOf(v)
	if to.Kind() != reflect.Pointer || to.IsNil() {
		return errors.New("a non-nil pointer is needed to store it")
	}
	var s jsonscan.Scanner
	s.Reset(data)
	s.Limit(maxDepth, math.MaxInt32)
	s.Kind()
	s.Skip()
	if !s.End() {
		err := s.Err()
		line, column := jsonscan.Position(data, err.Offset)
		return fmt.Errorf("line %d, column %d: %s", line, column, reasons[err.Reason])
	}
	var tree any
	if err := json.Unmarshal(data, &tree); err != nil {
		return err
	}
	if name := strangeName(tree, to.Type()); name != "" {
		return fmt.Errorf("the name %q is not the type's", name)
	}
	fresh := reflect.New(to.Type().Elem())
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(fresh.Interface()); err != nil {
		return err
	}
	to.Elem().Set(fresh.Elem())
	return nil
}

// strangeName returns a name of an object that the type t spells differently or does not
// have; "" if there is none. encoding/json would take ID for id.
func strangeName(tree any, t reflect.Type) string {
	for t.Kind() == reflect.Pointer && !t.Implements(unmarshaler) {
		t = t.Elem()
	}
	if t.Implements(unmarshaler) || reflect.PointerTo(t).Implements(unmarshaler) {
		return ""
	}
	switch node := tree.(type) {
	case []any:
		if t.Kind() == reflect.Slice || t.Kind() == reflect.Array {
			for _, element := range node {
				if name := strangeName(element, t.Elem()); name != "" {
					return name
				}
			}
		}
	case map[string]any:
		return strangeMember(node, t)
	}
	return ""
}

var unmarshaler = reflect.TypeFor[json.Unmarshaler]()

func strangeMember(object map[string]any, t reflect.Type) string {
	var types map[string]reflect.Type
	switch t.Kind() {
	case reflect.Struct:
		types = map[string]reflect.Type{}
		for _, m := range jsonMembers(t) {
			types[m.name] = m.typ
		}
	case reflect.Map:
	default:
		return ""
	}
	for _, name := range slices.Sorted(maps.Keys(object)) {
		member, ok := types[name]
		if t.Kind() == reflect.Map {
			member, ok = t.Elem(), true
		}
		if !ok {
			return name
		}
		if deeper := strangeName(object[name], member); deeper != "" {
			return deeper
		}
	}
	return ""
}

var reasons = map[string]string{
	jsonscan.Syntax:    "it is no JSON",
	jsonscan.UTF8:      "it is no UTF-8",
	jsonscan.Duplicate: "a name comes twice",
	jsonscan.Depth:     "it nests too deeply",
	jsonscan.Tokens:    "it is too long",
}

// typeName is the type that v points to.
func typeName(v any) string {
	t := reflect.TypeOf(v)
	if t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return fmt.Sprint(t)
}
