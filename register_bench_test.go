package wend_test

import (
	"context"
	"testing"

	"github.com/wend-go/wend"
)

type regIn struct {
	ID   int `path:"id" validate:"min=1"`
	Page int `query:"page" validate:"max=100"`
	Body regBody
}

type regBody struct {
	Name  string   `json:"name" validate:"required,max=40"`
	Email string   `json:"email" validate:"email"`
	Tags  []string `json:"tags" validate:"max=5"`
	Count int      `json:"count" validate:"min=0,max=9"`
}

type regOut struct {
	ID    int    `json:"id"`
	Name  string `json:"name"`
	Count int    `json:"count"`
}

func BenchmarkRegister(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		r := wend.New()
		wend.Post(r, "/v1/resource/{id}", func(context.Context, regIn) (regOut, error) { return regOut{}, nil })
	}
}
