package main

import (
	"context"
	"log"

	"github.com/wend-go/wend"
)

type greeting struct {
	Name string `path:"name" validate:"max=40"`
}

func main() {
	r := wend.New()
	wend.Get(r, "/hello/{name}", func(_ context.Context, in greeting) (string, error) { return "Hello, " + in.Name, nil })
	log.Fatal(r.Run(context.Background(), ":8080"))
}
