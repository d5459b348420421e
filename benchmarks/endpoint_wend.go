package main

import (
	"context"
	"net/http"

	"github.com/wend-go/wend"
)

type orderIn struct {
	Customer int    `path:"customer" validate:"min=1"`
	Channel  string `query:"channel" validate:"required,oneof=web app store"`
	Tenant   string `header:"X-Tenant" validate:"required,min=3,max=40"`
	Body     order
}

type pageIn struct {
	ID    int    `path:"id" validate:"min=1"`
	Limit int    `query:"limit" validate:"required,min=1,max=100"`
	Sort  string `query:"sort" validate:"required,oneof=name year"`
}

type itemIn struct {
	ID string `path:"id"`
}

func buildWendEndpoints() http.Handler {
	r := wend.New()
	wend.Post(r, "/customers/{customer}/orders", func(_ context.Context, in orderIn) (receipt, error) {
		return take(in.Customer, in.Channel, in.Tenant, &in.Body), nil
	}, wend.Status(http.StatusCreated))
	wend.Get(r, "/lists/{id}", func(_ context.Context, in pageIn) (page, error) { return page(in), nil })
	wend.Get(r, "/items/{id}", func(_ context.Context, in itemIn) (item, error) { return item{in.ID, "Fountain pen", true}, nil })
	r.Handle("GET /text", wend.HandlerFunc(func(c wend.Context) error { return c.Text(http.StatusOK, plainText) }))
	return r
}
