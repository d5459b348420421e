package howto_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/binding"
	"github.com/wend-go/wend/wendtest"
)

type photoForm struct {
	Title string         `form:"title" validate:"required,max=80"`
	Photo binding.Upload `form:"photo" validate:"required"`
}

type saved struct {
	Name string `json:"name"`
	Type string `json:"type"`
	Size int64  `json:"size"`
}

var errNoPhoto = &wend.Error{Status: http.StatusNotFound, Code: "no_photo", Detail: "there is no such photo", Err: os.ErrNotExist}

type album struct{ dir *os.Root }

func (a album) add(_ context.Context, in photoForm) (saved, error) {
	if !strings.HasPrefix(in.Photo.ContentType(), "image/") { // from the bytes, not from what the client says
		return saved{}, binding.Invalid("/form/photo", "image", "must be an image")
	}
	name, err := wend.SaveUpload(a.dir, in.Photo)
	return saved{name, in.Photo.ContentType(), in.Photo.Size()}, err
}

func (a album) get(_ context.Context, in struct {
	Name string `path:"name"`
},
) (wend.Download, error) {
	f, err := a.dir.Open(in.Name)
	if err != nil {
		return wend.Download{}, err // os.ErrNotExist is answered by errNoPhoto
	}
	return wend.Download{Name: in.Name, Content: f}, nil // wend closes f
}

func newAlbum(dir *os.Root) *wend.Router {
	r := wend.New()
	a := album{dir}
	photos := r.Group("/photos", wend.MaxBody(10<<20))
	wend.Post(photos, "", a.add)
	wend.Get(photos, "/{name}", a.get, wend.Errors(errNoPhoto))
	return r
}

func TestFiles(t *testing.T) {
	t.Parallel()
	dir, err := os.OpenRoot(t.TempDir())
	require.NoError(t, err)
	defer dir.Close()
	c := wendtest.New(t, newAlbum(dir))
	var s saved
	gif := "GIF89a and more"
	c.Post("/photos", wendtest.Form{"title": "A", "photo": wendtest.File("a.gif", gif)}).Status(200).JSON(&s)
	require.Equal(t, "image/gif", s.Type)
	c.Get("/photos/" + s.Name).Status(200).BodyIs(gif)
	c.Get("/photos/"+s.Name, wendtest.Header("Range", "bytes=0-2")).Status(206).BodyIs("GIF")
	c.Post("/photos", wendtest.Form{"title": "A"}).Problem(415)
	c.Get("/photos/none").Problem(404)
	c.Get("/photos/..%2F..%2Fetc%2Fpasswd").Status(400)
	c.Post("/photos", wendtest.Form{"title": "A", "photo": wendtest.File("a.gif", "no image")}).Problem(422, "form /photo image")
}

func Example_static() {
	files := fstest.MapFS{"app.css": {Data: []byte("body{}")}, "index.html": {Data: []byte("<h1>shop</h1>")}}
	r := wend.New()
	r.Mount("/assets", wend.Static(files)) // an embed.FS, os.DirFS, os.Root.FS()
	r.Mount("/", wend.SPA(files))          // what no other route takes: index.html for a browser
	show(r, "GET", "/assets/app.css", "")
	show(r, "GET", "/books/7", "", "Accept", "text/html")
	show(r, "GET", "/app.js", "")
	// Output:
	// 200 body{}
	// 200 <h1>shop</h1>
	// 404 {"type":"about:blank","title":"Not Found","status":404,"detail":"there is nothing at this path"}
}

func Example_csv() {
	type report struct {
		Disposition string      `header:"Content-Disposition"`
		Body        wend.Stream `body:"text/csv"`
	}
	r := wend.New()
	wend.Get(r, "/report", func(context.Context, wend.None) (report, error) {
		return report{`attachment; filename="report.csv"`, wend.Stream{MediaType: "text/csv", Write: func(_ context.Context, w io.Writer) error {
			_, err := fmt.Fprintln(w, "title,year")
			return err
		}}}, nil
	})
	show(r, "GET", "/report", "")
	// Output: 200 title,year
}
