package wendtest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend"
)

// echo answers with what it got.
var echo = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	w.Header().Set("Content-Type", "text/plain")
	fmt.Fprintf(w, "%s %s %s\n", r.Method, r.Host, r.RequestURI)
	fmt.Fprintf(w, "length %d %v\n", r.ContentLength, r.TransferEncoding)
	fmt.Fprintf(w, "type %q\n", r.Header["Content-Type"])
	fmt.Fprintf(w, "body %q %v", body, err)
})

type note struct {
	ID   int    `json:"id"`
	Text string `json:"text"`
}

type label string

func TestClient_methods(t *testing.T) {
	t.Parallel()
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("X-Got", fmt.Sprintf("%s %s %s", r.Method, r.URL, body))
	})
	c := New(t, h)
	c.Get("/a").Header("X-Got", "GET /a ")
	c.Head("/a").Header("X-Got", "HEAD /a ").BodyIs("")
	c.Post("/a", "1").Header("X-Got", "POST /a 1")
	c.Put("/a", "1").Header("X-Got", "PUT /a 1")
	c.Patch("/a", "1").Header("X-Got", "PATCH /a 1")
	c.Delete("/a").Header("X-Got", "DELETE /a ")
	c.Query("/a", "1").Header("X-Got", "QUERY /a 1")
	c.Options("/a").Header("X-Got", "OPTIONS /a ")
	c.Options("*").Header("X-Got", "OPTIONS * ")
	c.Do("PURGE", "/a", "1", Query("b", 2)).Header("X-Got", "PURGE /a?b=2 1")
}

func TestClient_bodies(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		in   any
		want string
	}{
		{"none", nil, "length 0 []\ntype []\nbody \"\" <nil>"},
		{"http.NoBody", http.NoBody, "length 0 []\ntype []\nbody \"\" <nil>"},
		{"struct", note{1, "<a>"}, `length 21 []
type ["application/json"]
body "{\"id\":1,\"text\":\"<a>\"}" <nil>`},
		{"map", map[string]any{"a": nil}, "length 10 []\ntype [\"application/json\"]\nbody \"{\\\"a\\\":null}\" <nil>"},
		{"nil pointer", (*note)(nil), "length 4 []\ntype [\"application/json\"]\nbody \"null\" <nil>"},
		{"number", 1, "length 1 []\ntype [\"application/json\"]\nbody \"1\" <nil>"},
		{"text is JSON", `{"a":`, "length 5 []\ntype [\"application/json\"]\nbody \"{\\\"a\\\":\" <nil>"},
		{"raw message", json.RawMessage(" 1"), "length 2 []\ntype [\"application/json\"]\nbody \" 1\" <nil>"},
		{"named text", label("a"), "length 3 []\ntype [\"application/json\"]\nbody \"\\\"a\\\"\" <nil>"},
		{"bytes", []byte("\x00"), "length 1 []\ntype [\"application/octet-stream\"]\nbody \"\\x00\" <nil>"},
		{"reader", strings.NewReader("abc"), "length -1 [chunked]\ntype []\nbody \"abc\" <nil>"},
		{"form", Form{"b": []int{1, 2}, "a": "x &", "c": nil}, `length 15 []
type ["application/x-www-form-urlencoded"]
body "a=x+%26&b=1&b=2" <nil>`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			New(t, echo).Post("/", tt.in).BodyIs("POST example.com /\n" + tt.want)
		})
	}
}

func TestClient_multipart(t *testing.T) {
	t.Parallel()
	var onDisk string
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseMultipartForm(1); err != nil { // 1: the files go to disk
			t.Error(err)
			return
		}
		fmt.Fprintln(w, r.PostForm)
		for _, name := range []string{"cover", "pages"} {
			for _, f := range r.MultipartForm.File[name] {
				file, err := f.Open()
				if err != nil {
					t.Error(err)
					return
				}
				if f, ok := file.(*os.File); ok {
					onDisk = f.Name()
				}
				data, _ := io.ReadAll(file)
				file.Close()
				fmt.Fprintf(w, "%s %s %s %s\n", name, f.Filename, f.Header.Get("Content-Type"), data)
			}
		}
	})
	New(t, h).Post("/", Form{
		"title": "x",
		"tags":  []string{"a", "b"},
		"cover": File("c.txt", "text"),
		"pages": []Part{File("1.bin", []byte{'1'}), {Name: `"2".png`, MediaType: "image/png", Data: []byte("2")}},
	}).BodyIs(`map[tags:[a b] title:[x]]
cover c.txt application/octet-stream text
pages 1.bin application/octet-stream 1
pages "2".png image/png 2
`)
	if _, err := os.Stat(onDisk); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the file %q of the form is left: %v", onDisk, err)
	}
}

