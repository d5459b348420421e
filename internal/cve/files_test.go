package cve_test

import (
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend"
)

// siteFiles is what a static handler serves, and what it must not.
func siteFiles() fstest.MapFS {
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	return fstest.MapFS{
		"index.html":        file("home"),
		"page.txt":          file("page"),
		"page.php":          file("<?php secret"),
		"docs/index.html":   file("docs"),
		"dir/a.txt":         file("a"),
		"dir/.secret":       file("secret"),
		".env":              file("secret"),
		".git/config":       file("secret"),
		".next/trace":       file("secret"),
		"CON":               file("secret"),
		"prn.txt":           file("secret"),
		"com1.log":          file("secret"),
		"com¹.log":          file("secret"),
		"a:b":               file("secret"),
		"back\\slash":       file("secret"),
		"page.txt.":         file("secret"),
		"page.txt ":         file("secret"),
		"name\n.txt":        file("secret"),
		"~root/.profile":    file("secret"),
		"page.txt::$DATA":   file("secret"),
		"dir:$I30:$INDEX/x": file("secret"),
	}
}

// TestFiles_names: a name that another system, or another decoder, takes for something else is none.
func TestFiles_names(t *testing.T) {
	t.Parallel()
	r := quiet()
	r.Mount("/static", wend.Static(siteFiles()))
	for _, c := range []struct{ name, target string }{
		{"CVE-2020-36565 backslashes", `/static/..%5c..%5cwindows`},
		{"CVE-2022-21221 backslash", `/static/..%5cindex.html`},
		{"CVE-2022-41722 drive", "/static/c:/windows"},
		{"CVE-2022-41722 drive behind a dot", "/static/a/.%2fc:/x"},
		{"CVE-2023-45283 device path", `/static/%5c%5c?%5cc:%5cx`},
		{"CVE-2023-45283 root of the NT namespace", `/static/%5c??%5cc:%5cx`},
		{"CVE-2019-14322 drive name", "/static/c:page.txt"},
		{"CVE-2024-49766 UNC path", "/static/%2f%2fserver/share"},
		{"CVE-2025-66221 device", "/static/CON"},
		{"CVE-2025-66221 device in small letters", "/static/con"},
		{"CVE-2026-21860 device with an extension", "/static/prn.txt"},
		{"CVE-2026-21860 device and a space", "/static/CON%20"},
		{"CVE-2025-66221 port", "/static/com1.log"},
		{"CVE-2025-66221 port with a raised digit", "/static/com%C2%B9.log"},
		{"CVE-2018-7212 backslash", `/static/%5c..%5cpage.txt`},
		{"CVE-2010-2263 stream", "/static/page.txt::$DATA"},
		{"CVE-2010-2731 index of a directory", "/static/dir:$I30:$INDEX/x"},
		{"CVE-2011-4963 dot at the end", "/static/page.txt."},
		{"CVE-2013-4547 space at the end", "/static/page.txt%20"},
		{"CVE-2013-4547 space and NUL", "/static/page.txt%20%00.php"},
		{"CVE-2017-15715 line break at the end", "/static/page.txt%0a"},
		{"CVE-2017-15715 line break inside", "/static/name%0a.txt"},
		{"CVE-2024-38474 question mark", "/static/page.php%3fx.txt"},
		{"CVE-2024-32869 encoded dots and slash", "/static/%2e%2e%2fpage.txt"},
		{"CVE-2017-1000028 overlong slash", "/static/%c0%af..%c0%afetc/passwd"},
		{"CVE-2008-2938 overlong dots", "/static/%c0%ae%c0%ae/etc/passwd"},
		{"CVE-2009-1535 overlong slash inside", "/static/dir%c0%af.secret"},
		{"CVE-2000-0884 overlong backslash", "/static/..%c1%9c../x"},
		{"CVE-2001-0333 encoded twice", "/static/..%255c..%255cx"},
		{"CVE-2008-4360 another case", "/static/PAGE.TXT"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := do(t, r, "GET", c.target, "")
			require.Contains(t, []int{400, 404}, w.Code, w.Body.String())
			require.NotContains(t, w.Body.String(), "secret")
		})
	}
	require.Equal(t, "page", do(t, r, "GET", "/static/page.txt", "").Body.String())
}

