package wendtest

import (
	"bytes"
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"time"
)

// Form is the body of an HTML form. Its values are those that [Query] takes, and files;
// with a file among them it is sent as multipart/form-data. Names are sent in
// alphabetical order.
type Form map[string]any

// Part is a file of a [Form]; [File] makes one. A slice of them repeats the name.
type Part struct {
	Name      string
	MediaType string // "" is application/octet-stream
	Data      []byte
}

// File returns a file for a [Form].
func File[D ~string | ~[]byte](name string, data D) Part { return Part{Name: name, Data: []byte(data)} }

// payload is a body on its way.
type payload struct {
	mediaType string
	data      []byte
	stream    io.Reader // instead of data
}

// encode makes the payload of a body; see [Client.Do].
func encode(body any) (payload, error) {
	switch b := body.(type) {
	case nil:
		return payload{}, nil
	case Form:
		return b.encode()
	case []byte:
		return payload{mediaType: "application/octet-stream", data: b}, nil
	case string:
		return payload{mediaType: "application/json", data: []byte(b)}, nil
	case json.RawMessage:
		return payload{mediaType: "application/json", data: b}, nil
	case io.Reader:
		if b == http.NoBody {
			return payload{}, nil
		}
		return payload{stream: b}, nil
	}
	data, err := encodeJSON(reflect.ValueOf(body), 0)
	if err != nil {
		return payload{}, fmt.Errorf("the body cannot be encoded: %w", err)
	}
	return payload{mediaType: "application/json", data: data}, nil
}

func (f Form) encode() (payload, error) {
	for _, value := range f {
		switch value.(type) {
		case Part, []Part:
			return f.multipart()
		}
	}
	values := url.Values{}
	for name, value := range f {
		t, err := texts(value)
		if err != nil {
			return payload{}, fmt.Errorf("the form's %s: %w", name, err)
		}
		values[name] = t
	}
	return payload{mediaType: "application/x-www-form-urlencoded", data: []byte(values.Encode())}, nil
}

func (f Form) multipart() (payload, error) {
	var buf bytes.Buffer
	w := multipart.NewWriter(&buf) // Invariant: writes to a buffer do not fail
	for _, name := range slices.Sorted(maps.Keys(f)) {
		switch value := f[name].(type) {
		case Part:
			value.write(w, name)
		case []Part:
			for _, part := range value {
				part.write(w, name)
			}
		default:
			t, err := texts(value)
			if err != nil {
				return payload{}, fmt.Errorf("the form's %s: %w", name, err)
			}
			for _, text := range t {
				_ = w.WriteField(name, text)
			}
		}
	}
	_ = w.Close()
	return payload{mediaType: w.FormDataContentType(), data: buf.Bytes()}, nil
}

func (p Part) write(w *multipart.Writer, name string) {
	mediaType := p.MediaType
	if mediaType == "" {
		mediaType = "application/octet-stream"
	}
	part, _ := w.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {multipart.FileContentDisposition(name, p.Name)},
		"Content-Type":        {mediaType},
	})
	_, _ = part.Write(p.Data)
}

// texts returns the text of a value, or of each element of a slice.
func texts(value any) ([]string, error) {
	v := reflect.ValueOf(value)
	switch {
	case !v.IsValid(), v.Kind() == reflect.Pointer && v.IsNil():
		return nil, nil
	}
	switch value := value.(type) {
	case time.Duration:
		return []string{value.String()}, nil
	case encoding.TextMarshaler:
		text, err := value.MarshalText()
		return []string{string(text)}, err
	case []byte:
		return []string{string(value)}, nil
	}
	switch v.Kind() {
	case reflect.Pointer:
		return texts(v.Elem().Interface())
	case reflect.Slice, reflect.Array:
		all := make([]string, 0, v.Len())
		for i := range v.Len() {
			one, err := texts(v.Index(i).Interface())
			if err != nil {
				return nil, err
			}
			if len(one) != 1 {
				return nil, errors.New("an element is nil or a list itself")
			}
			all = append(all, one[0])
		}
		return all, nil
	case reflect.String:
		return []string{v.String()}, nil
	case reflect.Bool:
		return []string{strconv.FormatBool(v.Bool())}, nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return []string{strconv.FormatInt(v.Int(), 10)}, nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return []string{strconv.FormatUint(v.Uint(), 10)}, nil
	case reflect.Float32, reflect.Float64:
		return []string{strconv.FormatFloat(v.Float(), 'g', -1, v.Type().Bits())}, nil
	}
	return nil, fmt.Errorf("a %T has no text form", value)
}
