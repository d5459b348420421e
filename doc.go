// Package wend is an embeddable web framework: one plain typed function is routed,
// bound, validated and documented from one declaration.
package wend
