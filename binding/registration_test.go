// Types of wrong declarations are read by reflection alone.
//
//lint:file-ignore U1000 see above
package binding

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/wend-go/wend/internal/golden"
)

// mistake is a declaration that must be refused.
type mistake struct {
	name string
	typ  reflect.Type
	c    Config
}

func input[T any](name string, c Config) mistake { return mistake{name, reflect.TypeFor[T](), c} }

// body1 is a mistake in a member of a body: the type of the member and its tag.
func body1[T any](name, tag string) mistake {
	return mistake{name, memberOf(reflect.TypeFor[T](), tag), post}
}

// query1 is a mistake in a parameter: its type and its whole tag.
func query1[T any](name, tag string) mistake {
	return mistake{name, reflect.StructOf([]reflect.StructField{{Name: "F", Type: reflect.TypeFor[T](), Tag: reflect.StructTag(tag)}}), Config{Method: "GET"}}
}

var (
	post    = Config{Method: "POST"}
	withID  = Config{Method: "GET", Names: []string{"id"}}
	noNames = Config{Method: "GET", Names: []string{}}
)

type (
	custom struct{ v int }
	oneWay struct{ v int }
	mixed  struct {
		ID   int   `query:"id"`
		Body point `json:"body"`
	}
	halfTagged struct {
		A int `json:"a"`
		B int
	}
	twoBodies struct {
		Body  point
		Other point `body:""`
	}
	shadow struct {
		time.Time
		N int `json:"n"`
	}
	unexported struct {
		n int `query:"n"`
	}
	page struct {
		Limit int `query:"limit"`
	}
	unexportedRule struct {
		A int `json:"a"`
		n int `validate:"min=1"`
	}
	ring      struct{ F chan int }
	hookLoose string
	hookType  string
	hookGood  string
	enumBad   string
	enumTwice string
	aliased   string
	embedder  struct {
		custom
		A int `json:"a"`
	}
	named struct {
		A int `json:"a"`
	}
	blank struct {
		_ int `validate:"required"`
		A int `json:"a"`
	}
)

func (*custom) UnmarshalJSON([]byte) error  { return nil }
func (custom) MarshalJSON() ([]byte, error) { return []byte("1"), nil }
func (*oneWay) UnmarshalText([]byte) error  { return nil }
func (hookLoose) JSONSchema() any {
	return map[string]any{"type": "string", "contentEncoding": "base64"}
}
func (hookType) JSONSchema() any { return map[string]any{"type": "integer"} }
func (hookGood) JSONSchema() any {
	return map[string]any{"type": "string", "pattern": "^a", "maxLength": 3, "description": "words", "enum": []string{"a", "ab"}}
}
func (enumTwice) Enum() []enumTwice  { return []enumTwice{"a", "a"} }
func (aliased) JSONSchemaAlias() any { return "" }

