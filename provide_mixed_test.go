package wend_test

import (
	"context"
	"fmt"
	"iter"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/binding"
	"github.com/wend-go/wend/security"
)

// hookedSpan is an input with a rule of its own.
type hookedSpan struct {
	From int `query:"from"`
	To   int `query:"to"`
}

func (h hookedSpan) Validate() error {
	if h.To < h.From {
		return binding.Invalid("/query/to", "order", "must not be before from")
	}
	return nil
}

type window struct{ n int }

// TestProvide_mixed puts providers beside pointers, hooks, panics, streams and a format
// of the application's.
func TestProvide_mixed(t *testing.T) {
	t.Parallel()
	r := quiet(wend.OnError(func(_ *http.Request, e *wend.Error) map[string]any {
		return map[string]any{"error": e.Detail, "code": e.Status}
	}))
	wend.Provide(r, func(_ context.Context, in *hookedSpan) (*window, error) { return &window{in.To - in.From}, nil })
	wend.Provide(r, whoIs, wend.Secure(security.Bearer("")))
	wend.Provide(r, func(_ context.Context, in struct{ Window *window }) (cycleA, error) { panic("in a provider") })
	wend.Get(r, "/w", func(_ context.Context, in *struct{ Window *window }) (wend.Text, error) {
		return wend.Text(fmt.Sprint(in.Window.n)), nil
	})
	wend.Get(r, "/panic", cycle[cycleA, none])
	type env struct {
		Status int           `status:"200,206"`
		Total  int           `header:"X-Total"`
		Body   iter.Seq[int] `body:"application/x-ndjson"`
	}
	wend.Get(r, "/env", func(context.Context, struct{ User *user }) (env, error) {
		return env{206, 3, func(y func(int) bool) { _ = y(1) && y(2) }}, nil
	})
	wend.Get(r, "/secure", func(context.Context, struct{ User user }) (none, error) { return none{}, nil })
	w := do(r, "GET", "/w?from=1&to=5", "")
	require.Equal(t, "4", w.Body.String())
	w = do(r, "GET", "/w?from=9&to=5", "")
	require.Equal(t, 422, w.Code, w.Body.String())
	w = do(r, "GET", "/panic", "")
	require.Equal(t, 500, w.Code, w.Body.String())
	w = do(r, "GET", "/env", "")
	require.Equal(t, "1\n2\n", w.Body.String())
	require.Equal(t, []any{206, "3", "application/x-ndjson"}, []any{w.Code, w.Header().Get("X-Total"), w.Header().Get("Content-Type")})
	w = do(r, "GET", "/secure", "")
	require.Equal(t, `{"code":401,"error":"a credential is required"}`, w.Body.String())
	require.Equal(t, "application/json", w.Header().Get("Content-Type"))
	require.Equal(t, "Bearer", w.Header().Get("WWW-Authenticate"))
}