// TestFiles_outside: nothing outside of the root, and no dot-file, is read, by whichever way.
func TestFiles_outside(t *testing.T) {
	t.Parallel()
	base := t.TempDir()
	write := func(name, text string) {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(base, name)), 0o700))
		require.NoError(t, os.WriteFile(filepath.Join(base, name), []byte(text), 0o600))
	}
	write("secret.txt", "secret")
	write("public-private/secret.txt", "secret")
	write("public/page.txt", "page")
	write("public/.next/secret.txt", "secret")
	write("public/.htpasswd", "secret")
	require.NoError(t, os.Symlink("../secret.txt", filepath.Join(base, "public/link.txt")))
	require.NoError(t, os.Symlink("..", filepath.Join(base, "public/up")))
	require.NoError(t, os.Symlink(base, filepath.Join(base, "public/absolute")))
	r := quiet()
	r.Mount("/static", wend.Static(os.DirFS(filepath.Join(base, "public"))))
	r.Mount("/", wend.SPA(siteFiles()))
	addr := serve(t, r)
	for _, c := range []struct{ name, target string }{
		{"CVE-2023-29159 prefix of a name", "/static/../public-private/secret.txt"},
		{"CVE-2023-29159 prefix, encoded", "/static/%2e%2e/public-private/secret.txt"},
		{"CVE-2014-6394 prefix of a name", "/static/..%2fpublic-private/secret.txt"},
		{"CVE-2025-27610 prefix of a name without a slash", "/static-private/secret.txt"},
		{"CVE-2024-23334 link to a file", "/static/link.txt"},
		{"CVE-2024-23334 link to a directory", "/static/up/secret.txt"},
		{"CVE-2013-0262 absolute link", "/static/absolute/secret.txt"},
		{"CVE-2025-22873 the parent itself", "/static/up/"},
		{"CVE-2020-8161 a directory and back", "/static/up/../secret.txt"},
		{"CVE-2021-43798 below a mount", "/static/x/../../../../../../secret.txt"},
		{"CVE-2021-41773 half encoded dots", "/static/.%2e/secret.txt"},
		{"CVE-2021-42013 encoded twice", "/static/%%32%65%%32%65/secret.txt"},
		{"CVE-2017-14849 too many dots", "/static/foo/../../secret.txt"},
		{"CVE-2014-3744 encoded dots", "/static/%2e%2e/secret.txt"},
		{"CVE-2018-7490 encoded slash", "/static/..%2f..%2fsecret.txt"},
		{"CVE-2018-3760 encoded twice", "/static/%252e%252e/secret.txt"},
		{"CVE-2018-3760 file scheme", "/static/file:%2f%2f/secret.txt"},
		{"CVE-2022-35920 encoded slash and dots", "/static/%2e%2e%2fsecret.txt"},
		{"CVE-2022-29970 dots behind a name", "/static/page.txt/../../secret.txt"},
		{"CVE-2024-23340 plain dots", "/static/../secret.txt"},
		{"CVE-2020-36559 plain dots behind slashes", "/static//../../secret.txt"},
		{"CVE-2018-6184 dots in the middle", "/static/x/../../../secret.txt"},
		{"CVE-2020-5284 dot-directory", "/static/.next/secret.txt"},
		{"CVE-2022-31836 dots behind a match", "/static/page.txt/..%2f../secret.txt"},
		{"CVE-2019-11510 dots behind a word", "/static/dana/../../secret.txt"},
		{"CVE-2019-19781 dots behind a word", "/static/vpn/../../secret.txt?x"},
		{"CVE-2021-28164 encoded dot segment", "/static/%2e/.htpasswd"},
		{"CVE-2021-34429 Unicode escape", "/static/%u002e%u002e/secret.txt"},
		{"CVE-2021-34429 NUL behind a dot", "/static/.%00/.htpasswd"},
		{"CVE-2018-13379 dots in a query", "/static/lang?lang=/../../..//////////secret.txt"},
		{"CVE-2014-2324 traversal in the host", "/static/../secret.txt"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			wire := "GET " + c.target + " HTTP/1.1\r\nHost: []/../../\r\nConnection: close\r\n\r\n"
			for _, host := range []string{"[]/../../", "example.com"} {
				responses, bodies := exchange(t, addr, strings.Replace(wire, "[]/../../", host, 1))
				require.Len(t, responses, 1)
				require.Contains(t, []int{400, 404, 308}, responses[0].StatusCode)
				require.NotContains(t, bodies[0], "secret")
			}
		})
	}
	_, bodies := exchange(t, addr, "GET /static/page.txt HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
	require.Equal(t, []string{"page"}, bodies)
}

// TestFiles_listing: a directory is never listed, whatever it is called.
func TestFiles_listing(t *testing.T) {
	t.Parallel()
	r := quiet()
	r.Mount("/", wend.Static(siteFiles()))
	for _, c := range []struct{ name, target string }{
		{"CVE-2000-0505 many slashes", "/dir" + strings.Repeat("/", 200)},
		{"CVE-2001-0925 thousands of slashes", strings.Repeat("/", 4095) + "dir/"},
		{"CVE-2019-10247 directory", "/dir/"},
		{"CVE-2019-10241 directory with a query", "/dir/?M=D"},
		{"CVE-2015-8859 directory without its slash", "/dir"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := do(t, r, "GET", c.target, "")
			require.NotEqual(t, 200, w.Code)
			require.NotContains(t, w.Body.String(), "a.txt")
		})
	}
}

