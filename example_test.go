package wend_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/wend-go/wend"
)

// show sends a request and prints the answer.
func show(h http.Handler, method, target, body string) {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	if body == "" {
		r.Body = http.NoBody
		r.ContentLength = 0
	} else {
		r.Header.Set("Content-Type", "application/json")
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	fmt.Println(w.Code, w.Body)
}

func Example() {
	type Note struct {
		ID   int    `json:"id"`
		Text string `json:"text"`
	}
	type noteID struct {
		ID int `path:"id" validate:"min=1"`
	}
	errNoNote := &wend.Error{Status: http.StatusNotFound, Code: "no_note", Detail: "no such note", Err: sql.ErrNoRows}
	notes := map[int]Note{1: {1, "buy milk"}}

	r := wend.New()
	wend.Get(r, "/notes/{id}", func(_ context.Context, in noteID) (Note, error) {
		note, ok := notes[in.ID]
		if !ok {
			return Note{}, sql.ErrNoRows
		}
		return note, nil
	}, wend.Errors(errNoNote))

	show(r, "GET", "/notes/1", "")
	show(r, "GET", "/notes/2", "")
	show(r, "GET", "/notes/0", "")
	// Output:
	// 200 {"id":1,"text":"buy milk"}
	// 404 {"type":"about:blank","title":"Not Found","status":404,"detail":"no such note","code":"no_note"}
	// 422 {"type":"about:blank","title":"Unprocessable Entity","status":422,"detail":"1 field is invalid","errors":[{"in":"path","pointer":"/id","code":"min","detail":"must be at least 1","params":{"min":1}}]}
}

func ExamplePost() {
	type NewNote struct {
		Text string   `json:"text" validate:"required,max=10"`
		Tags []string `json:"tags" validate:"max=2,unique"`
	}
	type created struct {
		Location string `header:"Location"`
		Status   int    `status:"201"`
		Body     NewNote
	}
	r := wend.New()
	wend.Post(r, "/notes", func(_ context.Context, in NewNote) (created, error) {
		return created{Location: "/notes/1", Body: in}, nil
	})
	show(r, "POST", "/notes", `{"text":"buy milk"}`)
	show(r, "POST", "/notes", `{"tags":["a","a"],"txt":""}`)
	// Output:
	// 201 {"text":"buy milk","tags":[]}
	// 422 {"type":"about:blank","title":"Unprocessable Entity","status":422,"detail":"3 fields are invalid","errors":[{"in":"body","pointer":"/text","code":"required","detail":"is required"},{"in":"body","pointer":"/tags","code":"unique","detail":"must not repeat an item"},{"in":"body","pointer":"/txt","code":"unknown","detail":"is not a known field"}]}
}

func ExampleRouter_Group() {
	trace := func(name string) wend.Middleware {
		return func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				fmt.Println(name, r.Pattern)
				next.ServeHTTP(w, r)
			})
		}
	}
	r := wend.New(wend.With(trace("router")))
	v1 := r.Group("/v1", wend.With(trace("group")), wend.Tags("v1"))
	wend.Get(v1, "/ping", func(context.Context, wend.None) (string, error) { return "pong", nil }, wend.With(trace("route")))
	show(r, "GET", "/v1/ping", "")
	// Output:
	// router GET /v1/ping
	// group GET /v1/ping
	// route GET /v1/ping
	// 200 "pong"
}

func ExampleHandlerFunc() {
	r := wend.New()
	r.Handle("GET /files/{path...}", wend.HandlerFunc(func(c wend.Context) error {
		if strings.HasSuffix(c.Param("path"), ".txt") {
			return c.Text(http.StatusOK, "the text of "+c.Param("path"))
		}
		return wend.Errorf(http.StatusNotFound, "no file %s", c.Param("path"))
	}))
	show(r, "GET", "/files/a/b.txt", "")
	show(r, "GET", "/files/a", "")
	// Output:
	// 200 the text of a/b.txt
	// 404 {"type":"about:blank","title":"Not Found","status":404,"detail":"no file a"}
}

func ExampleFunc() {
	type in struct {
		Name string `path:"name"`
	}
	mux := http.NewServeMux()
	mux.Handle("GET /hello/{name}", wend.Func(func(_ context.Context, in in) (string, error) { return "Hello, " + in.Name, nil }))
	show(mux, "GET", "/hello/world", "")
	// Output: 200 "Hello, world"
}

func ExampleOnError() {
	type failure struct {
		Message string `json:"message"`
	}
	r := wend.New(wend.OnError(func(_ *http.Request, e *wend.Error) failure { return failure{e.Title} }))
	show(r, "GET", "/nowhere", "")
	// Output: 404 {"message":"Not Found"}
}

func ExampleMapError() {
	r := wend.New(wend.MapError(func(err error) *wend.Error {
		if errors.Is(err, io.ErrUnexpectedEOF) {
			return &wend.Error{Status: http.StatusBadGateway, Detail: "the service behind broke off"}
		}
		return nil
	}))
	wend.Get(r, "/", func(context.Context, wend.None) (string, error) {
		return "", fmt.Errorf("read: %w", io.ErrUnexpectedEOF)
	},
		wend.Errors(&wend.Error{Status: http.StatusNotImplemented}))
	w := httptest.NewRecorder()
	r.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	fmt.Println(w.Code)
	// Output: 502
}

func ExampleRouter_URL() {
	r := wend.New()
	wend.Get(r, "/notes/{id}", func(context.Context, struct {
		ID int `path:"id"`
	},
	) (wend.None, error) {
		return wend.None{}, nil
	}, wend.Name("note"))
	fmt.Println(r.URL("note", 7))
	// Output: /notes/7 <nil>
}

func ExampleCollectErrors() {
	r := wend.New(wend.CollectErrors())
	wend.Get(r, "/notes/{id}", func(context.Context, struct {
		ID int `path:"name" validate:"mim=1"`
	},
	) (wend.None, error) {
		return wend.None{}, nil
	})
	var e *wend.RegistrationError
	if errors.As(r.Err(), &e) {
		for _, p := range e.Problems {
			fmt.Println(p.Text)
		}
	}
	// Unordered output:
	// has no field for {id} of the pattern
	// names {name}, and the pattern has no such wildcard
	// has the unknown rule "mim"
}

func ExampleKey() {
	var tenant wend.Key[string]
	ctx := tenant.With(context.Background(), "acme")
	fmt.Println(tenant.From(ctx))
	// Output: acme true
}
