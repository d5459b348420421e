package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/gin-gonic/gin"
	"github.com/go-chi/chi/v5"
	"github.com/gofiber/fiber/v3"
	"github.com/labstack/echo/v5"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/openapi"
	"github.com/wend-go/wend/openapi/docs"
)

// The comparison of the README, cell by cell: every contender serves the same few routes
// as its own documentation writes them, without options, and the answers decide. A dash
// means that the contender has nothing of the kind, so there is nothing to judge.
const (
	yes  = "yes"
	no   = "no"
	none = "–"
)

// wendNote and the types beside it are one body for everybody: a required title, at least
// one page, and a remark that is free.
type wendNote struct {
	Title  string `json:"title" validate:"required"`
	Pages  int    `json:"pages" validate:"min=1"`
	Remark string `json:"remark"`
}

type ginNote struct {
	Title  string `json:"title" binding:"required"`
	Pages  int    `json:"pages" binding:"min=1"`
	Remark string `json:"remark"`
}

type humaNote struct {
	Title  string `json:"title"`
	Pages  int    `json:"pages" minimum:"1"`
	Remark string `json:"remark,omitempty"`
}

type plainNote struct {
	Title  string `json:"title"`
	Pages  int    `json:"pages"`
	Remark string `json:"remark"`
}

var errSecret = errors.New("pq: password of shop is hunter2")

// contender is a framework with the routes of the comparison. answer sends a request.
type contender struct {
	name   string
	module string
	answer func(*http.Request) (*http.Response, error)
	twice  func()    // registers one route twice
	rules  bool      // it has rules that are declared
	errors bool      // its handlers return errors
	docs   [2]string // paths of the document and of the page that shows it
}

func served(h http.Handler) func(*http.Request) (*http.Response, error) {
	return func(r *http.Request) (*http.Response, error) {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w.Result(), nil
	}
}

func contenders() []contender {
	return []contender{compareWend(), compareNetHTTP(), compareGin(), compareEcho(), compareChi(), compareHuma(), compareFiber()}
}

func compareWend() contender {
	type id struct {
		ID string `path:"id"`
	}
	get := func(_ context.Context, in id) (wend.Text, error) { return wend.Text(in.ID), nil }
	r := wend.New(wend.Logger(slog.New(slog.DiscardHandler)))
	wend.Get(r, "/u/{id}", get)
	wend.Post(r, "/notes", func(_ context.Context, in wendNote) (wendNote, error) { return in, nil })
	wend.Get(r, "/fail", func(context.Context, wend.None) (wend.None, error) { return wend.None{}, errSecret })
	docs.Mount(r, openapi.Info{Title: "Notes", Version: "1"})
	return contender{
		name: "wend", module: "github.com/wend-go/wend", answer: served(r), rules: true, errors: true,
		docs: [2]string{"/openapi.json", "/docs"},
		twice: func() {
			r := wend.New()
			wend.Get(r, "/u/{id}", get)
			wend.Get(r, "/u/{id}", get)
		},
	}
}

func compareNetHTTP() contender {
	get := func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, r.PathValue("id")) }
	mux := http.NewServeMux()
	mux.HandleFunc("GET /u/{id}", get)
	mux.HandleFunc("POST /notes", plainPost)
	return contender{name: "net/http", module: "net/http", answer: served(mux), twice: func() {
		mux := http.NewServeMux()
		mux.HandleFunc("GET /u/{id}", get)
		mux.HandleFunc("GET /u/{id}", get)
	}}
}

func plainPost(w http.ResponseWriter, r *http.Request) {
	var n plainNote
	if err := json.NewDecoder(r.Body).Decode(&n); err != nil {
		http.Error(w, "bad JSON", http.StatusBadRequest)
		return
	}
	json.NewEncoder(w).Encode(n)
}

func compareGin() contender {
	gin.SetMode(gin.ReleaseMode)
	get := func(c *gin.Context) { c.String(200, c.Param("id")) }
	r := gin.New()
	r.GET("/u/:id", get)
	r.POST("/notes", func(c *gin.Context) {
		var n ginNote
		if err := c.ShouldBindJSON(&n); err != nil {
			c.JSON(http.StatusBadRequest, gin.H{"error": err.Error()})
			return
		}
		c.JSON(http.StatusOK, n)
	})
	return contender{name: "gin", module: "github.com/gin-gonic/gin", answer: served(r), rules: true, twice: func() {
		r := gin.New()
		r.GET("/u/:id", get)
		r.GET("/u/:id", get)
	}}
}

