package binding

import (
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
)

// Config is what a compilation knows beside the type.
type Config struct {
	Method string   // "" when it is not known yet
	Names  []string // wildcards of the pattern; nil when it is not known yet
	Rest   string   // the name of a {name...} among them, which may match nothing

	AllowUnknownFields bool
	RejectUnknownQuery bool

	// Codecs are the further media types that a JSON body may have.
	Codecs []Codec
	// MaxBody is what the application allows a body; 0 when it has not said so. A
	// file's maxsize above it is a mistake.
	MaxBody int64

	// Provider says that the type is the input of a provider, which has no body.
	Provider bool
	// Injects reports whether a type is filled by the framework.
	Injects func(reflect.Type) bool
	// Advice adds to the message about a type that nothing provides; nil adds nothing.
	Advice func(reflect.Type) string
	// Elsewhere is told what the type is injected and says what of the same request is
	// read for that; nil when nothing is.
	Elsewhere func([]Injection) Elsewhere
	// ReadsRequest reports whether a handler that is injected the type can read
	// path parameters by itself.
	ReadsRequest func(reflect.Type) bool
	// Writes reports whether a type of an output writes itself.
	Writes func(reflect.Type) bool
	// CookieType is the struct type an output cookie may have besides string.
	CookieType reflect.Type
}

// Elsewhere is what of a request is read for the injected values of an input.
type Elsewhere struct {
	Path, Query []string // names of parameters
}

// mayHaveBody reports whether a struct without source tags is the body.
func (c Config) mayHaveBody() bool {
	switch c.Method {
	case "", http.MethodPost, http.MethodPut, http.MethodPatch, "QUERY":
		return true
	}
	return false
}

func (c Config) injects(t reflect.Type) bool { return c.Injects != nil && c.Injects(t) }

// Input compiles the input type of an endpoint. The plan is usable only when
// there are no problems.
func (s *Set) Input(t reflect.Type, c Config) (*Plan, Problems) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := &Plan{set: s, typ: t, base: t, lenient: c.AllowUnknownFields, strict: c.RejectUnknownQuery}
	b := planner{compiler: compiler{s}, plan: p, config: c, input: true}
	p.view = Input
	if c.AllowUnknownFields {
		p.view = InputOpen
	}
	if t.Kind() == reflect.Pointer {
		p.base = t.Elem()
	}
	b.inputType()
	return p, b.finish()
}

// Output compiles the output type of an endpoint.
func (s *Set) Output(t reflect.Type, c Config) (*Plan, Problems) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := &Plan{set: s, typ: t, base: t}
	b := planner{compiler: compiler{s}, plan: p, config: c}
	b.outputType()
	return p, b.finish()
}

// planner compiles one Plan.
type planner struct {
	compiler
	plan     *Plan
	config   Config
	input    bool
	problems Problems
	group    *paramGroup // the struct whose fields are being compiled
}

func (b *planner) finish() Problems {
	p := b.plan
	slices.SortStableFunc(p.params, func(x, y param) int { return x.in.rank() - y.in.rank() })
	for i := range p.params {
		switch p.params[i].in {
		case Path:
			p.paths = append(p.paths, p.params[i].name)
		case Query:
			p.queries = append(p.queries, i)
		case Header:
			p.headers = append(p.headers, i)
		case Cookie:
			p.cookies = append(p.cookies, i)
		case Form:
			p.form.fields = append(p.form.fields, i)
		}
		b.problems = append(b.problems, gatherProblems(p.params[i].node, b.input)...)
		p.params[i].inner = p.params[i].value()
	}
	if p.body != nil && p.body.kind == bodyJSON && slices.Contains(p.body.mediaTypes, "application/json") {
		p.codecs = b.config.Codecs
		for _, c := range p.codecs {
			p.body.mediaTypes = append(slices.Clip(p.body.mediaTypes), c.MediaTypes()...)
		}
	}
	if p.body != nil {
		b.problems = append(b.problems, gatherProblems(p.body.node, b.input)...)
	}
	b.settleGroups()
	b.matchNames()
	p.hooked = b.hooked()
	return dedupe(b.problems)
}

// dedupe drops a problem that two ways of reaching one type have found.
func dedupe(all Problems) Problems {
	var kept Problems
	for _, p := range all {
		if !slices.Contains(kept, p) {
			kept = append(kept, p)
		}
	}
	slices.SortStableFunc(kept, func(a, b Problem) int { return strings.Compare(a.Where, b.Where) })
	return kept
}

