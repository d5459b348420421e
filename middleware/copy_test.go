package middleware

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// TestServeCopy_form holds that the files of a form go away, which a server does only
// for a form on its own request (CVE-2025-54121).
func TestServeCopy_form(t *testing.T) {
	t.Parallel()
	for name, mw := range map[string]func(http.Handler) http.Handler{
		"Timeout": Timeout(time.Minute), "BufferedTimeout": BufferedTimeout(time.Minute), "BodyLimit": BodyLimit(1 << 20),
		"BodyDump": BodyDump(10, func(*http.Request, Dump) {}), "RealIP": RealIP("X-Real-IP", "192.0.2.1"),
	} {
		var form bytes.Buffer
		w := multipart.NewWriter(&form)
		part, err := w.CreateFormFile("file", "name")
		require.NoError(t, err)
		part.Write(make([]byte, 10_000))
		require.NoError(t, w.Close())
		var file string
		h := mw(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			require.NoError(t, r.ParseMultipartForm(0), name)
			f, err := r.MultipartForm.File["file"][0].Open()
			require.NoError(t, err, name)
			file = f.(*os.File).Name()
			require.NoError(t, f.Close(), name)
			require.FileExists(t, file, name)
		}))
		r := httptest.NewRequest("POST", "/", &form)
		r.Header.Set("Content-Type", w.FormDataContentType())
		r.Header.Set("X-Real-IP", "198.51.100.7")
		serve(h, r)
		require.NoFileExists(t, file, name)
	}
}

func TestRateTable_tiers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		table := newRateTable(3)
		allow := func(key string, l Limit) Quota {
			q, err := table.Allow(context.Background(), key, l)
			require.NoError(t, err)
			return q
		}
		slow, fast := Limit{PerSecond: 0.001, Burst: 2}, Limit{PerSecond: 1, Burst: 5}
		allow("a", slow)
		require.Equal(t, 0, allow("a", fast).Remaining, "a new tier is no new burst")
		time.Sleep(10 * time.Second)
		require.Equal(t, 4, allow("a", fast).Remaining, "it fills at the pace of the new one")
		require.Equal(t, 1, allow("a", slow).Remaining, "and holds what the tier holds")

		allow("b", slow)
		allow("c", fast)
		time.Sleep(10 * time.Second)
		require.True(t, allow("d", fast).OK)
		require.Contains(t, table.buckets, "a", "an offender of a slow tier stays")
		require.Contains(t, table.buckets, "b")
		require.NotContains(t, table.buckets, "c", "who has the whole burst makes room, though others asked earlier")
		for i := range 3 * maxSharedLimits {
			allow("new", Limit{PerSecond: 0.001, Burst: i + 1})
		}
		require.LessOrEqual(t, len(table.shared), maxSharedLimits)
	})
}

func TestETag_modified(t *testing.T) {
	t.Parallel()
	h := ETag()(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Last-Modified", "Sat, 02 Jan 2027 03:04:05 GMT")
		io.WriteString(w, "x")
	}))
	require.Equal(t, 304, serve(h, request("GET", "/", "If-Modified-Since: Sat, 02 Jan 2027 03:04:05 GMT")).Code)
	require.Equal(t, 200, serve(h, request("GET", "/", "If-Modified-Since: Sat, 02 Jan 2027 03:04:04 GMT")).Code)
	trailers := ETag()(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, "x")
		w.Header().Set(http.TrailerPrefix+"X-After", "1")
	}))
	require.Empty(t, serve(trailers, request("GET", "/")).Header()["Etag"])
}

func TestProxy_failures(t *testing.T) {
	t.Parallel()
	upstream := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { io.Copy(io.Discard, r.Body) }))
	defer upstream.Close()
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	h := Proxy(Upstreams{Targets: []string{upstream.URL}, Transport: transport, Logger: slog.New(slog.DiscardHandler)})
	r := httptest.NewRequest("POST", "/", strings.NewReader(strings.Repeat("a", 100)))
	r.ContentLength = -1
	require.Equal(t, 413, serve(BodyLimit(10)(h), r).Code, "the client's fault")
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	require.Equal(t, 502, serve(h, request("GET", "/").WithContext(gone)).Code)
	require.Equal(t, 200, serve(h, request("GET", "/")).Code, "neither makes the server rest")
}

// TestProxy_body: a client whose body fails is at fault, and no server behind the proxy is
// left out for it.
func TestProxy_body(t *testing.T) {
	t.Parallel()
	upstream := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { io.Copy(io.Discard, r.Body) }))
	t.Cleanup(upstream.Close)
	for _, test := range []struct {
		name string
		err  error
		want int
	}{
		{"too large", &http.MaxBytesError{Limit: 1}, 413},
		{"an error with a status", late{}, 408},
		{"cut off", io.ErrUnexpectedEOF, 400},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			transport := &http.Transport{}
			defer transport.CloseIdleConnections()
			var log strings.Builder
			targets := []string{upstream.URL + "/a", upstream.URL + "/b"}
			h := Proxy(Upstreams{Targets: targets, Transport: transport, Logger: slog.New(slog.NewTextHandler(&log, nil))})
			for range 4 { // a server that rests would be named in the log, and a rest of all shows nothing
				r := httptest.NewRequest("POST", "/", io.MultiReader(strings.NewReader("half"), iotest.ErrReader(test.err)))
				r.ContentLength = -1
				w := httptest.NewRecorder()
				h.ServeHTTP(w, r)
				require.Equal(t, test.want, w.Code)
				require.NotContains(t, w.Body.String(), test.err.Error())
			}
			require.Empty(t, log.String())
		})
	}
}

// late is the error of a body that does not arrive.
type late struct{}

func (late) Error() string   { return "secret" }
func (late) HTTPStatus() int { return 408 }
