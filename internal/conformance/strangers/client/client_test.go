//go:build strangers

package client

import (
	"net/http/httptest"
	"testing"

	"github.com/google/uuid"
	_ "github.com/oapi-codegen/runtime" // the generated code needs it
	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend/internal/conformance/kitchen"
	"github.com/wend-go/wend/wendtest/contract"
)

// A client made of the document alone talks to the application.
func TestClient(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(contract.Check(t, kitchen.New()))
	t.Cleanup(server.Close)
	c, err := NewClientWithResponses(server.URL)
	require.NoError(t, err)
	ctx := t.Context()

	red, pin := Color("red"), "1234"
	made, err := c.PostNotesWithResponse(ctx, NoteInput{Text: "milk", Color: &red, Pin: &pin, Tags: &[]string{"home"}})
	require.NoError(t, err)
	require.NotNil(t, made.JSON201, made.Status())
	require.Equal(t, "milk", made.JSON201.Text)
	require.Equal(t, "/notes/1", *made.Headers201.Location)

	got, err := c.GetNotesByIdWithResponse(ctx, 1)
	require.NoError(t, err)
	require.Equal(t, made.JSON201, got.JSON200)

	missing, err := c.GetNotesByIdWithResponse(ctx, 2)
	require.NoError(t, err)
	require.Equal(t, "no_note", *missing.ApplicationproblemJSON404.Code)

	refused, err := c.PostNotesWithResponse(ctx, NoteInput{})
	require.NoError(t, err)
	require.Len(t, *refused.ApplicationproblemJSON422.Errors, 1)

	limit := int64(5)
	list, err := c.GetNotesWithResponse(ctx, &GetNotesParams{Limit: &limit, Color: &[]Color{red, "blue"}})
	require.NoError(t, err)
	require.Len(t, list.JSON200.Items, 1)

	q := GetParametersByIdByColorParams{
		Q: "find", XTenant: uuid.MustParse("0191f2c4-1c4e-4c3a-9d52-0242ac120002"), XVersions: &[]int64{1, 2},
		Sort: &[]GetParametersByIdByColorParamsSort{"id", "-text"}, Level: &[]Level{1, 3},
		Labels: &map[string]string{"a": "b"}, Filter: &Filter{Most: &limit},
	}
	echo, err := c.GetParametersByIdByColorWithResponse(ctx, 7, "green", &q)
	require.NoError(t, err)
	require.NotNil(t, echo.JSON200, string(echo.Body))
	require.Equal(t, []string{"id", "-text"}, echo.JSON200.Sort)
	require.Equal(t, []Level{1, 3}, echo.JSON200.Levels)

	var circle ShapeInput
	require.NoError(t, circle.FromCircleCircle(CircleCircle{Kind: "circle", Radius: 2}))
	shape, err := c.PostShapesOneWithResponse(ctx, circle)
	require.NoError(t, err)
	require.NotNil(t, shape.JSON200, string(shape.Body))
	back, err := shape.JSON200.AsCircleCircle()
	require.NoError(t, err)
	require.InDelta(t, 2.0, back.Radius, 0)

	who, err := c.GetPeopleMeWithResponse(ctx)
	require.NoError(t, err)
	require.NotNil(t, who.ApplicationproblemJSON401, who.Status())
}
