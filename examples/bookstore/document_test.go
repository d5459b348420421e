package main

import (
	"net/http/httptest"
	"testing"

	"github.com/wend-go/wend/internal/golden"
)

// A changed document is a changed API: look at the difference before -update.
func TestDocument_golden(t *testing.T) {
	t.Parallel()
	w := httptest.NewRecorder()
	service(t).ServeHTTP(w, httptest.NewRequest("GET", "/openapi.json", nil))
	golden.Equal(t, "testdata/openapi.json", w.Body.Bytes())
}
