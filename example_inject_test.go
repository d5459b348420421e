package wend_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/security"
)

// reader is who a client is, in the examples.
type reader struct{ Name string }

// HasScope reports whether the reader may do something.
func (r reader) HasScope(scope string) bool { return r.Name == "ann" && scope == "books:write" }

type credential struct {
	Token security.Token
}

func currentReader(_ context.Context, in credential) (reader, error) {
	if in.Token.Reveal() != "ann" && in.Token.Reveal() != "bob" {
		return reader{}, security.ErrInvalid
	}
	return reader{in.Token.Reveal()}, nil
}

// showAs sends a request with a bearer token and prints the answer.
func showAs(h http.Handler, token, method, target string) {
	r := httptest.NewRequest(method, target, nil)
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	fmt.Printf("%d %s%s\n", w.Code, w.Header().Get("WWW-Authenticate"), w.Body)
}

func ExampleProvide() {
	type tenant string
	r := wend.New()
	wend.Provide(r, func(_ context.Context, in struct {
		Host string `header:"X-Tenant" validate:"required"`
	},
	) (tenant, error) {
		return tenant("tenant " + in.Host), nil
	})
	wend.Get(r, "/", func(_ context.Context, in struct{ Tenant tenant }) (wend.Text, error) {
		return wend.Text(in.Tenant), nil
	})
	req := httptest.NewRequest("GET", "/", nil)
	req.Header.Set("X-Tenant", "acme")
	w := httptest.NewRecorder()
	r.ServeHTTP(w, req)
	fmt.Println(w.Body)
	// Output: tenant acme
}

func ExampleSecure() {
	r := wend.New()
	wend.Provide(r, currentReader, wend.Secure(security.Bearer("")))
	wend.Get(r, "/me", func(_ context.Context, in struct{ Reader *reader }) (wend.Text, error) {
		if in.Reader == nil { // a pointer makes the credential optional
			return "a stranger", nil
		}
		return wend.Text(in.Reader.Name), nil
	})
	wend.Delete(r, "/books", func(_ context.Context, in struct {
		Reader reader `scopes:"books:write"`
	},
	) (wend.Text, error) {
		return wend.Text("deleted by " + in.Reader.Name), nil
	})
	showAs(r, "", "GET", "/me")
	showAs(r, "bob", "GET", "/me")
	showAs(r, "ann", "DELETE", "/books")
	for _, token := range []string{"", "eve", "bob"} {
		req := httptest.NewRequest("DELETE", "/books", nil)
		if token != "" {
			req.Header.Set("Authorization", "Bearer "+token)
		}
		w := httptest.NewRecorder()
		r.ServeHTTP(w, req)
		fmt.Println(w.Code, w.Header().Get("WWW-Authenticate"))
	}
	// Output:
	// 200 a stranger
	// 200 bob
	// 200 deleted by ann
	// 401 Bearer
	// 401 Bearer error="invalid_token"
	// 403 Bearer error="insufficient_scope", scope="books:write"
}

func ExampleRequire() {
	r := wend.New()
	wend.Provide(r, currentReader, wend.Secure(security.Bearer("")))
	admin := r.Group("/admin", wend.Require[reader]("books:write"))
	admin.Handle("GET /files/", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, "a plain handler, guarded")
	}))
	showAs(r, "ann", "GET", "/admin/files/a.txt")
	// Output: 200 a plain handler, guarded
}

func ExampleProvideScoped() {
	type tx struct{ name string }
	r := wend.New()
	wend.ProvideScoped(r, func(context.Context, wend.None) (tx, func(error) error, error) {
		fmt.Println("begin")
		return tx{"tx"}, func(err error) error {
			if err != nil {
				fmt.Println("roll back:", err)
				return nil
			}
			fmt.Println("commit")
			return nil
		}, nil
	})
	wend.Post(r, "/{result}", func(_ context.Context, in struct {
		Result string `path:"result"`
		Tx     tx
	},
	) (wend.Text, error) {
		if in.Result == "bad" {
			return "", wend.Errorf(409, "no")
		}
		return "done", nil
	})
	show(r, "POST", "/good", "")
	show(r, "POST", "/bad", "")
	// Output:
	// begin
	// commit
	// 200 done
	// begin
	// roll back: no
	// 409 {"type":"about:blank","title":"Conflict","status":409,"detail":"no"}
}

func ExampleSupply() {
	type mailer struct{ from string }
	r := wend.New()
	wend.Supply(r, &mailer{"books@example.com"})
	wend.Get(r, "/", func(_ context.Context, in struct{ Mail *mailer }) (wend.Text, error) {
		return wend.Text(in.Mail.from), nil
	})
	show(r, "GET", "/", "")
	// Output: 200 books@example.com
}

func ExampleTasks() {
	r := wend.New()
	done := make(chan string)
	wend.Post(r, "/orders", func(_ context.Context, in struct{ Tasks *wend.Tasks }) (wend.Text, error) {
		in.Tasks.Go(func(context.Context) error {
			done <- "the mail is sent"
			return nil
		})
		return "ordered", nil
	})
	show(r, "POST", "/orders", "")
	fmt.Println(<-done)
	// Output:
	// 200 ordered
	// the mail is sent
}

func ExampleErrors() {
	errSoldOut := errors.New("sold out")
	r := wend.New()
	shop := r.Group("/shop", wend.Errors(&wend.Error{
		Status: http.StatusConflict, Code: "sold_out", Detail: "the book is sold out", Err: errSoldOut,
	}))
	wend.Post(shop, "/orders", func(context.Context, wend.None) (wend.None, error) {
		return wend.None{}, fmt.Errorf("order 7: %w", errSoldOut)
	})
	show(r, "POST", "/shop/orders", "")
	// Output: 409 {"type":"about:blank","title":"Conflict","status":409,"detail":"the book is sold out","code":"sold_out"}
}

func ExampleErrorf() {
	err := wend.Errorf(404, "no book %d: %w", 7, errors.New("sql: no rows"))
	var e *wend.Error
	errors.As(err, &e)
	fmt.Println("the client reads:", e.Detail)
	fmt.Println("the log reads:", err)
	// Output:
	// the client reads: no book 7
	// the log reads: no book 7: sql: no rows
}
