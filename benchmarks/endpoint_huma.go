package main

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

type humaBody struct {
	Reference string      `json:"reference" maxLength:"32" minLength:"8"`
	Email     string      `json:"email" format:"email"`
	Currency  string      `enum:"EUR,USD,GBP" json:"currency"`
	Note      string      `json:"note" maxLength:"200"`
	Express   bool        `json:"express"`
	Shipping  humaAddress `json:"shipping"`
	Lines     []humaLine  `json:"lines" maxItems:"50" minItems:"1"`
	Tags      []string    `json:"tags" maxItems:"10"`
}

type humaAddress struct {
	Name    string `json:"name" maxLength:"80" minLength:"1"`
	Street  string `json:"street" maxLength:"120" minLength:"1"`
	City    string `json:"city" maxLength:"80" minLength:"1"`
	Zip     string `json:"zip" maxLength:"10" minLength:"4"`
	Country string `json:"country" maxLength:"2" minLength:"2"`
}

type humaLine struct {
	SKU   string `json:"sku" maxLength:"20" minLength:"1"`
	Title string `json:"title" maxLength:"100" minLength:"1"`
	Qty   int    `json:"qty" maximum:"99" minimum:"1"`
	Cents int    `json:"cents" maximum:"1000000" minimum:"0"`
}

type humaOrder struct {
	Customer int    `minimum:"1" path:"customer"`
	Channel  string `enum:"web,app,store" query:"channel" required:"true"`
	Tenant   string `header:"X-Tenant" maxLength:"40" minLength:"3" required:"true"`
	Body     humaBody
}

type humaPage struct {
	ID    int    `minimum:"1" path:"id"`
	Limit int    `maximum:"100" minimum:"1" query:"limit" required:"true"`
	Sort  string `enum:"name,year" query:"sort" required:"true"`
}

type humaItem struct {
	ID string `path:"id"`
}

type humaOut[T any] struct{ Body T }

type humaText struct {
	ContentType string `header:"Content-Type"`
	Body        []byte
}

func buildHuma() http.Handler {
	mux := http.NewServeMux()
	config := huma.DefaultConfig("benchmark", "1")
	config.CreateHooks = nil // no $schema member in the answers
	api := humago.New(mux, config)
	huma.Register(api, huma.Operation{OperationID: "order", Method: http.MethodPost, Path: "/customers/{customer}/orders", DefaultStatus: http.StatusCreated},
		func(_ context.Context, in *humaOrder) (*humaOut[receipt], error) {
			b := &in.Body
			o := order{b.Reference, b.Email, b.Currency, b.Note, b.Express, address(b.Shipping), make([]line, len(b.Lines)), b.Tags}
			for i, l := range b.Lines {
				o.Lines[i] = line(l)
			}
			return &humaOut[receipt]{take(in.Customer, in.Channel, in.Tenant, &o)}, nil
		})
	huma.Register(api, huma.Operation{OperationID: "page", Method: http.MethodGet, Path: "/lists/{id}"},
		func(_ context.Context, in *humaPage) (*humaOut[page], error) { return &humaOut[page]{page(*in)}, nil })
	huma.Register(api, huma.Operation{OperationID: "item", Method: http.MethodGet, Path: "/items/{id}"},
		func(_ context.Context, in *humaItem) (*humaOut[item], error) {
			return &humaOut[item]{item{in.ID, "Fountain pen", true}}, nil
		})
	huma.Register(api, huma.Operation{OperationID: "text", Method: http.MethodGet, Path: "/text"},
		func(context.Context, *struct{}) (*humaText, error) {
			return &humaText{"text/plain; charset=utf-8", []byte(plainText)}, nil
		})
	return mux
}
