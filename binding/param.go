package binding

import (
	"fmt"
	"net/textproto"
	"reflect"
	"slices"
	"strings"
)

// param is one parameter of an input, or header or cookie of an output.
type param struct {
	id       int // in the order of declaration until all are known, then the index
	in       Source
	name     string // on the wire
	key      string // canonical header name
	goName   string
	node     *node
	inner    *node // behind pointer and Opt, once the plan is complete
	offset   uintptr
	def      *defaultValue
	required bool
	csv      bool
	deep     bool
	hidden   bool
	rest     bool // {name...}: may be empty
	jsonPart bool // of a form: a JSON text
	file     fileRules
	text     annotationTexts
	cookie   reflect.Type // of an output cookie that is a struct of the framework
}

// value returns the node that holds the rules: behind pointer and Opt.
func (p *param) value() *node {
	if p.inner != nil {
		return p.inner
	}
	n := p.node
	for n.kind == kindPointer || n.kind == kindOpt {
		n = n.elem
	}
	return n
}

// param compiles one parameter.
func (b *planner) param(f reflect.StructField, tag sourceTag, offset uintptr, all bool, at site) {
	refuseForeign(f, at)
	refuseMisplaced(f, at)
	if _, ok := lookup(f.Tag, "status"); ok && b.input {
		at.problem("a field of the output", "has the tag status, which is for outputs")
	}
	checkOptions(tag, at)
	if (tag.source == Header || tag.source == Cookie) && tag.name != "" && !isToken(tag.name) {
		at.problem("letters, digits and -", "has the name %q, which no %s can have", tag.name, tag.source)
	}
	rules := b.set.parse(textOf(f.Tag, "validate"), at)
	rules = b.patternTag(f, rules)
	rules, conditions := takeCross(rules)
	if _, hasDefault := lookup(f.Tag, "default"); all && !hasDefault && tag.source != Path {
		rules = requireUnlessOptional(rules, f.Type)
	}
	p := param{
		in: tag.source, name: tag.name, goName: f.Name, offset: offset,
		csv: tag.has("csv"), deep: tag.has("deepObject"), hidden: tag.has("hidden"),
	}
	if b.config.CookieType != nil && !b.input && tag.source == Cookie && indirect(f.Type) == b.config.CookieType {
		p.cookie = f.Type
		p.node = &node{typ: f.Type, size: f.Type.Size(), kind: kindString}
		b.claim(&p, at)
		b.plan.params = append(b.plan.params, p)
		return
	}
	if p.in == Form && b.config.Provider {
		b.refuseProvided(at)
		return
	}
	if p.in == Form {
		if !b.formField(f, tag, &p, rules, at) {
			return
		}
	} else if p.node = b.node(f.Type, rules, at); p.node.kind == kindInvalid {
		return
	}
	if !p.jsonPart && p.file.kind == fileNone {
		b.checkParam(&p, at)
	}
	f.Tag = p.wireTags(f.Tag)
	b.annotate(&p.text, p.node, f, at)
	p.text.deprecated = p.text.deprecated || tag.has("deprecated")
	p.def = b.paramDefault(&p, f, at)
	p.required = b.input && (p.in == Path || p.node.required || p.def == nil && !p.node.zeroPasses())
	p.rest = p.in == Path && p.name == b.config.Rest
	b.claim(&p, at)
	p.id = len(b.plan.params)
	b.join(&p, conditions, at)
	b.plan.params = append(b.plan.params, p)
}

// paramDefault reads a default as it would stand on the wire.
func (b *planner) paramDefault(p *param, f reflect.StructField, at site) *defaultValue {
	text, ok := lookup(f.Tag, "default")
	if !ok || p.in == Path {
		if ok {
			at.problem("no default", "has a default, and a path parameter is always there")
		}
		return nil
	}
	if v := p.value(); v.kind != kindList && !v.parse(reflect.New(v.typ).UnsafePointer(), text, p.in) {
		at.problem("", "has the default %q, which is not %s", text, v.article())
		return nil
	}
	def := b.defaultOf(p.node, f, at)
	if def != nil && p.value().kind == kindDuration {
		def.value = text // as on the wire
	}
	return def
}

// wireTags rewrites the default and the example of a csv parameter, which stand in
// the tag as on the wire, to the JSON that a list has everywhere else.
func (p *param) wireTags(tag reflect.StructTag) reflect.StructTag {
	if !p.csv {
		return tag
	}
	for _, key := range []string{"default", "example"} {
		if text, ok := tag.Lookup(key); ok {
			tag = reflect.StructTag(fmt.Sprintf("%s:%q ", key, p.listJSON(text))) + tag // the first one counts
		}
	}
	return tag
}

