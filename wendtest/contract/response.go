package contract

import (
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/wend-go/wend/internal/schema"
)

// answer is a response as it was sent.
type answer struct {
	method string // of the request
	status int
	header http.Header
	body   []byte
	part   bool // the body went on after this much, or was aborted

	conditional bool // the request had If-None-Match or If-Modified-Since
	outside     bool // a middleware answered; no guard or endpoint was reached
}

// differences lists what the document does not say about an answer.
func (op *operation) differences(a *answer) []string {
	documented := op.responseFor(a)
	if a.status == http.StatusNotModified && a.conditional {
		return nil // what was asked for, and it says nothing new (RFC 9110 §15.4.5)
	}
	if documented == nil {
		return []string{op.undocumented(a)}
	}
	var all []string
	for i := range documented.headers {
		all = append(all, headerDifferences(&documented.headers[i], a)...)
	}
	if a.method != http.MethodHead && a.header.Get("Content-Encoding") == "" {
		all = append(all, documented.content.differences(a)...)
	}
	return all
}

// responseFor finds what is said about a status: by itself, by its range, and by default
// for a server's error and for the error of a middleware, which a route need not know of.
func (op *operation) responseFor(a *answer) *response {
	code := strconv.Itoa(a.status)
	if r := op.responses[code]; r != nil {
		return r
	}
	if r := op.responses[code[:1]+"XX"]; r != nil {
		return r
	}
	if a.status >= 500 || a.status >= 400 && a.outside && !op.strict {
		return op.responses["default"]
	}
	return nil
}

// undocumented says how to document a status.
func (op *operation) undocumented(a *answer) string {
	documented := make([]string, 0, len(op.responses))
	for status := range op.responses {
		documented = append(documented, status)
	}
	slices.Sort(documented)
	text := fmt.Sprintf("the status %d is not documented (%s are)", a.status, strings.Join(documented, ", "))
	if a.status < 400 {
		return fmt.Sprintf("%s; add to the route\n\twend.Status(%d)\n    or give the output a field with the tag status", text, a.status)
	}
	var problem struct{ Code, Detail string }
	_ = json.Unmarshal(a.body, &problem) // another format has its own members
	line := fmt.Sprintf("wend.Errors(&wend.Error{Status: %d", a.status)
	if problem.Code != "" {
		line += fmt.Sprintf(", Code: %q", problem.Code)
	}
	if problem.Detail != "" {
		line += fmt.Sprintf(", Detail: %q", problem.Detail)
	}
	return text + "; add to the route or its group\n\t" + line + "})"
}

func headerDifferences(p *param, a *answer) []string {
	lines := a.header.Values(p.name)
	switch {
	case len(lines) == 0 && p.required:
		return []string{fmt.Sprintf("the header %s is missing", p.name)}
	case len(lines) == 0 || p.schema == nil:
		return nil
	}
	if strings.EqualFold(p.name, "Set-Cookie") {
		lines = lines[:1] // each is a text of its own
	}
	return about("the header "+p.name, p.schema.Validate(headerValue(p.schema, lines)))
}

// about puts a subject before problems.
func about(what string, problems []schema.Problem) []string {
	var all []string
	for i, p := range problems {
		if i == 10 {
			return append(all, fmt.Sprintf("%s: and %d more", what, len(problems)-i))
		}
		all = append(all, strings.TrimSpace(what+" "+p.Pointer)+": "+p.Text)
	}
	return all
}

// differences compares the body. A response without content says nothing about one: a
// handler that writes by itself may have any.
func (c content) differences(a *answer) []string {
	if len(c) == 0 {
		return nil
	}
	mediaType, _, err := mime.ParseMediaType(a.header.Get("Content-Type"))
	m := c.find(mediaType)
	switch {
	case err != nil && len(a.body) == 0 && c.mayBeEmpty():
		return nil
	case err != nil || m == nil:
		return []string{fmt.Sprintf("the media type is %q, and the document has %s", a.header.Get("Content-Type"), c.names())}
	}
	return m.differences(mediaType, a)
}

// mayBeEmpty reports whether there is a form that no byte is right for.
func (c content) mayBeEmpty() bool {
	for _, m := range c {
		if m.schema == nil {
			return true
		}
	}
	return false
}

func (c content) names() string {
	names := make([]string, 0, len(c))
	for name := range c {
		names = append(names, name)
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}

// find returns what is said about a media type: by its name, or else by a range.
func (c content) find(mediaType string) *media {
	family, _, _ := strings.Cut(mediaType, "/")
	for _, name := range [...]string{mediaType, family + "/*", "*/*"} {
		if m := c[name]; m != nil {
			return m
		}
	}
	return nil
}

func isJSON(mediaType string) bool {
	return mediaType == "application/json" || strings.HasSuffix(mediaType, "+json")
}

// differences compares a body of this media type: JSON, what a codec makes JSON of, and
// text by the schema, streams item by item.
func (m *media) differences(mediaType string, a *answer) []string {
	switch {
	case m.item != nil:
		return m.itemDifferences(mediaType, a)
	case m.schema == nil || a.part:
		return nil
	case m.codec != nil:
		text, err := m.codec.ToJSON(nil, a.body)
		if err != nil {
			return []string{"the body is not what the codec of its media type reads: " + err.Error()}
		}
		return m.judge(text)
	case isJSON(mediaType):
		return m.judge(a.body)
	case strings.HasPrefix(mediaType, "text/") && utf8.Valid(a.body):
		return about("the body", m.schema.Validate(string(a.body)))
	}
	return nil
}

// judge compares a body in JSON.
func (m *media) judge(text []byte) []string {
	v, err := schema.Decode(text)
	if err != nil {
		return []string{"the body is no JSON: " + err.Error()}
	}
	return about("the body", m.schema.Validate(v))
}
