package wend_test

import (
	"context"
	"errors"
	"fmt"
	"html/template"
	"io"
	"net/http"
	"net/http/httptest"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/security"
)

func ExampleBlob() {
	r := wend.New()
	wend.Get(r, "/dot.gif", func(context.Context, wend.None) (wend.Blob, error) {
		return wend.Blob{MediaType: "image/gif", Data: []byte("GIF89a")}, nil
	})
	show(r, "GET", "/dot.gif", "")
	// Output: 200 GIF89a
}

func ExampleText() {
	r := wend.New()
	wend.Get(r, "/ping", func(context.Context, wend.None) (wend.Text, error) { return "pong", nil })
	show(r, "GET", "/ping", "")
	// Output: 200 pong
}

func ExampleNone() {
	r := wend.New()
	wend.Delete(r, "/books", func(context.Context, wend.None) (wend.None, error) { return wend.None{}, nil })
	show(r, "DELETE", "/books", "")
	// Output: 204
}

func ExampleContext() {
	r := wend.New()
	r.Handle("GET /books/{id}", wend.HandlerFunc(func(c wend.Context) error {
		return c.JSON(http.StatusOK, map[string]string{"id": c.Param("id"), "route": c.Route().Pattern()})
	}))
	show(r, "GET", "/books/7", "")
	// Output: 200 {"id":"7","route":"GET /books/{id}"}
}

// An endpoint is an http.Handler for any mux.
func ExampleEndpoint() {
	var e *wend.Endpoint = wend.Func(func(context.Context, wend.None) (string, error) { return "hello", nil })
	mux := http.NewServeMux()
	mux.Handle("GET /hello", e)
	show(mux, "GET", "/hello", "")
	// Output: 200 "hello"
}

func ExampleError() {
	e := &wend.Error{Status: http.StatusTooManyRequests, Code: "slow_down", Detail: "ask less often", Header: http.Header{"Retry-After": {"5"}}}
	r := wend.New()
	wend.Get(r, "/", func(context.Context, wend.None) (wend.None, error) { return wend.None{}, e })
	show(r, "GET", "/", "")
	// Output: 429 {"type":"about:blank","title":"Too Many Requests","status":429,"detail":"ask less often","code":"slow_down"}
}

// Middleware is any function of this shape; it is called once for a route.
func ExampleMiddleware() {
	var poweredBy wend.Middleware = func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-Route", r.Pattern)
			next.ServeHTTP(w, r)
		})
	}
	r := wend.New(wend.With(poweredBy))
	wend.Get(r, "/books/{id}", func(context.Context, struct {
		ID int `path:"id"`
	},
	) (wend.Text, error) {
		return "", nil
	})
	w := httptest.NewRecorder()
	r.ServeHTTP(w, httptest.NewRequest("GET", "/books/7", nil))
	fmt.Println(w.Header().Get("X-Route"))
	// Output: GET /books/{id}
}

// Options go to a router, a group or a route; the inner one adds or overrides.
func ExampleOption() {
	r := wend.New(wend.MaxBody(100))
	books := r.Group("/books", wend.Tags("books"), wend.MaxBody(4))
	wend.Post(books, "", func(_ context.Context, in []int) (int, error) { return len(in), nil })
	show(r, "POST", "/books", "[1]")
	show(r, "POST", "/books", "[1,2]")
	// Output:
	// 200 1
	// 413 {"type":"about:blank","title":"Request Entity Too Large","status":413,"detail":"the body must have at most 4 bytes"}
}

func ExampleRoute() {
	r := wend.New()
	rt := wend.Get(r, "/books/{id}", func(context.Context, struct {
		ID int `path:"id"`
	},
	) (wend.Text, error) {
		return "", nil
	}, wend.Name("book"))
	fmt.Println(rt.Method(), rt.Path(), rt.Name())
	fmt.Println(rt.URL(7))
	// Output:
	// GET /books/{id} book
	// /books/7 <nil>
}

func ExampleOperation() {
	r := wend.New()
	op := wend.Get(r, "/ping", func(context.Context, wend.None) (wend.Text, error) { return "", nil },
		wend.Summary("Ping"), wend.Tags("health"), wend.Example("usual", wend.Text("pong"))).Operation()
	fmt.Println(op.Summary, op.Tags, op.Statuses, op.Examples)
	// Output: Ping [health] [200] [{usual pong}]
}

