package radix

import (
	"bufio"
	"net/http"
	"net/url"
	"path"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// readRequest parses target as a server does.
func readRequest(t *testing.T, target string) *url.URL {
	t.Helper()
	r, err := http.ReadRequest(bufio.NewReader(strings.NewReader("GET " + target + " HTTP/1.1\r\nHost: h\r\n\r\n")))
	require.NoError(t, err, "%q", target)
	return r.URL
}

func TestCanonical_requests(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		target string
		want   string // "" when Canonical refuses it
		check  Verdict
	}{
		{"/", "/", Clean},
		{"/a/b", "/a/b", Clean},
		{"/a/b/", "/a/b/", Clean},
		{"/a?x=/../", "/a", Clean},
		{"http://h", "/", Clean},
		{"http://h/a%2Fb", "/a\x00b", Clean},
		{"/a%20b", "/a b", Clean},
		{"/a%2Fb", "/a\x00b", Clean},
		{"/a%2fb", "/a\x00b", Clean},
		{"/%2F", "/\x00", Clean},
		{"/%2F%2Fa", "/\x00\x00a", Clean},
		{"/a%252Fb", "/a%2Fb", Clean},
		{"/a%25/b", "/a%/b", Clean},
		{"/%61", "/a", Clean},
		{"/%C3%A9", "/é", Clean},
		{"/é", "/é", Clean},
		{"/a;b=c:@&", "/a;b=c:@&", Clean},
		{"/...", "/...", Clean},
		{"/.a/a./..a", "/.a/a./..a", Clean},
		{"/%2ea", "/.a", Clean},
		{"//a", "//a", Unclean},
		{"/a//b", "/a//b", Unclean},
		{"/a//", "/a//", Unclean},
		{"/a/./b", "/a/./b", Unclean},
		{"/a/../b", "/a/../b", Unclean},
		{"/.", "/.", Unclean},
		{"/a/..", "/a/..", Unclean},
		{"/%2F//", "/\x00//", Unclean},
		{"/a/../%2F", "/a/../\x00", Unclean},
		{"/%2e", "", 0},
		{"/a/%2e%2e/b", "", 0},
		{"/a/.%2E", "", 0},
		{"/a/%2E./b", "", 0},
		{"/a%2F..", "", 0},
		{"/..%2Fa", "", 0},
		{"/a%2F..%2Fb", "", 0},
		{"/a%2F.%2Fb/c", "", 0},
		{"/a%2F%2e%2e/b", "", 0},
		{"/a#b", "", 0},
		{"/a#/../b", "", 0},
		{"/a%23b", "/a#b", Clean},
		{"/%00", "", 0},
		{"/a%00b", "", 0},
		{"/a%2Fb%00", "", 0},
		{"/a%01", "/a\x01", Bad},
		{"/a%0Ab", "/a\nb", Bad},
		{"/a%7f", "/a\x7f", Bad},
		{`/a\b`, `/a\b`, Bad},
		{"/a%5Cb", `/a\b`, Bad},
		{"/a%5C..%5Cb", `/a\..\b`, Bad},
		{"/a%ff", "/a\xff", Bad},
		{"/a%c3/b", "/a\xc3/b", Bad},
		{"/%c0%ae/", "/\xc0\xae/", Bad}, // an overlong dot
		{"/" + strings.Repeat("a", MaxPath), "", 0},
	} {
		got, ok := Canonical(readRequest(t, c.target))
		if ok != (c.want != "") || ok && got != c.want {
			t.Errorf("%q: got %q %v, want %q", c.target, got, ok, c.want)
			continue
		}
		if ok && Check(got) != c.check {
			t.Errorf("%q: verdict %d, want %d", c.target, Check(got), c.check)
		}
	}
}

