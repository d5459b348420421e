package main

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/security"
	"github.com/wend-go/wend/wendtest"
	"github.com/wend-go/wend/wendtest/contract"
)

// service is the whole service over a database of its own.
func service(t *testing.T) *wend.Router {
	t.Helper()
	db, err := open(t.Context(), filepath.Join(t.TempDir(), "walks.db"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return newRouter(db, users{
		hash("a"): {name: "ada", scopes: []string{"walks:write"}},
		hash("b"): {name: "bob", scopes: []string{"walks:write"}},
	})
}

var rennsteig = Content{Title: "Rennsteig", Country: "DE", Km: 169.3}

func TestCreate(t *testing.T) {
	t.Parallel()
	c := wendtest.New(t, contract.Check(t, service(t)), wendtest.Bearer("a"))
	var w Walk
	c.Post("/walks", rennsteig).Status(201).Header("Location", "/walks/1").JSON(&w)
	require.Equal(t, Walk{ID: 1, Owner: "ada", Content: rennsteig}, w)
	c.Post("/walks", rennsteig).Problem(409)
	c.Post("/walks", Content{Country: "Germany"}).
		Problem(422, "body /title required", "body /country pattern", "body /km min")
}

func TestOwner(t *testing.T) {
	t.Parallel()
	c := wendtest.New(t, contract.Check(t, service(t)))
	ada, bob := c.With(wendtest.Bearer("a")), c.With(wendtest.Bearer("b"))
	ada.Post("/walks", rennsteig).Status(201)
	c.Delete("/walks/1").Problem(401)
	bob.Delete("/walks/1").Problem(403)
	bob.Delete("/walks/2").Problem(404)
	ada.Delete("/walks/1").Status(204)
}

// A test need not have tokens: it replaces the provider of users, for its client alone.
func TestImport(t *testing.T) {
	t.Parallel()
	c := wendtest.New(t, service(t), wendtest.Replace(func(context.Context, wend.None) (user, error) {
		return user{name: "test", scopes: []string{"walks:write"}}, nil
	}))
	c.Post("/walks/import", []Content{rennsteig, rennsteig}).Problem(409)
	c.Get("/walks").Status(200).BodyIs("[]")
}

func TestCurrentUser(t *testing.T) {
	t.Parallel()
	_, err := currentUser(t.Context(), bearer{Users: users{}})
	require.ErrorIs(t, err, security.ErrInvalid)
}

func TestContract(t *testing.T) {
	t.Parallel()
	r := service(t)
	contract.Secured(t, r)
	contract.Fuzz(t, r, contract.Client(wendtest.Bearer("a")), contract.Requests(30))
}
