package howto_test

import (
	"fmt"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/openapi"
)

// The document of the service that is left, against that of the service that takes its place.
func Example_sameDocument() {
	r := wend.New(wend.OnError(fastAPI, "application/json"))
	wend.Get(r, "/items/{item_id}", readItem)

	old, err := openapi.ReadFile("testdata/fastapi.json")
	if err != nil {
		fmt.Println(err)
		return
	}
	is, err := openapi.Build(openapi.Info{Title: "Items", Version: "0.1.0"}, r.Routes())
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, change := range openapi.Diff(old, is) {
		if change.Breaking {
			fmt.Println(change)
		}
	}
	// Output:
	// breaking: GET /items/{item_id}: response 200 /price: the member is gone
	// breaking: GET /items/{item_id}: response 422 /detail: the type is absent, was "array"
	// breaking: GET /items/{item_id}: response 422 /detail/*: items is absent, was {"$ref":"#/components/schemas/ValidationError"}
}