func TestClient_readerIsAskedLate(t *testing.T) {
	t.Parallel()
	body := strings.NewReader("hello")
	New(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})).Post("/", body).Status(200)
	if body.Len() != 5 {
		t.Errorf("%d bytes are left, want 5: the handler reads none", body.Len())
	}
	New(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.ReadFull(r.Body, make([]byte, 2))
	})).Post("/", body).Status(200)
	if body.Len() != 3 {
		t.Errorf("%d bytes are left, want 3: the handler reads two", body.Len())
	}
}

func TestClient_readerFails(t *testing.T) {
	t.Parallel()
	body := io.MultiReader(strings.NewReader("a"), iotest.ErrReader(errors.New("broken")))
	New(t, echo).Post("/", body).BodyContains(`body "a" unexpected EOF`)
}

func TestClient_readerStalls(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			begin := time.Now()
			if err := http.NewResponseController(w).SetReadDeadline(begin.Add(time.Minute)); err != nil {
				t.Error(err)
			}
			got, err := io.ReadAll(r.Body)
			fmt.Fprint(w, string(got), " ", errors.Is(err, os.ErrDeadlineExceeded), " ", time.Since(begin))
		})
		body, writer := io.Pipe()
		go func() { _, _ = writer.Write([]byte("a")) }()
		New(t, h).Post("/", body).BodyIs("a true 1m0s")
		if _, err := writer.Write([]byte("b")); err != io.ErrClosedPipe {
			t.Errorf("write after the request: %v, want the reader closed", err)
		}
	})
}

func TestClient_readerWithRouter(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := wend.New()
		wend.Post(r, "/notes", func(_ context.Context, in note) (note, error) { return in, nil }, wend.BodyStall(time.Second))
		body, writer := io.Pipe()
		go func() { _, _ = writer.Write([]byte(`{"id":`)) }()
		New(t, r).Post("/notes", body, ContentType("application/json")).Problem(408)
	})
}

func TestClient_options(t *testing.T) {
	t.Parallel()
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "%s %s tls=%v %s\n", r.Host, r.URL, r.TLS != nil, r.TLS.ServerName)
		fmt.Fprintln(w, r.Header)
		fmt.Fprint(w, r.Context().Value(label("k")))
	})
	c := New(t, h, Header("X-Tenant", "a"), Query("v", 1), Host("a.example:8443"))
	c.Get("/").BodyIs("a.example:8443 /?v=1 tls=true a.example\nmap[X-Tenant:[a]]\n<nil>")
	c.Get("/?a=b", Query("q", "x y"), Query("v", []string{"2", "3"}), Header("x-tenant", "b"), Header("X-Tenant", "c")).
		BodyIs("a.example:8443 /?a=b&q=x+y&v=2&v=3 tls=true a.example\nmap[X-Tenant:[b c]]\n<nil>")
	d := c.With(Bearer("t"), Context(context.WithValue(t.Context(), label("k"), "v")), Host("b.example"))
	d.Get("/").BodyIs("b.example /?v=1 tls=true b.example\nmap[Authorization:[Bearer t] X-Tenant:[a]]\nv")
	d.Get("/", Basic("u", "p")).BodyIs("b.example /?v=1 tls=true b.example\nmap[Authorization:[Basic dTpw] X-Tenant:[a]]\nv")
	c.Get("/").BodyIs("a.example:8443 /?v=1 tls=true a.example\nmap[X-Tenant:[a]]\n<nil>")
	c.Post("/", "a,b", ContentType("text/csv")).
		BodyIs("a.example:8443 /?v=1 tls=true a.example\nmap[Content-Length:[3] Content-Type:[text/csv] X-Tenant:[a]]\n<nil>")
}

