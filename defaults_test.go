package wend_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/binding"
	"github.com/wend-go/wend/middleware"
	"github.com/wend-go/wend/middleware/compress"
)

// limitedSite has an endpoint for each kind of input, and nothing is said about limits.
func limitedSite() *wend.Router {
	r := quiet()
	r.Handle("GET /path/{rest...}", http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	wend.Get(r, "/query", func(context.Context, struct {
		Q string `query:"q"`
	},
	) (none, error) {
		return none{}, nil
	})
	wend.Get(r, "/cookie", func(context.Context, struct {
		C string `cookie:"c"`
	},
	) (none, error) {
		return none{}, nil
	})
	wend.Post(r, "/any", func(context.Context, struct{ Body any }) (none, error) { return none{}, nil })
	wend.Post(r, "/numbers", func(context.Context, struct {
		Body []int `validate:"dive,min=1"`
	},
	) (none, error) {
		return none{}, nil
	})
	wend.Post(r, "/bytes", func(context.Context, struct{ Body []byte }) (none, error) { return none{}, nil })
	wend.Post(r, "/pairs", func(context.Context, struct {
		A string `form:"a"`
	},
	) (none, error) {
		return none{}, nil
	})
	wend.Post(r, "/form", func(context.Context, struct {
		A     []string         `form:"a"`
		Files []binding.Upload `form:"f"`
	},
	) (none, error) {
		return none{}, nil
	})
	wend.Get(r, "/file", func(context.Context, none) (wend.Download, error) {
		return wend.Download{MediaType: "text/plain", Content: strings.NewReader(strings.Repeat("x", 100))}, nil
	})
	r.Handle("POST /plain", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			wend.WriteError(w, r, err)
		}
	}))
	return r
}

// part is a part of a multipart form, with a head of its own.
func part(head, body string) string { return "--b\r\n" + head + "\r\n\r\n" + body + "\r\n" }

const (
	partField = "Content-Disposition: form-data; name=a"
	partFile  = "Content-Disposition: form-data; name=f; filename=x"
	ofParts   = "Content-Type: multipart/form-data; boundary=b"
	octets    = "Content-Type: application/octet-stream"
)

