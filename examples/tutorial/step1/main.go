// Step 1 of the tutorial: a first endpoint.
package main

import (
	"context"
	"log"

	"github.com/wend-go/wend"
)

func main() {
	if err := newRouter().Run(context.Background(), ""); err != nil {
		log.Fatal(err)
	}
}

func newRouter() *wend.Router {
	r := wend.New()
	wend.Get(r, "/hello/{name}", hello)
	return r
}

type helloInput struct {
	Name string `path:"name"`
}

type greeting struct {
	Text string `json:"text"`
}

func hello(_ context.Context, in helloInput) (greeting, error) {
	return greeting{"Hello, " + in.Name}, nil
}
