// Package shop is read by the tests of the generator.
package shop

// Item is what is sold.
type Item struct {
	// Name is what customers call it.
	Name  string `json:"name"`
	Price int    `json:"price"` // in cents
	Plain int    `json:"plain"`
}

type (
	// Box holds some.
	Box[T any] struct {
		A, B T // both
	}
	bare struct{}
)

type store struct{}

// list returns
// all items.
func (s *store) list() {}

// get returns "one".
func (store) get() {}

// open of a generic type.
func (b *Box[T]) open() {}

// sell sells.
func sell() {}

func silent() { _ = bare{} }
