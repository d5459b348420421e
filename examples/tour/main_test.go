package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"image"
	"image/png"
	"io/fs"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/wend-go/wend"
	"github.com/wend-go/wend/middleware"
	"github.com/wend-go/wend/openapi"
	"github.com/wend-go/wend/wendtest"
	"github.com/wend-go/wend/wendtest/contract"
)

var update = flag.Bool("update", false, "write testdata/openapi.json")

// service is the whole service, over a store of its own.
func service(t *testing.T) (*wend.Router, *store) {
	t.Helper()
	s, err := openStore(t.Context(), t.TempDir())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	r := newRouter(s, settings{
		logger: slog.New(slog.NewTextHandler(t.Output(), nil)),
		origin: "https://tour.example",
		rate:   middleware.Rate{PerSecond: 1e6, Burst: 1e6},
		logins: middleware.Rate{PerSecond: 1, Burst: 6},
		rounds: 1, // a test need not be slow to guess
	})
	require.NoError(t, r.Start(t.Context()))
	t.Cleanup(func() { require.NoError(t, r.Stop(context.Background())) }) // waits for tasks, too
	return r, s
}

// newClient is nobody's; every answer that it gets is held to the document.
func newClient(t *testing.T) *wendtest.Client {
	t.Helper()
	r, _ := service(t)
	return wendtest.New(t, contract.Check(t, r))
}

func signedUp(t *testing.T, c *wendtest.Client, name string) wendtest.Option {
	t.Helper()
	var s Session
	who := map[string]string{"name": name, "password": "correct horse"}
	c.Post("/users", who).Status(201)
	c.Post("/sessions", who).Status(201).JSON(&s)
	return wendtest.Bearer(s.Token)
}

var (
	danube = Plan{Title: "Danube", First: "2027-05-01", Last: "2027-05-14"}
	// A StopPlan as a client writes it: the Go type does not have the member kind.
	night = map[string]any{
		"title": "Regensburg", "day": "2027-05-03",
		"what": map[string]any{"kind": "stay", "nights": 2, "address": "Am Markt 1"},
	}
)

func TestUsers(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	c.Post("/users", map[string]string{"name": "Ada"}).Problem(422, "body /name pattern", "body /password required")
	ada := c.With(signedUp(t, c, "ada"))
	who := map[string]string{"name": "ada", "password": "wrong horse"}
	c.Post("/users", who).Problem(409)
	c.Post("/sessions", who).Problem(401).Header("WWW-Authenticate", "Bearer")
	ada.Get("/trips").Status(200).BodyIs("[]")

	// Tokens end; the clock is the test's, for this client alone.
	later := clock(func() time.Time { return time.Now().Add(sessionLife + time.Second) })
	ada.With(wendtest.Supply(later)).Get("/trips").Problem(401)
	ada.Delete("/sessions/current").Status(204)
	ada.Get("/trips").Problem(401)

	c.Post("/sessions", who).Problem(401)
	c.Post("/sessions", who).Problem(429)
}

func TestTrips(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	ada, bob := c.With(signedUp(t, c, "ada")), c.With(signedUp(t, c, "bob"))
	var made Trip
	ada.Post("/trips", danube).Status(201).Header("Location", "/trips/1").JSON(&made)
	require.Equal(t, Trip{ID: 1, Plan: danube}, made)
	ada.Post("/trips", danube).Problem(409)
	ada.Post("/trips", Plan{Title: "Back", First: "2027-05-02", Last: "2027-05-01"}).Problem(422, "body /last before_first")
	ada.Post("/trips", Plan{Title: "Inn", First: "2027-06-01", Last: "2027-06-01"}).Status(201)

	ada.Get("/trips?limit=1").Status(200).Header("Link", `</trips?after=1&limit=1>; rel="next"`)
	var rest []Trip
	ada.Get("/trips?after=1&limit=1").Status(200).NoHeader("Link").JSON(&rest)
	require.Len(t, rest, 1)
	bob.Get("/trips").Status(200).BodyIs("[]")
	bob.Get("/trips/1").Problem(404)

	ada.Patch("/trips/1", map[string]any{"last": "2027-05-20"}).Status(200).JSON(&made)
	require.Equal(t, "2027-05-20", made.Last)
	ada.Patch("/trips/1", map[string]any{"last": "2027-04-20"}).Problem(422, "body /last before_first")
	ada.Patch("/trips/1", map[string]any{"title": nil}).Problem(422, "body /title type")
	ada.Patch("/trips/2", map[string]any{"title": "Danube"}).Problem(409)
	ada.Delete("/trips/1").Status(204)
	ada.Get("/trips/1").Problem(404)
}

func TestStops(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	ada := c.With(signedUp(t, c, "ada"))
	ada.Post("/trips", danube).Status(201)
	const stops = "/trips/1/stops"
	made := `{"id":1,"photo":null,"title":"Regensburg","day":"2027-05-03","what":{"kind":"stay","nights":2,"address":"Am Markt 1"}}`
	ada.Post(stops, night).Status(201).BodyIs(made)
	ada.Get(stops + "/1").Status(200).BodyIs(made)

	for item, what := range map[string]map[string]any{
		"body /what/kind oneof":    {"kind": "flight"},
		"body /what/kind required": {"nights": 2},
		"body /what/nights min":    {"kind": "stay", "nights": 0},
		"body /what/by oneof":      {"kind": "ride", "by": "balloon", "from": "A", "to": "B"},
		"body /what/to nefield":    {"kind": "ride", "by": "ship", "from": "A", "to": "A"},
	} {
		ada.Post(stops, map[string]any{"title": "A", "day": "2027-05-03", "what": what}).Problem(422, item)
	}
	ada.Patch(stops+"/1", map[string]any{"day": "2027-07-01"}).Problem(422, "body /day outside")
	ada.Patch(stops+"/1", map[string]any{"what": map[string]any{"kind": "sight", "url": "https://example.com"}}).
		Status(200).BodyContains(`"what":{"kind":"sight","url":"https://example.com"}`)
	ada.Delete(stops + "/1").Status(204)
	ada.Get(stops).Status(200).BodyIs("[]")
}

