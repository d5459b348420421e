// Package binding turns a Go struct type into a [Plan]: where each field of a
// request comes from, how its text or JSON is read, which rules it must obey,
// and how all of that is said in JSON Schema 2020-12.
//
// A type is compiled once, when a route is registered. Each rule becomes one
// value with two faces: a check that the decoder runs, and the schema keywords
// that state it. Nothing parses a tag a second time, so what is documented and
// what is enforced cannot drift apart.
//
//	type Book struct {
//		Title string   `json:"title" validate:"required,max=200"`
//		Year  int      `json:"year" validate:"min=1450,max=2100"`
//		Tags  []string `json:"tags" validate:"max=5,unique,dive,min=1"`
//	}
//
//	var b Book
//	err := binding.Decode(data, &b) // *binding.Error lists every problem
//
// A named type with a method Enum lists its values, for the rules and for the schema; an
// interface is one of several structs by [Union]; what no tag can say, a method
// Validate() error does, with [Invalid].
//
//	func (Vehicle) Enum() []Vehicle { return []Vehicle{"bus", "train"} }
//
// The package works without the router: see [Decode], [Validate] and [Request].
package binding
