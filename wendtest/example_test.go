package wendtest_test

import (
	"context"
	"fmt"
	"net/http"
	"runtime"
	"testing"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/wendtest"
)

type Note struct {
	ID   int    `json:"id"`
	Text string `json:"text" validate:"required"`
}

type Page struct {
	Limit int `query:"limit" validate:"min=1"`
}

// newAPI is the router of the examples.
func newAPI() *wend.Router {
	r := wend.New()
	wend.Post(r, "/notes", func(_ context.Context, in Note) (Note, error) {
		in.ID = 1
		return in, nil
	}, wend.Status(201))
	wend.Get(r, "/notes", func(_ context.Context, in Page) ([]Note, error) {
		return []Note{{ID: 1, Text: "milk"}}, nil
	})
	return r
}

// printer stands in for the *testing.T that an example does not have: it prints the
// message of a failure.
type printer struct {
	testing.TB
	cleanups []func()
}

func (p *printer) Helper()                  {}
func (p *printer) Context() context.Context { return context.Background() }
func (p *printer) Cleanup(f func())         { p.cleanups = append(p.cleanups, f) }

func (p *printer) Fatalf(format string, args ...any) {
	fmt.Printf(format, args...)
	runtime.Goexit()
}

// run runs a test function.
func run(test func(t testing.TB)) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		p := &printer{}
		defer func() {
			for _, f := range p.cleanups {
				f()
			}
		}()
		test(p)
	}()
	<-done
}

func Example() {
	run(func(t testing.TB) {
		c := wendtest.New(t, newAPI())
		var n Note
		c.Post("/notes", Note{Text: "milk"}).Status(201).JSON(&n)
		fmt.Println(n.ID, n.Text)
		c.Get("/notes", wendtest.Query("limit", 1)).Status(200).BodyContains("milk")
		c.Get("/notes", wendtest.Query("limit", 0)).Problem(422, "query /limit min")
	})
	// Output: 1 milk
}

// A failed check prints request and response.
func ExampleResponse_Status() {
	run(func(t testing.TB) {
		c := wendtest.New(t, newAPI(), wendtest.Bearer("t0p-secret"))
		c.Post("/notes", Note{Text: "milk"}).Status(200)
	})
	// Output:
	// POST /notes: status 201, want 200
	//
	// > POST /notes HTTP/1.1
	// > Host: example.com
	// > Authorization: Bearer [redacted]
	// > Content-Length: 22
	// > Content-Type: application/json
	// >
	// > {
	// >   "id": 0,
	// >   "text": "milk"
	// > }
	//
	// < HTTP/1.1 201 Created
	// < Content-Length: 22
	// < Content-Type: application/json
	// <
	// < {
	// <   "id": 1,
	// <   "text": "milk"
	// < }
}

func ExampleResponse_Problem() {
	run(func(t testing.TB) {
		c := wendtest.New(t, newAPI())
		c.Post("/notes", `{"text": ""}`).Problem(422, "body /text required")
		c.Post("/notes", `{`).Problem(400)
		c.Get("/nowhere").Problem(404)
		fmt.Println("passed")
	})
	// Output: passed
}

func ExampleForm() {
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, cover, err := r.FormFile("cover")
		fmt.Fprintln(w, r.FormValue("title"), cover.Filename, cover.Size, err)
	})
	run(func(t testing.TB) {
		c := wendtest.New(t, h)
		form := wendtest.Form{"title": "Walden", "cover": wendtest.File("cover.png", "PNG")}
		fmt.Print(c.Post("/books", form).Status(200).Text())
	})
	// Output: Walden cover.png 3 <nil>
}

func ExampleClient_With() {
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, r.Header.Get("X-Tenant"), " ", r.Header.Get("Accept-Language"))
	})
	run(func(t testing.TB) {
		c := wendtest.New(t, h, wendtest.Header("X-Tenant", "a"))
		german := c.With(wendtest.Header("Accept-Language", "de"))
		fmt.Println(german.Get("/").Text())
		fmt.Println(german.Get("/", wendtest.Header("X-Tenant", "b")).Text())
	})
	// Output:
	// a de
	// b de
}

func ExampleEvents() {
	type Progress struct {
		Percent int `json:"percent"`
	}
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		for p := 50; r.Context().Err() == nil; p += 50 { // until the client leaves
			fmt.Fprintf(w, "event: progress\ndata: {\"percent\":%d}\n\n", p)
			w.(http.Flusher).Flush()
		}
	})
	run(func(t testing.TB) {
		c := wendtest.New(t, h)
		for e, err := range wendtest.Events[Progress](c.Get("/jobs/1/events")) {
			fmt.Println(e.Name, e.Data.Percent, err)
			if e.Data.Percent == 100 {
				break
			}
		}
	})
	// Output:
	// progress 50 <nil>
	// progress 100 <nil>
}

func ExampleLines() {
	h := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/jsonl")
		fmt.Fprint(w, "{\"id\":1,\"text\":\"milk\"}\n{\"id\":2,\"text\":\"tea\"}\n")
	})
	run(func(t testing.TB) {
		c := wendtest.New(t, h)
		for n, err := range wendtest.Lines[Note](c.Get("/notes.jsonl")) {
			fmt.Println(n.ID, n.Text, err)
		}
	})
	// Output:
	// 1 milk <nil>
	// 2 tea <nil>
}
