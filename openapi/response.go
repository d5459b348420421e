package openapi

import (
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/binding"
)

// responses documents what an operation answers: success, the errors that it
// declares, those that its input can cause, and a default for all others.
func (b *builder) responses(o *Operation, p *operationPlan) {
	for _, status := range successStatuses(p) {
		r := &Response{Description: "The handler's own response"}
		if status != anySuccess {
			code, _ := strconv.Atoi(status)
			r.Description = http.StatusText(code)
			b.outputs(r, p, code)
		}
		o.Responses[status] = r
	}
	b.errorResponses(o, p)
}

const anySuccess = "2XX"

// successStatuses are the keys of an operation's successes.
func successStatuses(p *operationPlan) []string {
	statuses := p.op.Statuses
	switch body := bodyOf(p.out); {
	case body != nil && isRedirect(body) && slices.Equal(statuses, []int{http.StatusOK}):
		statuses = []int{http.StatusTemporaryRedirect}
		if p.route.Method() == http.MethodPost {
			statuses = []int{http.StatusSeeOther}
		}
	case writesItself(p) && slices.Equal(statuses, []int{http.StatusNoContent}):
		return []string{anySuccess}
	}
	keys := make([]string, len(statuses))
	for i, status := range statuses {
		keys[i] = strconv.Itoa(status)
	}
	return keys
}

// writesItself reports whether the handler is given the means to answer as it likes.
func writesItself(p *operationPlan) bool {
	return slices.ContainsFunc(p.op.In.Injections(), func(i binding.Injection) bool { return i.Type == contextType })
}

// outputs adds the body and the headers of a success.
func (b *builder) outputs(r *Response, p *operationPlan, status int) {
	for i := range p.out {
		f := &p.out[i]
		switch {
		case f.Hidden:
		case f.In == binding.Body:
			if f.Doc != "" {
				r.Description = f.Doc
			}
			if isRedirect(f) {
				r.Headers = put(r.Headers, "Location", &Head{
					Required: true, Schema: &Schema{Type: "string", Format: "uri-reference"},
				})
			}
			switch {
			case !p.hasBody(status):
			case f.Foreign:
				r.Content = b.foreignContent(f, p)
			default:
				r.Content = b.content(f, p.outExamples)
			}
		case f.In == binding.Cookie:
			addCookie(r, f)
		case f.In == binding.Header && http.CanonicalHeaderKey(f.Name) != "Content-Type": // said by content (3.1 §4.8.17)
			r.Headers = put(r.Headers, f.Name, &Head{Description: f.Doc, Deprecated: f.Deprecated, Schema: b.schema(f.Schema)})
		}
	}
}

// hasBody reports whether a response with that status carries its body.
func (p *operationPlan) hasBody(status int) bool {
	return p.method != http.MethodHead && status != http.StatusNoContent && status != http.StatusResetContent &&
		status != http.StatusNotModified
}

// addCookie documents the Set-Cookie header that carries a cookie. There is one
// entry for all of them, since a response's headers are named once.
func addCookie(r *Response, f *binding.Field) {
	text := f.Name
	if f.Doc != "" {
		text += ": " + f.Doc
	}
	h := r.Headers["Set-Cookie"]
	if h == nil {
		h = &Head{Schema: &Schema{Type: "string"}}
		r.Headers = put(r.Headers, "Set-Cookie", h)
	}
	h.Description = strings.TrimPrefix(h.Description+"; "+text, "; ")
}

// errorResponses documents the errors of an operation by status.
func (b *builder) errorResponses(o *Operation, p *operationPlan) {
	texts := map[int][]string{}
	headers := map[int]map[string]*Head{}
	for _, e := range p.op.Errors {
		texts[e.Status] = append(texts[e.Status], errorText(e))
		for name := range e.Header {
			headers[e.Status] = put(headers[e.Status], name, &Head{Schema: &Schema{Type: "string"}})
		}
	}
	plan := planStatuses(p)
	for _, status := range p.op.Refusals {
		plan[status] = true
	}
	for status, lines := range texts {
		slices.Sort(lines)
		if plan[status] {
			lines = append(lines, planTexts[status])
			for name, head := range challengeHeader(status) {
				headers[status] = put(headers[status], name, head)
			}
		}
		b.addError(o, p, strconv.Itoa(status), &Response{
			Description: strings.Join(slices.Compact(lines), "; "), Headers: headers[status],
		})
	}
	for status := range plan {
		if texts[status] == nil {
			b.addShared(o, p, strconv.Itoa(status), strings.ReplaceAll(http.StatusText(status), " ", ""), planTexts[status], challengeHeader(status))
		}
	}
	b.addShared(o, p, "default", "Error", "Any other error", nil)
}

