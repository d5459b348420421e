package dbtx_test

import (
	"context"
	"database/sql"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/dbtx"
)

func ExampleProvide() {
	db := &fake{} // prints nothing by itself; log has what it was told
	pool := sql.OpenDB(db)
	defer pool.Close()

	type transfer struct {
		Tx   *sql.Tx
		Body struct {
			Amount int `json:"amount" validate:"required,max=100"`
		}
	}
	errPoor := &wend.Error{Status: http.StatusConflict, Detail: "the account has not enough"}

	r := wend.New()
	dbtx.Provide(r, pool, nil)
	wend.Post(r, "/transfers", func(ctx context.Context, in transfer) (wend.None, error) {
		if _, err := in.Tx.ExecContext(ctx, "take"); err != nil {
			return wend.None{}, err
		}
		if in.Body.Amount > 50 {
			return wend.None{}, errPoor
		}
		_, err := in.Tx.ExecContext(ctx, "give")
		return wend.None{}, err
	})

	for _, body := range []string{`{"amount": 10}`, `{"amount": 60}`, `{"amount": 600}`} {
		req := httptest.NewRequest("POST", "/transfers", strings.NewReader(body))
		req.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		r.ServeHTTP(w, req)
		fmt.Println(w.Code, strings.Join(db.log(), ", "))
		db.told = nil
	}
	// Output:
	// 204 begin, take, give, commit
	// 409 begin, take, rollback
	// 422
}

func ExampleSavepoint() {
	db := &fake{fails: map[string]error{"insert 2": fmt.Errorf("there is a 2 already")}}
	pool := sql.OpenDB(db)
	defer pool.Close()
	ctx := context.Background()
	tx, err := pool.BeginTx(ctx, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer tx.Rollback()

	for _, line := range []string{"1", "2", "3"} {
		err := dbtx.Savepoint(ctx, tx, func() error {
			_, err := tx.ExecContext(ctx, "insert "+line)
			return err
		})
		fmt.Println(line, err)
	}
	fmt.Println(tx.Commit())
	// Output:
	// 1 <nil>
	// 2 there is a 2 already
	// 3 <nil>
	// <nil>
}
