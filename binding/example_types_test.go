package binding_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"unsafe"

	"github.com/wend-go/wend/binding"
)

type exampleBook struct {
	Title string   `json:"title" validate:"required,max=20"`
	Year  int      `json:"year" validate:"min=1450,max=2100"`
	Tags  []string `json:"tags" validate:"max=2,unique"`
}

// The package turns the tags of a type into checks, and works on any JSON.
func Example() {
	var b exampleBook
	fmt.Println(binding.Decode([]byte(`{"title":"Emma","year":1815}`), &b), b.Title)

	err := binding.Decode([]byte(`{"year":3000,"tags":["a","a"],"titel":"Emma"}`), &b)
	var wrong *binding.Error
	if errors.As(err, &wrong) {
		for _, f := range wrong.Fields {
			fmt.Println(f.Pointer, f.Code, "-", f.Detail)
		}
	}
	// Output:
	// <nil> Emma
	// /title required - is required
	// /year max - must be at most 2100
	// /tags unique - must not repeat an item
	// /titel unknown - is not a known field
}

func ExampleValidate() {
	err := binding.Validate(exampleBook{Title: "Emma", Year: 1})
	fmt.Println(err)
	// Output: unprocessable entity: body /year min
}

// A request of any mux becomes a value.
func ExampleRequest() {
	type page struct {
		Shelf string `path:"shelf"`
		Limit int    `query:"limit" default:"20" validate:"max=100"`
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /shelves/{shelf}", func(_ http.ResponseWriter, r *http.Request) {
		p, err := binding.Request[page](r)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(p.Shelf, p.Limit)
	})
	mux.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/shelves/a?limit=5", nil))
	mux.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/shelves/a?limit=500", nil))
	// Output:
	// a 5
	// unprocessable entity: query /limit max
}

func ExampleError() {
	var b exampleBook
	err := binding.Decode([]byte(`{"title":"Emma","year":1815`), &b)
	var wrong *binding.Error
	if errors.As(err, &wrong) {
		fmt.Println(wrong.Status, wrong.Fields[0].Code, wrong.Fields[0].Params["reason"])
	}
	// Output: 400 json syntax
}

func ExampleFieldError() {
	err := binding.Invalid("/to", "before_from", "must not be before from")
	for _, f := range binding.Invalids(err) {
		text, _ := json.Marshal(f)
		fmt.Println(string(text))
	}
	// Output: {"in":"","pointer":"/to","code":"before_from","detail":"must not be before from"}
}

// Opt tells what is absent from what is null.
func ExampleOpt() {
	type edit struct {
		Text binding.Opt[string] `json:"text"`
	}
	for _, body := range []string{`{}`, `{"text":null}`, `{"text":""}`} {
		var e edit
		_ = binding.Decode([]byte(body), &e)
		fmt.Printf("%s: set %t, null %t\n", body, e.Text.Set, e.Text.Null)
	}
	// Output:
	// {}: set false, null false
	// {"text":null}: set true, null true
	// {"text":""}: set true, null false
}

func ExampleMerge() {
	type edit struct {
		Year binding.Opt[int] `json:"year"`
	}
	b := exampleBook{Title: "Emma", Year: 1815}
	fmt.Println(binding.Merge(&b, edit{Year: binding.Some(1816)}), b.Year)
	fmt.Println(binding.Merge(&b, edit{Year: binding.Some(7)}))
	// Output:
	// <nil> 1816
	// unprocessable entity: body /year min
}

func ExampleSecret() {
	type login struct {
		Password binding.Secret `json:"password" validate:"min=8"`
	}
	var l login
	_ = binding.Decode([]byte(`{"password":"correct horse"}`), &l)
	fmt.Println(l, l.Password.Reveal())
	// Output: {[redacted]} correct horse
}

// evenRule is a rule of an application's own. It is exact: its keyword says all of it.
var evenRule = binding.Rule{Name: "even", Message: "must be even", Make: func(binding.Arg) (binding.Op, error) {
	return binding.Exact(func(n int) bool { return n%2 == 0 }, binding.State("multipleOf", 2)), nil
}}