func TestQuery(t *testing.T) {
	t.Parallel()
	one := 1
	for _, tt := range []struct {
		in   any
		want string
	}{
		{"a&b", "/?q=a%26b"},
		{"", "/?q="},
		{label("a"), "/?q=a"},
		{true, "/?q=true"},
		{-1, "/?q=-1"},
		{uint8(1), "/?q=1"},
		{1.5, "/?q=1.5"},
		{float32(0.1), "/?q=0.1"},
		{90 * time.Second, "/?q=1m30s"},
		{time.Date(2020, 1, 2, 3, 4, 5, 0, time.UTC), "/?q=2020-01-02T03%3A04%3A05Z"},
		{[]byte("a"), "/?q=a"},
		{[]int{1, 2}, "/?q=1&q=2"},
		{[2]bool{}, "/?q=false&q=false"},
		{[]string(nil), "/"},
		{nil, "/"},
		{(*time.Time)(nil), "/"},
		{&one, "/?q=1"},
	} {
		h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, r.RequestURI) })
		if got := New(t, h).Get("/", Query("q", tt.in)).Text(); got != tt.want {
			t.Errorf("Query(q, %#v): %s, want %s", tt.in, got, tt.want)
		}
	}
}

var noContext context.Context

func TestClient_mistakes(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		do   func(c *Client)
		want string
	}{
		{"path", func(c *Client) { c.Get("notes") }, "begins with a slash"},
		{"URL", func(c *Client) { c.Get("https://a.example/") }, "begins with a slash"},
		{"space", func(c *Client) { c.Get("/?q=a b") }, "must be escaped"},
		{"escape", func(c *Client) { c.Get("/%zz") }, "a server refuses this path"},
		{"method", func(c *Client) { c.Do("A B", "/", nil) }, "method is not well-formed"},
		{"body", func(c *Client) { c.Post("/", func() {}) }, "cannot be encoded"},
		{"form", func(c *Client) { c.Post("/", Form{"a": note{}}) }, "the form's a: a wendtest.note has no text form"},
		{"parts", func(c *Client) { c.Post("/", Form{"a": note{}, "b": File("b", "")}) }, "the form's a: "},
		{"query", func(c *Client) { c.Get("/", Query("a", note{})) }, "the query parameter a: a wendtest.note has no text form"},
		{"nested list", func(c *Client) { c.Get("/", Query("a", [][]int{{1, 2}})) }, "a list itself"},
		{"header name", func(c *Client) { c.Get("/", Header("a b", "")) }, `"a b" is no name`},
		{"header value", func(c *Client) { c.Get("/", Header("a", "b\r\nc: d")) }, "control character"},
		{"host header", func(c *Client) { c.Get("/", Header("host", "a")) }, "wendtest.Host"},
		{"length", func(c *Client) { c.Get("/", Header("content-length", "1")) }, "follows from the body"},
		{"cookie", func(c *Client) { c.Get("/", Cookie("a", "b;c")) }, "the cookie a: "},
		{"host", func(c *Client) { c.Get("/", Host("")) }, `"" is no host`},
		{"nil option", func(c *Client) { c.Get("/", nil) }, "an option is nil"},
		{"nil context", func(c *Client) { c.Get("/", Context(noContext)) }, "the context is nil"},
		{"With", func(c *Client) { c.With(nil) }, "an option is nil"},
		{"New", func(c *Client) { New(c.t, echo, nil) }, "an option is nil"},
		{"nil handler", func(c *Client) { New(c.t, nil) }, "the handler is nil"},
		{"secret", func(c *Client) { c.Get("/ ?token=x") }, "GET / ?token=[redacted]: "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tb := try(t, func(tb testing.TB) { tt.do(New(tb, echo)) })
			tb.failed(t, tt.want)
			if !strings.HasPrefix(tb.site, "client_test.go:") {
				t.Errorf("failed at %s, want a line of this file", tb.site)
			}
		})
	}
}

func TestNew_refusesMistakes(t *testing.T) {
	t.Parallel()
	r := wend.New(wend.CollectErrors())
	r.Handle("GET /a/{", echo)
	r.Handle("GET /:id", echo)
	var want string
	tb := try(t, func(tb testing.TB) {
		want = next()
		New(tb, r)
	})
	tb.failed(t, "GET /a/{", "GET /:id", "client_test.go:")
	if tb.site != want {
		t.Errorf("failed at %s, want %s", tb.site, want)
	}
}

// service is a handler with a life of its own.
type service struct {
	http.Handler
	log         []string
	start, stop error
}

func (s *service) Start(context.Context) error { s.log = append(s.log, "start"); return s.start }
func (s *service) Stop(context.Context) error  { s.log = append(s.log, "stop"); return s.stop }

