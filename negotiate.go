package wend

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/wend-go/wend/binding"
)

// maxAccepts bounds how many ranges of one Accept are looked at.
const maxAccepts = 64

// negotiate picks the offer that an Accept field likes best (RFC 9110 §12.5.1): the
// highest quality of the most specific range that fits, and among equals the first
// offer. ok is false when the client takes none of them.
func negotiate(lines, offers []string) (offer string, ok bool) {
	if len(lines) == 0 {
		return offers[0], true
	}
	best := 0.0
	for _, candidate := range offers {
		if q := quality(lines, candidate); q > best {
			offer, best = candidate, q
		}
	}
	return offer, best > 0
}

// quality is what the ranges say of one media type; 0 is not acceptable.
func quality(lines []string, mediaType string) float64 {
	kind, _, _ := strings.Cut(mediaType, "/")
	q, specific := 0.0, -1
	count := 0
	for _, line := range lines {
		for item := range strings.SplitSeq(line, ",") {
			if count++; count > maxAccepts {
				return q
			}
			text, params, _ := strings.Cut(item, ";")
			rank := -1
			switch text = strings.ToLower(strings.TrimSpace(text)); text {
			case mediaType:
				rank = 2
			case kind + "/*":
				rank = 1
			case "*/*":
				rank = 0
			}
			if rank > specific {
				q, specific = weight(params), rank
			}
		}
	}
	return q
}

// weight reads the q of a range; without one it is 1, and a malformed one counts as 0.
func weight(params string) float64 {
	for param := range strings.SplitSeq(params, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(param), "=")
		if strings.EqualFold(name, "q") {
			q, err := strconv.ParseFloat(value, 64)
			if err != nil || !(q >= 0 && q <= 1) {
				return 0
			}
			return q
		}
	}
	return 1
}

// chosen is the form of a response that the client takes.
type chosen struct {
	mediaType []string      // capacity one
	codec     binding.Codec // nil: JSON as it is
}

var errNotAcceptable = &Error{Status: http.StatusNotAcceptable, Detail: "no form of the response is acceptable"}

// choose decides the form of the response. Without codecs there is one, and Accept is
// not asked.
func (op *operation) choose(x *exchange) (chosen, error) {
	if len(op.offers) < 2 {
		return chosen{mediaType: op.media}, nil
	}
	h := x.w.Header()
	h["Vary"] = append(h["Vary"][:len(h["Vary"]):len(h["Vary"])], "Accept")
	offer, ok := negotiate(x.r.Header["Accept"], op.offers)
	if !ok {
		return chosen{}, errNotAcceptable
	}
	c := chosen{mediaType: []string{offer}}
	for _, codec := range op.rt.codecs() {
		if contains(codec.MediaTypes(), offer) {
			c.codec = codec
		}
	}
	return c, nil
}

// codecs are the router's, or those given to Func.
func (rt *Route) codecs() []binding.Codec { return rt.scope.core.opts.router.codecs }

// transcode turns the encoded response into the chosen form.
func (c chosen) transcode(json []byte) ([]byte, error) {
	if c.codec == nil {
		return json, nil
	}
	return c.codec.FromJSON(nil, json)
}
