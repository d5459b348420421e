package cve_test

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend"
)

type tree struct {
	Name     string         `json:"name,omitempty" validate:"max=100"`
	N        int            `json:"n,omitempty"`
	F        float64        `json:"f,omitempty"`
	Mail     string         `json:"mail,omitempty" validate:"omitempty,email"`
	Link     string         `json:"link,omitempty" validate:"omitempty,url"`
	IP       string         `json:"ip,omitempty" validate:"omitempty,ip"`
	Children []tree         `json:"children,omitempty"`
	Any      any            `json:"any,omitempty"`
	Map      map[string]int `json:"map,omitempty"`
	IDs      []int          `json:"ids,omitempty" validate:"dive,min=1"`
}

// jsonSite answers with what it has read.
func jsonSite() *wend.Router {
	r := quiet()
	wend.Post(r, "/", func(_ context.Context, in tree) (tree, error) { return in, nil })
	wend.Post(r, "/raw", func(_ context.Context, in struct{ Body json.RawMessage }) (none, error) { return none{}, nil })
	wend.Post(r, "/free", func(_ context.Context, in struct{ Body any }) (none, error) { return none{}, nil })
	wend.Post(r, "/lenient", func(_ context.Context, in tree) (none, error) { return none{}, nil }, wend.AllowUnknownFields())
	return r
}

