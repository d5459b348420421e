// Step 2 of the tutorial: inputs and their rules.
package main

import (
	"cmp"
	"context"
	"log"
	"slices"

	"github.com/wend-go/wend"
)

func main() {
	if err := newRouter().Run(context.Background(), ""); err != nil {
		log.Fatal(err)
	}
}

func newRouter() *wend.Router {
	r := wend.New()
	wend.Get(r, "/walks", listWalks)
	return r
}

// Walk is a walk as a client sees it.
type Walk struct {
	ID      int64   `json:"id"`
	Title   string  `json:"title"`
	Country string  `json:"country"`
	Km      float64 `json:"km"`
}

var walks = []Walk{
	{1, "Kungsleden, Abisko to Nikkaluokta", "SE", 105},
	{2, "Rennsteig", "DE", 169.3},
	{3, "Samaria gorge", "GR", 16},
	{4, "Malerweg", "DE", 112},
}

type listInput struct {
	Country string   `query:"country" validate:"omitempty" pattern:"^[A-Z]{2}$" doc:"ISO 3166 code"`
	MaxKm   *float64 `query:"max_km" validate:"min=1" doc:"not longer than this"`
	Sort    string   `query:"sort" default:"title" validate:"oneof=title km"`
	Limit   int      `query:"limit" default:"20" validate:"min=1,max=100"`
}

func listWalks(_ context.Context, in listInput) ([]Walk, error) {
	var found []Walk
	for _, w := range walks {
		if (in.Country == "" || w.Country == in.Country) && (in.MaxKm == nil || w.Km <= *in.MaxKm) {
			found = append(found, w)
		}
	}
	slices.SortFunc(found, func(a, b Walk) int {
		if in.Sort == "km" {
			return cmp.Compare(a.Km, b.Km)
		}
		return cmp.Compare(a.Title, b.Title)
	})
	return found[:min(in.Limit, len(found))], nil
}
