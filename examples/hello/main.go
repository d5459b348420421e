package main

import (
	"context"
	"log"

	"github.com/wend-go/wend"
)

type who struct {
	Name string `path:"name" validate:"max=40"`
}

func hello(_ context.Context, in who) (string, error) { return "Hello, " + in.Name, nil }

func main() {
	r := wend.New()
	wend.Get(r, "/hello/{name}", hello)
	if err := r.Run(context.Background(), ""); err != nil {
		log.Fatal(err)
	}
}
