package compress_test

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend/middleware/compress"
)

var long = strings.Repeat("a line of text that is worth it\n", 100)

// page writes a body with a header of "Name: value" lines.
func page(status int, body string, lines ...string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for _, line := range lines {
			name, value, _ := strings.Cut(line, ": ")
			w.Header().Set(name, value)
		}
		w.WriteHeader(status)
		io.WriteString(w, body)
	})
}

func get(h http.Handler, accept string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("GET", "/", nil)
	if accept != "" {
		r.Header.Set("Accept-Encoding", accept)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func decode(t *testing.T, coding string, body []byte) string {
	t.Helper()
	var r io.Reader = bytes.NewReader(body)
	var err error
	switch coding {
	case "gzip":
		r, err = gzip.NewReader(r)
	case "zstd":
		r, err = zstd.NewReader(r)
	}
	require.NoError(t, err)
	decoded, err := io.ReadAll(r)
	require.NoError(t, err)
	return string(decoded)
}

func TestResponses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		accept string
		h      http.Handler
		want   string // Content-Encoding
	}{
		{"zstd first", "gzip, deflate, br, zstd", page(200, long), "zstd"},
		{"gzip", "gzip", page(200, long), "gzip"},
		{"gzip is liked better", "zstd;q=0.5, gzip;q=0.8", page(200, long), "gzip"},
		{"any", "*", page(200, long), "zstd"},
		{"any but zstd", "*, zstd;q=0", page(200, long), "gzip"},
		{"not asked for", "", page(200, long), ""},
		{"forbidden", "gzip;q=0, zstd;q=0.000", page(200, long), ""},
		{"unknown", "br, deflate", page(200, long), ""},
		{"bad weight", "gzip;q=x", page(200, long), ""},
		{"JSON", "gzip", page(200, long, "Content-Type: application/json; charset=utf-8"), "gzip"},
		{"JSON by suffix", "gzip", page(404, long, "Content-Type: application/vnd.x+json"), "gzip"},
		{"image", "gzip", page(200, long, "Content-Type: image/png"), ""},
		{"events", "gzip", page(200, long, "Content-Type: text/event-stream; charset=utf-8"), ""},
		{"own type", "gzip", page(200, long, "Content-Type: application/x-own"), "gzip"},
		{"short", "gzip", page(200, long[:1023]), ""},
		{"just long enough", "gzip", page(200, long[:1024]), "gzip"},
		{"nothing", "gzip", page(200, ""), ""},
		{"204", "gzip", page(204, "", "Content-Type: text/plain"), ""},
		{"304", "gzip", page(304, "", "Content-Type: text/plain"), ""},
		{"part", "gzip", page(206, long, "Content-Range: bytes 0-3199/9999", "Content-Type: text/plain"), ""},
		{"no-transform", "gzip", page(200, long, "Cache-Control: public, no-transform"), ""},
	}
	mw := compress.Responses(compress.Options{Types: []string{"application/x-own"}})
	for _, test := range tests {
		w := get(mw(test.h), test.accept)
		require.Equal(t, test.want, w.Header().Get("Content-Encoding"), test.name)
		require.Equal(t, "Accept-Encoding", w.Header().Get("Vary"), test.name)
		plain := get(test.h, "")
		require.Equal(t, plain.Code, w.Code, test.name)
		require.Equal(t, plain.Body.String(), decode(t, test.want, w.Body.Bytes()), test.name)
		if test.want != "" {
			require.Less(t, w.Body.Len(), 200, test.name)
		}
	}
	w := get(mw(page(200, long, "Content-Encoding: br")), "gzip")
	require.Equal(t, "br", w.Header().Get("Content-Encoding"))
	require.Equal(t, long, w.Body.String())
}

func TestResponses_header(t *testing.T) {
	t.Parallel()
	mw := compress.Responses(compress.Options{})
	h := page(200, long, `Etag: "strong"`, "Content-Length: "+strconv.Itoa(len(long)), "Accept-Ranges: bytes", "Vary: Origin")
	w := get(mw(h), "gzip")
	require.Equal(t, `W/"strong"`, w.Header().Get("Etag"))
	require.Empty(t, w.Header()["Content-Length"])
	require.Empty(t, w.Header()["Accept-Ranges"])
	require.Equal(t, "text/plain; charset=utf-8", w.Header().Get("Content-Type"))
	w = get(mw(h), "")
	require.Equal(t, `"strong"`, w.Header().Get("Etag"))
	w = get(mw(mw(page(200, long))), "gzip")
	require.Equal(t, []string{"Accept-Encoding"}, w.Header()["Vary"])
	require.Equal(t, long, decode(t, "gzip", w.Body.Bytes()), "twice is once")
}

