package openapi_test

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/openapi"
)

type plainPath struct {
	ID string `path:"id"`
}

type ruledPath struct {
	ID string `path:"id" validate:"max=10"`
}

type durationPath struct {
	Wait time.Duration `path:"id"`
}

type oneQuery struct {
	Q string `query:"q"`
}

type oneHeader struct {
	H string `header:"X-H"`
}

type oneCookie struct {
	C string `cookie:"c"`
}

type ruledText struct {
	Body string `validate:"max=10"`
}

type bothStatuses struct {
	Status int `status:"200,404"`
	Body   Note
}

type problemish struct {
	Status int  `status:"200,404"`
	Body   Note `body:"application/problem+json"`
}

func TestBuild_statuses(t *testing.T) {
	t.Parallel()
	const body = "400 408 413 415 422"
	for _, c := range []struct {
		name string
		add  func(r *wend.Router) *wend.Route
		want string
	}{
		{"nothing", func(r *wend.Router) *wend.Route { return wend.Get(r, "/x", answer[wend.None, wend.None]) }, "204"},
		{"text in the path", func(r *wend.Router) *wend.Route { return wend.Get(r, "/x/{id}", answer[plainPath, Note]) }, "200"},
		{"no query that is not known", func(r *wend.Router) *wend.Route {
			return wend.Get(r, "/x", answer[wend.None, wend.None], wend.RejectUnknownQuery())
		}, "204 400 422"},
		{"a duration in the path", func(r *wend.Router) *wend.Route { return wend.Get(r, "/x/{id}", answer[durationPath, Note]) }, "200 422"},
		{"ruled text in the path", func(r *wend.Router) *wend.Route { return wend.Get(r, "/x/{id}", answer[ruledPath, Note]) }, "200 422"},
		{"number in the path", func(r *wend.Router) *wend.Route { return wend.Get(r, "/x/{id}", answer[oneID, Note]) }, "200 422"},
		{"rest of the path", func(r *wend.Router) *wend.Route { return wend.Get(r, "/x/{rest...}", answer[restOf, Note]) }, "200"},
		{"query", func(r *wend.Router) *wend.Route { return wend.Get(r, "/x", answer[oneQuery, Note]) }, "200 400 422"},
		{"header", func(r *wend.Router) *wend.Route { return wend.Get(r, "/x", answer[oneHeader, Note]) }, "200 400 422"},
		{"cookie", func(r *wend.Router) *wend.Route { return wend.Get(r, "/x", answer[oneCookie, Note]) }, "200 400 422"},
		{"JSON", func(r *wend.Router) *wend.Route { return wend.Post(r, "/x", answer[Note, Note]) }, "200 " + body},
		{"text", func(r *wend.Router) *wend.Route { return wend.Post(r, "/x", answer[textBody, Note]) }, "200 400 408 413 415"},
		{"ruled text", func(r *wend.Router) *wend.Route { return wend.Post(r, "/x", answer[ruledText, Note]) }, "200 " + body},
		{"bytes", func(r *wend.Router) *wend.Route { return wend.Post(r, "/x", answer[rawBody, Note]) }, "200 408 413 415 422"},
		{"stream", func(r *wend.Router) *wend.Route { return wend.Post(r, "/x", answer[streamBody, Note]) }, "200 408 413 415"},
		{"declared", func(r *wend.Router) *wend.Route {
			return wend.Post(r, "/x", answer[Note, Note], wend.Errors(errNoNote, errTaken), wend.Status(http.StatusCreated))
		}, "201 400 404 408 413 415 422"},
		{"writes by itself", func(r *wend.Router) *wend.Route { return wend.Get(r, "/x", answer[byHand, wend.None]) }, "2XX"},
		{"writes by itself, and says so", func(r *wend.Router) *wend.Route {
			return wend.Get(r, "/x", answer[byHand, wend.None], wend.Status(http.StatusOK))
		}, "200"},
		{"redirect", func(r *wend.Router) *wend.Route { return wend.Get(r, "/x", answer[wend.None, wend.Redirect]) }, "307"},
		{"redirect after POST", func(r *wend.Router) *wend.Route { return wend.Post(r, "/x", answer[wend.None, wend.Redirect]) }, "303"},
		{"redirect as said", func(r *wend.Router) *wend.Route {
			return wend.Get(r, "/x", answer[wend.None, wend.Redirect], wend.Status(http.StatusFound))
		}, "302"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := wend.New()
			rt := c.add(r)
			keys := slices.Sorted(maps.Keys(only(t, build(t, r), rt.Method()).Responses))
			if got := strings.Join(keys, " "); got != c.want+" default" {
				t.Errorf("got the responses %q, want %q and default", got, c.want)
			}
		})
	}
}

// only returns the one operation of a document.
func only(t *testing.T, doc *openapi.Document, method string) *openapi.Operation {
	t.Helper()
	require.Len(t, doc.Paths, 1)
	for _, item := range doc.Paths {
		if method == http.MethodPost {
			return item.Post
		}
		return item.Get
	}
	return nil
}

// A codec that changes nothing.
type sameText struct{}

func (sameText) MediaTypes() []string                      { return []string{"application/x-same"} }
func (sameText) ToJSON(dst, body []byte) ([]byte, error)   { return append(dst, body...), nil }
func (sameText) FromJSON(dst, json []byte) ([]byte, error) { return append(dst, json...), nil }

