package binding

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

// everything has every kind that both encoders know.
type everything struct {
	Bool    bool                              `json:"bool"`
	Int     int                               `json:"int"`
	Int8    int8                              `json:"int8,omitempty"`
	Int64   int64                             `json:"int64,string"`
	Uint    uint                              `json:"uint"`
	Uint8   uint8                             `json:"uint8,omitzero"`
	Uint64  uint64                            `json:"uint64"`
	Float32 float32                           `json:"float32"`
	Float64 float64                           `json:"float64,omitempty"`
	Quoted  float64                           `json:"quoted,string"`
	String  string                            `json:"string"`
	QString string                            `json:"qstring,string"`
	Bytes   []byte                            `json:"bytes"`
	Time    time.Time                         `json:"time"`
	TimeZ   time.Time                         `json:"timez,omitzero"`
	Dur     time.Duration                     `json:"dur"`
	Text    netip.Addr                        `json:"text"`
	TextP   *netip.Prefix                     `json:"textp"`
	Any     any                               `json:"any"`
	Raw     json.RawMessage                   `json:"raw"`
	Number  json.Number                       `json:"number"`
	Ptr     *int                              `json:"ptr"`
	PtrPtr  **string                          `json:"ptrptr,omitempty"`
	List    []int                             `json:"list"`
	Lists   [][]string                        `json:"lists,omitempty"`
	Array   [3]uint8                          `json:"array"`
	Map     map[string]int                    `json:"map"`
	IntMap  map[int]string                    `json:"intmap"`
	TextMap map[netip.Addr]bool               `json:"textmap,omitempty"`
	Struct  struct{ A, B int }                `json:"struct"`
	Structs []struct{ X *struct{ Y string } } `json:"structs"`
	Named   namedBytes                        `json:"named"`
	Escaped int                               `json:"<&> "`
	lifted
	*Embedded
	Next *everything `json:"next,omitempty"`
}

type (
	namedBytes []named8
	named8     uint8
	lifted     struct {
		Promoted string
		Shadow   int `json:"int"`
	}
	Embedded struct {
		Embedded int `json:"embedded,omitempty"`
	}
)

// fill sets v to a random value without nil slices and maps.
func fill(r *rand.Rand, v reflect.Value, depth int) {
	switch x := v.Addr().Interface().(type) {
	case *time.Time:
		*x = time.Unix(r.Int64N(1<<35), r.Int64N(1e9)).In(time.FixedZone("", (r.IntN(47)-23)*1800))
		return
	case *netip.Addr:
		*x = netip.AddrFrom4([4]byte{byte(r.Uint32()), 2, 3, byte(r.Uint32())})
		return
	case *netip.Prefix:
		*x = netip.PrefixFrom(netip.AddrFrom4([4]byte{10, 0, 0, 0}), r.IntN(33))
		return
	case *json.Number:
		*x = json.Number(fmt.Sprint(r.Int32()))
		return
	case *json.RawMessage:
		*x = json.RawMessage([]string{`null`, `{"a":[1,2.5e3]}`, `"\u00e9"`, `[]`}[r.IntN(4)])
		return
	case *any:
		*x = []any{nil, true, 1.5, "x<y", []any{1.0, "a"}, map[string]any{"k": nil}}[r.IntN(6)]
		return
	}
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(r.IntN(2) == 0)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(int64(r.Uint64()) >> r.IntN(64))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(r.Uint64() >> r.IntN(64))
	case reflect.Float32, reflect.Float64:
		f := math.Float64frombits(r.Uint64())
		if v.Kind() == reflect.Float32 {
			f = float64(math.Float32frombits(r.Uint32()))
		}
		if math.IsNaN(f) || math.IsInf(f, 0) || r.IntN(3) == 0 {
			f = float64(r.IntN(100)) / 8
		}
		v.SetFloat(f)
	case reflect.String:
		v.SetString([]string{"", "plain", "<a href=\"&\">\\", "é\u2028\u2029😀", "\x00\x1f\x7f\n\t", "\xff\xc3", "\ufffd"}[r.IntN(7)])
	case reflect.Pointer:
		if depth > 0 && r.IntN(3) > 0 {
			v.Set(reflect.New(v.Type().Elem()))
			fill(r, v.Elem(), depth-1)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), r.IntN(4), 4))
		fallthrough
	case reflect.Array:
		for i := range v.Len() {
			fill(r, v.Index(i), depth-1)
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for range r.IntN(4) {
			key, elem := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			fill(r, key, depth-1)
			fill(r, elem, depth-1)
			if key.Kind() == reflect.String && !utf8.ValidString(key.String()) {
				continue // two such keys may be one on the wire
			}
			v.SetMapIndex(key, elem)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Field(i); f.CanSet() {
				fill(r, f, depth-1)
			}
		}
	}
}

// sameFFFD gives ill-formed text one spelling: encoding/json escapes what it puts in
// its place or not, depending on its version.
func sameFFFD(text string) string {
	text = strings.ReplaceAll(text, `\\ufffd`, "\uFFFD") // inside of a member with json:",string"
	return strings.ReplaceAll(text, `\ufffd`, "\uFFFD")
}

func TestEncode_differential(t *testing.T) {
	t.Parallel()
	seed := uint64(time.Now().UnixNano())
	r := rand.New(rand.NewPCG(seed, 0))
	for range 2000 {
		var v everything
		fill(r, reflect.ValueOf(&v).Elem(), 6)
		var want bytes.Buffer
		e := json.NewEncoder(&want)
		e.SetEscapeHTML(false)
		require.NoError(t, e.Encode(&v))
		got, err := empty.AppendJSON(nil, &v)
		require.NoError(t, err)
		if sameFFFD(string(got)+"\n") != sameFFFD(want.String()) {
			t.Fatalf("seed %d:\n got %s\nwant %s", seed, got, want.String())
		}
	}
}