func ExampleRegistrationError() {
	defer func() {
		var e *wend.RegistrationError
		if err, ok := recover().(error); ok && errors.As(err, &e) {
			fmt.Println(e.What, "-", e.Problems[0].Text)
		}
	}()
	wend.Get(wend.New(), "/books", func(context.Context, struct{ Limit int }) (wend.None, error) { return wend.None{}, nil })
	// Output: GET /books - has no source, and nothing provides int
}

func ExampleRegistrationErrors() {
	r := wend.New(wend.CollectErrors())
	r.Handle("GET /books/:id", http.NotFoundHandler())
	r.Handle("GET /authors/:id", http.NotFoundHandler())
	var all wend.RegistrationErrors
	fmt.Println(errors.As(r.Err(), &all), len(all))
	// Output: true 2
}

// loud is a responder: it writes itself.
type loud string

func (s loud) Respond(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, err := io.WriteString(w, string(s)+"!")
	return err
}

func ExampleResponder() {
	r := wend.New()
	wend.Get(r, "/", func(context.Context, wend.None) (loud, error) { return "hello", nil })
	show(r, "GET", "/", "")
	// Output: 200 hello!
}

// A template is one of html/template, or anything that executes by name.
func ExampleTemplate() {
	var pages wend.Template = template.Must(template.New("book").Parse("<h1>{{.}}</h1>"))
	r := wend.New()
	wend.Get(r, "/", func(context.Context, wend.None) (wend.HTML, error) {
		return wend.HTML{Template: pages, Name: "book", Data: "Emma"}, nil
	})
	show(r, "GET", "/", "")
	// Output: 200 <h1>Emma</h1>
}

func ExampleEvent() {
	r := wend.New()
	wend.Get(r, "/", func(context.Context, wend.None) (wend.Events[string], error) {
		return func(yield func(wend.Event[string], error) bool) {
			yield(wend.Event[string]{Name: "note", Data: "hi"}, nil)
		}, nil
	})
	show(r, "GET", "/", "")
	// Output:
	// 200 event: note
	// data: "hi"
}

// A problem is what errors are written as by default, and what a client reads.
func ExampleProblem() {
	var p wend.Problem
	err := p.UnmarshalJSON([]byte(`{"type":"about:blank","title":"Not Found","status":404,"code":"no_book","balance":3}`))
	fmt.Println(p.Status, p.Code, p.Extra["balance"], err)
	// Output: 404 no_book 3 <nil>
}

// What an operation is given by providers, and which credentials it asks for.
func ExampleProvider() {
	r := wend.New()
	wend.Provide(r, currentReader, wend.Secure(security.Bearer("")))
	op := wend.Get(r, "/me", func(_ context.Context, in struct{ Reader reader }) (wend.Text, error) {
		return wend.Text(in.Reader.Name), nil
	}).Operation()
	for _, p := range op.Providers {
		fmt.Println(p.Type, p.Secure, p.Scoped)
	}
	// Output: wend_test.reader true false
}

func ExampleCredential() {
	r := wend.New()
	wend.Provide(r, currentReader, wend.Secure(security.Bearer("")))
	op := wend.Delete(r, "/books", func(context.Context, struct {
		Reader reader `scopes:"books:write"`
	},
	) (wend.None, error) {
		return wend.None{}, nil
	}).Operation()
	for _, alternative := range op.Security {
		fmt.Println(alternative[0].Scheme.Name, alternative[0].Scopes)
	}
	// Output: bearer [books:write]
}

func ExampleNamedExample() {
	op := wend.Get(wend.New(), "/ping", func(context.Context, wend.None) (string, error) { return "pong", nil },
		wend.Example("usual", "pong")).Operation()
	fmt.Println(op.Examples[0].Name, op.Examples[0].Value)
	// Output: usual pong
}

// A middleware reads a path parameter of the route that it stands before.
func ExampleParam() {
	tag := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Cache-Tag", "note-"+wend.Param(r, "id"))
			next.ServeHTTP(w, r)
		})
	}
	r := wend.New(wend.With(tag))
	r.Handle("GET /notes/{id}", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, w.Header().Get("Cache-Tag"))
	}))
	show(r, "GET", "/notes/7", "")
	// Output: 200 note-7
}

// A middleware answers with an error as a handler of its route would.
func ExampleWriteError() {
	closed := func(http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			wend.WriteError(w, r, wend.Errorf(http.StatusServiceUnavailable, "closed until %d", 8))
		})
	}
	r := wend.New(wend.With(closed))
	wend.Get(r, "/", func(context.Context, wend.None) (wend.Text, error) { return "open", nil })
	show(r, "GET", "/", "")
	// Output: 503 {"type":"about:blank","title":"Service Unavailable","status":503,"detail":"closed until 8"}
}
