package wend_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/binding"
)

type note struct {
	ID   int      `json:"id" validate:"min=1"`
	Text string   `json:"text" validate:"required,max=10"`
	Tags []string `json:"tags"`
}

type everySource struct {
	ID      int    `path:"id" validate:"min=1"`
	Limit   int    `query:"limit" default:"10" validate:"min=1,max=100"`
	Token   string `header:"X-Token" validate:"required"`
	Session string `cookie:"sid"`
	Body    note
}

func TestEndpoint_sources(t *testing.T) {
	t.Parallel()
	var got everySource
	r := quiet()
	wend.Put(r, "/notes/{id}", func(_ context.Context, in everySource) (note, error) {
		got = in
		return in.Body, nil
	})
	w := do(r, "PUT", "/notes/3?limit=5", `{"id":3,"text":"hi"}`, "X-Token: t", "Cookie: sid=s")
	require.Equal(t, 200, w.Code, w.Body.String())
	require.Equal(t, everySource{3, 5, "t", "s", note{3, "hi", nil}}, got)
	require.Equal(t, `{"id":3,"text":"hi","tags":[]}`, w.Body.String())
	require.Equal(t, "application/json", w.Header().Get("Content-Type"))

	w = do(r, "PUT", "/notes/x?limit=0&limit=1", `{"id":0,"text":"","x":1}`)
	require.Equal(t, 422, w.Code)
	require.Equal(t, []string{
		"path /id type", "query /limit multiple", "header /X-Token required",
		"body /id min", "body /text required", "body /x unknown",
	}, items(problemOf(t, w)))
}

func TestEndpoint_status(t *testing.T) {
	t.Parallel()
	r := quiet()
	echo := func(_ context.Context, in note) (note, error) { return in, nil }
	wend.Post(r, "/small", echo, wend.MaxBody(30))
	wend.Post(r, "/default", func(_ context.Context, in struct{ Body []byte }) (int, error) { return len(in.Body), nil })
	body := `{"id":1,"text":"0123456789"}  `
	octets := []string{"Content-Type:", "Content-Type: application/octet-stream"}
	tests := []struct {
		name, path, body string
		headers          []string
		status           int
		items            []string
	}{
		{name: "exactly the limit", path: "/small", body: body, status: 200},
		{name: "one more", path: "/small", body: body + " ", status: 413},
		{name: "default limit", path: "/default", body: strings.Repeat("a", 1<<20), headers: octets, status: 200},
		{name: "over it", path: "/default", body: strings.Repeat("a", 1<<20+1), headers: octets, status: 413},
		{name: "no media type", path: "/small", body: body, headers: []string{"Content-Type:"}, status: 415},
		{name: "another media type", path: "/small", body: body, headers: []string{"Content-Type:", "Content-Type: text/plain"}, status: 415},
		{name: "a JSON one", path: "/small", body: body, headers: []string{"Content-Type:", "Content-Type: application/geo+json"}, status: 200},
		{name: "parameters", path: "/small", body: body, headers: []string{"Content-Type:", "Content-Type: application/json; charset=UTF-8"}, status: 200},
		{name: "another charset", path: "/small", body: body, headers: []string{"Content-Type:", "Content-Type: application/json; charset=latin1"}, status: 415},
		{name: "nothing", path: "/small", status: 422, items: []string{"body  required"}},
		{name: "null", path: "/small", body: "null", status: 422, items: []string{"body  required"}},
		{name: "malformed", path: "/small", body: "{some broken json}", status: 400, items: []string{"body  json"}},
		{name: "trailing data", path: "/small", body: `{"id":1,"text":"a"} x`, status: 400, items: []string{"body  json"}},
		{name: "duplicate", path: "/small", body: `{"id":1,"id":2,"text":"a"}`, status: 400, items: []string{"body /id json"}},
		{name: "415 before 422", path: "/small", body: `{}`, headers: []string{"Content-Type:", "Content-Type: text/plain"}, status: 415},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := do(r, "POST", test.path, test.body, test.headers...)
			require.Equal(t, test.status, w.Code, w.Body.String())
			if test.status != 200 {
				require.Equal(t, test.items, items(problemOf(t, w)))
			}
			if test.status == 413 {
				require.Equal(t, "close", w.Header().Get("Connection"))
			}
		})
	}
}

func TestEndpoint_pathList(t *testing.T) {
	t.Parallel()
	r := quiet()
	wend.Get(r, "/{kind}/{ids}/x", func(_ context.Context, in struct {
		Kind string   `path:"kind"`
		IDs  []string `path:"ids"`
	},
	) ([]string, error) {
		return append(in.IDs, in.Kind), nil
	})
	require.Equal(t, `["1","2","a b"]`, do(r, "GET", "/a%20b/1,2/x", "").Body.String())
	require.Equal(t, `["1,2","3/4","a"]`, do(r, "GET", "/a/1%2C2,3%2F4/x", "").Body.String(), "an escaped comma is no separator")
}

