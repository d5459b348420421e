package binding

import (
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// readRow is a request and what an input type makes of it.
type readRow struct {
	name string
	run  func(t *testing.T) (value, verdict string)
	want string // the value when it is accepted, else the brief error
}

// reads makes rows of one input type from targets of GET requests.
func reads[T any](name, target, want string, header ...string) readRow {
	return readRow{name, func(t *testing.T) (string, string) {
		t.Helper()
		v, verdict := bindRequest[T](t, get(t, target, header...))
		return strings.TrimSuffix(strings.TrimPrefix(fmt.Sprintf("%+v", v), "{"), "}"), verdict
	}, want}
}

func runReads(t *testing.T, rows []readRow) {
	t.Helper()
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			value, got := r.run(t)
			if got == "" {
				got = value
			}
			if got != r.want {
				t.Errorf("got %q, want %q", got, r.want)
			}
		})
	}
}

type (
	qString struct {
		X string `query:"x"`
	}
	qMin struct {
		X string `query:"x" validate:"min=1"`
	}
	qInt struct {
		X int `query:"x"`
	}
	qIntMin struct {
		X int `query:"x" validate:"min=3"`
	}
	qIntOmit struct {
		X int `query:"x" validate:"omitempty,min=3"`
	}
	qDefault struct {
		X int `query:"x" default:"7"`
	}
	qDefOmit struct {
		X int `query:"x" default:"7" validate:"omitempty"`
	}
	qOpt struct {
		X Opt[int] `query:"x"`
	}
	qOptString struct {
		X Opt[string] `query:"x"`
	}
	qList struct {
		X []string `query:"x"`
	}
	qListMin struct {
		X []string `query:"x" validate:"min=1"`
	}
	qCSV struct {
		X []string `query:"x,csv"`
	}
	qCSVInts struct {
		X []int `query:"x,csv" validate:"dive,max=9"`
	}
	qCSVDef struct {
		X []string `query:"x,csv" default:"-updated,text"`
	}
)

func TestParam_presence(t *testing.T) {
	t.Parallel()
	runReads(t, []readRow{
		reads[qString]("string absent", "/", "X:"),
		reads[qString]("string empty", "/?x=", "X:"),
		reads[qString]("string without =", "/?x", "X:"),
		reads[qString]("string twice", "/?x=1&x=2", "422 query /x multiple"),
		reads[qMin]("string whose zero fails", "/", "422 query /x required"),
		reads[qMin]("empty string is a value", "/?x=", "422 query /x min"),
		reads[qInt]("int absent", "/", "X:0"),
		reads[qInt]("int empty", "/?x=", "422 query /x type"),
		reads[qIntMin]("int whose zero fails", "/", "422 query /x required"),
		reads[qIntOmit]("int omitempty absent", "/", "X:0"),
		reads[qIntOmit]("int omitempty empty", "/?x=", "X:0"),
		reads[qIntOmit]("int omitempty zero", "/?x=0", "X:0"),
		reads[qIntOmit]("int omitempty broken", "/?x=2", "422 query /x min"),
		reads[qDefault]("default", "/", "X:7"),
		reads[qDefault]("default, empty", "/?x=", "422 query /x type"),
		reads[qDefOmit]("default, empty is absent", "/?x=", "X:7"),
		reads[qDefault]("default, twice", "/?x=1&x=1", "422 query /x multiple"),
		reads[qOpt]("Opt absent", "/", "X:{Value:0 Set:false Null:false}"),
		reads[qOpt]("Opt given", "/?x=0", "X:{Value:0 Set:true Null:false}"),
		reads[qOpt]("Opt empty", "/?x=", "422 query /x type"),
		reads[qOptString]("Opt string empty", "/?x=", "X:{Value: Set:true Null:false}"),
		reads[qList]("list absent", "/", "X:[]"),
		reads[qList]("list repeated", "/?x=a&y=1&x=b", "X:[a b]"),
		reads[qList]("list, a comma is text", "/?x=a,b", "X:[a,b]"),
		reads[qListMin]("list whose nil fails", "/", "422 query /x required"),
		reads[qListMin]("list, one empty element", "/?x=", "X:[]"),
		reads[qCSV]("csv", "/?x=a,b%2Cc,", "X:[a b,c ]"),
		reads[qCSV]("csv twice", "/?x=a,b&x=c", "X:[a b c]"),
		reads[qCSVInts]("csv, elements broken", "/?x=1,x,10", "422 query /x/1 type, query /x/2 max"),
		reads[qCSVDef]("csv default", "/", "X:[-updated text]"),
		reads[qCSVDef]("csv empty has no elements", "/?x=", "X:[]"),
	})
	v, verdict := bindRequest[qList](t, get(t, "/?x="))
	require.Empty(t, verdict)
	require.Equal(t, []string{""}, v.X, "repeated: one empty element")
	v2, verdict := bindRequest[qCSV](t, get(t, "/?x="))
	require.Empty(t, verdict)
	require.Empty(t, v2.X, "csv: no elements")
	p, verdict := bindRequest[struct {
		X *string `query:"x"`
		Y *string `query:"y"`
	}](t, get(t, "/?x="))
	require.Empty(t, verdict)
	require.NotNil(t, p.X)
	require.Nil(t, p.Y)
}

