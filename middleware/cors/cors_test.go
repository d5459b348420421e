package cors_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend/middleware/cors"
)

var hello = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "hello") })

// ask sends one request, with header lines "Name: value".
func ask(h http.Handler, method string, lines ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "/", nil)
	for _, line := range lines {
		name, value, _ := strings.Cut(line, ": ")
		r.Header.Add(name, value)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestNew(t *testing.T) {
	t.Parallel()
	exact := cors.Options{Origins: []string{"https://a.example"}}
	tests := []struct {
		name    string
		options cors.Options
		method  string
		lines   []string
		status  int
		allowed string // Access-Control-Allow-Origin
		body    string
	}{
		{"zero lets nobody", cors.Options{}, "GET", []string{"Origin: https://a.example"}, 200, "", "hello"},
		{"no origin", exact, "GET", nil, 200, "", "hello"},
		{"exact", exact, "GET", []string{"Origin: https://a.example"}, 200, "https://a.example", "hello"},
		{"another", exact, "GET", []string{"Origin: https://b.example"}, 200, "", "hello"},
		{"longer, CVE-2022-1996", exact, "GET", []string{"Origin: https://a.example.evil.test"}, 200, "", "hello"},
		{"another scheme", exact, "GET", []string{"Origin: http://a.example"}, 200, "", "hello"},
		{"another port", exact, "GET", []string{"Origin: https://a.example:8443"}, 200, "", "hello"},
		{"null", exact, "GET", []string{"Origin: null"}, 200, "", "hello"},
		{"two origins", exact, "GET", []string{"Origin: https://a.example", "Origin: https://evil.test"}, 200, "", "hello"},
		{
			"preflight", exact, "OPTIONS",
			[]string{"Origin: https://a.example", "Access-Control-Request-Method: PUT"},
			204, "https://a.example", "",
		},
		{
			"preflight of a stranger", exact, "OPTIONS",
			[]string{"Origin: https://b.example", "Access-Control-Request-Method: PUT"},
			204, "", "",
		},
		{
			"preflight for a method that is not allowed", exact, "OPTIONS",
			[]string{"Origin: https://a.example", "Access-Control-Request-Method: TRACE"},
			204, "", "",
		},
		{"OPTIONS without what makes it a preflight", exact, "OPTIONS", []string{"Origin: https://a.example"}, 200, "https://a.example", "hello"},
		{"OPTIONS with a method and no origin", exact, "OPTIONS", []string{"Access-Control-Request-Method: PUT"}, 200, "", "hello"},
		{"everybody", cors.Options{Origins: []string{"*"}}, "GET", []string{"Origin: https://x.example"}, 200, "*", "hello"},
	}
	for _, test := range tests {
		w := ask(cors.New(test.options)(hello), test.method, test.lines...)
		require.Equal(t, test.status, w.Code, test.name)
		require.Equal(t, test.allowed, w.Header().Get("Access-Control-Allow-Origin"), test.name)
		require.Equal(t, test.body, w.Body.String(), test.name)
		require.Contains(t, strings.Join(w.Header()["Vary"], ","), "Origin", test.name)
		require.Len(t, w.Header()["Vary"], 1, test.name)
	}
}

func TestNew_preflight(t *testing.T) {
	t.Parallel()
	preflight := []string{"Origin: https://a.example", "Access-Control-Request-Method: PUT", "Access-Control-Request-Headers: x-one"}
	o := cors.Options{Origins: []string{"https://a.example"}, Headers: []string{"X-One"}, Credentials: true}
	w := ask(cors.New(o)(hello), "OPTIONS", preflight...)
	require.Equal(t, http.Header{
		"Access-Control-Allow-Origin": {"https://a.example"}, "Access-Control-Allow-Methods": {"PUT"},
		"Access-Control-Allow-Headers": {"x-one"}, "Access-Control-Allow-Credentials": {"true"}, "Access-Control-Max-Age": {"600"},
		"Vary": {"Origin, Access-Control-Request-Method, Access-Control-Request-Headers"},
	}, w.Header())
	for d, want := range map[time.Duration]string{time.Minute: "60", -1: "0"} {
		o.MaxAge = d
		require.Equal(t, want, ask(cors.New(o)(hello), "OPTIONS", preflight...).Header().Get("Access-Control-Max-Age"))
	}
	many := append(preflight[:2:2], "Access-Control-Request-Headers: "+strings.Repeat("a,", 50_000)) // CVE-2025-47908
	require.Empty(t, ask(cors.New(o)(hello), "OPTIONS", many...).Header().Get("Access-Control-Allow-Origin"))
}

// The names of headers are the same in any case and order.
func TestNew_preflightHeaders(t *testing.T) {
	t.Parallel()
	h := cors.New(cors.Options{Origins: []string{"https://a.example"}, Headers: []string{"X-One", "Content-Type"}})(hello)
	for _, test := range []struct {
		asked   []string
		allowed string
	}{
		{[]string{"X-One"}, "x-one"},
		{[]string{"x-one, Content-Type"}, "content-type,x-one"},
		{[]string{"X-ONE,,\tx-one , "}, "x-one"},
		{[]string{"X-One", "Content-Type"}, "content-type,x-one"},
		{[]string{"X-Two, X-One"}, ""},
		{[]string{"x one"}, ""},
	} {
		lines := []string{"Origin: https://a.example", "Access-Control-Request-Method: PUT"}
		for _, asked := range test.asked {
			lines = append(lines, "Access-Control-Request-Headers: "+asked)
		}
		w := ask(h, "OPTIONS", lines...)
		require.Equal(t, test.allowed, w.Header().Get("Access-Control-Allow-Headers"), test.asked)
		require.Equal(t, test.allowed != "", w.Header().Get("Access-Control-Allow-Origin") != "", test.asked)
	}
}

func TestNew_wildcard(t *testing.T) {
	t.Parallel()
	h := cors.New(cors.Options{Origins: []string{"https://*.example.com", "http://*.test.example:8080"}})(hello)
	for origin, want := range map[string]bool{
		"https://a.example.com": true, "https://a.b.example.com": true, "http://a.test.example:8080": true,
		"https://example.com": false, "https://.example.com": false, "https://a.example.com.evil.test": false,
		"https://evil.test/.example.com": false, "https://evil.test#.example.com": false, "https://evil.test?.example.com": false,
		"https://user@x.example.com": false, "http://a.example.com": false, "https://aexample.com": false,
		"https://a..example.com": false, "https://A.example.com": false, "http://a.test.example": false,
		"https://" + strings.Repeat("a", 400) + ".example.com": false,
	} {
		got := ask(h, "GET", "Origin: "+origin).Header().Get("Access-Control-Allow-Origin") == origin
		require.Equal(t, want, got, origin)
	}
}

func TestNew_refused(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		options cors.Options
		want    string
	}{
		{"everybody with credentials", cors.Options{Origins: []string{"*"}, Credentials: true}, "act as the user"},
		{"everybody and one", cors.Options{Origins: []string{"*", "https://a.example"}}, "stands alone"},
		{"null", cors.Options{Origins: []string{"null"}}, "everybody's"},
		{"no scheme", cors.Options{Origins: []string{"a.example"}}, "not an origin"},
		{"path", cors.Options{Origins: []string{"https://a.example/"}}, "not an origin"},
		{"upper case", cors.Options{Origins: []string{"https://A.example"}}, "lower case"},
		{"usual port", cors.Options{Origins: []string{"https://a.example:443"}}, "usual port"},
		{"trailing dot", cors.Options{Origins: []string{"https://a.example."}}, "does not end"},
		{"user", cors.Options{Origins: []string{"https://u@a.example"}}, "not an origin"},
		{"top-level domain", cors.Options{Origins: []string{"https://*.com"}}, "top-level"},
		{"wildcard inside", cors.Options{Origins: []string{"https://a*.example.com"}}, "wildcard"},
		{"wildcard of a scheme", cors.Options{Origins: []string{"*://a.example"}}, "not an origin"},
		{"any header with credentials", cors.Options{Headers: []string{"*"}, Credentials: true}, "credentials"},
		{"any method", cors.Options{Methods: []string{"*"}}, "no method"},
		{"bad header", cors.Options{Headers: []string{"a b"}}, "not a header"},
		{"bad method", cors.Options{Methods: []string{"GET,POST"}}, "not a method"},
		{"short", cors.Options{MaxAge: time.Millisecond}, "whole seconds"},
	}
	for _, test := range tests {
		func() {
			defer func() { require.Contains(t, fmt.Sprint(recover()), test.want, test.name) }()
			cors.New(test.options)
		}()
	}
}

