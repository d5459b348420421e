package openapi_test

import (
	"encoding/json"
	"testing"

	"github.com/wend-go/wend/openapi"
)

// Whatever a document holds, it is read and compared without a panic, and what was
// read is written in a form that reads as the same.
func FuzzDiff(f *testing.F) {
	known := build(f, sink())
	f.Add([]byte(text(f, known)))
	f.Add([]byte(`{"paths":{"/a":{"get":{"parameters":[{"$ref":"#/paths"}],"responses":{"200":{"content":{"a/b":{"schema":{"anyOf":[{"$ref":"#/components/schemas/A"},{"type":"null"}]}}}}}}}},"components":{"schemas":{"A":{"$ref":"#/components/schemas/A","type":["object","null"],"properties":{"a":{"$ref":"#/components/schemas/A"}}}}}}`))
	f.Add([]byte(`{"paths":{"/":{"x-any":{"get":{}},"x-b":1}},"x-c":"\\u003c"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var doc openapi.Document
		if json.Unmarshal(data, &doc) != nil {
			return
		}
		openapi.Diff(&doc, known)
		openapi.Diff(known, &doc)
		if changes := openapi.Diff(&doc, &doc); len(changes) > 0 {
			t.Errorf("a document differs from itself: %v", changes)
		}
		first, err := doc.JSON()
		if err != nil {
			return
		}
		var again openapi.Document
		if err := json.Unmarshal(first, &again); err != nil {
			t.Fatalf("what was written cannot be read: %v\n%s", err, first)
		}
		if second, err := again.JSON(); err != nil || string(second) != string(first) {
			t.Errorf("got %s\nthen %s (%v)", first, second, err)
		}
	})
}
