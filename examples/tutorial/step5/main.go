// Step 5 of the tutorial: who may do what.
package main

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"log"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/dbtx"
	"github.com/wend-go/wend/security"
)

func main() {
	ctx := context.Background()
	db, err := open(ctx, "walks.db")
	if err != nil {
		log.Fatal(err)
	}
	defer db.Close()
	token := rand.Text()
	fmt.Printf("The token of ada: %s\n", token)
	users := users{hash(token): {name: "ada", scopes: []string{"walks:write"}}}
	if err := newRouter(db, users).Run(ctx, ""); err != nil {
		log.Fatal(err)
	}
}

func newRouter(db *sql.DB, users users) *wend.Router {
	r := wend.New()
	wend.Supply(r, users)
	wend.Provide(r, currentUser, wend.Secure(security.Bearer("")))
	walks := r.Group("/walks")
	dbtx.Provide(walks, db, nil)
	wend.Provide(walks, findWalk)
	wend.Provide(walks, ownWalk, wend.Errors(errNotOwner))
	wend.Get(walks, "", listWalks)
	wend.Post(walks, "", createWalk, wend.Errors(errTaken))
	wend.Post(walks, "/import", importWalks, wend.Errors(errTaken))
	walk := walks.Group("/{id}", wend.Errors(errNoWalk))
	wend.Get(walk, "", getWalk)
	wend.Patch(walk, "", editWalk, wend.Errors(errTaken))
	wend.Delete(walk, "", deleteWalk)
	return r
}
