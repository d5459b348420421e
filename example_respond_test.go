package wend_test

import (
	"context"
	"fmt"
	"html/template"
	"io"
	"iter"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing/fstest"
	"time"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/binding"
)

func ExampleEvents() {
	type Progress struct {
		Percent int `json:"percent"`
	}
	r := wend.New()
	wend.Get(r, "/progress", func(context.Context, wend.None) (wend.Events[Progress], error) {
		return func(yield func(wend.Event[Progress], error) bool) {
			_ = yield(wend.Event[Progress]{ID: "1", Data: Progress{50}}, nil) &&
				yield(wend.Event[Progress]{ID: "2", Name: "done", Data: Progress{100}}, nil)
		}, nil
	})
	show(r, "GET", "/progress", "")
	// Output:
	// 200 id: 1
	// data: {"percent":50}
	//
	// id: 2
	// event: done
	// data: {"percent":100}
}

// An output that is an iter.Seq is sent as JSON Lines.
func ExampleGet_sequence() {
	r := wend.New()
	wend.Get(r, "/squares", func(context.Context, wend.None) (iter.Seq[int], error) {
		return func(yield func(int) bool) {
			for i := 1; i <= 3 && yield(i*i); i++ {
			}
		}, nil
	})
	show(r, "GET", "/squares", "")
	// Output:
	// 200 1
	// 4
	// 9
}

func ExampleStream() {
	r := wend.New()
	wend.Get(r, "/report.csv", func(context.Context, wend.None) (wend.Stream, error) {
		return wend.Stream{MediaType: "text/csv", Write: func(_ context.Context, w io.Writer) error {
			_, err := io.WriteString(w, "title,year\nEmma,1815\n")
			return err
		}}, nil
	})
	show(r, "GET", "/report.csv", "")
	// Output:
	// 200 title,year
	// Emma,1815
}

func ExampleDownload() {
	r := wend.New()
	wend.Get(r, "/emma", func(context.Context, wend.None) (wend.Download, error) {
		return wend.Download{Name: "emma.txt", MediaType: "text/plain", Content: strings.NewReader("Emma Woodhouse, handsome, clever, and rich"), ETag: "1"}, nil
	})
	req := httptest.NewRequest("GET", "/emma", nil)
	req.Header.Set("Range", "bytes=5-13")
	w := httptest.NewRecorder()
	r.ServeHTTP(w, req)
	fmt.Println(w.Code, w.Header().Get("Content-Range"), w.Body)
	fmt.Println(w.Header().Get("Content-Disposition"))
	// Output:
	// 206 bytes 5-13/42 Woodhouse
	// attachment; filename="emma.txt"
}

func ExampleStatic() {
	files := fstest.MapFS{"app.3f9a1c07.js": {Data: []byte("start()")}}
	r := wend.New()
	r.Mount("/assets", wend.Static(files))
	w := httptest.NewRecorder()
	r.ServeHTTP(w, httptest.NewRequest("GET", "/assets/app.3f9a1c07.js", nil))
	fmt.Println(w.Code, w.Header().Get("Cache-Control"), w.Body)
	// Output: 200 public, max-age=31536000, immutable start()
}

func ExampleSPA() {
	files := fstest.MapFS{"index.html": {Data: []byte("<h1>app</h1>")}}
	r := wend.New()
	r.Mount("/", wend.SPA(files))
	req := httptest.NewRequest("GET", "/books/7", nil)
	req.Header.Set("Accept", "text/html")
	w := httptest.NewRecorder()
	r.ServeHTTP(w, req)
	fmt.Println(w.Code, w.Body)
	// Output: 200 <h1>app</h1>
}

func ExampleHTML() {
	pages := template.Must(template.New("book").Parse("<h1>{{.}}</h1>"))
	r := wend.New()
	wend.Get(r, "/books/1", func(context.Context, wend.None) (wend.HTML, error) {
		return wend.HTML{Template: pages, Name: "book", Data: "War & Peace"}, nil
	})
	show(r, "GET", "/books/1", "")
	// Output: 200 <h1>War &amp; Peace</h1>
}

func ExampleXML() {
	type book struct {
		Title string `xml:"title"`
	}
	r := wend.New()
	wend.Get(r, "/books/1", func(context.Context, wend.None) (wend.XML, error) { return wend.XML{Value: book{"Emma"}}, nil })
	show(r, "GET", "/books/1", "")
	// Output:
	// 200 <?xml version="1.0" encoding="UTF-8"?>
	// <book><title>Emma</title></book>
}

