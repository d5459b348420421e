package wend_test

import (
	"fmt"
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

func TestParam_behindWrappers(t *testing.T) {
	t.Parallel()
	r := quiet()
	var seen string
	inner := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { seen = wend.Param(r, "id") + r.PathValue("id") })
	r.Handle("GET /u/{id}/{rest...}", http.TimeoutHandler(inner, 1e9, ""))
	do(r, "GET", "/u/a%2Fb/c/d", "")
	require.Equal(t, "a/ba/b", seen)
}