// textRow is a text and whether a kind accepts it.
func accepts[T any](t *testing.T, kind string, good, bad []string) {
	t.Helper()
	for _, text := range good {
		if _, got := bindRequest[T](t, get(t, "/?x="+url.QueryEscape(text))); got != "" {
			t.Errorf("%s: %q: got %s, want it accepted", kind, text, got)
		}
	}
	for _, text := range bad {
		if _, got := bindRequest[T](t, get(t, "/?x="+url.QueryEscape(text))); got != "422 query /x type" {
			t.Errorf("%s: %q: got %q, want 422 query /x type", kind, text, got)
		}
	}
}

func TestParam_parse(t *testing.T) {
	t.Parallel()
	noInt := []string{"+5", "007", "5.0", "1e3", "0x1f", " 5", "5 ", "", "-", "1_000", "٣"}
	accepts[struct {
		X int `query:"x"`
	}](t, "int", []string{"0", "-1", "9223372036854775807", "-9223372036854775808", "-0"},
		append(noInt, "9223372036854775808"))
	accepts[struct {
		X int8 `query:"x"`
	}](t, "int8", []string{"127", "-128"}, append(noInt, "128", "-129", "300"))
	accepts[struct {
		X uint `query:"x"`
	}](t, "uint", []string{"0", "18446744073709551615"}, append(noInt, "-1", "18446744073709551616"))
	accepts[struct {
		X uint8 `query:"x"`
	}](t, "uint8", []string{"255"}, append(noInt, "256"))
	noFloat := []string{"NaN", "Inf", "-Inf", ".5", "5.", "1_000", "0x1p-2", "+1", "01", "", "1e400"}
	accepts[struct {
		X float64 `query:"x"`
	}](t, "float64", []string{"0", "-1.5", "1e3", "1E-9", "1e308"}, noFloat)
	accepts[struct {
		X float32 `query:"x"`
	}](t, "float32", []string{"0.1", "1e38"}, append(noFloat, "1e39"))
	accepts[struct {
		X bool `query:"x"`
	}](t, "bool", []string{"true", "false"}, []string{"1", "0", "T", "yes", "on", "True", ""})
	accepts[struct {
		X time.Time `query:"x"`
	}](t, "time",
		[]string{"2026-01-02T03:04:05Z", "2026-01-02t03:04:05z", "2026-01-02T03:04:05.123456789012+23:59"},
		[]string{"2026-01-02", "2026-01-02T03:04:60Z", "2026-01-02T03:04:05+24:00", "2026-01-02 03:04:05Z", "2026-02-30T00:00:00Z", ""})
	accepts[struct {
		X time.Duration `query:"x"`
	}](t, "duration", []string{"1m30s", "-2h", "0", "1.5s"}, []string{"PT1M", "90", "1m30", ""})
	accepts[struct {
		X netip.Addr `query:"x"`
	}](t, "text", []string{"::1", "10.0.0.1"}, []string{"x", "10.0.0.01"})
}

func TestParam_query(t *testing.T) {
	t.Parallel()
	runReads(t, []readRow{
		reads[qString]("plus is a space", "/?x=a+b", "X:a b"),
		reads[qString]("escapes", "/?%78=%C3%A9", "X:é"),
		reads[qString]("; is text", "/?x=a;x=b", "X:a;x=b"),
		reads[qString]("exact case", "/?X=a", "X:"),
		reads[qString]("unknown names", "/?y=a&x=b", "X:b"),
		reads[qString]("empty pairs", "/?&&x=b&", "X:b"),
		reads[qString]("bad UTF-8", "/?x=%FF", "400"),
		reads[qString]("bad UTF-8 in a name", "/?%FF=1", "400"),
		reads[qString]("too many pairs", "/?"+strings.Repeat("a&", MaxPairs+1), "400"),
		reads[qString]("as many pairs as allowed", "/?"+strings.Repeat("a&", MaxPairs), "X:"),
	})
	r := get(t, "/")
	r.URL.RawQuery = "x=%zz"
	_, got := bindRequest[qString](t, r)
	require.Equal(t, "400", got, "bad percent-escape")
}

