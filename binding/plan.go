package binding

import (
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/textproto"
	"reflect"
	"slices"
	"strings"
	"unsafe"
)

// Plan is a type compiled for one side of an endpoint: where each part of an
// input comes from, or where each part of an output goes. It is immutable and
// safe for concurrent use.
type Plan struct {
	set    *Set
	view   View
	typ    reflect.Type // as the handler has it
	base   reflect.Type // the struct, when typ points to one
	params []param      // path, query, header, cookie; within each in the order of declaration
	body   *bodyPlan
	inject []Injection

	paths   []string // names of path parameters, in the order of params
	queries []int    // indexes into params
	headers []int
	cookies []int

	status  *statusPlan // outputs only
	hook    bool        // the input struct has a Validate method
	lenient bool
	strict  bool // refuse unknown query keys
	hooked  bool
}

// param is one parameter of an input, or header or cookie of an output.
type param struct {
	in       Source
	name     string // on the wire
	key      string // canonical header name
	goName   string
	node     *node
	offset   uintptr
	def      *defaultValue
	required bool
	csv      bool
	deep     bool
	hidden   bool
	text     annotationTexts
	cookie   reflect.Type // of an output cookie that is a struct of the framework
}

// value returns the node that holds the rules: behind pointer and Opt.
func (p *param) value() *node {
	n := p.node
	for n.kind == kindPointer || n.kind == kindOpt {
		n = n.elem
	}
	return n
}

// Injection is a field that the framework fills by type.
type Injection struct {
	Type   reflect.Type
	GoName string
	Offset uintptr
	Scopes []string
	Where  string // as problems name it
}

// bodyKind says what becomes of a body.
type bodyKind uint8

const (
	bodyJSON bodyKind = iota
	bodyBytes
	bodyString
	bodyReader
	bodyForeign // of an output: the framework writes it by itself
)

type bodyPlan struct {
	kind       bodyKind
	node       *node
	offset     uintptr
	typ        reflect.Type
	optional   bool // *T
	required   bool
	whole      bool // the type itself is the body
	mediaTypes []string
	text       annotationTexts
}

type statusPlan struct {
	offset   uintptr
	node     *node
	statuses []int
}

// Config is what a compilation knows beside the type.
type Config struct {
	Method string   // "" when it is not known yet
	Names  []string // wildcards of the pattern; nil when it is not known yet

	AllowUnknownFields bool
	RejectUnknownQuery bool

	// Injects reports whether a type is filled by the framework.
	Injects func(reflect.Type) bool
	// ReadsRequest reports whether a handler that is injected the type can read
	// path parameters by itself.
	ReadsRequest func(reflect.Type) bool
	// Writes reports whether a type of an output writes itself.
	Writes func(reflect.Type) bool
	// CookieType is the struct type an output cookie may have besides string.
	CookieType reflect.Type
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
	seen     map[string]string // source and name → field
}

func (b *planner) finish() Problems {
	p := b.plan
	order := func(s Source) int { return slices.Index(sources, s) }
	slices.SortStableFunc(p.params, func(x, y param) int { return order(x.in) - order(y.in) })
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
		}
		b.problems = append(b.problems, gatherProblems(p.params[i].node)...)
	}
	if p.body != nil {
		b.problems = append(b.problems, gatherProblems(p.body.node)...)
	}
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
	if !b.input || b.config.Names == nil {
		return
	}
	typ := site{b.plan.typ.String(), &b.problems}
	for _, name := range b.config.Names {
		if !slices.Contains(b.plan.paths, name) && !b.readsRequest() {
			typ.problem(fmt.Sprintf("a field with `path:%q`", name), "has no field for {%s} of the pattern", name)
		}
	}
	for i := range b.plan.params {
		p := &b.plan.params[i]
		if p.in == Path && !slices.Contains(b.config.Names, p.name) {
			at := site{b.plan.typ.String() + "." + p.goName + " `path:\"" + p.name + "\"`", &b.problems}
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
	at := site{p.typ.String(), &b.problems}
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
		p.hook = hasValidate(p.base)
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
		_, tagged := f.Tag.Lookup("json")
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
		if f.Type.Kind() == reflect.Struct && f.Tag.Get("json") == "" && !ownsForm(f.Type) && hasSources(f.Type) {
			return true
		}
	}
	return false
}

