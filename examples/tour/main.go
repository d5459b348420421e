// Tour plans trips: who signs up keeps trips, each a list of stops with a photo, and
// watches on one screen what is changed on another.
//
//	go run -C examples ./tour
//
// It listens on ADDR, else on the port in PORT, else on 8080, and keeps a database and
// photos in the directory DATA, else in tour-data. The routes are in this file, handlers
// in users.go, trips.go, stops.go, photos.go and changes.go, what opens the database in
// store.go.
package main

import (
	"cmp"
	"context"
	"database/sql"
	"log"
	"log/slog"
	"net/http"
	"os"
	"time"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/binding"
	"github.com/wend-go/wend/dbtx"
	"github.com/wend-go/wend/middleware"
	"github.com/wend-go/wend/middleware/cors"
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
	s, err := openStore(ctx, cmp.Or(os.Getenv("DATA"), "tour-data"))
	if err != nil {
		return err
	}
	defer s.Close()
	return newRouter(s, settings{
		logger: slog.New(slog.NewTextHandler(os.Stderr, nil)),
		origin: cmp.Or(os.Getenv("ORIGIN"), "http://localhost:3000"),
		rate:   middleware.Rate{PerSecond: 20, Burst: 100},
		logins: middleware.Rate{PerSecond: 0.2, Burst: 10},
		rounds: 600_000,
	}).Run(ctx, os.Getenv("ADDR"))
}

// settings is what a test wants otherwise than main does.
type settings struct {
	logger       *slog.Logger
	origin       string          // whose pages may use the service
	rate, logins middleware.Rate // of all requests, and of those with a password
	rounds       int             // how slow it is to try a password
}

// clock is a type of its own, so that a test can supply another.
type clock func() time.Time

var info = openapi.Info{
	Title: "Tour", Version: "1.0.0",
	Description: "Trips, day by day. POST /sessions gives the token that the rest asks for.",
}

// types are the interfaces in bodies: the router reads and writes them, and so does the
// database.
var types = binding.NewSet(binding.Types(whats, changes))

func newRouter(s *store, set settings) *wend.Router {
	r := wend.New(
		wend.Logger(set.logger),
		wend.Drain(10*time.Second, 0),
		wend.Binding(types),
		wend.OnStart(s.startSweep), wend.OnStop(s.stopSweep),
		wend.With(
			middleware.RequestID(),
			middleware.Log(set.logger),
			// Outside of the limit and the guards, so that a page can read what they say.
			cors.New(cors.Options{
				Origins: []string{set.origin},
				Headers: []string{"Accept", "Authorization", "Content-Type", "Last-Event-ID"},
				Exposed: []string{"Link", "Location", "X-Request-Id"},
			}),
		),
	)
	r.Handle("GET /readyz", middleware.Ready(r.Draining(), middleware.Check{Name: "db", Run: s.db.PingContext}), wend.Hidden())
	docs.Mount(r, info)

	service := r.Group("", wend.MaxBody(16<<10), wend.With(
		middleware.SecureHeaders(middleware.Secure{}),
		middleware.RateLimit(set.rate),
	))
	wend.Supply(service, s.db)
	wend.Supply(service, s.photos)
	wend.Supply(service, clock(time.Now))
	wend.Supply(service, newBell())
	wend.Provide(service, currentUser, wend.Secure(security.Bearer("")))
	routeUsers(service, accounts{set.rounds}, set.logins)
	routeTrips(service, s.db)
	return r
}

func routeUsers(service *wend.Router, a accounts, limit middleware.Rate) {
	// A limit of its own: a password is guessed by asking often.
	guessed := service.Group("", wend.Tags("users"), wend.Timeout(5*time.Second), wend.With(middleware.RateLimit(limit)))
	wend.Post(guessed, "/users", a.signUp, wend.Status(http.StatusCreated), wend.Errors(errNameTaken))
	wend.Post(guessed, "/sessions", a.logIn, wend.Status(http.StatusCreated), wend.Errors(errCredentials))
	wend.Delete(service, "/sessions/current", logOut, wend.Tags("users"))
}

func routeTrips(service *wend.Router, db *sql.DB) {
	trips := service.Group("/trips", wend.Tags("trips"), wend.Timeout(5*time.Second))
	// The album ends behind the transaction, because it begins before it: inputs have it
	// in a field further up.
	wend.ProvideScoped(trips, openAlbum)
	dbtx.Provide(trips, db, nil)
	wend.Provide(trips, readTx)
	wend.Provide(trips, newJournal)
	wend.Provide(trips, findTrip)
	wend.Provide(trips, findStop)
	wend.Get(trips, "", listTrips)
	wend.Post(trips, "", createTrip, wend.Status(http.StatusCreated), wend.Errors(errTitleTaken))

	trip := trips.Group("/{trip}", wend.Errors(errNoTrip))
	wend.Get(trip, "", getTrip)
	wend.Patch(trip, "", editTrip, wend.Errors(errTitleTaken))
	wend.Delete(trip, "", deleteTrip)

	stops := trip.Group("/stops", wend.Tags("stops"))
	wend.Get(stops, "", listStops)
	wend.Post(stops, "", createStop, wend.Status(http.StatusCreated))
	stop := stops.Group("/{stop}", wend.Errors(errNoStop))
	wend.Get(stop, "", getStop)
	wend.Patch(stop, "", editStop)
	wend.Delete(stop, "", deleteStop)
	// The form is a little more than the photo in it, which may have 2 MB.
	wend.Put(stop, "/photo", putPhoto, wend.MaxBody(2<<20+4<<10))

	// What is sent for as long as the client listens must not hold a transaction open, nor
	// has it a deadline.
	slow := trip.Group("", wend.Timeout(0))
	wend.Supply[reader](slow, db)
	wend.Get(slow, "/events", watch)
	wend.Get(slow, "/stops/{stop}/photo", getPhoto, wend.Tags("stops"), wend.Errors(errNoStop, errNoPhoto))
}
