// The tags of TestJSON_embedding are odd on purpose: encoding/json is the oracle.
//
//lint:file-ignore SA5008 see above
package binding

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/big"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// jsonRow is a JSON value for a member f of type T, and what it becomes.
type jsonRow struct {
	name string
	run  func() (value, verdict string)
	want string // the value as encoding/json writes it, or the brief error
}

func j[T any](name, text, want string) jsonRow {
	return jsonRow{name, func() (string, string) {
		v, verdict := decoded[struct {
			F T `json:"f"`
		}](`{"f":` + text + `}`)
		data, _ := json.Marshal(&v.F)
		return string(data), verdict
	}, want}
}

func TestJSON_values(t *testing.T) {
	t.Parallel()
	rows := []jsonRow{
		j[int]("integer-valued", `1.0`, "1"),
		j[int]("integer-valued exponent", `1e2`, "100"),
		j[int]("integer-valued fraction", `120e-1`, "12"),
		j[int]("huge exponent of nothing", `0e999999999`, "0"),
		j[int]("huge exponent", `1e999999999`, isType),
		j[int]("fraction", `1.5`, isType),
		j[int]("string", `"1"`, isType),
		j[string]("number into string", `1`, isType),
		j[bool]("number into bool", `1`, isType),
		j[int8]("300 into int8", `300`, isType),
		j[int8]("limit", `-128`, "-128"),
		j[uint]("-1 into uint", `-1`, isType),
		j[int]("past 64 bits", `9223372036854775808`, isType),
		j[uint64]("64 bits", `18446744073709551615`, "18446744073709551615"),
		j[int]("above 2^53", `9007199254740993`, "9007199254740993"),
		j[float64]("1e400", `1e400`, isType),
		j[float32]("float32 overflow", `1e39`, isType),
		j[float64]("integer into float", `3`, "3"),
		j[[3]int]("array", `[1,2,3]`, "[1,2,3]"),
		j[[3]int]("array too short", `[1,2]`, "422 body /f len"),
		j[[3]int]("array too long", `[1,2,3,4]`, "422 body /f len"),
		j[[]byte]("base64", `"YWI="`, `"YWI="`),
		j[[]byte]("base64 without padding", `"YWI"`, isType),
		j[[]byte]("base64 of URLs", `"_-8="`, isType),
		j[[]byte]("base64 with a line break", `"YWI=\n"`, isType),
		j[[]byte]("bytes as numbers", `[1]`, isType),
		j[map[int8]int]("map key", `{"-1":1,"127":2}`, `{"-1":1,"127":2}`),
		j[map[int8]int]("map key out of range", `{"128":1}`, "422 body /f/128 type"),
		j[map[int8]int]("map key spelling", `{"01":1}`, "422 body /f/01 type"),
		j[map[int8]int]("two keys for one", `{"0":1,"-0":2}`, "422 body /f/-0 multiple"),
		j[map[netip.Addr]int]("text key", `{"::1":1}`, `{"::1":1}`),
		j[map[netip.Addr]int]("bad text key", `{"x":1}`, "422 body /f/x type"),
		j[any]("any", `{"a":[1,null,"x",true]}`, `{"a":[1,null,"x",true]}`),
		j[json.RawMessage]("raw", ` { "a" : 1 } `, `{"a":1}`),
		j[json.Number]("json.Number", `1e2`, `1e2`),
		j[json.Number]("json.Number in quotes", `"1"`, isType),
		j[big.Int]("big", `123456789012345678901234567890`, `123456789012345678901234567890`),
		j[big.Int]("big fraction", `1.5`, isType),
		j[time.Time]("time", `"2026-01-02t03:04:05z"`, `"2026-01-02T03:04:05Z"`),
		j[time.Time]("date alone", `"2026-01-02"`, isType),
		j[time.Time]("leap second", `"2016-12-31T23:59:60Z"`, isType),
		j[time.Duration]("duration", `90000000000`, `90000000000`),
		j[time.Duration]("duration as text", `"1m30s"`, isType),
		j[netip.Addr]("text", `"1.2.3.4"`, `"1.2.3.4"`),
		j[netip.Addr]("text refused", `"x"`, isType),
		j[[]int]("array of wrong", `[1,"x",3,null]`, "422 body /f/1 type, body /f/3 type"),
		j[[]int]("object into list", `{}`, isType),
		j[point]("list into object", `[]`, isType),
		j[map[string]point]("pointer escapes", `{"a/b~c":{"y":10}}`, "422 body /f/a~1b~0c/y max"),
		j[map[string]point]("long key is not repeated", `{"`+strings.Repeat("k", 65)+`":{"y":10}}`, "422 body /f/y max"),
		j[point]("key in another case", `{"X":1}`, "422 body /f/X unknown"),
		j[point]("escapes in keys", `{"\u0078":1}`, `{"x":1,"y":0}`),
		j[point]("long unknown key", `{"`+strings.Repeat("k", 65)+`":1}`, "422 body /f unknown"),
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			value, got := r.run()
			if got == "" {
				got = value
			}
			if got != r.want {
				t.Errorf("got %q, want %q", got, r.want)
			}
		})
	}
}

