package openapi

import (
	"errors"
	"fmt"
	"iter"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/binding"
)

// Info describes an API as a whole.
type Info struct {
	Title          string // required
	Version        string // required: of the API, not of OpenAPI
	Summary        string
	Description    string // CommonMark
	TermsOfService string
	Contact        *Contact
	License        *License
	Servers        []Server // none: the API is where the document is
	Tags           []Tag    // descriptions, in the order in which they are shown
	ExternalDocs   *ExternalDocs
}

// Option changes how [Build] works. It is a [wend.Option] as well, so that
// docs.Mount takes it beside those of the routes it adds; on any other route it
// means nothing.
type Option struct {
	wend.Option
	apply func(*builder) error
}

func newOption(apply func(*builder) error) Option { return Option{wend.Tags(), apply} }

// Version selects the version of the specification: "3.1.1", the default, or
// "3.2.0".
func Version(v string) Option {
	return newOption(func(b *builder) error {
		if v != "3.1.1" && v != "3.2.0" {
			return fmt.Errorf("openapi: version %q is neither 3.1.1 nor 3.2.0", v)
		}
		b.doc.OpenAPI = v
		return nil
	})
}

// Edit changes the finished document before it is used.
func Edit(f func(*Document)) Option {
	return newOption(func(b *builder) error {
		b.edits = append(b.edits, f)
		return nil
	})
}

// Build makes the document of routes. It depends on nothing else and changes
// nothing: the same routes give the same bytes. Hidden routes and plain handlers
// are left out. Two equal operation ids, and two types that claim one component
// name, are errors.
func Build(info Info, routes iter.Seq[*wend.Route], opts ...Option) (*Document, error) {
	b := &builder{doc: newDocument(info), parts: newComponents(), ids: map[string]string{}}
	for _, opt := range opts {
		if err := opt.apply(b); err != nil {
			return nil, err
		}
	}
	var found []operationPlan
	for rt := range routes {
		op := rt.Operation()
		if op.Hidden || op.In == nil {
			continue
		}
		p := operationPlan{rt, op, slices.Collect(op.In.Fields()), slices.Collect(op.Out.Fields())}
		b.collect(&p)
		found = append(found, p)
	}
	b.parts.settle()
	for i := range found {
		b.add(&found[i])
	}
	b.finish()
	if len(b.mistakes) > 0 {
		return nil, errors.New("openapi: " + strings.Join(b.mistakes, "; "))
	}
	for _, edit := range b.edits {
		edit(b.doc)
	}
	return b.doc, nil
}

func newDocument(info Info) *Document {
	return &Document{
		OpenAPI: "3.1.1",
		Info: InfoObject{
			Title: info.Title, Version: info.Version, Summary: info.Summary, Description: info.Description,
			TermsOfService: info.TermsOfService, Contact: info.Contact, License: info.License,
		},
		Servers: info.Servers, Tags: info.Tags, ExternalDocs: info.ExternalDocs,
		Paths: map[string]*PathItem{},
	}
}

// builder makes one document.
type builder struct {
	doc      *Document
	parts    *components
	ids      map[string]string // operation id → route
	mistakes []string
	edits    []func(*Document)
}

// operationPlan is a route with what it says about itself.
type operationPlan struct {
	route   *wend.Route
	op      wend.Operation
	in, out []binding.Field
}

// collect gathers the named types of an operation.
func (b *builder) collect(p *operationPlan) {
	for _, f := range slices.Concat(p.in, p.out) {
		b.parts.collect(f.Schema)
	}
	b.parts.collect(errorSchema(p.op))
}

// errorSchema is the schema of what the operation's error format writes.
func errorSchema(op wend.Operation) binding.Schema {
	for f := range op.ErrorBody.Fields() {
		return f.Schema
	}
	return nil
}

func (b *builder) schema(s binding.Schema) *Schema { return convert(s, b.parts.name) }