// TestDefaults_limits holds the limits that nobody has to ask for: at each, a request passes, and one more is refused.
func TestDefaults_limits(t *testing.T) {
	t.Parallel()
	site := limitedSite()
	post := func(path, body, kind string) *httptest.ResponseRecorder {
		return answer(site, requestFor("POST", path, strings.NewReader(body), kind))
	}
	form := func(body string) *httptest.ResponseRecorder { return post("/form", body+"--b--\r\n", ofParts) }
	chunked := func(path string, n int, kind string) *httptest.ResponseRecorder {
		r := httptest.NewRequest("POST", path, io.LimitReader(zeros{}, int64(n)))
		name, value, _ := strings.Cut(kind, ": ")
		r.Header.Set(name, value)
		return answer(site, r)
	}
	for _, c := range []struct {
		name   string
		limit  int
		status int
		send   func(n int) *httptest.ResponseRecorder
	}{
		{"path", 8 << 10, 414, func(n int) *httptest.ResponseRecorder {
			return do(site, "GET", "/path/"+strings.Repeat("x", n-len("/path/")), "")
		}},
		{"query", 16 << 10, 414, func(n int) *httptest.ResponseRecorder {
			return do(site, "GET", "/query?q="+strings.Repeat("x", n-len("q=")), "")
		}},
		{"pairs of a query", 1000, 400, func(n int) *httptest.ResponseRecorder {
			return do(site, "GET", "/query?q=x"+strings.Repeat("&a", n-1), "")
		}},
		{"fields of a header", 100, 431, func(n int) *httptest.ResponseRecorder {
			var lines []string
			for i := range n {
				lines = append(lines, fmt.Sprintf("X-%d: y", i))
			}
			return do(site, "GET", "/file", "", lines...)
		}},
		{"cookies", 1000, 400, func(n int) *httptest.ResponseRecorder {
			return do(site, "GET", "/cookie", "", "Cookie: c=d"+strings.Repeat("; a=b", n-1))
		}},
		{"body", 1 << 20, 413, func(n int) *httptest.ResponseRecorder {
			return post("/bytes", strings.Repeat("x", n), octets)
		}},
		{"body of unknown length", 1 << 20, 413, func(n int) *httptest.ResponseRecorder { return chunked("/bytes", n, octets) }},
		{"body of a plain handler", 1 << 20, 413, func(n int) *httptest.ResponseRecorder { return chunked("/plain", n, octets) }},
		{"body of a form", 32 << 20, 413, func(n int) *httptest.ResponseRecorder {
			head := part(partFile, "x") + strings.Repeat(part(partFile, strings.Repeat("x", 9<<20)), 3) + "--b--\r\n"
			return post("/form", head+strings.Repeat("x", n-len(head)), ofParts)
		}},
		{"depth of JSON", 64, 400, func(n int) *httptest.ResponseRecorder {
			return do(site, "POST", "/any", strings.Repeat("[", n)+strings.Repeat("]", n))
		}},
		{"pairs of a form", 1000, 400, func(n int) *httptest.ResponseRecorder {
			return post("/pairs", "a=x"+strings.Repeat("&b", n-1), "Content-Type: application/x-www-form-urlencoded")
		}},
		{"a file", 10 << 20, 413, func(n int) *httptest.ResponseRecorder { return form(part(partFile, strings.Repeat("x", n))) }},
		{"files", 100, 413, func(n int) *httptest.ResponseRecorder { return form(strings.Repeat(part(partFile, "x"), n)) }},
		{"fields of a form together", 1 << 20, 413, func(n int) *httptest.ResponseRecorder {
			return form(part(partField, strings.Repeat("x", 1000)) + part(partField, strings.Repeat("x", n-1000)))
		}},
		{"parts", 1000, 413, func(n int) *httptest.ResponseRecorder { return form(strings.Repeat(part(partField, "x"), n)) }},
		{"header of a part", 8 << 10, 413, func(n int) *httptest.ResponseRecorder {
			rest := n - len("Content-Disposition"+"form-data; name=a"+"X")
			return form(part(partField+"\r\nX: "+strings.Repeat("y", rest), "x"))
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			at := c.send(c.limit)
			require.Contains(t, []int{200, 204}, at.Code, at.Body.String())
			over := c.send(c.limit + 1)
			require.Equal(t, c.status, over.Code, over.Body.String())
			require.Equal(t, c.status, problemOf(t, over).Status)
		})
	}
}

// zeros has no end.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// TestDefaults_tokens: a text of JSON has 100,000 tokens at most.
func TestDefaults_tokens(t *testing.T) {
	t.Parallel()
	site := limitedSite()
	send := func(values int) int { return do(site, "POST", "/any", "["+strings.Repeat("0,", values-1)+"0]").Code }
	most := 1
	for step := 1 << 17; step > 0; step /= 2 { // whatever counts as a token, the bound is near
		if send(most+step) == 204 {
			most += step
		}
	}
	require.InDelta(t, 100_000, most, 2)
	require.Equal(t, 400, send(most+1))
	w := do(site, "POST", "/numbers", "["+strings.Repeat("0,", 500)+"0]")
	require.Equal(t, 422, w.Code)
	require.Len(t, problemOf(t, w).Errors, binding.MaxFieldErrors)
}

