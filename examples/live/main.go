// Live tells what happens while it happens: as Server-Sent Events, which a browser takes
// up again where it lost them, and as JSON Lines. A page at / shows both. Thermometers
// of its own and POST /messages give it something to tell; the documentation is at /docs.
//
//	go run -C examples ./live
//	curl -N http://127.0.0.1:8080/events
package main

import (
	"context"
	"embed"
	"flag"
	"io/fs"
	"log"
	"log/slog"
	"os"
	"time"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/binding"
	"github.com/wend-go/wend/middleware"
	"github.com/wend-go/wend/openapi"
	"github.com/wend-go/wend/openapi/docs"
)

func main() {
	addr := flag.String("addr", defaultAddr(), "address to listen on; the default is the port in PORT, or 8080 of this machine alone")
	flag.Parse()
	h := newHub()
	r := newRouter(h, slog.New(slog.NewTextHandler(os.Stderr, nil)), thermometers(h, time.Second)...)
	if err := r.Run(context.Background(), *addr); err != nil {
		log.Fatal(err)
	}
}

func defaultAddr() string {
	if port := os.Getenv("PORT"); port != "" {
		return ":" + port
	}
	return "127.0.0.1:8080"
}

//go:embed page
var pageFiles embed.FS

// newRouter is the whole service: every route in one place.
func newRouter(h *hub, logger *slog.Logger, opts ...wend.Option) *wend.Router {
	r := wend.New(append(opts,
		wend.Logger(logger),
		wend.Binding(binding.NewSet(binding.Types(updates()))),
		wend.With(middleware.RequestID(), middleware.Log(logger), middleware.CSRF()),
	)...)
	wend.Get(r, "/events", h.watch)
	wend.Get(r, "/log", h.log)
	wend.Post(r, "/messages", h.say)

	docs.Mount(r, openapi.Info{Title: "Live", Version: "1.0.0", Description: "What happens, while it happens."})

	page, err := fs.Sub(pageFiles, "page")
	if err != nil {
		panic(err) // the directory is part of the program
	}
	r.Mount("/", wend.SPA(page), wend.With(middleware.SecureHeaders(middleware.Secure{
		Policy: middleware.CSP{
			"default-src": {"'none'"}, "script-src": {"'self'"}, "style-src": {"'self'"}, "connect-src": {"'self'"},
			"form-action": {"'none'"}, "base-uri": {"'none'"}, "frame-ancestors": {"'none'"},
		},
	})))
	return r
}
