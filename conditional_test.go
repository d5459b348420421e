package wend_test

import (
	"context"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend"
)

func TestConditional(t *testing.T) {
	t.Parallel()
	const (
		before = "Thu, 01 Jan 2026 00:00:00 GMT"
		at     = "Thu, 01 Jan 2026 12:00:00 GMT"
		later  = "Fri, 02 Jan 2026 00:00:00 GMT"
	)
	modified := time.Date(2026, 1, 1, 12, 0, 0, 500, time.UTC)
	type input struct {
		Etag string `query:"etag"`
		wend.Conditional
	}
	r := quiet()
	wend.Get(r, "/", func(_ context.Context, in input) (wend.Text, error) { return "state", in.Check(in.Etag, modified) })
	wend.Put(r, "/", func(_ context.Context, in input) (none, error) { return none{}, in.Require(in.Etag, modified) })
	wend.Patch(r, "/", func(_ context.Context, in input) (none, error) { return none{}, in.Check(in.Etag, time.Time{}) })
	wend.Delete(r, "/", func(_ context.Context, in input) (none, error) { return none{}, in.Require(in.Etag, time.Time{}) })
	for _, c := range []struct {
		name, method, etag string
		headers            []string
		want               int
	}{
		{"no condition", "GET", "v1", nil, 200},
		{"the same tag", "GET", "v1", []string{`If-None-Match: "v1"`}, 304},
		{"the same tag, weak", "GET", "v1", []string{`If-None-Match: W/"v1"`}, 304},
		{"one of several", "GET", "v1", []string{`If-None-Match: "v0", "v1"`}, 304},
		{"on another line", "GET", "v1", []string{`If-None-Match: "v0"`, `If-None-Match: "v1"`}, 304},
		{"any tag", "GET", "v1", []string{`If-None-Match: *`}, 304},
		{"a tag with a comma", "GET", "a,b", []string{`If-None-Match: "x", "a,b"`}, 304},
		{"another tag", "GET", "v1", []string{`If-None-Match: "v2"`}, 200},
		{"no list of tags", "GET", "v1", []string{`If-None-Match: v1`}, 200},
		{"an open quote", "GET", "v1", []string{`If-None-Match: "v1`}, 200},
		{"the tag goes before the date", "GET", "v1", []string{`If-None-Match: "v2"`, "If-Modified-Since: " + later}, 200},
		{"not modified since", "GET", "v1", []string{"If-Modified-Since: " + at}, 304},
		{"modified since", "GET", "v1", []string{"If-Modified-Since: " + before}, 200},
		{"a date that is none", "GET", "v1", []string{"If-Modified-Since: yesterday"}, 200},
		{"it must be this one", "GET", "v1", []string{`If-Match: "v1"`}, 200},
		{"it must be another", "GET", "v1", []string{`If-Match: "v2"`}, 412},
		{"PUT without a condition", "PUT", "v1", nil, 428},
		{"PUT of this one", "PUT", "v1", []string{`If-Match: "v1"`}, 204},
		{"PUT of this one, weak", "PUT", `W/"v1"`, []string{`If-Match: W/"v1"`}, 412},
		{"PUT of another", "PUT", "v1", []string{`If-Match: "v0", "v2"`}, 412},
		{"PUT of any", "PUT", "v1", []string{`If-Match: *`}, 204},
		{"PUT of what is not there", "PUT", "", []string{`If-Match: *`}, 412},
		{"PUT of what must not be there", "PUT", "", []string{`If-None-Match: *`}, 204},
		{"PUT of what must not be there and is", "PUT", "v1", []string{`If-None-Match: *`}, 412},
		{"PUT if unmodified", "PUT", "v1", []string{"If-Unmodified-Since: " + at}, 204},
		{"PUT if unmodified, and it is", "PUT", "v1", []string{"If-Unmodified-Since: " + before}, 412},
		{"PUT if modified means nothing", "PUT", "v1", []string{"If-Modified-Since: " + at}, 428},
		{"PUT if unmodified since a date that is none", "PUT", "v1", []string{"If-Unmodified-Since: yesterday"}, 428},
		{"DELETE if unmodified, and nobody knows", "DELETE", "v1", []string{"If-Unmodified-Since: " + at}, 428},
		{"DELETE of this one", "DELETE", "v1", []string{`If-Match: "v1"`, "If-Unmodified-Since: " + at}, 204},
		{"PATCH needs none", "PATCH", "v1", nil, 204},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := do(r, c.method, "/?etag="+url.QueryEscape(c.etag), "", c.headers...)
			require.Equal(t, c.want, w.Code, w.Body.String())
			if c.want == 304 {
				require.Empty(t, w.Body.String())
				require.Equal(t, `"`+c.etag+`"`, w.Header().Get("ETag"))
				require.Equal(t, at, w.Header().Get("Last-Modified"))
				require.Empty(t, w.Header().Get("Content-Type"))
			}
		})
	}
	statuses := map[string][]int{}
	for rt := range r.Routes() {
		o := rt.Operation()
		all := o.Statuses
		for _, e := range o.Errors {
			all = append(all, e.Status)
		}
		statuses[rt.Method()] = all
	}
	require.Equal(t, map[string][]int{"GET": {200, 304, 412}, "PUT": {204, 412, 428}, "PATCH": {204, 412, 428}, "DELETE": {204, 412, 428}}, statuses)
}
