package cve_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/binding"
	"github.com/wend-go/wend/middleware"
	"github.com/wend-go/wend/security"
)

// TestHeader_cookie: a cookie has the name that its client's browser gave it, once, and a flood is no absence.
func TestHeader_cookie(t *testing.T) {
	t.Parallel()
	r := quiet()
	wend.Get(r, "/", func(_ context.Context, in struct {
		Session *string `cookie:"__Host-sid"`
	},
	) (wend.Text, error) {
		if in.Session == nil {
			return "none", nil
		}
		return wend.Text(*in.Session), nil
	})
	flood := strings.Repeat("a=b; ", 3000)
	for _, c := range []struct {
		name, cookie string
		status       int
		want         string
	}{
		{"CVE-2023-23934 nameless", "=__Host-sid=evil", 200, "none"},
		{"CVE-2023-23934 nameless beside a good one", "=__Host-sid=evil; __Host-sid=good", 200, "good"},
		{"CVE-2020-8184 escaped name", "__%48ost-sid=evil", 200, "none"},
		{"CVE-2020-8184 escaped name beside a good one", "__%48ost-sid=evil; __Host-sid=good", 200, "good"},
		{"CVE-2016-7401 bracket for a semicolon", "x=y]__Host-sid=evil", 200, "none"},
		{"CVE-2016-7401 comma for a semicolon", "x=y, __Host-sid=evil", 200, "none"},
		{"CVE-2023-26049 open quotation mark", `x="y; __Host-sid=evil; z="`, 200, "evil"},
		{"CVE-2024-52804 escapes in quotes", `__Host-sid="` + strings.Repeat(`\"`, 5000) + `"`, 200, ""},
		{"CVE-2025-58186 flood", flood + "__Host-sid=good", 400, ""},
		{"CVE-2025-58186 flood behind it", "__Host-sid=good; " + flood, 400, ""},
		{"CVE-2020-8184 two values of one name", "__Host-sid=good; __Host-sid=evil", 422, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := do(t, r, "GET", "/", "", "Cookie: "+c.cookie)
			require.Equal(t, c.status, w.Code, w.Body.String())
			if c.want != "" {
				require.Equal(t, c.want, w.Body.String())
			}
		})
	}
}

// TestHeader_setCookie: a cookie of ours is careful unless the program says otherwise.
func TestHeader_setCookie(t *testing.T) {
	t.Parallel()
	type out struct {
		Session wend.Cookie `cookie:"sid"`
	}
	for _, c := range []struct {
		name   string
		cookie wend.Cookie
		want   string
	}{
		{"CVE-2018-25060 Secure", wend.Cookie{Value: "v"}, "sid=v; Path=/; HttpOnly; Secure; SameSite=Lax"},
		{"CVE-2023-28708 behind a proxy without TLS", wend.Cookie{Value: "v", MaxAge: time.Hour}, "sid=v; Path=/; Max-Age=3600; HttpOnly; Secure; SameSite=Lax"},
		{"CVE-2024-47764 value", wend.Cookie{Value: "v; Domain=evil.test"}, ""},
		{"CVE-2024-47764 path", wend.Cookie{Value: "v", Path: "/; Domain=evil.test"}, ""},
		{"CVE-2024-47764 domain", wend.Cookie{Value: "v", Domain: "x.test; Path=/"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := quiet()
			wend.Get(r, "/", func(context.Context, none) (out, error) { return out{c.cookie}, nil })
			require.Equal(t, c.want, do(t, r, "GET", "/", "").Header().Get("Set-Cookie"))
		})
	}
}

type account struct{ name string }

// vault is guarded by every kind of credential that reads a request; each is optional at /maybe.
func vault() *wend.Router {
	r := quiet()
	judge := func(token security.Token) (account, error) {
		if token.Reveal() != "good" {
			return account{}, security.ErrInvalid
		}
		return account{"owner"}, nil
	}
	for path, scheme := range map[string]security.Requirement{
		"/bearer": security.Bearer(""), "/key": security.APIKey("header", "X-Api-Key"), "/cookie": security.APIKey("cookie", "sid"),
		"/query": security.APIKey("query", "key"),
	} {
		g := r.Group(path)
		wend.Provide(g, func(_ context.Context, in struct{ Token security.Token }) (account, error) { return judge(in.Token) }, wend.Secure(scheme))
		wend.Get(g, "", func(_ context.Context, in struct{ Who account }) (wend.Text, error) {
			return wend.Text(in.Who.name), nil
		})
		wend.Get(g, "/maybe", func(_ context.Context, in struct{ Who *account }) (wend.Text, error) {
			if in.Who == nil {
				return "anonymous", nil
			}
			return wend.Text(in.Who.name), nil
		})
	}
	return r
}

