package binding

import (
	"reflect"
	"slices"
	"strings"
	"unicode"
)

// member is a struct field that encoding/json would write, with its way there.
type member struct {
	reflect.StructField
	owner     reflect.Type
	name      string
	tagged    bool
	omitEmpty bool
	omitZero  bool
	quoted    bool
	offset    uintptr
	hops      []hop
	depth     int
}

// members lists the JSON members of a struct as encoding/json sees them: fields
// of embedded structs are promoted, the shallowest wins, at equal depth a tagged
// one, and otherwise neither.
//
// The list is appended to scratch.
func members(t reflect.Type, scratch []member) []member {
	all := slices.Grow(scratch, t.NumField())
	collectMembers(t, 0, nil, 0, nil, &all)
	if len(all) <= fewFields && !claimedTwice(all) {
		return all
	}
	names := make(map[string]claim, len(all))
	for i := range all {
		c, taken := names[all[i].name]
		switch {
		case !taken, all[i].outranks(&all[c.member]):
			c = claim{member: i}
		case !all[c.member].outranks(&all[i]):
			c.contested = true
		}
		names[all[i].name] = c
	}
	if len(names) == len(all) {
		return all
	}
	var kept []member
	for i := range all {
		if names[all[i].name] == (claim{member: i}) {
			kept = append(kept, all[i])
		}
	}
	return kept
}

// claimedTwice reports whether two of a few members have one name.
func claimedTwice(few []member) bool {
	for i := range few {
		for j := range i {
			if few[i].name == few[j].name {
				return true
			}
		}
	}
	return false
}

// collectMembers walks t and its embedded structs. A type embedded in itself,
// through a pointer, is entered once on each way; open are those on the way.
func collectMembers(t reflect.Type, base uintptr, hops []hop, depth int, open []reflect.Type, out *[]member) {
	if slices.Contains(open, t) {
		return
	}
	open = append(slices.Clip(open), t)
	for i := range t.NumField() {
		f := t.Field(i)
		inner := f.Type
		if f.Anonymous && inner.Kind() == reflect.Pointer {
			inner = inner.Elem()
		}
		embedded := f.Anonymous && inner.Kind() == reflect.Struct
		if !f.IsExported() && !(embedded && f.Type.Kind() == reflect.Struct) {
			continue
		}
		tag := textOf(f.Tag, "json")
		if tag == "-" {
			continue
		}
		name, options, _ := strings.Cut(tag, ",")
		if !validName(name) {
			name = ""
		}
		if embedded && name == "" {
			if f.Type.Kind() == reflect.Pointer {
				collectMembers(inner, 0, append(slices.Clone(hops), hop{base + f.Offset, inner}), depth+1, open, out)
			} else {
				collectMembers(inner, base+f.Offset, hops, depth+1, open, out)
			}
			continue
		}
		if !f.IsExported() {
			continue
		}
		m := member{StructField: f, owner: t, name: name, tagged: name != "", offset: base + f.Offset, hops: hops, depth: depth}
		if name == "" {
			m.name = f.Name
		}
		for option := range strings.SplitSeq(options, ",") {
			switch option {
			case "omitempty":
				m.omitEmpty = true
			case "omitzero":
				m.omitZero = true
			case "string":
				m.quoted = true
			}
		}
		*out = append(*out, m)
	}
}

// validName reports whether encoding/json takes a name in a tag; others it ignores.
func validName(name string) bool {
	for _, r := range name {
		if !strings.ContainsRune("!#$%&()*+-./:;<=>?@[]^_{|}~ ", r) && !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return false
		}
	}
	return true
}
