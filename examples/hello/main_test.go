package main

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/wendtest"
)

func TestHello(t *testing.T) {
	t.Parallel()
	got, err := hello(context.Background(), who{"world"})
	require.NoError(t, err)
	require.Equal(t, "Hello, world", got)

	r := wend.New()
	wend.Get(r, "/hello/{name}", hello)
	wendtest.New(t, r).Get("/hello/world").Status(200).BodyIs(`"Hello, world"`)
}
