package kitchen_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend/internal/conformance/kitchen"
	"github.com/wend-go/wend/internal/golden"
	"github.com/wend-go/wend/openapi"
	"github.com/wend-go/wend/wendtest"
	"github.com/wend-go/wend/wendtest/contract"
)

func TestDocument_golden(t *testing.T) {
	t.Parallel()
	for version, file := range map[string]string{"3.1.1": "testdata/openapi-3.1.json", "3.2.0": "testdata/openapi-3.2.json"} {
		doc, err := openapi.Build(kitchen.Info(), kitchen.Routes().Routes(), append(kitchen.Options(), openapi.Version(version))...)
		require.NoError(t, err)
		data, err := doc.JSON()
		require.NoError(t, err)
		golden.Equal(t, file, data)
	}
}

func TestContract(t *testing.T) {
	t.Parallel()
	contract.Secured(t, kitchen.Routes())
	for _, version := range []string{"3.1.1", "3.2.0"} {
		contract.Fuzz(t, kitchen.Routes(), contract.Strict(), contract.Requests(300), contract.Document(openapi.Version(version)))
	}
	contract.Fuzz(t, kitchen.Routes(), contract.Requests(50),
		contract.Client(wendtest.Bearer("admin"), wendtest.Header("X-Key", "secret")))
}

func TestNotes(t *testing.T) {
	t.Parallel()
	c := wendtest.New(t, contract.Check(t, kitchen.New()))
	var note kitchen.Note
	c.Post("/notes", kitchen.Note{Text: "milk", Pin: "1234", Color: "red"}).Status(201).Header("Location", "/notes/1").JSON(&note)
	require.Equal(t, "milk", note.Text)
	c.Get("/notes/1").Status(200)
	c.Get("/notes/2").Problem(404)
	c.Get("/notes", wendtest.Query("limit", 0)).Problem(422, "query /limit min")
	c.Get("/people/me").Status(401)
	c.Get("/people/me", wendtest.Bearer("secret")).Status(200)
	c.Put("/people/me", kitchen.Person{Email: "a@example.com"}, wendtest.Bearer("secret")).Status(403)
	c.Get("/docs").Status(200)
}
