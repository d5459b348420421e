package binding

import (
	"reflect"
	"slices"
)

// Keyword is one JSON Schema keyword with its value, in a neutral form that a
// document writer copies. Values are strings, bools, integers, floats, slices of
// those, a [Schema], a []Schema, an ordered [Properties], a [Ref], a [Discriminator], or
// any Go value for default, const, enum and examples.
type Keyword struct {
	name  string
	value any
}

// State makes a keyword, as in State("minLength", 3).
func State(name string, value any) Keyword { return Keyword{name, value} }

// Name returns the keyword's name, such as "minLength".
func (k Keyword) Name() string { return k.name }

// Value returns the keyword's value.
func (k Keyword) Value() any { return k.value }

// Schema is a list of keywords. A keyword used a second time belongs into an allOf.
type Schema []Keyword

// Get returns the value of the first keyword of that name.
func (s Schema) Get(name string) (any, bool) {
	for _, k := range s {
		if k.name == name {
			return k.value, true
		}
	}
	return nil, false
}

// with appends keywords; a name that s already has moves the new one into allOf.
func (s Schema) with(more ...Keyword) Schema {
	s = slices.Grow(s, len(more))
	for _, k := range more {
		if _, taken := s.Get(k.name); !taken {
			s = append(s, k)
			continue
		}
		s = s.also(Schema{k})
	}
	return s
}

// also adds a whole schema that must hold too.
func (s Schema) also(other Schema) Schema {
	for i, k := range s {
		if k.name == "allOf" {
			s[i].value = append(k.value.([]Schema), other)
			return s
		}
	}
	return append(s, Keyword{"allOf", []Schema{other}})
}

// Property is one member of an object schema.
type Property struct {
	Name   string
	Schema Schema
}

// Properties keeps the members of an object in the order of declaration.
type Properties []Property

// View selects one of the faces of a type: what is accepted or what is written.
type View uint8

// The views. InputOpen is Input under AllowUnknownFields.
const (
	Output View = iota
	Input
	InputOpen
)

// Ref is the value of a "$ref" keyword: a named Go type that is a component of
// the document. Definition gives its schema.
type Ref struct {
	Type reflect.Type
	Tag  string // of a union's variant; "" for the type as itself
	View View
	def  func(View) Schema
}

// Definition returns the schema of the referenced type in the reference's view.
func (r Ref) Definition() Schema { return r.def(r.View) }