// TestResponses_head compares HEAD with GET: RFC 9110 §9.3.2 wants the same header.
func TestResponses_head(t *testing.T) {
	t.Parallel()
	mw := compress.Responses(compress.Options{})
	length, text := "Content-Length: "+strconv.Itoa(len(long)), "Content-Type: text/plain"
	for _, test := range []struct {
		name string
		h    http.Handler
	}{
		{"encoded", page(200, long, text, `Etag: "strong"`, length, "Accept-Ranges: bytes")},
		{"an error", page(404, long, text, length)},
		{"short", page(200, "short", text, `Etag: "strong"`, "Content-Length: 5")},
		{"another type", page(200, long, "Content-Type: image/png", length)},
		{"encoded before", page(200, long, text, "Content-Encoding: br", length)},
	} {
		get := get(mw(test.h), "gzip").Header()
		r := httptest.NewRequest("HEAD", "/", nil)
		r.Header.Set("Accept-Encoding", "gzip")
		head := httptest.NewRecorder()
		mw(test.h).ServeHTTP(head, r)
		require.Equal(t, get, head.Header(), test.name)
	}
	r := httptest.NewRequest("HEAD", "/", nil)
	r.Header.Set("Accept-Encoding", "gzip")
	w := httptest.NewRecorder()
	mw(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		w.Header().Set("Content-Length", "4096")
	})).ServeHTTP(w, r)
	require.Equal(t, "gzip", w.Header().Get("Content-Encoding"), "without a WriteHeader")
	require.Empty(t, w.Header()["Content-Length"])
}

// TestResponses_flush streams: what is flushed can be decoded before the end.
func TestResponses_flush(t *testing.T) {
	t.Parallel()
	for _, coding := range []string{"gzip", "zstd"} {
		next := make(chan struct{})
		server := httptest.NewServer(compress.Responses(compress.Options{})(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/plain")
			for range 3 {
				io.WriteString(w, "part\n")
				require.NoError(t, http.NewResponseController(w).Flush())
				<-next
			}
		})))
		r, err := http.NewRequest("GET", server.URL, nil)
		require.NoError(t, err)
		r.Header.Set("Accept-Encoding", coding)
		resp, err := server.Client().Do(r)
		require.NoError(t, err)
		require.Equal(t, coding, resp.Header.Get("Content-Encoding"))
		var body io.Reader
		if coding == "gzip" {
			body, err = gzip.NewReader(resp.Body)
		} else {
			body, err = zstd.NewReader(resp.Body, zstd.WithDecoderConcurrency(1))
		}
		require.NoError(t, err)
		for range 3 {
			part := make([]byte, 5)
			_, err := io.ReadFull(body, part)
			require.NoError(t, err)
			require.Equal(t, "part\n", string(part))
			next <- struct{}{}
		}
		require.NoError(t, resp.Body.Close())
		server.Close()
	}
}

func TestResponses_panic(t *testing.T) {
	t.Parallel()
	w := httptest.NewRecorder()
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Accept-Encoding", "gzip")
	h := compress.Responses(compress.Options{})(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, "half")
		panic("oh")
	}))
	require.Panics(t, func() { h.ServeHTTP(w, r) })
	require.Empty(t, w.Body.String())
	require.Panics(t, func() { w.WriteHeader(0) }, "nothing has been committed")
}

func TestOptions_refused(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]func(){
		"size":  func() { compress.Responses(compress.Options{MinSize: -1}) },
		"type":  func() { compress.Responses(compress.Options{Types: []string{"json"}}) },
		"all":   func() { compress.Responses(compress.Options{Types: []string{"*/*"}}) },
		"limit": func() { compress.Requests(compress.Limits{Decoded: -1}) },
		"ratio": func() { compress.Requests(compress.Limits{Ratio: -1}) },
	} {
		require.Panics(t, f, name)
	}
}

func encode(coding string, parts ...string) []byte {
	var b bytes.Buffer
	for _, part := range parts {
		var w io.WriteCloser
		if coding == "zstd" {
			w, _ = zstd.NewWriter(&b)
		} else {
			w = gzip.NewWriter(&b)
		}
		io.WriteString(w, part)
		w.Close()
	}
	return b.Bytes()
}

// echo answers what it reads, and what went wrong.
var echo = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		if err == compress.ErrEncoding {
			w.WriteHeader(400)
		}
		return
	}
	fmt.Fprintf(w, "%d %q %d ", len(body), r.Header.Get("Content-Encoding"), r.ContentLength)
	w.Write(body[:min(len(body), 3)])
})

