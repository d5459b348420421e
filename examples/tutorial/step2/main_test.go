package main

import (
	"context"
	"os"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend"
)

type wrongInput struct {
	ID    int `path:"id"`
	Limit int `query:"limit" validate:"min=100,max=1"`
	Sort  string
}

// The page shows what a program with these mistakes prints.
func TestMistakes(t *testing.T) {
	t.Parallel()
	r := wend.New(wend.CollectErrors())
	wend.Get(r, "/walks", func(context.Context, wrongInput) ([]Walk, error) { return nil, nil })
	text := regexp.MustCompile(`registered at \S+:\d+`).ReplaceAllString(r.Err().Error(), "registered at walks/main.go:21")
	page, err := os.ReadFile("../../../docs/tutorial/2-inputs.md")
	require.NoError(t, err)
	require.Contains(t, string(page), "```\n"+text+"\n```\n", "the page should show:\n%s", text)
}
