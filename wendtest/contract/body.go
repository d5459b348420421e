package contract

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/wend-go/wend/internal/schema"
	"github.com/wend-go/wend/wendtest"
)

// body makes the body of a request in the plainest of its media types.
func (g *generator) body(r *request, op *operation) {
	if len(op.body) == 0 {
		return
	}
	if g.odd(25) || !op.required && g.odd(6) {
		if op.required {
			r.wrong = append(r.wrong, "the body is missing")
		}
		return
	}
	name := slices.MinFunc(slices.Sorted(maps.Keys(op.body)), func(a, b string) int { return plainness(a) - plainness(b) })
	m := op.body[name]
	switch {
	case strings.HasPrefix(name, "multipart/") || strings.HasSuffix(name, "/x-www-form-urlencoded"):
		g.form(r, m, strings.HasPrefix(name, "multipart/"))
	case isJSON(name):
		before := len(r.wrong)
		if g.json(r, m, name); r.mediaType == name {
			g.transcode(r, op, before)
		}
	case m.schema != nil:
		text, _ := g.value(m.schema, 0).(string)
		if text == "" {
			text = "text"
		}
		r.body, r.mediaType, r.shown = []byte(text), name, text
		r.wrong = append(r.wrong, about("the body", m.schema.Validate(text))...)
	default:
		if strings.HasSuffix(name, "/*") {
			name = "application/octet-stream"
		}
		r.body, r.mediaType, r.shown = []byte("some bytes\x00\xff"), name, "some bytes"
	}
}

// plainness orders media types: JSON first.
func plainness(name string) int {
	switch {
	case name == "application/json":
		return 0
	case isJSON(name):
		return 1
	case strings.HasSuffix(name, "/x-www-form-urlencoded"):
		return 2
	}
	return 3
}

// json makes a body in JSON; now and then one that is none, or is called otherwise.
func (g *generator) json(r *request, m *media, name string) {
	v := g.value(m.schema, 0)
	data, _ := json.Marshal(v) // Invariant: it came from JSON
	if m.schema != nil {
		again, _ := schema.Decode(data) // as the other side sees it
		r.wrong = append(r.wrong, about("the body", m.schema.Validate(again))...)
	}
	switch {
	case g.odd(30):
		data = append(data, pick(g, []string{"}", "x", `""`, "\xff"})...)
		r.wrong = append(r.wrong, "the body is no JSON")
	case g.odd(30):
		name = "application/x-unknown"
		r.wrong = append(r.wrong, "the body has another media type")
	}
	r.body, r.mediaType, r.shown = data, name, string(data)
}

// transcode writes a body of JSON in the media type of a codec, one time in three. It is
// judged by what the codec makes of that, as the application will read it; what is wrong
// before the body stays.
func (g *generator) transcode(r *request, op *operation, before int) {
	names := op.body.transcoded()
	if len(names) == 0 || g.IntN(3) > 0 {
		return
	}
	name := pick(g, names)
	m := op.body[name]
	data, err := m.codec.FromJSON(nil, r.body.([]byte))
	if err != nil {
		return // what is no JSON has no other form
	}
	r.body, r.mediaType, r.shown, r.wrong = data, name, string(data), r.wrong[:before]
	switch text, err := m.codec.ToJSON(nil, data); {
	case err != nil:
		r.wrong = append(r.wrong, "the body is not what the codec of its media type reads")
	case m.schema != nil:
		r.wrong = append(r.wrong, m.judge(text)...)
	}
}

// accept asks for the form of a codec, one time in three.
func (g *generator) accept(r *request, op *operation) {
	var names []string
	for _, status := range slices.Sorted(maps.Keys(op.responses)) {
		names = append(names, op.responses[status].content.transcoded()...)
	}
	if len(names) > 0 && g.IntN(3) == 0 {
		r.header["Accept"] = []string{pick(g, names)}
	}
}

// transcoded lists the media types that a codec carries.
func (c content) transcoded() (names []string) {
	for _, name := range slices.Sorted(maps.Keys(c)) {
		if c[name].codec != nil {
			names = append(names, name)
		}
	}
	return names
}

// form makes a form.
func (g *generator) form(r *request, m *media, multipart bool) {
	s := g.resolve(m.schema)
	if s == nil {
		return
	}
	object := map[string]any{}
	form := wendtest.Form{}
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		member := s.Properties[name]
		if needed := slices.Contains(s.Required, name); needed && g.odd(25) || !needed && g.IntN(3) == 0 {
			continue
		}
		if file := fileOf(member); file != nil && multipart {
			form[name] = wendtest.File("file.bin", fileBytes(m.parts[name].ContentType))
			object[name] = "file"
			if isList(member) {
				object[name] = []any{"file"}
			}
			continue
		}
		g.field(form, object, name, member, m.parts[name].ContentType)
	}
	if multipart && len(form) == 0 {
		return // an empty form has no part by which to be known
	}
	r.body, r.shown = form, g.spell(object)
	r.wrong = append(r.wrong, about("the form", m.schema.Validate(object))...)
}

// field makes one field of text.
func (g *generator) field(form wendtest.Form, object map[string]any, name string, s *schema.Schema, contentType string) {
	v := g.value(s, maxDepth-1)
	list, ok := v.([]any)
	switch {
	case contentType == "application/json":
		form[name], object[name] = g.spell(v), v
		if _, isText := v.(string); isText {
			data, _ := json.Marshal(v) // a string is always JSON
			form[name] = string(data)
		}
	case ok && isList(s):
		var texts []string
		for _, item := range list {
			if text := strings.Map(printable, g.spell(item)); text != "" {
				texts = append(texts, text)
			}
		}
		if texts != nil {
			form[name], object[name] = texts, listValue(s, texts)
		}
	default:
		text := strings.Map(printable, g.spell(v))
		if text == "" && emptyIsNone(s) {
			text = "x"
		}
		form[name], object[name] = text, valueOf(s, text)
	}
}

// fileOf is the schema of a file, or of those of a list.
func fileOf(s *schema.Schema) *schema.Schema {
	if items := itemsOf(s); items != nil {
		s = items
	}
	if s != nil && s.ContentMediaType == "application/octet-stream" {
		return s
	}
	return nil
}

// fileBytes are the first bytes of a file of a media type.
func fileBytes(mediaType string) string {
	first, _, _ := strings.Cut(mediaType, ",")
	return map[string]string{
		"image/png": "\x89PNG\r\n\x1a\n0000IHDR", "image/jpeg": "\xff\xd8\xff\xe0\x00\x10JFIF", "image/gif": "GIF89a", "application/pdf": "%PDF-1.7",
	}[strings.TrimSpace(first)] + "content"
}