func hasJSON(t reflect.Type) bool {
	for i := range t.NumField() {
		f := t.Field(i)
		if _, ok := f.Tag.Lookup("json"); ok && f.IsExported() {
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
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Name == "_" {
			continue
		}
		at := fieldSite(t, f, &b.problems)
		tag, ok := sourceOf(f, at)
		group := f.Type.Kind() == reflect.Struct && !ownsForm(f.Type) && hasSources(f.Type)
		switch {
		case ok && !f.IsExported():
			at.problem("an exported name", "has a source and is not exported, so nothing can fill it")
		case ok && tag.source == Body:
			b.body(f, tag, base+f.Offset, at)
		case ok:
			b.param(f, tag, base+f.Offset, all, at)
		case group:
			b.fields(f.Type, base+f.Offset, prefix+f.Name+".")
		case f.IsExported():
			b.injected(f, base+f.Offset, at)
		}
	}
}

// injected compiles a field without a source.
func (b *planner) injected(f reflect.StructField, offset uintptr, at site) {
	scopes := strings.Fields(f.Tag.Get("scopes"))
	if b.config.injects(f.Type) {
		b.plan.inject = append(b.plan.inject, Injection{f.Type, f.Name, offset, scopes, at.where})
		return
	}
	before := len(b.problems)
	refuseForeign(f, at)
	if form, ok := f.Tag.Lookup("form"); ok && len(b.problems) == before {
		at.problem(fmt.Sprintf(`query:"%s"`, form), "has a form field")
	}
	if len(b.problems) > before {
		return
	}
	name := strings.ToLower(f.Name)
	if json, ok := f.Tag.Lookup("json"); ok {
		if f.Name == "Body" {
			at.problem("`body:\"\"` in place of the json tag", "is a member of a body by its json tag, beside fields with a source")
			return
		}
		name, _, _ = strings.Cut(json, ",")
	}
	at.problem(fmt.Sprintf(`query:"%s" or another source, body:"" if it is the body, or wend.Provide for a value of type %s`, name, f.Type),
		"has no source, and nothing provides %s", f.Type)
}

// param compiles one parameter.
func (b *planner) param(f reflect.StructField, tag sourceTag, offset uintptr, all bool, at site) {
	refuseForeign(f, at)
	checkOptions(tag, at)
	rules, err := parseRules(f.Tag.Get("validate"))
	if err != nil {
		at.problem("", "%s", err)
	}
	rules = b.patternTag(f, rules)
	rules, conditions := takeCross(rules)
	if len(conditions) > 0 {
		at.problem("a Validate method on the input struct", "has %s, which compares members of a body", conditions[0].name)
	}
	if _, hasDefault := f.Tag.Lookup("default"); all && !hasDefault && tag.source != Path {
		rules = requireUnlessOptional(rules, f.Type)
	}
	p := param{
		in: tag.source, name: tag.name, goName: f.Name, offset: offset,
		csv: tag.has("csv"), deep: tag.has("deepObject"), hidden: tag.has("hidden"),
	}
	if b.config.CookieType != nil && !b.input && tag.source == Cookie && f.Type == b.config.CookieType {
		p.cookie = f.Type
		p.node = &node{typ: f.Type, size: f.Type.Size(), kind: kindString}
		b.claim(&p, at)
		b.plan.params = append(b.plan.params, p)
		return
	}
	p.node = b.node(f.Type, rules, at)
	if p.node.kind == kindInvalid {
		return
	}
	b.checkParam(&p, at)
	b.annotate(&p.text, p.node, f, at)
	p.text.deprecated = p.text.deprecated || tag.has("deprecated")
	p.def = b.paramDefault(&p, f, at)
	p.required = b.input && (p.in == Path || p.node.required || p.def == nil && !p.node.zeroPasses())
	b.claim(&p, at)
	b.plan.params = append(b.plan.params, p)
}

// paramDefault reads a default as it would stand on the wire.
func (b *planner) paramDefault(p *param, f reflect.StructField, at site) *defaultValue {
	text, ok := f.Tag.Lookup("default")
	if !ok || p.in == Path {
		if ok {
			at.problem("", "has a default, and a path parameter is always there")
		}
		return nil
	}
	if p.csv {
		var items []string
		for item := range strings.SplitSeq(text, ",") {
			items = append(items, fmt.Sprintf("%q", item))
		}
		if k := p.value().elem; k != nil && k.kind != kindString && k.kind != kindText {
			text = "[" + text + "]"
		} else {
			text = "[" + strings.Join(items, ",") + "]"
		}
		f.Tag = reflect.StructTag(fmt.Sprintf("default:%q", text))
	}
	return b.defaultOf(p.node, f, at)
}

// claim refuses a second field with the same source and name.
func (b *planner) claim(p *param, at site) {
	if p.in == Header {
		p.key = textproto.CanonicalMIMEHeaderKey(p.name)
	}
	key := string(p.in) + " " + p.name
	if p.in == Header {
		key = "header " + p.key
	}
	if b.seen == nil {
		b.seen = map[string]string{}
	}
	if other, twice := b.seen[key]; twice {
		at.problem("", "reads %s %q, as %s does", p.in, p.name, other)
		return
	}
	b.seen[key] = p.goName
}

// reservedHeaders belong to the connection or to another part of the framework.
var reservedHeaders = []string{
	"Host", "Connection", "Keep-Alive", "Transfer-Encoding", "Te", "Trailer", "Upgrade", "Proxy-Connection", "Content-Length",
}

// checkParam refuses kinds and rules that a source cannot carry.
func (b *planner) checkParam(p *param, at site) {
	value := p.value()
	key := textproto.CanonicalMIMEHeaderKey(p.name)
	if p.in == Header {
		switch {
		case slices.Contains(reservedHeaders, key):
			at.problem("", "names %s, which belongs to the connection", key)
		case b.input && key == "Authorization":
			at.problem("a provider with wend.Secure", "reads Authorization, which only a security scheme does")
		case b.input && (key == "Accept" || key == "Content-Type"):
			at.problem("", "reads %s, which the framework itself negotiates", key)
		}
	}
	if !b.input {
		return
	}
	if p.node.nullable || p.node.notnull {
		at.problem("", "has nullable or notnull, and a parameter is never null")
	}
	if p.in == Path && p.node.skipZero {
		at.problem("", "has omitempty, and a path parameter is always there")
	}
	if p.csv && value.kind != kindList {
		at.problem("", "has the option csv on %s, which is no list", p.node.typ)
	}
	switch value.kind {
	case kindList:
		if p.in == Cookie {
			at.problem("", "is a list, and a cookie holds one value")
		}
		value = value.elem
		for value.kind == kindPointer {
			value = value.elem
		}
	case kindStruct, kindMap:
		if !p.deep {
			at.problem(fmt.Sprintf(`query:"%s,deepObject"`, p.name), "is %s, which a %s parameter holds only as a deepObject", p.node.typ, p.in)
		}
		b.checkDeep(p, value, at)
		return
	}
	if p.deep {
		at.problem("", "has the option deepObject on %s, which is neither a struct nor a map", p.node.typ)
	}
	switch value.kind {
	case kindBool, kindInt, kindUint, kindFloat, kindString, kindTime, kindDuration, kindText:
	default:
		at.problem("", "is %s, which cannot be read from the text of a %s parameter", p.node.typ, p.in)
	}
}

// checkDeep holds a deepObject to one level of scalars.
func (b *planner) checkDeep(p *param, value *node, at site) {
	var parts []*node
	if value.kind == kindMap {
		parts = append(parts, value.elem)
	} else if value.kind == kindStruct {
		for i := range value.obj.fields {
			parts = append(parts, value.obj.fields[i].node)
		}
	}
	for _, n := range parts {
		for n.kind == kindPointer || n.kind == kindOpt {
			n = n.elem
		}
		switch n.kind {
		case kindStruct, kindMap, kindList, kindArray, kindAny, kindCustom, kindUnion, kindBytes:
			at.problem("", "is a deepObject with a part of type %s: it has one level of single values", n.typ)
		}
	}
}

var readerType = reflect.TypeFor[io.Reader]()

// body compiles the field that is the body.
func (b *planner) body(f reflect.StructField, tag sourceTag, offset uintptr, at site) {
	if b.plan.body != nil {
		at.problem("", "is a second body")
		return
	}
	refuseForeign(f, at)
	if b.input && (b.config.Method == http.MethodGet || b.config.Method == http.MethodHead) {
		at.problem("wend.Query, which may carry a body", "is a body, and %s has none", b.config.Method)
	}
	body := &bodyPlan{offset: offset, typ: f.Type, mediaTypes: tag.options}
	b.plan.body = body
	if !b.input && b.config.Writes != nil && b.config.Writes(f.Type) {
		body.kind = bodyForeign
		return
	}
	switch {
	case f.Type == readerType && b.input:
		body.kind = bodyReader
	case f.Type == bytesType:
		body.kind = bodyBytes
	case f.Type.Kind() == reflect.String && (len(tag.options) > 0 || f.Tag.Get("json") == "") && f.Type.PkgPath() == "":
		body.kind = bodyString
	default:
		b.jsonBody(body, f, at)
		return
	}
	rules, err := parseRules(f.Tag.Get("validate"))
	if err != nil {
		at.problem("", "%s", err)
	}
	rules = b.patternTag(f, rules)
	if body.kind != bodyReader {
		body.node = b.node(f.Type, rules, at)
		body.required = body.node.required || !body.node.zeroPasses()
	}
	if len(body.mediaTypes) == 0 {
		body.mediaTypes = map[bodyKind][]string{
			bodyBytes: {"application/octet-stream"}, bodyReader: {"application/octet-stream"}, bodyString: {"text/plain"},
		}[body.kind]
	}
}

func (b *planner) jsonBody(body *bodyPlan, f reflect.StructField, at site) {
	rules, err := parseRules(f.Tag.Get("validate"))
	if err != nil {
		at.problem("", "%s", err)
	}
	body.node = b.node(f.Type, rules, at)
	body.optional = f.Type.Kind() == reflect.Pointer && !body.node.required
	body.required = !body.optional
	b.annotate(&body.text, body.node, f, at)
	if len(body.mediaTypes) == 0 {
		body.mediaTypes = []string{"application/json"}
	}
}

// outputType decides whether the output is an envelope or the body itself.
func (b *planner) outputType() {
	p := b.plan
	at := site{p.typ.String(), &b.problems}
	writes := b.config.Writes != nil && b.config.Writes(p.typ)
	switch {
	case writes:
		p.body = &bodyPlan{kind: bodyForeign, typ: p.typ, whole: true}
	case p.typ.Kind() == reflect.Struct && p.typ.NumField() == 0:
	case p.typ.Kind() == reflect.Struct && !ownsForm(p.typ) && isEnvelope(p.typ):
		b.envelope(p.typ, 0)
	default:
		n := b.node(p.typ, nil, at)
		p.body = &bodyPlan{kind: bodyJSON, node: n, typ: p.typ, whole: true, required: true, mediaTypes: []string{"application/json"}}
	}
}

func isEnvelope(t reflect.Type) bool {
	for i := range t.NumField() {
		f := t.Field(i)
		_, status := f.Tag.Lookup("status")
		tag, ok := sourceOf(f, site{out: new(Problems)})
		if status || ok && (tag.source == Header || tag.source == Cookie || tag.source == Body) {
			return true
		}
		if f.Type.Kind() == reflect.Struct && f.Tag.Get("json") == "" && !ownsForm(f.Type) && isEnvelope(f.Type) {
			return true
		}
	}
	return false
}

// envelope compiles the fields of an envelope or of a group in it.
func (b *planner) envelope(t reflect.Type, base uintptr) {
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Name == "_" {
			continue
		}
		at := fieldSite(t, f, &b.problems)
		if statuses, ok := f.Tag.Lookup("status"); ok {
			b.statusField(f, statuses, base+f.Offset, at)
			continue
		}
		tag, ok := sourceOf(f, at)
		switch {
		case ok && tag.source == Body:
			b.body(f, tag, base+f.Offset, at)
		case ok && (tag.source == Header || tag.source == Cookie):
			b.param(f, tag, base+f.Offset, false, at)
		case f.Type.Kind() == reflect.Struct && isEnvelope(f.Type):
			b.envelope(f.Type, base+f.Offset)
		case f.IsExported():
			at.problem(`header:"…", cookie:"…", status:"…" or body:""`, "has no place in a response beside the fields that have one")
		}
	}
}