func FuzzDecode(f *testing.F) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		var v everything
		fill(r, reflect.ValueOf(&v).Elem(), 4)
		data, err := json.Marshal(&v)
		require.NoError(f, err)
		f.Add(data)
	}
	for _, text := range []string{
		`{"int":1e2,"map":{"a":1,"a":2}}`, `{"intmap":{"-1":"x"},"next":{"next":{}}}`, `{"any":{"a":[null]},"raw":[1,{"b":2}]}`,
		`{"INT":1}`, `{"bytes":"YQ=="}`, `{"ptr":null,"list":null}`, "\ufeff{}", `{"int64":"5","qstring":"\"a\""}`, `[`, ``, `{"structs":[{"X":{"Y":"z"}}]}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var got, want everything
		if err := Decode(data, &got); err != nil {
			if brief(err) == "422" || brief(err) == "400" {
				t.Fatalf("%q: an error without an item: %v", data, err)
			}
			return
		}
		if err := json.Unmarshal(data, &want); err == nil && !reflect.DeepEqual(got, want) {
			t.Fatalf("%q: got %+v, want %+v", data, got, want)
		}
		out, err := empty.AppendJSON(nil, &got)
		if err != nil {
			t.Fatalf("%q cannot be written back: %v", data, err)
		}
		if !json.Valid(out) {
			t.Fatalf("%q was written as %q, which is no JSON", data, out)
		}
	})
}

type reader struct {
	S string            `query:"s" validate:"omitempty,max=9"`
	N *int              `query:"n" validate:"min=1"`
	L []string          `query:"l"`
	C []int             `query:"c,csv" validate:"max=5,unique"`
	D map[string]string `query:"d,deepObject"`
	F filter            `query:"f,deepObject"`
	T time.Time         `query:"t"`
	H []string          `header:"X-List" validate:"dive,min=1"`
	W time.Time         `header:"X-When"`
	K string            `cookie:"k" validate:"max=20"`
	M *bool             `cookie:"m"`
}

// fuzzRequest binds a request; whatever it is, it is accepted or has an item, or
// is malformed.
func fuzzRequest(t *testing.T, query, header, cookie string) {
	t.Helper()
	r := get(t, "/")
	r.URL.RawQuery = query
	r.Header["X-List"] = []string{header}
	r.Header["X-When"] = []string{header}
	r.Header["Cookie"] = []string{cookie}
	v, err := Request[reader](r)
	if err == nil {
		for _, s := range append(v.L, append(v.H, v.S, v.K)...) {
			if !utf8.ValidString(s) {
				t.Fatalf("%q %q %q: %q is not UTF-8", query, header, cookie, s)
			}
		}
		if err := Validate(v.F); err != nil {
			t.Fatalf("%q: an invalid value was bound: %v", query, err)
		}
		return
	}
	if got := brief(err); got == "422" || got[0] != '4' {
		t.Fatalf("%q %q %q: %v", query, header, cookie, err)
	}
}

func FuzzQuery(f *testing.F) {
	for _, q := range []string{
		"", "s=a+b&n=1", "l=a&l=&l", "c=1,2,%2C", "d[a]=1&d%5Bb%5D=2", "f[status]=open&f[page]=x&f[", "d[]=&d[[]]=1", "&&=&=x", "s=%zz", "s=%ff", "t=2026-01-02t03:04:05z", "n=&n=",
	} {
		f.Add(q)
	}
	f.Fuzz(func(t *testing.T, q string) { fuzzRequest(t, q, "", "") })
}

func FuzzHeader(f *testing.F) {
	for _, h := range []string{"", "a, b ,c", ",", "\"a,b\"", "Sun, 06 Nov 1994 08:49:37 GMT", "\xff", " \t"} {
		f.Add(h)
	}
	f.Fuzz(func(t *testing.T, h string) { fuzzRequest(t, "", h, "") })
}

func FuzzCookie(f *testing.F) {
	for _, c := range []string{"", "k=v", "k=v; k=v; m=true", "k=1;k=2", "=x;;k", "k=\"a b\"", "m=on", "k=\xff", "K=1"} {
		f.Add(c)
	}
	f.Fuzz(func(t *testing.T, c string) { fuzzRequest(t, "", "", c) })
}

func FuzzTag(f *testing.F) {
	for _, row := range ruleRows {
		f.Add(row.tag)
	}
	for _, tag := range []string{"dive,dive", "a|b|c", "keys,endkeys", "dive,keys,dive,endkeys", "oneof='a", "min=1|max=", "required_if=F", "datetime=0x2C", "|", "=", ","} {
		f.Add(tag)
	}
	types := []reflect.Type{tString, tInt, tUint8, tFloat4, tList, tMap, tTime, tPtr, reflect.TypeFor[Opt[[]string]](), reflect.TypeFor[map[int8][]point]()}
	f.Fuzz(func(t *testing.T, tag string) {
		if !utf8.ValidString(tag) {
			return
		}
		if rules, err := parseRules(tag); err == nil && rules == nil {
			t.Fatalf("%q: neither rules nor error", tag)
		}
		for _, typ := range types {
			plan := NewSet().root(memberOf(typ, fmt.Sprintf("validate:%q", tag)))
			if len(plan.problems) > 0 {
				continue
			}
			_ = renderSchema(plan.node.view(Input))
			_ = decodeBody(t.Context(), plan.node, []byte(`{"f":null}`), reflect.New(plan.node.typ).UnsafePointer(), false, nil)
		}
	})
}