func ExampleRule() {
	type seats struct {
		N int `json:"n" validate:"even"`
	}
	set := binding.NewSet(binding.Rules(evenRule))
	var s seats
	fmt.Println(set.Decode([]byte(`{"n":4}`), &s))
	fmt.Println(set.Decode([]byte(`{"n":5}`), &s))
	// Output:
	// <nil>
	// unprocessable entity: body /n even
}

// An Arg is what stands behind the name in the tag, and the type of the field.
func ExampleArg() {
	prefix := binding.Rule{Name: "prefix", Message: "has another prefix", Make: func(a binding.Arg) (binding.Op, error) {
		if a.Param == "" {
			return binding.Op{}, errors.New("needs a text, as in prefix=x")
		}
		return binding.Exact(func(s string) bool { return strings.HasPrefix(s, a.Param) }, binding.State("pattern", "^"+a.Param)), nil
	}}
	type code struct {
		Code string `json:"code" validate:"prefix=AB"`
	}
	set := binding.NewSet(binding.Rules(prefix))
	fmt.Println(set.Validate(code{"AB1"}), set.Validate(code{"X"}))
	// Output: <nil> unprocessable entity: body /code prefix
}

// An Op is a check together with what the document says of it. Annotated is for what no
// keyword can say.
func ExampleOp() {
	weekday := binding.Rule{Name: "weekday", Message: "must be a weekday", Make: func(binding.Arg) (binding.Op, error) {
		return binding.Annotated(func(s string) bool { return s != "sat" && s != "sun" }, "a day on which the shop is open"), nil
	}}
	type visit struct {
		Day string `json:"day" validate:"weekday"`
	}
	set := binding.NewSet(binding.Rules(weekday))
	fmt.Println(set.Validate(visit{"mon"}), set.Validate(visit{"sun"}))
	// Output: <nil> unprocessable entity: body /day weekday
}

func ExampleKeyword() {
	k := binding.State("minLength", 3)
	fmt.Println(k.Name(), k.Value())
	// Output: minLength 3
}

func ExampleSchema() {
	s := binding.Schema{binding.State("type", "string"), binding.State("format", "uuid")}
	fmt.Println(s.Get("format"))
	// Output: uuid true
}

func ExampleSet() {
	set := binding.NewSet(binding.Rules(evenRule))
	type seats struct {
		N int `json:"n" validate:"even"`
	}
	text, err := set.AppendJSON(nil, seats{4})
	fmt.Println(string(text), err)
	// Output: {"n":4} <nil>
}

// Messages say what is wrong in another language; the codes stay.
func ExampleSetOption() {
	set := binding.NewSet(binding.Messages(func(lang string, e binding.FieldError) string {
		if lang == "de" && e.Code == "required" {
			return "fehlt"
		}
		return "" // the text of the package
	}))
	fmt.Println(set.Message("de", binding.FieldError{Code: "required", Detail: "is required"}))
	// Output: fehlt
}

// money is written by a method of its own, so somebody has to say what it looks like.
type money struct{ cents int64 }

func (m money) MarshalJSON() ([]byte, error) {
	return fmt.Appendf(nil, `"%d.%02d"`, m.cents/100, m.cents%100), nil
}

func (m *money) UnmarshalJSON(text []byte) error {
	var whole, part int64
	if _, err := fmt.Sscanf(string(text), `"%d.%02d"`, &whole, &part); err != nil {
		return err
	}
	m.cents = whole*100 + part
	return nil
}

func ExampleTypeOption() {
	set := binding.NewSet(binding.Types(binding.Type[money](binding.Schema{
		binding.State("type", "string"), binding.State("pattern", `^[0-9]+\.[0-9]{2}$`),
	})))
	type price struct {
		Price money `json:"price"`
	}
	var p price
	fmt.Println(set.Decode([]byte(`{"price":"3.50"}`), &p), p.Price.cents)
	// Output: <nil> 350
}

type shape interface{ area() int }

type square struct {
	Side int `json:"side" validate:"min=1"`
}

type rect struct {
	A int `json:"a" validate:"min=1"`
	B int `json:"b" validate:"min=1"`
}

func (s square) area() int { return s.Side * s.Side }
func (r rect) area() int   { return r.A * r.B }