// matchNames holds path fields against the wildcards of the pattern.
func (b *planner) matchNames() {
	var elsewhere Elsewhere
	if b.config.Elsewhere != nil {
		elsewhere = b.config.Elsewhere(b.plan.inject)
		b.plan.elsewhere = elsewhere.Query
	}
	if !b.input || b.config.Names == nil {
		return
	}
	typ := site{where: b.plan.typ.String(), out: &b.problems}
	for _, name := range b.config.Names {
		if !slices.Contains(b.plan.paths, name) && !slices.Contains(elsewhere.Path, name) && !b.readsRequest() {
			typ.problem(fmt.Sprintf("a field with `path:%q`", name), "has no field for {%s} of the pattern", name)
		}
	}
	for i := range b.plan.params {
		p := &b.plan.params[i]
		if p.in == Path && !slices.Contains(b.config.Names, p.name) {
			at := site{where: b.plan.typ.String() + "." + p.goName + " `path:\"" + p.name + "\"`", out: &b.problems}
			at.problem("{"+p.name+"} in the pattern", "names {%s}, and the pattern has no such wildcard", p.name)
		}
	}
}

// readsRequest reports whether the handler can read parameters by itself.
func (b *planner) readsRequest() bool {
	return b.config.ReadsRequest != nil && slices.ContainsFunc(b.plan.inject, func(i Injection) bool {
		return b.config.ReadsRequest(i.Type)
	})
}

// inputType decides what the input type is: sources, the body, or nothing.
func (b *planner) inputType() {
	p := b.plan
	at := site{where: p.typ.String(), out: &b.problems}
	if p.base.Kind() != reflect.Struct || ownsForm(p.base) {
		if p.typ.Kind() == reflect.Pointer {
			at.problem("", "points to %s, and only a pointer to a struct can be an input", p.base)
			return
		}
		b.wholeBody(at)
		return
	}
	if p.base.NumField() == 0 {
		return
	}
	if hasSources(p.base) {
		b.fields(p.base, 0, "")
		b.hooks(p.base, 0)
		return
	}
	if hasJSON(p.base) {
		b.refuseHalfTagged(p.base)
		b.wholeBody(at)
		return
	}
	b.fields(p.base, 0, "")
}

// ownsForm reports whether a struct type reads itself from text or JSON, and is
// a value rather than a collection of sources.
func ownsForm(t reflect.Type) bool {
	return isOpt(t) || t == timeType || implements(t, jsonUnmarshalerType) || implements(t, textUnmarshalerType)
}

// wholeBody makes the type itself the body.
func (b *planner) wholeBody(at site) {
	if b.config.Provider {
		b.refuseProvided(at)
		return
	}
	if !b.config.mayHaveBody() {
		write := `query:"…"`
		if b.config.Method == http.MethodGet || b.config.Method == http.MethodHead {
			at.problem(write+", or wend.Query, which may carry a body", "would be a body, and %s has none", b.config.Method)
			return
		}
		at.problem(`a field Body, or body:""`, "would be a body, which %s takes only through a field", b.config.Method)
		return
	}
	n := b.node(b.plan.base, nil, at)
	b.plan.body = &bodyPlan{
		kind: bodyJSON, node: n, typ: b.plan.base, whole: true,
		required: true, mediaTypes: []string{"application/json"},
	}
}

// refuseHalfTagged reports fields of a whole-struct body that have no json tag:
// such a field could slip from injection into what a client may send.
func (b *planner) refuseHalfTagged(t reflect.Type) {
	for i := range t.NumField() {
		f := t.Field(i)
		_, tagged := lookup(f.Tag, "json")
		if tagged || !f.IsExported() || f.Anonymous && f.Type.Kind() == reflect.Struct {
			continue
		}
		at := fieldSite(t, f, &b.problems)
		at.problem(`json:"-" to leave it out, body:"" on one field, query:"…", or wend.Provide and a source tag on the others`,
			"has no json tag in a struct that is the body as a whole")
	}
}

// hasSources reports whether a struct has a field with a source, itself or in a
// group.
func hasSources(t reflect.Type) bool {
	for i := range t.NumField() {
		f := t.Field(i)
		if _, ok := sourceOf(f, site{out: new(Problems)}); ok {
			return true
		}
		if f.Type.Kind() == reflect.Struct && textOf(f.Tag, "json") == "" && !ownsForm(f.Type) && hasSources(f.Type) {
			return true
		}
	}
	return false
}

func hasJSON(t reflect.Type) bool {
	for i := range t.NumField() {
		f := t.Field(i)
		if _, ok := lookup(f.Tag, "json"); ok && f.IsExported() {
			return true
		}
		if f.Anonymous && f.Type.Kind() == reflect.Struct && hasJSON(f.Type) {
			return true
		}
	}
	return false
}

