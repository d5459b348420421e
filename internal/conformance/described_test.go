package conformance

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// A judge of requests and responses that knows an OpenAPI document and nothing of wend.
// It is written from the text of OpenAPI 3.1.1 (Parameter, Media Type, Encoding,
// Response and Header Objects); the schemas are judged by a validator of JSON Schema.

// described is a document as its text says it.
type described struct {
	root     map[string]any
	compiler *jsonschema.Compiler
	schemas  map[string]*jsonschema.Schema
	strict   map[string]bool // operations, by place, that refuse query parameters they do not know: OpenAPI has no word for that
	omits    map[string]bool // parameters whose empty text is no text, by place of the operation, source and name
}

const documentURL = "mem:///openapi.json"

func describe(root map[string]any) *described {
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	c.AssertFormat()
	for _, f := range formats() {
		c.RegisterFormat(f)
	}
	if err := c.AddResource(documentURL, root); err != nil {
		panic(err)
	}
	return &described{root, c, map[string]*jsonschema.Schema{}, map[string]bool{}, map[string]bool{}}
}

func readDocument(data []byte) (map[string]any, error) {
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	return v.(map[string]any), nil
}

var (
	escaper   = strings.NewReplacer("~", "~0", "/", "~1")
	unescaper = strings.NewReplacer("~1", "/", "~0", "~")
)

// child is a place in the document below another: a JSON pointer (RFC 6901).
func child(place string, names ...string) string {
	for _, name := range names {
		place += "/" + escaper.Replace(name)
	}
	return place
}

// at is what stands at a place, with the place that references lead to.
func (d *described) at(place string) (map[string]any, string) {
	for range 10 {
		var node any = d.root
		for _, token := range strings.Split(place, "/")[1:] {
			token = unescaper.Replace(token)
			switch parent := node.(type) {
			case map[string]any:
				node = parent[token]
			case []any:
				i, err := strconv.Atoi(token)
				if err != nil || i >= len(parent) {
					return nil, ""
				}
				node = parent[i]
			}
		}
		object, _ := node.(map[string]any)
		ref, isRef := object["$ref"].(string)
		if !isRef || len(object) > 1 && object["type"] != nil {
			return object, place
		}
		place = strings.TrimPrefix(ref, "#")
	}
	return nil, ""
}

// valid holds a value against the schema at a place.
func (d *described) valid(place string, v any) error {
	s := d.schemas[place]
	if s == nil {
		var err error
		if s, err = d.compiler.Compile(documentURL + "#" + (&url.URL{Path: place}).EscapedPath()); err != nil {
			panic(fmt.Sprintf("%s: %v", place, err))
		}
		d.schemas[place] = s
	}
	return s.Validate(v)
}

// types are those that the schema at a place lets through, in a fixed order.
func (d *described) types(place string) []string {
	s, place := d.at(place)
	var all []string
	switch t := s["type"].(type) {
	case string:
		return []string{t}
	case []any:
		for _, name := range t {
			all = append(all, name.(string))
		}
		return all
	}
	for _, list := range []string{"allOf", "anyOf", "oneOf"} {
		parts, _ := s[list].([]any)
		for i := range parts {
			all = append(all, d.types(child(place, list, strconv.Itoa(i)))...)
		}
	}
	if values, ok := s["enum"].([]any); ok {
		for _, v := range values {
			all = append(all, typeOf(v))
		}
	}
	if v, ok := s["const"]; ok {
		all = append(all, typeOf(v))
	}
	return all
}

func typeOf(v any) string {
	switch v.(type) {
	case string:
		return "string"
	case bool:
		return "boolean"
	case json.Number:
		return "number"
	}
	return "null"
}

// spelled is the value of the stated type that a text spells. OpenAPI leaves open how a
// number is spelled: as in JSON, and an integer in digits alone.
func (d *described) spelled(place, text string) (v any, ok bool) {
	types := d.types(place)
	switch {
	case slices.Contains(types, "integer") && integerText.MatchString(text),
		slices.Contains(types, "number") && numberText.MatchString(text):
		return json.Number(text), true
	case slices.Contains(types, "boolean") && (text == "true" || text == "false"):
		return text == "true", true
	case slices.Contains(types, "string"), len(types) == 0:
		return text, true
	}
	return nil, false
}

func (d *described) isList(place string) bool { return slices.Contains(d.types(place), "array") }

func (d *described) items(place string) string {
	_, place = d.at(place)
	return child(place, "items")
}