// statusField compiles the field that chooses among declared statuses.
func (b *planner) statusField(f reflect.StructField, tag string, offset uintptr, at site) {
	if f.Type.Kind() != reflect.Int {
		at.problem("int", "is a status of type %s", f.Type)
		return
	}
	if b.plan.status != nil {
		at.problem("", "is a second status")
		return
	}
	s := &statusPlan{offset: offset}
	for word := range strings.SplitSeq(tag, ",") {
		var code int
		if _, err := fmt.Sscanf(strings.TrimSpace(word), "%d", &code); err != nil || code < 200 || code > 599 {
			at.problem(`status:"200,201"`, "declares the status %q", word)
			return
		}
		s.statuses = append(s.statuses, code)
	}
	b.plan.status = s
}

// hooked reports whether any value of the type has a method of the user's on a
// pointer that binding or encoding calls, so that its memory may not be reused.
func (b *planner) hooked() bool {
	if b.plan.hook && !b.plan.base.Implements(validateType) && !b.plan.base.Implements(validateCtxType) {
		return true
	}
	if b.plan.body != nil && hasPointerHook(b.plan.body.node, map[*node]bool{}) {
		return true
	}
	return slices.ContainsFunc(b.plan.params, func(p param) bool { return hasPointerHook(p.node, map[*node]bool{}) })
}