type envelope struct {
	Status  int         `status:"200,201"`
	ETag    string      `header:"ETag"`
	Count   *int        `header:"X-Count"`
	Changed time.Time   `header:"Last-Modified"`
	Session wend.Cookie `cookie:"__Host-sid"`
	Theme   string      `cookie:"theme"`
	Body    *note
}

func TestEndpoint_envelope(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	r := logged(&log)
	zero := 0
	answers := map[int]envelope{
		1: {Body: &note{ID: 1, Text: "a"}},
		2: {Status: 201, ETag: `"x"`, Count: &zero, Changed: time.Unix(0, 0), Session: wend.Cookie{Value: "s", MaxAge: time.Hour}, Theme: "dark", Body: &note{ID: 2, Text: "b"}},
		3: {Status: 202, Body: &note{}},
		4: {},
		5: {ETag: "a\r\nX-Evil: 1", Body: &note{}},
	}
	wend.Get(r, "/{id}", func(_ context.Context, in struct {
		ID int `path:"id"`
	},
	) (envelope, error) {
		return answers[in.ID], nil
	})
	w := do(r, "GET", "/1", "")
	require.Equal(t, 200, w.Code)
	require.Equal(t, http.Header{"Content-Type": {"application/json"}, "Content-Length": {"29"}}, w.Header(), "zero is not sent")

	w = do(r, "GET", "/2", "")
	require.Equal(t, 201, w.Code)
	require.Equal(t, `"x"`, w.Header().Get("ETag"))
	require.Equal(t, "0", w.Header().Get("X-Count"), "a pointer sends its value")
	require.Equal(t, "Thu, 01 Jan 1970 00:00:00 GMT", w.Header().Get("Last-Modified"))
	require.Equal(t, []string{
		"__Host-sid=s; Path=/; Max-Age=3600; HttpOnly; Secure; SameSite=Lax",
		"theme=dark; Path=/; HttpOnly; Secure; SameSite=Lax",
	}, w.Header()["Set-Cookie"])
	for path, cause := range map[string]string{"/3": "202", "/4": "nil", "/5": "line break"} {
		log.Reset()
		w = do(r, "GET", path, "")
		require.Equal(t, 500, w.Code, path)
		require.Empty(t, w.Header()["Etag"], path)
		require.Contains(t, log.String(), cause, path)
	}
}

func TestEndpoint_none(t *testing.T) {
	t.Parallel()
	r := quiet()
	wend.Delete(r, "/x", nothing)
	wend.Post(r, "/created", func(context.Context, none) (note, error) { return note{ID: 1, Text: "x"}, nil }, wend.Status(201))
	w := do(r, "DELETE", "/x", "")
	require.Equal(t, 204, w.Code)
	require.Empty(t, w.Header())
	require.Empty(t, w.Body.String())
	w = do(r, "POST", "/created", "")
	require.Equal(t, 201, w.Code)
	require.Equal(t, "application/json", w.Header().Get("Content-Type"))
	require.Contains(t, refused(t, func() {
		wend.Get(quiet(), "/x", func(context.Context, none) (note, error) { return note{}, nil }, wend.Status(204))
	}), "wend.None")
}

func TestEndpoint_injection(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	r := logged(&log)
	type in struct {
		C   wend.Context
		R   *http.Request
		Log *slog.Logger
		ID  string `path:"id"`
	}
	var kept wend.Context
	wend.Get(r, "/{id}", func(_ context.Context, in in) (none, error) {
		kept = in.C
		in.Log.Info("seen", "path", in.R.URL.Path)
		if in.ID == "silent" {
			return none{}, nil
		}
		return none{}, in.C.Text(202, in.ID+in.C.Param("id"))
	})
	w := do(r, "GET", "/a", "")
	require.Equal(t, 202, w.Code)
	require.Equal(t, "aa", w.Body.String())
	require.Contains(t, log.String(), `pattern="GET /{id}" path=/a`)
	require.Equal(t, 204, do(r, "GET", "/silent", "").Code, "a handler that wrote nothing answers as any other")
	require.ErrorIs(t, kept.Text(200, "late"), wend.ErrContextUsedLate)

	type unknown struct {
		DB *http.Client
		ID int `query:"id"`
	}
	message := refused(t, func() {
		wend.Get(r.Group(""), "/u", func(context.Context, unknown) (none, error) { return none{}, nil })
	})
	_ = message
}