// add documents one operation.
func (b *builder) add(p *operationPlan) {
	path := openPath(p.route.Path())
	item := b.doc.Paths[path]
	if item == nil {
		item = &PathItem{}
		b.doc.Paths[path] = item
	}
	o := &Operation{
		Tags: p.op.Tags, Summary: p.op.Summary, Description: p.op.Description,
		OperationID: p.op.ID, Deprecated: p.op.Deprecated, Responses: map[string]*Response{},
	}
	if o.OperationID == "" {
		o.OperationID = operationID(p.route.Method(), path)
	}
	if o.Summary == "" {
		o.Summary = summary(p.op.Handler, p.route.Method(), path)
	}
	if other, taken := b.ids[o.OperationID]; taken {
		b.mistakes = append(b.mistakes, fmt.Sprintf("%s and %s have the operation id %q", other, p.route.Pattern(), o.OperationID))
	}
	b.ids[o.OperationID] = p.route.Pattern()
	b.parameters(o, p)
	b.requestBody(o, p)
	b.responses(o, p)
	b.place(item, p.route.Method(), o)
}

// place puts an operation into its path item. OpenAPI 3.1 has no QUERY; there it is
// an extension.
func (b *builder) place(item *PathItem, method string, o *Operation) {
	slot := item.operation(method)
	if slot == nil || method == "QUERY" && !strings.HasPrefix(b.doc.OpenAPI, "3.2") {
		if item.Extensions == nil {
			item.Extensions = map[string]any{}
		}
		item.Extensions["x-"+strings.ToLower(method)] = o
		return
	}
	*slot = o
}

// openPath turns a pattern's path into OpenAPI's: {rest...} has no form of its own.
func openPath(path string) string {
	path = strings.ReplaceAll(path, "...}", "}")
	return strings.TrimSuffix(path, "{$}")
}

func (b *builder) parameters(o *Operation, p *operationPlan) {
	for _, f := range p.in {
		if f.In == binding.Body || f.In == binding.Form || f.Hidden {
			continue
		}
		param := &Parameter{
			Name: f.Name, In: string(f.In), Description: f.Doc, Required: f.Required, Deprecated: f.Deprecated,
			Schema: b.schema(f.Schema), Example: f.Example,
		}
		if f.Style == "deepObject" || f.Style == "form" {
			explode := f.Explode
			param.Style, param.Explode = f.Style, &explode
		}
		o.Parameters = append(o.Parameters, param)
	}
}

func (b *builder) requestBody(o *Operation, p *operationPlan) {
	for _, f := range p.in {
		if f.In != binding.Body {
			continue
		}
		o.RequestBody = &RequestBody{Description: f.Doc, Required: f.Required, Content: b.content(f, p.op.Examples)}
	}
}

// content describes a body by media type.
func (b *builder) content(f binding.Field, examples []wend.NamedExample) map[string]*MediaType {
	content := map[string]*MediaType{}
	mediaTypes := f.MediaTypes
	if len(mediaTypes) == 0 {
		mediaTypes = []string{"application/octet-stream"}
	}
	for _, name := range mediaTypes {
		m := &MediaType{Example: f.Example}
		if f.Schema != nil {
			m.Schema = b.schema(f.Schema)
		}
		for _, e := range examples {
			if reflect.TypeOf(e.Value) == f.Type {
				if m.Examples == nil {
					m.Examples = map[string]*Example{}
				}
				m.Examples[e.Name] = &Example{Value: e.Value}
			}
		}
		content[name] = m
	}
	return content
}

func (b *builder) responses(o *Operation, p *operationPlan) {
	for _, status := range p.op.Statuses {
		r := &Response{Description: http.StatusText(status)}
		for _, f := range p.out {
			switch {
			case f.In == binding.Body && hasBody(status):
				r.Content = b.content(f, p.op.Examples)
			case f.In == binding.Header:
				b.header(r, f.Name, f)
			case f.In == binding.Cookie:
				b.cookie(r, f)
			}
		}
		o.Responses[strconv.Itoa(status)] = r
	}
	b.errorResponses(o, p)
}

func hasBody(status int) bool {
	return status != http.StatusNoContent && status != http.StatusResetContent && status != http.StatusNotModified
}

func (b *builder) header(r *Response, name string, f binding.Field) {
	if r.Headers == nil {
		r.Headers = map[string]*Head{}
	}
	r.Headers[name] = &Head{Description: f.Doc, Schema: b.schema(f.Schema)}
}

// cookie documents the Set-Cookie header that carries a cookie.
func (b *builder) cookie(r *Response, f binding.Field) {
	if r.Headers == nil {
		r.Headers = map[string]*Head{}
	}
	h := r.Headers["Set-Cookie"]
	if h == nil {
		h = &Head{Schema: &Schema{Type: "string"}}
		r.Headers["Set-Cookie"] = h
	}
	h.Description = strings.TrimPrefix(h.Description+", "+f.Name, ", ")
}

