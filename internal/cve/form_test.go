package cve_test

import (
	"context"
	"fmt"
	"mime/multipart"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/binding"
)

const (
	boundary = "b0undary"
	multiple = "Content-Type: multipart/form-data; boundary=" + boundary
	encoded  = "Content-Type: application/x-www-form-urlencoded"
)

// part is one part of a multipart body.
func part(head, body string) string {
	return "--" + boundary + "\r\n" + head + "\r\n\r\n" + body + "\r\n"
}

func field(name, value string) string {
	return part(`Content-Disposition: form-data; name="`+name+`"`, value)
}

func file(name, fileName, content string) string {
	return part(fmt.Sprintf(`Content-Disposition: form-data; name="%s"; filename="%s"`, name, fileName), content)
}

const end = "--" + boundary + "--\r\n"

// texts is what a form has beside files.
type texts struct {
	Name string   `form:"name" validate:"max=100"`
	Age  int      `form:"age"`
	Tags []string `form:"tags"`
}

// portrait is a form with a file, which makes it multipart.
type portrait struct {
	texts
	Avatar *binding.Upload `form:"avatar"`
}

// formSite answers with what it has read of a form: with a file, which it saves, at "/", and without one at "/plain".
func formSite(t *testing.T, dir string) *wend.Router {
	root, err := os.OpenRoot(dir)
	require.NoError(t, err)
	t.Cleanup(func() { root.Close() })
	echo := func(in texts, saved string) (wend.Text, error) {
		return wend.Text(fmt.Sprintf("%s|%d|%s|%s", in.Name, in.Age, strings.Join(in.Tags, ","), saved)), nil
	}
	r := quiet()
	wend.Post(r, "/plain", func(_ context.Context, in texts) (wend.Text, error) { return echo(in, "") })
	wend.Post(r, "/", func(_ context.Context, in portrait) (wend.Text, error) {
		if in.Avatar == nil {
			return echo(in.texts, "")
		}
		name, err := wend.SaveUpload(root, *in.Avatar)
		if err != nil {
			return "", err
		}
		return echo(in.texts, name)
	})
	return r
}

// pathOf is where formSite takes a form of a media type.
func pathOf(kind string) string {
	if kind == multiple {
		return "/"
	}
	return "/plain"
}