// FuzzOrigin holds that an origin that is let in is the one that is echoed, and has
// the host that the list names.
func FuzzOrigin(f *testing.F) {
	for _, s := range []string{"https://a.example", "https://x.example.com", "null", "https://x.example.com.evil", "https://x@y.example.com"} {
		f.Add(s)
	}
	h := cors.New(cors.Options{Origins: []string{"https://a.example", "https://*.example.com"}})(hello)
	f.Fuzz(func(t *testing.T, origin string) {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header["Origin"] = []string{origin}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		allowed := w.Header().Get("Access-Control-Allow-Origin")
		if allowed == "" {
			return
		}
		if allowed != origin || !strings.HasPrefix(origin, "https://") || origin != "https://a.example" && !strings.HasSuffix(origin, ".example.com") ||
			strings.ContainsAny(origin[len("https://"):], "/\\?#@: \t") {
			t.Errorf("%q is let in as %q", origin, allowed)
		}
	})
}

func ExampleNew() {
	h := cors.New(cors.Options{Origins: []string{"https://app.example.com"}, Credentials: true})(hello)
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Origin", "https://app.example.com")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	fmt.Println(w.Header().Get("Access-Control-Allow-Origin"), w.Header().Get("Vary"))
	// Output: https://app.example.com Origin
}