func TestParam_rejectUnknown(t *testing.T) {
	t.Parallel()
	got := bindWith[qInt](t, Config{RejectUnknownQuery: true}, get(t, "/?y=1&x=z&"+strings.Repeat("n", 65)+"=1"))
	require.Equal(t, "422 query /x type, query /y unknown, query  unknown", strings.ReplaceAll(got, "  ", "  "))
	got = bindWith[struct{}](t, Config{RejectUnknownQuery: true}, get(t, "/?y=1"))
	require.Equal(t, "422 query /y unknown", got)
}

type filter struct {
	Status string `json:"status" validate:"omitempty,oneof=open closed"`
	Min    *int   `json:"min" validate:"required_with=Max"`
	Max    *int   `json:"max" validate:"gtefield=Min"`
	Page   int    `json:"page" default:"1"`
	Size   int    `json:"size" validate:"omitempty,min=2"`
}

func (f filter) Validate() error {
	if f.Page == 13 {
		return Invalid("/page", "unlucky", "must not be 13")
	}
	return nil
}

func TestParam_deepObject(t *testing.T) {
	t.Parallel()
	type in struct {
		Filter filter          `query:"filter,deepObject"`
		Range  map[string]int  `query:"range,deepObject" validate:"max=2,dive,keys,alpha,endkeys,min=0"`
		Maybe  map[string]*int `query:"maybe,deepObject"`
	}
	for _, c := range []struct{ name, target, want string }{
		{"absent", "/", ""},
		{"given", "/?filter[status]=open&filter%5Bpage%5D=2&range[a]=1", ""},
		{"undeclared member", "/?filter[x]=1", "422 query /filter/x unknown"},
		{"second level", "/?filter[status][x]=1", "422 query /filter/status/x unknown"},
		{"twice", "/?filter[status]=open&filter[status]=open", "422 query /filter/status multiple"},
		{"rule", "/?filter[status]=x", "422 query /filter/status oneof"},
		{"type", "/?filter[page]=x", "422 query /filter/page type"},
		{"between members", "/?filter[max]=1", "422 query /filter/min required"},
		{"comparison", "/?filter[min]=2&filter[max]=1", "422 query /filter/max gtefield"},
		{"method", "/?filter[page]=13", "422 query /filter/page unlucky"},
		{"method behind a broken member", "/?filter[page]=13&filter[status]=x", "422 query /filter/status oneof"},
		{"comparison with what was no value", "/?filter[min]=x&filter[max]=-1", "422 query /filter/min type"},
		{"empty", "/?filter[page]=", "422 query /filter/page type"},
		{"empty with omitempty", "/?filter[size]=", ""},
		{"empty twice", "/?filter[size]=&filter[size]=3", "422 query /filter/size multiple"},
		{"omitempty broken", "/?filter[size]=1", "422 query /filter/size min"},
		{"pointers in a map", "/?maybe[a]=1&maybe[b]=x", "422 query /maybe/b type"},
		{"map value", "/?range[a]=x", "422 query /range/a type"},
		{"map value rule", "/?range[a]=-1", "422 query /range/a min"},
		{"map key rule", "/?range[1]=1", "422 query /range/1 alpha"},
		{"map size", "/?range[a]=1&range[b]=1&range[c]=1", "422 query /range max"},
		{"second level of a map", "/?range[a][b]=1", "422 query /range/a type"},
		{"stray bracket in a map", "/?range[a]b]=1", "422 query /range/a type"},
		{"map twice", "/?range[a]=1&range[a]=1", "422 query /range/a multiple"},
	} {
		if _, got := bindRequest[in](t, get(t, c.target)); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
	v, got := bindRequest[in](t, get(t, "/?filter[min]=0"))
	require.Empty(t, got)
	require.Equal(t, 1, v.Filter.Page, "defaults of a given object")
}

func TestParam_deepObject_readOnly(t *testing.T) {
	t.Parallel()
	type in struct {
		Filter struct {
			By     string `json:"by" validate:"min=1" jsonschema:"readOnly"`
			Status string `json:"status"`
		} `query:"filter,deepObject"`
	}
	for _, c := range []struct{ name, target, want string }{
		{"absent, and not asked for", "/?filter[status]=open", ""},
		{"sent", "/?filter[status]=open&filter[by]=me", "422 query /filter/by unknown"},
		{"sent empty", "/?filter[status]=open&filter[by]=", "422 query /filter/by unknown"},
	} {
		if v, got := bindRequest[in](t, get(t, c.target)); got != c.want || got == "" && v.Filter.By != "" {
			t.Errorf("%s: got %q with %+v, want %q", c.name, got, v.Filter, c.want)
		}
	}
}

type (
	hString struct {
		X string `header:"x-token"`
	}
	hInt struct {
		X int `header:"X-N"`
	}
	hList struct {
		X []string `header:"X-Tags"`
	}
	hTime struct {
		X time.Time `header:"X-When"`
	}
	cString struct {
		X string `cookie:"sid"`
	}
	cInt struct {
		X *int `cookie:"n" validate:"min=2"`
	}
)

func TestParam_headerAndCookie(t *testing.T) {
	t.Parallel()
	runReads(t, []readRow{
		reads[hString]("any case, blanks", "/", "X:a b", "X-TOKEN", " a b\t"),
		reads[hString]("two lines", "/", "422 header /x-token multiple", "X-Token", "a", "X-Token", "a"),
		reads[hString]("bad UTF-8", "/", "400", "X-Token", "\xff"),
		reads[hInt]("empty", "/", "422 header /X-N type", "X-N", ""),
		reads[hList]("list over lines", "/", "X:[a b c d]", "X-Tags", "a, b ,c", "X-Tags", "d"),
		reads[hTime]("HTTP date", "/", "X:1994-11-06 08:49:37 +0000 UTC", "X-When", "Sun, 06 Nov 1994 08:49:37 GMT"),
		reads[hTime]("RFC 3339", "/", "X:1994-11-06 08:49:37 +0000 UTC", "X-When", "1994-11-06T08:49:37Z"),
		reads[hTime]("no date", "/", "422 header /X-When type", "X-When", "yesterday"),
		reads[cString]("cookie as sent", "/", `X:"a%20b"`, "Cookie", `x=1; sid="a%20b"`),
		reads[cString]("exact name", "/", "X:", "Cookie", "SID=1"),
		reads[cString]("nameless CVE-2023-23934", "/", "X:", "Cookie", "=sid=1"),
		reads[cString]("equal values count once", "/", "X:1", "Cookie", "sid=1; sid=1"),
		reads[cString]("different values", "/", "422 cookie /sid multiple", "Cookie", "sid=1; sid=2"),
		reads[cString]("different values on two lines", "/", "422 cookie /sid multiple", "Cookie", "sid=1", "Cookie", "sid=2"),
		reads[cString]("flood CVE-2025-58186", "/", "400", "Cookie", strings.Repeat("a=b;", MaxPairs+1)),
		reads[cInt]("cookie absent", "/", "X:<nil>"),
		reads[cInt]("cookie type", "/", "422 cookie /n type", "Cookie", "n=x"),
		reads[cInt]("cookie rule", "/", "422 cookie /n min", "Cookie", "n=1"),
	})
}

func TestParam_path(t *testing.T) {
	t.Parallel()
	type in struct {
		ID   int      `path:"id" validate:"min=1"`
		Tags []string `path:"tags" validate:"dive,max=3"`
	}
	plan, problems := NewSet().Input(typeOf[in](), Config{Method: "GET", Names: []string{"id", "tags"}})
	require.Empty(t, problems)
	require.Equal(t, []string{"id", "tags"}, plan.PathNames())
	for _, c := range []struct {
		name        string
		values, raw []string
		want        string
		tags        []string
	}{
		{"decoded", []string{"1", "a,b"}, nil, "", []string{"a", "b"}},
		{"raw commas", []string{"1", "a,b,c"}, []string{"1", "a%2Cb,c"}, "", []string{"a,b", "c"}},
		{"type", []string{"x", "a"}, nil, "422 path /id type", nil},
		{"rules", []string{"0", "a,long"}, nil, "422 path /id min, path /tags/1 max", nil},
		{"UTF-8", []string{"1", "\xff"}, nil, "400", nil},
	} {
		var v in
		err := plan.Bind(&Incoming{Request: get(t, "/"), Values: c.values, RawValues: c.raw}, pointerTo(&v))
		if got := brief(err); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
		if c.want == "" {
			require.Equal(t, c.tags, v.Tags, c.name)
		}
	}
	mux := http.NewServeMux()
	var got string
	mux.HandleFunc("GET /x/{id}/{tags}", func(_ http.ResponseWriter, r *http.Request) {
		v, err := Request[in](r)
		got = fmt.Sprint(v, err)
	})
	mux.ServeHTTP(nil, get(t, "/x/4/a,b"))
	require.Equal(t, "{4 [a b]} <nil>", got)
}

// Errors of several sources come in one answer, ordered by source and declaration.
func TestParam_order(t *testing.T) {
	t.Parallel()
	type in struct {
		Body struct {
			B int `json:"b" validate:"min=1"`
			A int `json:"a" validate:"min=1"`
		}
		C int `cookie:"c"`
		H int `header:"H"`
		Q int `query:"q"`
		R int `query:"r"`
	}
	r := request(t, "POST", "/?r=x&q=x", `{"x":1,"a":0,"b":0}`, "H", "x", "Cookie", "c=x")
	_, got := bindRequest[in](t, r)
	require.Equal(t, "422 query /q type, query /r type, header /H type, cookie /c type, body /b min, body /a min, body /x unknown", got)

	for _, c := range []struct{ name, target, contentType, body, want string }{
		{"415 before 413", "/?q=x", "text/plain", strings.Repeat("x", 2<<20), "415 query /q type"},
		{"413 before 400", "/?q=%ff", "", strings.Repeat("x", 2<<20), "413"},
		{"400 of the query before 422 of the body", "/?q=%ff", "", `{"a":0}`, "400 body /b required, body /a min"},
		{"400 of the body before 422 of the query", "/?q=x", "", `{`, "400 query /q type, body  json"},
		{"415 without a type", "/", " ", `{}`, "415"},
		{"415 of a charset", "/", "application/json; charset=latin1", `{}`, "415"},
		{"suffix", "/", "application/merge+json; charset=UTF-8", `{"a":1,"b":1}`, ""},
		{"no body", "/", " ", "", "422 body  required"},
		{"blank body", "/", "", "  ", "422 body  required"},
		{"null body", "/", "", "null", "422 body  required"},
		{"415 of an encoding", "/", "gzip", "\x1f\x8b\x08", "415"},
		{"400 without one", "/", "identity", "\x1f\x8b\x08", "400 body  json"},
		{"one that lies", "/", "gzip", `{"a":1,"b":1}`, ""},
	} {
		r := request(t, "POST", c.target, c.body, "Content-Type", c.contentType)
		switch c.contentType {
		case "":
			r.Header.Set("Content-Type", "application/json")
		case " ":
			r.Header.Del("Content-Type")
		case "gzip", "identity":
			r.Header = http.Header{"Content-Type": {"application/json"}, "Content-Encoding": {c.contentType}}
		}
		if _, got := bindRequest[in](t, r); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestParam_bodyKinds(t *testing.T) {
	t.Parallel()
	type optional struct{ Body *point }
	v, got := bindRequest[optional](t, request(t, "POST", "/", ""))
	require.Empty(t, got)
	require.Nil(t, v.Body)
	v, got = bindRequest[optional](t, request(t, "POST", "/", " \n"))
	require.Empty(t, got)
	require.Nil(t, v.Body)
	v, got = bindRequest[optional](t, request(t, "POST", "/", `{"x":1}`))
	require.Empty(t, got)
	require.Equal(t, 1, v.Body.X)

	type raw struct{ Body []byte }
	b, got := bindRequest[raw](t, request(t, "POST", "/", "\x00\xff", "Content-Type", "application/octet-stream"))
	require.Empty(t, got)
	require.Equal(t, []byte("\x00\xff"), b.Body)
	_, got = bindRequest[raw](t, request(t, "POST", "/", "x", "Content-Type", "text/plain"))
	require.Equal(t, "415", got)

	type text struct {
		Body string `validate:"max=3"`
	}
	s, got := bindRequest[text](t, request(t, "POST", "/", "äöü", "Content-Type", "text/plain; charset=utf-8"))
	require.Empty(t, got)
	require.Equal(t, "äöü", s.Body)
	_, got = bindRequest[text](t, request(t, "POST", "/", "abcd", "Content-Type", "text/plain"))
	require.Equal(t, "422 body  max", got)
	_, got = bindRequest[text](t, request(t, "POST", "/", "\xff", "Content-Type", "text/plain"))
	require.Equal(t, "400", got)

	type image struct {
		Body []byte `body:"image/png,image/jpeg" validate:"required"`
	}
	_, got = bindRequest[image](t, request(t, "POST", "/", "x", "Content-Type", "image/jpeg"))
	require.Empty(t, got)
	_, got = bindRequest[image](t, request(t, "POST", "/", "x", "Content-Type", "image/gif"))
	require.Equal(t, "415", got)
	_, got = bindRequest[image](t, request(t, "POST", "/", ""))
	require.Equal(t, "422 body  required", got)

	notes, got := bindRequest[[]point](t, request(t, "POST", "/", `[{"x":1},{"y":10}]`))
	require.Equal(t, "422 body /1/y max", got)
	require.Len(t, notes, 2)
}