func TestJSON_quoted(t *testing.T) {
	t.Parallel()
	type quoted struct {
		N int     `json:"n,string" validate:"max=5"`
		F float64 `json:"f,string"`
		B bool    `json:"b,string"`
		S string  `json:"s,string"`
		P *int    `json:"p,string"`
	}
	v, got := decoded[quoted](`{"n":"4","f":"1.5","b":"true","s":"\"x\"","p":"3"}`)
	require.Empty(t, got)
	require.Equal(t, 3, *v.P)
	v.P = nil
	require.Equal(t, quoted{N: 4, F: 1.5, B: true, S: "x"}, v)
	_, got = decoded[quoted](`{"n":4,"f":"x","b":"1","s":"x","p":""}`)
	require.Equal(t, "422 body /n type, body /f type, body /b type, body /s type, body /p type", got)
	var invalid *Error
	require.ErrorAs(t, Decode([]byte(`{"n":4}`), new(quoted)), &invalid)
	require.Equal(t, "must be a string that holds an integer", invalid.Fields[0].Detail)
	_, got = decoded[quoted](`{"n":"6"}`)
	require.Equal(t, "422 body /n max", got)
	require.Contains(t, inputSchema[quoted](t), `n:{type=string x-wend-type=int,string x-constraints=[{"max":5,"rule":"max"}] description=at most 5}`,
		"json:\",string\" with a bound: the keyword would be about the number")
}

func TestJSON_syntax(t *testing.T) {
	t.Parallel()
	type loose struct {
		A any             `json:"a"`
		M map[string]int  `json:"m"`
		R json.RawMessage `json:"r"`
		X int             `json:"x"`
	}
	for _, c := range []struct{ name, text, reason, pointer string }{
		{"cut", `{"a":1`, "syntax", ""},
		{"data after the value", `{}{}`, "syntax", ""},
		{"BOM", "\ufeff{}", "syntax", ""},
		{"duplicate", `{"a":1,"a":2}`, "duplicate", "/a"},
		{"duplicate by an escape", `{"a":1,"\u0061":2}`, "duplicate", "/a"},
		{"duplicate under any", `{"a":{"b":[{"c":1,"c":2}]}}`, "duplicate", "/a/b/0/c"},
		{"duplicate under RawMessage", `{"r":{"c":1,"c":2}}`, "duplicate", "/r/c"},
		{"duplicate in a map", `{"m":{"c":1,"c":2}}`, "duplicate", "/m/c"},
		{"duplicate unknown", `{"z":1,"z":2}`, "duplicate", "/z"},
		{"deep", `{"a":` + strings.Repeat("[", 64) + strings.Repeat("]", 64) + `}`, "depth", ""},
		{"tokens", `{"a":[` + strings.Repeat("0,", 100_000) + `0]}`, "tokens", ""},
		{"UTF-8", "{\"a\":\"\xff\"}", "utf8", ""},
		{"lone surrogate", `{"a":"\ud800"}`, "utf8", ""},
		{"single quotes", `{'a':1}`, "syntax", ""},
		{"trailing comma", `{"a":1,}`, "syntax", ""},
		{"NaN", `{"x":NaN}`, "syntax", ""},
		{"after a wrong value", `{"x":"wrong","a":}`, "syntax", ""},
	} {
		var v loose
		err := Decode([]byte(c.text), &v)
		var e *Error
		require.ErrorAs(t, err, &e, c.name)
		if e.Status != 400 || len(e.Fields) != 1 || e.Fields[0].Code != CodeJSON ||
			e.Fields[0].Params["reason"] != c.reason || e.Fields[0].Pointer != c.pointer {
			t.Errorf("%s: got %d %+v, want 400 json %s at %q", c.name, e.Status, e.Fields, c.reason, c.pointer)
		}
	}
	var v loose
	err := Decode([]byte("{\n \"a\": x}"), &v)
	var e *Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, map[string]any{"reason": "syntax", "offset": 8, "line": 2, "column": 7}, e.Fields[0].Params)
}

