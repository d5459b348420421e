package openapi

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strings"
)

// direction says who writes a value: the client or the server.
type direction bool

const (
	input  direction = false
	output direction = true
)

// effect is what a change does to the set of values that a schema accepts.
type effect uint8

const (
	narrower effect = 1 << iota
	wider
	other = narrower | wider // some values are lost and some gained, or nobody knows
)

// breaks reports whether an effect breaks clients: what they send may be refused, or
// what they get is more than they know.
func (e effect) breaks(side direction) bool {
	if side == output {
		return e&wider != 0
	}
	return e&narrower != 0
}

// schemas compares two schemas at a place of a message.
func (d *differ) schemas(where string, side direction, old, new any) {
	before, after := expand(d.old, old), expand(d.new, new)
	if pair := (refPair{side, refOf(old), refOf(new)}); pair.old != "" && pair.new != "" {
		if d.seen[pair] {
			d.types(where, side, before, after) // null may be possible at one place only
			return
		}
		d.seen = put(d.seen, pair, true)
	}
	d.types(where, side, before, after)
	d.values(where, side, before, after)
	d.bounds(where, side, before, after)
	d.assertions(where, side, before, after)
	d.members(where, side, before, after)
	d.alternatives(where, side, before, after)
	for _, name := range [...]string{"items", "propertyNames"} {
		d.part(joined(where, "*"), side, before[name], after[name], name)
	}
	d.part(joined(where, "*"), side, orTrue(before, "additionalProperties"), orTrue(after, "additionalProperties"), "additionalProperties")
	if side == input && !reflect.DeepEqual(before["default"], after["default"]) {
		d.add(before["default"] != nil, where, "the default is %s, was %s", shown(after["default"]), shown(before["default"]))
	}
}

// refPair is a comparison of two components.
type refPair struct {
	side     direction
	old, new string
}

// refOf returns the reference of a schema, whether null is possible too or not.
func refOf(v any) string {
	if list := orNull(member(v)); list != nil {
		return refOf(list[0])
	}
	return textOf(member(v)["$ref"])
}

// orNull returns the alternatives of "anyOf [X, null]", else nil.
func orNull(s object) []any {
	list, _ := s["anyOf"].([]any)
	if len(list) == 2 && reflect.DeepEqual(list[1], object{"type": "null"}) {
		return list
	}
	return nil
}

// expand resolves a schema's reference, adds what stands beside it, and turns
// "anyOf [X, null]" into X with the type null.
func expand(doc object, v any) object {
	if v == false {
		return object{"not": object{}}
	}
	s, _ := v.(object)
	if list := orNull(s); list != nil {
		rest := maps.Clone(s)
		delete(rest, "anyOf")
		inner := maps.Clone(expand(doc, list[0]))
		maps.Copy(inner, rest)
		if types := typesOf(inner); types != nil {
			inner["type"] = append(types, "null")
		} else {
			inner["null"] = true // of a union, which has no type
		}
		return inner
	}
	if s["$ref"] == nil {
		return s
	}
	whole := maps.Clone(resolve(doc, s))
	if whole == nil {
		whole = object{}
	}
	for name, value := range s {
		if name != "$ref" {
			whole[name] = value
		}
	}
	return whole
}

// typesOf lists the types of a schema; nil for any.
func typesOf(s object) []any {
	switch v := s["type"].(type) {
	case string:
		return []any{v}
	case []any:
		return slices.Clone(v)
	}
	return nil
}

func (d *differ) types(where string, side direction, old, new object) {
	was, is := typesOf(old), typesOf(new)
	var e effect
	switch {
	case was == nil && is != nil:
		e = narrower
	case was != nil && is == nil:
		e = wider
	default:
		e = setEffect(was, is, func(list []any, v any) bool {
			return slices.Contains(list, v) || v == "integer" && slices.Contains(list, "number")
		})
	}
	if was, is := old["null"] == true, new["null"] == true; was != is {
		nullEffect := narrower
		if is {
			nullEffect = wider
		}
		d.add(nullEffect.breaks(side), where, "null is possible: %v, was %v", is, was)
	}
	if e != 0 {
		d.add(e.breaks(side), where, "the type is %s, was %s", shown(new["type"]), shown(old["type"]))
	}
}

// setEffect compares lists of what is possible.
func setEffect(was, is []any, has func([]any, any) bool) (e effect) {
	for _, v := range was {
		if !has(is, v) {
			e |= narrower
		}
	}
	for _, v := range is {
		if !has(was, v) {
			e |= wider
		}
	}
	return e
}

// values compares enum and const.
func (d *differ) values(where string, side direction, old, new object) {
	possible := func(s object) []any {
		if list, ok := s["enum"].([]any); ok {
			return list
		}
		if v, ok := s["const"]; ok {
			return []any{v}
		}
		return nil
	}
	was, is := possible(old), possible(new)
	has := func(list []any, v any) bool {
		return slices.ContainsFunc(list, func(w any) bool { return reflect.DeepEqual(v, w) })
	}
	switch {
	case was == nil && is == nil:
	case was == nil:
		d.add(narrower.breaks(side), where, "the values are %s, were any", shown(is))
	case is == nil:
		d.add(wider.breaks(side), where, "the values are any, were %s", shown(was))
	default:
		for _, v := range was {
			if !has(is, v) {
				d.add(narrower.breaks(side), where, "the value %s is gone", shown(v))
			}
		}
		for _, v := range is {
			if !has(was, v) {
				d.add(wider.breaks(side), where, "the value %s is new", shown(v))
			}
		}
	}
}

