// Notes is a service with users: bearer tokens with scopes, notes that only their owner
// may change, a transaction for each request, and changes that nobody loses (ETag,
// If-Match). It keeps an SQLite file in the working directory and prints a token to
// begin with; the documentation is at /docs.
//
//	go run -C examples ./notes
package main

import (
	"context"
	"database/sql"
	"flag"
	"fmt"
	"log"
	"log/slog"
	"os"
	"time"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/dbtx"
	"github.com/wend-go/wend/middleware"
	"github.com/wend-go/wend/openapi"
	"github.com/wend-go/wend/openapi/docs"
	"github.com/wend-go/wend/security"
)

func main() {
	addr := flag.String("addr", defaultAddr(), "address to listen on; the default is the port in PORT, or 8080 of this machine alone")
	file := flag.String("db", "notes.db", "database file; it is made and filled when it is missing")
	flag.Parse()
	if err := run(context.Background(), *addr, *file); err != nil {
		log.Fatal(err)
	}
}

func defaultAddr() string {
	if port := os.Getenv("PORT"); port != "" {
		return ":" + port
	}
	return "127.0.0.1:8080"
}

func run(ctx context.Context, addr, file string) error {
	db, err := open(ctx, file)
	if err != nil {
		return err
	}
	defer db.Close()
	if err := seed(ctx, db); err != nil {
		return err
	}
	token, err := tokenOf(ctx, db, "demo")
	if err != nil {
		return err
	}
	fmt.Printf("You are demo. A token to try it with, good for %d days:\n\n  %s\n\n", tokenLife/(24*time.Hour), token)
	return newRouter(db, slog.New(slog.NewTextHandler(os.Stderr, nil))).Run(ctx, addr)
}

// newRouter is the whole service: every route in one place.
func newRouter(db *sql.DB, logger *slog.Logger, opts ...wend.Option) *wend.Router {
	r := wend.New(append(opts, wend.Logger(logger), wend.With(middleware.RequestID(), middleware.Log(logger)))...)
	a := api{db}

	// The group keeps these headers away from the pages of the documentation, which have a
	// policy of their own. There is no CSRF: a browser adds a cookie to what another site
	// sends, and never a bearer token.
	v1 := r.Group("", wend.Timeout(5*time.Second), wend.MaxBody(64<<10), wend.With(
		middleware.SecureHeaders(middleware.Secure{}),
		middleware.SetHeader("Cache-Control", "private, no-cache"),
	))
	wend.Provide(v1, a.currentUser, wend.Secure(security.Bearer("")))
	wend.Get(v1, "/me", a.whoami, wend.Tags("users"))

	// Who only reads does not wait for who writes.
	reads := v1.Group("/notes", wend.Tags("notes"))
	dbtx.Provide(reads, db, &sql.TxOptions{ReadOnly: true})
	wend.Provide(reads, a.ownNote)
	wend.Get(reads, "", a.listNotes)
	wend.Get(reads, "/{id}", a.readNote, wend.Errors(errNoNote))
	wend.Get(reads, "/{id}/history", a.readHistory, wend.Errors(errNoNote, errNotOwner))

	writes := v1.Group("")
	dbtx.Provide(writes, db, nil)
	wend.Post(writes, "/tokens", a.createToken, wend.Tags("users"), wend.Errors(errScopeTooFar),
		wend.With(middleware.SetHeader("Cache-Control", "no-store")))

	notes := writes.Group("/notes", wend.Tags("notes"))
	wend.Provide(notes, a.ownNote)
	wend.Post(notes, "", a.createNote)
	note := notes.Group("/{id}", wend.Errors(errNoNote, errNotOwner))
	wend.Put(note, "", a.replaceNote)
	wend.Patch(note, "", a.editNote)
	wend.Delete(note, "", a.deleteNote)

	r.Handle("GET /readyz", middleware.Ready(r.Draining(), middleware.Check{Name: "database", Run: db.PingContext}))

	docs.Mount(r, openapi.Info{
		Title:       "Notes",
		Version:     "1.0.0",
		Description: "Notes of several users. Authorize with the token that the program prints when it starts.",
	})
	return r
}
