package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime/multipart"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/wendtest"
	"github.com/wend-go/wend/wendtest/contract"
)

// png is what the first bytes of a picture look like; the rest is not looked at.
const png = "\x89PNG\r\n\x1a\n0123456789"

func service(t *testing.T) (*wend.Router, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "files")
	s, err := open(dir)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return newRouter(s, slog.New(slog.DiscardHandler)), dir
}

// client talks to the whole service over a directory of its own. Whatever is answered is
// held to the document.
func client(t *testing.T) (c *wendtest.Client, dir string) {
	t.Helper()
	r, dir := service(t)
	return wendtest.New(t, contract.Check(t, r)), dir
}

// left lists the files in the directory.
func left(t *testing.T, dir string) (names []string) {
	t.Helper()
	for _, sub := range []string{"about", "content"} {
		entries, err := os.ReadDir(filepath.Join(dir, sub))
		require.NoError(t, err)
		for _, e := range entries {
			names = append(names, sub+"/"+e.Name())
		}
	}
	return names
}

func send(c *wendtest.Client, title string, file wendtest.Part) File {
	var f File
	c.Post("/files", wendtest.Form{"title": title, "file": file}).Status(201).JSON(&f)
	return f
}

func TestUpload_life(t *testing.T) {
	t.Parallel()
	c, dir := client(t)
	c.Get("/files").Status(200).BodyIs("[]")

	var f File
	created := c.Post("/files", wendtest.Form{"title": "Me", "tags": []string{"photo", "other"}, "file": wendtest.File("../me & you.png", png)}).Status(201)
	created.JSON(&f)
	path := "/files/" + f.ID
	created.Header("Location", path)
	require.Equal(t, File{
		ID: f.ID, Name: "me _ you.png", Title: "Me", Tags: []string{"photo", "other"}, MediaType: "image/png", Size: int64(len(png)), Saved: f.Saved,
	}, f)
	require.Equal(t, []string{"about/" + f.ID + ".json", "content/" + f.ID + "-me _ you.png"}, left(t, dir))

	var all []File
	c.Get("/files?tag=photo").Status(200).JSON(&all)
	require.Equal(t, []File{f}, all)
	c.Get("/files?tag=document").Status(200).BodyIs("[]")
	c.Get(path).Status(200).BodyIs(png).Header("Content-Type", "image/png").
		Header("Content-Disposition", `inline; filename="me _ you.png"`).Header("X-Content-Type-Options", "nosniff").
		Header("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; sandbox")

	c.Delete(path).Status(204)
	c.Delete(path).Problem(404)
	c.Get(path).Problem(404)
	require.Empty(t, left(t, dir))
}

// A file over 1 MiB goes through a temporary file.
func TestUpload_large(t *testing.T) {
	t.Parallel()
	c, _ := client(t)
	content := png + strings.Repeat("x", 3<<20)
	f := send(c, "Large", wendtest.File("large.png", content))
	c.Get("/files/" + f.ID).Status(200).BodyIs(content)
}

func TestUpload_badInput(t *testing.T) {
	t.Parallel()
	c, dir := client(t)
	picture := wendtest.File("a.png", png)
	for _, tt := range []struct {
		name string
		got  *wendtest.Response
		want int
		errs []string
	}{
		{"an empty form", post(t, c, "/files"), 422, []string{"form /title required", "form /file required"}},
		{"no file", post(t, c, "/files", field("title", "a")), 422, []string{"form /file required"}},
		{
			"all of it", c.Post("/files", wendtest.Form{"tags": []string{"x", "photo"}, "file": wendtest.File("a.png", "<html><script>")}), 422,
			[]string{"form /title required", "form /tags/0 oneof", "form /file mime"},
		},
		{"a tag twice", c.Post("/files", wendtest.Form{"title": "a", "tags": []string{"photo", "photo"}, "file": picture}), 422, []string{"form /tags unique"}},
		{
			"a page that says it is a picture", c.Post("/files", wendtest.Form{"title": "a", "file": wendtest.Part{
				Name: "a.png", MediaType: "image/png", Data: []byte("<!doctype html><script>alert(1)</script>"),
			}}), 422, []string{"form /file mime"},
		},
		{
			"over 5 MB", c.Post("/files", wendtest.Form{"title": "a", "file": wendtest.File("a.png", png+strings.Repeat("x", 6<<20))}),
			422,
			[]string{"form /file maxsize"},
		},
		{"two files", c.Post("/files", wendtest.Form{"title": "a", "file": []wendtest.Part{picture, picture}}), 422, []string{"form /file multiple"}},
		{"no form", c.Post("/files", map[string]any{"title": "a"}), 415, nil},
		{"no form for the stream", c.Post("/files/stream", map[string]any{"title": "a"}), 415, nil},
		{"a form without a file for the stream", post(t, c, "/files/stream", field("a", "1")), 422, nil},
		{"an id that is none", c.Get("/files/abc"), 422, []string{"path /id pattern"}},
		{"an id that leads out", c.Get("/files/..%2F..%2Fetc%2Fpasswd"), 400, nil},
		{"an id that nobody has", c.Get("/files/" + strings.Repeat("A", 26)), 404, nil},
		{"an unknown tag", c.Get("/files?tag=x"), 422, []string{"query /tag oneof"}},
	} {
		t.Run(tt.name, func(t *testing.T) { tt.got.Problem(tt.want, tt.errs...) })
	}
	require.Empty(t, left(t, dir), "what is refused leaves nothing")
}

