package main

import (
	"context"
	"net/http"

	"github.com/wend-go/wend"
)

// typedRouters are the workloads for which there are types.
var typedRouters = map[string]func() http.Handler{
	oneParam: func() http.Handler {
		r := wend.New()
		wend.Get(r, params1, func(_ context.Context, in struct {
			A string `path:"a"`
		},
		) (wend.None, error) {
			note(in.A)
			return wend.None{}, nil
		})
		return r
	},
	fiveParams: func() http.Handler {
		r := wend.New()
		wend.Get(r, params5, func(_ context.Context, in struct {
			A string `path:"a"`
			B string `path:"b"`
			C string `path:"c"`
			D string `path:"d"`
			E string `path:"e"`
		},
		) (wend.None, error) {
			note(in.A)
			note(in.B)
			note(in.C)
			note(in.D)
			note(in.E)
			return wend.None{}, nil
		})
		return r
	},
	twentyParams: func() http.Handler {
		r := wend.New()
		wend.Get(r, params20, func(_ context.Context, in twenty) (wend.None, error) {
			for _, value := range [...]string{
				in.A, in.B, in.C, in.D, in.E, in.F, in.G, in.H, in.I, in.J, in.K, in.L, in.M, in.N, in.O, in.P, in.Q, in.R, in.S, in.T,
			} {
				note(value)
			}
			return wend.None{}, nil
		})
		return r
	},
}

type twenty struct {
	A string `path:"a"`
	B string `path:"b"`
	C string `path:"c"`
	D string `path:"d"`
	E string `path:"e"`
	F string `path:"f"`
	G string `path:"g"`
	H string `path:"h"`
	I string `path:"i"`
	J string `path:"j"`
	K string `path:"k"`
	L string `path:"l"`
	M string `path:"m"`
	N string `path:"n"`
	O string `path:"o"`
	P string `path:"p"`
	Q string `path:"q"`
	R string `path:"r"`
	S string `path:"s"`
	T string `path:"t"`
}
