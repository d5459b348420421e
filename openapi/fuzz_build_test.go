package openapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"strings"
	"testing"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/openapi"
)

type fuzzedInput struct {
	Q []int  `query:"q" validate:"max=3,dive,min=1"`
	H string `header:"X-H" doc:"A header."`
}

type fuzzedOutput struct {
	Self *fuzzedOutput  `json:"self,omitempty"`
	Map  map[string]int `json:"map"`
}

// FuzzBuild: whatever routes are called and said to do, what is registered has a document, always the same one, that is
// JSON and holds the texts as they are.
func FuzzBuild(f *testing.F) {
	for _, pattern := range []string{
		"/", "/x/{a}", "/x/{a...}", "/{$}", "/é/{a}", "/a%2Fb/{a}", "/x{a}", "/{a}/{a}", "//", "/x y", "/{a}-{b}", `/"quoted"`, "/~1/$ref", "/typed/{a}",
	} {
		f.Add(pattern, "Title", "Text with *marks*\n\nand lines", "tag", "anOperation")
		f.Add(pattern, "", "\x00\u2028</script>", "", "")
	}
	f.Fuzz(func(t *testing.T, pattern, summary, description, tag, id string) {
		r := wend.New(wend.CollectErrors(), wend.Logger(slog.New(slog.DiscardHandler)))
		opts := []wend.Option{wend.Summary(summary), wend.Description(description), wend.Tags(tag), wend.OperationID(id)}
		if strings.Contains(pattern, "{a") {
			wend.Get(r, pattern, func(context.Context, struct {
				A string `path:"a"`
			},
			) (wend.None, error) {
				return wend.None{}, nil
			}, opts...)
		} else {
			wend.Get(r, pattern, func(context.Context, wend.None) (wend.None, error) { return wend.None{}, nil }, opts...)
		}
		wend.Post(r, "/typed/{n}", func(context.Context, struct {
			N int `path:"n"`
			fuzzedInput
		},
		) (fuzzedOutput, error) {
			return fuzzedOutput{}, nil
		}, wend.Description(description))
		if r.Err() != nil {
			return
		}
		build := func() []byte {
			doc, err := openapi.Build(openapi.Info{Title: "Fuzz", Version: "1"}, r.Routes())
			if err != nil {
				if strings.Contains(err.Error(), "operationId") {
					t.Skip() // it is refused, with a reason
				}
				t.Fatalf("%q: %v", pattern, err)
			}
			data, err := doc.JSON()
			if err != nil {
				t.Fatalf("%q: %v", pattern, err)
			}
			return data
		}
		data := build()
		if again := build(); !bytes.Equal(data, again) {
			t.Fatalf("%q has two documents", pattern)
		}
		var read struct {
			Paths map[string]map[string]json.RawMessage `json:"paths"`
		}
		if err := json.Unmarshal(data, &read); err != nil {
			t.Fatalf("%q: %v in %s", pattern, err, data)
		}
		operations := 0 // two paths of one shape are one entry
		for _, item := range read.Paths {
			operations += len(item)
		}
		if operations != 2 {
			t.Fatalf("%q: %d operations of 2 in %s", pattern, operations, data)
		}
	})
}
