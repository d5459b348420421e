package wend_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend"
)

// content is what a download reads.
type content struct {
	io.ReadSeeker
	closed bool
	failAt int64
	read   int64
}

func (c *content) Close() error { c.closed = true; return nil }

func (c *content) Read(p []byte) (int, error) {
	n, err := c.ReadSeeker.Read(p)
	if c.read += int64(n); c.failAt > 0 && c.read >= c.failAt {
		return 0, errors.New("bad sector")
	}
	return n, err
}

func TestDownload(t *testing.T) {
	t.Parallel()
	const text = "0123456789"
	modified := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	var file *content
	r := quiet()
	wend.Get(r, "/file", func(context.Context, none) (wend.Download, error) {
		file = &content{ReadSeeker: strings.NewReader(text)}
		return wend.Download{Name: "report.txt", MediaType: "text/plain", Content: file, Modified: modified, ETag: "v1"}, nil
	})
	r.Handle("GET /context", wend.HandlerFunc(func(c wend.Context) error {
		file = &content{ReadSeeker: strings.NewReader(text)}
		return c.Download(wend.Download{Name: "report.txt", MediaType: "text/plain", Content: file, Modified: modified, ETag: `"v1"`})
	}))
	many := strings.TrimSuffix(strings.Repeat("0-0,", 17), ",")
	for _, target := range []string{"/file", "/context"} {
		for _, c := range []struct {
			name, method string
			headers      []string
			status       int
			body         string
			contentRange string
		}{
			{"whole", "GET", nil, 200, text, ""},
			{"head", "HEAD", nil, 200, "", ""},
			{"a range", "GET", []string{"Range: bytes=2-4"}, 206, "234", "bytes 2-4/10"},
			{"the last bytes", "GET", []string{"Range: bytes=-3"}, 206, "789", "bytes 7-9/10"},
			{"a range with its tag", "GET", []string{"Range: bytes=2-4", `If-Range: "v1"`}, 206, "234", "bytes 2-4/10"},
			{"a range of another state", "GET", []string{"Range: bytes=2-4", `If-Range: "v0"`}, 200, text, ""},
			{"behind the end", "GET", []string{"Range: bytes=20-30"}, 416, "", "bytes */10"},
			{"no range at all", "GET", []string{"Range: bytes=z"}, 416, "", ""},
			{"CVE-2011-3192 too many ranges", "GET", []string{"Range: bytes=" + many}, 200, text, ""},
			{"CVE-2024-26141 more bytes than the file", "GET", []string{"Range: bytes=0-9,0-9,0-9"}, 200, text, ""},
			{"not modified, by tag", "GET", []string{`If-None-Match: "v1"`}, 304, "", ""},
			{"not modified, by date", "GET", []string{"If-Modified-Since: " + modified.Format(http.TimeFormat)}, 304, "", ""},
			{"a failed precondition", "GET", []string{`If-Match: "v2"`}, 412, "", ""},
		} {
			t.Run(target+" "+c.name, func(t *testing.T) {
				w := do(r, c.method, target, "", c.headers...)
				require.Equal(t, c.status, w.Code, w.Body.String())
				require.True(t, file.closed)
				if c.status >= 400 {
					problemOf(t, w)
					require.Empty(t, w.Header().Get("Content-Disposition"))
					require.Equal(t, c.contentRange, w.Header().Get("Content-Range"))
					return
				}
				require.Equal(t, c.body, w.Body.String())
				require.Equal(t, `"v1"`, w.Header().Get("ETag"))
				require.Equal(t, c.contentRange, w.Header().Get("Content-Range"))
				if c.status == 304 {
					return
				}
				require.Equal(t, "text/plain", w.Header().Get("Content-Type"))
				require.Equal(t, "nosniff", w.Header().Get("X-Content-Type-Options"))
				require.Equal(t, "bytes", w.Header().Get("Accept-Ranges"))
				require.Equal(t, `attachment; filename="report.txt"`, w.Header().Get("Content-Disposition"))
			})
		}
	}
}