func compareEcho() contender {
	get := func(c *echo.Context) error { return c.String(200, c.Param("id")) }
	e := echo.New()
	e.GET("/u/:id", get)
	e.POST("/notes", func(c *echo.Context) error {
		var n plainNote
		if err := c.Bind(&n); err != nil {
			return err
		}
		return c.JSON(http.StatusOK, n)
	})
	e.GET("/fail", func(*echo.Context) error { return errSecret })
	return contender{name: "echo", module: "github.com/labstack/echo/v5", answer: served(e), errors: true, twice: func() {
		e := echo.New()
		e.GET("/u/:id", get)
		e.GET("/u/:id", get)
	}}
}

func compareChi() contender {
	get := func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, chi.URLParam(r, "id")) }
	r := chi.NewRouter()
	r.Get("/u/{id}", get)
	r.Post("/notes", plainPost)
	return contender{name: "chi", module: "github.com/go-chi/chi/v5", answer: served(r), twice: func() {
		r := chi.NewRouter()
		r.Get("/u/{id}", get)
		r.Get("/u/{id}", get)
	}}
}

func compareHuma() contender {
	type id struct {
		ID string `path:"id"`
	}
	type text struct{ Body string }
	type note struct{ Body humaNote }
	get := func(_ context.Context, in *id) (*text, error) { return &text{in.ID}, nil }
	mux := http.NewServeMux()
	api := humago.New(mux, huma.DefaultConfig("Notes", "1"))
	huma.Get(api, "/u/{id}", get)
	huma.Post(api, "/notes", func(_ context.Context, in *note) (*note, error) { return in, nil })
	huma.Get(api, "/fail", func(context.Context, *struct{}) (*struct{}, error) { return nil, errSecret })
	return contender{
		name: "huma", module: "github.com/danielgtaylor/huma/v2/adapters/humago", answer: served(mux), rules: true, errors: true,
		docs: [2]string{"/openapi.json", "/docs"},
		twice: func() {
			api := humago.New(http.NewServeMux(), huma.DefaultConfig("Notes", "1"))
			huma.Get(api, "/u/{id}", get)
			huma.Get(api, "/u/{id}", get)
		},
	}
}

func compareFiber() contender {
	get := func(c fiber.Ctx) error { return c.SendString(c.Params("id")) }
	app := fiber.New()
	app.Get("/u/:id", get)
	app.Post("/notes", func(c fiber.Ctx) error {
		var n plainNote
		if err := c.Bind().JSON(&n); err != nil {
			return err
		}
		return c.JSON(n)
	})
	app.Get("/fail", func(fiber.Ctx) error { return errSecret })
	return contender{
		name: "fiber", module: "github.com/gofiber/fiber/v3", errors: true,
		answer: func(r *http.Request) (*http.Response, error) { return app.Test(r, fiber.TestConfig{Timeout: 0}) },
		twice: func() {
			app := fiber.New()
			app.Get("/u/:id", get)
			app.Get("/u/:id", get)
		},
	}
}