// multi is a multipart body with a stated order of its parts.
func multi(t *testing.T, parts ...func(*multipart.Writer) error) (body io.Reader, opt wendtest.Option) {
	t.Helper()
	var text bytes.Buffer
	w := multipart.NewWriter(&text)
	for _, part := range parts {
		require.NoError(t, part(w))
	}
	require.NoError(t, w.Close())
	return &text, wendtest.ContentType(w.FormDataContentType())
}

func post(t *testing.T, c *wendtest.Client, path string, parts ...func(*multipart.Writer) error) *wendtest.Response {
	t.Helper()
	body, form := multi(t, parts...)
	return c.Post(path, body, form)
}

func field(name, value string) func(*multipart.Writer) error {
	return func(w *multipart.Writer) error { return w.WriteField(name, value) }
}

func file(name, content string) func(*multipart.Writer) error {
	return func(w *multipart.Writer) error {
		part, err := w.CreateFormFile("file", name)
		if err == nil {
			_, err = io.WriteString(part, content)
		}
		return err
	}
}

func TestStream(t *testing.T) {
	t.Parallel()
	c, dir := client(t)
	large := png + strings.Repeat("x", 40<<20) // more than a form may have
	var kept []File
	post(t, c, "/files/stream", file("a.txt", "hello"), field("note", "between"), file("b.png", large), file("c.txt", "")).Status(201).JSON(&kept)
	require.Len(t, kept, 3)
	require.Equal(t, "b.png", kept[1].Name)
	require.EqualValues(t, len(large), kept[1].Size)
	require.Equal(t, []string{"text/plain", "image/png", "text/plain"}, []string{kept[0].MediaType, kept[1].MediaType, kept[2].MediaType})
	got := c.Get("/files/" + kept[1].ID).Status(200).Bytes()
	require.True(t, bytes.Equal([]byte(large), got))
	require.Len(t, left(t, dir), 6)
}

// When a stream fails, what it had brought is taken back.
func TestStream_fails(t *testing.T) {
	t.Parallel()
	c, dir := client(t)
	post(t, c, "/files/stream", file("a.txt", "hello"), file("b.html", "<!doctype html><script>")).Problem(422).BodyContains(`"code":"type"`)
	require.Empty(t, left(t, dir))

	whole, form := multi(t, file("a.txt", "hello"), file("b.png", png+strings.Repeat("x", 1<<20)))
	half := io.LimitReader(whole, 1<<19)
	c.Post("/files/stream", half, form).Problem(400)
	require.Empty(t, left(t, dir))

	body, form := multi(t, file("a.txt", "hello"))
	c.Post("/files/stream", io.MultiReader(io.LimitReader(body, 80), broken{}), form)
	require.Empty(t, left(t, dir), "the client has gone")
}

// broken is a connection that has gone.
type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("gone") }

