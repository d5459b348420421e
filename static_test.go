package wend_test

import (
	"bytes"
	"compress/gzip"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend"
)

func webFiles() fstest.MapFS {
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	return fstest.MapFS{
		"index.html":         file("<h1>home</h1>"),
		"app.js":             file("let a"),
		"app.js.gz":          file("packed"),
		"app.js.br":          file("brotli"),
		"app.3f9a1c07.js":    file("let b"),
		"index-BxW8d3kP.css": file("p{}"),
		".env":               file("SECRET=1"),
		".git/config":        file("[core]"),
		"docs/index.html":    file("docs"),
		"docs/guide.txt":     file("guide"),
		"empty/.keep":        file(""),
		"photo.jpg":          {Data: []byte("jpeg"), ModTime: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)},
		"naïve file.txt":     file("naive"),
		"nul.txt":            file("device"),
		"a b/c.unknown":      file("<script>"),
	}
}

func TestStatic(t *testing.T) {
	t.Parallel()
	r := quiet()
	r.Mount("/assets", wend.Static(webFiles()))
	for _, c := range []struct {
		name, target string
		status       int
		body         string
	}{
		{"the root's index", "/assets/", 200, "<h1>home</h1>"},
		{"a file", "/assets/app.js", 200, "let a"},
		{"a file below", "/assets/docs/guide.txt", 200, "guide"},
		{"an index below", "/assets/docs/", 200, "docs"},
		{"other letters", "/assets/na%C3%AFve%20file.txt", 200, "naive"},
		{"a directory without its slash", "/assets/docs", 308, ""},
		{"no listing", "/assets/empty/", 404, ""},
		{"a file is no directory", "/assets/app.js/", 404, ""},
		{"nothing", "/assets/none", 404, ""},
		{"a dot-file", "/assets/.env", 404, ""},
		{"in a dot-directory", "/assets/.git/config", 404, ""},
		{"CVE-2024-23334 outside, encoded", "/assets/%2e%2e/static.go", 400, ""},
		{"CVE-2022-21221 outside, with a backslash", "/assets/..%5cstatic.go", 400, ""},
		{"an encoded slash is no separator", "/assets/docs%2Fguide.txt", 404, ""},
		{"CVE-2022-41722 a drive", "/assets/c:/x", 404, ""},
		{"CVE-2023-45283 a stream of NTFS", "/assets/app.js::$DATA", 404, ""},
		{"CVE-2020-36565 a device", "/assets/nul.txt", 404, ""},
		{"a trailing dot", "/assets/app.js.", 404, ""},
		{"a trailing space", "/assets/app.js%20", 404, ""},
		{"NUL", "/assets/app.js%00.png", 400, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := do(r, "GET", c.target, "")
			require.Equal(t, c.status, w.Code, w.Body.String())
			if c.status == 200 {
				require.Equal(t, c.body, w.Body.String())
				require.Equal(t, "nosniff", w.Header().Get("X-Content-Type-Options"))
				require.NotEmpty(t, w.Header().Get("ETag"))
				require.Empty(t, do(r, "HEAD", c.target, "").Body.String())
			} else if c.status >= 400 {
				problemOf(t, w)
			}
		})
	}
	require.Equal(t, "docs/?x=1", do(r, "GET", "/assets/docs?x=1", "").Header().Get("Location"))
	w := do(r, "POST", "/assets/app.js", "{}")
	require.Equal(t, 405, w.Code)
	require.Equal(t, "GET, HEAD", w.Header().Get("Allow"))
}

func TestStatic_headers(t *testing.T) {
	t.Parallel()
	h := wend.Static(webFiles())
	header := func(target, name string, headers ...string) string {
		w := do(h, "GET", target, "", headers...)
		return w.Header().Get(name)
	}
	const immutable = "public, max-age=31536000, immutable"
	require.Equal(t, immutable, header("/app.3f9a1c07.js", "Cache-Control"))
	require.Equal(t, immutable, header("/index-BxW8d3kP.css", "Cache-Control"))
	require.Equal(t, "no-cache", header("/app.js", "Cache-Control"))
	require.Equal(t, "no-cache", header("/", "Cache-Control"))
	require.Equal(t, "text/javascript; charset=utf-8", header("/app.js", "Content-Type"))
	require.Equal(t, "application/octet-stream", header("/a%20b/c.unknown", "Content-Type"), "nothing is sniffed")
	require.Equal(t, "image/jpeg", header("/photo.jpg", "Content-Type"))
	require.Equal(t, "Thu, 01 Jan 2026 00:00:00 GMT", header("/photo.jpg", "Last-Modified"))

	for _, target := range []string{"/app.js", "/photo.jpg"} {
		tag := header(target, "ETag")
		w := do(h, "GET", target, "", "If-None-Match: "+tag)
		require.Equal(t, 304, w.Code)
		require.Empty(t, w.Body.String())
		require.Equal(t, tag, w.Header().Get("ETag"))
	}
	w := do(h, "GET", "/photo.jpg", "", "Range: bytes=1-2")
	require.Equal(t, 206, w.Code)
	require.Equal(t, "pe", w.Body.String())
	require.Equal(t, 416, do(h, "GET", "/photo.jpg", "", "Range: bytes=9-").Code)
}