// TestForm_refused: a form without bounds, or with damaged parts, is a clean 4xx and costs little memory.
func TestForm_refused(t *testing.T) { // alone, for it counts what is allocated
	site := formSite(t, t.TempDir())
	junk := strings.Repeat("x", 1<<20)
	for _, c := range []struct {
		name, body string
		status     int
	}{
		{"CVE-2022-41725 file of an unknown field", file("x", "x", strings.Repeat(junk, 33)) + end, 413},
		{"CVE-2022-41725 files of unknown fields", strings.Repeat(file("x", "x", "y"), 101) + end, 413},
		{"CVE-2023-24536 thousands of parts", strings.Repeat(field("x", ""), 1001) + end, 413},
		{"CVE-2023-24534 thousands of headers of a part", part("Content-Disposition: form-data; name=a"+strings.Repeat("\r\nA: b", 20_000), "x") + end, 413},
		{"CVE-2023-45290 one long header line", part("Content-Disposition: form-data; name="+junk, "x") + end, 413},
		{"CVE-2024-47874 field without a file name", field("name", junk+"x") + end, 413},
		{"CVE-2024-49767 fields together", strings.Repeat(field("x", junk[:300_000]), 4) + end, 413},
		{"CVE-2023-30798 fields without a bound", strings.Repeat(field("tags", "x"), 1001) + end, 413},
		{"CVE-2023-25577 parts without a bound", strings.Repeat(part("Content-Disposition: form-data; name=x", ""), 30_000) + end, 413},
		{"CVE-2023-27530 parts that look alike", strings.Repeat(field("a", "b"), 4096) + end, 413},
		{"CVE-2023-24998 parts", strings.Repeat(file("x", "", ""), 2000) + end, 413},
		{"CVE-2025-48976 header of a part", part("Content-Disposition: form-data; name=a\r\nX: "+junk[:20_000], "x") + end, 413},
		{"CVE-2025-48988 parts with large headers", strings.Repeat(part("Content-Disposition: form-data; name=a\r\nX: "+junk[:8000], "x"), 1001) + end, 413},
		{"CVE-2023-26048 part without a file name", field("large", junk+"y") + end, 413},
		{"CVE-2025-61770 preamble", junk[:500_000] + junk + "\r\n" + field("age", "x") + end, 400},
		{"CVE-2025-61772 header without an end", "--" + boundary + "\r\n" + "X: " + junk, 413},
		{"CVE-2025-61771 many fields", strings.Repeat(field("x", junk[:9000]), 200) + end, 413},
		{"CVE-2023-46136 line break and no boundary", file("avatar", "x", "\r"+strings.Repeat(junk, 11)) + end, 413},
		{"CVE-2022-23833 boundary that never comes", file("avatar", "x", "y"), 400},
		{"CVE-2024-30251 body that ends in a part", "--" + boundary + "\r\nContent-Disposition: form-data; name=name\r\n\r\n", 400},
		{"CVE-2024-30251 body that ends in the header of a part", "--" + boundary + "\r\nContent-Disposition: form-data", 400},
		{"CVE-2014-0050 boundary longer than a buffer", "--" + boundary + strings.Repeat("-", 5000), 400},
		{"CVE-2016-3092 boundary as long as a buffer", strings.Repeat("--"+boundary, 4096), 400},
		{"CVE-2022-24434 malformed header of a part", part("Content-Disposition: form-data\x00; name=a", "x") + end, 400},
		{"CVE-2022-24434 header of a part without a name", part("Content-Disposition", "x") + end, 400},
		{"CVE-2025-47944 no disposition", part("X: y", "x") + end, 400},
		{"CVE-2025-7338 damaged disposition", part("Content-Disposition: form-data; name", "x") + end, 400},
		{"CVE-2025-47935 body cut short", file("avatar", "x", junk)[:500_000], 400},
		{"CVE-2022-44571 disposition of quotes", part("Content-Disposition: form-data; name="+strings.Repeat(`\"`, 3500), "x") + end, 400},
		{"CVE-2022-44572 boundary of a boundary", "--" + strings.Repeat(boundary, 5000), 400},
		{"CVE-2022-30122 header of many lines", part("Content-Disposition: form-data; name=a"+strings.Repeat("\r\n b", 3000), "x") + end, 400},
		{"CVE-2025-47287 damaged parts, one log line", strings.Repeat(part("X", "y"), 900) + end, 400},
		{"CVE-2023-31047 two files for one field", file("avatar", "a", "x") + file("avatar", "b", "y") + end, 422},
	} {
		t.Run(c.name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			w := do(t, site, "POST", "/", c.body, multiple)
			runtime.ReadMemStats(&after)
			require.Equal(t, c.status, w.Code, w.Body.String())
			require.LessOrEqual(t, after.TotalAlloc-before.TotalAlloc, uint64(4*len(c.body)+64<<20))
		})
	}
}

