// Step 4 of the tutorial: a database.
package main

import (
	"context"
	"database/sql"
	"log"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/dbtx"
)

func main() {
	ctx := context.Background()
	db, err := open(ctx, "walks.db")
	if err != nil {
		log.Fatal(err)
	}
	defer db.Close()
	if err := newRouter(db).Run(ctx, ""); err != nil {
		log.Fatal(err)
	}
}

func newRouter(db *sql.DB) *wend.Router {
	r := wend.New()
	walks := r.Group("/walks")
	dbtx.Provide(walks, db, nil)
	wend.Provide(walks, findWalk)
	wend.Get(walks, "", listWalks)
	wend.Post(walks, "", createWalk, wend.Errors(errTaken))
	wend.Post(walks, "/import", importWalks, wend.Errors(errTaken))
	walk := walks.Group("/{id}", wend.Errors(errNoWalk))
	wend.Get(walk, "", getWalk)
	wend.Patch(walk, "", editWalk, wend.Errors(errTaken))
	wend.Delete(walk, "", deleteWalk)
	return r
}