// TestHeader_credential: a credential that is odd, doubled or too long is none, and never nobody's.
func TestHeader_credential(t *testing.T) {
	t.Parallel()
	r := vault()
	for _, c := range []struct {
		name, path string
		lines      []string
		foreign    bool // of a scheme that is not asked for
	}{
		{"CVE-2025-30204 thousands of dots", "/bearer", []string{"Authorization: Bearer " + strings.Repeat(".", 30_000)}, false},
		{"CVE-2025-27144 thousands of parts", "/bearer", []string{"Authorization: Bearer " + strings.Repeat("a.", 20_000)}, false},
		{"CVE-2024-21664 empty parts", "/bearer", []string{"Authorization: Bearer ..."}, false},
		{"CVE-2021-22904 parameters of a token", "/bearer", []string{`Authorization: Token token="` + strings.Repeat(`\",`, 5000)}, true},
		{"CVE-2024-47887 parameters of a bearer", "/bearer", []string{"Authorization: Bearer " + strings.Repeat(" a=", 5000)}, false},
		{"CVE-2021-32777 credential twice", "/bearer", []string{"Authorization: Bearer bad", "Authorization: Bearer good"}, false},
		{"CVE-2015-0219 underscore", "/key", []string{"X-Api-Key: bad", "X_Api_Key: good"}, false},
		{"CVE-2025-64484 key twice", "/key", []string{"X-Api-Key: good", "X-Api-Key: bad"}, false},
		{"CVE-2020-36569 empty key", "/key", []string{"X-Api-Key: "}, false},
		{"CVE-2020-36569 empty token", "/bearer", []string{"Authorization: Bearer "}, false},
		{"CVE-2021-22904 credential of another kind", "/bearer", []string{"Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte("good:good"))}, true},
		{"CVE-2025-58186 flood of cookies", "/cookie", []string{"Cookie: " + strings.Repeat("a=b;", 4000) + "sid=good"}, false},
		{"CVE-2025-58186 flood of cookies in lines", "/cookie", []string{"Cookie: " + strings.Repeat("a=b;", 2000), "Cookie: " + strings.Repeat("a=b;", 2000) + "sid=bad"}, false},
		{"CVE-2013-1443 long credential", "/bearer", []string{"Authorization: Bearer " + strings.Repeat("a", 60_000)}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := do(t, r, "GET", c.path, "", c.lines...)
			require.Contains(t, []int{400, 401}, w.Code, w.Body.String())
			w = do(t, r, "GET", c.path+"/maybe", "", c.lines...)
			if !c.foreign {
				require.Contains(t, []int{400, 401}, w.Code, "a bad credential is not the same as none: %s", w.Body.String())
				return
			}
			require.Equal(t, "anonymous", w.Body.String())
		})
	}
	require.Equal(t, "owner", do(t, r, "GET", "/cookie/maybe", "", "Cookie: sid=good").Body.String())
	require.Equal(t, "anonymous", do(t, r, "GET", "/bearer/maybe", "").Body.String())
	require.Equal(t, 401, do(t, r, "GET", "/bearer", "").Code)
}

// TestHeader_staticCredentials: a list of credentials that lets everybody in is refused at construction.
func TestHeader_staticCredentials(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		make func()
	}{
		{"CVE-2020-36569 empty key", func() { middleware.StaticKeys("") }},
		{"CVE-2020-36569 no keys", func() { middleware.StaticKeys() }},
		{"CVE-2020-36569 empty password", func() { middleware.StaticUsers(map[string]string{"a": ""}) }},
		{"CVE-2020-36569 nobody", func() { middleware.StaticUsers(nil) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			require.NotEmpty(t, panics(t, c.make))
		})
	}
	// Not the credential cache itself: there is none, so a pair that was good once does not make another one good.
	h := middleware.BasicAuth("x", middleware.StaticUsers(map[string]string{"admin": "right"}))(text("in"))
	basic := func(s string) string { return "Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(s)) }
	for _, c := range []struct {
		name, pair string
		status     int
	}{
		{"CVE-2022-46146 right", "admin:right", 200},
		{"CVE-2022-46146 split at another place", "admi:n:right", 401},
		{"CVE-2022-46146 joined", "adminright:", 401},
		{"CVE-2022-46146 digest for a password", "admin:" + strings.Repeat("00", 32), 401},
		{"CVE-2013-1443 long password", "admin:" + strings.Repeat("x", 50_000), 401},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Equal(t, c.status, do(t, h, "GET", "/", "", basic(c.pair)).Code)
		})
	}
}

