package wend_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend"
)

// comment has a member named body, which is a member like any other.
type comment struct {
	Body string `json:"body" validate:"max=5"`
}

func TestBodyMember(t *testing.T) {
	t.Parallel()
	r := quiet()
	wend.Post(r, "/", func(_ context.Context, in comment) (comment, error) { return in, nil })
	require.Equal(t, `{"body":"hi"}`, do(r, "POST", "/", `{"body":"hi"}`).Body.String())
	require.Equal(t, []string{"body /body max"}, items(problemOf(t, do(r, "POST", "/", `{"body":"too long"}`))))
	type mixed struct {
		ID   int    `query:"id"`
		Body string `json:"body"`
	}
	require.Contains(t, refused(t, func() {
		wend.Post(quiet(), "/", func(context.Context, mixed) (none, error) { return none{}, nil })
	}), `body:""`)
}

type account struct {
	Name  string             `json:"name"`
	Inner *account           `json:"inner,omitempty"`
	List  []account          `json:"list,omitempty"`
	Map   map[string]account `json:"map,omitempty"`
}

// TestOutputFilters proves that only what the output type has can leave.
func TestOutputFilters(t *testing.T) {
	t.Parallel()
	type stored struct {
		account
		Password string `json:"-"`
	}
	r := quiet()
	wend.Get(r, "/", func(context.Context, none) (account, error) {
		s := stored{account{Name: "a"}, "hunter2"}
		return account{Name: s.Name, Inner: &s.account, List: []account{s.account}}, nil
	})
	wend.Get(r, "/stored", func(context.Context, none) ([]stored, error) {
		return []stored{{account{Name: "a"}, "hunter2"}}, nil
	})
	for _, path := range []string{"/", "/stored"} {
		w := do(r, "GET", path, "")
		require.Equal(t, 200, w.Code)
		require.NotContains(t, w.Body.String(), "hunter2")
	}
}

// TestNoValueEchoed sends secrets in every place and reads every answer.
func TestNoValueEchoed(t *testing.T) {
	t.Parallel()
	r := quiet()
	wend.Post(r, "/{id}", func(_ context.Context, in struct {
		ID     int    `path:"id"`
		Limit  int    `query:"limit" validate:"max=10"`
		Token  string `header:"X-Token" validate:"max=3"`
		Cookie string `cookie:"sid" validate:"max=3"`
		Body   struct {
			Name     string `json:"name" validate:"required"`
			Password string `json:"password" validate:"max=3"`
		}
	},
	) (none, error) {
		return none{}, nil
	}, wend.RejectUnknownQuery())
	const secret = "hunter2"
	for _, body := range []string{`{"password":"hunter2"}`, `{"name":"hunter2","x":"hunter2"}`, `hunter2`, `["hunter2"]`, `{"password":{"a":"hunter2"}}`} {
		w := do(r, "POST", "/"+secret+"?limit="+secret, body, "X-Token: "+secret, "Cookie: sid="+secret)
		require.GreaterOrEqual(t, w.Code, 400)
		require.NotContains(t, w.Body.String(), secret, body)
	}
	require.NotContains(t, do(r, "GET", "/nowhere/"+secret, "").Body.String(), secret)
}

// TestNoHeaderNobodyAskedFor lists all headers of a plain answer.
func TestNoHeaderNobodyAskedFor(t *testing.T) {
	t.Parallel()
	r := quiet()
	wend.Get(r, "/", func(context.Context, none) (string, error) { return "a", nil })
	require.Equal(t, http.Header{"Content-Type": {"application/json"}, "Content-Length": {"3"}}, do(r, "GET", "/", "").Header())
}

func TestHead(t *testing.T) {
	t.Parallel()
	r := quiet()
	long := strings.Repeat("a", 5000)
	wend.Get(r, "/get", func(context.Context, none) (string, error) { return long, nil })
	wend.Head(r, "/own", func(context.Context, none) (struct {
		Count int `header:"X-Count"`
	}, error,
	) {
		return struct {
			Count int `header:"X-Count"`
		}{7}, nil
	})
	r.Handle("GET /own", http.NotFoundHandler())
	get, head := do(r, "GET", "/get", ""), do(r, "HEAD", "/get", "")
	require.Equal(t, get.Header(), head.Header())
	require.Equal(t, "5002", head.Header().Get("Content-Length"))
	require.Empty(t, head.Body.String())
	require.Equal(t, "7", do(r, "HEAD", "/own", "").Header().Get("X-Count"), "an own HEAD wins")
}

// TestFiveMistakes puts five mistakes into one route: one message lists them all, at
// the line of the registration.
func TestFiveMistakes(t *testing.T) {
	t.Parallel()
	type five struct {
		A int    `query:"a" validate:"min=5,max=3"`
		B string `query:"b" validate:"emial"`
		C int    `query:"c" default:"x"`
		D string `query:"a"`
		E string `path:"nope"`
	}
	message := refused(t, func() {
		wend.Get(quiet(), "/x", func(context.Context, five) (none, error) { return none{}, nil })
	})
	require.Regexp(t, `^wend: GET /x, registered at \S+/acceptance_test\.go:\d+: 5 problems\n`, message)
	for _, want := range []string{"no value is at least 5 and at most 3", `unknown rule "emial"`, `"x"`, `"a"`, "{nope}", `write validate:"email"`} {
		require.Contains(t, message, want)
	}
}
