package contract

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"sort"
	"strings"
	"unicode"

	"github.com/wend-go/wend/internal/schema"
	"github.com/wend-go/wend/wendtest"
)

// request is one that is made of the document.
type request struct {
	method, target string
	header         http.Header
	cookies        [][2]string
	mediaType      string
	body           any      // as wendtest takes it
	shown          string   // the body for a message
	wrong          []string // what the document has against it
}

// options are those of the client's call.
func (r *request) options() []wendtest.Option {
	var opts []wendtest.Option
	for name, values := range r.header {
		for _, v := range values {
			opts = append(opts, wendtest.Header(name, v))
		}
	}
	for _, c := range r.cookies {
		opts = append(opts, wendtest.Cookie(c[0], c[1]))
	}
	if r.mediaType != "" {
		opts = append(opts, wendtest.ContentType(r.mediaType))
	}
	return opts
}

// String shows the request in a message.
func (r *request) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n  > %s %s", r.method, r.target)
	names := make([]string, 0, len(r.header))
	for name := range r.header {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		fmt.Fprintf(&b, "\n  > %s: %s", name, strings.Join(r.header[name], ", "))
	}
	for _, c := range r.cookies {
		fmt.Fprintf(&b, "\n  > Cookie: %s=%s", c[0], c[1])
	}
	if r.mediaType != "" {
		fmt.Fprintf(&b, "\n  > Content-Type: %s", r.mediaType)
	}
	if r.shown != "" {
		fmt.Fprintf(&b, "\n  > %.2000s", r.shown)
	}
	return b.String()
}

// settled makes a request for an operation: when steady, one that the document has
// nothing against, unless that is hard to find.
func (g *generator) settled(op *operation) *request {
	r := g.request(op)
	for range 20 {
		if !g.steady || len(r.wrong) == 0 {
			break
		}
		r = g.request(op)
	}
	return r
}

// request makes one for an operation.
func (g *generator) request(op *operation) *request {
	r := &request{method: op.method, header: http.Header{}}
	values := map[string]string{}
	var query []string
	for i := range op.params {
		p := &op.params[i]
		if p.in != "path" && !(p.required && !g.odd(25)) && (p.required || g.IntN(2) == 0) {
			if p.required {
				r.wrong = append(r.wrong, p.in+" "+p.name+" is missing")
			}
			continue
		}
		switch p.in {
		case "path":
			values[p.name] = g.pathText(p)
			r.judge(p, valueOf(p.schema, values[p.name]))
		case "query":
			query = append(query, g.query(r, p)...)
		case "header":
			g.header(r, p)
		case "cookie":
			text := plainText(g.spell(g.value(p.schema, maxDepth)))
			r.cookies = append(r.cookies, [2]string{p.name, text})
			r.judge(p, valueOf(p.schema, text))
		}
	}
	r.target = fill(op, values)
	if len(query) > 0 {
		r.target += "?" + strings.Join(query, "&")
	}
	g.body(r, op)
	g.accept(r, op)
	return r
}

func (r *request) judge(p *param, v any) {
	if p.schema != nil {
		r.wrong = append(r.wrong, about(p.in+" "+p.name, p.schema.Validate(v))...)
	}
}

// target is a path that the operation's route takes.
func (g *generator) target(op *operation) string {
	values := map[string]string{}
	for i := range op.params {
		if op.params[i].in == "path" {
			values[op.params[i].name] = g.pathText(&op.params[i])
		}
	}
	return fill(op, values)
}

// fill puts values into the path of an operation. The document may call a parameter
// otherwise than the pattern, so names that are not known are filled in turn.
func fill(op *operation, values map[string]string) string {
	var rest []string
	for i := range op.params {
		if p := &op.params[i]; p.in == "path" {
			rest = append(rest, values[p.name])
		}
	}
	segments := strings.Split(op.path, "/")
	for i, segment := range segments {
		name, ok := strings.CutPrefix(segment, "{")
		switch name = strings.TrimSuffix(strings.TrimSuffix(name, "}"), "..."); {
		case !ok:
			continue
		case name == "$":
			segments[i] = ""
			continue
		}
		value, known := values[name]
		if !known && len(rest) > 0 {
			value = rest[0]
		}
		if len(rest) > 0 {
			rest = rest[1:]
		}
		if value == "" {
			value = "x"
		}
		segments[i] = url.PathEscape(value)
	}
	return strings.Join(segments, "/")
}

