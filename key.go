package wend

import "context"

// Key is a typed key of context values. Its address is its identity, so it is a
// package-level variable and is not copied:
//
//	var tenant wend.Key[Tenant]
//
//	ctx = tenant.With(ctx, t)
//	t, ok := tenant.From(ctx)
type Key[T any] struct{ _ byte }

// With returns a context that carries v.
func (k *Key[T]) With(ctx context.Context, v T) context.Context { return context.WithValue(ctx, k, v) }

// From returns the value that a context carries.
func (k *Key[T]) From(ctx context.Context) (T, bool) {
	v, ok := ctx.Value(k).(T)
	return v, ok
}
