package conformance

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// content finds the media type of a body in a map of them (§4.8.14).
func content(all map[string]any, contentType string) (name string, params map[string]string) {
	mediaType, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		return "", nil
	}
	kind, _, _ := strings.Cut(mediaType, "/")
	base := mediaType
	if strings.HasSuffix(mediaType, "+json") {
		base = "application/json" // whose syntax the suffix names (RFC 6839 §3.1); OpenAPI has no range for it
	}
	for _, name := range []string{mediaType, base, kind + "/*", "*/*"} {
		if all[name] != nil {
			return name, params
		}
	}
	return "", nil
}

// body judges the body of a request (§4.8.13).
func (d *described) body(w *wrongs, place, contentType string, body []byte) {
	rb, place := d.at(place)
	all := rb["content"].(map[string]any)
	if len(body) == 0 {
		if rb["required"] == true {
			w.add(422, "the body is missing")
		}
		return
	}
	name, params := content(all, contentType)
	if name == "" {
		w.add(415, "the body is %q", contentType)
		return
	}
	media := child(place, "content", name)
	switch name {
	case "text/plain":
		if !utf8.Valid(body) {
			w.add(400, "the body is no text")
		} else if err := d.valid(child(media, "schema"), string(body)); err != nil {
			w.add(422, "the body: %v", err)
		}
	case "application/x-www-form-urlencoded":
		d.urlencoded(w, media, body)
	case "multipart/form-data":
		d.multipart(w, media, params["boundary"], body)
	case "application/json":
		v, err := strictJSON(body)
		if err == io.EOF {
			if rb["required"] == true {
				w.add(422, "the body is blank")
			}
			return
		}
		if err != nil {
			w.add(400, "the body: %v", err)
		} else if err := d.valid(child(media, "schema"), v); err != nil {
			w.add(422, "the body: %v", err)
		}
	}
}

// fields are what a form has, by name.
type fields map[string][]formValue

type formValue struct {
	text   string
	isFile bool
}

// urlencoded judges a form of pairs (§4.8.15).
func (d *described) urlencoded(w *wrongs, media string, body []byte) {
	form := fields{}
	for _, pair := range pairsOf(string(body)) {
		name, err := unescapeText(pair[0])
		value, valueErr := unescapeText(pair[1])
		if err != nil || valueErr != nil {
			w.add(400, "the form has %q", pair)
			return
		}
		form[name] = append(form[name], formValue{text: value})
	}
	d.form(w, media, form)
}

// multipart judges a form of parts (RFC 7578).
func (d *described) multipart(w *wrongs, media, boundary string, body []byte) {
	form := fields{}
	if !bytes.Contains(body, []byte("--"+boundary+"--")) {
		w.add(400, "the body has no end") // which the reader of Go overlooks (RFC 2046 §5.1.1)
		return
	}
	r := multipart.NewReader(bytes.NewReader(body), boundary)
	for {
		part, err := r.NextRawPart()
		if errors.Is(err, io.EOF) {
			break
		}
		var data []byte
		if err == nil {
			data, err = io.ReadAll(part)
		}
		if err != nil {
			w.add(400, "the body: %v", err)
			return
		}
		_, params, err := mime.ParseMediaType(part.Header.Get("Content-Disposition"))
		if err != nil {
			w.add(400, "a part has no name")
			return
		}
		fileName, isFile := params["filename"]
		if isFile && fileName == "" && len(data) == 0 {
			continue // a file input of a browser in which nothing was chosen
		}
		if !isFile && !utf8.Valid(data) {
			w.add(400, "the part %s is no text", params["name"])
			return
		}
		form[params["name"]] = append(form[params["name"]], formValue{string(data), isFile})
	}
	d.form(w, media, form)
}

