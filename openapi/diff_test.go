package openapi_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/openapi"
)

// The two generations of some types; each change below goes from one to the other.
type bodyOld struct {
	Name  string   `json:"name" validate:"required,max=20"`
	Age   int      `json:"age" validate:"min=0,max=150"`
	Tags  []string `json:"tags"`
	Inner struct {
		Level string `json:"level" validate:"omitempty,oneof=low mid"`
	} `json:"inner"`
	Gone string `json:"gone"`
}

type bodyNew struct {
	Name  string   `json:"name" validate:"required,max=10"`
	Age   int      `json:"age" validate:"min=0,max=200"`
	Tags  []string `json:"tags" validate:"max=3"`
	Inner struct {
		Level string `json:"level" validate:"omitempty,oneof=mid high"`
	} `json:"inner"`
	Fresh string `json:"fresh" validate:"required"`
}

type outOld struct {
	ID   int     `json:"id"`
	Text string  `json:"text"`
	Gone string  `json:"gone"`
	Next *outOld `json:"next"`
}

type outNew struct {
	ID    int     `json:"id,omitempty"`
	Text  *string `json:"text"`
	Next  *outNew `json:"next"`
	Fresh bool    `json:"fresh"`
}

type queryOld struct {
	Limit int      `query:"limit" default:"20" validate:"max=100"`
	Sort  []string `query:"sort"`
	Gone  string   `query:"gone"`
	Name  string   `query:"name"`
}

type queryNew struct {
	Limit int      `query:"limit" default:"10" validate:"max=50"`
	Sort  []string `query:"sort,csv"`
	Fresh string   `query:"fresh" validate:"required"`
	Name  string   `query:"name" validate:"required"`
	Extra string   `query:"extra"`
}

type headersOld struct {
	ETag string `header:"ETag"`
	Body Note
}

type headersNew struct {
	Last string `header:"Last-Modified"`
	Body Note
}

