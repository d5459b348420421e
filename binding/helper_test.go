package binding

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
)

// brief renders an error as "422 body /qty min, body /name required"; "" is nil.
func brief(err error) string {
	var e *Error
	switch {
	case err == nil:
		return ""
	case !errors.As(err, &e):
		return "error: " + err.Error()
	}
	words := make([]string, len(e.Fields))
	for i, f := range e.Fields {
		words[i] = strings.TrimSpace(f.In + " " + f.Pointer + " " + f.Code)
	}
	return strings.TrimSpace(fmt.Sprint(e.Status) + " " + strings.Join(words, ", "))
}

// decoded decodes text into a T and returns the value and the brief error.
func decoded[T any](text string) (v T, verdict string) {
	err := Decode([]byte(text), &v)
	return v, brief(err)
}

// bindRequest reads a T from a request and returns the value and the brief error.
func bindRequest[T any](t *testing.T, r *http.Request) (T, string) {
	t.Helper()
	v, err := Request[T](r)
	var p Problems
	require.False(t, errors.As(err, &p), "%v", err)
	return v, brief(err)
}

// get makes a GET request.
func get(t *testing.T, target string, header ...string) *http.Request {
	t.Helper()
	return request(t, http.MethodGet, target, "", header...)
}

// request makes a request; header is pairs of name and value. With a body and no
// Content-Type it is JSON.
func request(t *testing.T, method, target, body string, header ...string) *http.Request {
	t.Helper()
	r, err := http.NewRequest(method, target, strings.NewReader(body))
	require.NoError(t, err)
	for pair := range slices.Chunk(header, 2) {
		r.Header.Add(pair[0], pair[1])
	}
	if body != "" && r.Header.Get("Content-Type") == "" {
		r.Header.Set("Content-Type", "application/json")
	}
	return r
}

// inputSchema renders the input view of T in one line, with definitions of named
// types in place.
func inputSchema[T any](t *testing.T) string { t.Helper(); return schemaOf[T](t, Input) }

func schemaOf[T any](t *testing.T, v View) string {
	t.Helper()
	r := empty.root(reflect.TypeFor[T]())
	require.Empty(t, r.problems)
	s := r.node.view(v)
	if ref, ok := s.Get("$ref"); ok {
		s = ref.(Ref).Definition()
	}
	return renderSchema(s)
}

// renderSchema renders a schema in one line and in a fixed order.
func renderSchema(s Schema) string {
	var b strings.Builder
	for i, k := range s {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(k.name + "=" + renderKeyword(k.value))
	}
	return b.String()
}

func renderKeyword(v any) string {
	switch v := v.(type) {
	case Schema:
		return "{" + renderSchema(v) + "}"
	case []Schema:
		parts := make([]string, len(v))
		for i, s := range v {
			parts[i] = renderKeyword(s)
		}
		return "[" + strings.Join(parts, " ") + "]"
	case Properties:
		parts := make([]string, len(v))
		for i, p := range v {
			parts[i] = p.Name + ":" + renderKeyword(p.Schema)
		}
		return "{" + strings.Join(parts, " ") + "}"
	case Ref:
		return v.Type.Name()
	case Discriminator:
		return v.PropertyName + ":" + strings.Join(slices.Sorted(maps.Keys(v.Mapping)), "|")
	case string:
		return v
	}
	text, err := json.Marshal(v)
	if err != nil {
		return "!" + err.Error()
	}
	return string(text)
}

// problemsOf compiles T as the input of a method and returns the whole message.
func problemsOf(typ reflect.Type, c Config) string {
	_, problems := NewSet().Input(typ, c)
	if len(problems) == 0 {
		return ""
	}
	return problems.Error()
}

func typeOf[T any]() reflect.Type { return reflect.TypeFor[T]() }

func pointerTo[T any](v *T) unsafe.Pointer { return unsafe.Pointer(v) }

// bindWith reads a T under a configuration of its own and returns the brief error.
func bindWith[T any](t *testing.T, c Config, r *http.Request) string {
	t.Helper()
	plan, problems := NewSet().Input(typeOf[T](), c)
	require.Empty(t, problems)
	var v T
	return brief(plan.Bind(&Incoming{Request: r, Limits: DefaultLimits()}, pointerTo(&v)))
}