// An interface is one of its variants; a member of the JSON object says which.
func ExampleVariantOption() {
	set := binding.NewSet(binding.Types(binding.Union[shape]("kind",
		binding.Variant[square]("square"), binding.Variant[rect]("rect"))))
	type drawing struct {
		Shape shape `json:"shape"`
	}
	var d drawing
	fmt.Println(set.Decode([]byte(`{"shape":{"kind":"rect","a":2,"b":3}}`), &d), d.Shape.area())
	fmt.Println(set.Decode([]byte(`{"shape":{"kind":"line"}}`), &d))
	// Output:
	// <nil> 6
	// unprocessable entity: body /shape/kind oneof
}

type exampleInput struct {
	ID    int            `path:"id" validate:"min=1"`
	Limit int            `query:"limit" default:"20" validate:"max=100"`
	Log   fmt.Stringer   // for who calls the plan to fill
	Body  map[string]int `body:""`
}

// examplePlan compiles the input of POST /books/{id}.
func examplePlan() (*binding.Plan, binding.Problems) {
	return binding.NewSet().Input(reflect.TypeFor[exampleInput](), binding.Config{
		Method: "POST", Names: []string{"id"}, MaxBody: 1 << 20,
		Injects: func(t reflect.Type) bool { return t == reflect.TypeFor[fmt.Stringer]() },
	})
}

func ExamplePlan() {
	plan, problems := examplePlan()
	fmt.Println(len(problems), plan.PathNames(), plan.QueryNames(), plan.HasBody(), plan.MediaTypes())
	// Output: 0 [id] [limit] true [application/json]
}

func ExampleField() {
	plan, _ := examplePlan()
	for f := range plan.Fields() {
		minimum, _ := f.Schema.Get("minimum")
		fmt.Println(f.In, f.Name, f.Required, minimum)
	}
	// Output:
	// path id true 1
	// query limit false <nil>
	// body  true <nil>
}

func ExampleInjection() {
	plan, _ := examplePlan()
	for _, i := range plan.Injections() {
		fmt.Println(i.GoName, i.Type)
	}
	// Output: Log fmt.Stringer
}

// A plan is compiled for a method and the wildcards of a pattern.
func ExampleConfig() {
	type input struct {
		ID int `path:"number"`
	}
	_, problems := binding.NewSet().Input(reflect.TypeFor[input](), binding.Config{Method: "GET", Names: []string{"id"}})
	for _, p := range problems {
		fmt.Println(p.Text)
	}
	// Output:
	// has no field for {id} of the pattern
	// names {number}, and the pattern has no such wildcard
}

func ExampleProblem() {
	type input struct {
		Limit int `query:"limit" validate:"min=9,max=1"`
	}
	_, problems := binding.NewSet().Input(reflect.TypeFor[input](), binding.Config{Method: "GET"})
	fmt.Println(problems[0].Text)
	fmt.Println(problems[0].Write)
	// Output:
	// no value is at least 9 and at most 1
	// validate:"min=1,max=9"
}

func ExampleProblems() {
	type input struct {
		Limit int    `query:"limit" validate:"mim=1"`
		Sort  string `query:"limit"`
	}
	_, problems := binding.NewSet().Input(reflect.TypeFor[input](), binding.Config{Method: "GET"})
	fmt.Println(len(problems), problems != nil)
	// Output: 2 true
}

// Bind fills a value from a request. The wend router does this for its endpoints.
func ExampleIncoming() {
	type input struct {
		ID int `path:"id" validate:"min=1"`
	}
	plan, _ := binding.NewSet().Input(reflect.TypeFor[input](), binding.Config{Method: "GET", Names: []string{"id"}})
	var in input
	incoming := &binding.Incoming{
		Request: httptest.NewRequest("GET", "/books/7", nil),
		Writer:  httptest.NewRecorder(),
		Values:  []string{"7"},
		Limits:  binding.DefaultLimits(),
	}
	err := plan.Bind(incoming, unsafe.Pointer(&in))
	fmt.Println(in.ID, err, incoming.Close())
	// Output: 7 <nil> <nil>
}

func ExampleLimits() {
	l := binding.DefaultLimits()
	fmt.Println(l.Body, l.Timeout, l.Stall)
	// Output: 1048576 30s 10s
}

func ExampleSource() {
	fmt.Println(binding.SplitSource("/query/to"))
	fmt.Println(binding.Query)
	// Output:
	// query /to
	// query
}

