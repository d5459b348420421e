package main

import (
	"context"
	"log"

	"github.com/wend-go/wend"
)

func main() {
	r := wend.New()
	wend.Get(r, "/hello", func(context.Context, wend.None) (string, error) { return "Hello, world", nil })
	if err := r.Run(context.Background(), ""); err != nil {
		log.Fatal(err)
	}
}
