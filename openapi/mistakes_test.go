package openapi_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/openapi"
)

// A type that the components' suffixes could be taken for.
type Draft struct {
	ID   int    `json:"id" jsonschema:"readOnly"`
	Text string `json:"text"`
}

type DraftInput struct {
	Text string `json:"text"`
}

type named struct {
	A int `json:"a"`
}

func (named) SchemaName() string { return "Note" }

type Rated struct {
	Stars  int     `json:"stars" validate:"min=1,max=5"`
	Secret string  `json:"secret" jsonschema:"writeOnly" validate:"required"`
	Inner  []Draft `json:"inner"`
}

func sameName(r *wend.Router, differ bool) {
	type local struct {
		A int `json:"a"`
	}
	wend.Get(r, "/one", answer[wend.None, local])
	if differ {
		otherLocal(r)
		return
	}
	sameLocal(r)
}

func otherLocal(r *wend.Router) {
	type local struct {
		B string `json:"b"`
	}
	wend.Get(r, "/two", answer[wend.None, local])
}

func sameLocal(r *wend.Router) {
	type local struct {
		A int `json:"a"`
	}
	wend.Get(r, "/two", answer[wend.None, local])
}

func TestBuild_mistakes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		routes func(*wend.Router)
		want   []string
	}{
		{"ids given twice", func(r *wend.Router) {
			wend.Get(r, "/a", answer[wend.None, wend.None], wend.OperationID("x"))
			wend.Get(r, "/b", answer[wend.None, wend.None], wend.OperationID("x"))
		}, []string{"GET /a at ", "GET /b at ", `"x"`, "wend.OperationID", "mistakes_test.go:"}},
		{"an id given that another route makes", func(r *wend.Router) {
			wend.Get(r, "/a", answer[wend.None, wend.None])
			wend.Get(r, "/b", answer[wend.None, wend.None], wend.OperationID("getA"))
		}, []string{"GET /a at ", "GET /b at ", `"getA"`}},
		{"component names", func(r *wend.Router) {
			wend.Get(r, "/a", answer[wend.None, Note])
			wend.Get(r, "/b", answer[wend.None, named])
		}, nil}, // Note has a package to be told apart by
		{"SchemaName of two", func(r *wend.Router) {
			wend.Get(r, "/a", answer[wend.None, named])
			wend.Get(r, "/b", answer[wend.None, named2])
		}, []string{"named and ", "named2", "the component name Note", "SchemaName() string"}},
		{"types of functions", func(r *wend.Router) { sameName(r, true) }, []string{"component name local", "SchemaName"}},
		{"equal types of functions", func(r *wend.Router) { sameName(r, false) }, nil},
		{"several", func(r *wend.Router) {
			for _, path := range []string{"/a", "/b"} {
				wend.Get(r, path+"/1", answer[wend.None, wend.None], wend.OperationID(path[1:]))
				wend.Get(r, path+"/2", answer[wend.None, wend.None], wend.OperationID(path[1:]))
			}
		}, []string{`operation id "a"`, `; GET /b/1`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := wend.New()
			c.routes(r)
			_, err := openapi.Build(sinkInfo, r.Routes())
			if c.want == nil {
				require.NoError(t, err)
				return
			}
			require.Error(t, err)
			require.True(t, strings.HasPrefix(err.Error(), "openapi: "), err.Error())
			for _, want := range c.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("the message has no %q:\n%s", want, err)
				}
			}
		})
	}
}

type named2 struct {
	B int `json:"b"`
}

func (*named2) SchemaName() string { return "Note" }

func TestBuild_options(t *testing.T) {
	t.Parallel()
	r := wend.New()
	for _, c := range []struct {
		opt  openapi.Option
		want string
	}{
		{openapi.Version("3.0.3"), `openapi: version "3.0.3" is neither 3.1.1 nor 3.2.0`},
		{openapi.Edit(nil), "openapi: Edit is given nil"},
	} {
		_, err := openapi.Build(sinkInfo, r.Routes(), c.opt)
		require.EqualError(t, err, c.want)
	}
	require.NoError(t, sinkInfo.Check(openapi.Option{}))
	for _, info := range []openapi.Info{{Title: "t"}, {Version: "1"}} {
		require.EqualError(t, info.Check(), "openapi: Info needs a Title and a Version")
		_, err := openapi.Build(info, r.Routes())
		require.EqualError(t, err, "openapi: Info needs a Title and a Version")
	}
	doc := build(t, r, openapi.Edit(func(d *openapi.Document) { d.Extensions = map[string]any{"x-b": 1, "x-a": "<"} }))
	got := text(t, doc)
	if !strings.HasSuffix(got, "  \"paths\": {},\n  \"security\": [],\n  \"x-a\": \"<\",\n  \"x-b\": 1\n}\n") {
		t.Errorf("extensions are not at the end, in order, as they are:\n%s", got)
	}
}

// The tags of Info are the caller's and stay as they are.
func TestBuild_changesNothing(t *testing.T) {
	t.Parallel()
	info := sinkInfo
	info.Tags = append(make([]openapi.Tag, 0, 10), info.Tags...)
	_, err := openapi.Build(info, sink().Routes())
	require.NoError(t, err)
	if spare := info.Tags[:10]; spare[1].Name != "" {
		t.Errorf("Build wrote into the caller's tags: %v", spare)
	}
}