// TestHeader_scale: the time for a field grows with its length and no faster.
func TestHeader_scale(t *testing.T) {
	type conditional struct {
		wend.Conditional
	}
	set := binding.NewSet(binding.Messages(func(string, binding.FieldError) string { return "" }))
	r := quiet(wend.Binding(set), wend.Codec(plainCodec{}))
	wend.Get(r, "/", func(_ context.Context, in conditional) (struct {
		X int `json:"x"`
	}, error,
	) {
		return struct {
			X int `json:"x"`
		}{}, in.Check(`"v1"`, time.Time{})
	})
	wend.Get(r, "/n", func(context.Context, struct {
		N int `query:"n" validate:"required"`
	},
	) (none, error) {
		return none{}, nil
	})
	h := middleware.RealIP("Forwarded", "192.0.2.0/24")(r)
	for _, c := range []struct {
		name, header, piece, target string
	}{
		{"CVE-2022-32149 subtags of a language", "Accept-Language", "a-", "/n"},
		{"CVE-2020-28851 extension of a language", "Accept-Language", "-u-", "/n"},
		{"CVE-2020-28852 subtags of an extension", "Accept-Language", "en-u-co-", "/n"},
		{"CVE-2021-38561 tags", "Accept-Language", "en-US,", "/n"},
		{"CVE-2023-23969 languages", "Accept-Language", "x,y;q=0.1,", "/n"},
		{"CVE-2024-39614 long language", "Accept-Language", "en_", "/n"},
		{"CVE-2016-10539 spaces of a language", "Accept-Language", " ;", "/n"},
		{"CVE-2020-27223 qualities", "Accept", "text/a;q=0.1,", "/"},
		{"CVE-2021-22902 parameters of a media type", "Accept", `x/y;a="`, "/"},
		{"CVE-2024-26142 commas", "Accept", ",;", "/"},
		{"CVE-2019-5419 media type", "Accept", "a/", "/"},
		{"CVE-2016-0751 media types", "Accept", "x/a,x/b,", "/"},
		{"CVE-2023-22792 cookies", "Cookie", "a=b; ", "/"},
		{"CVE-2023-22795 stray quotation marks", "If-None-Match", `" `, "/"},
		{"CVE-2024-38809 commas", "If-Match", ", ,", "/"},
		{"CVE-2017-16119 spaces", "If-None-Match", " , ", "/"},
		{"CVE-2024-26146 pairs", "Forwarded", "for=1;", "/"},
		{"CVE-2017-16118 spaces", "Forwarded", "for=x , ", "/"},
		{"CVE-2015-9241 date", "If-Modified-Since", "1", "/"},
		{"CVE-2024-52804 cookies", "Cookie", `a="\"; `, "/"},
	} {
		t.Run(c.name, func(t *testing.T) {
			linear(t, 500, func(n int) {
				w := do(t, h, "GET", c.target, "", c.header+": "+strings.Repeat(c.piece, n))
				require.NotEqual(t, 500, w.Code)
			})
		})
	}
}

// plainCodec makes a router negotiate.
type plainCodec struct{}

func (plainCodec) MediaTypes() []string                      { return []string{"text/x-plain"} }
func (plainCodec) ToJSON(dst, data []byte) ([]byte, error)   { return append(dst, data...), nil }
func (plainCodec) FromJSON(dst, data []byte) ([]byte, error) { return append(dst, data...), nil }

// TestHeader_accept: the field Accept chooses among what there is, and names nothing.
func TestHeader_accept(t *testing.T) {
	t.Parallel()
	r := quiet(wend.Codec(plainCodec{}))
	wend.Get(r, "/", func(context.Context, none) (struct {
		X int `json:"x"`
	}, error,
	) {
		return struct {
			X int `json:"x"`
		}{}, nil
	})
	for _, c := range []struct{ name, accept string }{
		{"CVE-2019-5418 file", "../../../../../../../../etc/passwd{{"},
		{"CVE-2014-0130 parents", "text/../../x"},
		{"CVE-2016-0752 absolute", "/etc/passwd"},
		{"CVE-2019-5418 format", "text/x-plain{{; q=0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := do(t, r, "GET", "/", "", "Accept: "+c.accept)
			require.Equal(t, 406, w.Code)
			require.NotContains(t, w.Body.String(), "passwd")
		})
	}
}