// send returns the answer to a request, and its body.
func (c contender) send(t *testing.T, method, target, body string) (*http.Response, string) {
	t.Helper()
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	resp, err := c.answer(r)
	if err != nil {
		if strings.Contains(err.Error(), "body size exceeds") { // fiber's server, without a connection to answer on
			return &http.Response{StatusCode: http.StatusRequestEntityTooLarge}, ""
		}
		t.Fatalf("%s: %s %s: %v", c.name, method, target, err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(data)
}

func is(b bool) string {
	if b {
		return yes
	}
	return no
}

// comparison are the rows of the README's table, in their order.
var comparison = []struct {
	row  string
	cell func(*testing.T, contender) string
}{
	{"HEAD answered by GET", func(t *testing.T, c contender) string {
		resp, _ := c.send(t, "HEAD", "/u/1", "")
		return is(resp.StatusCode == 200) // a server keeps the body to itself
	}},
	{"405 with `Allow`", func(t *testing.T, c contender) string {
		resp, _ := c.send(t, "PUT", "/u/1", "")
		return is(resp.StatusCode == 405 && strings.Contains(resp.Header.Get("Allow"), "GET"))
	}},
	{"OPTIONS answered", func(t *testing.T, c contender) string {
		resp, _ := c.send(t, "OPTIONS", "/u/1", "")
		return is(resp.StatusCode < 300 && strings.Contains(resp.Header.Get("Allow"), "GET"))
	}},
	{"`/u/a%2Fb` is one parameter, `a/b`", func(t *testing.T, c contender) string {
		resp, body := c.send(t, "GET", "/u/a%2Fb", "")
		return is(resp.StatusCode == 200 && strings.Trim(body, "\"\n") == "a/b")
	}},
	{"the same route twice is refused", func(_ *testing.T, c contender) (cell string) {
		defer func() { cell = is(recover() != nil) }()
		c.twice()
		return no
	}},
	{"body limit without asking", func(t *testing.T, c contender) string {
		resp, _ := c.send(t, "POST", "/notes", `{"title":"a","pages":1`+strings.Repeat(" ", 20<<20)+`}`)
		return is(resp.StatusCode == http.StatusRequestEntityTooLarge)
	}},
	{"unknown JSON member refused", func(t *testing.T, c contender) string {
		resp, _ := c.send(t, "POST", "/notes", `{"title":"a","pages":1,"titel":"b"}`)
		return is(resp.StatusCode >= 400 && resp.StatusCode < 500)
	}},
	{"text behind the JSON refused", func(t *testing.T, c contender) string {
		resp, _ := c.send(t, "POST", "/notes", `{"title":"a","pages":1}{"title":"b"}`)
		return is(resp.StatusCode >= 400 && resp.StatusCode < 500)
	}},
	{"rules declared on the type", func(t *testing.T, c contender) string {
		resp, _ := c.send(t, "POST", "/notes", `{"title":"a","pages":0}`)
		return is(resp.StatusCode >= 400 && resp.StatusCode < 500)
	}},
	{"all mistakes in one answer, by the client's names", func(t *testing.T, c contender) string {
		if !c.rules {
			return none
		}
		_, body := c.send(t, "POST", "/notes", `{"pages":0}`)
		return is(strings.Contains(body, "title") && strings.Contains(body, "pages"))
	}},
	{"no value of the request in that answer", func(t *testing.T, c contender) string {
		if !c.rules {
			return none
		}
		_, body := c.send(t, "POST", "/notes", `{"pages":1,"remark":"hunter2"}`)
		return is(!strings.Contains(body, "hunter2"))
	}},
	{"the text of an unknown error stays inside", func(t *testing.T, c contender) string {
		if !c.errors {
			return none
		}
		resp, body := c.send(t, "GET", "/fail", "")
		return is(resp.StatusCode == 500 && !strings.Contains(body, "hunter2"))
	}},
	{"OpenAPI from the code", func(t *testing.T, c contender) string {
		if c.docs[0] == "" {
			return no
		}
		resp, body := c.send(t, "GET", c.docs[0], "")
		return is(resp.StatusCode == 200 && strings.Contains(body, `"minimum"`))
	}},
	{"its pages work offline", func(t *testing.T, c contender) string {
		if c.docs[1] == "" {
			return none
		}
		_, body := c.send(t, "GET", c.docs[1], "")
		return is(!strings.Contains(body, "src=\"https://") && !strings.Contains(body, "href=\"https://"))
	}},
	{"modules linked besides itself", func(t *testing.T, c contender) string { return strconv.Itoa(linked(t, c.module)) }},
}

// linked counts the modules that a program gets with a package, without the package's own.
func linked(t *testing.T, pkg string) int {
	t.Helper()
	if pkg == "net/http" {
		return 0
	}
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", "-f", "{{with .Module}}{{.Path}}{{end}}", pkg).Output()
	if err != nil {
		t.Fatal(err)
	}
	modules := strings.Fields(string(out))
	slices.Sort(modules)
	return len(slices.Compact(modules)) - 1
}

// TestCompare holds the table of the README to what the contenders do. The column of
// FastAPI, which is not Go, cites its documentation there.
//
// It is not parallel and comes first: gin has one validator for all of a process, which the
// contenders of the other tests change.
func TestCompare(t *testing.T) {
	table := readTable(t, "../README.md", "| without options |")
	all := contenders()
	for i, c := range all {
		if got := table[0][i+1]; got != c.name {
			t.Fatalf("column %d is of %s, want %s", i+1, got, c.name)
		}
	}
	if len(table)-1 != len(comparison) {
		t.Errorf("the table has %d rows, want %d", len(table)-1, len(comparison))
	}
	for i, want := range comparison {
		cells := []string{want.row}
		for _, c := range all {
			cells = append(cells, want.cell(t, c))
		}
		if i+1 >= len(table) || len(table[i+1]) < len(cells) || !slices.Equal(table[i+1][:len(cells)], cells) {
			t.Errorf("the README should say:\n| %s |", strings.Join(cells, " | "))
		}
	}
}

// readTable reads the Markdown table that begins with head, without its second line.
func readTable(t *testing.T, name, head string) (rows [][]string) {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(data), head)
	if !found {
		t.Fatalf("%s has no table that begins with %s", name, head)
	}
	for line := range strings.Lines(head + rest) {
		line = strings.TrimSpace(line)
		if !strings.HasPrefix(line, "|") {
			break
		}
		if strings.HasPrefix(line, "|-") {
			continue
		}
		cells := strings.Split(strings.Trim(line, "|"), "|")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		rows = append(rows, cells)
	}
	return rows
}