func hasPointerHook(n *node, met map[*node]bool) bool {
	if n == nil || met[n] {
		return false
	}
	met[n] = true
	if n.kind == kindText || n.kind == kindCustom || n.obj != nil && n.obj.hooked {
		return n.typ != numberType && n.typ.PkgPath() != "net/netip" // these keep nothing
	}
	if hasPointerHook(n.elem, met) || hasPointerHook(n.key, met) {
		return true
	}
	return n.obj != nil && slices.ContainsFunc(n.obj.fields, func(f field) bool { return hasPointerHook(f.node, met) })
}

// Type returns the type as the handler has it.
func (p *Plan) Type() reflect.Type { return p.typ }

// Injections lists the fields that the framework fills.
func (p *Plan) Injections() []Injection { return slices.Clone(p.inject) }

// PathNames lists the path parameters in the order in which Bind wants their values.
func (p *Plan) PathNames() []string { return slices.Clone(p.paths) }

// Pooled reports whether memory of the type may be used for the next request:
// not when a user's own method was handed a pointer into it.
func (p *Plan) Pooled() bool { return !p.hooked }

// Statuses lists the statuses that an envelope declares; nil when it has no field
// for one.
func (p *Plan) Statuses() []int {
	if p.status == nil {
		return nil
	}
	return slices.Clone(p.status.statuses)
}

