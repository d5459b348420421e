// Package bookstore is where a stranger's tool writes a client of the bookstore; see
// ../../run. Nothing of it is kept.
package bookstore
