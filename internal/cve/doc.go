// Package cve is the regression suite of published vulnerabilities: what went wrong in another server, router, binder
// or middleware must not go wrong in wend.
//
// Each case is a row whose name begins with the identifier of the advisory, followed by what is particular about its
// payload, and is sent through the public API. Rows of one class share a test and what it asserts. docs/security.md
// lists them all; TestDocs holds the two against each other.
//
// An identifier is here for its class: most of the affected software has little in common with wend but the mistake.
package cve