// TestFiles_type: nothing is sniffed, and no content of a stranger is shown as a page.
func TestFiles_type(t *testing.T) {
	t.Parallel()
	const page = "<html><script>alert(1)</script>"
	r := quiet()
	r.Mount("/static", wend.Static(fstest.MapFS{"upload": {Data: []byte(page)}, "upload.unknown": {Data: []byte(page)}}))
	wend.Get(r, "/blob", func(context.Context, none) (wend.Blob, error) { return wend.Blob{Data: []byte(page)}, nil })
	wend.Get(r, "/text", func(context.Context, none) (wend.Text, error) { return page, nil })
	wend.Get(r, "/json", func(context.Context, none) (string, error) { return page, nil })
	wend.Get(r, "/download", func(context.Context, none) (wend.Download, error) {
		return wend.Download{Name: "x.html", Content: strings.NewReader(page)}, nil
	})
	for _, c := range []struct{ name, target, mediaType string }{
		{"CVE-2020-24553 no type given", "/blob", "application/octet-stream"},
		{"CVE-2020-24553 text", "/text", "text/plain; charset=utf-8"},
		{"CVE-2020-24553 JSON", "/json", "application/json"},
		{"CVE-2020-24553 file without an extension", "/static/upload", "application/octet-stream"},
		{"CVE-2020-24553 file with an unknown extension", "/static/upload.unknown", "application/octet-stream"},
		{"CVE-2022-45442 reflected download", "/download", "application/octet-stream"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := do(t, r, "GET", c.target, "")
			require.Equal(t, 200, w.Code)
			require.Equal(t, c.mediaType, w.Header().Get("Content-Type"))
			if strings.HasPrefix(c.target, "/static") || c.target == "/download" {
				require.Equal(t, "nosniff", w.Header().Get("X-Content-Type-Options"))
			}
		})
	}
	require.Equal(t, `attachment; filename="x.html"`, do(t, r, "GET", "/download", "").Header().Get("Content-Disposition"))
}

// TestFiles_ranges: an answer is never larger than the file, and costs no more than to send it.
func TestFiles_ranges(t *testing.T) {
	t.Parallel()
	content := strings.Repeat("0123456789", 10_000)
	r := quiet()
	wend.Get(r, "/file", func(context.Context, none) (wend.Download, error) {
		return wend.Download{MediaType: "text/plain", Content: strings.NewReader(content)}, nil
	})
	r.Mount("/static", wend.Static(fstest.MapFS{"file": {Data: []byte(content)}}))
	many := func(one string, n int) string { return "bytes=" + strings.TrimSuffix(strings.Repeat(one+",", n), ",") }
	for _, c := range []struct{ name, ranges string }{
		{"CVE-2011-3192 thousands of overlapping ranges", many("0-", 1300)},
		{"CVE-2011-3192 ranges of growing length", "bytes=0-,5-0,5-1,5-2,5-3,5-4,5-5,5-6,5-7,5-8,5-9,5-10,5-11"},
		{"CVE-2024-26141 the whole file often", many("0-99999", 16)},
		{"CVE-2025-62727 unmerged ranges", many("0-0", 5000)},
		{"CVE-2022-44570 spaces", "bytes=" + strings.Repeat(" ", 20_000) + "x"},
		{"CVE-2022-44570 digits", "bytes=0-" + strings.Repeat("9", 20_000)},
		{"CVE-2017-7529 suffix beyond 64 bits", "bytes=-9223372036854775608,-9223372036854775607"},
		{"CVE-2017-7529 start beyond 64 bits", "bytes=18446744073709551615-"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for _, path := range []string{"/file", "/static/file"} {
				w := do(t, r, "GET", path, "", "Range: "+c.ranges)
				require.Contains(t, []int{200, 206, 416}, w.Code)
				require.LessOrEqual(t, w.Body.Len(), len(content)+4<<10, "the file and the heads of parts")
			}
		})
	}
	require.Equal(t, 206, do(t, r, "GET", "/file", "", "Range: bytes=0-1,4-5").Code)
}

// TestFiles_disposition: a name for a download is one parameter, whatever is in it.
func TestFiles_disposition(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, file, want string }{
		{"CVE-2023-29401 quote and semicolon", `malicious.sh";dummy=.txt`, `attachment; filename="malicious.sh_;dummy=.txt"; filename*=UTF-8''malicious.sh%22%3Bdummy%3D.txt`},
		{"CVE-2022-36359 quote", `a".bat`, `attachment; filename="a_.bat"; filename*=UTF-8''a%22.bat`},
		{"CVE-2022-36359 line break", "a\r\nX: y", `attachment; filename="aX: y"`},
		{"CVE-2020-15111 path and quote", `../"x`, `attachment; filename="_x"; filename*=UTF-8''%22x`},
		{"CVE-2022-45442 percent and quote", `a%22.bat"`, `attachment; filename="a_22.bat_"; filename*=UTF-8''a%2522.bat%22`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := quiet()
			r.Handle("GET /", wend.HandlerFunc(func(ctx wend.Context) error {
				return ctx.Download(wend.Download{Name: c.file, Content: strings.NewReader("x")})
			}))
			w := do(t, r, http.MethodGet, "/", "")
			require.Equal(t, c.want, w.Header().Get("Content-Disposition"))
			body, err := io.ReadAll(w.Body)
			require.NoError(t, err)
			require.Equal(t, "x", string(body))
		})
	}
}