func ExampleRedirect() {
	r := wend.New()
	wend.Post(r, "/login", func(context.Context, wend.None) (wend.Redirect, error) {
		return wend.Redirect{To: "/home"}, nil
	})
	w := httptest.NewRecorder()
	r.ServeHTTP(w, httptest.NewRequest("POST", "/login", nil))
	fmt.Println(w.Code, w.Header().Get("Location"))
	// Output: 303 /home
}

func ExampleRedirectExternal() {
	r := wend.New()
	wend.Get(r, "/login", func(context.Context, wend.None) (wend.RedirectExternal, error) {
		return wend.RedirectExternal{To: "https://id.example/authorize", Allow: []string{"https://id.example"}}, nil
	})
	w := httptest.NewRecorder()
	r.ServeHTTP(w, httptest.NewRequest("GET", "/login", nil))
	fmt.Println(w.Code, w.Header().Get("Location"))
	// Output: 307 https://id.example/authorize
}

func ExampleConditional() {
	type book struct {
		Title string `json:"title"`
	}
	r := wend.New()
	wend.Get(r, "/books/1", func(_ context.Context, in struct{ wend.Conditional }) (book, error) {
		if err := in.Check("v3", time.Time{}); err != nil {
			return book{}, err
		}
		return book{"Emma"}, nil
	})
	req := httptest.NewRequest("GET", "/books/1", nil)
	req.Header.Set("If-None-Match", `"v3"`)
	w := httptest.NewRecorder()
	r.ServeHTTP(w, req)
	fmt.Println(w.Code, w.Header().Get("ETag"), w.Body.Len())
	// Output: 304 "v3" 0
}

func ExampleCookie() {
	type session struct {
		ID wend.Cookie `cookie:"__Host-sid"`
	}
	r := wend.New()
	wend.Post(r, "/login", func(context.Context, wend.None) (session, error) {
		return session{wend.Cookie{Value: "s3", MaxAge: time.Hour}}, nil
	})
	w := httptest.NewRecorder()
	r.ServeHTTP(w, httptest.NewRequest("POST", "/login", nil))
	fmt.Println(w.Code, w.Header().Get("Set-Cookie"))
	// Output: 204 __Host-sid=s3; Path=/; Max-Age=3600; HttpOnly; Secure; SameSite=Lax
}

func ExampleRouter_WriteRoutes() {
	r := wend.New()
	r.Handle("GET /health", http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}), wend.Name("health"))
	var b strings.Builder
	_ = r.WriteRoutes(&b)
	fmt.Println(strings.Fields(b.String())[7:10])
	// Output: [GET /health health]
}

func ExampleReload() {
	dir, err := os.MkdirTemp("", "pages")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	write := func(text string) {
		if err := os.WriteFile(dir+"/book.html", []byte(text), 0o600); err != nil {
			panic(err)
		}
	}
	pages := wend.Reload(func() (*template.Template, error) { return template.ParseFS(os.DirFS(dir), "*.html") })
	r := wend.New()
	wend.Get(r, "/", func(context.Context, wend.None) (wend.HTML, error) {
		return wend.HTML{Template: pages, Name: "book.html", Data: "Emma"}, nil
	})
	write("<p>{{.}}</p>")
	show(r, "GET", "/", "")
	write("<h1>{{.}}</h1>")
	show(r, "GET", "/", "")
	// Output:
	// 200 <p>Emma</p>
	// 200 <h1>Emma</h1>
}

func ExampleSaveUpload() {
	temporary, err := os.MkdirTemp("", "")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(temporary)
	dir, err := os.OpenRoot(temporary) // nothing that is saved can lie outside
	if err != nil {
		fmt.Println(err)
		return
	}
	defer dir.Close()
	r := wend.New()
	wend.Post(r, "/notes", func(_ context.Context, in struct {
		File binding.Upload `form:"file"`
	},
	) (wend.Text, error) {
		name, err := wend.SaveUpload(dir, in.File)
		_, own, _ := strings.Cut(name, "-")
		return wend.Text(fmt.Sprint(len(name)-len(own), " characters, then ", own)), err
	})
	body := "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"../notes.txt\"\r\n\r\nbuy milk\r\n--b--\r\n"
	req := httptest.NewRequest("POST", "/notes", strings.NewReader(body))
	req.Header.Set("Content-Type", "multipart/form-data; boundary=b")
	w := httptest.NewRecorder()
	r.ServeHTTP(w, req)
	fmt.Println(w.Code, w.Body)
	// Output: 200 27 characters, then notes.txt
}