// BodyType returns the type of the body, or nil.
func (p *Plan) BodyType() reflect.Type {
	if p.body == nil {
		return nil
	}
	return p.body.typ
}

// Foreign reports whether the body of an output is written by the framework.
func (p *Plan) Foreign() bool { return p.body != nil && p.body.kind == bodyForeign }

// BodyAt returns the address of the body within a value of the type.
func (p *Plan) BodyAt(v unsafe.Pointer) unsafe.Pointer { return unsafe.Add(v, p.body.offset) }

// Opaque lists the types whose own code decides what is accepted, by the path of
// the field; the document states only their wire form.
func (p *Plan) Opaque() []string {
	var found []string
	walkOpaque := func(where string, n *node) {
		opaqueNodes(where, n, map[*node]bool{}, &found)
	}
	for i := range p.params {
		walkOpaque(string(p.params[i].in)+"/"+p.params[i].name, p.params[i].node)
		if p.params[i].hidden {
			found = append(found, string(p.params[i].in)+"/"+p.params[i].name+" (hidden)")
		}
	}
	if p.body != nil {
		walkOpaque("body", p.body.node)
	}
	slices.Sort(found)
	return slices.Compact(found)
}

func opaqueNodes(where string, n *node, met map[*node]bool, found *[]string) {
	if n == nil || met[n] {
		return
	}
	met[n] = true
	if n.opaque || n.obj != nil && n.obj.hook {
		*found = append(*found, where+" "+n.typ.String())
	}
	opaqueNodes(where+"/*", n.elem, met, found)
	if n.obj == nil {
		return
	}
	for i := range n.obj.fields {
		opaqueNodes(where+"/"+n.obj.fields[i].name, n.obj.fields[i].node, met, found)
	}
}

