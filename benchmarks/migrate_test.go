package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/gin-gonic/gin"
	"github.com/go-chi/chi/v5"
	"github.com/labstack/echo/v5"

	"github.com/wend-go/wend"
)

// book is what both sides of a move answer with.
type book struct {
	ID   int    `json:"id"`
	From string `json:"from"`
}

type bookID struct {
	ID int `path:"id" validate:"min=1"`
}

func getBook(_ context.Context, in bookID) (book, error) { return book{in.ID, "wend"}, nil }

// oldGin, and those below, are services that are moved route by route.
func oldGin() *gin.Engine {
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	engine.GET("/books/:id", func(c *gin.Context) { c.JSON(http.StatusOK, gin.H{"from": "gin"}) })
	engine.GET("/authors/:id", func(c *gin.Context) { c.JSON(http.StatusOK, gin.H{"from": "gin"}) })
	return engine
}

func oldEcho() *echo.Echo {
	e := echo.New()
	e.GET("/books/:id", func(c *echo.Context) error { return c.JSON(http.StatusOK, map[string]string{"from": "echo"}) })
	e.GET("/authors/:id", func(c *echo.Context) error { return c.JSON(http.StatusOK, map[string]string{"from": "echo"}) })
	return e
}

func oldChi() chi.Router {
	answer := func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{"from":"chi"}`)) }
	router := chi.NewRouter()
	router.Get("/books/{id}", answer)
	router.Get("/authors/{id}", answer)
	return router
}

func oldHuma() http.Handler {
	type out struct{ Body struct{ From string } }
	mux := http.NewServeMux()
	api := humago.New(mux, huma.DefaultConfig("Books", "1"))
	answer := func(context.Context, *struct {
		ID int `path:"id"`
	},
	) (*out, error) {
		o := &out{}
		o.Body.From = "huma"
		return o, nil
	}
	huma.Get(api, "/books/{id}", answer)
	huma.Get(api, "/authors/{id}", answer)
	return mux
}

// What the pages about moving show: wend has the routes that have moved, and everything
// else goes where it went before.
func TestMigrate_wendInFront(t *testing.T) {
	t.Parallel()
	for name, engine := range map[string]http.Handler{"gin": oldGin(), "echo": oldEcho(), "chi": oldChi(), "huma": oldHuma()} {
		r := wend.New()
		wend.Get(r, "/books/{id}", getBook) // has moved
		r.Mount("/", engine)                // everything else
		answers(t, r, "/books/1", `"from":"wend"`)
		answers(t, r, "/authors/1", name)
	}
}

func TestMigrate_wendBehind(t *testing.T) {
	t.Parallel()
	r := wend.New()
	wend.Get(r, "/shelves/{id}", getBook)

	engine := oldGin()
	engine.NoRoute(gin.WrapH(r))
	answers(t, engine, "/shelves/1", `"from":"wend"`)
	answers(t, engine, "/authors/1", "gin")

	// gin has noted 404 by then: a plain handler that sends no status keeps it.
	plain := wend.New()
	plain.Handle("GET /plain", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("plain")) }))
	engine = oldGin()
	engine.NoRoute(gin.WrapH(plain))
	w := httptest.NewRecorder()
	engine.ServeHTTP(w, httptest.NewRequest("GET", "/plain", nil))
	if w.Code != http.StatusNotFound {
		t.Errorf("behind gin a plain handler answers %d; the page says 404", w.Code)
	}

	router := oldChi()
	router.NotFound(r.ServeHTTP)
	answers(t, router, "/shelves/1", `"from":"wend"`)

	e := oldEcho()
	e.Any("/*", echo.WrapHandler(r))
	answers(t, e, "/shelves/1", `"from":"wend"`)
	answers(t, e, "/authors/1", "echo")

	mux := http.NewServeMux()
	mux.Handle("GET /shelves/{id}", wend.Func(getBook))
	answers(t, mux, "/shelves/1", `"from":"wend"`)
}

func answers(t *testing.T, h http.Handler, target, want string) {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", target, nil))
	if w.Code != http.StatusOK || !strings.Contains(strings.ToLower(w.Body.String()), want) {
		t.Errorf("GET %s: %d %s, want %s", target, w.Code, w.Body, want)
	}
}
