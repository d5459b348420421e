package profile_test

import (
	"context"
	"expvar"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend/middleware"
	"github.com/wend-go/wend/middleware/profile"
)

func get(target string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	profile.Handler().ServeHTTP(w, httptest.NewRequest("GET", target, nil))
	return w
}

func TestHandler(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, target string
		want         int
		body         string
	}{
		{"list", "/debug/pprof/", 200, "heap"},
		{"text", "/goroutine?debug=1", 200, "goroutine profile"},
		{"protocol buffers", "/debug/pprof/heap?gc=1", 200, "\x1f\x8b"},
		{"unknown", "/nothing", 404, ""},
		{"too long", "/profile?seconds=301", 400, ""},
		{"not a number", "/trace?seconds=x", 400, ""},
	} {
		w := get(test.target)
		require.Equal(t, test.want, w.Code, test.name)
		require.Contains(t, w.Body.String(), test.body, test.name)
		require.Equal(t, "nosniff", w.Header().Get("X-Content-Type-Options"), test.name)
	}
	w := httptest.NewRecorder()
	profile.Handler().ServeHTTP(w, httptest.NewRequest("POST", "/profile", nil))
	require.Equal(t, 405, w.Code)
}

// TestHandler_during takes profiles until the client goes.
func TestHandler_during(t *testing.T) {
	t.Parallel()
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	for _, name := range []string{"profile", "trace"} {
		w := httptest.NewRecorder()
		profile.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/"+name, nil).WithContext(gone))
		require.Equal(t, 200, w.Code, name)
		require.NotZero(t, w.Body.Len(), name)
	}
}

func TestHandler_defaultMux(t *testing.T) {
	t.Parallel()
	_, pattern := http.DefaultServeMux.Handler(httptest.NewRequest("GET", "/debug/pprof/", nil))
	require.Empty(t, pattern, "nothing is mounted by an import")
}

func ExampleHandler() {
	guard := middleware.BasicAuth("operators", middleware.StaticUsers(map[string]string{"ann": "secret"}))
	mux := http.NewServeMux()
	mux.Handle("GET /debug/pprof/", guard(profile.Handler()))
	mux.Handle("GET /debug/vars", guard(expvar.Handler()))
	for _, target := range []string{"/debug/pprof/", "/debug/vars"} {
		for _, password := range []string{"guess", "secret"} {
			r := httptest.NewRequest("GET", target, nil)
			r.SetBasicAuth("ann", password)
			w := httptest.NewRecorder()
			mux.ServeHTTP(w, r)
			fmt.Println(w.Code, strings.Contains(w.Body.String(), "heap") || strings.Contains(w.Body.String(), "memstats"))
		}
	}
	// Output:
	// 401 false
	// 200 true
	// 401 false
	// 200 true
}
