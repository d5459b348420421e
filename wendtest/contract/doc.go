// Package contract holds an application to its own OpenAPI document in tests.
//
//	func TestNotes(t *testing.T) {
//		c := wendtest.New(t, contract.Check(t, api.New())) // every response is compared with the document
//		c.Post("/notes", Note{Text: "milk"}).Status(201)
//	}
//
//	func TestNotes_contract(t *testing.T) {
//		contract.Fuzz(t, api.New())    // requests made of the document: no 5xx, nothing undocumented
//		contract.Secured(t, api.New()) // what asks for a credential answers 401 without one
//	}
//
// What an input accepts is enforced while the application runs. What it answers is
// checked here: the rules of an output type, the statuses that handlers choose, and
// the errors that nobody declared.
//
// # What is compared
//
// The document is built, written as JSON, and read by a validator that shares nothing
// with the plans that serve requests. Of a response, these are held to it: the status,
// which the response named default covers from 500 on, and below for a middleware that
// answers in the place of the route; the media type; the headers that are documented; and
// a body in JSON, in text, or in what a codec of the router makes JSON of, by its schema.
// Hidden routes, plain handlers, and answers without a route such as 404 are not looked
// at.
package contract
