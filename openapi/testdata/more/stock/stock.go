// Package stock has the name of another package.
package stock

// Item is a thing to order.
type Item struct {
	Supplier string `json:"supplier"`
}