func TestJSON_depth(t *testing.T) {
	t.Parallel()
	var v struct{ A any }
	require.NoError(t, Decode([]byte(`{"A":`+strings.Repeat("[", 63)+strings.Repeat("]", 63)+`}`), &v))
}

func TestJSON_order(t *testing.T) {
	t.Parallel()
	type part struct {
		C int `json:"c" validate:"min=1"`
		B int `json:"b" validate:"min=1"`
	}
	type whole struct {
		Z []part `json:"z"`
		A part   `json:"a"`
		M int    `json:"m" validate:"required"`
	}
	_, got := decoded[whole](`{"y":1,"a":{"b":0,"c":0},"X":2,"z":[{"b":0},{"c":1,"b":0}]}`)
	require.Equal(t, "422 body /z/0/c required, body /z/0/b min, body /z/1/b min, body /a/c min, body /a/b min, "+
		"body /m required, body /y unknown, body /X unknown", got)

	many := `[` + strings.Repeat(`{"c":1,"b":0},`, 150) + `{"c":1,"b":1}]`
	var list []part
	err := Decode([]byte(many), &list)
	var e *Error
	require.ErrorAs(t, err, &e)
	require.Len(t, e.Fields, MaxFieldErrors)
}

func TestJSON_hint(t *testing.T) {
	t.Parallel()
	var v point
	err := Decode([]byte(`{"X":1}`), &v)
	var e *Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, `is not a known field; names are case-sensitive, write "x"`, e.Fields[0].Detail)
}

func TestJSON_allowUnknown(t *testing.T) {
	t.Parallel()
	type in struct {
		Body struct {
			A int    `json:"a"`
			R string `json:"r" jsonschema:"readOnly"`
		}
	}
	require.Empty(t, bindWith[in](t, Config{AllowUnknownFields: true}, request(t, "POST", "/", `{"a":1,"A":"x","z":{"y":1},"r":1}`)))
	require.Equal(t, "400 body /z json", bindWith[in](t, Config{AllowUnknownFields: true}, request(t, "POST", "/", `{"z":1,"z":2}`)))
	require.Equal(t, "422 body /r unknown", bindWith[in](t, Config{}, request(t, "POST", "/", `{"r":"x"}`)))
}

// Embedded structs follow encoding/json: both sides see the same members.
func TestJSON_embedding(t *testing.T) {
	t.Parallel()
	type A struct {
		X int `json:"x"`
		Y int
		S int `json:"s"`
	}
	type B struct {
		Y int
		Z int `json:"-,"`
		S int
	}
	type lower struct{ L int }
	type C struct {
		A
		B
		*D
		lower
		X    string `json:"x"`
		Name int    `json:"with space"`
		Skip int    `json:"-"`
	}
	v := C{A: A{1, 2, 3}, B: B{4, 5, 6}, D: &D{7}, lower: lower{8}, X: "x", Name: 9}
	want, err := json.Marshal(v)
	require.NoError(t, err)
	got, err := empty.AppendJSON(nil, v)
	require.NoError(t, err)
	require.Equal(t, string(want), string(got))
	var back, ref C
	require.NoError(t, Decode(want, &back))
	require.NoError(t, json.Unmarshal(want, &ref))
	require.Equal(t, ref, back)
}

type D struct{ V int }

// A value with a Validate method of each form.

type pair struct {
	A int  `json:"a"`
	B int  `json:"b"`
	E wrap `json:"e"`
}

type wrap struct {
	N int `json:"n" validate:"max=9"`
}

func (w *wrap) Validate() error {
	if w.N == 5 {
		return Invalid("/n", "five", "must not be 5")
	}
	return nil
}