// TestForm_harmless: what looks like an attack on another parser is data, or nothing.
func TestForm_harmless(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, kind, body, want string }{
		{"CVE-2025-48997 file without a field name", multiple, file("", "a.txt", "x") + field("name", "n") + end, "n|0||"},
		{"CVE-2012-6109 disposition of semicolons", multiple, part("Content-Disposition: form-data"+strings.Repeat("; a=b", 1500), "x") + field("name", "n") + end, "n|0||"},
		{"CVE-2020-7699 prototype as a field", multiple, field("__proto__.admin", "x") + field("name", "n") + end, "n|0||"},
		{"CVE-2020-8136 prototype as a file", multiple, file("__proto__", "a", "x") + field("name", "n") + end, "n|0||"},
		{"CVE-2021-23597 constructor as a field", multiple, field("constructor", "x") + field("name", "n") + end, "n|0||"},
		{"CVE-2017-1000048 prototype in brackets", encoded, "name=n&]=x&[hasOwnProperty]=y&toString=z", "n|0||"},
		{"CVE-2014-7191 huge index", encoded, "name=n&tags[999999999]=x", "n|0||"},
		{"CVE-2024-37298 huge index with a dot", encoded, "name=n&tags.99999999=x", "n|0||"},
		{"CVE-2025-54801 huge index of a list", encoded, "name=n&tags%5B18446744073704%5D=x", "n|0||"},
		{"CVE-2025-48075 negative index", encoded, "name=n&tags[-1]=x", "n|0||"},
		{"CVE-2020-36568 index of a slice", encoded, "name=n&tags[2147483647].x=y", "n|0||"},
		{"CVE-2014-10064 depth", encoded, "name=n&" + strings.Repeat("a%5Ba%5D", 10_000) + "=x", "n|0||"},
		{"CVE-2015-3225 depth of parameters", encoded, "name=n&tags" + strings.Repeat("[x]", 20_000) + "=x", "n|0||"},
		{"CVE-2022-24999 depth of the prototype", encoded, "name=n&a[__proto__]=b&a[__proto__]&a[length]=100000000", "n|0||"},
		{"CVE-2022-22965 class loader", encoded, "name=n&class.module.classLoader.resources.context.parent.pipeline.first.pattern=x", "n|0||"},
		{"CVE-2010-1622 class loader", encoded, "name=n&class.classLoader.URLs[0]=jar:http://evil.test/x", "n|0||"},
		{"CVE-2014-0094 class parameter", encoded, "name=n&class%5B%27classLoader%27%5D=x", "n|0||"},
		{"CVE-2012-2055 field that the form does not have", encoded, "name=n&admin=true&user[role]=root", "n|0||"},
		{"CVE-2021-23336 semicolon is no separator", encoded, "name=n;age=1", "n;age=1|0||"},
		{"CVE-2023-50164 name in another case", encoded, "name=n&NAME=x&Name=y", "n|0||"},
		{"CVE-2023-50164 file name in another case", multiple, file("avatar", "a.txt", "x") + field("Avatar", "../x") + field("avatarFileName", "../../x") + end, "a.txt"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := do(t, formSite(t, t.TempDir()), "POST", pathOf(c.kind), c.body, c.kind)
			require.Equal(t, 200, w.Code, w.Body.String())
			require.True(t, strings.HasSuffix(w.Body.String(), c.want), w.Body.String())
		})
	}
}

// TestForm_pairs: the number of pairs is bounded, whatever separates them.
func TestForm_pairs(t *testing.T) {
	t.Parallel()
	site := formSite(t, t.TempDir())
	r := quiet()
	wend.Get(r, "/", func(context.Context, struct {
		Q string `query:"q"`
	},
	) (none, error) {
		return none{}, nil
	})
	for _, c := range []struct {
		name, pairs string
		status      int
	}{
		{"CVE-2025-61726 distinct keys", distinct(1001), 400},
		{"CVE-2025-46727 one key", strings.Repeat("a&", 1001), 400},
		{"CVE-2025-59830 behind semicolons", "a;b;c&" + strings.Repeat("a=1&", 1000), 400},
		{"CVE-2025-61919 empty values", strings.Repeat("a=&", 1001), 400},
		{"CVE-2011-4858 colliding keys", strings.Repeat("Aa=&BB=&", 501), 400},
		{"CVE-2012-0022 empty keys", strings.Repeat("=a&", 1001), 400},
		{"CVE-2024-45590 escaped keys", strings.Repeat("%61=1&", 1001), 400},
		{"CVE-2011-5036 numbers", distinct(5000), 400},
		{"CVE-2025-61726 exactly the limit", distinct(1000), 200},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := do(t, site, "POST", "/plain", c.pairs, encoded)
			require.Equal(t, c.status, w.Code, w.Body.String())
			if len(c.pairs) < 16<<10 {
				w = do(t, r, "GET", "/?"+c.pairs, "")
				require.Equal(t, c.status == 200, w.Code == 204, w.Body.String())
			}
		})
	}
}

func distinct(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "k%d=&", i)
	}
	return b.String()
}