func TestDiff(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		old, new func(r *wend.Router)
		want     []string // a line each; "" stands for nothing
	}{
		{"operations", func(r *wend.Router) {
			wend.Get(r, "/a/{id}", answer[oneID, wend.None])
			wend.Get(r, "/b", answer[wend.None, wend.None])
		}, func(r *wend.Router) {
			wend.Get(r, "/c", answer[wend.None, wend.None])
			wend.Get(r, "/b", answer[wend.None, wend.None], wend.Deprecated(), wend.OperationID("b"), wend.Summary("B"))
		}, []string{
			"breaking: GET /a/{id}: the operation is gone",
			"GET /b: the operation id is b, was getB: generated clients change",
			"GET /b: the operation is deprecated",
			"GET /c: the operation is new",
		}},
		{
			"names of path parameters", func(r *wend.Router) { wend.Get(r, "/a/{note}", answer[otherID, wend.None], wend.OperationID("a")) },
			func(r *wend.Router) { wend.Get(r, "/a/{id}", answer[plainPath, wend.None], wend.OperationID("a")) }, nil,
		},
		{
			"type of a path parameter", func(r *wend.Router) { wend.Get(r, "/a/{note}", answer[otherID, wend.None], wend.OperationID("a")) },
			func(r *wend.Router) { wend.Get(r, "/a/{id}", answer[oneID, wend.None], wend.OperationID("a")) },
			[]string{
				"GET /a/{id}: path note: minLength is absent, was 1",
				`breaking: GET /a/{id}: path note: the type is "integer", was "string"`,
				"GET /a/{id}: response 422: the response is new",
			},
		},
		{
			"parameters", func(r *wend.Router) { wend.Get(r, "/a", answer[queryOld, wend.None]) },
			func(r *wend.Router) { wend.Get(r, "/a", answer[queryNew, wend.None]) },
			[]string{
				"GET /a: query extra: the parameter is new, and optional",
				"breaking: GET /a: query fresh: the parameter is new, and required",
				"breaking: GET /a: query gone: the parameter is gone",
				"breaking: GET /a: query limit: maximum is 50, was 100",
				"breaking: GET /a: query limit: the default is 10, was 20",
				"breaking: GET /a: query name: is required, was optional",
				"breaking: GET /a: query name: minLength is 1, was absent",
				"breaking: GET /a: query sort: is written in another way: explode is false, was <nil>",
			},
		},
		{
			"request", func(r *wend.Router) { wend.Post(r, "/a", answer[bodyOld, wend.None]) },
			func(r *wend.Router) { wend.Post(r, "/a", answer[bodyNew, wend.None]) },
			[]string{
				"POST /a: request /age: maximum is 200, was 150",
				"breaking: POST /a: request /fresh: the member is new, and required",
				"breaking: POST /a: request /gone: the member is gone",
				`POST /a: request /inner/level: the value "high" is new`,
				`breaking: POST /a: request /inner/level: the value "low" is gone`,
				"breaking: POST /a: request /name: maxLength is 10, was 20",
				"breaking: POST /a: request /tags: maxItems is 3, was absent",
			},
		},
		{
			"response", func(r *wend.Router) { wend.Get(r, "/a", answer[wend.None, outOld]) },
			func(r *wend.Router) { wend.Get(r, "/a", answer[wend.None, outNew]) },
			[]string{
				"GET /a: response 200 /fresh: the member is new, and required",
				"breaking: GET /a: response 200 /gone: the member is gone",
				"breaking: GET /a: response 200 /id: is optional, was required",
				`breaking: GET /a: response 200 /text: the type is ["string","null"], was "string"`,
			},
		},
		{
			"the other way", func(r *wend.Router) { wend.Get(r, "/a", answer[wend.None, outNew]) },
			func(r *wend.Router) { wend.Get(r, "/a", answer[wend.None, outOld]) },
			[]string{
				"breaking: GET /a: response 200 /fresh: the member is gone",
				"GET /a: response 200 /gone: the member is new, and required",
				"GET /a: response 200 /id: is required, was optional",
				`GET /a: response 200 /text: the type is "string", was ["string","null"]`,
			},
		},
		{
			"statuses and headers", func(r *wend.Router) { wend.Get(r, "/a", answer[wend.None, headersOld], wend.Errors(errNoNote)) },
			func(r *wend.Router) { wend.Get(r, "/a", answer[wend.None, headersNew], wend.Errors(errTaken)) },
			[]string{
				"breaking: GET /a: response 200 header ETag: the header is gone",
				"GET /a: response 200 header Last-Modified: the header is new",
				"breaking: GET /a: response 404: the response is gone",
				"GET /a: response 422: the response is new",
			},
		},
		{
			"success status", func(r *wend.Router) { wend.Get(r, "/a", answer[wend.None, Note]) },
			func(r *wend.Router) { wend.Get(r, "/a", answer[wend.None, Note], wend.Status(201)) },
			[]string{
				"breaking: GET /a: response 200: the response is gone",
				"GET /a: response 201: the response is new",
			},
		},
		{
			"a refusal that cannot happen any more", func(r *wend.Router) { wend.Get(r, "/a/{id}", answer[ruledPath, Note]) },
			func(r *wend.Router) { wend.Get(r, "/a/{id}", answer[plainPath, Note]) },
			[]string{
				"GET /a/{id}: path id: maxLength is absent, was 10",
				"GET /a/{id}: response 422: the response is gone",
			},
		},
		{
			"media types", func(r *wend.Router) { wend.Post(r, "/a", answer[rawBody, wend.Text]) },
			func(r *wend.Router) {
				wend.Post(r, "/a", answer[struct {
					Body []byte `body:"image/png,image/gif" validate:"required"`
				}, wend.Blob])
			},
			[]string{
				"breaking: POST /a: request: the media type image/jpeg is gone",
				"POST /a: request: the media type image/gif is new",
				"POST /a: response 200: the media type application/octet-stream is new",
				"breaking: POST /a: response 200: the media type text/plain is gone",
			},
		},
		{
			"a body", func(r *wend.Router) { wend.Post(r, "/a", answer[wend.None, wend.None]) },
			func(r *wend.Router) { wend.Post(r, "/a", answer[struct{ Body *bodyOld }, wend.None]) },
			[]string{
				"POST /a: request: the body is new, and optional", "POST /a: response 400: the response is new",
				"POST /a: response 408: the response is new", "POST /a: response 413: the response is new",
				"POST /a: response 415: the response is new", "POST /a: response 422: the response is new",
			},
		},
		{
			"open objects", func(r *wend.Router) { wend.Post(r, "/a", answer[bodyOld, wend.None], wend.AllowUnknownFields()) },
			func(r *wend.Router) { wend.Post(r, "/a", answer[bodyOld, wend.None]) },
			[]string{
				"breaking: POST /a: request /*: additionalProperties is false, was true",
				"breaking: POST /a: request /inner/*: additionalProperties is false, was true",
			},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			docs := [2]*openapi.Document{}
			for i, add := range [...]func(*wend.Router){c.old, c.new} {
				r := wend.New()
				add(r)
				docs[i] = build(t, r)
			}
			var got []string
			for _, change := range openapi.Diff(docs[0], docs[1]) {
				got = append(got, change.String())
			}
			require.ElementsMatch(t, c.want, got, strings.Join(got, "\n"))
			require.Empty(t, openapi.Diff(docs[0], docs[0]))
		})
	}
}

