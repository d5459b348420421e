package wend_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/binding"
	"github.com/wend-go/wend/middleware"
	"github.com/wend-go/wend/openapi"
)

func TestErrorf(t *testing.T) {
	t.Parallel()
	cause, other := errors.New("secret"), errors.New("other")
	tests := []struct {
		name   string
		err    error
		detail string
		causes []error
	}{
		{"plain", wend.Errorf(404, "no note"), "no note", nil},
		{"values", wend.Errorf(404, "no note %d of %q", 7, "a"), `no note 7 of "a"`, nil},
		{"cause behind a colon", wend.Errorf(404, "no note %d: %w", 7, cause), "no note 7", []error{cause}},
		{"cause in the middle", wend.Errorf(404, "failed %w for %d", cause, 7), "failed  for 7", []error{cause}},
		{"cause alone", wend.Errorf(404, "%w", cause), "", []error{cause}},
		{"two causes", wend.Errorf(404, "no: %w: %w", cause, other), "no", []error{cause, other}},
		{"width from an argument", wend.Errorf(404, "%*d: %w", 3, 7, cause), "  7", []error{cause}},
		{"percent sign", wend.Errorf(404, "100%% %s: %w", "a", cause), "100% a", []error{cause}},
	}
	for _, test := range tests {
		var e *wend.Error
		require.ErrorAs(t, test.err, &e, test.name)
		require.Equal(t, test.detail, e.Detail, test.name)
		require.Equal(t, 404, e.Status, test.name)
		for _, c := range test.causes {
			require.ErrorIs(t, test.err, c, test.name)
		}
	}
}

type coded struct{}

func (coded) Error() string   { return "secret text" }
func (coded) HTTPStatus() int { return 418 }

func TestErrors_order(t *testing.T) {
	t.Parallel()
	errGone := &wend.Error{Status: 410, Code: "gone", Detail: "is gone", Err: sql.ErrNoRows}
	errInner := &wend.Error{Status: 404, Code: "no_row", Detail: "no row", Err: sql.ErrNoRows, Header: http.Header{"X-Why": {"row"}}}
	own := errors.New("own")
	mapOwn := func(err error) *wend.Error {
		if errors.Is(err, own) {
			return &wend.Error{Status: 409, Code: "own", Detail: "mapped"}
		}
		return nil
	}
	var log bytes.Buffer
	r := logged(&log, wend.Errors(errGone), wend.MapError(mapOwn))
	g := r.Group("/inner", wend.Errors(errInner))
	var nilError *wend.Error
	causes := map[string]error{
		"row": sql.ErrNoRows, "wrapped": fmt.Errorf("load: %w", sql.ErrNoRows), "own": fmt.Errorf("x: %w", own), "coded": coded{},
		"direct": fmt.Errorf("x: %w", &wend.Error{Status: 423, Detail: "locked"}), "plain": errors.New("pq: password secret"),
		"nil": nilError, "binding": &binding.Error{Status: 422, Fields: []binding.FieldError{{In: "body", Pointer: "/a", Code: "x", Detail: "d"}}},
	}
	handler := func(_ context.Context, in struct {
		Name string `path:"name"`
	},
	) (none, error) {
		return none{}, causes[in.Name]
	}
	wend.Get(r, "/{name}", handler)
	wend.Get(g, "/{name}", handler)
	tests := []struct {
		path         string
		status       int
		code, detail string
	}{
		{"/row", 410, "gone", "is gone"},
		{"/inner/row", 404, "no_row", "no row"},
		{"/inner/wrapped", 404, "no_row", "no row"},
		{"/inner/own", 409, "own", "mapped"},
		{"/coded", 418, "", ""},
		{"/direct", 423, "", "locked"},
		{"/plain", 500, "", ""},
		{"/nil", 500, "", ""},
		{"/binding", 422, "", "1 field is invalid"},
	}
	for _, test := range tests {
		log.Reset()
		w := do(r, "GET", test.path, "")
		p := problemOf(t, w)
		if p.Status != test.status || p.Code != test.code || p.Detail != test.detail {
			t.Errorf("%s: got %d %q %q", test.path, p.Status, p.Code, p.Detail)
		}
		require.NotContains(t, w.Body.String(), "secret", test.path)
		require.Equal(t, "nosniff", w.Header().Get("X-Content-Type-Options"))
		if test.status >= 500 {
			require.Contains(t, log.String(), "level=ERROR", test.path)
		}
	}
	require.Equal(t, "row", do(r, "GET", "/inner/row", "").Header().Get("X-Why"))
	require.Equal(t, http.Header{"X-Why": {"row"}}, errInner.Header, "a package-level error is never changed")
	do(r, "GET", "/nil", "")
	require.Contains(t, log.String(), "a nil *wend.Error was returned")
}

