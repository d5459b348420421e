package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/wendtest"
	"github.com/wend-go/wend/wendtest/contract"
)

// service is the whole application over a database of its own, and three who use it.
// Every response is compared with the document.
type service struct {
	db             *sql.DB
	nobody         *wendtest.Client
	demo, ada      *wendtest.Client
	reader         *wendtest.Client // demo, with a token that only reads
	tasks          chan error       // has one value for each task that has ended
	mine, hers     string           // paths of notes: demo's, and ada's that is public
	archived, lost string           // demo's archived one, and ada's private one
}

func start(t *testing.T) service {
	t.Helper()
	db := database(t)
	require.NoError(t, seed(t.Context(), db))
	require.NoError(t, seed(t.Context(), db), "a second start adds nothing")
	s := service{db: db, tasks: make(chan error, 100), mine: "/notes/1", archived: "/notes/3", hers: "/notes/4", lost: "/notes/5"}
	r := newRouter(db, slog.New(slog.DiscardHandler), wend.OnTask(func(_ context.Context, _ time.Duration, err error) { s.tasks <- err }))
	s.nobody = wendtest.New(t, contract.Check(t, r))
	as := func(name string) *wendtest.Client {
		token, err := tokenOf(t.Context(), db, name)
		require.NoError(t, err)
		return s.nobody.With(wendtest.Bearer(token))
	}
	s.demo, s.ada = as("demo"), as("ada")
	var made struct {
		Token string `json:"token"`
	}
	s.demo.Post("/tokens", map[string]any{"scopes": []string{"notes:read"}}).Status(201).Header("Cache-Control", "no-store").JSON(&made)
	s.reader = s.nobody.With(wendtest.Bearer(made.Token))
	return s
}

