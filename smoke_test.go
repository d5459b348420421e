package wend_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/wend-go/wend"
)

type Note struct {
	ID   int    `json:"id" validate:"min=1"`
	Text string `json:"text" validate:"required,max=10"`
}
type noteID struct {
	ID int `path:"id" validate:"min=1"`
	Q  []string `query:"q"`
}

var errNoNote = &wend.Error{Status: 404, Code: "no_note", Detail: "no such note"}

func getNote(ctx context.Context, in noteID) (Note, error) {
	if in.ID == 9 { return Note{}, errNoNote }
	if in.ID == 8 { panic("x") }
	if in.ID == 7 { return Note{}, fmt.Errorf("pq secret") }
	return Note{in.ID, "hello"}, nil
}

func TestSmoke(t *testing.T) {
	r := wend.New()
	wend.Get(r, "/notes/{id}", getNote, wend.Errors(errNoNote))
	wend.Post(r, "/notes", func(ctx context.Context, in Note) (Note, error) { return in, nil }, wend.Status(201))
	r.Handle("GET /c/{x}", wend.HandlerFunc(func(c wend.Context) error { return c.Text(200, c.Param("x")) }))
	do := func(m, p, b string) {
		req := httptest.NewRequest(m, p, strings.NewReader(b))
		if b != "" { req.Header.Set("Content-Type", "application/json") }
		w := httptest.NewRecorder()
		r.ServeHTTP(w, req)
		fmt.Println(m, p, w.Code, w.Header(), w.Body.String())
	}
	do("GET", "/notes/1", "")
	do("GET", "/notes/x", "")
	do("GET", "/notes/9", "")
	do("GET", "/notes/8", "")
	do("GET", "/notes/7", "")
	do("GET", "/nope", "")
	do("PUT", "/notes/1", "")
	do("OPTIONS", "/notes/1", "")
	do("HEAD", "/notes/1", "")
	do("POST", "/notes", `{"id":0,"text":"toolongtexttext"}`)
	do("POST", "/notes", `{"id":1,"text":"ok"}`)
	do("GET", "/c/a%2Fb", "")
	do("GET", "//c//a", "")
	do("GET", "/c/%5c", "")
	defer func() { fmt.Println(recover()) }()
	wend.Post(r, "/zz", func(ctx context.Context, in Note) (Note, error) { return in, nil })
	_ = http.MethodGet
}

func TestSmokeBad(t *testing.T) {
	r := wend.New(wend.CollectErrors())
	type bad struct {
		ID int `path:"idd" validate:"mn=1"`
		X  int `json:"x" minimum:"3"`
		Body string `json:"body"`
	}
	wend.Get(r, "/x/{id}", func(ctx context.Context, in bad) (Note, error) { return Note{}, nil })
	wend.Get(r, "/y/:id", func(ctx context.Context, in struct{}) (Note, error) { return Note{}, nil }, wend.Dev())
	wend.Get(r, "/z/{id}", func(ctx context.Context, in struct{ID int `path:"id"`}) (Note, error) { return Note{}, nil })
	wend.Get(r, "/z/{iw}", func(ctx context.Context, in struct{ID int `path:"iw"`}) (Note, error) { return Note{}, nil })
	fmt.Println(r.Err())
}
