package docs_test

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/openapi"
	"github.com/wend-go/wend/openapi/docs"
)

var info = openapi.Info{Title: "Notes <1>", Version: "1.0.0"}

type note struct {
	ID int `json:"id"`
}

type noteID struct {
	ID int `path:"id" validate:"min=1"`
}

func getNote(context.Context, noteID) (note, error) { return note{}, nil }

var files = fstest.MapFS{
	"redoc.standalone.js": {Data: []byte("export function init() {}")},
	"secret.js":           {Data: []byte("secret")},
}

func notes(opts ...wend.Option) *wend.Router {
	r := wend.New()
	wend.Get(r, "/notes/{id}", getNote)
	docs.Mount(r, info, append([]wend.Option{docs.ReDoc(files)}, opts...)...)
	return r
}

func ask(h http.Handler, method, path string, header ...string) *http.Response {
	req := httptest.NewRequest(method, path, nil)
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Add(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, req)
	return w.Result()
}

func body(t testing.TB, res *http.Response) string {
	t.Helper()
	data, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	return string(data)
}

const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
	"connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// served is every route, with its media type.
var served = []struct{ path, mediaType string }{
	{"/openapi.json", "application/json"},
	{"/openapi.yaml", "application/yaml"},
	{"/docs", "text/html; charset=utf-8"},
	{"/docs/oauth2-redirect", "text/html; charset=utf-8"},
	{"/docs/init.js", "text/javascript; charset=utf-8"},
	{"/docs/oauth2-redirect.js", "text/javascript; charset=utf-8"},
	{"/docs/page.css", "text/css; charset=utf-8"},
	{"/docs/swagger-ui.css", "text/css; charset=utf-8"},
	{"/docs/swagger-ui-bundle.js", "text/javascript; charset=utf-8"},
	{"/docs/favicon-32x32.png", "image/png"},
	{"/redoc", "text/html; charset=utf-8"},
	{"/redoc/init.js", "text/javascript; charset=utf-8"},
	{"/redoc/page.css", "text/css; charset=utf-8"},
	{"/redoc/redoc.standalone.js", "text/javascript; charset=utf-8"},
}

func TestMount_routes(t *testing.T) {
	t.Parallel()
	r := notes()
	for _, c := range served {
		res := ask(r, "GET", c.path)
		text := body(t, res)
		isPage := strings.HasPrefix(c.mediaType, "text/html")
		switch h := res.Header; {
		case res.StatusCode != 200 || text == "":
			t.Errorf("%s: status %d with %d bytes", c.path, res.StatusCode, len(text))
		case h.Get("Content-Type") != c.mediaType:
			t.Errorf("%s: got the type %q, want %q", c.path, h.Get("Content-Type"), c.mediaType)
		case h.Get("X-Content-Type-Options") != "nosniff":
			t.Errorf("%s: may be sniffed", c.path)
		case isPage == (h.Get("ETag") != ""):
			t.Errorf("%s: page %v, ETag %q", c.path, isPage, h.Get("ETag"))
		case isPage && !strings.HasPrefix(h.Get("Content-Security-Policy"), "default-src 'none'; script-src 'self'; style-src 'self'"):
			t.Errorf("%s: got the policy %q", c.path, h.Get("Content-Security-Policy"))
		}
		head := ask(r, "HEAD", c.path)
		if got := body(t, head); got != "" || head.StatusCode != 200 || head.ContentLength != int64(len(text)) {
			t.Errorf("HEAD %s: status %d, length %d, %d bytes; want 200, %d, 0", c.path, head.StatusCode, head.ContentLength, len(got), len(text))
		}
	}
	for _, path := range []string{"/docs", "/docs/oauth2-redirect"} {
		require.Equal(t, policy, ask(r, "GET", path).Header.Get("Content-Security-Policy"))
	}
}

func TestMount_nothingUnasked(t *testing.T) {
	t.Parallel()
	r := wend.New()
	wend.Get(r, "/notes/{id}", getNote)
	for _, c := range served {
		require.Equal(t, 404, ask(r, "GET", c.path).StatusCode, c.path)
	}
	r = wend.New()
	docs.Mount(r, info)
	require.Equal(t, 404, ask(r, "GET", "/redoc").StatusCode)
}