func TestRequests(t *testing.T) {
	t.Parallel()
	varied := func(n int) string { // a text that does not shrink much
		var b strings.Builder
		for i := 0; b.Len() < n; i++ {
			fmt.Fprintf(&b, "%d,", i*7919%104729)
		}
		return b.String()[:n]
	}
	exact := varied(1 << 20)
	tests := []struct {
		name   string
		coding string
		body   []byte
		status int
		want   string
	}{
		{"none", "", []byte("abc"), 200, `3 "" 3 abc`},
		{"identity", "identity", []byte("abc"), 200, `3 "identity" 3 abc`},
		{"gzip", "gzip", encode("gzip", "abc"), 200, `3 "" -1 abc`},
		{"zstd", "ZSTD", encode("zstd", "abc"), 200, `3 "" -1 abc`},
		{"members", "gzip", encode("gzip", "ab", "c"), 200, `3 "" -1 abc`},
		{"unknown", "br", []byte("abc"), 415, ""},
		{"twice", "gzip, gzip", encode("gzip", "abc"), 415, ""},
		{"not what it says", "gzip", []byte("abc"), 400, ""},
		{"not what it says, zstd", "zstd", []byte("abc"), 400, ""},
		{"cut", "gzip", encode("gzip", long)[:20], 400, ""},
		{"exactly the limit", "gzip", encode("gzip", exact), 200, `1048576 "" -1 0,7`},
		{"exactly the limit, zstd", "zstd", encode("zstd", exact), 200, `1048576 "" -1 0,7`},
		{"one more", "gzip", encode("gzip", exact, "x"), 413, ""},
		{"one more, zstd", "zstd", encode("zstd", exact, "x"), 413, ""},
		{"CVE-2024-28180 dense", "gzip", encode("gzip", strings.Repeat("a", 500_000)), 413, ""},
		{"dense, zstd", "zstd", encode("zstd", strings.Repeat("a", 500_000)), 413, ""},
		{"dense and short", "gzip", encode("gzip", strings.Repeat("a", 60_000)), 200, `60000 "" -1 aaa`},
		{"many members", "gzip", encode("gzip", slices(strings.Repeat("a", 10_000), 200)...), 413, ""},
	}
	h := compress.Requests(compress.Limits{})(echo)
	for _, test := range tests {
		r := httptest.NewRequest("POST", "/", bytes.NewReader(test.body))
		if test.coding != "" {
			r.Header.Set("Content-Encoding", test.coding)
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		require.Equal(t, test.status, w.Code, test.name)
		if test.want != "" {
			require.Equal(t, test.want, w.Body.String(), test.name)
		}
		if test.status == 415 {
			require.Equal(t, "gzip, zstd", w.Header().Get("Accept-Encoding"), test.name)
		}
	}
}

func slices(s string, n int) (all []string) {
	for range n {
		all = append(all, s)
	}
	return all
}

func FuzzAcceptEncoding(f *testing.F) {
	for _, s := range []string{"gzip", "zstd;q=0.1, *;q=0", "gzip;q=1.0000", ",,;q=", "*;q=0.5,gzip;q=NaN", "GZIP ; Q=1"} {
		f.Add(s)
	}
	h := compress.Responses(compress.Options{})(page(200, long))
	f.Fuzz(func(t *testing.T, accept string) {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header["Accept-Encoding"] = []string{accept}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		coding := w.Header().Get("Content-Encoding")
		if coding != "" && !strings.Contains(strings.ToLower(accept), coding) && !strings.Contains(accept, "*") {
			t.Errorf("%q gets %q", accept, coding)
		}
		if got := decode(t, coding, w.Body.Bytes()); got != long {
			t.Errorf("%q: the body is another", accept)
		}
	})
}

// FuzzRequests holds that no body decodes to more than the limit.
func FuzzRequests(f *testing.F) {
	f.Add("gzip", encode("gzip", "abc", long))
	f.Add("zstd", encode("zstd", long, "abc"))
	f.Add("zstd", []byte{0x28, 0xb5, 0x2f, 0xfd, 0x04, 0x00})
	h := compress.Requests(compress.Limits{Decoded: 4096})(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if n, _ := io.Copy(io.Discard, r.Body); n > 4096 {
			panic("more than the limit")
		}
	}))
	f.Fuzz(func(_ *testing.T, coding string, body []byte) {
		r := httptest.NewRequest("POST", "/", bytes.NewReader(body))
		r.Header["Content-Encoding"] = []string{coding}
		h.ServeHTTP(httptest.NewRecorder(), r)
	})
}

func BenchmarkResponses(b *testing.B) {
	for _, coding := range []string{"", "gzip", "zstd"} {
		b.Run("accept "+coding, func(b *testing.B) {
			h := compress.Responses(compress.Options{})(page(200, long, "Content-Type: text/plain"))
			b.ReportAllocs()
			for b.Loop() {
				get(h, coding)
			}
		})
	}
}