// fields compiles the fields of an input struct or of a group in it.
func (b *planner) fields(t reflect.Type, base uintptr, prefix string) {
	all := allRequired(t, &b.problems)
	b.plan.params = slices.Grow(b.plan.params, t.NumField())
	around := b.group
	b.group = &paramGroup{typ: t, base: base}
	defer func() {
		b.endGroup()
		b.group = around
	}()
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Name == "_" {
			continue
		}
		at := fieldSite(t, f, &b.problems)
		refuseUnread(f, at)
		tag, ok := sourceOf(f, at)
		switch {
		case !ok && b.misplacedGroup(f, at):
		case !f.IsExported() && !f.Anonymous: // reported where it has a tag
		case ok && tag.source == Body:
			b.body(f, tag, base+f.Offset, at)
		case ok:
			b.param(f, tag, base+f.Offset, all, at)
		case b.isGroup(f):
			b.fields(f.Type, base+f.Offset, prefix+f.Name+".")
		case f.IsExported():
			b.injected(f, base+f.Offset, at)
		}
	}
}

// misplacedGroup refuses a group that nothing would fill: one behind a pointer, or in a
// field that is not exported.
func (b *planner) misplacedGroup(f reflect.StructField, at site) bool {
	t := indirect(f.Type)
	if t.Kind() != reflect.Struct || ownsForm(t) || !hasSources(t) || b.config.injects(f.Type) {
		return false
	}
	switch {
	case f.Type.Kind() == reflect.Pointer && !(b.config.Provider && f.IsExported()):
		at.problem(t.String()+" without the pointer, and a pointer for each field that may be absent", "points to a group of fields, which is a part of its struct")
	case !f.IsExported() && !f.Anonymous:
		at.problem("an exported name, such as "+exported(f.Name), "is a group of fields and is not exported, so nothing can fill it")
	default:
		return false
	}
	return true
}

// isGroup reports whether a field without a source is a struct of fields to reuse: of
// fields that have one, or, when it is embedded, of fields that are injected.
func (b *planner) isGroup(f reflect.StructField) bool {
	t := f.Type
	if t.Kind() != reflect.Struct || ownsForm(t) {
		return false
	}
	if hasSources(t) {
		return b.config.Provider || !b.config.injects(t)
	}
	return f.Anonymous && t.NumField() > 0 && b.injectsAll(t)
}

// injectsAll reports whether every field of a struct is injected, and the struct is not.
// In a provider's input that is not known yet, and the struct itself is meant.
func (b *planner) injectsAll(t reflect.Type) bool {
	if b.config.Provider || b.config.injects(t) {
		return false
	}
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Tag != "" && textOf(f.Tag, "scopes") == "" && textOf(f.Tag, "scheme") == "" || !f.IsExported() || !b.config.injects(f.Type) {
			return false
		}
	}
	return true
}

// hooks notes the Validate methods of the groups in t and of t, innermost first.
// Embedded ones are promoted, unless two of them are in each other's way.
func (b *planner) hooks(t reflect.Type, base uintptr) {
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous || f.Type.Kind() != reflect.Struct {
			continue
		}
		if _, ok := sourceOf(f, site{out: new(Problems)}); ok {
			continue
		}
		if !ownsForm(f.Type) && hasSources(f.Type) {
			b.hooks(f.Type, base+f.Offset)
		}
	}
	for _, h := range embeddedHooks(t) {
		b.plan.hooks = append(b.plan.hooks, hookAt{h.typ, base + h.offset})
	}
	if hasValidate(t) {
		b.plan.hooks = append(b.plan.hooks, hookAt{t, base})
	}
}

// injected compiles a field without a source.
func (b *planner) injected(f reflect.StructField, offset uintptr, at site) {
	scopes := strings.Fields(textOf(f.Tag, "scopes"))
	if b.config.injects(f.Type) {
		b.plan.inject = append(b.plan.inject, Injection{f.Type, f.Name, offset, scopes, textOf(f.Tag, "scheme"), at.String()})
		return
	}
	before := len(b.problems)
	refuseForeign(f, at)
	if form, ok := lookup(f.Tag, "form"); ok && len(b.problems) == before {
		at.problem(fmt.Sprintf(`query:"%s"`, form), "has a form field")
	}
	if len(b.problems) > before {
		return
	}
	name := strings.ToLower(f.Name)
	if json, ok := lookup(f.Tag, "json"); ok {
		if f.Name == "Body" {
			at.problem("`body:\"\"` in place of the json tag", "is a member of a body by its json tag, beside fields with a source")
			return
		}
		name, _, _ = strings.Cut(json, ",")
	}
	advice := ""
	if b.config.Advice != nil {
		advice = b.config.Advice(f.Type)
	}
	at.problem(fmt.Sprintf(`query:"%s" or another source, body:"" if it is the body, or wend.Provide for a value of type %s%s`, name, f.Type, advice),
		"has no source, and nothing provides %s", f.Type)
}

// refuseProvided reports a body, or a part of a form, in the input of a provider: the
// body is read once, for the handler, behind security.
func (b *planner) refuseProvided(at site) {
	at.problem("the field in the handler's input", "reads the body, which a provider does not have")
}
