package wend_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend"
)

// A HandlerFunc reads every parameter, however long and many they are, whether the
// search has found them or the end of a chain.
func TestContext_Param(t *testing.T) {
	t.Parallel()
	pass := func(next http.Handler) http.Handler { return next }
	long := strings.Repeat("z", 64)
	for _, c := range []struct{ name, pattern, path, names, want string }{
		{"one", "/a/{x}", "/a/1", "x", "1"},
		{"long", "/a/{x}/{y}", "/a/" + long + "/2", "x y", long + "|2"},
		{"an encoded slash", "/a/{x}/{y}", "/a/b%2Fc/d", "x y", "b/c|d"},
		{"escapes", "/a/{x}/{y}", "/a/b%20c/%C3%A4", "x y", "b c|ä"},
		{"an empty rest", "/a/{x}/{rest...}", "/a/1/", "x rest", "1|"},
		{"a rest", "/a/{x}/{rest...}", "/a/1/2/3", "rest x", "2/3|1"},
		{"a rest with an encoded slash", "/a/{rest...}", "/a/2%2F3/4", "rest", "2/3/4"},
		{"no such parameter", "/a/{x}", "/a/1", "X xx x", "||1"},
		{
			"more than a word holds", "/{a}/{b}/{c}/{d}/{e}/{f}/{g}/{h}/{i}/{j}/{k}/{l}", "/1/2/3/4/5/6/7/8/9/10/11/12",
			"a b c d e f g h i j k l", "1|2|3|4|5|6|7|8|9|10|11|12",
		},
	} {
		for _, mw := range [][]wend.Middleware{nil, {pass}} {
			t.Run(fmt.Sprintf("%s, %d middleware", c.name, len(mw)), func(t *testing.T) {
				t.Parallel()
				r := quiet()
				r.Use(mw...)
				r.Handle("GET "+c.pattern, wend.HandlerFunc(func(x wend.Context) error {
					var got []string
					for name := range strings.FieldsSeq(c.names) {
						got = append(got, x.Param(name))
					}
					return x.Text(200, strings.Join(got, "|"))
				}))
				require.Equal(t, c.want, do(r, "GET", c.path, "").Body.String())
			})
		}
	}
}

// What cannot be answered is a 500 before anything is sent, and a status that has no body
// gets none.
func TestContext_status(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		handler wend.HandlerFunc
		status  int
		header  string // Location or Content-Type
	}{
		{"JSON 204", func(x wend.Context) error { return x.JSON(204, 1) }, 204, ""},
		{"Text 304", func(x wend.Context) error { return x.Text(304, "a") }, 304, ""},
		{"Blob 205", func(x wend.Context) error { return x.Blob(205, "a/b", []byte("a")) }, 205, ""},
		{"XML 204", func(x wend.Context) error { return x.XML(204, 1) }, 204, ""},
		{"JSON 0", func(x wend.Context) error { return x.JSON(0, 1) }, 500, "application/problem+json"},
		{"Text 100", func(x wend.Context) error { return x.Text(100, "a") }, 500, "application/problem+json"},
		{"Blob 1000", func(x wend.Context) error { return x.Blob(1000, "a/b", nil) }, 500, "application/problem+json"},
		{"Stream 99", func(x wend.Context) error {
			return x.Stream(99, wend.Stream{Write: func(_ context.Context, w io.Writer) error { _, err := io.WriteString(w, "a"); return err }})
		}, 500, "application/problem+json"},
		{"responder's 99", func(x wend.Context) error { return x.Respond(withStatus(99)) }, 500, "application/problem+json"},
		{"responder's 201", func(x wend.Context) error { return x.Respond(withStatus(201)) }, 201, ""},
		{"space", func(x wend.Context) error { return x.Redirect(302, "/a b?c=ä%20") }, 302, "/a%20b?c=%C3%A4%20"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := quiet()
			r.Handle("GET /", c.handler)
			w := do(r, "GET", "/", "")
			require.Equal(t, c.status, w.Code)
			require.Equal(t, c.header, w.Header().Get("Location")+w.Header().Get("Content-Type"))
			if c.status == 500 {
				require.True(t, json.Valid(w.Body.Bytes()))
				return
			}
			require.Empty(t, w.Body.String())
			if c.status != 201 && c.status != 302 {
				require.Empty(t, w.Header())
			}
		})
	}
	r := quiet()
	wend.Get(r, "/", func(context.Context, wend.None) (withStatus, error) { return 1000, nil })
	require.Equal(t, 500, do(r, "GET", "/", "").Code)
}

// withStatus is a responder that answers with a status and nothing else.
type withStatus int

func (s withStatus) Respond(w http.ResponseWriter, _ *http.Request) error {
	w.WriteHeader(int(s))
	return nil
}

func TestParam_behindWrappers(t *testing.T) {
	t.Parallel()
	r := quiet()
	var seen string
	inner := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { seen = wend.Param(r, "id") + r.PathValue("id") })
	r.Handle("GET /u/{id}/{rest...}", http.TimeoutHandler(inner, 1e9, ""))
	do(r, "GET", "/u/a%2Fb/c/d", "")
	require.Equal(t, "a/ba/b", seen)
}
