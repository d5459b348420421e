package wendtest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"testing"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/internal/replace"
)

// Replace puts f in the place of the provider of T, for this client alone: others of the
// same router see the original, so parallel tests share one. What the original read,
// checked and declared is gone with it: replacing a provider with wend.Secure removes the
// check of its credential. Option of [New] and [Client.With]; a type that no route of a
// wend.Router wants fails the test.
func Replace[In, T any](f func(context.Context, In) (T, error)) Option {
	return replacing(replace.Of(f), f == nil)
}

// ReplaceScoped is [Replace] for a value that has an end.
func ReplaceScoped[In, T any](f func(context.Context, In) (T, func(error) error, error)) Option {
	return replacing(replace.OfScoped(f), f == nil)
}

// Supply is [Replace] with a value: it stands in for what wend.Supply gives, and for any
// provider of the type.
func Supply[T any](v T) Option { return replacing(replace.OfValue(v), false) }

func replacing(fn replace.Func, isNil bool) Option {
	return option(func(s *settings) error {
		if isNil {
			return fmt.Errorf("the replacement of %s is nil", fn.Out)
		}
		s.replaced = maps.Clone(s.replaced)
		if s.replaced == nil {
			s.replaced = map[reflect.Type]replace.Func{}
		}
		s.replaced[fn.Out] = fn
		return nil
	})
}

var errReplaceLate = errors.New("a replacement belongs to a client: give it to New or With")

// replacements prepares what a client replaces; nil when that is nothing.
func (s settings) replacements(t testing.TB, r *wend.Router) (*replace.Set, error) {
	if len(s.replaced) == 0 {
		return nil, nil
	}
	if r != nil {
		wanted := map[reflect.Type]bool{}
		for rt := range r.Routes() {
			for _, p := range rt.Operation().Providers {
				wanted[p.Type] = true
			}
		}
		for typ := range s.replaced {
			if !wanted[typ] {
				return nil, fmt.Errorf("%s is replaced, and no route wants it", typ)
			}
		}
	}
	return replace.NewSet(s.replaced, func(err error) { t.Errorf("%v", err) }), nil
}
