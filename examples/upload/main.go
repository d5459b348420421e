// Upload keeps files: by a typed form, by a stream of any length, and by a page for the
// browser. Downloads answer ranges and conditions. The files lie in a directory below
// the working directory; the page is at /, the documentation at /docs.
//
//	go run -C examples ./upload
package main

import (
	"context"
	"embed"
	"flag"
	"html/template"
	"io/fs"
	"log"
	"log/slog"
	"os"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/middleware"
	"github.com/wend-go/wend/openapi"
	"github.com/wend-go/wend/openapi/docs"
)

func main() {
	addr := flag.String("addr", defaultAddr(), "address to listen on; the default is the port in PORT, or 8080 of this machine alone")
	dir := flag.String("dir", "uploads", "directory of the files; it is made when it is missing")
	flag.Parse()
	if err := run(context.Background(), *addr, *dir); err != nil {
		log.Fatal(err)
	}
}

func defaultAddr() string {
	if port := os.Getenv("PORT"); port != "" {
		return ":" + port
	}
	return "127.0.0.1:8080"
}

func run(ctx context.Context, addr, dir string) error {
	s, err := open(dir)
	if err != nil {
		return err
	}
	defer s.Close()
	return newRouter(s, slog.New(slog.NewTextHandler(os.Stderr, nil))).Run(ctx, addr)
}

//go:embed page
var pageFiles embed.FS

// newRouter is the whole service: every route in one place.
func newRouter(s *store, logger *slog.Logger) *wend.Router {
	// A form of another site can send files here without asking anybody, so CSRF guards
	// every route, not only those of the page.
	r := wend.New(wend.Logger(logger), wend.With(middleware.RequestID(), middleware.Log(logger), middleware.CSRF()))
	a := api{s}

	files := r.Group("/files", wend.Tags("files"), wend.With(middleware.SecureHeaders(middleware.Secure{
		// What strangers have sent must not run as a page of ours, whatever it turns out to be.
		Policy: middleware.CSP{"default-src": {"'none'"}, "frame-ancestors": {"'none'"}, "sandbox": nil},
	})))
	wend.Get(files, "", a.listFiles)
	wend.Post(files, "", a.uploadFile)
	wend.Post(files, "/stream", a.streamFiles, wend.MaxBody(1<<30), wend.Errors(errType, errNoFile))
	file := files.Group("/{id}", wend.Errors(errGone))
	wend.Get(file, "", a.download)
	wend.Delete(file, "", a.deleteFile)

	assets, err := fs.Sub(pageFiles, "page/assets")
	if err != nil {
		panic(err) // the directory is part of the program
	}
	p := page{api: a, templates: template.Must(template.ParseFS(pageFiles, "page/*.html"))}
	site := r.Group("", wend.Hidden(), wend.With(middleware.SecureHeaders(middleware.Secure{
		Policy: middleware.CSP{
			"default-src": {"'none'"}, "style-src": {"'self'"}, "img-src": {"'self'"}, "form-action": {"'self'"},
			"base-uri": {"'none'"}, "frame-ancestors": {"'none'"},
		},
	})))
	wend.Get(site, "/{$}", p.show)
	wend.Post(site, "/{$}", p.upload)
	wend.Post(site, "/delete/{id}", p.delete, wend.Errors(errGone))
	site.Mount("/assets", wend.Static(assets))

	docs.Mount(r, openapi.Info{Title: "Upload", Version: "1.0.0", Description: "Files in, files out."})
	return r
}
