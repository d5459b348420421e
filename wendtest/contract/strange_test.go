package contract_test

import (
	"context"
	"encoding/json"
	"io"
	"iter"
	"net/netip"
	"testing"
	"time"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/binding"
	"github.com/wend-go/wend/openapi"
	"github.com/wend-go/wend/wendtest/contract"
)

type Pair[A, B any] struct {
	First  A `json:"first"`
	Second B `json:"second"`
}
type Page[T any] struct {
	Items []T          `json:"items" validate:"max=3"`
	Next  *T           `json:"next"`
	More  map[string]T `json:"more"`
}
type Tree struct {
	Kids  []Tree          `json:"kids" validate:"max=2"`
	Named map[string]Tree `json:"named" validate:"max=1"`
	Up    *Tree           `json:"up"`
	V     int8            `json:"v"`
}
type (
	List  []List
	Dict  map[string]Dict
	Level int
)

func (Level) Enum() []Level { return []Level{1, 2, 3} }

type Size uint8

func (Size) Enum() []Size { return []Size{0, 9} }

type Kind string

func (Kind) Enum() []Kind { return []Kind{"a", "b"} }

type (
	Shape  interface{ shape() }
	Circle struct {
		R float64 `json:"r" validate:"gt=0"`
	}
)

type Group struct {
	Of []Shape `json:"of" validate:"max=2"`
}

func (Circle) shape() {}
func (*Group) shape() {}

type Base struct {
	Shape Shape      `json:"shape"`
	When  *time.Time `json:"when,omitempty"`
}
type Emb struct {
	Base
	*Opts
	Name string `json:"name" validate:"required"`
}
type Opts struct {
	A int  `json:"a" validate:"required,min=1"`
	B *int `json:"b" validate:"min=2"`
}
type Anon struct {
	In struct {
		X int `json:"x" validate:"min=1"`
		Y []struct {
			Z string `json:"z" validate:"max=2"`
		} `json:"y" validate:"max=2"`
	} `json:"in"`
	P *struct {
		Q bool `json:"q"`
	} `json:"p"`
}
type Enums struct {
	L   Level              `json:"l"`
	S   Size               `json:"s"`
	K   *Kind              `json:"k"`
	M   map[Kind]int       `json:"m"`
	N   map[Level]string   `json:"n"`
	O   map[Kind]Level     `json:"o" validate:"min=1"`
	Arr [2]Level           `json:"arr"`
	T   map[netip.Addr]int `json:"t"`
	Opt binding.Opt[Level] `json:"opt,omitzero"`
	OO  binding.Opt[Kind]  `json:"oo,omitzero" validate:"notnull"`
	D   time.Duration      `json:"d" validate:"min=1s"`
	Str int                `json:"str,string" validate:"min=3"`
	Any any                `json:"any"`
	Raw json.RawMessage    `json:"raw"`
	U64 uint64             `json:"u64" validate:"max=10"`
	I64 int64              `json:"i64" validate:"oneof=1 2 9007199254740993"`
	F32 float32            `json:"f32" validate:"max=0.5"`
}
type Params struct {
	K  Kind           `path:"k"`
	L  Level          `path:"l"`
	Ks []Kind         `header:"X-Kinds" validate:"min=1,max=3,unique"`
	Ls []Level        `query:"ls,csv"`
	T  time.Time      `query:"t"`
	A  *netip.Addr    `query:"a"`
	B  *bool          `query:"b"`
	D  map[string]int `query:"d,deepObject" validate:"max=2,dive,keys,alpha,endkeys,min=1"`
	C  *Level         `cookie:"c"`
	D2 time.Duration  `query:"d2" validate:"min=1s"`
}
type Multi struct {
	Status int         `status:"200,201,202,207"`
	Loc    string      `header:"Location"`
	Tags   []string    `header:"X-Tags"`
	N      *int        `header:"X-N" validate:"min=1"`
	Sid    wend.Cookie `cookie:"sid"`
	Body   *Pair[Level, Kind]
}
type Form struct {
	Meta  Pair[int8, Kind] `form:"meta,json"`
	Metas []Opts           `form:"metas,json" validate:"max=2"`
	Files []binding.Upload `form:"files" validate:"min=1,max=2"`
	Kinds []Kind           `form:"kinds" validate:"max=2"`
	Level *Level           `form:"level"`
	When  *time.Time       `form:"when"`
}

// echo answers what it was sent.
func echo[T any](_ context.Context, in struct{ Body T }) (T, error) { return in.Body, nil }

// strange answers with types that are hard to describe.
func strange() *wend.Router {
	r := wend.New(quiet(), wend.Binding(binding.NewSet(binding.Types(
		binding.Union[Shape]("kind", binding.Variant[Circle]("circle"), binding.Variant[*Group]("group"))))))
	wend.Post(r, "/gg", echo[Page[Pair[Level, Page[Kind]]]])
	wend.Post(r, "/g2", echo[Page[Pair[*Level, []Kind]]])
	wend.Post(r, "/g3", echo[Pair[Page[[]Pair[int8, bool]], map[string]Pair[Kind, *Kind]]])
	wend.Post(r, "/tree", echo[Tree])
	wend.Post(r, "/list", echo[List])
	wend.Post(r, "/dict", echo[Dict])
	wend.Post(r, "/emb", echo[Emb])
	wend.Post(r, "/shape", echo[Shape])
	wend.Post(r, "/shapes", echo[map[Kind][]Shape])
	wend.Post(r, "/anon", echo[Anon])
	wend.Post(r, "/enums", echo[Enums])
	wend.Post(r, "/lenient", echo[Enums], wend.AllowUnknownFields())
	wend.Post(r, "/ints", echo[[]Level])
	wend.Post(r, "/level", echo[Level])
	wend.Post(r, "/opt", func(_ context.Context, in struct{ Body *Tree }) (wend.None, error) { return wend.None{}, nil })
	wend.Get(r, "/p/{k}/{l}", func(_ context.Context, in Params) (map[Kind]Level, error) { return nil, nil })
	wend.Post(r, "/multi", func(_ context.Context, in struct {
		N int `query:"n" validate:"min=0,max=3"`
	},
	) (Multi, error) {
		m := Multi{Status: []int{200, 201, 202, 207}[in.N], Loc: "/x", Tags: []string{"a", "b"}, Sid: wend.Cookie{Value: "v"}}
		m.Body = &Pair[Level, Kind]{1, "a"}
		return m, nil
	})
	wend.Post(r, "/form", func(_ context.Context, in Form) (string, error) { return in.Files[0].Name(), nil })
	wend.Get(r, "/seq", func(context.Context, wend.None) (iter.Seq[Shape], error) {
		return func(y func(Shape) bool) { _ = y(Circle{1}) && y(&Group{}) }, nil
	})
	wend.Post(r, "/read", func(_ context.Context, in struct {
		N    int       `header:"X-N" validate:"min=1"`
		Body io.Reader `body:"text/csv"`
	},
	) (string, error) {
		return "x", nil
	})
	return r
}

// What is hard to describe is enforced as it is described.
func TestFuzz_strange(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"3.1.1", "3.2.0"} {
		contract.Fuzz(t, strange(), contract.Requests(150), contract.Document(openapi.Version(version)))
	}
}