// member is the place of what is said about a member of an object, or "".
func (d *described) member(place, name string) string {
	s, place := d.at(place)
	if props, ok := s["properties"].(map[string]any); ok && props[name] != nil {
		return child(place, "properties", name)
	}
	if _, ok := s["additionalProperties"].(map[string]any); ok {
		return child(place, "additionalProperties")
	}
	return ""
}

// found is what is wrong with a request: the first status of 415, 400 and 422.
type wrongs struct {
	status int
	why    string
}

func (w *wrongs) add(status int, format string, args ...any) {
	rank := map[int]int{0: 9, 415: 1, 400: 2, 422: 3}
	if rank[status] < rank[w.status] {
		w.status, w.why = status, fmt.Sprintf(format, args...)
	}
}

// list judges texts as the items of an array.
func (d *described) list(w *wrongs, place, name string, texts []string) {
	values := []any{}
	for _, t := range texts {
		v, ok := d.spelled(d.items(place), t)
		if !ok {
			w.add(422, "%s: %q spells no item", name, t)
			return
		}
		values = append(values, v)
	}
	if err := d.valid(place, values); err != nil {
		w.add(422, "%s: %v", name, err)
	}
}

// scalar judges the texts of what must be there once.
func (d *described) scalar(w *wrongs, place, name string, texts []string) {
	if len(texts) > 1 {
		w.add(422, "%s is there %d times", name, len(texts))
		return
	}
	v, ok := d.spelled(place, texts[0])
	if !ok {
		w.add(422, "%s: %q spells no such value", name, texts[0])
	} else if err := d.valid(place, v); err != nil {
		w.add(422, "%s: %v", name, err)
	}
}

// request judges a request of the operation at a place. Its path is one that the
// template fits.
func (d *described) request(place string, r *http.Request, body []byte) wrongs {
	var w wrongs
	op, _ := d.at(place)
	params, _ := op["parameters"].([]any)
	for i := range params {
		if p, _ := d.at(child(place, "parameters", strconv.Itoa(i))); p["in"] == "query" && !readable(r.URL.RawQuery) {
			w.add(400, "the query cannot be read")
		}
		d.parameter(&w, child(place, "parameters", strconv.Itoa(i)), place, r)
	}
	if d.strict[place] {
		d.strays(&w, params, r.URL.RawQuery)
	}
	if _, ok := op["requestBody"]; ok {
		d.body(&w, child(place, "requestBody"), r.Header.Get("Content-Type"), body)
	}
	return w
}

// strays refuses a query with names that no parameter has.
func (d *described) strays(w *wrongs, params []any, query string) {
	if !readable(query) {
		w.add(400, "the query cannot be read")
	}
	for _, pair := range pairsOf(query) {
		name, _ := unescapeText(pair[0])
		if !slices.ContainsFunc(params, func(p any) bool {
			said := p.(map[string]any)
			deep, isMember := strings.CutSuffix(name, "]")
			deep, _, _ = strings.Cut(deep, "[")
			isMember = isMember && said["style"] == "deepObject" && strings.Contains(name, "[")
			return said["in"] == "query" && (said["name"] == name && said["style"] != "deepObject" || isMember && said["name"] == deep)
		}) {
			w.add(422, "query %s is not known", name)
		}
	}
}

// readable reports whether a query can be decoded (RFC 3986 §2.1), as that of an
// operation with query parameters has to be, whole.
func readable(query string) bool {
	for _, pair := range pairsOf(query) {
		_, err := unescapeText(pair[0])
		_, valueErr := unescapeText(pair[1])
		if err != nil || valueErr != nil {
			return false
		}
	}
	return true
}

