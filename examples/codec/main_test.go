package main

import (
	"testing"

	"github.com/wend-go/wend/wendtest"
	"github.com/wend-go/wend/wendtest/contract"
)

// The document and the program agree in either language.
func TestCodec_contract(t *testing.T) {
	t.Parallel()
	contract.Fuzz(t, newRouter(), contract.Requests(500))
}

func TestCodec(t *testing.T) {
	t.Parallel()
	c := wendtest.New(t, newRouter())
	inYAML := wendtest.ContentType("application/yaml")
	outYAML := wendtest.Header("Accept", "application/yaml")
	post := func(text string, opts ...wendtest.Option) *wendtest.Response {
		return c.Post("/services", []byte(text), append(opts, inYAML)...)
	}

	post("name: web\nreplicas: 3\n").Status(200).Header("Content-Type", "application/json").
		BodyIs(`{"name":"web","replicas":3,"labels":{}}`)
	post("name: web\nreplicas: 3\nlabels: {a: yes, b: '1'}\n", outYAML).Status(200).
		Header("Content-Type", "application/yaml").Header("Vary", "Accept").
		BodyIs("name: web\nreplicas: 3\nlabels:\n    a: yes\n    b: \"1\"\n")
	c.Post("/services", service{Name: "web", Replicas: 1}, outYAML).Status(200).
		BodyIs("name: web\nreplicas: 1\nlabels: {}\n")

	// Rules and strictness are those of JSON.
	post("name: ''\nreplicas: 101\nextra: 1\n").Problem(422, "body /name required", "body /replicas max", "body /extra unknown")
	post("name: web\nreplicas: '3'\n").Problem(422, "body /replicas type")
	post("name: web\nreplicas: null\n").Problem(422, "body /replicas required")
	post("Name: web\nreplicas: 1\n").Problem(422, "body /name required", "body /Name unknown")
	post("name: web\nname: web\nreplicas: 1\n").Problem(400)
	post("a: &a [x]\nb: *a\n").Problem(400)
	post("name: [").Problem(400)
	post("replicas: .inf\nname: web\n").Problem(400)
	post("").Problem(422, "body required")
	c.Post("/services", service{Name: "web", Replicas: 1}, wendtest.Header("Accept", "text/html")).Problem(406)
	c.Post("/services", []byte("<x/>"), wendtest.ContentType("application/xml")).Problem(415)
}
