// Package stock declares types whose names others have too.
package stock

// Item is a thing on a shelf.
type Item struct {
	Shelf string `json:"shelf"`
}
