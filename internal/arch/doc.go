// Package arch is a test that holds the directions of imports.
//
// Imports point one way:
//
//	openapi/docs ─► openapi ─► wend ─► binding, security, internal/...
//	wendtest/contract ─► openapi, wendtest ─► wend       middleware/... ─► internal/...
//
// so that the binding and each middleware work without the router, the router works without documents, and whoever
// imports the root package links nothing but the standard library. A third-party library has one home, which is what
// makes it replaceable.
//
// The rules are two tables in arch_test.go: which package of the module may import which others, and where each
// library may be imported. What is in neither table is refused. Nested modules are not looked at: they are users.
//
// A new edge is a decision. Write down in docs/design why it is worth it, then extend the table.
package arch