// TestJSON_refused: a text that is too deep, too wide or no JSON is refused, and the process lives.
func TestJSON_refused(t *testing.T) {
	t.Parallel()
	site := jsonSite()
	deep := func(open string, n int, middle, shut string) string {
		return strings.Repeat(open, n) + middle + strings.Repeat(shut, n)
	}
	for _, c := range []struct {
		name, path, body string
		status           int
	}{
		{"CVE-2022-28131 objects", "/", deep(`{"children":[`, 5000, "", `]}`), 400},
		{"CVE-2022-30635 arrays", "/free", deep("[", 100_000, "", "]"), 400},
		{"CVE-2022-30633 without an end", "/free", strings.Repeat("[", 500_000), 400},
		{"CVE-2020-36518 values of any type", "/", `{"any":` + deep("[", 10_000, "", "]") + "}", 400},
		{"CVE-2022-42003 arrays around a value", "/", `{"n":` + deep("[", 9999, "1", "]") + "}", 400},
		{"CVE-2022-42004 one kind in another", "/", `{"children":` + deep("[", 9999, "{}", "]") + "}", 400},
		{"CVE-2022-45688 objects of any type", "/free", deep(`{"a":`, 50_000, "1", "}"), 400},
		{"CVE-2023-1370 arrays of an unknown member", "/lenient", `{"x":` + deep("[", 10_000, "", "]") + "}", 400},
		{"CVE-2022-40149 raw text", "/raw", deep("[", 100_000, "", "]"), 400},
		{"CVE-2022-40150 objects of an unknown member", "/lenient", `{"x":` + deep(`{"a":`, 10_000, "1", "}") + "}", 400},
		{"CVE-2018-3711 more than a megabyte", "/free", `"` + strings.Repeat("x", 1<<20) + `"`, 413},
		{"CVE-2023-5072 tokens", "/free", "[" + strings.Repeat("1,", 120_000) + "1]", 400},
		{"CVE-2020-8192 problems", "/", `{"ids":[` + strings.Repeat("0,", 50_000) + "0]}", 422},
		{"CVE-2020-10675 member without a value", "/", `{"name":`, 400},
		{"CVE-2020-35381 name without an end", "/", `{"name`, 400},
		{"CVE-2020-36066 stray brackets", "/", `{"name":"x"]}`, 400},
		{"CVE-2020-36067 escape at the end", "/", `{"name":"\`, 400},
		{"CVE-2021-42836 path in a name", "/", `{"a.b.#.c":1}`, 422},
		{"CVE-2017-12635 member twice", "/", `{"name":"user","name":"admin"}`, 400},
		{"CVE-2017-12635 member twice, escaped", "/", `{"name":"user","\u006eame":"admin"}`, 400},
		{"CVE-2017-12635 member twice in a map", "/", `{"map":{"a":1,"a":2}}`, 400},
		{"CVE-2012-2055 member that the type does not have", "/", `{"name":"x","admin":true}`, 422},
		{"CVE-2022-22965 class loader", "/", `{"class":{"module":{"classLoader":{}}}}`, 422},
		{"CVE-2020-8164 list for a text", "/", `{"name":["x"]}`, 422},
		{"CVE-2012-2660 null in a list", "/", `{"ids":[null]}`, 422},
		{"CVE-2022-23772 exponent", "/", `{"n":1e999999999}`, 422},
		{"CVE-2020-10735 digits", "/", `{"n":` + strings.Repeat("9", 900_000) + "}", 422},
		{"CVE-2022-23772 exponent of a float", "/", `{"f":1e-99999999999999999999}`, 200},
		{"CVE-2010-4645 float between two others", "/", `{"f":2.2250738585072011e-308}`, 200},
		{"CVE-2010-4476 float between two others", "/", `{"f":2.2250738585072012e-308}`, 200},
		{"CVE-2010-4476 many digits", "/", `{"f":0.0000` + strings.Repeat("0", 10_000) + "1e10000}", 200},
		{"CVE-2015-5144 line break behind an address", "/", `{"mail":"a@example.com\n"}`, 422},
		{"CVE-2021-32052 line break in an address", "/", `{"link":"https://example.com/\n"}`, 422},
		{"CVE-2021-32052 tab in an address", "/", `{"link":"https://exa\tmple.com/"}`, 422},
		{"CVE-2021-33571 octal numbers", "/", `{"ip":"192.168.010.1"}`, 422},
		{"CVE-2021-29923 octal numbers", "/", `{"ip":"010.8.8.8"}`, 422},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := do(t, site, "POST", c.path, c.body)
			require.Equal(t, c.status, w.Code, w.Body.String()[:min(w.Body.Len(), 500)])
			require.Less(t, w.Body.Len(), 64<<10, "what is wrong is listed within a bound")
		})
	}
	require.JSONEq(t, `{"name":"x","children":[{}]}`, do(t, site, "POST", "/", `{"name":"x","children":[{}]}`).Body.String())
}

// TestJSON_names: a name is compared as it is, and sets what has that name alone.
func TestJSON_names(t *testing.T) {
	t.Parallel()
	r := quiet()
	wend.Post(r, "/{id}", func(_ context.Context, in struct {
		ID    int    `path:"id"`
		Token string `header:"X-Token"`
		Page  int    `query:"page"`
		Body  struct {
			Role string `json:"role"`
		}
	},
	) (wend.Text, error) {
		require.Equal(t, 7, in.ID)
		return wend.Text(in.Token + "|" + in.Body.Role), nil
	})
	for _, c := range []struct{ name, body string }{
		{"CVE-2012-2055 path parameter", `{"role":"r","id":8}`},
		{"CVE-2012-2055 path parameter by its Go name", `{"role":"r","ID":8}`},
		{"CVE-2022-22965 header", `{"role":"r","X-Token":"t"}`},
		{"CVE-2020-8164 query", `{"role":"r","page":1}`},
		{"CVE-2023-50164 another case", `{"role":"r","Role":"admin"}`},
		{"CVE-2012-2055 letters that look alike", `{"role":"r","ro\u217ce":"admin"}`},
		{"CVE-2023-50164 long s and Kelvin", `{"role":"r","\u017fole":"admin"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := do(t, r, "POST", "/7", c.body)
			require.Equal(t, 422, w.Code, w.Body.String())
		})
	}
	require.Equal(t, "|r", do(t, r, "POST", "/7", `{"role":"r"}`).Body.String())
}

// TestJSON_scale: time grows with the length of a text and no faster, whatever its rules.
func TestJSON_scale(t *testing.T) {
	site := jsonSite()
	for _, c := range []struct {
		name string
		body func(n int) string
	}{
		{"CVE-2023-36053 labels of an address", func(n int) string { return `{"mail":"a@` + strings.Repeat("a.", n) + `"}` }},
		{"CVE-2025-61725 words of an address", func(n int) string { return `{"mail":"` + strings.Repeat(`a.\"b\".`, n) + `@x.test"}` }},
		{"CVE-2023-41164 escapes of an address", func(n int) string { return `{"link":"https://x/` + strings.Repeat("%25", n) + `"}` }},
		{"CVE-2021-42248 names", func(n int) string { return `{"map":{` + `"` + strings.Repeat("a", n) + `":1}}` }},
		{"CVE-2023-5072 backslashes", func(n int) string { return `{"name":"` + strings.Repeat(`\\`, n) + `"}` }},
		{"CVE-2020-10735 digits", func(n int) string { return `{"f":` + strings.Repeat("7", n) + `}` }},
		{"CVE-2011-4885 colliding members", func(n int) string {
			var b strings.Builder
			b.WriteString(`{"map":{"x":0`)
			for i := range n / 4 {
				b.WriteString(`,"` + strings.Repeat("Aa", i%7) + strings.Repeat("BB", 7-i%7) + string(rune('a'+i%26)) + strings.Repeat("C", i%50) + strconv.Itoa(i) + `":1`)
			}
			return b.String() + "}}"
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			linear(t, 1000, func(n int) { do(t, site, "POST", "/", c.body(n)) })
		})
	}
}
