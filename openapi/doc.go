// Package openapi describes the routes of a wend router as an OpenAPI document.
//
//	doc, err := openapi.Build(openapi.Info{Title: "Notes", Version: "1.0.0"}, r.Routes())
//
// The document says what the router enforces, because both read the same plans: every
// parameter, body, response, error and rule is in it, and no text is kept twice. The
// same routes give the same bytes, so a test can hold the document to a file:
//
//	old, err := openapi.ReadFile("openapi.json")
//	for _, change := range openapi.Diff(old, doc) {
//		if change.Breaking {
//			t.Error(change)
//		}
//	}
//
// A [Document] is a plain value: edit it, add "x-" members, write it with [WriteFile].
// Package docs serves it, with pages to read and try it. [SchemaOf] states one type
// without any route.
//
// # Names
//
// An operation's id is made of method and pattern: getNotesById. A type is a component
// by its own name, an instance of a generic type as Page_Note; types of one name are
// told apart by as much of their packages' paths as that takes, or by what their
// arguments are besides, as in Page_NoteOrNull for a pointer, and the views of a
// type that differ are Note, as written, and NoteInput, as read. A type may name
// itself with a method SchemaName() string.
//
// # What OpenAPI cannot say
//
// A wildcard {rest...} is the parameter {rest}. A pattern that matches everything below
// a path that has an operation of its own is in the path's x-subtree; a route for every
// method is documented as GET, or as POST if it has a body; methods that the version
// does not know are x-query, x-purge. Rules between parameters are in x-constraints of
// the operation.
package openapi
