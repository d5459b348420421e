package contract_test

import (
	"context"
	"io"
	"iter"
	"net/http"
	"time"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/binding"
)

type color string

func (color) Enum() []color { return []color{"red", "green"} }

type shape interface{ area() }

type circle struct {
	R float64 `json:"r" validate:"gt=0"`
}

type square struct {
	Side int8 `json:"side" validate:"min=1"`
}

func (circle) area() {}
func (square) area() {}

type everything struct {
	Name    string              `json:"name" validate:"required,max=20"`
	Code    string              `json:"code" pattern:"^[A-Z]{3}-[0-9]{4}$"`
	Mail    string              `json:"mail" validate:"omitempty,email"`
	Small   int8                `json:"small"`
	Big     uint64              `json:"big"`
	Price   float32             `json:"price" validate:"min=0,lt=100"`
	Step    int                 `json:"step" validate:"multipleof=5"`
	Tags    []string            `json:"tags" validate:"min=1,max=3,unique,dive,min=2"`
	Counts  map[string]int      `json:"counts" validate:"max=2,dive,keys,alpha,endkeys,min=1"`
	Color   *color              `json:"color"`
	Due     binding.Opt[string] `json:"due,omitzero" validate:"date"`
	Shapes  []shape             `json:"shapes"`
	Front   shape               `json:"front"`
	Back    shape               `json:"back,omitempty"`
	When    time.Time           `json:"when"`
	Mode    string              `json:"mode" validate:"omitempty,oneof=gift sale"`
	Coupon  string              `json:"coupon" validate:"required_if=Mode gift"`
	Inner   *everything         `json:"inner"`
	Data    []byte              `json:"data"`
	Address struct {
		Zip string `json:"zip" validate:"len=5,numeric"`
	} `json:"address"`
}

type params struct {
	ID     int               `path:"id" validate:"min=1,max=9"`
	Rest   string            `path:"rest"`
	Sort   []string          `query:"sort,csv" validate:"max=2,dive,oneof=a b"`
	Levels []int             `query:"level" validate:"max=3,dive,min=1"`
	Q      string            `query:"q" validate:"required,max=5"`
	Filter map[string]string `query:"filter,deepObject"`
	Bound  struct {
		Low  int `json:"low" validate:"min=0"`
		High int `json:"high" validate:"max=10"`
	} `query:"bound,deepObject"`
	Exact  bool          `query:"exact"`
	Wait   time.Duration `query:"wait" default:"1s"`
	Tenant string        `header:"X-Tenant" validate:"uuid"`
	Nums   []int         `header:"X-Nums" validate:"max=3"`
	Theme  color         `cookie:"theme"`
}

type form struct {
	Title string         `form:"title" validate:"required,max=8"`
	Count int            `form:"count" validate:"min=1,max=5"`
	Picks []color        `form:"picks" validate:"max=2"`
	Photo binding.Upload `form:"photo" validate:"required,mime=image/png"`
	More  []byte         `form:"more"`
	Meta  struct {
		A int `json:"a" validate:"min=1"`
	} `form:"meta,json"`
}

type plainForm struct {
	Name string `form:"name" validate:"required"`
	Age  *int   `form:"age" validate:"min=18"`
}

type raw struct {
	Body []byte `body:"image/png"`
}

type streamed struct {
	Body io.Reader
}

// clean answers as its document says.
func clean() *wend.Router {
	r := wend.New(quiet(), wend.Binding(binding.NewSet(binding.Types(
		binding.Union[shape]("kind", binding.Variant[circle]("circle"), binding.Variant[square]("square")),
	))))
	wend.Post(r, "/everything", func(_ context.Context, in everything) (everything, error) { return in, nil })
	wend.Get(r, "/params/{id}/{rest...}", func(_ context.Context, in params) (params2, error) {
		return params2{Nums: in.Nums, Body: in.Sort}, nil
	})
	wend.Post(r, "/form", func(_ context.Context, in form) (string, error) { return in.Photo.Name(), nil })
	wend.Post(r, "/plain", func(_ context.Context, in plainForm) (wend.Text, error) { return wend.Text(in.Name), nil })
	wend.Put(r, "/raw", func(_ context.Context, in raw) (wend.Blob, error) {
		return wend.Blob{MediaType: "application/octet-stream", Data: in.Body}, nil
	})
	wend.Put(r, "/streamed", func(_ context.Context, in streamed) (wend.None, error) {
		_, err := io.Copy(io.Discard, in.Body)
		return wend.None{}, err
	})
	wend.Put(r, "/optional", func(_ context.Context, in struct{ Body *note }) (*note, error) {
		if in.Body == nil {
			return nil, &wend.Error{Status: http.StatusConflict, Detail: "nothing"}
		}
		return in.Body, nil
	}, wend.Errors(&wend.Error{Status: http.StatusConflict}))
	wend.Query(r, "/query", func(_ context.Context, in []note) (map[string]note, error) { return nil, nil })
	wend.Get(r, "/lines", func(_ context.Context, in streamed2) (iter.Seq[note], error) {
		return func(yield func(note) bool) {
			for i := 1; i <= in.Many && yield(note{i, "x"}); i++ {
			}
		}, nil
	})
	wend.Get(r, "/events", func(_ context.Context, in streamed2) (wend.Events[note], error) {
		return func(yield func(wend.Event[note], error) bool) {
			for i := 1; i <= in.Many; i++ {
				if !yield(wend.Event[note]{ID: "a", Name: "b", Retry: time.Second, Data: note{i, "x\ny"}}, nil) {
					return
				}
			}
		}, nil
	})
	wend.Get(r, "/away", func(context.Context, wend.None) (wend.Redirect, error) { return wend.Redirect{To: "/plain"}, nil })
	return r
}

// streamed2 asks for some items.
type streamed2 struct {
	Many int `query:"many" validate:"min=0,max=5"`
}

type params2 struct {
	Nums []int `header:"X-Nums" validate:"max=3"`
	Body []string
}