// Field is one part of an input or output, for whoever documents it.
type Field struct {
	In         Source
	Name       string // on the wire; "" for a body
	GoName     string
	Type       reflect.Type
	Required   bool
	Hidden     bool
	Deprecated bool
	Style      string // of a parameter: form, simple, deepObject
	Explode    bool
	Doc        string
	Example    any // nil when there is none
	MediaTypes []string
	Foreign    bool // of an output body: the framework writes it
	Schema     Schema
}

// Fields yields the documented parts: path, query, header and cookie parameters,
// then form fields or the body.
func (p *Plan) Fields() iter.Seq[Field] {
	return func(yield func(Field) bool) {
		for i := range p.params {
			if !yield(p.params[i].field()) {
				return
			}
		}
		if p.body != nil {
			yield(p.bodyField())
		}
	}
}

func (q *param) field() Field {
	f := Field{
		In: q.in, Name: q.name, GoName: q.goName, Type: q.node.typ, Required: q.required, Hidden: q.hidden,
		Deprecated: q.text.deprecated, Doc: q.text.doc, Example: q.text.example, Schema: q.schema(),
	}
	switch {
	case q.deep:
		f.Style, f.Explode = "deepObject", true
	case q.in == Path || q.in == Header:
		f.Style = "simple"
	case q.value().kind == kindList:
		f.Style, f.Explode = "form", !q.csv
	}
	return f
}

// schema is what a parameter's text stands for: no null, no required.
func (q *param) schema() Schema {
	n := q.value()
	s := n.stated(Input)
	switch {
	case n.kind == kindDuration:
		s = Schema{State("type", "string"), State("description", "a duration such as 1m30s")}
	case n.kind == kindTime && q.in == Header:
		s = Schema{State("type", "string"), State("description", "an HTTP date (RFC 9110 §5.6.7)")}
	case q.in == Path && (n.kind == kindString):
		if _, has := s.Get("minLength"); !has {
			s = append(s, State("minLength", int64(1)))
		}
	}
	if q.text.title != "" {
		s = append(s, State("title", q.text.title))
	}
	if q.def != nil {
		s = append(s, State("default", q.def.value))
	}
	return s
}

func (p *Plan) bodyField() Field {
	b := p.body
	f := Field{In: Body, Type: b.typ, Required: b.required, MediaTypes: b.mediaTypes, Foreign: b.kind == bodyForeign, Doc: b.text.doc, Example: b.text.example}
	if b.node == nil {
		return f
	}
	f.Schema = b.node.view(p.view)
	if b.kind == bodyBytes {
		f.Schema = nil
	}
	return f
}