func TestMount_document(t *testing.T) {
	t.Parallel()
	r := notes(openapi.Version("3.2.0"))
	var doc struct {
		OpenAPI string
		Paths   map[string]any
	}
	require.NoError(t, json.Unmarshal([]byte(body(t, ask(r, "GET", "/openapi.json"))), &doc))
	require.Equal(t, "3.2.0", doc.OpenAPI)
	require.Len(t, doc.Paths, 1) // the documentation's own routes are not in it
	require.Contains(t, doc.Paths, "/notes/{id}")
	require.True(t, strings.HasPrefix(body(t, ask(r, "GET", "/openapi.yaml")), "openapi: 3.2.0\n"))
}

func TestMount_conditions(t *testing.T) {
	t.Parallel()
	r := notes()
	for _, path := range []string{"/openapi.json", "/openapi.yaml", "/docs/init.js", "/docs/swagger-ui.css"} {
		etag := ask(r, "GET", path).Header.Get("ETag")
		for _, c := range []struct {
			header []string
			want   int
		}{
			{[]string{etag}, 304},
			{[]string{"W/" + etag}, 304},
			{[]string{`"x", ` + etag + ` , "y"`}, 304},
			{[]string{`"x"`, etag}, 304},
			{[]string{"*"}, 304},
			{[]string{`"x"`}, 200},
			{[]string{strings.Trim(etag, `"`)}, 200},
			{nil, 200},
		} {
			var header []string
			for _, line := range c.header {
				header = append(header, "If-None-Match", line)
			}
			res := ask(r, "GET", path, header...)
			if res.StatusCode != c.want || c.want == 304 && (body(t, res) != "" || res.Header.Get("ETag") != etag) {
				t.Errorf("%s with If-None-Match %q: status %d, ETag %q; want %d, %q", path, c.header, res.StatusCode, res.Header.Get("ETag"), c.want, etag)
			}
		}
	}
}

func TestMount_gzip(t *testing.T) {
	t.Parallel()
	r := notes()
	const path = "/docs/swagger-ui.css"
	plain := ask(r, "GET", path)
	want := body(t, plain)
	for _, c := range []struct {
		accept     string
		compressed bool
	}{
		{"gzip", true},
		{"br, GZIP;q=0.5", true},
		{"gzip;q=0", false},
		{"gzip; q=0.0, br", false},
		{"x-gzip, identity", false},
		{"", false},
	} {
		res := ask(r, "GET", path, "Accept-Encoding", c.accept)
		require.Equal(t, "Accept-Encoding", res.Header.Get("Vary"))
		if got := res.Header.Get("Content-Encoding") == "gzip"; got != c.compressed {
			t.Errorf("%q: compressed %v, want %v", c.accept, got, c.compressed)
			continue
		}
		if !c.compressed {
			require.Equal(t, want, body(t, res))
			continue
		}
		if res.Header.Get("ETag") == plain.Header.Get("ETag") {
			t.Errorf("%q: two representations have one ETag", c.accept)
		}
		z, err := gzip.NewReader(res.Body)
		require.NoError(t, err)
		got, err := io.ReadAll(z)
		require.NoError(t, err)
		require.Equal(t, want, string(got))
	}
}

func TestMount_unknownFiles(t *testing.T) {
	t.Parallel()
	r := notes()
	for _, path := range []string{
		"/docs/nothing.js", "/docs/embed.go", "/docs/swagger-ui.css.gz", "/docs/oauth2-redirect.html",
		"/docs/..%2fdocs.go", "/docs/..%2f..%2fstatic%2fswagger-ui.css", "/docs/%2fetc%2fpasswd.js", "/docs/.js", "/docs/a%00.js",
		"/redoc/secret.js", "/redoc/..%2fredoc.standalone.js", "/redoc/nothing.js",
	} {
		res := ask(r, "GET", path)
		if text := body(t, res); res.StatusCode != 404 && res.StatusCode != 400 || res.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: status %d, %s: %.40s", path, res.StatusCode, res.Header.Get("Content-Type"), text)
		}
	}
}

