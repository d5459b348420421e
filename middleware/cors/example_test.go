package cors_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/wend-go/wend/middleware/cors"
)

func ExampleOptions() {
	h := cors.New(cors.Options{
		Origins: []string{"https://shop.example"},
		Methods: []string{"GET", "PUT"},
		Headers: []string{"Content-Type"},
		MaxAge:  time.Hour,
	})(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "hello") }))
	for _, origin := range []string{"https://shop.example", "https://evil.example"} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Origin", origin)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		fmt.Printf("%s: %q\n", origin, w.Header().Get("Access-Control-Allow-Origin"))
	}
	// Output:
	// https://shop.example: "https://shop.example"
	// https://evil.example: ""
}