func TestStatic_precompressed(t *testing.T) {
	t.Parallel()
	h := wend.Static(webFiles())
	for _, c := range []struct{ accept, body, coding string }{
		{"", "let a", ""},
		{"identity", "let a", ""},
		{"gzip", "packed", "gzip"},
		{"GZIP;q=0.5", "packed", "gzip"},
		{"gzip, br", "brotli", "br"},
		{"br;q=0, gzip", "packed", "gzip"},
		{"*", "brotli", "br"},
		{"*;q=0", "let a", ""},
		{"*, br;q=0.000", "packed", "gzip"},
	} {
		w := do(h, "GET", "/app.js", "", "Accept-Encoding: "+c.accept)
		require.Equal(t, c.body, w.Body.String(), c.accept)
		require.Equal(t, c.coding, w.Header().Get("Content-Encoding"), c.accept)
		require.Equal(t, "Accept-Encoding", w.Header().Get("Vary"))
		require.Equal(t, "text/javascript; charset=utf-8", w.Header().Get("Content-Type"))
	}
	require.NotEqual(t, do(h, "GET", "/app.js", "").Header().Get("ETag"), do(h, "GET", "/app.js", "", "Accept-Encoding: br").Header().Get("ETag"))
	require.Empty(t, do(h, "GET", "/photo.jpg", "").Header().Get("Vary"))
}

func TestStatic_directoryOfTheSystem(t *testing.T) {
	t.Parallel()
	base := t.TempDir()
	public := filepath.Join(base, "public")
	require.NoError(t, os.Mkdir(public, 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(base, "secret.txt"), []byte("secret"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(public, "page.txt"), []byte("page"), 0o600))
	require.NoError(t, os.Symlink(filepath.Join(base, "secret.txt"), filepath.Join(public, "link.txt")))
	require.NoError(t, os.Symlink("page.txt", filepath.Join(public, "inside.txt")))
	require.NoError(t, os.Symlink("..", filepath.Join(public, "up")))
	for name, h := range map[string]http.Handler{"os.DirFS": wend.Static(os.DirFS(public)), "os.Root": wend.Static(mustRoot(t, public))} {
		require.Equal(t, "page", do(h, "GET", "/page.txt", "").Body.String(), name)
		require.Equal(t, "page", do(h, "GET", "/inside.txt", "").Body.String(), name)
		for _, target := range []string{"/link.txt", "/up/secret.txt", "/../secret.txt"} {
			w := do(h, "GET", target, "")
			require.Equal(t, 404, w.Code, "CVE-2025-22873 "+name+" "+target)
			require.NotContains(t, w.Body.String(), "secret")
		}
	}
}

func mustRoot(t *testing.T, dir string) fs.FS {
	root, err := os.OpenRoot(dir)
	require.NoError(t, err)
	t.Cleanup(func() { root.Close() })
	return root.FS()
}

func TestStatic_refused(t *testing.T) {
	t.Parallel()
	require.Contains(t, refused(t, func() { wend.Static(nil) }), "is given no file system")
	require.Contains(t, refused(t, func() { wend.Static(os.DirFS("/no/such/directory")) }), "cannot open its directory")
	require.Contains(t, refused(t, func() { wend.SPA(fstest.MapFS{}) }), "has no index.html")
	require.Contains(t, refused(t, func() { wend.SPA(nil) }), "static_test.go:")
}

func TestSPA(t *testing.T) {
	t.Parallel()
	r := quiet()
	wend.Get(r, "/api/notes", nothing)
	r.Mount("/", wend.SPA(webFiles()))
	const browser = "Accept: text/html,application/xhtml+xml,*/*;q=0.8"
	for _, c := range []struct {
		method, target, accept string
		status                 int
		body                   string
	}{
		{"GET", "/", browser, 200, "<h1>home</h1>"},
		{"GET", "/dashboard", browser, 200, "<h1>home</h1>"},
		{"GET", "/users/7/edit", browser, 200, "<h1>home</h1>"},
		{"GET", "/app.js", "Accept: */*", 200, "let a"},
		{"GET", "/x.js", browser, 404, ""},
		{"GET", "/dashboard", "Accept: application/json", 404, ""},
		{"GET", "/dashboard", "Accept: text/html;q=0", 404, ""},
		{"GET", "/dashboard", "Accept: text/html; level=1; q=0", 404, ""},
		{"GET", "/.env", browser, 404, ""},
		{"POST", "/dashboard", browser, 405, ""},
		{"GET", "/api/notes", browser, 204, ""},
		{"POST", "/api/notes", browser, 405, ""},
	} {
		w := do(r, c.method, c.target, "", c.accept)
		require.Equal(t, c.status, w.Code, c.method+" "+c.target)
		if c.status == 200 {
			require.Equal(t, c.body, w.Body.String())
		}
	}
	require.Equal(t, "no-cache", do(r, "GET", "/dashboard", "", browser).Header().Get("Cache-Control"))
}

func TestStatic_unpacksToTheFile(t *testing.T) {
	t.Parallel()
	var packed bytes.Buffer
	zip := gzip.NewWriter(&packed)
	zip.Write([]byte(strings.Repeat("text ", 100)))
	zip.Close()
	files := fstest.MapFS{"a.txt": {Data: []byte(strings.Repeat("text ", 100))}, "a.txt.gz": {Data: packed.Bytes()}}
	w := do(wend.Static(files), "GET", "/a.txt", "", "Accept-Encoding: gzip")
	unzip, err := gzip.NewReader(w.Body)
	require.NoError(t, err)
	var text bytes.Buffer
	_, err = text.ReadFrom(unzip)
	require.NoError(t, err)
	require.Equal(t, strings.Repeat("text ", 100), text.String())
}