func database(t *testing.T) *sql.DB {
	t.Helper()
	db, err := open(t.Context(), filepath.Join(t.TempDir(), "a note?#%20.db"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}

func ifMatch(tag string) wendtest.Option { return wendtest.Header("If-Match", tag) }

func TestAuth(t *testing.T) {
	t.Parallel()
	s := start(t)
	wrong := s.nobody.With(wendtest.Bearer("wrong"))
	body := map[string]any{"title": "A"}
	for _, tt := range []struct {
		name      string
		got       *wendtest.Response
		status    int
		challenge string
	}{
		{"no token", s.nobody.Get("/me"), 401, `Bearer`},
		{"no token, and a body that is wrong", s.nobody.Post("/notes", map[string]any{"x": 1}), 401, `Bearer`},
		{"a wrong token", wrong.Get("/me"), 401, `Bearer error="invalid_token"`},
		{"a wrong token where none is needed", wrong.Get(s.hers), 401, `Bearer error="invalid_token"`},
		{"another scheme", s.nobody.Get("/me", wendtest.Basic("demo", "demo")), 401, `Bearer`},
		{"a token that only reads", s.reader.Post("/notes", body), 403, `Bearer error="insufficient_scope", scope="notes:write"`},
		{"the same, for PATCH", s.reader.Patch(s.mine, body), 403, `Bearer error="insufficient_scope", scope="notes:write"`},
		{"a token that would reach further", s.reader.Post("/tokens", map[string]any{"scopes": []string{"notes:write"}}), 403, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.got.Problem(tt.status)
			if tt.challenge != "" {
				tt.got.Header("WWW-Authenticate", tt.challenge)
			}
		})
	}
	var who me
	s.reader.Get("/me").Status(200).JSON(&who)
	require.Equal(t, me{"demo", []string{"notes:read"}}, who)
}

// Tokens cannot be read out of the database, and do not last for ever.
func TestTokens(t *testing.T) {
	t.Parallel()
	s := start(t)
	token, err := tokenOf(t.Context(), s.db, "ada")
	require.NoError(t, err)
	client := s.nobody.With(wendtest.Bearer(token))
	client.Get("/me").Status(200)
	var found int
	require.NoError(t, s.db.QueryRow(`SELECT count(*) FROM tokens WHERE instr(hash, ?)`, token).Scan(&found))
	require.Zero(t, found)
	_, err = s.db.Exec(`UPDATE tokens SET made_at = ?`, time.Now().Add(-tokenLife).UnixMilli())
	require.NoError(t, err)
	client.Get("/me").Problem(401)
}

// Who may read and who may change: the table that an owner's API lives by.
func TestOnlyTheOwner(t *testing.T) {
	t.Parallel()
	s := start(t)
	whatever, text := ifMatch("*"), map[string]any{"text": "changed"}
	full := map[string]any{"title": "changed"}
	for _, tt := range []struct {
		name string
		got  *wendtest.Response
		want int
	}{
		{"anybody reads a public note", s.nobody.Get(s.hers), 200},
		{"a user reads a public note of another", s.demo.Get(s.hers), 200},
		{"the owner reads a private note", s.ada.Get(s.lost), 200},
		{"nobody else reads it", s.demo.Get(s.lost), 404},
		{"nor without a token", s.nobody.Get(s.lost), 404},
		{"the owner changes", s.ada.Patch(s.hers, text, whatever), 200},
		{"nobody else changes what he may read", s.demo.Patch(s.hers, text, whatever), 403},
		{"nor replaces it", s.demo.Put(s.hers, full, whatever), 403},
		{"nor deletes it", s.demo.Delete(s.hers, whatever), 403},
		{"nor sees who did", s.demo.Get(s.hers + "/history"), 403},
		{"nobody learns of what he may not read", s.demo.Patch(s.lost, text, whatever), 404},
		{"nor by PUT", s.demo.Put(s.lost, full, whatever), 404},
		{"nor by DELETE", s.demo.Delete(s.lost, whatever), 404},
		{"without a token nothing is changed", s.nobody.Patch(s.hers, text, whatever), 401},
		{"the owner deletes", s.ada.Delete(s.hers, whatever), 204},
		{"and it is gone", s.ada.Get(s.hers), 404},
	} {
		t.Run(tt.name, func(t *testing.T) { tt.got.Status(tt.want) })
	}
	var notes []Note
	s.demo.Get("/notes").Status(200).JSON(&notes)
	require.Len(t, notes, 3, "only his own")
	s.demo.Get("/notes?after=1&limit=1").Status(200).JSON(&notes)
	require.EqualValues(t, 2, notes[0].ID)
}

// TestPutAndPatch shows the pitfall that replaceNote speaks of.
func TestPutAndPatch(t *testing.T) {
	t.Parallel()
	s := start(t)
	var note Note
	s.demo.Get(s.mine).Status(200).Header("ETag", `"1.1"`).JSON(&note)
	require.Equal(t, Content{Title: "Groceries", Text: "Milk, bread, a lemon.", Pinned: true}, note.Content)

	s.demo.Patch(s.mine, map[string]any{"title": "Shopping"}, ifMatch(`"1.1"`)).Status(200).Header("ETag", `"1.2"`).JSON(&note)
	require.Equal(t, Content{Title: "Shopping", Text: "Milk, bread, a lemon.", Pinned: true}, note.Content, "what is absent stays")
	s.demo.Patch(s.mine, map[string]any{"pinned": false}, ifMatch(`"1.2"`)).Status(200).JSON(&note)
	require.Equal(t, Content{Title: "Shopping", Text: "Milk, bread, a lemon."}, note.Content, "false is a value")
	s.demo.Patch(s.mine, map[string]any{"text": nil}, ifMatch(`"1.3"`)).Status(200).JSON(&note)
	require.Equal(t, Content{Title: "Shopping"}, note.Content, "null empties")

	s.demo.Put(s.mine, Content{Title: "List", Text: "Tea", Pinned: true}, ifMatch(`"1.4"`)).Status(200).JSON(&note)
	require.Equal(t, Content{Title: "List", Text: "Tea", Pinned: true}, note.Content)
	s.demo.Put(s.mine, map[string]any{"title": "Again"}, ifMatch(`"1.5"`)).Status(200).JSON(&note)
	require.Equal(t, Content{Title: "Again"}, note.Content, "what is absent is emptied")
}

func TestConditions(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.demo.Get(s.mine, wendtest.Header("If-None-Match", `"1.1"`)).Status(304).Header("ETag", `"1.1"`).BodyIs("")
	s.demo.Get(s.mine, wendtest.Header("If-None-Match", `"1.0"`)).Status(200)
	change := map[string]any{"text": "x"}
	s.demo.Patch(s.mine, change).Problem(428)
	s.demo.Patch(s.mine, change, ifMatch(`"1.0"`)).Problem(412)
	s.demo.Patch(s.mine, change, ifMatch(`"1.1"`)).Status(200).Header("ETag", `"1.2"`)
	s.demo.Patch(s.mine, change, ifMatch(`"1.1"`)).Problem(412)
	s.demo.Put(s.mine, Content{Title: "x"}).Problem(428)
	s.demo.Delete(s.mine).Problem(428)
	s.demo.Delete(s.mine, ifMatch(`"1.1"`)).Problem(412)
	s.demo.Delete(s.mine, ifMatch(`"1.2"`)).Status(204)
	s.demo.Delete(s.mine, ifMatch("*")).Problem(404)
}

// Of many who have seen the same state, one changes it and the others are told.
func TestConcurrentChanges(t *testing.T) {
	t.Parallel()
	s := start(t)
	const clients = 12
	statuses := make(chan int, clients)
	var wg sync.WaitGroup
	for i := range clients {
		wg.Go(func() {
			body := map[string]any{"text": fmt.Sprint("by ", i)}
			statuses <- s.demo.Patch(s.mine, body, ifMatch(`"1.1"`)).Raw().StatusCode
		})
	}
	wg.Wait()
	close(statuses)
	count := map[int]int{}
	for status := range statuses {
		count[status]++
	}
	require.Equal(t, map[int]int{200: 1, 412: clients - 1}, count)
	s.demo.Get(s.mine).Status(200).Header("ETag", `"1.2"`)
}

// Pinning one note unpins another: two statements that belong together.
func TestPinned(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.demo.Post("/notes", Content{Title: "New", Pinned: true}).Status(201).Header("Location", "/notes/6").Header("ETag", `"6.1"`)
	var notes []Note
	s.demo.Get("/notes").Status(200).JSON(&notes)
	var pinned []int64
	for _, n := range notes {
		if n.Pinned {
			pinned = append(pinned, n.ID)
		}
	}
	require.Equal(t, []int64{6}, pinned)
	s.demo.Get(s.mine).Header("ETag", `"1.2"`)
}

// The audit is written behind the response, and only for what was committed.
func TestHistory(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.demo.Patch(s.mine, map[string]any{"text": "x"}, ifMatch(`"1.0"`)).Problem(412)
	s.demo.Patch(s.mine, map[string]any{"text": "x"}, ifMatch(`"1.1"`)).Status(200)
	require.NoError(t, <-s.tasks)
	var lines []auditLine
	s.demo.Get(s.mine + "/history").Status(200).JSON(&lines)
	require.Len(t, lines, 1)
	require.Equal(t, auditLine{"demo", "changed", lines[0].At}, lines[0])
}

func TestBadInput(t *testing.T) {
	t.Parallel()
	s := start(t)
	whatever := ifMatch("*")
	for _, tt := range []struct {
		name string
		got  *wendtest.Response
		want int
		errs []string
	}{
		{"no title", s.demo.Post("/notes", map[string]any{}), 422, []string{"body /title required"}},
		{"unknown member", s.demo.Post("/notes", map[string]any{"title": "a", "owner": "ada"}), 422, []string{"body /owner unknown"}},
		{"wrong types", s.demo.Post("/notes", map[string]any{"title": 1, "pinned": "yes"}), 422, []string{"body /title type", "body /pinned type"}},
		{
			"members that do not go together", s.demo.Post("/notes", Content{Title: "a", Pinned: true, Archived: true}),
			422,
			[]string{"body /pinned archived"},
		},
		{
			"a patch that does not go with the note", s.demo.Patch(s.archived, map[string]any{"pinned": true}, whatever),
			422,
			[]string{"body /pinned archived"},
		},
		{"null for a title", s.demo.Patch(s.mine, map[string]any{"title": nil}, whatever), 422, []string{"body /title type"}},
		{"an empty title", s.demo.Patch(s.mine, map[string]any{"title": ""}, whatever), 422, []string{"body /title min"}},
		{"a patch of what is fixed", s.demo.Patch(s.mine, map[string]any{"id": 7}, whatever), 422, []string{"body /id unknown"}},
		{"id is no number", s.demo.Get("/notes/x"), 422, []string{"path /id type"}},
		{
			"id, and a body: told together", s.demo.Put("/notes/0", map[string]any{}, whatever),
			422,
			[]string{"path /id min", "body /title required"},
		},
		{"limit is 0", s.demo.Get("/notes?limit=0"), 422, []string{"query /limit min"}},
		{"no scopes", s.demo.Post("/tokens", map[string]any{"scopes": []string{}}), 422, []string{"body /scopes min"}},
		{"an unknown scope", s.demo.Post("/tokens", map[string]any{"scopes": []string{"root"}}), 422, []string{"body /scopes/0 oneof"}},
		{"too large", s.demo.Post("/notes", Content{Title: "a", Text: string(make([]byte, 70<<10))}), 413, nil},
		{"no JSON", s.demo.Post("/notes", []byte("title: a"), wendtest.ContentType("text/yaml")), 415, nil},
	} {
		t.Run(tt.name, func(t *testing.T) { tt.got.Problem(tt.want, tt.errs...) })
	}
}

// The headers are those of the group, and the documentation has its own.
func TestHeaders(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.nobody.Get(s.hers).Header("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'").
		Header("Cache-Control", "private, no-cache").Header("X-Content-Type-Options", "nosniff")
	require.NotEmpty(t, s.nobody.Get("/me").Raw().Header.Get("X-Request-Id"))
	s.nobody.Get("/docs").Status(200).NoHeader("X-Frame-Options")
	s.nobody.Get("/readyz").Status(200).BodyContains(`"database":"ok"`)
}

// The document states what the tokens are asked for.
func TestDocument(t *testing.T) {
	t.Parallel()
	s := start(t)
	var doc struct {
		Paths map[string]map[string]struct {
			Security []map[string][]string `json:"security"`
		} `json:"paths"`
		Components struct {
			SecuritySchemes map[string]map[string]string `json:"securitySchemes"`
		} `json:"components"`
	}
	require.NoError(t, json.Unmarshal(s.nobody.Get("/openapi.json").Status(200).Bytes(), &doc))
	require.Equal(t, map[string]map[string]string{"bearer": {"type": "http", "scheme": "bearer"}}, doc.Components.SecuritySchemes)
	require.Equal(t, []map[string][]string{{"bearer": {"notes:write"}}}, doc.Paths["/notes"]["post"].Security)
	require.Equal(t, []map[string][]string{{"bearer": {"notes:read"}}, {}}, doc.Paths["/notes/{id}"]["get"].Security, "or none")
	require.Equal(t, []map[string][]string{{"bearer": {}}}, doc.Paths["/me"]["get"].Security)
	s.nobody.Get("/me").Problem(401)
}

// TestContract sends what can be made of the document, with a good token and with none.
func TestContract(t *testing.T) {
	t.Parallel()
	db := database(t)
	require.NoError(t, seed(t.Context(), db))
	token, err := tokenOf(t.Context(), db, "demo")
	require.NoError(t, err)
	r := newRouter(db, slog.New(slog.DiscardHandler))
	contract.Secured(t, r)
	contract.Fuzz(t, r, contract.Client(wendtest.Bearer(token)), contract.Requests(30))
}