// No page and no file of this package names another origin, and no query does either.
func TestMount_oneOrigin(t *testing.T) {
	t.Parallel()
	r := notes()
	external := regexp.MustCompile(`(?i)(src|href|url|import)\W{1,3}(https?:)?//`)
	for _, path := range []string{"/docs", "/docs/oauth2-redirect", "/docs/init.js", "/docs/oauth2-redirect.js", "/docs/page.css", "/redoc", "/redoc/init.js"} {
		text := body(t, ask(r, "GET", path))
		if found := external.FindString(text); found != "" {
			t.Errorf("%s names another origin: %s", path, found)
		}
	}
	plain := body(t, ask(r, "GET", "/docs"))
	require.Equal(t, plain, body(t, ask(r, "GET", "/docs?url=https://evil.example/openapi.json&configUrl=x")))
	require.Contains(t, plain, "<title>Notes &lt;1&gt;</title>")
	if regexp.MustCompile(`<script[^>]*>[^<]|\son[a-z]+=|style=`).MatchString(plain) {
		t.Errorf("the page has a script or style that its policy refuses:\n%s", plain)
	}
	require.NotContains(t, body(t, ask(r, "GET", "/docs/init.js")), "location.search")
	require.Contains(t, body(t, ask(r, "GET", "/docs/init.js")), "usePkceWithAuthorizationCodeGrant: true", "a public client proves that it is the one that asked (RFC 7636)")
}