// mistakes are those of VALIDATION's list, in its order.
func mistakes() []mistake {
	return []mistake{
		// sources
		query1[int]("empty name", `query:""`),
		query1[int]("two sources", `query:"a" header:"B"`),
		query1[int]("source and body", `query:"a" body:""`),
		input[struct {
			A int `query:"x"`
			B int `query:"x"`
		}]("one name twice", noNames),
		input[struct {
			A int `header:"X-A"`
			B int `header:"x-a"`
		}]("one header twice", noNames),
		input[struct {
			A int `path:"name"`
		}]("path without wildcard", withID),
		input[struct {
			A int `query:"a"`
		}]("wildcard without path", withID),
		input[struct{ Body point }]("body on GET", noNames),
		input[point]("whole body on GET", noNames),
		input[point]("whole body on DELETE", Config{Method: "DELETE"}),
		input[twoBodies]("two bodies", post),
		input[mixed]("Body with json", post),
		input[struct {
			A int `query:"a"`
			B string
		}]("no source", post),
		input[struct{ B *mixed }]("nothing at all", post),
		input[halfTagged]("half-tagged", post),
		query1[string]("reserved header", `header:"host"`),
		query1[string]("header with a space", `header:"X Token"`),
		query1[string]("header with a line break", `header:"X\r\nSet-Cookie"`),
		query1[string]("header outside ASCII", `header:"Größe"`),
		query1[string]("cookie that ends its pair", `cookie:"a=b"`),
		query1[string]("cookie that ends itself", `cookie:"a;b"`),
		query1[string]("Authorization", `header:"authorization"`),
		query1[string]("Accept", `header:"Accept"`),
		query1[[]string]("list in a cookie", `cookie:"a"`),
		query1[map[string][]int]("nested deepObject", `query:"a,deepObject"`),
		query1[point]("struct without deepObject", `query:"a"`),
		query1[int]("deepObject on int", `query:"a,deepObject"`),
		query1[point]("struct in a header", `header:"A"`),
		input[struct {
			F map[string]int `form:"a"`
		}]("map in a form", post),
		query1[struct {
			A int `query:"a"`
		}]("query tag inside a deepObject", `query:"a,deepObject"`),
		input[struct {
			Body []struct {
				A int `json:"a" query:"a"` // for two places: no mistake
				B int `json:",omitempty" header:"B"`
				C int `form:"c,json"`
			}
		}]("sources inside a body", post),
		query1[int]("option", `query:"a,explode"`),
		query1[int]("csv on a scalar", `query:"a,csv"`),
		query1[[]string]("csv in a header", `header:"A,csv"`),
		query1[[][]int]("list of lists", `query:"a"`),
		query1[any]("any as parameter", `query:"a"`),
		query1[[]byte]("bytes as parameter", `query:"a"`),
		input[unexported]("unexported source", noNames),
		input[unexportedRule]("unexported rule", post),
		input[struct{ *page }]("embedded pointer to a group", noNames),
		input[struct{ Page *page }]("pointer to a group", noNames),
		input[struct{ p page }]("group that is not exported", noNames),
		input[struct{ *page }]("embedded pointer to a group of a provider", Config{Provider: true}),
		input[struct {
			A int `form:"a"`
		}]("form on DELETE", Config{Method: "DELETE"}),
		input[struct {
			Body []byte `body:"image"`
		}]("no media type", post),
		input[struct {
			Body []byte `body:"Image/PNG"`
		}]("media type in capitals", post),
		input[struct {
			Body string `body:"text/plain; charset=utf-8"`
		}]("media type with a parameter", post),
		input[struct {
			Body point `body:"application/xml"`
		}]("JSON under another name", post),
		input[*[]int]("pointer to a list", post),

		// foreign tags
		query1[int]("uri", `uri:"id"`),
		query1[int]("param", `param:"id"`),
		query1[int]("reqHeader", `reqHeader:"X"`),
		body1[int]("binding", `binding:"required"`),
		body1[time.Time]("time_format", `time_format:"2006"`),
		body1[int]("minimum", `minimum:"1"`),
		body1[int]("maximum", `maximum:"1"`),
		body1[string]("minLength", `minLength:"1"`),
		body1[string]("enum", `enum:"a,b"`),
		body1[string]("required key", `required:"true"`),
		body1[string]("readOnly", `readOnly:"true"`),
		body1[string]("format", `format:"date-time"`),
		body1[int]("minimum of a required field", `minimum:"1" validate:"required"`),
		body1[*int]("minimum of a pointer", `minimum:"1"`),
		body1[int]("minimum that zero obeys", `minimum:"0"`),
		body1[int]("exclusiveMinimum", `exclusiveMinimum:"0"`),
		body1[int]("required key false", `required:"false"`),
		body1[int]("nullable key", `nullable:"true"`),
		body1[[]string]("enum of a list", `enum:"a,b"`),
		body1[string]("enum of words", `enum:"dark blue,red"`),
		body1[[]string]("uniqueItems false", `uniqueItems:"false"`),
		body1[[]string]("jsonschema uniqueItems", `jsonschema:"uniqueItems=true"`),
		body1[string]("jsonschema enum", `jsonschema:"enum=a,enum=b"`),
		body1[string]("jsonschema format", `jsonschema:"format=date-time"`),
		body1[string]("jsonschema pattern", `jsonschema:"pattern=^a$"`),
		body1[string]("jsonschema assertion", `jsonschema:"minLength=3"`),
		body1[string]("jsonschema unknown", `jsonschema:"pretty"`),

		// types
		body1[chan int]("chan", ``),
		body1[func()]("func", ``),
		body1[complex128]("complex", ``),
		body1[fmt.Stringer]("interface", ``),
		body1[map[float64]int]("map key", ``),
		body1[custom]("own JSON without a schema", ``),
		body1[oneWay]("one direction", ``),
		input[shadow]("embedded unmarshaler", post),
		input[embedder]("embedded own JSON", post),
		body1[hookLoose]("hook with an assertion", ``),
		body1[hookType]("hook with another type", ``),
		body1[aliased]("hook that is not read", ``),
		body1[Opt[*int]]("Opt of a pointer", ``),
		input[blank]("blank field", post),
		{"duplicate JSON name", reflect.StructOf([]reflect.StructField{
			{Name: "A", Type: tInt, Tag: `json:"a"`}, {Name: "B", Type: tInt, Tag: `json:"a"`},
		}), post},

		// tags
		body1[int]("empty rule", `validate:"min=1,,max=2"`),
		body1[int]("nameless rule", `validate:"=1"`),
		body1[int]("unknown rule", `validate:"mni=1"`),
		body1[int]("unknown rule, nothing near", `validate:"frobnicate"`),
		body1[bool]("rule on the wrong kind", `validate:"min=1"`),
		body1[int]("email on int", `validate:"email"`),
		body1[int]("missing param", `validate:"min"`),
		body1[int]("empty param", `validate:"min="`),
		body1[int]("bad param", `validate:"min=x"`),
		body1[int8]("param outside the kind", `validate:"max=300"`),
		body1[int]("param where none is", `validate:"required=1"`),
		body1[[]int]("param of unique", `validate:"unique=1"`),
		body1[int]("bound twice", `validate:"min=1,gte=2"`),
		body1[int]("min and gt", `validate:"min=1,gt=2"`),
		body1[int]("empty range", `validate:"min=5,max=3"`),
		body1[int]("empty open range", `validate:"gt=3,lt=4"`),
		body1[float64]("empty float range", `validate:"gt=3,max=3"`),
		body1[string]("empty length range", `validate:"len=2,min=3"`),
		body1[string]("required and max=0", `validate:"required,max=0"`),
		body1[uint]("below zero", `validate:"lt=0"`),
		body1[[2]int]("array of another length", `validate:"min=3"`),
		body1[string]("duplicate in oneof", `validate:"oneof=a b a"`),
		body1[float64]("duplicate value in oneof", `validate:"oneof=1 1.0"`),
		body1[string]("oneof unclosed", `validate:"oneof='a b"`),
		body1[string]("oneof against max", `validate:"oneof=a abc,max=2"`),
		body1[int]("oneof of words", `validate:"oneof=a b"`),
		body1[string]("required twice", `validate:"required,min=2,required"`),
		body1[string]("required and omitempty", `validate:"required,omitempty"`),
		body1[int]("required and default", `validate:"required" default:"3"`),
		body1[int]("nullable", `validate:"nullable"`),
		body1[*int]("nullable not required", `validate:"nullable"`),
		body1[int]("notnull", `validate:"notnull"`),
		query1[Opt[int]]("notnull in a query", `query:"a" validate:"notnull"`),
		body1[point]("omitempty on a struct", `validate:"omitempty"`),
		{"omitempty on a path", reflect.StructOf([]reflect.StructField{{Name: "F", Type: tInt, Tag: `path:"id" validate:"omitempty,min=2"`}}), withID},
		{"default on a path", reflect.StructOf([]reflect.StructField{{Name: "F", Type: tInt, Tag: `path:"id" default:"1"`}}), withID},
		body1[int]("default that does not decode", `default:"x"`),
		body1[int]("default that breaks its rule", `default:"1" validate:"min=2"`),
		query1[int]("default not as on the wire", `query:"a" default:"1e2"`),
		body1[int]("example that breaks its rule", `example:"1" validate:"min=2"`),
		body1[enumTwice]("enum twice", ``),
		body1[Opt[int]]("default on Opt", `default:"1"`),
		body1[point]("default on a struct", `default:"{}"`),
		body1[int]("dive on a scalar", `validate:"dive,min=1"`),
		body1[map[string]int]("keys not after dive", `validate:"keys,alpha,endkeys"`),
		body1[map[string]int]("keys without endkeys", `validate:"dive,keys,alpha"`),
		body1[[]int]("keys of a list", `validate:"dive,keys,alpha,endkeys"`),
		body1[int]("unknown sibling", `validate:"required_if=Mode gift"`),
		body1[int]("sibling with another type", `validate:"required_if=F gift"`),
		input[struct {
			A int    `json:"a"`
			B string `json:"b" validate:"gtfield=A"`
		}]("incomparable siblings", post),
		body1[int]("itself as sibling", `validate:"required_with=F"`),
		body1[int]("comparison with itself", `validate:"eqfield=F"`),
		body1[int]("comparison with nothing", `validate:"eqfield"`),
		body1[int]("condition without fields", `validate:"required_with"`),
		body1[int]("condition without a value", `validate:"required_if=Mode"`),
		body1[[]int]("comparison of elements", `validate:"dive,eqfield=F"`),
		body1[string]("alternative of dive", `validate:"dive|min=1"`),
		body1[string]("short unknown rule", `validate:"a"`),
		body1[string]("nonzero and omitempty", `validate:"nonzero,omitempty"`),
		body1[string]("nonzero and max=0", `validate:"nonzero,max=0"`),
		body1[*string]("required and omitempty of a pointer", `validate:"required,omitempty"`),
		body1[string]("scopes in a body", `scopes:"a"`),
		query1[string]("scopes on a parameter", `query:"a" scopes:"a"`),
		query1[int]("status on a parameter", `query:"a" status:"200"`),
		body1[string]("alternative of presence", `validate:"required|email"`),
		body1[string]("alternative of siblings", `validate:"eqfield=F|email"`),
		query1[int]("sibling rule on a parameter", `query:"a" validate:"required_with=B"`),
		body1[[]point]("unique on structs", `validate:"unique"`),
		body1[float64]("multipleof on a float", `validate:"multipleof=0.5"`),
		body1[int]("multipleof=0", `validate:"multipleof=0"`),
		body1[string]("doc twice", `doc:"a" jsonschema:"description=b"`),
		body1[time.Time]("time against a value", `validate:"min=2020-01-01"`),
		body1[time.Time]("datetime on time", `validate:"datetime=2006-01-02"`),
		body1[string]("layout", `validate:"datetime=tomorrow"`),
		{"string on a list", reflect.StructOf([]reflect.StructField{{Name: "F", Type: tList, Tag: `json:"f,string"`}}), post},
		{"rule on json:-", reflect.StructOf([]reflect.StructField{{Name: "A", Type: tInt, Tag: `json:"a"`}, {Name: "F", Type: tInt, Tag: `json:"-" validate:"min=1"`}}), post},

		// patterns
		body1[string]("pattern does not compile", `pattern:"("`),
		body1[string]("pattern \\s", `pattern:"\\s"`),
		body1[string]("pattern .", `pattern:"a.b"`),
		body1[string]("pattern \\b", `pattern:"\\bx"`),
		body1[string]("pattern \\A", `pattern:"\\Ax"`),
		body1[string]("pattern \\z", `pattern:"x\\z"`),
		body1[string]("pattern (?i)", `pattern:"(?i)x"`),
		body1[string]("pattern (?P<", `pattern:"(?P<n>x)"`),
		body1[string]("pattern [:alpha:]", `pattern:"[[:alpha:]]"`),
		body1[string]("pattern \\pL", `pattern:"\\pL"`),
		body1[int]("pattern on int", `pattern:"^1"`),
	}
}