func TestEndpoint_pointerInput(t *testing.T) {
	t.Parallel()
	r := quiet()
	var seen []*everySource
	wend.Put(r, "/notes/{id}", func(_ context.Context, in *everySource) (int, error) {
		seen = append(seen, in)
		return in.ID, nil
	})
	for i := range 3 {
		w := do(r, "PUT", fmt.Sprintf("/notes/%d", i+1), `{"id":3,"text":"hi"}`, "X-Token: t")
		require.Equal(t, strconv.Itoa(i+1), w.Body.String())
	}
	require.Equal(t, []int{1, 2, 3}, []int{seen[0].ID, seen[1].ID, seen[2].ID}, "fresh for each request")
}

// TestEndpoint_kept keeps what handlers receive while the scratch is used again.
func TestEndpoint_kept(t *testing.T) {
	t.Parallel()
	type in struct {
		ID   string   `path:"id"`
		Tags []string `query:"tag"`
		Body struct {
			Name string            `json:"name"`
			List []string          `json:"list"`
			Map  map[string]string `json:"map"`
			Ptr  *string           `json:"ptr"`
		}
	}
	type raw struct {
		Body []byte
	}
	var mu sync.Mutex
	kept := map[string]in{}
	raws := map[string][]byte{}
	r := quiet()
	wend.Post(r, "/in/{id}", func(_ context.Context, in in) (string, error) {
		mu.Lock()
		defer mu.Unlock()
		kept[in.ID] = in
		return in.ID, nil
	})
	wend.Post(r, "/raw", func(_ context.Context, in raw) (none, error) {
		mu.Lock()
		defer mu.Unlock()
		raws[string(in.Body)] = in.Body
		return none{}, nil
	})
	var wg sync.WaitGroup
	for worker := range 4 {
		wg.Go(func() {
			for i := range 250 {
				id := fmt.Sprintf("%d-%d", worker, i)
				body := fmt.Sprintf(`{"name":%q,"list":[%q,"x"],"map":{%q:%q},"ptr":%q}`, id, id, id, id, id)
				w := do(r, "POST", "/in/"+id+"?tag="+id+"&tag=x", body)
				if w.Body.String() != strconv.Quote(id) {
					t.Errorf("%s: answered %d %s", id, w.Code, w.Body)
				}
				do(r, "POST", "/raw", id, "Content-Type:", "Content-Type: application/octet-stream")
			}
		})
	}
	wg.Wait()
	require.Len(t, kept, 1000)
	for id, in := range kept {
		if in.ID != id || in.Tags[0] != id || in.Body.Name != id || in.Body.List[0] != id || in.Body.Map[id] != id || *in.Body.Ptr != id {
			t.Errorf("%s: kept %+v", id, in)
		}
	}
	for text, data := range raws {
		if text != string(data) {
			t.Errorf("%s: kept %s", text, data)
		}
	}
}

// hooked has a method on its pointer, so its memory must never be used again.
type hooked struct {
	Name string `json:"name"`
}

var (
	hookMu   sync.Mutex
	hookKept = map[*hooked]string{}
)

func (h *hooked) Validate() error {
	hookMu.Lock()
	defer hookMu.Unlock()
	hookKept[h] = h.Name
	return nil
}

func TestEndpoint_hookKeepsPointer(t *testing.T) {
	t.Parallel()
	r := quiet()
	wend.Post(r, "/", func(_ context.Context, in hooked) (hooked, error) { return in, nil })
	for i := range 100 {
		do(r, "POST", "/", fmt.Sprintf(`{"name":"n%d"}`, i))
	}
	hookMu.Lock()
	defer hookMu.Unlock()
	for h, name := range hookKept {
		require.Equal(t, name, h.Name, "a later request wrote into memory that was handed out")
	}
}

func TestEndpoint_encodeFails(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	r := logged(&log)
	wend.Get(r, "/chan", func(context.Context, none) (map[string]any, error) {
		return map[string]any{"c": make(chan int)}, nil
	})
	w := do(r, "GET", "/chan", "")
	require.Equal(t, 500, w.Code)
	problemOf(t, w)
	require.Contains(t, log.String(), "chan")
}

func TestEndpoint_timeout(t *testing.T) {
	t.Parallel()
	r := quiet(wend.Timeout(time.Millisecond))
	wend.Get(r, "/late", func(ctx context.Context, _ none) (string, error) {
		<-ctx.Done()
		return "late", nil
	})
	wend.Get(r, "/err", func(ctx context.Context, _ none) (string, error) {
		<-ctx.Done()
		return "", fmt.Errorf("query: %w", ctx.Err())
	})
	wend.Get(r, "/lifted", func(ctx context.Context, _ none) (bool, error) {
		_, has := ctx.Deadline()
		return has, nil
	}, wend.Timeout(0))
	require.Equal(t, 503, do(r, "GET", "/late", "").Code)
	require.Equal(t, 503, do(r, "GET", "/err", "").Code)
	require.Equal(t, "false", do(r, "GET", "/lifted", "").Body.String())
}

