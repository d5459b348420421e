package docs_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/openapi"
	"github.com/wend-go/wend/openapi/docs"
)

// sink is a writer that keeps nothing, so that only the handler's own allocations count.
type sink struct{ header http.Header }

func (s *sink) Header() http.Header         { return s.header }
func (s *sink) WriteHeader(int)             {}
func (s *sink) Write(p []byte) (int, error) { return len(p), nil }

// Serving the document allocates at most twice: it is built, and written, once.
func TestMount_allocations(t *testing.T) {
	r := wend.New()
	wend.Get(r, "/", func(context.Context, wend.None) (string, error) { return "", nil })
	docs.Mount(r, openapi.Info{Title: "Small", Version: "1"})
	etag := httptest.NewRecorder()
	r.ServeHTTP(etag, httptest.NewRequest("GET", "/openapi.json", nil))
	for name, prepare := range map[string]func(*http.Request){
		"whole":        func(*http.Request) {},
		"not modified": func(r *http.Request) { r.Header.Set("If-None-Match", etag.Header().Get("ETag")) },
	} {
		for _, path := range []string{"/openapi.json", "/openapi.yaml"} {
			req := httptest.NewRequest("GET", path, nil)
			prepare(req)
			w := &sink{http.Header{}}
			r.ServeHTTP(w, req)
			require.LessOrEqual(t, testing.AllocsPerRun(100, func() { r.ServeHTTP(w, req) }), 2.0, "%s %s", name, path)
		}
	}
}