// TestForm_saved: a file lands in its directory, under a new name, whatever the client calls it.
func TestForm_saved(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, fileName string }{
		{"CVE-2022-40082 parent directories", "../../../etc/passwd"},
		{"CVE-2021-23772 parent with backslashes", `..\\..\\windows\\x.ini`},
		{"CVE-2021-31542 dots", ".."},
		{"CVE-2021-28658 encoded parents", "..%2f..%2fx"},
		{"CVE-2021-45452 absolute", "/tmp/x"},
		{"CVE-2022-27261 file that is there", "victim.txt"},
		{"CVE-2014-0481 the same name again", "victim.txt"},
		{"CVE-2023-50164 escaped parents", "..\\/..\\/x"},
		{"CVE-2021-43617 script with an odd extension", "x.phar"},
		{"CVE-2019-16354 anybody may read it", "private.txt"},
		{"CVE-2020-24583 directory of others", "private.txt"},
		{"CVE-2021-23772 NUL", "x.txt\x00.php"},
		{"CVE-2021-31542 line break", "x\ny"},
		{"CVE-2022-40082 very long", strings.Repeat("n", 5000)},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			base := t.TempDir()
			dir := filepath.Join(base, "uploads")
			require.NoError(t, os.Mkdir(dir, 0o700))
			victim := filepath.Join(dir, "victim.txt")
			require.NoError(t, os.WriteFile(victim, []byte("before"), 0o600))
			w := do(t, formSite(t, dir), "POST", "/", file("avatar", c.fileName, "after")+end, multiple)
			if w.Code != 200 {
				require.Contains(t, []int{400, 413, 422}, w.Code, w.Body.String())
				return
			}
			left, err := os.ReadDir(base)
			require.NoError(t, err)
			require.Len(t, left, 1)
			files, err := os.ReadDir(dir)
			require.NoError(t, err)
			require.Len(t, files, 2)
			kept, err := os.ReadFile(victim)
			require.NoError(t, err)
			require.Equal(t, "before", string(kept))
			for _, f := range files {
				info, err := f.Info()
				require.NoError(t, err)
				require.Equal(t, os.FileMode(0o600), info.Mode().Perm(), f.Name())
				require.NotContains(t, f.Name(), "\n")
				require.Less(t, len(f.Name()), 200)
			}
		})
	}
}

// TestForm_spooled: a large file waits on disk where nobody else can read it, and is gone after the request.
func TestForm_spooled(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	var during []os.FileMode
	look := func() (modes []os.FileMode) {
		require.NoError(t, filepath.WalkDir(os.Getenv("TMPDIR"), func(name string, _ os.DirEntry, err error) error {
			if info, statErr := os.Stat(name); statErr == nil && name != os.Getenv("TMPDIR") {
				modes = append(modes, info.Mode().Perm())
			}
			return err
		}))
		return modes
	}
	r := quiet()
	wend.Post(r, "/ok", func(_ context.Context, _ portrait) (none, error) { during = look(); return none{}, nil })
	wend.Post(r, "/panic", func(_ context.Context, _ portrait) (none, error) { during = look(); panic("x") })
	large := strings.Repeat("x", 3<<20)
	for _, c := range []struct {
		name, path, body string
		status           int
	}{
		{"CVE-2025-54121 served", "/ok", file("avatar", "a", large) + end, 204},
		{"CVE-2023-24580 refused", "/ok", file("avatar", "a", large) + file("avatar", "b", large) + end, 422},
		{"CVE-2023-24580 cut short", "/ok", file("avatar", "a", large) + file("avatar", "b", large)[:2<<20], 400},
		{"CVE-2020-24583 handler that panics", "/panic", file("avatar", "a", large) + end, 500},
	} {
		t.Run(c.name, func(t *testing.T) {
			during = nil
			require.Equal(t, c.status, do(t, r, "POST", c.path, c.body, multiple).Code)
			require.Empty(t, look())
			for _, mode := range during {
				require.Zero(t, mode&0o077, "readable by others: %v", mode)
			}
			require.Equal(t, c.status == 204 || c.status == 500, len(during) > 0)
		})
	}
}

