// Package conformance holds wend against independent oracles: what a plan
// accepts must be what the JSON Schema that it states accepts, by a validator
// that knows nothing of wend. It is a module of its own, so that no oracle ever
// becomes a dependency of an application.
package conformance