func (p pair) Validate(ctx context.Context) error {
	switch {
	case p.A == 99:
		return errors.New("disk full")
	case p.A == 98:
		return teapot{}
	case p.A > p.B:
		return errors.Join(Invalid("/a", "order", "must not be above b"), fmt.Errorf("and: %w", Invalid("", "pair", "is odd")))
	}
	return ctx.Err()
}

type teapot struct{}

func (teapot) Error() string   { return "teapot" }
func (teapot) HTTPStatus() int { return 418 }

func TestJSON_validateMethod(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, want string }{
		{`{"a":1,"b":2}`, ""},
		{`{"a":3,"b":2}`, "422 body /a order, body  pair"},
		{`{"a":3,"b":2,"e":{"n":5}}`, "422 body /e/n five"},
		{`{"a":3,"b":2,"e":{"n":10}}`, "422 body /e/n max"},
		{`{"a":99}`, "error: disk full"},
		{`{"a":98}`, "error: teapot"},
	} {
		if _, got := decoded[pair](c.text); got != c.want {
			t.Errorf("%s: got %q, want %q", c.text, got, c.want)
		}
	}
	require.Equal(t, "422 body /a order, body  pair", brief(Validate(pair{A: 3, B: 2})))
	require.Equal(t, "422 body /e/n five", brief(Validate(pair{E: wrap{5}})))
	require.Equal(t, 418, Validate(pair{A: 98}).(interface{ HTTPStatus() int }).HTTPStatus())
}

// An absent struct is zero, and its method judges that, too.
type nonEmpty struct {
	N int `json:"n"`
}

func (n nonEmpty) Validate() error {
	if n.N == 0 {
		return Invalid("/n", "zero", "must not be zero")
	}
	return nil
}

func TestJSON_validateAbsent(t *testing.T) {
	t.Parallel()
	type outer struct {
		In struct {
			Deep nonEmpty `json:"deep"`
		} `json:"in"`
		P *nonEmpty `json:"p"`
	}
	_, got := decoded[outer](`{}`)
	require.Equal(t, "422 body /in/deep/n zero", got)
	_, got = decoded[outer](`{"in":{"deep":{"n":1}}}`)
	require.Empty(t, got)
}

func TestJSON_encode(t *testing.T) {
	t.Parallel()
	type out struct {
		S  string            `json:"s"`
		L  []int             `json:"l"`
		M  map[string]int    `json:"m"`
		MI map[int]string    `json:"mi"`
		P  *int              `json:"p"`
		OP *int              `json:"op,omitempty"`
		O  Opt[int]          `json:"o"`
		ON Opt[[]int]        `json:"on"`
		W  string            `json:"w" jsonschema:"writeOnly"`
		B  []byte            `json:"b"`
		T  time.Time         `json:"t"`
		A  any               `json:"a"`
		R  json.RawMessage   `json:"r"`
		Z  map[string]string `json:"z,omitzero"`
	}
	got, err := empty.AppendJSON(nil, out{S: "<&>\u2028\xff", W: "secret", MI: map[int]string{10: "b", -1: "a", 2: "c"}, ON: Null[[]int]()})
	require.NoError(t, err)
	require.Equal(t, `{"s":"<&>\u2028\ufffd","l":[],"m":{},"mi":{"-1":"a","10":"b","2":"c"},"p":null,"on":null,`+
		`"b":"","t":"0001-01-01T00:00:00Z","a":null,"r":null}`, string(got))
	within := map[string]any{
		"list": []int(nil), "map": map[string]int(nil), "deep": []any{map[string]any{"l": []string(nil)}, nil, "<"},
		"out": out{B: nil}.ON, "type": struct {
			L []int  `json:"l"`
			W string `json:"w" jsonschema:"writeOnly"`
		}{W: "secret"}, "pointer": (*out)(nil), "raw": json.RawMessage(" [1] "), "foreign": struct{ E error }{},
	}
	got, err = empty.AppendJSON(nil, within)
	require.NoError(t, err)
	require.Equal(t, `{"deep":[{"l":[]},null,"<"],"foreign":{"E":null},"list":[],"map":{},"out":null,"pointer":null,"raw":[1],"type":{"l":[]}}`,
		string(got), "what an any holds is written as its type is")
	within["cycle"] = within
	_, err = empty.AppendJSON(nil, within)
	require.Error(t, err, "a cycle through any")
	for name, v := range map[string]any{
		"chan": map[string]any{"c": make(chan int)}, "NaN": math.NaN(), "Inf": []float32{float32(math.Inf(1))}, "year": time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC),
		"offset": time.Date(2000, 1, 1, 0, 0, 0, 0, time.FixedZone("", 24*3600)), "raw": json.RawMessage("{"),
		"text": failing{},
	} {
		if got, err := empty.AppendJSON(nil, v); err == nil {
			t.Errorf("%s: got %s, want an error", name, got)
		}
	}
	type ring struct{ Next *ring }
	r := &ring{}
	r.Next = r
	_, err = empty.AppendJSON(nil, r)
	require.Error(t, err, "a cycle")
	null, err := empty.AppendJSON(nil, nil)
	require.NoError(t, err)
	require.Equal(t, "null", string(null))
}