func (p *param) listJSON(text string) string {
	switch elem := p.value().elem; {
	case elem == nil:
		return text
	case elem.kind != kindString && elem.kind != kindText:
		return "[" + text + "]"
	}
	var items []string
	for item := range strings.SplitSeq(text, ",") {
		items = append(items, fmt.Sprintf("%q", item))
	}
	return "[" + strings.Join(items, ",") + "]"
}

// claim refuses a second field with the same source and name.
func (b *planner) claim(p *param, at site) {
	if p.in == Header {
		p.key = textproto.CanonicalMIMEHeaderKey(p.name)
	}
	for i := range b.plan.params {
		q := &b.plan.params[i]
		if q.in == p.in && (q.name == p.name || p.in == Header && q.key == p.key) {
			at.problem("one field, or another name", "has the name %q in %s, as %s has", p.name, p.in, q.goName)
			return
		}
	}
}

// reservedHeaders belong to the connection or to another part of the framework.
var reservedHeaders = []string{
	"Host", "Connection", "Keep-Alive", "Transfer-Encoding", "Te", "Trailer", "Upgrade", "Proxy-Connection", "Content-Length",
}

// isToken reports whether s is a token of RFC 9110 §5.6.2, as the names of headers and
// cookies are.
func isToken(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', strings.IndexByte("!#$%&'*+-.^_`|~", c) >= 0:
		default:
			return false
		}
	}
	return s != ""
}

// checkParam refuses kinds and rules that a source cannot carry.
func (b *planner) checkParam(p *param, at site) {
	value := p.value()
	key := textproto.CanonicalMIMEHeaderKey(p.name)
	if p.in == Header {
		switch {
		case slices.Contains(reservedHeaders, key):
			at.problem("another name", "names %s, which belongs to the connection", key)
		case !b.input && key == "Set-Cookie":
			at.problem("`cookie:\"name\"` on a string or a wend.Cookie", "writes Set-Cookie, where a cookie has the attributes that it is given and none that keep it safe")
		case b.input && key == "Authorization":
			at.problem("a provider with wend.Secure", "reads Authorization, which only a security scheme does")
		case b.input && (key == "Accept" || key == "Content-Type"):
			at.problem("wend.Context, whose Request has it", "reads %s, which the framework itself negotiates", key)
		}
	}
	if !b.input {
		checkSent(p, value, at)
		return
	}
	if p.node.nullable || p.node.notnull {
		at.problem("neither", "has nullable or notnull, and a parameter is never null")
	}
	if p.in == Path && p.node.skipZero {
		at.problem("no omitempty", "has omitempty, and a path parameter is always there")
	}
	if p.csv && value.kind != kindList {
		at.problem(fmt.Sprintf(`query:"%s"`, p.name), "has the option csv on %s, which is no list", p.node.typ)
	}
	if p.in == Path && p.name == b.config.Rest && value.kind != kindString && value.kind != kindText {
		at.problem("string", "is %s, and {%s...} is text of any length", p.node.typ, p.name)
	}
	switch value.kind {
	case kindList:
		if p.in == Cookie {
			at.problem("one cookie for each value", "is a list, and a cookie holds one value")
		}
		value = value.elem
		for value.kind == kindPointer {
			value = value.elem
		}
	case kindStruct, kindMap:
		if !p.deep {
			b.refuseCompound(p, at)
			return
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

// checkSent refuses kinds that the text of a header or cookie of a response cannot hold.
func checkSent(p *param, value *node, at site) {
	if value.kind == kindList && p.in == Header {
		value = value.elem
	}
	switch value.kind {
	case kindBool, kindInt, kindUint, kindFloat, kindString, kindTime, kindDuration, kindText:
	default:
		at.problem("a value with a MarshalText of its own, or a member of the body", "is %s, which cannot be written as the text of a %s", p.node.typ, p.in)
	}
}

// refuseCompound reports a struct or map that is not said to be a deepObject.
func (b *planner) refuseCompound(p *param, at site) {
	switch p.in {
	case Form:
		at.problem(fmt.Sprintf(`form:"%s,json"`, p.name), "is %s, which a form field holds only as JSON", p.node.typ)
	case Query:
		at.problem(fmt.Sprintf(`query:"%s,deepObject"`, p.name), "is %s, which a query parameter holds only as a deepObject", p.node.typ)
	default:
		at.problem(fmt.Sprintf(`query:"%s,deepObject"`, p.name), "is %s, which only a query holds, as a deepObject", p.node.typ)
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
		case kindStruct, kindMap, kindList, kindArray, kindAny, kindCustom, kindUnion, kindBytes, kindDuration:
			at.problem("single values, or a body", "is a deepObject with a part of type %s, and it has one level of single values", n.typ)
		}
	}
}