func photo(t *testing.T, width int) wendtest.Form {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, png.Encode(&b, image.NewGray(image.Rect(0, 0, width, 2))))
	return wendtest.Form{"photo": wendtest.File("a.png", b.Bytes())}
}

func files(t *testing.T, s *store) []string {
	t.Helper()
	names, err := fs.Glob(s.photos.FS(), "*")
	require.NoError(t, err)
	return names
}

func TestPhotos(t *testing.T) {
	t.Parallel()
	r, s := service(t)
	c := wendtest.New(t, contract.Check(t, r))
	ada := c.With(signedUp(t, c, "ada"))
	ada.Post("/trips", danube).Status(201)
	ada.Post("/trips/1/stops", night).Status(201)
	const path = "/trips/1/stops/1/photo"
	ada.Get(path).Problem(404)
	ada.Put(path, wendtest.Form{"photo": wendtest.File("a.png", "no picture")}).Problem(422, "form /photo mime")
	require.Empty(t, files(t, s))

	ada.Put(path, photo(t, 3)).Status(200)
	ada.Get(path, wendtest.Header("Range", "bytes=1-3")).Status(206).BodyIs("PNG")
	old := files(t, s)
	require.Len(t, old, 1)
	ada.Put(path, photo(t, 4)).Status(200)
	require.Len(t, files(t, s), 1)
	require.NotEqual(t, old, files(t, s))
	ada.Delete("/trips/1").Status(204)
	require.Empty(t, files(t, s))
}

// What a request has saved does not outlive its failure.
func TestAlbum_rollback(t *testing.T) {
	t.Parallel()
	_, s := service(t)
	a, end, err := openAlbum(t.Context(), albumInput{s.photos, slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	require.NoError(t, s.photos.WriteFile("old", nil, 0o600))
	require.NoError(t, s.photos.WriteFile("new", nil, 0o600))
	a.saved = append(a.saved, "new")
	a.drop("old")
	require.NoError(t, end(errors.New("no commit")))
	require.Equal(t, []string{"old"}, files(t, s))
}

func TestWatch(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	ada := c.With(signedUp(t, c, "ada"))
	ada.Post("/trips", danube).Status(201)
	watching := ada.Get("/trips/1/events").Status(200)
	ada.Post("/trips/1/stops", night).Status(201)
	ada.Patch("/trips/1", map[string]any{"title": "Donau"}).Status(200)
	ada.Delete("/trips/1/stops/1").Status(204)

	var seen []string
	for e, err := range wendtest.Events[json.RawMessage](watching) {
		require.NoError(t, err)
		if seen = append(seen, e.ID+" "+e.Name); len(seen) == 3 {
			break
		}
	}
	watching.Close()
	require.Equal(t, []string{"1 stop_added", "2 trip_changed", "3 stop_removed"}, seen)

	again := ada.Get("/trips/1/events", wendtest.Header("Last-Event-ID", "2")).Status(200)
	for e, err := range wendtest.Events[json.RawMessage](again) {
		require.NoError(t, err)
		require.JSONEq(t, `{"kind":"stop_removed","id":1}`, string(e.Data))
		break
	}
	again.Close()
}

func TestPages(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	preflight := c.Options("/trips", wendtest.Header("Origin", "https://tour.example"),
		wendtest.Header("Access-Control-Request-Method", "POST"), wendtest.Header("Access-Control-Request-Headers", "authorization"))
	preflight.Status(204).Header("Access-Control-Allow-Origin", "https://tour.example")
	c.Get("/trips", wendtest.Header("X-Request-Id", "a1")).Problem(401).Header("X-Request-Id", "a1")
	c.Get("/docs").Status(200)
	c.Get("/readyz").Status(200)
}

func TestContract(t *testing.T) {
	t.Parallel()
	r, _ := service(t)
	c := wendtest.New(t, r)
	token := signedUp(t, c, "ada")
	ada := c.With(token)
	ada.Post("/trips", danube).Status(201)
	ada.Post("/trips/1/stops", night).Status(201)
	ada.Put("/trips/1/stops/1/photo", photo(t, 3)).Status(200)
	contract.Secured(t, r)
	contract.Fuzz(t, r, contract.Client(token), contract.Requests(20), contract.Skip("DELETE /sessions/current"))
}

// The document is in testdata: whoever changes the API sees it there.
func TestDocument(t *testing.T) {
	t.Parallel()
	r, _ := service(t)
	doc, err := openapi.Build(info, r.Routes())
	require.NoError(t, err)
	if *update {
		require.NoError(t, openapi.WriteFile("testdata/openapi.json", doc))
	}
	old, err := openapi.ReadFile("testdata/openapi.json")
	require.NoError(t, err)
	require.Empty(t, openapi.Diff(old, doc), "run the test with -update, and review the difference")
}
