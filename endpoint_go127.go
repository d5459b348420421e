//go:build go1.27

package wend

import (
	"context"
	"net/http"
)

// The functions of endpoint.go as methods, which may have type parameters of their own
// from Go 1.27 on. They do nothing else.

// Get is the function [Get] as a method: r.Get("/notes/{id}", s.get).
func (r *Router) Get[In, Out any](path string, f func(context.Context, In) (Out, error), opts ...Option) *Route {
	return r.addTyped(http.MethodGet, path, typed(f), opts)
}

// Post is the function [Post] as a method.
func (r *Router) Post[In, Out any](path string, f func(context.Context, In) (Out, error), opts ...Option) *Route {
	return r.addTyped(http.MethodPost, path, typed(f), opts)
}

// Put is the function [Put] as a method.
func (r *Router) Put[In, Out any](path string, f func(context.Context, In) (Out, error), opts ...Option) *Route {
	return r.addTyped(http.MethodPut, path, typed(f), opts)
}

// Patch is the function [Patch] as a method.
func (r *Router) Patch[In, Out any](path string, f func(context.Context, In) (Out, error), opts ...Option) *Route {
	return r.addTyped(http.MethodPatch, path, typed(f), opts)
}

// Delete is the function [Delete] as a method.
func (r *Router) Delete[In, Out any](path string, f func(context.Context, In) (Out, error), opts ...Option) *Route {
	return r.addTyped(http.MethodDelete, path, typed(f), opts)
}

// Head is the function [Head] as a method.
func (r *Router) Head[In, Out any](path string, f func(context.Context, In) (Out, error), opts ...Option) *Route {
	return r.addTyped(http.MethodHead, path, typed(f), opts)
}

// Query is the function [Query] as a method: the HTTP method QUERY.
func (r *Router) Query[In, Out any](path string, f func(context.Context, In) (Out, error), opts ...Option) *Route {
	return r.addTyped("QUERY", path, typed(f), opts)
}