func TestCanonical_urls(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		u    url.URL
		want string // "" when Canonical refuses it
	}{
		{"empty", url.URL{}, "/"},
		{"empty path, stale raw path", url.URL{RawPath: "/a"}, "/"},
		{"stale raw path", url.URL{Path: "/b", RawPath: "/a%2Fb"}, "/b"},
		{"stale raw path, shorter", url.URL{Path: "/ab", RawPath: "/a"}, "/ab"},
		{"stale raw path, longer", url.URL{Path: "/a", RawPath: "/ab"}, "/a"},
		{"stale raw path hides nothing", url.URL{Path: "/b", RawPath: "/%2e%2e/b"}, "/b"},
		{"stale raw path, NUL in path", url.URL{Path: "/a\x00b", RawPath: "/x"}, ""},
		{"invalid escape", url.URL{Path: "/a%zz", RawPath: "/a%zz"}, "/a%zz"},
		{"cut escape", url.URL{Path: "/a%2", RawPath: "/a%2"}, "/a%2"},
		{"NUL is no encoded slash", url.URL{Path: "/a\x00b"}, ""},
		{"raw NUL is no encoded slash", url.URL{Path: "/a\x00b", RawPath: "/a\x00b"}, ""},
		{"NUL beside an encoded slash", url.URL{Path: "/a\x00b/c", RawPath: "/a%00b%2Fc"}, ""},
		{"no leading slash", url.URL{Path: "a"}, ""},
		{"star", url.URL{Path: "*"}, ""},
		{"encoded leading slash", url.URL{Path: "/a", RawPath: "%2Fa"}, ""},
	} {
		got, ok := Canonical(&c.u)
		if ok != (c.want != "") || ok && got != c.want {
			t.Errorf("%s: got %q %v, want %q", c.name, got, ok, c.want)
		}
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]Verdict{
		"":                                 Bad,
		"a":                                Bad,
		"/":                                Clean,
		"/\x00":                            Clean,
		"/a\x00":                           Clean,
		"/\x00/\x00":                       Clean,
		"/a\x00..":                         Bad,
		"/..\x00":                          Bad,
		"/.\x00/":                          Bad,
		"/../\x00":                         Unclean,
		"//\x01":                           Bad,
		"/a//\\":                           Bad,
		"/" + strings.Repeat("a", MaxPath): Bad,
	} {
		if got := Check(in); got != want {
			t.Errorf("%.20q: got %d, want %d", in, got, want)
		}
	}
}

func TestCleanPath(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"":            "/",
		"/":           "/",
		"//":          "/",
		"/a":          "/a",
		"/a/":         "/a/",
		"//a//b//":    "/a/b/",
		"/a/./b":      "/a/b",
		"/a/../b/":    "/b/",
		"/a/..":       "/",
		"/a/.":        "/a",
		"/../..":      "/",
		"/a\x00b//c":  "/a\x00b/c",
		"//evil.test": "/evil.test",
	} {
		got := CleanPath(in)
		if got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
		if Check(got) != Clean {
			t.Errorf("%q: %q is not clean", in, got)
		}
		if strings.TrimSuffix(got, "/") != strings.TrimSuffix(path.Clean("/"+in), "/") {
			t.Errorf("%q: %q is not what path.Clean says", in, got)
		}
	}
}

func TestEscape(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"":                 "/",
		"/":                "/",
		"/a b/c":           "/a%20b/c",
		"/a\x00b":          "/a%2Fb",
		"/a%2Fb":           "/a%252Fb",
		"/a?b#c":           "/a%3Fb%23c",
		"/é":               "/%C3%A9",
		"/a:b":             "/a:b",
		"CVE-2022-40083//": "/CVE-2022-40083//",
		"//evil.test/":     "/evil.test/", // CVE-2022-28923
		"///evil.test":     "/evil.test",
		`/\evil.test`:      "/%5Cevil.test",
		"/\x00evil.test":   "/%2Fevil.test",
		"/\r\nX: y":        "/%0D%0AX:%20y",
	} {
		if got := Escape(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func BenchmarkCanonical(b *testing.B) {
	for name, u := range map[string]*url.URL{
		"plain":   {Path: "/api/v1/users/12345/items"},
		"escaped": {Path: "/api/v1/users/a'b/items", RawPath: "/api/v1/users/a%27b/items"},
		"slash":   {Path: "/api/v1/users/a/b/items", RawPath: "/api/v1/users/a%2Fb/items"},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Canonical(u)
			}
		})
	}
}

func BenchmarkCheck(b *testing.B) {
	for b.Loop() {
		Check("/api/v1/users/12345/items")
	}
}
