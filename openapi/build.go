package openapi

import (
	"cmp"
	"errors"
	"iter"
	"net/http"
	"slices"
	"strings"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/binding"
	"github.com/wend-go/wend/internal/schema"
)

// Build makes the document of routes. It depends on nothing else and changes
// nothing: the same routes give the same bytes, whatever the order of their
// registration. Hidden routes and plain handlers are left out. Two equal operation
// ids, an example that its own type refuses, and two types that cannot be told
// apart by name are errors; the message lists all of them.
func Build(info Info, routes iter.Seq[*wend.Route], opts ...Option) (*Document, error) {
	b := newBuilder(info)
	if err := b.configure(info, opts); err != nil {
		return nil, err
	}
	b.gather(routes)
	b.gatherSent()
	b.settlePaths()
	b.settleIDs()
	b.parts.settle()
	b.settleFormats()
	for _, p := range b.plans {
		b.add(p)
	}
	b.addSent()
	b.finish()
	if len(b.mistakes) > 0 {
		slices.Sort(b.mistakes)
		return nil, errors.New("openapi: " + strings.Join(b.mistakes, "; "))
	}
	for _, edit := range b.edits {
		edit(b.doc)
	}
	return b.doc, nil
}

// builder makes one document.
type builder struct {
	doc      *Document
	parts    *components
	plans    []*operationPlan
	formats  errorFormats
	shared   map[string]*Response
	schemes  map[string]usedScheme
	mistakes []string
	edits    []func(*Document)

	comments  map[string]string
	fields    []binding.Field // of the plan that was read last
	set       *binding.Set    // of webhooks, where it is given
	sent      []sent
	sentPlans []*operationPlan
}

// operationPlan is a route with what it says about itself and its place in the
// document.
type operationPlan struct {
	route   *wend.Route
	op      wend.Operation
	in, out []binding.Field
	errors  binding.Schema // of the error format
	items   binding.Schema // of a stream
	format  errorFormat

	method  string
	path    string            // of the document
	rename  map[string]string // path parameters, where another operation of the path named them
	subtree bool              // another operation of the method owns the path
	id      string

	inExamples, outExamples map[string]*Example
}

// gather lists the routes that are documented, in an order of its own.
func (b *builder) gather(routes iter.Seq[*wend.Route]) {
	for rt := range routes {
		op := rt.Operation()
		if op.Hidden || op.In == nil {
			continue
		}
		p := b.plan(rt, op)
		if p.method == "" {
			p.method = usualMethod(p.in)
		}
		b.plans = append(b.plans, p)
	}
	slices.SortStableFunc(b.plans, func(a, c *operationPlan) int {
		anyMethod := func(p *operationPlan) bool { return p.route.Method() == "" } // these take what is left
		return cmp.Or(compareBool(anyMethod(a), anyMethod(c)), strings.Compare(a.route.Path(), c.route.Path()),
			strings.Compare(a.route.Method(), c.route.Method()))
	})
}

