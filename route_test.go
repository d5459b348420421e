package wend_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend"
)

func TestRoute_URL(t *testing.T) {
	t.Parallel()
	r := quiet()
	g := r.Group("/v1")
	wend.Get(g, "/notes/{id}/{rest...}", func(context.Context, struct {
		ID   string `path:"id"`
		Rest string `path:"rest"`
	},
	) (none, error) {
		return none{}, nil
	}, wend.Name("note"))
	path, err := r.URL("note", "a/b c", "x/y z")
	require.NoError(t, err)
	require.Equal(t, "/v1/notes/a%2Fb%20c/x/y%20z", path)
	for name, values := range map[string][]any{
		"missing": {"a"}, "surplus": {"a", "b", "c"}, "empty": {"", "b"}, "dots": {"..", "b"}, "no text": {struct{}{}, "b"},
	} {
		_, err := g.URL("note", values...)
		require.Error(t, err, name)
	}
	_, err = r.URL("nope")
	require.Error(t, err)
	require.Contains(t, refused(t, func() { wend.Get(g, "/again", nothing, wend.Name("note")) }), `the name "note"`)
}
