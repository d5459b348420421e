package openapi_test

import (
	"fmt"
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/openapi"
)

// A thousand types: three digits as type arguments.
type (
	d0 struct{}
	d1 struct{}
	d2 struct{}
	d3 struct{}
	d4 struct{}
	d5 struct{}
	d6 struct{}
	d7 struct{}
	d8 struct{}
	d9 struct{}
)

type manyBody[A, B, C any] struct {
	ID    int         `json:"id" jsonschema:"readOnly"`
	Name  string      `json:"name" validate:"required,max=40" doc:"how it is called"`
	Email string      `json:"email" validate:"email"`
	Tags  []string    `json:"tags" validate:"max=5,unique"`
	Count int         `json:"count" validate:"min=0,max=9"`
	Note  *string     `json:"note"`
	Inner manyPart    `json:"inner"`
	Color Color       `json:"color"`
	_     [0]struct{} // so that no two of them are convertible by accident
}

type manyPart struct {
	A int    `json:"a"`
	B string `json:"b" validate:"max=10"`
}

type manyIn[A, B, C any] struct {
	ID   int `path:"id" validate:"min=1"`
	Page int `query:"page" validate:"max=100"`
	Body manyBody[A, B, C]
}

func addMany[A, B, C any](r *wend.Router) {
	digit := func(t reflect.Type) string { return t.Name()[1:] }
	path := fmt.Sprintf("/things/%s%s%s/{id}", digit(reflect.TypeFor[A]()), digit(reflect.TypeFor[B]()), digit(reflect.TypeFor[C]()))
	wend.Post(r, path, answer[manyIn[A, B, C], manyBody[A, B, C]], wend.Tags("things"))
}

func addHundred[A any](r *wend.Router) {
	addTen[A, d0](r)
	addTen[A, d1](r)
	addTen[A, d2](r)
	addTen[A, d3](r)
	addTen[A, d4](r)
	addTen[A, d5](r)
	addTen[A, d6](r)
	addTen[A, d7](r)
	addTen[A, d8](r)
	addTen[A, d9](r)
}

func addTen[A, B any](r *wend.Router) {
	addMany[A, B, d0](r)
	addMany[A, B, d1](r)
	addMany[A, B, d2](r)
	addMany[A, B, d3](r)
	addMany[A, B, d4](r)
	addMany[A, B, d5](r)
	addMany[A, B, d6](r)
	addMany[A, B, d7](r)
	addMany[A, B, d8](r)
	addMany[A, B, d9](r)
}

func thousand() *wend.Router {
	r := wend.New()
	addHundred[d0](r)
	addHundred[d1](r)
	addHundred[d2](r)
	addHundred[d3](r)
	addHundred[d4](r)
	addHundred[d5](r)
	addHundred[d6](r)
	addHundred[d7](r)
	addHundred[d8](r)
	addHundred[d9](r)
	return r
}

func BenchmarkBuild_thousand(b *testing.B) {
	r := thousand()
	b.ReportAllocs()
	for b.Loop() {
		doc, err := openapi.Build(sinkInfo, r.Routes())
		require.NoError(b, err)
		require.Len(b, doc.Components.Schemas, 2000+4) // Color, Problem, and two views of manyPart
	}
}

func BenchmarkDocument_thousand(b *testing.B) {
	doc := build(b, thousand())
	for name, write := range map[string]func() ([]byte, error){"JSON": doc.JSON, "YAML": doc.YAML} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				data, err := write()
				require.NoError(b, err)
				b.SetBytes(int64(len(data)))
			}
		})
	}
}
