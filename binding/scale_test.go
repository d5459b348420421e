package binding

import (
	"fmt"
	"math"
	"net/http"
	"net/url"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
	"time"
)

// BenchmarkScale tells what twice as much of an input costs at a limit: 2 is linear,
// and a parser that looks at everything again for each part is at 4. It is the mean of
// three doublings up to the limit, since one alone may be the step out of a cache; the
// collector, whose work is its own, waits. The inputs are those that would make a
// careless parser look again.
func BenchmarkScale(b *testing.B) {
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	type body struct {
		Map   map[string]int `json:"map"`
		List  []int          `json:"list" validate:"unique"`
		Texts []string       `json:"texts" validate:"unique,dive,min=1"`
		Any   any            `json:"any"`
	}
	type input struct {
		Q     []string          `query:"q"`
		CSV   []int             `query:"csv,csv"`
		Deep  map[string]string `query:"deep,deepObject"`
		H     []string          `header:"X-H"`
		C     string            `cookie:"c"`
		C2    string            `cookie:"c2"`
		Limit int               `query:"limit"`
	}
	type form struct {
		F []string `form:"f"`
		G string   `form:"g"`
	}
	numbered := func(format, sep string, n int) string {
		parts := make([]string, n)
		for i := range parts {
			parts[i] = fmt.Sprintf(format, i, i)
		}
		return strings.Join(parts, sep)
	}
	decode := func(text string) func() {
		return func() { var v body; _ = Decode([]byte(text), &v) }
	}
	query := func(text string, header ...string) func() {
		r := &http.Request{Method: "GET", URL: mustURL(b, "/?"+text), Header: http.Header{}}
		for i := 0; i < len(header); i += 2 {
			r.Header[header[i]] = []string{header[i+1]}
		}
		return func() { _, _ = Request[input](r) }
	}
	for _, c := range []struct {
		name  string
		limit int
		make  func(n int) func()
	}{
		{"JSON, keys of a map", 40_000, func(n int) func() { return decode(`{"map":{` + numbered(`"k%d":%d`, ",", n) + `}}`) }},
		{"JSON, unknown keys", 40_000, func(n int) func() { return decode(`{` + numbered(`"k%d":%d`, ",", n) + `}`) }},
		{"JSON, keys below any", 40_000, func(n int) func() { return decode(`{"any":{` + numbered(`"k%d":%d`, ",", n) + `}}`) }},
		{"JSON, unique numbers", 80_000, func(n int) func() { return decode(`{"list":[` + numbered(`%d%[1]d`, ",", n) + `]}`) }},
		{"JSON, wrong numbers", 80_000, func(n int) func() { return decode(`{"list":[` + strings.Repeat(`"x",`, n) + `0]}`) }},
		{"JSON, unique texts", 40_000, func(n int) func() { return decode(`{"texts":[` + numbered(`"t%d%d"`, ",", n) + `]}`) }},
		{"JSON, escapes", 150_000, func(n int) func() { return decode(`{"texts":["` + strings.Repeat(`\u00e9`, n) + `"]}`) }},
		{"JSON, a syntax error at the end", 80_000, func(n int) func() { return decode(`{"list":[` + strings.Repeat(`1,`, n) + `]}`) }},
		{"query, one name", MaxPairs, func(n int) func() { return query(strings.Repeat("q=a%2Cb&", n)) }},
		{"query, unknown names", MaxPairs, func(n int) func() { return query(numbered("k%d=%d", "&", n)) }},
		{"query, csv", 8_000, func(n int) func() { return query("csv=" + strings.Repeat("1,", n) + "1") }},
		{"query, deepObject", MaxPairs, func(n int) func() { return query(numbered("deep[k%d]=%d", "&", n)) }},
		{"header, a list", 20_000, func(n int) func() { return query("", "X-H", strings.Repeat("a, ", n)) }},
		{"cookies, one name", MaxPairs, func(n int) func() { return query("", "Cookie", strings.Repeat("c=1; ", n)) }},
		{"cookies, unknown names", MaxPairs, func(n int) func() { return query("", "Cookie", numbered("k%d=%d", "; ", n)) }},
		{"form, one name", MaxPairs, func(n int) func() { return formCost[form](b, urlencoded, strings.Repeat("f=%41&", n)) }},
		{"form, unknown names", MaxPairs, func(n int) func() { return formCost[form](b, urlencoded, numbered("k%d=%d", "&", n)) }},
		{"multipart, parts", 500, func(n int) func() {
			return formCost[form](b, multipartForm+"; boundary=x",
				strings.Repeat("--x\r\nContent-Disposition: form-data; name=\"f\"\r\n\r\na\r\n", n)+"--x--\r\n")
		}},
		{"multipart, one long part", 500_000, func(n int) func() {
			return formCost[form](b, multipartForm+"; boundary=x",
				"--x\r\nContent-Disposition: form-data; name=\"g\"\r\n\r\n"+strings.Repeat("\r\n-", n/3)+"\r\n--x--\r\n")
		}},
	} {
		b.Run(c.name, func(b *testing.B) {
			part, whole := c.make(c.limit/8), c.make(c.limit)
			least, most := math.Inf(1), math.Inf(1)
			for b.Loop() {
				runtime.GC()
				least, most = min(least, cost(part)), min(most, cost(whole))
			}
			double := math.Cbrt(most / least)
			b.ReportMetric(double, "2n/n")
			b.ReportMetric(0, "ns/op")
			if double > 2.3 && b.N > 50 {
				b.Errorf("twice as much costs %.2f times as much", double)
			}
		})
	}
}

func cost(f func()) float64 {
	begin := time.Now()
	f()
	return float64(time.Since(begin))
}

// formCost binds a form of its text again and again.
func formCost[T any](tb testing.TB, contentType, text string) func() {
	return func() {
		r, err := http.NewRequest(http.MethodPost, "/", strings.NewReader(text))
		if err != nil {
			tb.Fatal(err)
		}
		r.Header.Set("Content-Type", contentType)
		_, _ = Request[T](r)
	}
}

func mustURL(tb testing.TB, text string) *url.URL {
	u, err := url.Parse(text)
	if err != nil {
		tb.Fatal(err)
	}
	return u
}