// bounds compares limits: a higher lower one is narrower, and so is a lower upper
// one.
func (d *differ) bounds(where string, side direction, old, new object) {
	compare := func(name string, absent float64, sign float64) {
		was, is := limit(old, name, absent), limit(new, name, absent)
		if was == is {
			return
		}
		e := wider
		if (is-was)*sign > 0 {
			e = narrower
		}
		d.add(e.breaks(side), where, "%s is %s, was %s", name, shown(new[name]), shown(old[name]))
	}
	for _, name := range [...]string{"minimum", "exclusiveMinimum"} {
		compare(name, math.Inf(-1), 1)
	}
	for _, name := range [...]string{"minLength", "minItems", "minProperties"} {
		compare(name, 0, 1)
	}
	for _, name := range [...]string{"maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"} {
		compare(name, math.Inf(1), -1)
	}
}

func limit(s object, name string, absent float64) float64 {
	if v, ok := s[name].(float64); ok {
		return v
	}
	return absent
}

// assertions compares keywords of which only presence and equality are understood.
func (d *differ) assertions(where string, side direction, old, new object) {
	for _, name := range [...]string{
		"pattern", "format", "multipleOf", "uniqueItems", "contentEncoding", "contentMediaType", "dependentRequired",
		"not", "if", "then", "else", "contains", "prefixItems", "patternProperties", "allOf", "x-constraints",
	} {
		was, is := old[name], new[name]
		if reflect.DeepEqual(was, is) || name == "format" && (isNumeric(old) || isNumeric(new)) {
			continue
		}
		e := other
		switch {
		case was == nil:
			e = narrower
		case is == nil:
			e = wider
		}
		d.add(e.breaks(side), where, "%s is %s, was %s", name, shown(is), shown(was))
	}
}

// isNumeric reports whether a schema is of numbers. Their formats say what bounds say
// too, or how precise a number is.
func isNumeric(s object) bool {
	types := typesOf(s)
	return slices.Contains(types, any("integer")) || slices.Contains(types, any("number"))
}

// members compares the properties of objects.
func (d *differ) members(where string, side direction, old, new object) {
	was, is := member(old, "properties"), member(new, "properties")
	needed := func(s object, name string) bool {
		list, _ := s["required"].([]any)
		return slices.Contains(list, any(name))
	}
	for _, name := range slices.Sorted(maps.Keys(was)) {
		before, at := was[name], joined(where, name)
		after, kept := is[name]
		if !kept {
			d.add(true, at, "the member is gone")
			continue
		}
		if was, is := needed(old, name), needed(new, name); was != is {
			d.add(is == (side == input), at, "is %s, was %s", optional(is), optional(was))
		}
		d.schemas(at, side, before, after)
	}
	for name := range is {
		if _, known := was[name]; !known {
			isRequired := needed(new, name)
			d.add(side == input && isRequired, joined(where, name), "the member is new, and %s", optional(isRequired))
		}
	}
}

var pointerEscaper = strings.NewReplacer("~", "~0", "/", "~1")

// joined appends a member to a place, as in "request /lines/*/qty".
func joined(where, name string) string {
	if !strings.Contains(where, " /") {
		where += " "
	}
	return where + "/" + pointerEscaper.Replace(name)
}

// alternatives compares anyOf and oneOf. A variant is known by its reference, or by
// its place in the list.
func (d *differ) alternatives(where string, side direction, old, new object) {
	for _, name := range [...]string{"anyOf", "oneOf"} {
		was, isWas := old[name].([]any)
		is, isIs := new[name].([]any)
		if isWas != isIs {
			e := narrower
			if isWas {
				e = wider
			}
			d.add(e.breaks(side), where, "%s is %s, was %s", name, shown(new[name]), shown(old[name]))
			continue
		}
		before, after := variants(was), variants(is)
		for _, key := range slices.Sorted(maps.Keys(before)) {
			v := before[key]
			if w, kept := after[key]; kept {
				d.schemas(where, side, v, w)
			} else {
				d.add(narrower.breaks(side), where, "the alternative %s is gone", key)
			}
		}
		for key := range after {
			if _, known := before[key]; !known {
				d.add(wider.breaks(side), where, "the alternative %s is new", key)
			}
		}
	}
}

func variants(list []any) map[string]any {
	all := map[string]any{}
	for i, v := range list {
		key := fmt.Sprint(i + 1)
		if ref := textOf(member(v)["$ref"]); ref != "" {
			key = ref[strings.LastIndexByte(ref, '/')+1:]
		}
		all[key] = v
	}
	return all
}

func orTrue(s object, name string) any {
	if v, ok := s[name]; ok {
		return v
	}
	return true
}

// part compares a schema within a schema, of which both, one or none is there.
func (d *differ) part(where string, side direction, old, new any, name string) {
	allows := func(v any) bool { return v == nil || v == true }
	switch {
	case reflect.DeepEqual(old, new) && member(old) == nil || allows(old) && allows(new):
	case allows(old) || new == false:
		d.add(narrower.breaks(side), where, "%s is %s, was %s", name, shown(new), shown(old))
	case allows(new) || old == false:
		// An open object writes and accepts what a client does not know; only the
		// latter is what it asked for, and the former is what it has to ignore.
		d.add(side == output && name != "additionalProperties", where, "%s is %s, was %s", name, shown(new), shown(old))
	default:
		d.schemas(where, side, old, new)
	}
}

// shown renders a value of a keyword.
func shown(v any) string {
	if v == nil {
		return "absent"
	}
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(plainText(text))
}
