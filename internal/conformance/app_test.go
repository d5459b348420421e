package conformance

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/binding"
	"github.com/wend-go/wend/openapi"
)

// Random applications: operations whose inputs have fields of every source and whose
// outputs have a status, headers, cookies and a body.

// app is a router with its document.
type app struct {
	router     *wend.Router
	root       map[string]any
	data       []byte
	operations []*declared
}

// declared is one operation of it.
type declared struct {
	method, path string
	in, out      reflect.Type
	outputs      []reflect.Value // that the handler may return, each with what out says of it
	turn         atomic.Int64
	open, strict bool // AllowUnknownFields, RejectUnknownQuery
}

// place is where the operation is in the document.
func (o *declared) place() string { return child("/paths", o.path, strings.ToLower(o.method)) }

// endpoint makes an endpoint of types that exist only while a test runs. The functions
// that make one are generic, so it begins with one of no types, and what it says about
// them is exchanged before a router sees it.
func endpoint(o *declared) *wend.Endpoint {
	e := wend.Func(func(context.Context, wend.None) (wend.None, error) { return wend.None{}, nil })
	s := reflect.ValueOf(e).Elem().FieldByName("shell")
	set := func(name string, v any) {
		f := s.FieldByName(name)
		reflect.NewAt(f.Type(), f.Addr().UnsafePointer()).Elem().Set(reflect.ValueOf(v))
	}
	set("in", o.in)
	set("out", o.out)
	set("call", func(_ context.Context, _, out unsafe.Pointer) error {
		reflect.NewAt(o.out, out).Elem().Set(o.outputs[int(o.turn.Add(1))%len(o.outputs)])
		return nil
	})
	return e
}

// newApp registers operations and builds their document.
func newApp(t *testing.T, operations []*declared) *app {
	t.Helper()
	a := &app{router: wend.New(wend.Logger(slog.New(slog.NewTextHandler(io.Discard, nil)))), operations: operations}
	for _, o := range operations {
		var opts []wend.Option
		if o.open {
			opts = append(opts, wend.AllowUnknownFields())
		}
		if o.strict {
			opts = append(opts, wend.RejectUnknownQuery())
		}
		a.router.Handle(o.method+" "+o.path, endpoint(o), opts...)
	}
	doc, err := openapi.Build(openapi.Info{Title: "Random", Version: "1"}, a.router.Routes())
	require.NoError(t, err)
	a.data, err = doc.JSON()
	require.NoError(t, err)
	a.root, err = readDocument(a.data)
	require.NoError(t, err)
	return a
}

// operation makes the i-th operation of an application.
func (g *generator) operation(t *testing.T, i int) *declared {
	o := &declared{method: pick(g, []string{"GET", "GET", "POST", "POST", "PUT", "PATCH", "DELETE"}), path: fmt.Sprintf("/o%d", i)}
	o.open, o.strict = g.IntN(5) == 0, g.IntN(6) == 0
	var fields []reflect.StructField
	for n := g.IntN(3); n > 0; n-- {
		fields = append(fields, g.sourced("path", o.method, len(fields)))
		o.path += fmt.Sprintf("/{v%d}", len(fields)-1)
	}
	for range g.IntN(4) {
		fields = append(fields, g.sourced(pick(g, []string{"query", "query", "query", "header", "cookie"}), o.method, len(fields)))
	}
	if o.method == "POST" || o.method == "PUT" || o.method == "PATCH" {
		switch g.IntN(4) {
		case 0, 1:
			fields = append(fields, g.bodyField())
		case 2:
			for range 1 + g.IntN(4) {
				fields = append(fields, g.sourced("form", o.method, len(fields)))
			}
		}
	}
	o.in = reflect.StructOf(fields)
	if len(fields) == 0 && o.method == "POST" {
		o.in = g.structType(2)
	}
	g.output(t, o)
	return o
}