func TestPanic(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	r := logged(&log, wend.With(middleware.RequestID()))
	wend.Get(r, "/typed", func(context.Context, none) (none, error) { panic("secret typed") })
	r.Handle("GET /plain", http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("secret plain") }))
	r.Handle("GET /context", wend.HandlerFunc(func(wend.Context) error { panic("secret context") }))
	r.Handle("GET /middleware", http.HandlerFunc(echoPath), wend.With(func(http.Handler) http.Handler {
		return http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("secret middleware") })
	}))
	for _, path := range []string{"/typed", "/plain", "/context", "/middleware"} {
		log.Reset()
		w := do(r, "GET", path, "", "X-Request-Id: id-1")
		require.Equal(t, 500, w.Code, path)
		p := problemOf(t, w)
		require.Equal(t, "id-1", p.RequestID, path)
		require.NotContains(t, w.Body.String(), "secret", path)
		require.Contains(t, log.String(), "secret "+strings.TrimPrefix(path, "/"), path)
		require.Contains(t, log.String(), "request_id=id-1", path)
	}
	r = quiet()
	half := func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "half"); panic("late") }
	r.Handle("GET /half", http.HandlerFunc(half))
	r.Handle("GET /abort", http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	r.Handle("GET /outside", http.HandlerFunc(echoPath), wend.With(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { next.ServeHTTP(w, r); panic("after") })
	}))
	for _, path := range []string{"/half", "/abort", "/outside"} {
		require.PanicsWithValue(t, http.ErrAbortHandler, func() { do(r, "GET", path, "") }, path)
	}
}

func TestDev(t *testing.T) {
	t.Parallel()
	r := quiet(wend.Dev())
	wend.Get(r, "/", func(context.Context, none) (none, error) { return none{}, errors.New("table users") })
	require.Equal(t, "table users", problemOf(t, do(r, "GET", "/", "")).Extra["cause"])
}

// ginError is the shape that gin's users know.
type ginError struct {
	Error string `json:"error"`
}

// TestOnError_everywhere holds body, media type and document of a foreign format to
// each other, wherever an error comes from.
func TestOnError_everywhere(t *testing.T) {
	t.Parallel()
	r := quiet(wend.OnError(func(_ *http.Request, e *wend.Error) ginError {
		if e.Detail == "" {
			return ginError{e.Title}
		}
		return ginError{e.Detail}
	}))
	limited := middleware.RateLimit(middleware.Rate{PerSecond: 0.001, Burst: 1})
	wend.Post(r, "/notes", func(_ context.Context, in note) (note, error) {
		if in.ID == 7 {
			return note{}, errors.New("secret")
		}
		return in, nil
	})
	wend.Get(r, "/limited", nothing, wend.With(limited), wend.Errors(&wend.Error{Status: 429, Detail: "slow down"}))
	do(r, "GET", "/limited", "")
	tests := []struct {
		status             int
		method, path, body string
		headers            []string
	}{
		{status: 404, method: "GET", path: "/nope"},
		{status: 405, method: "GET", path: "/notes"},
		{status: 415, method: "POST", path: "/notes", body: "{}", headers: []string{"Content-Type:", "Content-Type: text/plain"}},
		{status: 422, method: "POST", path: "/notes", body: "{}"},
		{status: 500, method: "POST", path: "/notes", body: `{"id":7,"text":"a"}`},
		{status: 429, method: "GET", path: "/limited"},
	}
	for _, test := range tests {
		w := do(r, test.method, test.path, test.body, test.headers...)
		require.Equal(t, test.status, w.Code)
		require.Equal(t, "application/json", w.Header().Get("Content-Type"))
		var got map[string]string
		require.NoError(t, json.Unmarshal(w.Body.Bytes(), &got), w.Body.String())
		require.Len(t, got, 1, test.status)
		require.NotEmpty(t, got["error"])
		require.NotContains(t, got["error"], "secret")
	}
	require.NotEmpty(t, do(r, "GET", "/limited", "").Header().Get("Retry-After"))

	doc, err := openapi.Build(openapi.Info{Title: "t", Version: "1"}, r.Routes())
	require.NoError(t, err)
	for status, response := range doc.Paths["/notes"].Post.Responses {
		if status == "200" {
			continue
		}
		if name, shared := strings.CutPrefix(response.Ref, "#/components/responses/"); shared {
			response = doc.Components.Responses[name]
		}
		require.Contains(t, response.Content, "application/json", status)
		require.Equal(t, "#/components/schemas/ginError", response.Content["application/json"].Schema.Ref, status)
	}
	for _, status := range []string{"400", "413", "415", "422", "default"} {
		require.Contains(t, doc.Paths["/notes"].Post.Responses, status)
	}
	require.Contains(t, doc.Paths["/limited"].Get.Responses, "429")
	_, hasError := doc.Components.Schemas["ginError"].Properties.Get("error")
	require.True(t, hasError)
}

