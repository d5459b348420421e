package binding

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

type kept struct {
	Q    string   `query:"q"`
	L    []string `query:"l"`
	H    string   `header:"X-H"`
	C    string   `cookie:"c"`
	Body struct {
		S string         `json:"s"`
		E string         `json:"e"`
		L []string       `json:"l"`
		B []byte         `json:"b"`
		M map[string]int `json:"m"`
		A any            `json:"a"`
	}
}

func keptRequest(t *testing.T, i int, pad string) *http.Request {
	t.Helper()
	return request(t, "POST", fmt.Sprintf("/?q=q%d&l=%%6C%d&l=x%d", i, i, i),
		fmt.Sprintf(`{"s":"s%d%s","e":"\u0065%d","l":["l%d"],"b":"YQ==","m":{"k%d":1},"a":["a%d"]}`, i, pad, i, i, i, i),
		"X-H", fmt.Sprintf("h%d", i), "Cookie", fmt.Sprintf("c=c%d", i))
}

// What one request has filled stays as it is whatever later requests bring.
func TestMemory_retained(t *testing.T) {
	t.Parallel()
	var wg sync.WaitGroup
	for worker := range 4 {
		wg.Go(func() {
			all := make([]kept, 2500)
			for i := range all {
				pad := ""
				if i%50 == 0 {
					pad = strings.Repeat("p", sharedText)
				}
				v, err := Request[kept](keptRequest(t, i*4+worker, pad))
				if err != nil {
					t.Error(err)
					return
				}
				all[i] = v
			}
			for i, v := range all {
				n := i*4 + worker
				got := fmt.Sprintln(v.Q, v.L, v.H, v.C, strings.TrimRight(v.Body.S, "p"), v.Body.E, v.Body.L, string(v.Body.B), v.Body.M, v.Body.A)
				want := fmt.Sprintf("q%d [l%d x%d] h%d c%d s%d e%d [l%d] a map[k%d:1] [a%d]\n", n, n, n, n, n, n, n, n, n, n)
				if got != want {
					t.Errorf("got %s, want %s", got, want)
					return
				}
			}
		})
	}
	wg.Wait()
}

func TestMemory_allocations(t *testing.T) {
	valid := signup{Password: "a", Again: "a", User: "b"}
	book := struct {
		Title string   `json:"title" validate:"required,max=200"`
		Year  int      `json:"year" validate:"min=1450,max=2100"`
		Tags  []string `json:"tags" validate:"max=5,unique,dive,min=1"`
		Land  string   `json:"land" validate:"len=2,alpha|numeric"`
	}{"a", 2000, []string{"x", "y"}, "FR"}

	type scalars struct {
		ID    int    `path:"id" validate:"min=1"`
		Query string `query:"q" validate:"max=10"`
		Limit int    `query:"limit" default:"10" validate:"max=100"`
		Token string `header:"X-Token" validate:"required"`
	}
	plan, problems := NewSet().Input(typeOf[scalars](), Config{Method: "GET", Names: []string{"id"}})
	require.Empty(t, problems)
	in := &Incoming{Request: get(t, "/?q=abc&limit=5", "X-Token", "t"), Values: []string{"7"}}

	type note struct {
		Body struct {
			ID   int    `json:"id" validate:"min=1"`
			Text string `json:"text" validate:"required,max=280"`
		}
	}
	notePlan, problems := NewSet().Input(typeOf[note](), Config{Method: "POST"})
	require.Empty(t, problems)
	const text = `{"id":7,"text":"remember the milk"}`
	post := &Incoming{Request: request(t, "POST", "/", text), Limits: Limits{Body: 1 << 20}}
	body := strings.NewReader("")
	post.Request.Body = io.NopCloser(body)

	var s scalars
	var n note
	for _, c := range []struct {
		name string
		want float64
		f    func()
	}{
		{"validate a valid value", 0, func() { _ = Validate(&book) }},
		{"validate siblings", 0, func() { _ = Validate(&valid) }},
		{"bind path, query and header", 0, func() { s = scalars{}; _ = plan.Bind(in, pointerTo(&s)) }},
		// the copy of the text that its strings share
		{"bind a body", 1, func() { n = note{}; body.Reset(text); _ = notePlan.Bind(post, pointerTo(&n)) }},
	} {
		if got := testing.AllocsPerRun(200, c.f); got != c.want {
			t.Errorf("%s: got %v allocations, want %v", c.name, got, c.want)
		}
	}
}
