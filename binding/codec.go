package binding

import (
	"mime"
	"net/http"
	"slices"
)

// Codec carries bodies of another media type to and from JSON text. Because it
// yields JSON, no codec can weaken presence, unknown names, nesting or rules. What
// does not map onto JSON's model, as XML, is a raw body instead.
//
// A codec must be safe for concurrent use and may not keep its arguments.
type Codec interface {
	// MediaTypes lists the types, the preferred one first.
	MediaTypes() []string
	// ToJSON appends one RFC 8259 text for a request's body. An error is a 400 whose
	// text stays inside.
	ToJSON(dst, body []byte) ([]byte, error)
	// FromJSON appends the form of a response's JSON.
	FromJSON(dst, json []byte) ([]byte, error)
}

// codec returns the codec of a request's body, or nil for JSON itself.
func (p *Plan) codec(r *http.Request) Codec {
	if len(p.codecs) == 0 {
		return nil
	}
	mediaType, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		return nil
	}
	for _, c := range p.codecs {
		if slices.Contains(c.MediaTypes(), mediaType) {
			return c
		}
	}
	return nil
}

// transcode turns a body into JSON text, within the limit of a body. ok is false
// when a problem was noted.
func (b *binder) transcode(data []byte) (json []byte, ok bool) {
	c := b.plan.codec(b.in.Request)
	if c == nil || isBlank(data) {
		return data, true
	}
	json, err := c.ToJSON(nil, data)
	switch {
	case err != nil:
		b.malformed("the body is not well-formed")
		return nil, false
	case int64(len(json)) > b.in.Limits.Body:
		b.problems().raise(http.StatusRequestEntityTooLarge, tooLarge(b.in.Limits.Body))
		return nil, false
	}
	return json, true
}