func TestDownload(t *testing.T) {
	t.Parallel()
	c, _ := client(t)
	f := send(c, "Text", wendtest.File("naïve \"text\".txt", "0123456789"))
	path, tag := "/files/"+f.ID, `"`+f.ID+`"`
	header := wendtest.Header
	for _, tt := range []struct {
		name   string
		opts   []wendtest.Option
		status int
		body   string
	}{
		{"whole", nil, 200, "0123456789"},
		{"the first bytes", []wendtest.Option{header("Range", "bytes=0-2")}, 206, "012"},
		{"the last bytes", []wendtest.Option{header("Range", "bytes=-3")}, 206, "789"},
		{"from a place on", []wendtest.Option{header("Range", "bytes=8-")}, 206, "89"},
		{"a range of this state", []wendtest.Option{header("Range", "bytes=8-"), header("If-Range", tag)}, 206, "89"},
		{"a range of another state", []wendtest.Option{header("Range", "bytes=8-"), header("If-Range", `"x"`)}, 200, "0123456789"},
		{"the client has it", []wendtest.Option{header("If-None-Match", tag)}, 304, ""},
		{"the client has another", []wendtest.Option{header("If-None-Match", `"x"`)}, 200, "0123456789"},
		{"it must be another", []wendtest.Option{header("If-Match", `"x"`)}, 412, "-"},
		{"behind the end", []wendtest.Option{header("Range", "bytes=10-")}, 416, "-"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := c.Get(path, tt.opts...).Status(tt.status)
			if tt.body != "-" {
				got.BodyIs(tt.body).Header("ETag", tag)
			}
		})
	}
	c.Head(path).Status(200).BodyIs("").Header("Content-Length", "10").Header("Accept-Ranges", "bytes").
		Header("Content-Disposition", `attachment; filename="na_ve _text_.txt"; filename*=UTF-8''na%C3%AFve%20_text_.txt`)
}

// The page has no script at all, and what strangers have written is text.
func TestPage(t *testing.T) {
	t.Parallel()
	r, dir := service(t)
	c := wendtest.New(t, r)
	c.Get("/").Status(200).BodyContains("There are none yet")
	form := wendtest.Form{"title": `<script>alert("x")</script>`, "tags": "photo", "file": wendtest.File("a.png", png)}
	c.Post("/", form).Status(303).Header("Location", "/")
	page := c.Get("/").Status(200).Header("Content-Type", "text/html; charset=utf-8").
		Header("Content-Security-Policy", "base-uri 'none'; default-src 'none'; form-action 'self'; frame-ancestors 'none'; img-src 'self'; style-src 'self'").
		BodyContains("&lt;script&gt;alert(&#34;x&#34;)&lt;/script&gt;").BodyContains("<b>photo</b>").Text()
	for _, forbidden := range []string{"<script", "<style", "style=", " on"} {
		require.NotContains(t, strings.ReplaceAll(page, "none", ""), forbidden)
	}
	c.Get("/assets/style.css").Status(200).Header("Content-Type", "text/css; charset=utf-8")
	c.Get("/assets/").Problem(404)

	var all []File
	c.Get("/files").Status(200).JSON(&all)
	c.Post("/delete/"+all[0].ID, nil).Status(303)
	c.Post("/delete/"+all[0].ID, nil).Problem(404)
	require.Empty(t, left(t, dir))
	post(t, c, "/", field("title", "a")).Problem(422, "form /file required")
}

// Another site's page may not send files here by the browser of a visitor.
func TestCSRF(t *testing.T) {
	t.Parallel()
	r, dir := service(t)
	c := wendtest.New(t, r, wendtest.Header("Sec-Fetch-Site", "cross-site"))
	form := wendtest.Form{"title": "a", "file": wendtest.File("a.png", png)}
	c.Post("/", form).Problem(403)
	c.Post("/files", form).Problem(403)
	c.Post("/files/stream", form).Problem(403)
	c.Delete("/files/" + strings.Repeat("A", 26)).Problem(403)
	c.Get("/").Status(200)
	require.Empty(t, left(t, dir))
}

// A second start finds what the first has kept.
func TestOpen_again(t *testing.T) {
	t.Parallel()
	c, dir := client(t)
	f := send(c, "Kept", wendtest.File("a.png", png))
	again, err := open(dir)
	require.NoError(t, err)
	defer again.Close()
	found, err := again.list()
	require.NoError(t, err)
	require.Equal(t, []File{f}, found)
	_, err = open(filepath.Join(dir, "about", f.ID+".json"))
	require.Error(t, err, "a file in the place of the directory")
}

// Many who send, read, list and delete at once see whole files or none.
func TestConcurrent(t *testing.T) {
	t.Parallel()
	c, dir := client(t)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			content := png + strings.Repeat(fmt.Sprint(i), 100_000)
			for range 5 {
				f := send(c, fmt.Sprint(i), wendtest.File("a.png", content))
				c.Get("/files").Status(200)
				c.Get("/files/" + f.ID).Status(200).BodyIs(content)
				c.Delete("/files/" + f.ID).Status(204)
			}
		})
	}
	wg.Wait()
	require.Empty(t, left(t, dir))
}

// Requests that are made of the document get answers that are in it.
func TestContract(t *testing.T) {
	t.Parallel()
	r, _ := service(t)
	contract.Fuzz(t, r, contract.Requests(30))
}
