package howto_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/middleware"
	"github.com/wend-go/wend/wendtest"
)

type order struct {
	_    struct{} `validate:"required"` // every other field is required
	Item string   `json:"item"`
	Qty  int      `json:"qty"`
	Note string   `json:"note,omitempty"`
}

type item struct {
	Name string `json:"name"`
}

var items = map[int]item{1: {"pen"}}

type readItemInput struct {
	ID    int     `path:"item_id"`
	Q     *string `query:"q"`
	Limit int     `query:"limit" default:"20" validate:"min=1,max=100"`
}

func readItem(_ context.Context, in readItemInput) (item, error) {
	found, ok := items[in.ID]
	if !ok {
		return item{}, wend.Errorf(http.StatusNotFound, "no such item")
	}
	return found, nil
}

func TestMigrate(t *testing.T) {
	t.Parallel()
	old := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "old "+r.URL.Path) }))
	defer old.Close()
	r := wend.New()
	wend.Get(r, "/items/{item_id}", readItem)
	wend.Post(r, "/orders", func(_ context.Context, in order) (order, error) { return in, nil })
	r.Mount("/", middleware.Proxy(middleware.Upstreams{Targets: []string{old.URL}}), wend.MaxBody(0)) // its uploads have limits there
	c := wendtest.New(t, r)
	c.Get("/items/1?limit=5").Status(200).BodyIs(`{"name":"pen"}`)
	c.Get("/items/2").Problem(404)
	c.Get("/items/x?limit=0").Problem(422, "path /item_id type", "query /limit min")
	c.Post("/orders", map[string]any{}).Problem(422, "body /item required", "body /qty required")
	c.Post("/orders", map[string]any{"item": "pen", "qty": 0}).Status(200)
	c.Get("/other").Status(200).BodyIs("old /other")
}