// parameter judges one parameter (§4.8.12).
func (d *described) parameter(w *wrongs, place, op string, r *http.Request) {
	p, place := d.at(place)
	name, in := p["name"].(string), p["in"].(string)
	schema := child(place, "schema")
	style, _ := p["style"].(string)
	if style == "" {
		style = map[string]string{"query": "form", "cookie": "form", "path": "simple", "header": "simple"}[in]
	}
	explode, given := p["explode"].(bool)
	explode = explode || !given && style == "form"
	if style == "deepObject" {
		d.deepObject(w, p, schema, op, r.URL.RawQuery)
		return
	}
	raw := rawTexts(in, name, op, r)
	what := in + " " + name
	list := d.isList(schema)
	if !list && d.omits[op+" "+what] && len(raw) == 1 && strings.Trim(raw[0], " \t") == "" {
		raw = nil
	}
	texts, whole := []string{}, !list || explode
	for _, t := range raw {
		parts := []string{t}
		if !whole {
			parts = strings.Split(t, ",")
			if strings.Trim(t, " \t") == "" {
				parts = nil // a list without items (RFC 6570 §3.2.1)
			}
		}
		for _, part := range parts {
			decoded, err := decodeText(in, part)
			if err != nil {
				w.add(400, "%s: %v", what, err)
				return
			}
			texts = append(texts, decoded)
		}
	}
	switch {
	case len(raw) == 0:
		if p["required"] == true {
			w.add(422, "%s is missing", what)
		}
	case list:
		d.list(w, schema, what, texts)
	default:
		d.scalar(w, schema, what, texts)
	}
}

// rawTexts are the values of a parameter as they stand in the request.
func rawTexts(in, name, op string, r *http.Request) (texts []string) {
	switch in {
	case "path":
		template := strings.Split(unescaper.Replace(strings.Split(op, "/")[2]), "/")
		for i, segment := range strings.Split(r.URL.EscapedPath(), "/") {
			if template[i] == "{"+name+"}" {
				texts = append(texts, segment)
			}
		}
	case "query":
		for _, pair := range pairsOf(r.URL.RawQuery) {
			if key, err := unescapeText(pair[0]); err == nil && key == name {
				texts = append(texts, pair[1])
			}
		}
	case "header":
		texts = r.Header.Values(name)
	case "cookie":
		for _, line := range r.Header.Values("Cookie") {
			for pair := range strings.SplitSeq(line, ";") {
				key, value, ok := strings.Cut(strings.Trim(pair, " \t"), "=")
				if ok && key == name && !slices.Contains(texts, value) { // said twice is said once
					texts = append(texts, value)
				}
			}
		}
	}
	return texts
}

// decodeText is what a text of the request stands for. Headers and cookies are taken as
// they are: how they would be escaped, OpenAPI 3.1 leaves open (appendix D).
func decodeText(in, raw string) (string, error) {
	switch in {
	case "path":
		text, err := url.PathUnescape(raw)
		return text, anyError(err, text)
	case "query", "form":
		return unescapeText(raw)
	case "header":
		return strings.Trim(raw, " \t"), anyError(nil, raw)
	}
	return raw, anyError(nil, raw)
}

func unescapeText(raw string) (string, error) {
	text, err := url.QueryUnescape(raw)
	return text, anyError(err, text)
}

func anyError(err error, text string) error {
	if err == nil && !utf8.ValidString(text) {
		return fmt.Errorf("%q is no text", text)
	}
	return err
}

// pairsOf splits a query or an urlencoded form, without decoding it.
func pairsOf(raw string) (pairs [][2]string) {
	for pair := range strings.SplitSeq(raw, "&") {
		if key, value, _ := strings.Cut(pair, "="); pair != "" {
			pairs = append(pairs, [2]string{key, value})
		}
	}
	return pairs
}

// deepObject judges a parameter whose members are name[member]=value.
func (d *described) deepObject(w *wrongs, p map[string]any, schema, op, query string) {
	name := p["name"].(string)
	object := map[string]any{}
	for _, pair := range pairsOf(query) {
		key, keyErr := unescapeText(pair[0])
		text, err := unescapeText(pair[1])
		member, ok := strings.CutPrefix(key, name+"[")
		if keyErr != nil || err != nil || !ok || !strings.HasSuffix(member, "]") {
			continue
		}
		member = strings.TrimSuffix(member, "]")
		if _, twice := object[member]; twice {
			w.add(422, "query %s has %s twice", name, member)
			return
		}
		object[member] = text
		if text == "" && d.omits[op+" query "+key] {
			object[member] = nil // it may be there twice no more
			continue
		}
		if at := d.member(schema, member); at != "" {
			if object[member], ok = d.spelled(at, text); !ok {
				w.add(422, "query %s: %q spells no %s", name, text, member)
				return
			}
		}
	}
	if len(object) == 0 {
		if p["required"] == true {
			w.add(422, "query %s is missing", name)
		}
		return
	}
	maps.DeleteFunc(object, func(_ string, v any) bool { return v == nil })
	if err := d.valid(schema, object); err != nil {
		w.add(422, "query %s: %v", name, err)
	}
}