func TestRegistration(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	for _, m := range mistakes() {
		text := problemsOf(m.typ, m.c)
		if text == "" {
			t.Errorf("%s: %s was accepted", m.name, m.typ)
		}
		fmt.Fprintf(&out, "# %s\n%s\n\n", m.name, text)
	}
	golden.Equal(t, "testdata/registration.golden", []byte(out.String()))
}

func TestRegistration_several(t *testing.T) {
	t.Parallel()
	type order struct {
		Qty    int    `json:"qty" validate:"min=5,max=3"`
		Coupon string `json:"coupon" validate:"required_if=Mode gift"`
		Kind   string `json:"kind"`
	}
	text := problemsOf(reflect.TypeFor[order](), post)
	require.Equal(t, `  binding.order.Coupon string `+"`json:\"coupon\" validate:\"required_if=Mode gift\"`"+`
    required_if names Mode, and binding.order has no such field (fields: Qty, Coupon, Kind)

  binding.order.Qty int `+"`json:\"qty\" validate:\"min=5,max=3\"`"+`
    no value is at least 5 and at most 3
    write validate:"min=3,max=5"`, text)
}

// A type's own schema becomes rules.
func TestRegistration_hook(t *testing.T) {
	t.Parallel()
	type in struct {
		F hookGood `json:"f"`
		G grid     `json:"g"`
	}
	_, got := decoded[in](`{"f":"ab","g":{"w":1}}`)
	require.Empty(t, got)
	_, got = decoded[in](`{"f":"abcd","g":{}}`)
	require.Equal(t, "422 body /f oneof, body /f max, body /g/w required", got)
	_, got = decoded[in](`{"f":"b","g":{"w":1}}`)
	require.Equal(t, "422 body /f oneof, body /f pattern", got)
	var s strings.Builder
	s.WriteString(inputSchema[in](t))
	require.Contains(t, s.String(), `maxLength=3`)
	require.Contains(t, s.String(), `description=words`)
	data, err := json.Marshal(in{})
	require.NoError(t, err)
	require.NotEmpty(t, data)
}