type failing struct{}

func (failing) MarshalText() ([]byte, error) { return nil, errors.New("no") }
func (*failing) UnmarshalText([]byte) error  { return errors.New("no") }

type shape interface{ area() int }

type circle struct {
	R    int    `json:"r" validate:"min=1"`
	Kind string `json:"kind"`
}

type square struct {
	Side int   `json:"side" validate:"min=1"`
	Sub  shape `json:"sub"`
}

func (circle) area() int  { return 3 }
func (*square) area() int { return 4 }

func TestJSON_union(t *testing.T) {
	t.Parallel()
	set := NewSet(Types(Union[shape]("kind", Variant[circle]("circle"), Variant[*square]("square"))))
	type drawing struct {
		Shapes []shape `json:"shapes"`
	}
	for _, c := range []struct{ text, want string }{
		{`{"shapes":[{"kind":"circle","r":1},{"side":2,"kind":"square","sub":{"kind":"circle","r":2}}]}`, ""},
		{`{"shapes":[{"kind":"x"}]}`, "422 body /shapes/0/kind oneof"},
		{`{"shapes":[{}]}`, "422 body /shapes/0/kind required"},
		{`{"shapes":[{"kind":1}]}`, "422 body /shapes/0/kind type"},
		{`{"shapes":[null]}`, "422 body /shapes/0 type"},
		{`{"shapes":[{"kind":"circle","r":0,"x":1}]}`, "422 body /shapes/0/r min, body /shapes/0/x unknown"},
		{`{"shapes":[{"kind":"circle","kind":"square"}]}`, "400 body /shapes/0/kind json"},
		{`{"shapes":[{"kind":"square","side":1,"kind":"square"}]}`, "400 body /shapes/0/kind json"},
		{`{"shapes":[{"kind":"circle","r":]}]}`, "400 body  json"},
		{`{"shapes":[7]}`, "422 body /shapes/0 type"},
	} {
		var d drawing
		if got := brief(set.Decode([]byte(c.text), &d)); got != c.want {
			t.Errorf("%s: got %q, want %q", c.text, got, c.want)
		}
	}
	var d drawing
	const text = `{"shapes":[{"kind":"circle","r":1},{"kind":"square","side":2,"sub":{"kind":"circle","r":2}}]}`
	require.NoError(t, set.Decode([]byte(text), &d))
	require.Equal(t, "circle", d.Shapes[0].(circle).Kind, "a variant that declares the member is given it")
	out, err := set.AppendJSON(nil, d)
	require.NoError(t, err)
	require.Equal(t, text, string(out))
	require.Equal(t, "422 body /shapes/0/r min", brief(set.Validate(drawing{[]shape{circle{}}})))

	for name, f := range map[string]func(){
		"not an interface": func() { Types(Union[circle]("kind"))(NewSet()) },
	} {
		require.NotPanics(t, f, name)
	}
	require.Panics(t, func() { NewSet(Types(Union[circle]("kind"))) })
	require.Panics(t, func() { NewSet(Types(Union[shape]("kind", Variant[point]("p")))) })
	require.Panics(t, func() { NewSet(Types(Union[shape]("kind", Variant[circle]("c"), Variant[*square]("c")))) })
	require.Panics(t, func() { NewSet(Types(Union[shape]("kind", Variant[square]("c")))) }, "the pointer implements it, not the value")
}