// errorResponses documents the declared errors, those that the plan can produce,
// and a default for what nobody listed.
func (b *builder) errorResponses(o *Operation, p *operationPlan) {
	texts := map[int][]string{}
	for _, e := range p.op.Errors {
		text := e.Detail
		if text == "" {
			text = e.Title
		}
		if e.Code != "" {
			text = strings.TrimSpace(text + " (" + e.Code + ")")
		}
		texts[e.Status] = append(texts[e.Status], text)
	}
	for _, status := range planStatuses(p) {
		if _, declared := texts[status]; !declared {
			texts[status] = nil
		}
	}
	body := map[string]*MediaType{p.op.ErrorMedia: {Schema: b.schema(errorSchema(p.op))}}
	for status, lines := range texts {
		slices.Sort(lines)
		description := strings.Join(slices.Compact(lines), "; ")
		if description == "" {
			description = http.StatusText(status)
		}
		o.Responses[strconv.Itoa(status)] = &Response{Description: description, Content: body}
	}
	o.Responses["default"] = &Response{Description: "Any other error", Content: body}
}

// planStatuses are the statuses with which an input can be refused.
func planStatuses(p *operationPlan) []int {
	var statuses []int
	for _, f := range p.in {
		switch f.In {
		case binding.Body, binding.Form:
			statuses = append(statuses, 408, 413, 415)
			if !f.Raw {
				statuses = append(statuses, 400, 422)
			}
		case binding.Path:
			if f.Type.Kind() != reflect.String || len(f.Schema) > 2 {
				statuses = append(statuses, 422)
			}
		default:
			statuses = append(statuses, 400, 422)
		}
	}
	slices.Sort(statuses)
	return slices.Compact(statuses)
}

// finish adds what the operations share.
func (b *builder) finish() {
	if schemas := b.parts.schemas(); len(schemas) > 0 {
		b.doc.Components = &Components{Schemas: schemas}
	}
	b.mistakes = append(b.mistakes, b.parts.problems()...)
	b.addTags()
}

// addTags lists every tag that operations use, described ones first.
func (b *builder) addTags() {
	known := map[string]bool{}
	for _, tag := range b.doc.Tags {
		known[tag.Name] = true
	}
	var more []string
	for _, item := range b.doc.Paths {
		for _, method := range methods {
			if o := *item.operation(method); o != nil {
				for _, tag := range o.Tags {
					if !known[tag] {
						known[tag] = true
						more = append(more, tag)
					}
				}
			}
		}
	}
	slices.Sort(more)
	for _, tag := range more {
		b.doc.Tags = append(b.doc.Tags, Tag{Name: tag})
	}
}

var methods = [...]string{"GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE", "QUERY"}

// operationID makes getNotesById of GET /notes/{id}: unique as method and path are.
func operationID(method, path string) string {
	id := strings.ToLower(method)
	for segment := range strings.SplitSeq(path, "/") {
		if name, ok := strings.CutPrefix(segment, "{"); ok {
			id += "By" + capitalised(strings.TrimSuffix(name, "}"))
			continue
		}
		id += capitalised(segment)
	}
	if strings.HasSuffix(path, "/") && path != "/" {
		id += "Index"
	}
	return id
}

// capitalised joins the words of a segment, each with a capital.
func capitalised(segment string) string {
	var b strings.Builder
	upper := true
	for _, r := range segment {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			upper = true
			continue
		}
		if upper {
			r = unicode.ToUpper(r)
		}
		upper = false
		b.WriteRune(r)
	}
	return b.String()
}

// summary makes "Get note" of getNote, or of method and path for a closure.
func summary(handler, method, path string) string {
	if handler == "" {
		return method + " " + path
	}
	var words []string
	runes := []rune(handler)
	start := 0
	for i := 1; i <= len(runes); i++ {
		if i == len(runes) || unicode.IsUpper(runes[i]) && (!unicode.IsUpper(runes[i-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1])) {
			words = append(words, string(runes[start:i]))
			start = i
		}
	}
	for i, word := range words {
		if len(word) > 1 && word == strings.ToUpper(word) {
			continue // an acronym
		}
		words[i] = strings.ToLower(word)
	}
	text := []rune(strings.Join(words, " "))
	text[0] = unicode.ToUpper(text[0])
	return string(text)
}
