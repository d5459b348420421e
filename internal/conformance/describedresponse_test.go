package conformance

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// response judges a response of the operation at a place (§4.8.17). It returns what is
// wrong.
func (d *described) response(place string, status int, header http.Header, body []byte) string {
	op, _ := d.at(place)
	responses := op["responses"].(map[string]any)
	key := strconv.Itoa(status)
	if responses[key] == nil && status/100 == 2 {
		key = "2XX"
	}
	if responses[key] == nil && status >= 500 {
		key = "default"
	}
	if responses[key] == nil {
		return fmt.Sprintf("the status %d is not documented", status)
	}
	said, at := d.at(child(place, "responses", key))
	heads, _ := said["headers"].(map[string]any)
	for name := range heads {
		h, head := d.at(child(at, "headers", name))
		var w wrongs
		d.header(&w, h, child(head, "schema"), name, header.Values(name))
		if w.status != 0 {
			return w.why
		}
	}
	all, _ := said["content"].(map[string]any)
	if len(all) == 0 {
		if len(body) > 0 {
			return "there is a body"
		}
		return ""
	}
	media, _ := content(all, header.Get("Content-Type"))
	if media == "" {
		return fmt.Sprintf("the media type %q is not documented", header.Get("Content-Type"))
	}
	if v, err := strictJSON(body); err != nil {
		return fmt.Sprintf("the body: %v", err)
	} else if err := d.valid(child(at, "content", media, "schema"), v); err != nil {
		return fmt.Sprintf("the body: %v", err)
	}
	return ""
}

// header judges a header of a response, whose style is simple (§4.8.21).
func (d *described) header(w *wrongs, h map[string]any, schema, name string, lines []string) {
	switch {
	case len(lines) == 0:
		if h["required"] == true {
			w.add(422, "the header %s is missing", name)
		}
	case http.CanonicalHeaderKey(name) == "Set-Cookie": // one line for each
		for _, line := range lines {
			d.scalar(w, schema, "the header "+name, []string{line})
		}
	case d.isList(schema):
		var texts []string
		for item := range strings.SplitSeq(strings.Join(lines, ","), ",") {
			texts = append(texts, strings.Trim(item, " \t"))
		}
		d.list(w, schema, "the header "+name, texts)
	default:
		d.scalar(w, schema, "the header "+name, lines)
	}
}
