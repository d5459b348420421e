//go:build go1.27

package wend_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend"
)

// TestMethods registers every verb as a method: the same routes as by the functions.
func TestMethods(t *testing.T) {
	t.Parallel()
	type input struct {
		ID int `path:"id"`
	}
	show := func(_ context.Context, in input) (note, error) { return note{ID: in.ID, Text: "x"}, nil }
	r, same := quiet(), quiet()
	g := r.Group("/notes", wend.Tags("notes"))
	all := []*wend.Route{
		g.Get("/{id}", show), g.Post("/{id}", show), g.Put("/{id}", show), g.Patch("/{id}", show),
		g.Delete("/{id}", show), g.Query("/{id}", show), r.Head("/head/{id}", show, wend.Name("head")),
	}
	h := same.Group("/notes", wend.Tags("notes"))
	wanted := []*wend.Route{
		wend.Get(h, "/{id}", show), wend.Post(h, "/{id}", show), wend.Put(h, "/{id}", show), wend.Patch(h, "/{id}", show),
		wend.Delete(h, "/{id}", show), wend.Query(h, "/{id}", show), wend.Head(same, "/head/{id}", show, wend.Name("head")),
	}
	for i, rt := range all {
		require.Equal(t, wanted[i].Pattern(), rt.Pattern())
		require.Equal(t, wanted[i].Name(), rt.Name())
		require.Equal(t, wanted[i].Operation().Tags, rt.Operation().Tags)
		require.Contains(t, rt.Site(), "endpoint_go127_test.go:")
		path := fmt.Sprintf("/notes/%d", i)
		if rt.Method() == http.MethodHead {
			path = "/head/6"
		}
		w := do(r, rt.Method(), path, "")
		require.Equal(t, do(same, rt.Method(), path, "").Body.String(), w.Body.String())
		require.Equal(t, 200, w.Code)
	}
	require.Contains(t, refused(t, func() { quiet().Get("/{id}", nothing) }), "has no field for {id} of the pattern")
}