// plan reads what a route says about itself, and notes its types.
func (b *builder) plan(rt *wend.Route, op wend.Operation) *operationPlan {
	p := &operationPlan{
		route: rt, op: op, method: rt.Method(), in: b.inputs(&op), out: b.fieldsOf(op.Out),
		errors: bodySchema(op.ErrorBody), items: bodySchema(op.Items),
	}
	for _, fields := range [...][]binding.Field{p.in, p.out} {
		for i := range fields {
			b.parts.collect(fields[i].Schema)
		}
	}
	b.parts.collect(p.errors)
	b.parts.collect(p.items)
	return p
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// usualMethod stands for an endpoint that answers every method, which OpenAPI cannot
// say.
func usualMethod(in []binding.Field) string {
	if slices.ContainsFunc(in, func(f binding.Field) bool { return f.In == binding.Body || f.In == binding.Form }) {
		return http.MethodPost
	}
	return http.MethodGet
}

func bodyOf(fields []binding.Field) *binding.Field {
	for i := range fields {
		if fields[i].In == binding.Body {
			return &fields[i]
		}
	}
	return nil
}

// bodySchema is the schema of a plan's body; nil without one.
func bodySchema(p *binding.Plan) binding.Schema {
	if p == nil {
		return nil
	}
	for f := range p.Fields() {
		if f.In == binding.Body {
			return f.Schema
		}
	}
	return nil
}

func (b *builder) schema(s binding.Schema) *Schema { return convert(s, b.parts.ref) }

// add documents one operation.
func (b *builder) add(p *operationPlan) {
	o := &Operation{
		Tags: p.op.Tags, Summary: p.op.Summary, Description: p.op.Description,
		OperationID: p.id, Deprecated: p.op.Deprecated, Responses: map[string]*Response{},
	}
	if o.Summary == "" {
		o.Summary = summary(p.op.Handler, p.method, p.path)
	}
	if o.Description == "" {
		o.Description = b.handlerComment(p)
	}
	b.examples(p)
	b.parameters(o, p)
	b.requestBody(o, p)
	b.responses(o, p)
	b.security(o, p)
	b.place(p, o)
}

// place puts an operation into its path item. What the version of OpenAPI has no
// name for is an extension.
func (b *builder) place(p *operationPlan, o *Operation) {
	item := b.doc.Paths[p.path]
	if item == nil {
		item = &PathItem{}
		b.doc.Paths[p.path] = item
	}
	slot := item.operation(p.method)
	lower := strings.ToLower(p.method)
	at := []string{lower}
	switch {
	case p.subtree:
		at = []string{"x-subtree", lower}
		item.extend(at[0], lower, o)
	case slot != nil && *slot == nil && (b.is32() || p.method != "QUERY"):
		*slot = o
	case p.route.Method() == "":
		at = []string{"x-any", lower}
		item.extend(at[0], lower, o)
	case b.is32():
		at = []string{"additionalOperations", p.method}
		item.AdditionalOperations = put(item.AdditionalOperations, p.method, o)
	default:
		at = []string{"x-" + lower}
		item.Extensions = put(item.Extensions, at[0], any(o))
	}
	b.doc.operations = put(b.doc.operations, p.route.Pattern(), o)
	b.doc.places = put(b.doc.places, p.route.Pattern(), schema.Pointer(append([]string{"paths", p.path}, at...)...))
}

// extend adds an operation to an extension that holds several.
func (p *PathItem) extend(name, method string, o *Operation) {
	operations, _ := p.Extensions[name].(map[string]*Operation)
	p.Extensions = put(p.Extensions, name, any(put(operations, method, o)))
}

// put stores into a map that may not exist yet.
func put[K comparable, V any](m map[K]V, key K, value V) map[K]V {
	if m == nil {
		m = map[K]V{}
	}
	m[key] = value
	return m
}

// finish adds what the operations share.
func (b *builder) finish() {
	schemas := b.parts.schemas()
	b.commentComponents(schemas)
	if len(schemas)+len(b.shared)+len(b.schemes) > 0 {
		b.doc.Components = &Components{Schemas: schemas, Responses: b.shared, SecuritySchemes: b.securitySchemes()}
	}
	b.mistakes = append(b.mistakes, b.parts.bad...)
	b.addTags()
}

// addTags lists every tag that operations use, described ones first.
func (b *builder) addTags() {
	known := map[string]bool{}
	for _, tag := range b.doc.Tags {
		known[tag.Name] = true
	}
	var more []string
	for _, p := range slices.Concat(b.plans, b.sentPlans) {
		for _, tag := range p.op.Tags {
			if !known[tag] {
				known[tag] = true
				more = append(more, tag)
			}
		}
	}
	slices.Sort(more)
	for _, tag := range more {
		b.doc.Tags = append(b.doc.Tags, Tag{Name: tag})
	}
}