// addShared adds an error's response that looks the same wherever it occurs, as a
// reference to a component.
func (b *builder) addShared(o *Operation, p *operationPlan, status, name, text string, headers map[string]*Head) {
	name = b.formats.name(name, p.format)
	if name == "" || o.Responses[status] != nil {
		b.addError(o, p, status, &Response{Description: text, Headers: headers})
		return
	}
	if b.shared[name] == nil {
		b.addError(o, p, status, &Response{Description: text, Headers: headers})
		b.shared = put(b.shared, name, o.Responses[status])
	}
	o.Responses[status] = &Response{Ref: "#/components/responses/" + name}
}

// addError adds an error's response, beside a success with the same status if an
// envelope declares one.
func (b *builder) addError(o *Operation, p *operationPlan, status string, r *Response) {
	if p.method != http.MethodHead {
		r.Content = map[string]*MediaType{p.op.ErrorMedia: {Schema: b.schema(p.errors)}}
	}
	own := o.Responses[status]
	if own == nil {
		o.Responses[status] = r
		return
	}
	own.Description += "; " + r.Description
	for name, head := range r.Headers {
		own.Headers = put(own.Headers, name, head)
	}
	for mediaType, m := range r.Content {
		if taken := own.Content[mediaType]; taken != nil {
			m = &MediaType{Schema: &Schema{AnyOf: []*Schema{taken.Schema, m.Schema}}}
		}
		own.Content = put(own.Content, mediaType, m)
	}
}

// errorText describes a declared error.
func errorText(e *wend.Error) string {
	text := e.Detail
	if text == "" {
		text = e.Title
	}
	if text == "" {
		text = http.StatusText(e.Status)
	}
	if e.Code != "" {
		text += " (" + e.Code + ")"
	}
	return text
}

// planTexts describes the statuses with which a request is refused before its handler.
var planTexts = map[int]string{
	http.StatusBadRequest:            "The request cannot be read",
	http.StatusUnauthorized:          "The credential is missing or not valid",
	http.StatusForbidden:             "The credential does not reach far enough",
	http.StatusNotAcceptable:         "No form of the response is acceptable",
	http.StatusRequestTimeout:        "The body took too long to arrive",
	http.StatusRequestEntityTooLarge: "The body is too large",
	http.StatusUnsupportedMediaType:  "The body has another media type",
	http.StatusUnprocessableEntity:   "The request breaks a rule; the errors say where",
}

var bytesType = reflect.TypeFor[[]byte]() // as a body, sent as it is

// planStatuses are the statuses with which a request can be refused.
func planStatuses(p *operationPlan) map[int]bool {
	can := map[int]bool{http.StatusUnprocessableEntity: len(constraintsOf(&p.op)) > 0}
	set := func(status int, possible bool) { can[status] = can[status] || possible }
	for i := range p.in {
		f := &p.in[i]
		switch f.In {
		case binding.Form:
			for _, status := range [...]int{400, 408, 413, 415, 422} {
				can[status] = true
			}
		case binding.Body:
			can[http.StatusRequestTimeout], can[http.StatusRequestEntityTooLarge] = true, true
			set(http.StatusUnsupportedMediaType, !slices.Contains(f.MediaTypes, "*/*"))
			isText := f.Type.Kind() == reflect.String && f.Type.PkgPath() == ""
			judged := f.Schema != nil && (!isText || refuses(f.Schema)) || f.Required
			isParts := slices.Contains(f.MediaTypes, "multipart/form-data")
			set(http.StatusBadRequest, isParts || f.Schema != nil && f.Type != bytesType) // bytes are never malformed
			set(http.StatusUnprocessableEntity, judged && !f.Raw)
		case binding.Path: // a path that is not UTF-8 is refused for every route
			set(http.StatusUnprocessableEntity, base(f.Type).Kind() != reflect.String || refuses(f.Schema))
		default: // escapes may be wrong, and a value may be there twice
			can[http.StatusBadRequest], can[http.StatusUnprocessableEntity] = true, true
		}
	}
	if f := bodyOf(p.out); f != nil && !f.Foreign && len(f.MediaTypes) > 1 {
		can[http.StatusNotAcceptable] = true // the client chooses, and may choose none
	}
	maps.DeleteFunc(can, func(_ int, possible bool) bool { return !possible })
	return can
}

// refuses reports whether there is a text that a schema does not accept. That of a
// path parameter is never empty.
func refuses(s binding.Schema) bool {
	for _, k := range s {
		switch k.Name() {
		case "title", "description", "default", "examples", "deprecated":
		case "type":
			if k.Value() != "string" {
				return true
			}
		case "minLength":
			if k.Value() != int64(1) {
				return true
			}
		default:
			return true
		}
	}
	return false
}