// bodyField makes a body.
func (g *generator) bodyField() reflect.StructField {
	typ := reflect.Type(g.structType(2))
	switch g.IntN(5) {
	case 0:
		typ = reflect.PointerTo(typ)
	case 1:
		typ = reflect.SliceOf(typ)
	}
	return reflect.StructField{Name: "Body", Type: typ, Tag: `body:""`}
}

// sourced makes a field that is read from a source; alone it compiles.
func (g *generator) sourced(source, method string, i int) reflect.StructField {
	for {
		typ, option := g.sourceType(source)
		var rules []string
		if g.IntN(3) == 0 {
			rules = append(rules, pick(g, []string{"required", "omitempty"}))
		}
		rules = append(rules, g.valueRules(typ)...)
		tag := fmt.Sprintf(`%s:"v%d%s"`, source, i, option)
		if len(rules) > 0 {
			tag += fmt.Sprintf(" validate:%q", strings.Join(rules, ","))
		}
		if g.IntN(8) == 0 {
			tag += pick(g, []string{` default:"1"`, ` default:"abc"`, ` default:"true"`})
		}
		f := reflect.StructField{Name: fmt.Sprintf("F%d", i), Type: typ, Tag: reflect.StructTag(tag)}
		config := binding.Config{Method: method}
		if source == "path" {
			config.Names = []string{fmt.Sprintf("v%d", i)}
		}
		plan, problems := binding.NewSet().Input(reflect.StructOf([]reflect.StructField{f}), config)
		if len(problems) > 0 {
			continue
		}
		doc := ""
		for found := range plan.Fields() {
			doc += text(document(found.Schema))
		}
		if partly(doc) && g.IntN(6) > 0 {
			continue // the document says less than the plan: little is learned from it
		}
		return f
	}
}

// partly reports whether a schema says only a part of what is enforced.
func partly(doc string) bool {
	return strings.Contains(doc, `"x-constraints"`) || strings.Contains(doc, `"x-wend-type"`) || strings.Contains(doc, "a duration") ||
		strings.Contains(doc, "HTTP date")
}

// sourceType picks a type that a source may have, with an option of its tag.
func (g *generator) sourceType(source string) (typ reflect.Type, option string) {
	typ = pick(g, scalars)
	switch n := g.IntN(10); {
	case source == "query" && n == 0:
		fields := make([]reflect.StructField, 1+g.IntN(3))
		for i := range fields {
			fields[i] = g.field(i, 0, 1)
		}
		return reflect.StructOf(fields), ",deepObject"
	case source == "query" && n == 1:
		return reflect.MapOf(pick(g, keys), typ), ",deepObject"
	case source == "form" && n == 0:
		return g.structType(1), ",json"
	case source == "form" && n == 1:
		return pick(g, []reflect.Type{
			reflect.TypeFor[binding.Upload](), reflect.TypeFor[*binding.Upload](), reflect.TypeFor[[]binding.Upload](), reflect.TypeFor[[]byte](),
		}), ""
	case n < 5:
		typ = reflect.SliceOf(typ)
		if source == "query" && n < 4 {
			option = ",csv"
		}
	case n == 5:
		typ = reflect.PointerTo(typ)
	case n == 6:
		typ = pick(g, others)
	}
	return typ, option
}

// output makes the type of an operation's output and values of it that obey its rules.
func (g *generator) output(t *testing.T, o *declared) {
	for {
		switch g.IntN(4) {
		case 0:
			o.out = reflect.TypeFor[wend.None]()
		case 1:
			o.out = g.structType(2)
		default:
			o.out = g.envelope()
		}
		if _, problems := binding.NewSet().Output(o.out, binding.Config{CookieType: reflect.TypeFor[wend.Cookie]()}); len(problems) > 0 {
			continue
		}
		o.outputs = nil
		for range 30 {
			if v, ok := g.outputValue(t, o.out); ok {
				o.outputs = append(o.outputs, v)
			}
		}
		if len(o.outputs) >= 5 {
			return
		}
	}
}