// TestHeader_log: one request is one line, without control characters and without credentials.
func TestHeader_log(t *testing.T) {
	t.Parallel()
	const secret = "hunter2"
	for _, c := range []struct {
		name, target string
		lines        []string
	}{
		{"CVE-2020-36567 line break in the path", "/x%0alevel=INFO%20msg=forged", nil},
		{"CVE-2025-48432 escape sequence in the path", "/%1b[31mred", nil},
		{"CVE-2003-0020 escape sequence in a field", "/x", []string{"User-Agent: \x1b[2J"}},
		{"CVE-2013-1862 escape sequence in the query", "/x?q=%1b]0;title", nil},
		{"CVE-2020-7694 escape in the path", "/%1B%5B31m", nil},
		{"CVE-2022-30123 escape of a shell", "/x?q=$(id)%0a`id`", nil},
		{"CVE-2025-25184 line break in a user's name", "/x", []string{"Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte("a\r\nforged:x"))}},
		{"CVE-2025-27111 line break in a field", "/x", []string{"User-Agent: a\nlevel=ERROR msg=forged"}},
		{"CVE-2022-23469 Authorization", "/x", []string{"Authorization: Bearer " + secret}},
		{"CVE-2022-23469 cookie", "/x", []string{"Cookie: sid=" + secret}},
		{"CVE-2024-6104 credentials of a URL", "http://user:" + secret + "@example.com/x", nil},
		{"CVE-2022-23469 token in the query", "/x?access_token=" + secret + "&Password=" + secret, nil},
		{"CVE-2022-23469 escaped key", "/x?%74oken=" + secret, nil},
		{"CVE-2020-36567 request id", "/x", []string{"X-Request-Id: a\nlevel=ERROR"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var log bytes.Buffer
			logger := slog.New(slog.NewTextHandler(&log, nil))
			r := wend.New(wend.Logger(logger), wend.Outer(middleware.RequestID(),
				middleware.Log(logger, middleware.LogURL, middleware.LogHeaders("Authorization", "Cookie", "User-Agent", "Referer"))))
			wend.Get(r, "/{x}", func(_ context.Context, in struct {
				X string `path:"x"`
			},
			) (none, error) {
				return none{}, errors.New("broken: " + in.X)
			})
			do(t, r, "GET", c.target, "", c.lines...)
			written := log.String()
			require.NotEmpty(t, written)
			require.NotContains(t, written, secret)
			require.NotContains(t, written, "\x1b")
			require.NotContains(t, written, "\r")
			for line := range strings.Lines(written) {
				require.True(t, strings.HasPrefix(line, "time="), "a line that nobody wrote: %q", line)
				require.NotContains(t, line, " level=INFO msg=forged")
			}
		})
	}
}

// TestHeader_labels: what a log or a metric is sorted by is one of few values, whatever a client sends.
func TestHeader_labels(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		vary func(i int) (method, target string)
	}{
		{"CVE-2023-45142 methods", func(i int) (string, string) { return fmt.Sprintf("M%d", i), "/x" }},
		{"CVE-2022-21698 methods", func(i int) (string, string) { return strings.Repeat("A", i+10), "/x" }},
		{"CVE-2023-25151 paths", func(i int) (string, string) { return "GET", fmt.Sprintf("/x%d", i) }},
		{"CVE-2023-47108 paths that are nowhere", func(i int) (string, string) { return "GET", fmt.Sprintf("/x/y/%d", i) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			seen := map[string]bool{}
			collect := slog.New(labels{seen})
			r := quiet(wend.Outer(middleware.Log(collect)))
			r.Handle("GET /{x}", text("x"))
			for i := range 300 {
				method, target := c.vary(i)
				do(t, r, method, target, "")
			}
			require.LessOrEqual(t, len(seen), 2, "%v", seen)
		})
	}
}

// labels notes the method and pattern of each line.
type labels struct{ seen map[string]bool }

func (labels) Enabled(context.Context, slog.Level) bool { return true }
func (l labels) WithAttrs([]slog.Attr) slog.Handler     { return l }
func (l labels) WithGroup(string) slog.Handler          { return l }
func (l labels) Handle(_ context.Context, r slog.Record) error {
	var key []string
	r.Attrs(func(a slog.Attr) bool {
		if a.Key == "method" || a.Key == "pattern" {
			key = append(key, a.Value.String())
		}
		return true
	})
	l.seen[strings.Join(key, " ")] = true
	return nil
}
