package wend_test

import (
	"context"
	"errors"
	htmltemplate "html/template"
	"io"
	"testing"
	texttemplate "text/template"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend"
)

func TestHTML(t *testing.T) {
	t.Parallel()
	const page = `{{define "page"}}<p>{{.}}</p>{{end}}{{define "bad"}}<p>{{.Missing}}</p>{{end}}`
	safe := htmltemplate.Must(htmltemplate.New("").Parse(page))
	unsafe := texttemplate.Must(texttemplate.New("").Parse(page))
	type query struct {
		Name string `query:"name"`
	}
	r := quiet()
	answer := func(p wend.Template, status int) func(context.Context, query) (wend.HTML, error) {
		return func(_ context.Context, in query) (wend.HTML, error) {
			return wend.HTML{Template: p, Name: in.Name, Data: "<b>", Status: status}, nil
		}
	}
	wend.Get(r, "/safe", answer(safe, 0))
	wend.Get(r, "/teapot", answer(safe, 418))
	wend.Get(r, "/unsafe", answer(unsafe, 0))
	wend.Get(r, "/none", answer(nil, 0))
	r.Handle("GET /context", wend.HandlerFunc(func(c wend.Context) error { return c.HTML(201, safe, "page", "<b>") }))
	for _, c := range []struct {
		target, body string
		status       int
	}{
		{"/safe?name=page", "<p>&lt;b&gt;</p>", 200},
		{"/teapot?name=page", "<p>&lt;b&gt;</p>", 418},
		{"/context", "<p>&lt;b&gt;</p>", 201},
		{"/safe?name=bad", "", 500},
		{"/safe?name=missing", "", 500},
		{"/unsafe?name=page", "", 500},
		{"/none?name=page", "", 500},
	} {
		w := do(r, "GET", c.target, "")
		require.Equal(t, c.status, w.Code, c.target)
		if c.body != "" {
			require.Equal(t, c.body, w.Body.String())
			require.Equal(t, "text/html; charset=utf-8", w.Header().Get("Content-Type"))
		} else {
			require.NotContains(t, w.Body.String(), "<p>")
		}
	}
}

func TestXML(t *testing.T) {
	t.Parallel()
	type book struct {
		Title string `xml:"title"`
	}
	r := quiet()
	wend.Get(r, "/typed", func(context.Context, none) (wend.XML, error) { return wend.XML{book{"A & B"}}, nil })
	wend.Get(r, "/bad", func(context.Context, none) (wend.XML, error) { return wend.XML{make(chan int)}, nil })
	r.Handle("GET /context", wend.HandlerFunc(func(c wend.Context) error { return c.XML(201, book{"A & B"}) }))
	for target, status := range map[string]int{"/typed": 200, "/context": 201} {
		w := do(r, "GET", target, "")
		require.Equal(t, status, w.Code)
		require.Equal(t, "application/xml; charset=utf-8", w.Header().Get("Content-Type"))
		require.Equal(t, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<book><title>A &amp; B</title></book>", w.Body.String())
	}
	require.Equal(t, 500, do(r, "GET", "/bad", "").Code)
}

func TestContext_respond(t *testing.T) {
	t.Parallel()
	r := quiet()
	var late wend.Context
	r.Handle("GET /redirect", wend.HandlerFunc(func(c wend.Context) error { late = c; return c.Redirect(0, "/x") }))
	r.Handle("GET /evil", wend.HandlerFunc(func(c wend.Context) error { return c.Redirect(0, "//evil.test") }))
	r.Handle("GET /stream", wend.HandlerFunc(func(c wend.Context) error {
		return c.Stream(202, wend.Stream{MediaType: "text/csv", Write: func(_ context.Context, w io.Writer) error {
			_, err := io.WriteString(w, "a,b")
			return err
		}})
	}))
	w := do(r, "GET", "/redirect", "")
	require.Equal(t, 307, w.Code)
	require.Equal(t, "/x", w.Header().Get("Location"))
	require.Equal(t, 500, do(r, "GET", "/evil", "").Code)
	w = do(r, "GET", "/stream", "")
	require.Equal(t, []any{202, "text/csv", "a,b"}, []any{w.Code, w.Header().Get("Content-Type"), w.Body.String()})
	require.ErrorIs(t, late.Redirect(0, "/x"), wend.ErrContextUsedLate)
	require.ErrorIs(t, late.Stream(200, wend.Stream{}), wend.ErrContextUsedLate)
}

func TestReload(t *testing.T) {
	t.Parallel()
	text := "<p>{{.}}</p>"
	var failed error
	pages := wend.Reload(func() (*htmltemplate.Template, error) {
		if failed != nil {
			return nil, failed
		}
		return htmltemplate.New("page").Parse(text)
	})
	unsafe := wend.Reload(func() (*texttemplate.Template, error) { return texttemplate.New("page").Parse(text) })
	r := quiet()
	wend.Get(r, "/", func(context.Context, none) (wend.HTML, error) {
		return wend.HTML{Template: pages, Name: "page", Data: "<b>"}, nil
	})
	wend.Get(r, "/unsafe", func(context.Context, none) (wend.HTML, error) {
		return wend.HTML{Template: unsafe, Name: "page", Data: "<b>"}, nil
	})
	require.Equal(t, "<p>&lt;b&gt;</p>", do(r, "GET", "/", "").Body.String())
	text = "<h1>{{.}}</h1>"
	require.Equal(t, "<h1>&lt;b&gt;</h1>", do(r, "GET", "/", "").Body.String(), "a change is seen")
	failed = errors.New("half saved")
	require.Equal(t, 500, do(r, "GET", "/", "").Code)
	require.Equal(t, 500, do(r, "GET", "/unsafe", "").Code)
}