// ids lists the operation ids of a document by path and method.
func ids(doc *openapi.Document) (all []string) {
	for path, item := range doc.Paths {
		for method, o := range map[string]*openapi.Operation{"GET": item.Get, "POST": item.Post, "DELETE": item.Delete} {
			if o != nil {
				all = append(all, method+" "+path+" "+o.OperationID)
			}
		}
	}
	slices.Sort(all)
	return all
}

func TestBuild_operationIDs(t *testing.T) {
	t.Parallel()
	r := wend.New()
	wend.Get(r, "/notes/by-id", answer[wend.None, wend.None])
	wend.Get(r, "/notes/{id}", answer[oneID, wend.None])
	wend.Get(r, "/a-b", answer[wend.None, wend.None])
	wend.Get(r, "/a/b", answer[wend.None, wend.None])
	wend.Get(r, "/a_b", answer[wend.None, wend.None])
	wend.Get(r, "/notes", answer[wend.None, wend.None])
	wend.Get(r, "/notes/{$}", answer[wend.None, wend.None])
	require.Equal(t, []string{
		"GET /a-b get__a-b", "GET /a/b getAB", "GET /a_b get__a_b", "GET /notes getNotes", "GET /notes/ getNotesIndex",
		"GET /notes/by-id get__notes__by-id", "GET /notes/{id} getNotesById",
	}, ids(build(t, r)))
}

func TestBuild_summaryOfClosure(t *testing.T) {
	t.Parallel()
	r := wend.New()
	wend.Get(r, "/notes/{id}", func(context.Context, oneID) (wend.None, error) { return wend.None{}, nil })
	if got := build(t, r).Paths["/notes/{id}"].Get.Summary; got != "GET /notes/{id}" {
		t.Errorf("got the summary %q", got)
	}
}

func TestBuild_componentNames(t *testing.T) {
	t.Parallel()
	r := wend.New()
	wend.Post(r, "/a", answer[Draft, Draft])
	require.Equal(t, []string{"Draft", "DraftInput", "Problem"}, componentNames(build(t, r)))
	wend.Post(r, "/b", answer[DraftInput, wend.None])
	require.Equal(t, []string{"Draft", "DraftInput", "Draft_Input", "Problem"}, componentNames(build(t, r)))
}

// Pair is told apart by what its arguments are.
type Pair[A, B any] struct {
	First  A `json:"first"`
	Second B `json:"second"`
}

// DraftOrNull has the name that a pointer in an argument is given.
type DraftOrNull struct {
	Text string `json:"text"`
}

func TestBuild_componentNamesOfArguments(t *testing.T) {
	t.Parallel()
	r := wend.New()
	wend.Get(r, "/a", answer[wend.None, Pair[Draft, *Draft]])
	require.Equal(t, []string{"Draft", "Pair_Draft_Draft", "Problem"}, componentNames(build(t, r)))
	wend.Get(r, "/b", answer[wend.None, Pair[Draft, Draft]])
	wend.Get(r, "/c", answer[wend.None, Pair[Draft, [2]Draft]])
	wend.Get(r, "/d", answer[wend.None, Pair[Draft, []Draft]])
	wend.Get(r, "/e", answer[wend.None, Pair[Draft, map[string]Draft]])
	wend.Get(r, "/f", answer[wend.None, Pair[Draft, map[Color]Draft]])
	require.Equal(t, []string{
		"Color", "Draft", "Pair_Draft_Draft", "Pair_Draft_DraftOrNull", "Pair_Draft_List2_Draft", "Pair_Draft_List_Draft",
		"Pair_Draft_Map_Color_Draft", "Pair_Draft_Map_string_Draft", "Problem",
	}, componentNames(build(t, r)))
	wend.Get(r, "/g", answer[wend.None, Pair[Draft, DraftOrNull]])
	_, err := openapi.Build(sinkInfo, r.Routes())
	require.ErrorContains(t, err, "cannot have the component name Pair_Draft_DraftOrNull")
}

func componentNames(doc *openapi.Document) (names []string) {
	for name := range doc.Components.Schemas {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func TestBuild_examples(t *testing.T) {
	t.Parallel()
	r := wend.New()
	wend.Post(r, "/a", answer[Rated, Rated], wend.Example("five", Rated{Stars: 5, Secret: "<s>", Inner: []Draft{{ID: 1, Text: "t"}}}))
	post := build(t, r).Paths["/a"].Post
	for _, c := range []struct {
		content map[string]*openapi.MediaType
		want    string
	}{
		{post.RequestBody.Content, `{"stars":5,"secret":"\u003cs\u003e","inner":[{"text":"t"}]}`},
		{post.Responses["200"].Content, `{"stars":5,"inner":[{"id":1,"text":"t"}]}`},
	} {
		value, err := json.Marshal(c.content["application/json"].Examples["five"].Value)
		require.NoError(t, err)
		require.Equal(t, c.want, string(value))
	}
}

// Types of one name that functions declare have one package and no methods: the remedy is another name.
func TestBuild_typesOfFunctions(t *testing.T) {
	t.Parallel()
	r := wend.New()
	func() {
		type item struct {
			A int `json:"a"`
		}
		wend.Get(r, "/a", func(context.Context, wend.None) (item, error) { return item{}, nil })
	}()
	func() {
		type item struct {
			B int `json:"b"`
		}
		wend.Get(r, "/b", func(context.Context, wend.None) (item, error) { return item{}, nil })
	}()
	_, err := openapi.Build(openapi.Info{Title: "Two", Version: "1"}, r.Routes())
	require.ErrorContains(t, err, "cannot have the component name item, which is taken")
	require.ErrorContains(t, err, "or another name where it is declared in a function")
}