// envelope makes an output of several parts.
func (g *generator) envelope() reflect.Type {
	fields := []reflect.StructField{}
	if g.IntN(2) == 0 {
		fields = append(fields, reflect.StructField{Name: "Status", Type: reflect.TypeFor[int](), Tag: `status:"200,201,202"`})
	}
	for i := range 1 + g.IntN(3) {
		f := g.sourced("header", "GET", i)
		f.Name = fmt.Sprintf("H%d", i)
		f.Tag = reflect.StructTag(strings.NewReplacer(`default:"1"`, "", `default:"abc"`, "", `default:"true"`, "").Replace(string(f.Tag)))
		if g.header(f) {
			fields = append(fields, f)
		}
	}
	if g.IntN(3) == 0 {
		fields = append(fields, reflect.StructField{Name: "C0", Type: reflect.TypeFor[wend.Cookie](), Tag: `cookie:"c0"`})
	}
	if g.IntN(3) > 0 || len(fields) == 0 {
		f := g.bodyField()
		fields = append(fields, f)
	}
	return reflect.StructOf(fields)
}

// header reports whether a field may be a header of a response.
func (g *generator) header(f reflect.StructField) bool {
	_, problems := binding.NewSet().Output(reflect.StructOf([]reflect.StructField{f}), binding.Config{})
	return len(problems) == 0
}

// outputValue makes a value of an output that obeys the rules of its type.
func (g *generator) outputValue(t *testing.T, typ reflect.Type) (reflect.Value, bool) {
	v := reflect.New(typ).Elem()
	if typ.NumField() == 0 {
		return v, true
	}
	if typ.Field(0).Tag.Get("json") != "" {
		return v, g.fill(t, v)
	}
	for i := range typ.NumField() {
		f := typ.Field(i)
		ok := true
		switch {
		case f.Name == "Status":
			v.Field(i).SetInt(int64(pick(g, []int{0, 200, 201, 202})))
		case f.Name == "Body":
			ok = g.fill(t, v.Field(i))
		case f.Name == "C0":
			v.Field(i).Set(reflect.ValueOf(wend.Cookie{Value: pick(g, []string{"", "a", "a b"})}))
		default:
			ok = g.fillHeader(t, f, v.Field(i))
		}
		if !ok {
			return v, false
		}
	}
	return v, true
}

// fill makes a body by reading one.
func (g *generator) fill(t *testing.T, v reflect.Value) bool {
	typ, set := v.Type(), binding.NewSet()
	if typ.Kind() == reflect.Pointer {
		v.Set(reflect.New(typ.Elem()))
		return g.fill(t, v.Elem())
	}
	plan, problems := set.Output(typ, binding.Config{})
	require.Empty(t, problems)
	doc := document(bodySchema(plan))
	defs, _ := doc["$defs"].(map[string]any)
	for range 5 {
		into := reflect.New(typ)
		if set.Decode([]byte(g.value(doc, defs, 0)), into.Interface()) != nil || set.Validate(into.Interface()) != nil {
			continue
		}
		v.Set(into.Elem())
		return true
	}
	return false
}

// fillHeader makes a header by reading one of a request.
func (g *generator) fillHeader(t *testing.T, f reflect.StructField, v reflect.Value) bool {
	typ := reflect.StructOf([]reflect.StructField{f})
	plan, problems := binding.NewSet().Input(typ, binding.Config{Method: "GET"})
	if len(problems) > 0 {
		return false
	}
	for found := range plan.Fields() {
		r := reference{Field: found, doc: document(found.Schema)}
		for range 5 {
			req := &http.Request{Method: "GET", URL: &url.URL{Path: "/"}, Header: http.Header{}}
			texts := r.texts(g)
			if slices.Contains(texts, "") {
				continue
			}
			if len(texts) > 0 {
				req.Header[http.CanonicalHeaderKey(found.Name)] = []string{strings.Join(texts, ",")}
			}
			into := reflect.New(typ)
			if plan.Bind(&binding.Incoming{Request: req}, unsafe.Pointer(into.Pointer())) == nil {
				v.Set(into.Elem().Field(0))
				return true
			}
		}
	}
	return false
}