func TestMount_optionsGuardEveryRoute(t *testing.T) {
	t.Parallel()
	auth := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("X-Key") != "k" {
				w.WriteHeader(401)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
	r := notes(wend.With(auth))
	for _, c := range served {
		require.Equal(t, 401, ask(r, "GET", c.path).StatusCode, c.path)
		require.Equal(t, 200, ask(r, "GET", c.path, "X-Key", "k").StatusCode, c.path)
	}
	require.Equal(t, 200, ask(r, "GET", "/notes/1").StatusCode)
}

// paths lists the paths of a served document.
func paths(t *testing.T, h http.Handler, at string) map[string]any {
	t.Helper()
	var doc struct{ Paths map[string]any }
	res := ask(h, "GET", at)
	require.Equal(t, 200, res.StatusCode, at)
	require.NoError(t, json.Unmarshal([]byte(body(t, res)), &doc))
	return doc.Paths
}

func TestMount_scopes(t *testing.T) {
	t.Parallel()
	r := wend.New()
	wend.Get(r, "/top/{id}", getNote)
	v1 := r.Group("/v1")
	wend.Get(v1, "/notes/{id}", getNote)
	docs.Mount(v1, info)
	sub := wend.New()
	wend.Get(sub, "/things/{id}", getNote)
	docs.Mount(sub, info)
	r.Mount("/sub", sub)
	docs.Mount(r, info)
	for _, c := range []struct {
		prefix string
		want   []string
	}{
		{"", []string{"/top/{id}", "/v1/notes/{id}", "/sub/things/{id}"}},
		{"/v1", []string{"/v1/notes/{id}"}},
		{"/sub", []string{"/sub/things/{id}"}},
	} {
		got := paths(t, r, c.prefix+"/openapi.json")
		require.Len(t, got, len(c.want), c.prefix)
		for _, path := range c.want {
			require.Contains(t, got, path)
		}
		page := body(t, ask(r, "GET", c.prefix+"/docs"))
		require.Contains(t, page, `data-path="`+c.prefix+`/docs"`) // what the script takes off the location
	}
}

var link = regexp.MustCompile(`(?:src|href)="([^"]+)"|fetch\("([^"]+)"`)

// Every link of the pages and scripts resolves where a browser would look for it.
func TestMount_relativeLinks(t *testing.T) {
	t.Parallel()
	for _, prefix := range []string{"", "/v1", "/a/b"} {
		r := wend.New()
		g := r.Group(prefix)
		wend.Get(g, "/notes/{id}", getNote)
		docs.Mount(g, info, docs.ReDoc(files))
		for name, h := range map[string]http.Handler{"": r, "/behind/proxy": http.StripPrefix("/behind/proxy", r)} {
			for _, page := range []string{"/docs", "/redoc", "/docs/oauth2-redirect"} {
				at := name + prefix + page
				text := body(t, ask(h, "GET", at))
				if page != "/docs/oauth2-redirect" {
					text += body(t, ask(h, "GET", at+"/init.js"))
				}
				found := link.FindAllStringSubmatch(text, -1)
				require.NotEmpty(t, found)
				for _, m := range found {
					url := at[:strings.LastIndexByte(at, '/')+1] + m[1] + m[2]
					if res := ask(h, "GET", url); res.StatusCode != 200 {
						t.Errorf("%s of %s leads to %s: status %d", m[0], at, url, res.StatusCode)
					}
				}
			}
		}
	}
}

func TestMount_concurrentFirstFetches(t *testing.T) {
	t.Parallel()
	r := notes()
	var wg sync.WaitGroup
	texts := make([]string, 64)
	for i := range texts {
		wg.Go(func() {
			res := ask(r, "GET", "/openapi.json")
			data, _ := io.ReadAll(res.Body)
			texts[i] = res.Header.Get("ETag") + string(data)
			ask(r, "GET", "/docs/swagger-ui.css")
		})
	}
	wg.Wait()
	for i, text := range texts {
		if text != texts[0] || len(text) < 100 {
			t.Fatalf("fetch %d differs from the first", i)
		}
	}
}

func TestMount_mistakeOfTheDocument(t *testing.T) {
	t.Parallel()
	r := wend.New()
	wend.Get(r, "/a/{id}", getNote, wend.OperationID("x"))
	wend.Get(r, "/b/{id}", getNote, wend.OperationID("x"))
	docs.Mount(r, info)
	res := ask(r, "GET", "/openapi.json")
	require.Equal(t, 500, res.StatusCode)
	require.NotContains(t, body(t, res), "GET /a") // the log says what is wrong
}

func TestReDoc_policy(t *testing.T) {
	t.Parallel()
	r := notes()
	nonces := map[string]bool{}
	for range 3 {
		res := ask(r, "GET", "/redoc")
		nonce := regexp.MustCompile(`<meta property="csp-nonce" nonce="([A-Z2-7]{26})">`).FindStringSubmatch(body(t, res))
		require.NotNil(t, nonce)
		nonces[nonce[1]] = true
		require.Equal(t, "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-"+nonce[1]+"'; "+
			"img-src 'self' data:; font-src 'self' data:; connect-src 'self'; worker-src blob:; form-action 'none'; "+
			"base-uri 'none'; frame-ancestors 'none'", res.Header.Get("Content-Security-Policy"))
	}
	require.Len(t, nonces, 3)
}

func TestReDocCDN(t *testing.T) {
	t.Parallel()
	r := wend.New()
	hash := "sha384-" + strings.Repeat("A", 64)
	docs.Mount(r, info, docs.ReDocCDN("3.0.1", hash))
	res := ask(r, "GET", "/redoc")
	text := body(t, res)
	require.Contains(t, text, `<script type="module" src="https://cdn.jsdelivr.net/npm/redoc@3.0.1/bundles/redoc.standalone.js" integrity="`+hash+`" crossorigin="anonymous">`)
	require.Contains(t, res.Header.Get("Content-Security-Policy"), "script-src 'self' https://cdn.jsdelivr.net; ")
	require.Equal(t, 404, ask(r, "GET", "/redoc/redoc.standalone.js").StatusCode)
	require.Equal(t, 200, ask(r, "GET", "/redoc/init.js").StatusCode)
}

func TestMount_refusesWrongOptions(t *testing.T) {
	t.Parallel()
	hash := "sha384-" + strings.Repeat("A", 64)
	for _, c := range []struct {
		opt  wend.Option
		want string
	}{
		{openapi.Version("3.0.3"), `version "3.0.3"`},
		{docs.ReDoc(nil), "ReDoc is given nil"},
		{docs.ReDoc(fstest.MapFS{}), "ReDoc finds no file redoc.standalone.js"},
		{docs.ReDocCDN("latest", hash), `the version "latest"`},
		{docs.ReDocCDN("3.0.1/../evil", hash), "the version"},
		{docs.ReDocCDN("3.0.1", ""), `the integrity ""`},
		{docs.ReDocCDN("3.0.1", "md5-xxxx"), "the integrity"},
	} {
		func() {
			defer func() {
				e, ok := recover().(*wend.RegistrationError)
				require.True(t, ok, c.want)
				require.Contains(t, e.Error(), c.want)
				require.Regexp(t, `^docs/docs_test\.go:\d+$`, e.Site)
			}()
			docs.Mount(wend.New(), info, c.opt)
		}()
	}
	require.PanicsWithError(t, "wend: GET /docs, registered at docs/docs_test.go:"+line(2)+": 1 problem\n\n"+
		"  GET /docs\n    is refused by docs.Mount: openapi: Info needs a Title and a Version", func() {
		docs.Mount(wend.New(), openapi.Info{Title: "Notes"})
	})
}

// Off and NoPages leave out, and only when they are given true.
func TestMount_leavesOut(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name            string
		opts            []wend.Option
		document, pages int
	}{
		{"all", []wend.Option{docs.Off(false), docs.NoPages(false)}, 200, 200},
		{"no pages", []wend.Option{docs.NoPages(true)}, 200, 404},
		{"off", []wend.Option{docs.Off(true)}, 404, 404},
		{"off, whatever else", []wend.Option{docs.NoPages(false), docs.Off(true), wend.With(func(http.Handler) http.Handler { panic("used") })}, 404, 404},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for _, opts := range [][]wend.Option{nil, {wend.CollectErrors()}} {
				r := wend.New(opts...)
				wend.Get(r, "/notes/{id}", getNote)
				docs.Mount(r, info, append(c.opts, docs.ReDoc(files))...)
				require.NoError(t, r.Err())
				for _, path := range []string{"/openapi.json", "/openapi.yaml"} {
					require.Equal(t, c.document, ask(r, "GET", path).StatusCode, path)
				}
				for _, path := range []string{"/docs", "/docs/init.js", "/docs/oauth2-redirect", "/redoc", "/redoc/init.js"} {
					require.Equal(t, c.pages, ask(r, "GET", path).StatusCode, path)
				}
				require.Equal(t, 200, ask(r, "GET", "/notes/1").StatusCode)
			}
		})
	}
	r := wend.New(wend.CollectErrors())
	docs.Mount(r, openapi.Info{}, docs.Off(true))
	require.ErrorContains(t, r.Err(), "Info needs a Title", "a mistake is one in production, too")
}

// Under CollectErrors a wrong call is one mistake among the others.
func TestMount_collected(t *testing.T) {
	t.Parallel()
	r := wend.New(wend.CollectErrors())
	docs.Mount(r, openapi.Info{}, docs.ReDoc(nil), openapi.Version("2.0"))
	wend.Get(r, "/{id}", func(context.Context, wend.None) (string, error) { return "", nil })
	err := r.Err()
	for _, part := range []string{"2 problems in 2 registrations", "ReDoc is given nil", "Info needs a Title", "docs/docs_test.go:"} {
		require.ErrorContains(t, err, part)
	}
	for _, opt := range []wend.Option{openapi.Version("3.2.0"), docs.ReDocCDN("3.0.1", "sha384-x")} {
		misplaced := wend.New(wend.CollectErrors())
		misplaced.Handle("GET /", http.NotFoundHandler(), opt)
		require.ErrorContains(t, misplaced.Err(), "docs.Mount")
	}
}

// line is the number of a line so far below the caller.
func line(below int) string {
	_, _, n, _ := runtime.Caller(1)
	return strconv.Itoa(n + below)
}