// A view is a type as it is read, or as it is written.
func ExampleView() {
	plan, _ := binding.NewSet().Output(reflect.TypeFor[exampleBook](), binding.Config{})
	for f := range plan.Fields() {
		ref, _ := f.Schema.Get("$ref")
		fmt.Println(ref.(binding.Ref).View == binding.Output)
	}
	// Output: true
}

func ExampleRef() {
	plan, _ := binding.NewSet().Output(reflect.TypeFor[[]exampleBook](), binding.Config{})
	for f := range plan.Fields() {
		items, _ := f.Schema.Get("items")
		ref, _ := items.(binding.Schema).Get("$ref")
		fmt.Println(ref.(binding.Ref).Type)
	}
	// Output: binding_test.exampleBook
}

func ExampleProperties() {
	plan, _ := binding.NewSet().Output(reflect.TypeFor[exampleBook](), binding.Config{})
	for f := range plan.Fields() {
		ref, _ := f.Schema.Get("$ref")
		properties, _ := ref.(binding.Ref).Definition().Get("properties")
		for _, p := range properties.(binding.Properties) {
			typ, _ := p.Schema.Get("type")
			fmt.Println(p.Name, typ)
		}
	}
	// Output:
	// title string
	// year integer
	// tags array
}

func ExampleProperty() {
	p := binding.Property{Name: "title", Schema: binding.Schema{binding.State("type", "string")}}
	fmt.Println(p.Name, p.Schema[0].Value())
	// Output: title string
}

func ExampleDiscriminator() {
	d := binding.Discriminator{PropertyName: "kind", Mapping: map[string]binding.Ref{"square": {Type: reflect.TypeFor[square]()}}}
	fmt.Println(d.PropertyName, d.Mapping["square"].Type)
	// Output: kind binding_test.square
}

// Elsewhere is what the providers of an operation read.
func ExampleElsewhere() {
	type input struct{ Name fmt.Stringer }
	_, problems := binding.NewSet().Input(reflect.TypeFor[input](), binding.Config{
		Method: "GET", Names: []string{"id"},
		Injects:   func(reflect.Type) bool { return true },
		Elsewhere: func([]binding.Injection) binding.Elsewhere { return binding.Elsewhere{Path: []string{"id"}} },
	})
	fmt.Println(len(problems))
	// Output: 0
}

// lines is a codec of a toy format: a list with one text a line.
type lines struct{}

func (lines) MediaTypes() []string { return []string{"text/x-lines"} }

func (lines) ToJSON(dst, body []byte) ([]byte, error) {
	text, err := json.Marshal(strings.Split(strings.TrimSpace(string(body)), "\n"))
	return append(dst, text...), err
}

func (lines) FromJSON(dst, text []byte) ([]byte, error) {
	var all []string
	err := json.Unmarshal(text, &all)
	return append(dst, strings.Join(all, "\n")...), err
}

// A codec turns another format into JSON, which is then decoded and checked as ever.
func ExampleCodec() {
	var c binding.Codec = lines{}
	text, err := c.ToJSON(nil, []byte("a\nb\n"))
	fmt.Println(string(text), err)
	// Output: ["a","b"] <nil>
}

func ExampleUpload() {
	type form struct {
		File binding.Upload `form:"file" validate:"maxsize=1KB"`
	}
	body := "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"../notes.txt\"\r\n\r\nbuy milk\r\n--b--\r\n"
	r := httptest.NewRequest("POST", "/", strings.NewReader(body))
	r.Header.Set("Content-Type", "multipart/form-data; boundary=b")
	f, err := binding.Request[form](r)
	fmt.Println(f.File.Name(), f.File.Size(), f.File.ContentType(), err)
	// Output: notes.txt 8 text/plain <nil>
}

type exampleStay struct {
	From int `json:"from"`
	To   int `json:"to"`
}

func (s exampleStay) Validate() error {
	if s.To < s.From {
		return binding.Invalid("/to", "before_from", "must not be before from")
	}
	return nil
}

func ExampleInvalid() {
	var s exampleStay
	fmt.Println(binding.Decode([]byte(`{"from":2,"to":1}`), &s))
	// Output: unprocessable entity: body /to before_from
}
