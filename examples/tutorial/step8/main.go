// Step 8 of the tutorial: run and deploy.
package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"database/sql"
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
	if err := run(context.Background()); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context) error {
	db, err := open(ctx, cmp.Or(os.Getenv("DB"), "walks.db"))
	if err != nil {
		return err
	}
	defer db.Close()
	token := rand.Text()
	fmt.Printf("The token of ada: %s\n", token)
	users := users{hash(token): {name: "ada", scopes: []string{"walks:write"}}}
	logger := slog.New(slog.NewJSONHandler(os.Stderr, nil))
	return newRouter(db, logger, users).Run(ctx, "")
}

func newRouter(db *sql.DB, logger *slog.Logger, users users) *wend.Router {
	r := wend.New(
		wend.Logger(logger),
		wend.Drain(20*time.Second, 5*time.Second),
		wend.With(middleware.RequestID(), middleware.Log(logger)),
	)
	wend.Supply(r, users)
	wend.Provide(r, currentUser, wend.Secure(security.Bearer("")))
	r.Handle("GET /healthz", middleware.Health(), wend.Hidden())
	r.Handle("GET /readyz", middleware.Ready(r.Draining(), middleware.Check{Name: "db", Run: db.PingContext}), wend.Hidden())

	walks := r.Group("/walks", wend.Tags("walks"), wend.Timeout(5*time.Second), wend.MaxBody(64<<10), wend.With(
		middleware.SecureHeaders(middleware.Secure{}),
		middleware.RateLimit(middleware.Rate{PerSecond: 10, Burst: 100}),
	))
	dbtx.Provide(walks, db, nil)
	wend.Provide(walks, findWalk)
	wend.Provide(walks, ownWalk, wend.Errors(errNotOwner))
	wend.Get(walks, "", listWalks)
	wend.Post(walks, "", createWalk, wend.Errors(errTaken))
	wend.Post(walks, "/import", importWalks, wend.Errors(errTaken),
		wend.Summary("Import walks, all or none"))
	walk := walks.Group("/{id}", wend.Errors(errNoWalk))
	wend.Get(walk, "", getWalk)
	wend.Patch(walk, "", editWalk, wend.Errors(errTaken))
	wend.Delete(walk, "", deleteWalk)
	docs.Mount(r, openapi.Info{Title: "Walks", Version: "1.0.0", Description: "Walks, and who has added them."})
	return r
}
