// Package shop declares types whose names others have too.
package shop

// Item is a thing to sell.
type Item struct {
	Price int `json:"price" validate:"min=0"`
}