func TestDiff_kitchenSink(t *testing.T) {
	t.Parallel()
	old, same := build(t, sink()), build(t, sink())
	require.Empty(t, openapi.Diff(old, same))
	for _, change := range openapi.Diff(build(t, sink(), openapi.Version("3.2.0")), old) {
		t.Errorf("the version of the specification changes the API: %s", change)
	}
	delete(same.Paths, "/draw")
	require.Equal(t, []openapi.Change{{Breaking: true, Operation: "POST /draw", Text: "the operation is gone"}}, openapi.Diff(old, same))
	same.Extensions = map[string]any{"x-bad": func() {}}
	require.True(t, openapi.Diff(old, same)[0].Breaking)
}

// Types that all hold one another are compared once each, not once for each path
// through them.
func TestDiff_webOfTypes(t *testing.T) {
	t.Parallel()
	const size = 20
	web := func(limit int) *openapi.Document {
		doc := `{"paths":{"/a":{"get":{"responses":{"200":{"content":{"application/json":{"schema":` +
			`{"$ref":"#/components/schemas/T0"}}}}}}}},"components":{"schemas":{`
		for i := range size {
			doc += fmt.Sprintf(`"T%d":{"properties":{"n":{"maximum":%d}`, i, limit)
			for j := range size {
				doc += fmt.Sprintf(`,"t%d":{"$ref":"#/components/schemas/T%d"}`, j, j)
			}
			doc += "}},"
		}
		d := &openapi.Document{}
		require.NoError(t, json.Unmarshal([]byte(doc+`"End":true}}}`), d))
		return d
	}
	changes := openapi.Diff(web(1), web(2))
	require.Len(t, changes, size)
	require.Equal(t, changes, openapi.Diff(web(1), web(2)))
}

func TestReadFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, name := range []string{"openapi.json", "openapi.yaml"} {
		for _, version := range []string{"3.1.1", "3.2.0"} {
			doc := build(t, sink(), openapi.Version(version))
			file := filepath.Join(dir, version+name)
			require.NoError(t, openapi.WriteFile(file, doc))
			before, err := os.Stat(file)
			require.NoError(t, err)
			require.NoError(t, openapi.WriteFile(file, doc))
			after, err := os.Stat(file)
			require.NoError(t, err)
			require.Equal(t, before.ModTime(), after.ModTime(), "an equal file is written again")
			back, err := openapi.ReadFile(file)
			require.NoError(t, err)
			require.Empty(t, openapi.Diff(doc, back))
			if strings.HasSuffix(name, ".json") {
				if text(t, doc) != text(t, back) {
					t.Errorf("%s %s is not what was written:\n%s", version, name, text(t, back))
				}
			}
		}
	}
	for name, content := range map[string]string{"a.json": "{", "b.yaml": "a: [", "c.json": `{"paths":[]}`} {
		file := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(file, []byte(content), 0o600))
		_, err := openapi.ReadFile(file)
		require.ErrorContains(t, err, name)
	}
	_, err := openapi.ReadFile(filepath.Join(dir, "none.json"))
	require.ErrorIs(t, err, os.ErrNotExist)
}