func ExampleResponses() {
	h := compress.Responses(compress.Options{})(page(200, long))
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Accept-Encoding", "gzip")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	fmt.Println(w.Header().Get("Content-Encoding"), w.Body.Len() < len(long)/10)
	// Output: gzip true
}

func ExampleRequests() {
	h := compress.Requests(compress.Limits{})(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		fmt.Println(string(body))
	}))
	r := httptest.NewRequest("POST", "/", bytes.NewReader(encode("zstd", "hello")))
	r.Header.Set("Content-Encoding", "zstd")
	h.ServeHTTP(httptest.NewRecorder(), r)
	// Output: hello
}

// TestRequests_limitOutside holds that a limit further out counts what was sent, and
// that its error reaches the handler.
func TestRequests_limitOutside(t *testing.T) {
	t.Parallel()
	for _, coding := range []string{"gzip", "zstd"} {
		var got error
		h := compress.Requests(compress.Limits{})(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			_, got = io.ReadAll(r.Body)
			require.NoError(t, r.Body.Close())
		}))
		r := httptest.NewRequest("POST", "/", bytes.NewReader(encode(coding, long)))
		r.Body = http.MaxBytesReader(nil, r.Body, 12)
		r.Header.Set("Content-Encoding", coding)
		h.ServeHTTP(httptest.NewRecorder(), r)
		var tooBig *http.MaxBytesError
		require.ErrorAs(t, got, &tooBig, coding)
		require.Equal(t, int64(12), tooBig.Limit, coding)
	}
	require.EqualError(t, compress.ErrEncoding, "compress: the body cannot be decoded")
}

// TestResponses_events streams events as they are.
func TestResponses_events(t *testing.T) {
	t.Parallel()
	w := get(compress.Responses(compress.Options{})(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		w.(http.Flusher).Flush()
		io.WriteString(w, "data: a\n\n")
		w.(http.Flusher).Flush()
	})), "gzip")
	require.Empty(t, w.Header().Get("Content-Encoding"))
	require.True(t, w.Flushed)
	require.Equal(t, "data: a\n\n", w.Body.String())
}

// TestRequests_window: a header of a few bytes that announces a large window does not get
// the memory for it, since no more is decoded than the limit.
func TestRequests_window(t *testing.T) {
	noise := make([]byte, 35_000)
	rand.NewChaCha8([32]byte{}).Read(noise)
	text := strings.Repeat(hex.EncodeToString(noise), 2) // 140,000 bytes, of which the second half is a match of the first
	announcing := func(window int) []byte {
		var b bytes.Buffer
		z, err := zstd.NewWriter(&b, zstd.WithWindowSize(window), zstd.WithEncoderConcurrency(1))
		require.NoError(t, err)
		for _, half := range []string{text[:70_000], text[70_000:]} { // so that the length is not known, and not announced
			io.WriteString(z, half)
			z.Flush()
		}
		require.NoError(t, z.Close())
		return b.Bytes()
	}
	h := compress.Requests(compress.Limits{})(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		got, err := io.ReadAll(r.Body)
		if err != nil || string(got) != text {
			t.Errorf("%d bytes: %v", len(got), err)
		}
	}))
	send := func(body []byte) {
		r := httptest.NewRequest("POST", "/", bytes.NewReader(body))
		r.Header.Set("Content-Encoding", "zstd")
		h.ServeHTTP(httptest.NewRecorder(), r)
	}
	for _, window := range []int{1 << 10, 1 << 17, 1 << 20, 1 << 23} {
		send(announcing(window))
	}
	skipped := append([]byte{0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3}, announcing(1<<20)...)
	send(skipped)
	large := announcing(8 << 20)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range 10 {
		send(large)
	}
	runtime.ReadMemStats(&after)
	require.Less(t, (after.TotalAlloc-before.TotalAlloc)/10, uint64(4<<20), "bytes of memory for each")
}

// TestResponses_notModified: a 304 has the tag of the 200 that it stands for (RFC 9110
// §15.4.5), which is the weak one if that was compressed.
func TestResponses_notModified(t *testing.T) {
	t.Parallel()
	h := compress.Responses(compress.Options{})(page(304, "", `Etag: "a"`))
	for condition, want := range map[string]string{`W/"a"`: `W/"a"`, `"b", W/"a"`: `W/"a"`, `"a"`: `"a"`, `W/"ab"`: `"a"`, "*": `"a"`} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Accept-Encoding", "gzip")
		r.Header.Set("If-None-Match", condition)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		require.Equal(t, 304, w.Code)
		require.Equal(t, want, w.Header().Get("Etag"), condition)
	}
}