// pathText spells a value that can be a segment: neither empty nor of dots alone.
func (g *generator) pathText(p *param) string {
	text := strings.Map(printable, g.spell(g.value(p.schema, maxDepth)))
	if strings.Trim(text, ".") == "" || strings.ContainsAny(text, `\`) {
		return "x"
	}
	return text
}

// printable drops what no request carries as text.
func printable(r rune) rune {
	if unicode.IsControl(r) || r == unicode.ReplacementChar {
		return -1
	}
	return r
}

// spell is the text of a scalar; another value has none, and is written as JSON.
func (g *generator) spell(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case json.Number:
		return string(v)
	}
	data, _ := json.Marshal(v) // Invariant: it came from JSON
	return string(data)
}

// query spells a query parameter as its style says.
func (g *generator) query(r *request, p *param) []string {
	name := url.QueryEscape(p.name) + "="
	v := g.value(p.schema, maxDepth-1)
	switch v := v.(type) {
	case map[string]any:
		if p.style == "deepObject" {
			return g.deepObject(r, p, v)
		}
	case []any:
		if !isList(p.schema) {
			break
		}
		var pairs, texts []string
		for _, item := range v {
			text := strings.Map(printable, g.spell(item))
			if text == "" {
				continue
			}
			texts = append(texts, text)
			pairs = append(pairs, url.QueryEscape(text))
		}
		if len(texts) == 0 {
			if p.required {
				r.wrong = append(r.wrong, "query "+p.name+" is missing")
			}
			return nil
		}
		r.judge(p, listValue(p.schema, texts))
		if !p.explode {
			return []string{name + strings.Join(pairs, ",")}
		}
		for i := range pairs {
			pairs[i] = name + pairs[i]
		}
		return pairs
	}
	text := strings.Map(printable, g.spell(v))
	switch {
	case p.style == "deepObject":
		return nil
	case text == "" && emptyIsNone(p.schema):
		text = "x"
	}
	if isList(p.schema) {
		r.judge(p, listValue(p.schema, splitUnless(p.explode, text)))
		return []string{name + strings.ReplaceAll(url.QueryEscape(text), "%2C", ",")}
	}
	r.judge(p, valueOf(p.schema, text))
	return []string{name + url.QueryEscape(text)}
}

func splitUnless(whole bool, text string) []string {
	if whole {
		return []string{text}
	}
	return strings.Split(text, ",")
}

func (g *generator) deepObject(r *request, p *param, v map[string]any) []string {
	object := map[string]any{}
	var pairs []string
	names := make([]string, 0, len(v))
	for name := range v {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		text := strings.Map(printable, g.spell(v[name]))
		if text == "" || name == "" || strings.ContainsAny(name, "[]") {
			continue
		}
		object[name] = valueOf(memberOf(p.schema, name), text)
		pairs = append(pairs, url.QueryEscape(p.name)+"["+url.QueryEscape(name)+"]="+url.QueryEscape(text))
	}
	if len(pairs) > 0 || p.required {
		r.judge(p, object)
	}
	return pairs
}

// memberOf is the schema of an object's member.
func memberOf(s *schema.Schema, name string) *schema.Schema {
	for ; s != nil; s = s.Ref {
		if m := s.Properties[name]; m != nil {
			return m
		}
		if s.Additional != nil {
			return s.Additional
		}
	}
	return nil
}

// header spells a header in the style simple.
func (g *generator) header(r *request, p *param) {
	v := g.value(p.schema, maxDepth-1)
	texts := []string{}
	if list, ok := v.([]any); ok {
		for _, item := range list {
			texts = append(texts, plainText(g.spell(item)))
		}
	} else {
		texts = append(texts, plainText(g.spell(v)))
	}
	text := strings.Join(texts, ",")
	if text == "" {
		text = "x"
	}
	r.header[http.CanonicalHeaderKey(p.name)] = []string{text}
	r.judge(p, headerValue(p.schema, []string{text}))
}

// plainText keeps what a header and a cookie carry as it is.
func plainText(t string) string {
	t = strings.Map(func(r rune) rune {
		if r > ' ' && r < 0x7f && !strings.ContainsRune(`",;\`, r) {
			return r
		}
		return -1
	}, t)
	if t == "" {
		return "x"
	}
	return t
}
