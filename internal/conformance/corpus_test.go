package conformance

import (
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/wend-go/wend/binding"
)

// Declarations that reflect.StructOf cannot make.

type (
	shape  interface{ sides() int }
	circle struct {
		R int `json:"r" validate:"min=1"`
	}
	polygon struct {
		Kind   string  `json:"kind"`
		Points []int   `json:"points" validate:"min=3,unique"`
		Holes  []shape `json:"holes"`
	}
	drawing struct {
		Shapes []shape          `json:"shapes" validate:"max=3"`
		Frame  *page[circle]    `json:"frame"`
		Named  map[color]circle `json:"named"`
	}
	page[T any] struct {
		Items []T `json:"items" validate:"required"`
		Next  int `json:"next,omitzero"`
	}
	form struct {
		_       struct{} `validate:"required"`
		Mode    string   `json:"mode" validate:"oneof=gift sale"`
		Coupon  string   `json:"coupon" validate:"omitempty,required_if=Mode gift"`
		Level   level    `json:"level" validate:"omitempty,ne=7"`
		Comment *string  `json:"comment" validate:"excluded_with=Score"`
		Score   *int     `json:"score"`
	}
	hooked string
	grid   struct {
		W int `json:"w"`
		H int `json:"h"`
	}
	all struct {
		A hooked `json:"a" validate:"omitempty,min=2"`
		B *grid  `json:"b"`
		C grid   `json:"c"`
		D tree   `json:"d"`
		E *wide  `json:"e"`
	}
)

func (circle) sides() int   { return 0 }
func (*polygon) sides() int { return 3 }

func (hooked) JSONSchema() any {
	return map[string]any{"type": "string", "pattern": "^[ab]+$", "maxLength": 3, "title": "letters"}
}

func (*grid) JSONSchema() any {
	return map[string]any{"type": "object", "required": []string{"w"}}
}

func TestProperty_corpus(t *testing.T) {
	t.Parallel()
	start := startSeed(t)
	set := binding.NewSet(binding.Types(binding.Union[shape]("kind",
		binding.Variant[circle]("circle"), binding.Variant[*polygon]("polygon"))))
	for _, typ := range []reflect.Type{
		reflect.TypeFor[drawing](), reflect.TypeFor[form](), reflect.TypeFor[all](), reflect.TypeFor[page[drawing]](),
		reflect.TypeFor[[]form](), reflect.TypeFor[map[string]*all](), reflect.TypeFor[tree](), reflect.TypeFor[wide](),
	} {
		g := newGenerator(start)
		g.Rand = rand.New(rand.NewPCG(start, 1))
		s := newSubject(t, set, typ)
		defs, _ := s.in["$defs"].(map[string]any)
		accepted := 0
		const values = 1500
		for range values {
			value := g.value(s.in, defs, 0)
			v := s.judge(set, value)
			if v.accepted {
				accepted++
			}
			if v.problem != "" && !known(s, value, v.accepted) {
				t.Fatalf("seed %d\ntype   %s\nvalue  %s\nschema %s\n%s", start, typ, value, text(s.in), v.problem)
			}
		}
		if 20*accepted < values {
			t.Errorf("%s: only %d of %d values were accepted", typ, accepted, values)
		}
	}
}