func TestBuild_codecs(t *testing.T) {
	t.Parallel()
	r := wend.New(wend.Codec(sameText{}))
	wend.Post(r, "/x", answer[Note, Note])
	wend.Put(r, "/x", answer[rawBody, wend.Text])
	item := build(t, r).Paths["/x"]
	for _, content := range []map[string]*openapi.MediaType{item.Post.RequestBody.Content, item.Post.Responses["200"].Content} {
		require.Equal(t, []string{"application/json", "application/x-same"}, slices.Sorted(maps.Keys(content)))
	}
	require.Contains(t, item.Post.Responses, "406")
	require.NotContains(t, item.Put.Responses, "406")
	require.NotContains(t, item.Put.Responses["200"].Content, "application/x-same")
}

type spanned struct {
	From int `path:"from"`
	To   int `query:"to" validate:"gtefield=From"`
}

func TestBuild_rulesBetweenParameters(t *testing.T) {
	t.Parallel()
	r, plain := wend.New(), wend.New()
	wend.Get(plain, "/spans/{from}", answer[struct {
		From int `path:"from"`
		To   int `query:"to"`
	}, wend.None])
	wend.Get(r, "/spans/{from}", answer[spanned, wend.None])
	doc := build(t, r)
	require.Equal(t, []map[string]any{{"rule": "gtefield", "in": "query", "field": "to", "other": "from"}},
		doc.Paths["/spans/{from}"].Get.Extensions["x-constraints"])
	require.Equal(t, []openapi.Change{{
		Breaking: true, Operation: "GET /spans/{from}", Where: "request",
		Text: `x-constraints is [{"field":"to","in":"query","other":"from","rule":"gtefield"}], was absent`,
	}}, openapi.Diff(build(t, plain), doc))
}

func TestBuild_declaredErrors(t *testing.T) {
	t.Parallel()
	r := wend.New(wend.Errors(errBusy, errNoNote))
	g := r.Group("", wend.Errors(errNoOwner, errTaken))
	wend.Post(g, "/x", answer[Note, bothStatuses])
	o := build(t, r).Paths["/x"].Post
	for status, want := range map[string]string{
		"404": "Not Found; there is no such note (no_note); there is no such owner (no_owner)",
		"422": "the text is taken (taken); The request breaks a rule; the errors say where",
		"503": "Service Unavailable",
	} {
		if got := o.Responses[status].Description; got != want {
			t.Errorf("%s: got %q, want %q", status, got, want)
		}
	}
	require.Contains(t, o.Responses["503"].Headers, "Retry-After")
	require.Equal(t, []string{"application/json", "application/problem+json"}, slices.Sorted(maps.Keys(o.Responses["404"].Content)))
	require.Equal(t, "#/components/responses/Error", o.Responses["default"].Ref)
}

// A success and an error of one status and one media type are told apart by neither:
// the body is one of the two.
func TestBuild_successLooksLikeError(t *testing.T) {
	t.Parallel()
	r := wend.New(wend.Errors(errNoNote))
	wend.Get(r, "/x", answer[wend.None, problemish])
	schema := build(t, r).Paths["/x"].Get.Responses["404"].Content["application/problem+json"].Schema
	require.Len(t, schema.AnyOf, 2)
	require.Equal(t, "#/components/schemas/Note", schema.AnyOf[0].Ref)
	require.Equal(t, "#/components/schemas/Problem", schema.AnyOf[1].Ref)
}

func TestBuild_unusualMethods(t *testing.T) {
	t.Parallel()
	r := wend.New()
	wend.Query(r, "/x", answer[Note, Note])
	r.Handle("PURGE /x", wend.Func(answer[wend.None, wend.None]))
	item := build(t, r).Paths["/x"]
	require.Nil(t, item.Query)
	require.Equal(t, []string{"x-purge", "x-query"}, slices.Sorted(maps.Keys(item.Extensions)))
	item = build(t, r, openapi.Version("3.2.0")).Paths["/x"]
	require.NotNil(t, item.Query)
	require.Contains(t, item.AdditionalOperations, "PURGE")
	require.Empty(t, item.Extensions)
}

// Patterns that become one path: see path.go.
func TestBuild_onePath(t *testing.T) {
	t.Parallel()
	r := wend.New()
	wend.Get(r, "/s/", answer[wend.None, wend.None], wend.OperationID("below"))
	wend.Get(r, "/s/{$}", answer[wend.None, wend.None], wend.OperationID("exact"))
	wend.Get(r, "/f/{name}", answer[struct {
		Name string `path:"name"`
	}, wend.None], wend.OperationID("file"))
	wend.Get(r, "/f/{rest...}", answer[restOf, wend.None], wend.OperationID("rest"))
	wend.Delete(r, "/f/{note}", answer[otherID, wend.None], wend.OperationID("remove"))
	r.Handle("/f/{any}", wend.Func(answer[struct {
		Any string `path:"any"`
	}, wend.None], wend.OperationID("any")))
	doc := build(t, r)
	require.Len(t, doc.Paths, 2)
	s, f := doc.Paths["/s/"], doc.Paths["/f/{name}"]
	require.Equal(t, "exact", s.Get.OperationID)
	require.Equal(t, "below", operations(s, "x-subtree")["get"].OperationID)
	require.Equal(t, "file", f.Get.OperationID)
	require.Equal(t, "rest", operations(f, "x-subtree")["get"].OperationID)
	require.Equal(t, "any", operations(f, "x-any")["get"].OperationID)
	for _, o := range []*openapi.Operation{f.Get, f.Delete, operations(f, "x-subtree")["get"], operations(f, "x-any")["get"]} {
		require.Equal(t, "name", o.Parameters[0].Name, o.OperationID)
	}
}

func operations(item *openapi.PathItem, extension string) map[string]*openapi.Operation {
	return item.Extensions[extension].(map[string]*openapi.Operation)
}
