package conformance

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"net/url"
	"slices"
	"strings"
	"unicode"
)

// Requests are made from the document: right ones, with the help of the judge, and then
// ones in which one thing is changed.

// call is a request before it is written down.
type call struct {
	method, path string
	values       []value
	contentType  string
	body         string
	raw          string // appended to the query
}

// value is a parameter or a field of a form as it is sent.
type value struct {
	in, name string
	style    string // deepObject, csv or ""
	texts    []string
	members  [][2]string
	file     bool
	json     bool
}

// form is the boundary of multipart bodies.
const boundary = "wend-boundary"

// request writes a call down.
func (c *call) request() (*http.Request, []byte) {
	path := c.path
	var query, cookies []string
	header := http.Header{}
	for _, v := range c.values {
		switch v.in {
		case "path":
			escaped := make([]string, len(v.texts))
			for i, t := range v.texts {
				escaped[i] = url.PathEscape(t)
			}
			path = strings.Replace(path, "{"+v.name+"}", strings.Join(escaped, ","), 1)
		case "query":
			query = append(query, v.query()...)
		case "header":
			for _, t := range v.texts {
				header.Add(v.name, t)
			}
		case "cookie":
			for _, t := range v.texts {
				cookies = append(cookies, v.name+"="+t)
			}
		}
	}
	if c.raw != "" {
		query = append(query, c.raw)
	}
	if len(query) > 0 {
		path += "?" + strings.Join(query, "&")
	}
	body := c.body
	if body == "" {
		body = c.form()
	}
	r := httptest.NewRequest(c.method, path, strings.NewReader(body))
	r.Header = header
	if len(cookies) > 0 {
		r.Header.Set("Cookie", strings.Join(cookies, "; "))
	}
	if c.contentType != "" {
		r.Header.Set("Content-Type", c.contentType)
	}
	return r, []byte(body)
}

func (v *value) query() (pairs []string) {
	name := url.QueryEscape(v.name)
	for _, m := range v.members {
		pairs = append(pairs, name+url.QueryEscape("["+m[0]+"]")+"="+url.QueryEscape(m[1]))
	}
	escaped := make([]string, len(v.texts))
	for i, t := range v.texts {
		escaped[i] = url.QueryEscape(t)
		if v.style != "csv" {
			pairs = append(pairs, name+"="+escaped[i])
		}
	}
	if v.style == "csv" && len(v.texts) > 0 {
		pairs = append(pairs, name+"="+strings.Join(escaped, ","))
	}
	return pairs
}

// form writes the fields of a form as its media type says.
func (c *call) form() string {
	var pairs []string
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	_ = w.SetBoundary(boundary)
	for _, v := range c.values {
		if v.in != "form" {
			continue
		}
		pairs = append(pairs, v.query()...)
		for _, t := range v.texts {
			h := textproto.MIMEHeader{"Content-Disposition": {fmt.Sprintf(`form-data; name="%s"`, v.name)}}
			if v.file {
				h.Set("Content-Disposition", h.Get("Content-Disposition")+`; filename="a.txt"`)
				h.Set("Content-Type", "application/octet-stream")
			}
			if v.json {
				h.Set("Content-Type", "application/json")
			}
			part, _ := w.CreatePart(h)
			_, _ = part.Write([]byte(t))
		}
	}
	if strings.HasPrefix(strings.ToLower(c.contentType), "multipart/") {
		_ = w.Close()
		return b.String()
	}
	return strings.Join(pairs, "&")
}

// caller makes calls of one operation.
type caller struct {
	*generator
	d     *described
	place string
	op    map[string]any
	defs  map[string]any // of the document, as the generator of values reads them
	path  string
}

func newCaller(g *generator, d *described, o *declared) *caller {
	op, place := d.at(o.place())
	c := &caller{generator: g, d: d, place: place, op: op, path: o.path}
	components, _ := d.root["components"].(map[string]any)
	if schemas, ok := components["schemas"].(map[string]any); ok {
		c.defs = simple(schemas).(map[string]any)
	}
	return c
}

// simple is a part of a document as the generator of values reads it: with plain Go
// values, and references to the definitions beside it.
func simple(v any) any {
	switch v := v.(type) {
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return n
		}
		f, _ := v.Float64()
		return f
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = simple(v[i])
		}
		return out
	case map[string]any:
		out := map[string]any{}
		for name, inner := range v {
			out[name] = simple(inner)
			if inner == true && (name == "items" || name == "additionalProperties") {
				out[name] = map[string]any{}
			}
			if props, ok := out[name].(map[string]any); ok && name == "properties" {
				for member := range props {
					if props[member] == true {
						props[member] = map[string]any{}
					}
				}
			}
			list, isList := out[name].([]any)
			if isList && (name == "required" || name == "type") {
				words := make([]string, len(list))
				for i := range list {
					words[i], _ = list[i].(string)
				}
				out[name] = words
			}
			if ref, ok := out[name].(string); ok && name == "$ref" {
				out[name] = strings.Replace(ref, "#/components/schemas/", "#/$defs/", 1)
			}
		}
		return out
	}
	return v
}

func (c *caller) schema(place string) map[string]any {
	s, _ := c.d.at(place)
	return simple(s).(map[string]any)
}

