// Package client is where a stranger's tool writes a client of the kitchen sink; see
// ../run. Nothing of it is kept.
package client