// form judges the object that a form spells.
func (d *described) form(w *wrongs, media string, form fields) {
	said, _ := d.at(media)
	encodings, _ := said["encoding"].(map[string]any)
	s, place := d.at(child(media, "schema"))
	props, _ := s["properties"].(map[string]any)
	object := map[string]any{}
	for name := range props {
		at := child(place, "properties", name)
		encoding, _ := encodings[name].(map[string]any)
		isJSON := encoding["contentType"] == "application/json"
		values := form[name]
		said, _ := d.at(at)
		if d.isList(at) {
			said, _ = d.at(d.items(at))
		}
		if !isJSON && said["contentMediaType"] == nil { // an empty text is no file either
			values = d.filled(media, name, values)
		}
		if len(values) == 0 {
			continue
		}
		if v, ok := d.formField(w, at, name, isJSON, values); ok {
			object[name] = v
		} else {
			object[name] = nil // it is there, and refused already
		}
	}
	if w.status == 0 {
		if err := d.valid(child(media, "schema"), object); err != nil {
			w.add(422, "the form: %v", err)
		}
	}
}

// filled leaves out the empty inputs of a browser, where they are no text.
func (d *described) filled(media, name string, values []formValue) []formValue {
	if !d.omits[strings.Join(strings.Split(media, "/")[:4], "/")+" form "+name] {
		return values
	}
	return slices.DeleteFunc(slices.Clone(values), func(v formValue) bool { return v.text == "" && !v.isFile })
}

func (d *described) formField(w *wrongs, at, name string, isJSON bool, values []formValue) (any, bool) {
	list := d.isList(at) && !isJSON
	if !list && len(values) > 1 {
		w.add(422, "the form has %s %d times", name, len(values))
		return nil, false
	}
	item := at
	if list {
		item = d.items(at)
	}
	s, _ := d.at(item)
	wantsFile := s["contentMediaType"] != nil && !isJSON
	items := []any{}
	for _, v := range values {
		text := v.text
		if v.isFile != wantsFile {
			w.add(422, "the part %s is a file: %v", name, v.isFile)
			return nil, false
		}
		var value any = text
		ok := true
		switch {
		case wantsFile:
		case isJSON:
			var err error
			if value, err = strictJSON([]byte(text)); err != nil {
				status := 400
				if errors.Is(err, io.EOF) {
					status = 422
				}
				w.add(status, "the part %s: %v", name, err)
				return nil, false
			}
		case text == "on" && slices.Contains(d.types(item), "boolean"):
			value = true // what a browser sends for a checkbox without a value
		default:
			value, ok = d.spelled(item, text)
		}
		if !ok {
			w.add(422, "%s: %q spells no such value", name, text)
			return nil, false
		}
		items = append(items, value)
	}
	if list {
		return items, true
	}
	return items[0], true
}

// strictJSON reads one JSON text (RFC 8259), whose objects have no name twice (RFC 7493).
// It fails with io.EOF for a blank one.
func strictJSON(data []byte) (any, error) {
	if strings.Trim(string(data), " \t\r\n") == "" {
		return nil, io.EOF
	}
	if !utf8.Valid(data) {
		return nil, errors.New("is not UTF-8")
	}
	if err := oneName(json.NewDecoder(bytes.NewReader(data))); err != nil {
		return nil, fmt.Errorf("is no JSON: %v", err)
	}
	return jsonschema.UnmarshalJSON(bytes.NewReader(data))
}

// oneName refuses an object with a name twice in the next value.
func oneName(d *json.Decoder) error {
	d.UseNumber()
	open := []map[string]bool{} // nil for an array
	isName := []bool{}
	for {
		t, err := d.Token()
		if err != nil {
			if errors.Is(err, io.EOF) && len(open) == 0 {
				return nil
			}
			return err
		}
		last := len(open) - 1
		name, isText := t.(string)
		switch {
		case t == json.Delim('{'):
			open, isName = append(open, map[string]bool{}), append(isName, true)
			continue
		case t == json.Delim('['):
			open, isName = append(open, nil), append(isName, false)
			continue
		case t == json.Delim('}'), t == json.Delim(']'):
			open, isName = open[:last], isName[:last]
			last--
		case last >= 0 && open[last] != nil && isName[last] && isText:
			if open[last][name] {
				return fmt.Errorf("%q is there twice", name)
			}
			open[last][name] = true
			isName[last] = false
			continue
		}
		if last >= 0 && open[last] != nil {
			isName[last] = true
		}
	}
}
