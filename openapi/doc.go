// Package openapi describes the routes of a wend router as an OpenAPI document.
//
//	doc, err := openapi.Build(openapi.Info{Title: "Notes", Version: "1.0.0"}, r.Routes())
//
// The document says what the router enforces, because both read the same plans.
// Package docs serves it, with pages to read and try it.
package openapi
