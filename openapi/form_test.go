package openapi_test

import (
	"encoding/json"
	"iter"
	"mime/multipart"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/binding"
)

type formIn struct {
	Title  string   `form:"title" validate:"required,max=20" doc:"how it is called" example:"Milk"`
	Tags   []string `form:"tags"`
	Old    bool     `form:"old,deprecated"`
	Secret string   `form:"secret,hidden"`
}

type uploadIn struct {
	Title string         `form:"title"`
	Photo binding.Upload `form:"photo" validate:"required"`
	Note  Note           `form:"note,json"`
}

type partsIn struct {
	Body iter.Seq2[*multipart.Part, error]
}

func TestBuild_forms(t *testing.T) {
	t.Parallel()
	r := wend.New()
	wend.Post(r, "/form", answer[formIn, wend.None])
	wend.Post(r, "/upload", answer[uploadIn, wend.None])
	wend.Post(r, "/parts", answer[partsIn, wend.None])
	doc := build(t, r)
	for _, status := range []string{"400", "408", "413", "415"} {
		require.Contains(t, doc.Paths["/parts"].Post.Responses, status, "while the parts are read")
	}
	for path, want := range map[string]map[string]string{
		"/form": {
			"application/x-www-form-urlencoded": `{"schema":{"properties":{"title":{"type":"string","maxLength":20,"minLength":1,` +
				`"description":"how it is called","examples":["Milk"]},"tags":{"items":{"type":"string"},"type":"array"},` +
				`"old":{"type":"boolean","deprecated":true}},"type":"object","required":["title"]}}`,
			"multipart/form-data": "",
		},
		"/upload": {"multipart/form-data": `{"schema":{"properties":{"title":{"type":"string"},` +
			`"photo":{"contentMediaType":"application/octet-stream"},"note":{"$ref":"#/components/schemas/Note"}},` +
			`"type":"object","required":["photo","note"]},"encoding":{"note":{"contentType":"application/json"}}}`},
	} {
		body := doc.Paths[path].Post.RequestBody
		require.True(t, body.Required)
		require.Len(t, body.Content, len(want))
		for mediaType, text := range want {
			got, err := json.Marshal(body.Content[mediaType])
			require.NoError(t, err)
			if text != "" {
				require.Equal(t, text, string(got), path)
			}
		}
		for _, status := range []string{"400", "408", "413", "415", "422"} {
			require.Contains(t, doc.Paths[path].Post.Responses, status)
		}
	}
}

// Members that nobody knows are skipped in a part that is JSON as they are in a body.
func TestBuild_openForm(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		closed bool
		opts   []wend.Option
	}{
		{"by default", true, nil},
		{"AllowUnknownFields", false, []wend.Option{wend.AllowUnknownFields()}},
	} {
		r := wend.New()
		wend.Post(r, "/upload", answer[uploadIn, wend.None], c.opts...)
		note, err := json.Marshal(build(t, r).Components.Schemas["Note"])
		require.NoError(t, err)
		if got := strings.Contains(string(note), `"additionalProperties":false`); got != c.closed {
			t.Errorf("%s: got a closed object %v, want %v: %s", c.name, got, c.closed, note)
		}
	}
}
