// Package api is a test that shows the module's exported surface.
//
// For each public package, testdata holds one line per exported constant, variable, function, type, field and method,
// with its signature. A change of the surface is therefore a difference that a reviewer sees, and cannot happen by
// accident. After an intended change:
//
//	go test ./internal/api -update
//
// The text is rendered by the compiler's type information, so it also shows methods promoted from embedded fields and
// the type of a constant that the source leaves to inference. Struct tags are part of it: they are a wire format.
package api
