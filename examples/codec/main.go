// Codec speaks YAML beside JSON. A codec only carries bodies to and from JSON text, so
// unknown members, duplicates, nesting, null and all rules are judged as for JSON.
//
//	go run -C examples ./codec
//	curl -s -H 'Content-Type: application/yaml' -H 'Accept: application/yaml' \
//	  --data-binary $'name: web\nreplicas: 3\n' http://localhost:8080/services
package main

import (
	"context"
	"log"

	"github.com/wend-go/wend"
)

// service is what clients describe, in either language.
type service struct {
	Name     string            `json:"name" validate:"required,max=40"`
	Replicas int               `json:"replicas" validate:"min=1,max=100"`
	Labels   map[string]string `json:"labels" validate:"max=8"`
}

func createService(_ context.Context, in service) (service, error) { return in, nil }

func newRouter() *wend.Router {
	r := wend.New(wend.Codec(yamlCodec{}))
	wend.Post(r, "/services", createService)
	return r
}

func main() {
	if err := newRouter().Run(context.Background(), ""); err != nil {
		log.Fatal(err)
	}
}
