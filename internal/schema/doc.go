// Package schema judges JSON values by the schemas of an OpenAPI document: JSON
// Schema 2020-12 without what wend never states ($id, $anchor, $dynamicRef and the
// unevaluated keywords), which is an error rather than ignored. A format that package
// format knows is asserted.
//
// It reads the document as a stranger would, from its JSON, so that a test which
// stands on it does not ask the code under test. An independent validator confirms it
// in internal/conformance.
package schema