func TestDownload_failures(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	r := logged(&log)
	big := strings.Repeat("x", 1<<20)
	wend.Get(r, "/nothing", func(context.Context, none) (wend.Download, error) { return wend.Download{}, nil })
	wend.Get(r, "/late", func(context.Context, none) (wend.Download, error) {
		return wend.Download{Content: &content{ReadSeeker: strings.NewReader(big), failAt: 600 << 10}}, nil
	})
	require.Equal(t, 500, do(r, "GET", "/nothing", "").Code)
	require.PanicsWithValue(t, http.ErrAbortHandler, func() { do(r, "GET", "/late", "") })
	require.Contains(t, log.String(), "bad sector")
}

// The media types of the envelope's field are those that are documented: the first is
// sent where the value names none.
func TestDownload_mediaType(t *testing.T) {
	t.Parallel()
	type file struct {
		Body wend.Download `body:"text/csv,image/png"`
	}
	r := quiet()
	wend.Get(r, "/", func(_ context.Context, in struct {
		Type string `query:"type"`
	},
	) (file, error) {
		return file{wend.Download{MediaType: in.Type, Content: strings.NewReader("a")}}, nil
	})
	require.Equal(t, "text/csv", do(r, "GET", "/", "").Header().Get("Content-Type"))
	require.Equal(t, "image/png", do(r, "GET", "/?type=image/png", "").Header().Get("Content-Type"))
}

func TestDownload_disposition(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		in     string
		inline bool
		want   string
	}{
		{"none", "", false, "attachment"},
		{"none inline", "", true, ""},
		{"plain", "a.txt", false, `attachment; filename="a.txt"`},
		{"inline", "a.txt", true, `inline; filename="a.txt"`},
		{"CVE-2023-29401 a quote", `a";x=".txt`, false, `attachment; filename="a_;x=_.txt"; filename*=UTF-8''a%22%3Bx%3D%22.txt`},
		{"CVE-2022-36359 a line break", "a\r\nSet-Cookie: x", false, `attachment; filename="aSet-Cookie: x"`},
		{"a path", "../../etc/passwd", false, `attachment; filename="passwd"`},
		{"a Windows path", `C:\x\y.txt`, false, `attachment; filename="y.txt"`},
		{"the directory itself", "..", false, "attachment"},
		{"other letters", "naïve €.txt", false, `attachment; filename="na_ve _.txt"; filename*=UTF-8''na%C3%AFve%20%E2%82%AC.txt`},
		{"a percent sign", "50%.txt", false, `attachment; filename="50_.txt"; filename*=UTF-8''50%25.txt`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := quiet()
			wend.Get(r, "/", func(context.Context, none) (wend.Download, error) {
				return wend.Download{Name: c.in, Inline: c.inline, Content: strings.NewReader("x")}, nil
			})
			require.Equal(t, c.want, do(r, "GET", "/", "").Header().Get("Content-Disposition"))
		})
	}
}

func TestRedirectExternal(t *testing.T) {
	t.Parallel()
	allow := []string{"https://id.example", "https://shop.example:8443/"}
	for _, c := range []struct {
		to string
		ok bool
	}{
		{"https://id.example/login?next=%2F", true},
		{"https://ID.example/", true},
		{"https://shop.example:8443/x", true},
		{"https://shop.example/x", false},
		{"http://id.example/", false},
		{"https://id.example.evil.test/", false},
		{"https://id.example@evil.test/", false},
		{"https://user@id.example/", false},
		{"https:/\\evil.test", false},
		{"//id.example/", false},
		{"/local", false},
		{"javascript:alert(1)", false},
		{" https://id.example/", false},
		{"https://id.example/\r\nX: y", false},
		{"", false},
	} {
		r := quiet()
		wend.Post(r, "/typed", func(context.Context, none) (wend.RedirectExternal, error) {
			return wend.RedirectExternal{To: c.to, Allow: allow}, nil
		})
		r.Handle("GET /context", wend.HandlerFunc(func(ctx wend.Context) error {
			return ctx.Respond(wend.RedirectExternal{To: c.to, Allow: allow})
		}))
		w, v := do(r, "POST", "/typed", ""), do(r, "GET", "/context", "")
		if c.ok {
			require.Equal(t, []int{303, 307}, []int{w.Code, v.Code}, c.to)
			require.Equal(t, c.to, w.Header().Get("Location"))
			continue
		}
		require.Equal(t, []int{500, 500}, []int{w.Code, v.Code}, c.to)
		require.Empty(t, w.Header().Get("Location"))
	}
}