// TestForm_type: the media type decides once how a body is read.
func TestForm_type(t *testing.T) {
	t.Parallel()
	r := quiet()
	wend.Post(r, "/", func(_ context.Context, in struct {
		Name string `json:"name" validate:"max=5"`
	},
	) (wend.Text, error) {
		return wend.Text(in.Name), nil
	})
	const body = `{"name":"n"}`
	for _, c := range []struct {
		name   string
		lines  []string
		status int
	}{
		{"CVE-2021-32677 text", []string{"Content-Type: text/plain"}, 415},
		{"CVE-2021-32677 none", []string{"Content-Type: "}, 415},
		{"CVE-2022-41919 text that names JSON", []string{"Content-Type: text/plain; application/json"}, 415},
		{"CVE-2022-41919 form that names JSON", []string{"Content-Type: application/x-www-form-urlencoded; application/json"}, 415},
		{"CVE-2022-39288 no media type", []string{"Content-Type: application/json;charset"}, 415},
		{"CVE-2022-39288 empty parameter", []string{"Content-Type: =;"}, 415},
		{"CVE-2025-32442 space and parameter", []string{"Content-Type: application/ json; charset=utf-8"}, 415},
		{"CVE-2025-32442 other parameter", []string{"Content-Type: application/jsonx; application/json"}, 415},
		{"CVE-2026-33806 space first", []string{"Content-Type: \tapplication/xml"}, 415},
		{"CVE-2013-0156 XML", []string{"Content-Type: application/xml"}, 415},
		{"CVE-2013-0156 YAML", []string{"Content-Type: text/yaml"}, 415},
		{"CVE-2013-0333 YAML as JSON", []string{"Content-Type: application/x-yaml"}, 415},
		{"CVE-2024-48913 no type from another site", []string{"Content-Type: ", "Origin: https://evil.test"}, 415},
		{"CVE-2019-1010083 encoding of four bytes", []string{"Content-Type: application/json; charset=utf-32"}, 415},
		{"CVE-2018-1000656 encoding of two bytes", []string{"Content-Type: application/json; charset=utf-16"}, 415},
		{"CVE-2024-24762 parameter of backslashes", []string{`Content-Type: application/json; charset="` + strings.Repeat(`\`, 10_000)}, 415},
		{"CVE-2024-25126 parameter of spaces", []string{"Content-Type: application/json;" + strings.Repeat(" ", 20_000) + "x"}, 415},
		{"CVE-2021-32677 JSON", nil, 200},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.status, do(t, r, "POST", "/", body, c.lines...).Code)
		})
	}
	t.Run("CVE-2021-32677 two types", func(t *testing.T) {
		t.Parallel()
		req := request(t, "POST", "/", body)
		req.Header["Content-Type"] = []string{"application/json", "text/plain"}
		require.Equal(t, 415, answer(r, req).Code)
	})
}

// TestForm_scale: the time for a body grows with its length and no faster.
func TestForm_scale(t *testing.T) {
	site := formSite(t, t.TempDir())
	post := func(kind, body string) *httptest.ResponseRecorder {
		return do(t, site, "POST", pathOf(kind), body, kind)
	}
	for _, c := range []struct {
		name string
		body func(n int) (kind, body string)
	}{
		{"CVE-2023-46136 boundary after a line break", func(n int) (string, string) {
			return multiple, file("avatar", "x", "\r\n"+strings.Repeat("\r\n--b0undar", n)) + end
		}},
		{"CVE-2022-44572 dashes", func(n int) (string, string) { return multiple, file("avatar", "x", strings.Repeat("-", 8*n)) + end }},
		{"CVE-2024-45590 brackets", func(n int) (string, string) { return encoded, "name=x&" + strings.Repeat("%5B", n) }},
		{"CVE-2023-27530 fields", func(n int) (string, string) { return multiple, strings.Repeat(field("tags", "x"), n/16) + end }},
	} {
		t.Run(c.name, func(t *testing.T) {
			linear(t, 375, func(n int) { post(c.body(n)) })
		})
	}
	require.Equal(t, 200, post(multiple, multipartOf(t)).Code)
}

// multipartOf is a form as Go itself writes one.
func multipartOf(t *testing.T) string {
	var b strings.Builder
	w := multipart.NewWriter(&b)
	require.NoError(t, w.SetBoundary(boundary))
	require.NoError(t, w.WriteField("name", "n"))
	require.NoError(t, w.Close())
	return b.String()
}
