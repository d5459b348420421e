package kitchen

import (
	"context"
	"encoding/json"
	"math/big"
	"net/netip"
	"time"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/binding"
)

// Shape is one of several types, told apart by kind.
type Shape interface{ area() float64 }

// Circle is round.
type Circle struct {
	Radius float64 `json:"radius" validate:"gt=0,lt=1000"`
}

// Polygon has corners.
type Polygon struct {
	Corners [][2]int32 `json:"corners" validate:"min=3,max=10"`
	Holes   []Shape    `json:"holes" validate:"max=2"`
}

func (c Circle) area() float64 { return 3 * c.Radius * c.Radius }
func (p *Polygon) area() float64 {
	return float64(len(p.Corners))
}

// Tree is a recursive type.
type Tree struct {
	Name   string          `json:"name" validate:"max=20"`
	Kids   []Tree          `json:"kids" validate:"max=3"`
	ByName map[string]Tree `json:"by_name" validate:"max=2"`
	Parent *Tree           `json:"parent"`
}

// Drawing has one field of each sort.
type Drawing struct {
	Shapes   []Shape              `json:"shapes" validate:"max=4"`
	Front    Shape                `json:"front"`
	Counts   map[string]int8      `json:"counts"`
	ByLevel  map[int16]string     `json:"by_level" validate:"max=3"`
	Byte     uint8                `json:"byte"`
	Word     int16                `json:"word"`
	Long     int64                `json:"long"`
	Unsigned uint64               `json:"unsigned"`
	Single   float32              `json:"single" validate:"min=-1,max=1"`
	Double   float64              `json:"double"`
	Flag     bool                 `json:"flag"`
	Took     time.Duration        `json:"took"`
	When     time.Time            `json:"when"`
	Anything any                  `json:"anything"`
	Raw      json.RawMessage      `json:"raw"`
	Number   json.Number          `json:"number"`
	Huge     big.Int              `json:"huge"`
	Address  netip.Addr           `json:"address"`
	Data     []byte               `json:"data"`
	Quoted   int64                `json:"quoted,string"`
	Sku      string               `json:"sku" validate:"omitempty,sku"`
	Mail     string               `json:"mail" validate:"omitempty,email"`
	Link     string               `json:"link" validate:"omitempty,http_url"`
	Day      string               `json:"day" validate:"omitempty,date"`
	Host     string               `json:"host" validate:"omitempty,hostname"`
	IP       string               `json:"ip" validate:"omitempty,ip"`
	Currency string               `json:"currency" validate:"omitempty,iso4217"`
	Step     int                  `json:"step" validate:"multipleof=5"`
	Grid     [2][2]int            `json:"grid"`
	Levels   []Level              `json:"levels" validate:"max=3,unique"`
	Tree     binding.Opt[Tree]    `json:"tree,omitzero"`
	Inner    struct{ X, Y int32 } `json:"inner"`
	Mode     string               `json:"mode" validate:"omitempty,oneof=gift sale 'for ever'"`
	Coupon   *string              `json:"coupon" validate:"required_if=Mode gift"`
	Low      *int                 `json:"low"`
	High     *int                 `json:"high" validate:"gtefield=Low"`
}

func (k *kitchen) addShapes(r *wend.Router) {
	wend.Post(r, "/drawing", draw)
	wend.Post(r, "/tree", growTree, wend.Example("small", Tree{Name: "oak", Kids: []Tree{{Name: "leaf"}}}))
	wend.Post(r, "/one", oneShape)
	wend.Post(r, "/list", listShapes)
}

func draw(_ context.Context, in Drawing) (Drawing, error) { return in, nil }
func growTree(_ context.Context, in Tree) (Tree, error)   { return in, nil }
func oneShape(_ context.Context, in struct{ Body Shape }) (struct{ Body Shape }, error) {
	return in, nil
}

func listShapes(_ context.Context, in []Circle) (map[string]Circle, error) {
	out := map[string]Circle{}
	for _, c := range in {
		out["last"] = c
	}
	return out, nil
}