func TestEndpoint_clientGone(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	r := logged(&log)
	wend.Get(r, "/x", func(ctx context.Context, _ none) (string, error) { return "", ctx.Err() })
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	w := httptest.NewRecorder()
	r.ServeHTTP(w, httptest.NewRequestWithContext(ctx, "GET", "/x", nil))
	require.Empty(t, w.Body.String())
	require.Contains(t, log.String(), "the client has gone")
	require.NotContains(t, log.String(), "level=ERROR")
}

func TestFunc_sameOnServeMux(t *testing.T) {
	t.Parallel()
	get := func(_ context.Context, in struct {
		ID    int    `path:"id" validate:"max=9"`
		Query string `query:"q"`
	},
	) (note, error) {
		if in.ID == 4 {
			return note{}, wend.Errorf(404, "no note %d", in.ID)
		}
		return note{ID: in.ID, Text: in.Query}, nil
	}
	r := quiet()
	wend.Get(r, "/notes/{id}", get)
	own := quiet()
	own.Handle("GET /notes/{id}", wend.Func(get))
	mux := http.NewServeMux()
	mux.Handle("GET /notes/{id}", wend.Func(get))
	stripped := http.NewServeMux()
	stripped.Handle("/api/", http.StripPrefix("/api", mux))
	for _, path := range []string{"/notes/1?q=a", "/notes/x", "/notes/4", "/notes/10", "/notes/%31"} {
		want := do(r, "GET", path, "")
		for name, got := range map[string]*httptest.ResponseRecorder{
			"Handle": do(own, "GET", path, ""), "ServeMux": do(mux, "GET", path, ""), "StripPrefix": do(stripped, "GET", "/api"+path, ""),
		} {
			if got.Code != want.Code || got.Body.String() != want.Body.String() {
				t.Errorf("%s %s: got %d %s, want %d %s", name, path, got.Code, got.Body, want.Code, want.Body)
			}
		}
	}
	wrong := http.NewServeMux()
	wrong.Handle("GET /notes/{other}", wend.Func(get))
	require.Equal(t, 500, do(wrong, "GET", "/notes/1", "").Code, "the one mistake that registration cannot see")
}

func TestContext(t *testing.T) {
	t.Parallel()
	r := quiet()
	r.Handle("POST /{a}/{b}/{c}/{d}/{e}/{f}/{g}/{h}/{i}", wend.HandlerFunc(func(c wend.Context) error {
		var in struct {
			A    int `path:"a"`
			I    int `path:"i"`
			Body note
		}
		if err := c.Bind(&in); err != nil {
			return err
		}
		return c.JSON(201, map[string]any{"a": in.A, "i": c.Param("i"), "nope": c.Param("nope"), "text": in.Body.Text})
	}))
	r.Handle("GET /fails", wend.HandlerFunc(func(c wend.Context) error { return c.JSON(200, map[string]any{"x": make(chan int)}) }))
	r.Handle("GET /writer", wend.HandlerFunc(func(c wend.Context) error {
		c.Writer().Write([]byte("half"))
		return errors.New("broken")
	}))
	w := do(r, "POST", "/1/2/3/4/5/6/7/8/9", `{"id":1,"text":"x"}`)
	require.Equal(t, 201, w.Code, w.Body.String())
	require.JSONEq(t, `{"a":1,"i":"9","nope":"","text":"x"}`, w.Body.String())
	w = do(r, "POST", "/x/2/3/4/5/6/7/8/9", `{}`)
	require.Equal(t, []string{"path /a type", "body /id required", "body /text required"}, items(problemOf(t, w)))
	require.Equal(t, 500, do(r, "GET", "/fails", "").Code, "encoded before it is written")
	require.PanicsWithValue(t, http.ErrAbortHandler, func() { do(r, "GET", "/writer", "") }, "half a response is no response")
}

func TestInvalid(t *testing.T) {
	t.Parallel()
	r := quiet()
	wend.Post(r, "/", func(_ context.Context, in note) (note, error) {
		return in, errors.Join(binding.Invalid("/text", "taken", "is taken"), binding.Invalid("/query/to", "late", "is late"))
	})
	w := do(r, "POST", "/", `{"id":1,"text":"a"}`)
	require.Equal(t, 422, w.Code)
	require.Equal(t, []string{"body /text taken", "query /to late"}, items(problemOf(t, w)))
}