type grid struct {
	W int `json:"w"`
}

func (*grid) JSONSchema() any {
	return map[string]any{"type": "object", "title": "a grid", "required": []string{"w"}}
}

type (
	figure  interface{ figure() }
	dot     struct{ X int }
	tagged  struct{ Kind string }
	counted struct {
		Kind int `json:"kind"`
	}
	stranger struct{ X int }
	number1  int
)

func (dot) figure()     {}
func (*tagged) figure() {}
func (counted) figure() {}
func (number1) figure() {}

// A union that cannot work is a mistake of the program, found when its set is made.
func TestRegistration_union(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		typ  TypeOption
		want string // of the panic; "" is none
	}{
		{"right", Union[figure]("kind", Variant[dot]("dot"), Variant[*tagged]("tagged")), ""},
		{"shared tag", Union[figure]("kind", Variant[dot]("a"), Variant[*tagged]("a")), `share the tag "a"`},
		{"another interface", Union[figure]("kind", Variant[stranger]("a")), "binding.stranger does not implement binding.figure"},
		{"value of a pointer's methods", Union[figure]("kind", Variant[tagged]("a")), "binding.tagged does not implement binding.figure"},
		{"no struct", Union[figure]("kind", Variant[number1]("a")), "is not a struct"},
		{"no interface", Union[dot]("kind", Variant[dot]("a")), "is not an interface type"},
		{"member of another type", Union[figure]("kind", Variant[counted]("a")), `declares the member "kind" as int; it must be a string`},
		{"no variants", Union[figure]("kind"), "has no variants"},
		{"no member", Union[figure]("", Variant[dot]("a")), "has no name for the member"},
	} {
		got := func() (got string) {
			defer func() {
				if r := recover(); r != nil {
					got = fmt.Sprint(r)
				}
			}()
			NewSet(Types(c.typ))
			return ""
		}()
		if c.want == "" && got != "" || !strings.Contains(got, c.want) {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}