func TestWriteError(t *testing.T) {
	t.Parallel()
	errNope := &wend.Error{Status: 403, Code: "nope", Detail: "not you", Err: errors.ErrUnsupported}
	deny := func(http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { wend.WriteError(w, r, errors.ErrUnsupported) })
	}
	r := quiet()
	wend.Get(r, "/", nothing, wend.With(deny), wend.Errors(errNope))
	p := problemOf(t, do(r, "GET", "/", ""))
	require.Equal(t, "nope", p.Code)
	require.Equal(t, 500, do(deny(nil), "GET", "/", "").Code, "outside of a router nothing is declared")
}

func TestTwoRouters(t *testing.T) {
	t.Parallel()
	build := func(name string) *wend.Router {
		set := binding.NewSet(binding.Messages(func(lang string, e binding.FieldError) string {
			if lang == "de" && e.Code == "min" {
				return name + " zu klein"
			}
			return ""
		}))
		r := quiet(wend.Binding(set), wend.OnError(func(_ *http.Request, e *wend.Error) map[string]any {
			return map[string]any{name: e.Fields}
		}))
		wend.Post(r, "/", func(_ context.Context, in note) (note, error) { return in, nil })
		return r
	}
	for _, name := range []string{"a", "b"} {
		w := do(build(name), "POST", "/", `{"id":0,"text":"x"}`, "Accept-Language: de-AT, en;q=0.5")
		require.Equal(t, 422, w.Code)
		require.JSONEq(t, fmt.Sprintf(`{%q:[{"in":"body","pointer":"/id","code":"min","detail":"%s zu klein","params":{"min":1}}]}`, name, name), w.Body.String())
		require.Equal(t, "de", w.Header().Get("Content-Language"))
		require.Equal(t, "Accept-Language", w.Header().Get("Vary"))
	}
}

func TestProblem_roundTrip(t *testing.T) {
	t.Parallel()
	p := wend.Problem{
		Type: "about:blank", Title: "Teapot", Status: 418, Detail: "short", Code: "tea", RequestID: "r",
		Errors: []binding.FieldError{{In: "body", Pointer: "/a", Code: "min", Detail: "d", Params: map[string]any{"min": 1.0}}},
		Extra:  map[string]any{"pot": "small"},
	}
	data, err := json.Marshal(p)
	require.NoError(t, err)
	require.Equal(t, `{"type":"about:blank","title":"Teapot","status":418,"detail":"short","code":"tea","request_id":"r",`+
		`"errors":[{"in":"body","pointer":"/a","code":"min","detail":"d","params":{"min":1}}],"pot":"small"}`, string(data))
	var back wend.Problem
	require.NoError(t, json.Unmarshal(data, &back))
	require.Equal(t, p, back)
	_, err = json.Marshal(wend.Problem{Extra: map[string]any{"title": "x"}})
	require.ErrorContains(t, err, "standard name")
	require.Contains(t, refused(t, func() {
		wend.New(wend.Errors(&wend.Error{Status: 404, Extra: map[string]any{"detail": 1}}))
	}), "standard name")
}

// TestOnError_panics shows that an error format that panics is no end of the answer: it is
// the default format's.
func TestOnError_panics(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	r := logged(&log, wend.OnError(func(_ *http.Request, e *wend.Error) ginError {
		if e.Code == "abort" {
			panic(http.ErrAbortHandler)
		}
		panic("format")
	}))
	wend.Get(r, "/bad", fails(&wend.Error{Status: 409}))
	wend.Get(r, "/panic", func(context.Context, none) (none, error) { panic("handler") })
	wend.Get(r, "/abort", fails(&wend.Error{Status: 409, Code: "abort"}))
	for _, path := range []string{"/bad", "/panic", "/nowhere"} {
		w := do(r, "GET", path, "")
		require.Equal(t, 500, w.Code, path)
		require.JSONEq(t, `{"type":"about:blank","title":"Internal Server Error","status":500}`, w.Body.String(), path)
		require.Contains(t, log.String(), "the error format failed", path)
		require.Contains(t, log.String(), "panic: format", path)
		log.Reset()
	}
	require.PanicsWithValue(t, http.ErrAbortHandler, func() { do(r, "GET", "/abort", "") })
}

// fails is a handler that returns an error.
func fails(err error) func(context.Context, none) (none, error) {
	return func(context.Context, none) (none, error) { return none{}, err }
}