// TestDefaults_middleware holds the limits of middleware that has been given none.
func TestDefaults_middleware(t *testing.T) {
	t.Parallel()
	ok := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
	})
	letters := func(n int) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/plain")
			io.WriteString(w, strings.Repeat("x", n))
		})
	}
	noise := make([]byte, 2<<20)
	_, err := rand.Read(noise)
	require.NoError(t, err)
	gzipped := func(data []byte) string {
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		w.Write(data)
		w.Close()
		return b.String()
	}
	everybody := func(ctx context.Context, _ string) (context.Context, bool) { return ctx, true }
	for _, c := range []struct {
		name  string
		limit int
		pass  func(n int) bool
	}{
		{"request id", 128, func(n int) bool {
			id := strings.Repeat("a", n)
			return do(middleware.RequestID()(ok), "GET", "/", "", "X-Request-Id: "+id).Header().Get("X-Request-Id") == id
		}},
		{"token of Bearer", 8 << 10, func(n int) bool {
			return do(middleware.Bearer("x", everybody)(ok), "GET", "/", "", "Authorization: Bearer "+strings.Repeat("a", n)).Code == 200
		}},
		{"body that ETag looks at", 1 << 20, func(n int) bool {
			return do(middleware.ETag()(letters(n)), "GET", "/", "").Header().Get("ETag") != ""
		}},
		{"body that is not worth compressing", 1<<10 - 1, func(n int) bool {
			h := compress.Responses(compress.Options{})(letters(n))
			return do(h, "GET", "/", "", "Accept-Encoding: gzip").Header().Get("Content-Encoding") == ""
		}},
		{"decoded body", 1 << 20, func(n int) bool {
			h := compress.Requests(compress.Limits{})(ok)
			return do(h, "POST", "/", gzipped(noise[:n]), "Content-Encoding: gzip").Code == 200
		}},
		{"ranges of a download", 16, func(n int) bool {
			ranges := strings.TrimSuffix(strings.Repeat("0-0,", n), ",")
			return do(limitedSite(), "GET", "/file", "", "Range: bytes="+ranges).Code == 206
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			require.True(t, c.pass(c.limit), "at the limit")
			require.False(t, c.pass(c.limit+1), "one more")
		})
	}
	h := compress.Requests(compress.Limits{})(ok)
	dense := gzipped(make([]byte, 500<<10)) // about 1,000 for 1
	require.Equal(t, 413, do(h, "POST", "/", dense, "Content-Encoding: gzip").Code)
	require.Equal(t, 200, do(h, "POST", "/", gzipped(make([]byte, 64<<10)), "Content-Encoding: gzip").Code, "short ones may be dense")
}

// TestDefaults_rateKeys: a rate limit remembers 100,000 clients, and forgets none of them for
// those that come later, who share what is left.
func TestDefaults_rateKeys(t *testing.T) {
	t.Parallel()
	allowed := func(http.ResponseWriter, *http.Request) {}
	h := middleware.RateLimit(middleware.Rate{PerSecond: 1e-6, Burst: 1, Key: middleware.RateByHeader("X-Key")})(http.HandlerFunc(allowed))
	w, req := httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil)
	ask := func(key int) int {
		req.Header["X-Key"] = []string{strconv.Itoa(key)}
		*w = *httptest.NewRecorder()
		h.ServeHTTP(w, req)
		return w.Code
	}
	for key := range 100_000 {
		if status := ask(key); status != 200 {
			t.Fatalf("%d: %d", key, status)
		}
	}
	require.Equal(t, 200, ask(100_000), "the first of those that share")
	require.Equal(t, 429, ask(100_001))
	for key := 0; key < 100_000; key += 9_999 {
		require.Equal(t, 429, ask(key), "%d has been forgotten", key)
	}
}

// TestDefaults_off: nothing is there that nobody has asked for.
func TestDefaults_off(t *testing.T) {
	t.Parallel()
	site := limitedSite()
	for _, path := range []string{"/docs", "/openapi.json", "/debug/pprof/", "/debug/vars", "/metrics", "/health", "/favicon.ico"} {
		require.Equal(t, 404, do(site, "GET", path, "").Code, path)
	}
	w := do(site, "GET", "/query?q=x", "", "Origin: https://x.test", "Accept-Encoding: gzip", "X-Request-Id: mine")
	require.Equal(t, 204, w.Code)
	require.Empty(t, w.Header(), "no header that nobody asked for")
	problem := do(site, "GET", "/nowhere", "")
	require.Equal(t, "nosniff", problem.Header().Get("X-Content-Type-Options"))
}