func TestNew_startsAndStops(t *testing.T) {
	t.Parallel()
	s := &service{}
	s.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.log = append(s.log, "begin")
		w.(http.Flusher).Flush()
		<-r.Context().Done()
		s.log = append(s.log, "end")
	})
	try(t, func(tb testing.TB) { New(tb, s).Get("/").Status(200) }).passed(t)
	if got := strings.Join(s.log, " "); got != "start begin end stop" {
		t.Errorf("got %s", got)
	}

	s = &service{Handler: echo, stop: errors.New("no stop")}
	try(t, func(tb testing.TB) { New(tb, s) }).failed(t, "stop: no stop")
	s = &service{Handler: echo, start: errors.New("no start")}
	try(t, func(tb testing.TB) { New(tb, s) }).failed(t, "start: no start")
	if got := strings.Join(s.log, " "); got != "start" {
		t.Errorf("got %s: what did not start is not stopped", got)
	}
}

func TestNew_cleanupNamesStuckHandlers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		h := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.(http.Flusher).Flush()
			<-release
		})
		var c *Client
		tb := try(t, func(tb testing.TB) {
			c = New(tb, h)
			c.Get("/a?token=x")
		})
		tb.failed(t, "GET /a?token=[redacted]: the handler still runs 10s after its client has gone")
		close(release)
		within(func() { c.Get("/b") })
		tb.failed(t, "the client's test has ended")
	})
}

func TestClient_cookies(t *testing.T) {
	t.Parallel()
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, set := range r.URL.Query()["set"] {
			w.Header().Add("Set-Cookie", set)
		}
		_, _ = io.WriteString(w, r.Header.Get("Cookie"))
	})
	set := func(c *Client, cookies ...string) { c.Get("/", Query("set", cookies)) }
	is := func(c *Client, want string, opts ...Option) {
		t.Helper()
		c.Get("/a", opts...).BodyIs(want)
	}

	c := New(t, h)
	set(c, "__Host-sid=1; Secure; HttpOnly; Path=/; SameSite=Lax", "s=2; Secure", "deep=3; Path=/a/b", "q=\"x y\"")
	is(c, `__Host-sid=1; s=2; q="x y"`)
	c.Get("/a/b").BodyContains("deep=3")
	d := c.With(Header("X-A", "1"))
	set(d, "s=; Max-Age=0", "__Host-sid=2; Secure; Path=/")
	is(c, `__Host-sid=2; q="x y"`)
	is(c, `q=3; __Host-sid=2`, Cookie("q", "3"))
	is(c, `a=b`, Header("Cookie", "a=b"))
	is(c, ``, Host("other.example"))
	set(c, "__Host-a=1; Path=/", "__Host-b=1; Secure; Path=/; Domain=example.com", "__Secure-c=1", "x=1; Domain=other.example")
	is(c, `__Host-sid=2; q="x y"`)

	c = New(t, h, Cookie("a", "1"), Cookie("b", "1"))
	is(c, "a=1; b=1")
	is(c, "a=2; b=1", Cookie("a", "2"))
	set(c, "a=3", "b=; Max-Age=-1")
	is(c, "a=3")
	is(c.With(Cookie("c", "4")), "a=3; c=4")
	is(New(t, h), "")
}

func TestClient_cookiesExpire(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			http.SetCookie(w, &http.Cookie{Name: "a", Value: "1", MaxAge: 60})
			_, _ = io.WriteString(w, r.Header.Get("Cookie"))
		})
		c := New(t, h)
		c.Get("/").BodyIs("")
		time.Sleep(59 * time.Second)
		c.Get("/").BodyIs("a=1")
		time.Sleep(61 * time.Second) // in the bubble, where time is free
		c.Get("/").BodyIs("")
	})
}

func TestClient_goroutines(t *testing.T) {
	t.Parallel()
	c := New(t, echo)
	done := make(chan string)
	for i := range 8 {
		go func() { done <- c.With(Query("i", i)).Post("/", note{ID: i}).Text() }()
	}
	seen := map[string]bool{}
	for range 8 {
		seen[<-done] = true
	}
	require.Len(t, seen, 8)
}

func TestClient_contextOfRequest(t *testing.T) {
	t.Parallel()
	var ctx context.Context
	h := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { ctx = r.Context() })
	New(t, h).Get("/").Status(200)
	if ctx.Err() == nil {
		t.Error("the context outlives the response")
	}
}
