package docs_test

import (
	"context"
	"fmt"
	"net/http/httptest"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/openapi"
	"github.com/wend-go/wend/openapi/docs"
)

func ExampleMount() {
	r := wend.New()
	wend.Get(r, "/hello", func(context.Context, wend.None) (string, error) { return "hello", nil })
	docs.Mount(r, openapi.Info{Title: "Hello", Version: "1.0.0"})

	for _, path := range []string{"/openapi.json", "/openapi.yaml", "/docs"} {
		w := httptest.NewRecorder()
		r.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		fmt.Println(path, w.Code, w.Header().Get("Content-Type"))
	}
	// Output:
	// /openapi.json 200 application/json
	// /openapi.yaml 200 application/yaml
	// /docs 200 text/html; charset=utf-8
}

func ExampleOff() {
	production := true
	r := wend.New()
	wend.Get(r, "/hello", func(context.Context, wend.None) (string, error) { return "hello", nil })
	docs.Mount(r, openapi.Info{Title: "Hello", Version: "1.0.0"}, docs.Off(production))

	for _, path := range []string{"/hello", "/openapi.json", "/docs"} {
		w := httptest.NewRecorder()
		r.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		fmt.Println(path, w.Code)
	}
	// Output:
	// /hello 200
	// /openapi.json 404
	// /docs 404
}

func ExampleNoPages() {
	production := true
	r := wend.New()
	docs.Mount(r, openapi.Info{Title: "Hello", Version: "1.0.0"}, docs.NoPages(production))

	for _, path := range []string{"/openapi.json", "/docs"} {
		w := httptest.NewRecorder()
		r.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		fmt.Println(path, w.Code)
	}
	// Output:
	// /openapi.json 200
	// /docs 404
}