// right makes a call that the document has nothing against, as far as chance allows.
func (c *caller) right() *call {
	made := &call{method: strings.ToUpper(c.place[strings.LastIndex(c.place, "/")+1:]), path: c.path}
	params, _ := c.op["parameters"].([]any)
	for i := range params {
		place := child(c.place, "parameters", fmt.Sprint(i))
		p, _ := c.d.at(place)
		v, schema := value{in: p["in"].(string), name: p["name"].(string)}, child(place, "schema")
		if p["style"] == "deepObject" {
			v.style = "deepObject"
		} else if p["explode"] == false {
			v.style = "csv"
		}
		c.choose(&v, schema, p["required"] == true)
		if len(v.texts)+len(v.members) > 0 {
			made.values = append(made.values, v)
		}
	}
	if rb, ok := c.op["requestBody"].(map[string]any); ok {
		c.fillBody(made, rb)
	}
	return made
}

// choose gives a value texts, and tries again when the schema refuses them.
func (c *caller) choose(v *value, schema string, required bool) {
	if !required && v.in != "path" && c.IntN(3) == 0 {
		return
	}
	for range 12 {
		v.texts, v.members = nil, nil
		made := c.value(c.schema(schema), c.defs, 3)
		var decoded any
		d := json.NewDecoder(strings.NewReader(made))
		d.UseNumber()
		if d.Decode(&decoded) != nil {
			continue
		}
		list, isList := decoded.([]any)
		object, isObject := decoded.(map[string]any)
		switch {
		case v.json:
			v.texts = []string{made}
		case isList && c.d.isList(schema):
			for _, item := range list {
				v.texts = append(v.texts, v.carried(plain(item)))
			}
			if v.style == "" && v.in == "path" || v.in == "header" && len(v.texts) > 0 {
				v.style = "simple"
			}
		case isObject && v.style == "deepObject":
			for _, name := range slices.Sorted(maps.Keys(object)) {
				if key := v.carried(name); !strings.ContainsAny(key, "[]") && object[name] != nil {
					v.members = append(v.members, [2]string{key, v.carried(plain(object[name]))})
				}
			}
		case decoded != nil:
			v.texts = []string{v.carried(plain(decoded))}
		}
		if c.fits(v, schema) {
			break
		}
	}
	if v.style == "simple" && v.in == "header" {
		v.texts = []string{strings.Join(v.texts, pick(c.generator, []string{",", ", "}))}
	}
	if v.in == "path" && len(v.texts) == 0 {
		v.texts = []string{"x"}
	}
}

// fits asks the judge of schemas about a value.
func (c *caller) fits(v *value, schema string) bool {
	var w wrongs
	switch {
	case v.style == "deepObject":
		c.d.deepObject(&w, map[string]any{"name": v.name, "required": true}, schema, c.place, strings.Join(v.query(), "&"))
	case v.file || v.json || len(v.texts) == 0:
		return v.file || v.json
	case c.d.isList(schema):
		c.d.list(&w, schema, v.name, v.texts)
	default:
		c.d.scalar(&w, schema, v.name, v.texts)
	}
	return w.status == 0
}

// plain is the text of a scalar.
func plain(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	return text(v)
}

// carried keeps what the place of a value can carry.
func (v *value) carried(t string) string {
	if v.in == "form" {
		return t
	}
	t = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == unicode.ReplacementChar {
			return -1
		}
		return r
	}, t)
	switch v.in {
	case "path":
		if strings.Trim(t, ".") == "" || strings.ContainsAny(t, `\/`) {
			return "x"
		}
	case "header":
		t = strings.Trim(strings.ReplaceAll(t, ",", ""), " ")
	case "cookie":
		t = strings.Trim(strings.NewReplacer(";", "", ",", "", `"`, "", "%", "").Replace(t), " ")
	}
	return t
}

// fillBody gives a call the body that the document asks for.
func (c *caller) fillBody(made *call, rb map[string]any) {
	if rb["required"] != true && c.IntN(6) == 0 {
		return
	}
	all := rb["content"].(map[string]any)
	made.contentType = pick(c.generator, slices.Sorted(maps.Keys(all)))
	media := child(c.place, "requestBody", "content", made.contentType)
	schema := child(media, "schema")
	if made.contentType == "application/json" {
		for range 12 {
			made.body = c.value(c.schema(schema), c.defs, 0)
			if v, err := strictJSON([]byte(made.body)); err == nil && c.d.valid(schema, v) == nil {
				break
			}
		}
		return
	}
	switch made.contentType {
	case "text/plain":
		made.body = c.text(c.schema(schema))
		return
	case "image/png":
		made.body = "\x89PNG"
		return
	case "multipart/form-data":
		made.contentType += "; boundary=" + boundary
	}
	m, _ := c.d.at(media)
	encodings, _ := m["encoding"].(map[string]any)
	s, place := c.d.at(schema)
	required, _ := s["required"].([]any)
	props := s["properties"].(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(props)) {
		at := child(place, "properties", name)
		encoding, _ := encodings[name].(map[string]any)
		v := value{in: "form", name: name, json: encoding["contentType"] == "application/json"}
		item, _ := c.d.at(at)
		if c.d.isList(at) {
			item, _ = c.d.at(c.d.items(at))
		}
		v.file = item["contentMediaType"] != nil && !v.json
		c.choose(&v, at, slices.Contains(required, any(name)))
		if v.file && len(v.texts) > 0 {
			v.texts = v.texts[:1]
		}
		if len(v.texts) > 0 {
			made.values = append(made.values, v)
		}
	}
}
