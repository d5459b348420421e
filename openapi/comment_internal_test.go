package openapi

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestFuncKey(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"main.getNote":                         "main.getNote",
		"example.com/shop.(*store).getNote-fm": "example.com/shop.(*store).getNote",
		"example.com/shop.list[...]":           "example.com/shop.list",
		"example.com/api%2ev2.getNote":         "example.com/api.v2.getNote",
	} {
		require.Equal(t, want, funcKey(name))
	}
}
