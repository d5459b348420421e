package middleware_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/textproto"
	"strings"
	"testing"
	"time"

	"github.com/wend-go/wend/middleware"
	"github.com/wend-go/wend/middleware/compress"
	"github.com/wend-go/wend/middleware/cors"
)

// part is a middleware that lets the requests of this test pass.
type part struct {
	name string
	mw   func(http.Handler) http.Handler
}

// basicOfPairs are the credentials that BasicAuth wants.
const basicOfPairs = "Basic dTpw"

// buffered is the one that cannot stream.
const buffered = "BufferedTimeout"

func parts() []part {
	quiet := slog.New(slog.DiscardHandler)
	yes := func(*http.Request) bool { return true }
	with := func(ctx context.Context, v int) context.Context { return context.WithValue(ctx, partKey{}, v) }
	return []part{
		{"AllowCharset", middleware.AllowCharset("utf-8")},
		{"AllowContentEncoding", middleware.AllowContentEncoding()},
		{"AllowContentType", middleware.AllowContentType("text/plain")},
		{"AllowedHosts", middleware.AllowedHosts("127.0.0.1")},
		{"APIKey", middleware.APIKey("X-Key", middleware.StaticKeys("key"))},
		{"BasicAuth", middleware.BasicAuth("r", middleware.StaticUsers(map[string]string{"u": "p"}))},
		{"Bearer", middleware.Bearer("r", middleware.StaticKeys("token"))},
		{"BodyDump", middleware.BodyDump(10, func(*http.Request, middleware.Dump) {})},
		{"BodyLimit", middleware.BodyLimit(100)},
		{buffered, middleware.BufferedTimeout(time.Minute)},
		{"CacheControl", middleware.CacheControl("private")},
		{"CleanPath", middleware.CleanPath()},
		{"compress.Requests", compress.Requests(compress.Limits{})},
		{"compress.Responses", compress.Responses(compress.Options{MinSize: 1})},
		{"cors.New", cors.New(cors.Options{Origins: []string{"https://a.example"}})},
		{"CSRF", middleware.CSRF("https://a.example")},
		{"Deprecation", middleware.Deprecation(time.Unix(1, 0), time.Time{}, "")},
		{"EarlyData", middleware.EarlyData()},
		{"ETag", middleware.ETag()},
		{"Favicon", middleware.Favicon(nil)},
		{"Heartbeat", middleware.Heartbeat("/ping")},
		{"HostRedirect", middleware.HostRedirect(map[string]string{"www.example.com": "example.com"})},
		{"HTTPSRedirect", middleware.HTTPSRedirect("example.com")},
		{"Log", middleware.Log(quiet, middleware.LogURL)},
		{"Maintenance", middleware.Maintenance(func() bool { return false }, 0)},
		{"MethodOverride", middleware.MethodOverride()},
		{"NoCache", middleware.NoCache()},
		{"RateLimit", middleware.RateLimit(middleware.Rate{PerSecond: 1e6, Burst: 1e6})},
		{"RealIP", middleware.RealIP("X-Forwarded-For", "127.0.0.1", "198.51.100.7")},
		{"Recover", middleware.Recover(quiet)},
		{"Redirects", middleware.Redirects(map[string]string{"/old": "/new"})},
		{"RequestID", middleware.RequestID()},
		{"Rewrite", middleware.Rewrite(map[string]string{"/s/": "/s/"})},
		{"RobotsTag", middleware.RobotsTag()},
		{"SecureHeaders", middleware.SecureHeaders(middleware.Secure{})},
		{"SetHeader", middleware.SetHeader("X-A", "b")},
		{"ServerTiming", middleware.ServerTiming()},
		{"SlashRedirect", middleware.SlashRedirect()},
		{"StripPrefix", middleware.StripPrefix("/s")},
		{"StripSlashes", middleware.StripSlashes()},
		{"Throttle", middleware.Throttle(middleware.Capacity{InFlight: 1000})},
		{"Timeout", middleware.Timeout(time.Minute)},
		{"Unless", middleware.Unless(yes, middleware.NoCache())},
		{"Value", middleware.Value(with, func(*http.Request) int { return 1 })},
		{"When", middleware.When(yes, middleware.NoCache())},
	}
}

type partKey struct{}

// TestPairs runs every middleware around every other over a connection: what a handler
// may do with a response works through both.
func TestPairs(t *testing.T) {
	t.Parallel()
	all := parts()
	for i, outer := range all {
		t.Run(outer.name, func(t *testing.T) {
			t.Parallel()
			mux := http.NewServeMux()
			s := &pairServer{sync: make(chan error, 1), next: make(chan struct{}, 1)}
			for j, inner := range all {
				if outer.name == "BasicAuth" && inner.name == "Bearer" || outer.name == "Bearer" && inner.name == "BasicAuth" {
					continue // one field cannot be both
				}
				if testing.Short() && (i+j)%5 != 0 {
					continue
				}
				mux.Handle(fmt.Sprintf("/%d/", j), http.StripPrefix(fmt.Sprintf("/%d", j), outer.mw(inner.mw(s))))
			}
			// The scheme is https, for HTTPSRedirect.
			base := middleware.Recover(slog.New(slog.DiscardHandler))(middleware.RealIP("X-Forwarded-For", "127.0.0.1")(mux))
			server := httptest.NewUnstartedServer(base)
			server.Config.ErrorLog = log.New(io.Discard, "", 0)
			server.Start()
			defer server.Close()
			s.server = server
			for j, inner := range all {
				url := fmt.Sprintf("%s/%d/s/s/s/x", server.URL, j)
				if _, pattern := mux.Handler(httptest.NewRequest("GET", url, nil)); pattern == "" {
					continue
				}
				p := &pair{t: t, name: outer.name + "(" + inner.name + ")", s: s, url: url, streams: outer.name != buffered && inner.name != buffered}
				p.authorization = "Bearer token"
				if outer.name == "BasicAuth" || inner.name == "BasicAuth" {
					p.authorization = basicOfPairs
				}
				p.run()
			}
		})
	}
}

// TestHTTP2 runs each middleware over HTTP/2, which has no hijack and ends streams alone.
func TestHTTP2(t *testing.T) {
	t.Parallel()
	for _, part := range parts() {
		s := &pairServer{sync: make(chan error, 1), next: make(chan struct{}, 1)}
		quiet := slog.New(slog.DiscardHandler)
		server := httptest.NewUnstartedServer(middleware.Recover(quiet)(middleware.RealIP("X-Forwarded-For", "127.0.0.1")(part.mw(s))))
		server.Config.ErrorLog = log.New(io.Discard, "", 0)
		server.EnableHTTP2 = true
		server.StartTLS()
		s.server = server
		p := &pair{t: t, name: part.name + " over HTTP/2", s: s, url: server.URL + "/s/x", streams: part.name != buffered, authorization: "Bearer token"}
		if part.name == "BasicAuth" {
			p.authorization = basicOfPairs
		}
		p.want("echo", "POST", 200, "text")
		p.want("trailer", "GET", 200, "hello")
		p.want("trailer", "HEAD", 200, "")
		p.want("304", "GET", 304, "")
		p.want("panic", "GET", 500, "")
		if p.streams {
			p.want("1xx", "GET", 200, "hello")
			p.flush()
			p.latePanic()
		}
		server.Close()
	}
}

// pairServer is a handler that does what the field Do says.
type pairServer struct {
	server *httptest.Server
	sync   chan error    // what the handler has found
	next   chan struct{} // lets the handler go on
}

func (s *pairServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c := http.NewResponseController(w)
	switch r.Header.Get("Do") {
	case "echo":
		w.Header().Set("Content-Type", "text/plain")
		io.Copy(w, r.Body)
	case "trailer":
		w.Header().Set("Trailer", "X-After")
		io.WriteString(w, "hello")
		w.Header().Set("X-After", "1")
	case "304":
		w.WriteHeader(304)
	case "1xx":
		w.Header().Set("Link", "</a>; rel=preload")
		w.WriteHeader(103)
		io.WriteString(w, "hello")
	case "controller":
		_, readsFrom := w.(io.ReaderFrom)
		err := errors.Join(c.SetReadDeadline(time.Time{}), c.SetWriteDeadline(time.Time{}), c.EnableFullDuplex())
		if !readsFrom {
			err = errors.Join(err, errors.New("no io.ReaderFrom"))
		}
		s.sync <- err
		io.Copy(w, struct{ io.Reader }{strings.NewReader("hello")}) // no WriterTo, so by ReadFrom
	case "flush":
		w.Header().Set("Content-Type", "text/plain")
		io.WriteString(w, "a")
		s.sync <- c.Flush()
		<-s.next
		io.WriteString(w, "b")
	case "hijack":
		conn, buf, err := c.Hijack()
		if err == nil {
			if _, late := io.WriteString(w, "late"); late == nil {
				err = errors.New("a write after hijack succeeds")
			}
			buf.WriteString("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nhijacked")
			buf.Flush()
			conn.Close()
		}
		s.sync <- err
	case "101":
		w.Header().Set("Connection", "Upgrade")
		w.Header().Set("Upgrade", "echo")
		w.WriteHeader(101)
		conn, buf, err := c.Hijack()
		if err == nil {
			line, _ := buf.ReadString('\n')
			buf.WriteString(line)
			buf.Flush()
			conn.Close()
		}
		s.sync <- err
	case "panic":
		panic("oh")
	case "late panic":
		io.WriteString(w, "half")
		c.Flush()
		panic("oh")
	case "gone":
		s.next <- struct{}{}
		<-r.Context().Done()
		s.sync <- context.Cause(r.Context())
	}
}

// pair is a client of one pair.
type pair struct {
	t             *testing.T
	name, url     string
	authorization string
	s             *pairServer
	streams       bool
}

func (p *pair) run() {
	p.want("echo", "POST", 200, "text")
	p.want("trailer", "GET", 200, "hello")
	p.want("trailer", "HEAD", 200, "")
	p.want("304", "GET", 304, "")
	p.want("panic", "GET", 500, "")
	p.gone()
	if !p.streams { // what was written is in memory: a clean 500, or nothing if a Recover further in has seen it
		if resp, err := p.do("late panic", "GET"); err == nil {
			resp.Body.Close()
			if resp.StatusCode != 500 {
				p.t.Errorf("%s: late panic: %d", p.name, resp.StatusCode)
			}
		}
		return
	}
	p.want("1xx", "GET", 200, "hello")
	p.want("controller", "GET", 200, "hello")
	p.found("controller")
	p.flush()
	p.hijack()
	p.upgrade()
	p.latePanic()
}

func (p *pair) request(do, method string) *http.Request {
	var body io.Reader
	if method == "POST" {
		body = strings.NewReader("text")
	}
	r, _ := http.NewRequest(method, p.url, body)
	r.Header = http.Header{
		"Do": {do}, "X-Key": {"key"}, "Authorization": {p.authorization}, "Origin": {"https://a.example"}, "X-Forwarded-For": {"198.51.100.7"},
		"X-Forwarded-Proto": {"https"}, "Content-Type": {"text/plain; charset=utf-8"}, "X-Http-Method-Override": {"PUT"},
	}
	return r
}

func (p *pair) do(do, method string) (*http.Response, error) {
	r := p.request(do, method)
	informational := 0
	r = r.WithContext(httptrace.WithClientTrace(p.t.Context(), &httptrace.ClientTrace{
		Got1xxResponse: func(code int, _ textproto.MIMEHeader) error { informational = code; return nil },
	}))
	resp, err := p.s.server.Client().Do(r)
	if do == "1xx" && informational != 103 {
		p.t.Errorf("%s: no 103", p.name)
	}
	return resp, err
}

// want asks for an answer that is whole.
func (p *pair) want(do, method string, status int, body string) {
	resp, err := p.do(do, method)
	if err != nil {
		p.t.Errorf("%s: %s: %v", p.name, do, err)
		return
	}
	defer resp.Body.Close()
	got, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != status || status < 500 && string(got) != body {
		p.t.Errorf("%s: %s %s: %d %q %v, want %d %q", p.name, method, do, resp.StatusCode, got, err, status, body)
	}
	if status == 500 && resp.Header.Get("Content-Type") != "application/problem+json" {
		p.t.Errorf("%s: %s: %s", p.name, do, resp.Header)
	}
	if do == "trailer" && method == "GET" && resp.Trailer.Get("X-After") != "1" {
		p.t.Errorf("%s: no trailer: %v", p.name, resp.Trailer)
	}
}

// found takes the error that the handler has found.
func (p *pair) found(do string) {
	if err := <-p.s.sync; err != nil {
		p.t.Errorf("%s: %s: the handler: %v", p.name, do, err)
	}
}

func (p *pair) flush() {
	resp, err := p.do("flush", "GET")
	if err != nil {
		p.t.Errorf("%s: flush: %v", p.name, err)
		return
	}
	defer resp.Body.Close()
	p.found("flush")
	first := make([]byte, 1)
	_, err = io.ReadFull(resp.Body, first)
	p.s.next <- struct{}{}
	rest, restErr := io.ReadAll(resp.Body)
	if err != nil || restErr != nil || string(first)+string(rest) != "ab" {
		p.t.Errorf("%s: flush: %q %q %v %v", p.name, first, rest, err, restErr)
	}
}

// dial writes a request on a connection of its own.
func (p *pair) dial(do string) (net.Conn, *bufio.Reader) {
	conn, err := net.Dial("tcp", p.s.server.Listener.Addr().String())
	if err != nil {
		p.t.Fatalf("%s: %v", p.name, err)
	}
	conn.SetDeadline(time.Now().Add(time.Minute))
	if err := p.request(do, "GET").Write(conn); err != nil {
		p.t.Errorf("%s: %s: %v", p.name, do, err)
	}
	return conn, bufio.NewReader(conn)
}

func (p *pair) hijack() {
	conn, in := p.dial("hijack")
	defer conn.Close()
	all, err := io.ReadAll(in)
	if !strings.HasSuffix(string(all), "\r\n\r\nhijacked") || !strings.HasPrefix(string(all), "HTTP/1.1 200 OK\r\nContent-Length: 8\r\n") {
		p.t.Errorf("%s: hijack: %q %v", p.name, all, err)
	}
	p.found("hijack")
}

func (p *pair) upgrade() {
	conn, in := p.dial("101")
	defer conn.Close()
	resp, err := http.ReadResponse(in, nil)
	if err != nil || resp.StatusCode != 101 {
		p.t.Errorf("%s: 101: %v %v", p.name, resp, err)
		return
	}
	io.WriteString(conn, "ping\n")
	if line, err := in.ReadString('\n'); line != "ping\n" {
		p.t.Errorf("%s: 101: %q %v", p.name, line, err)
	}
	p.found("101")
}

func (p *pair) latePanic() {
	resp, err := p.do("late panic", "GET")
	if err != nil {
		p.t.Errorf("%s: late panic: %v", p.name, err)
		return
	}
	defer resp.Body.Close()
	if body, err := io.ReadAll(resp.Body); err == nil {
		p.t.Errorf("%s: late panic: %q looks whole", p.name, body)
	}
}

// gone goes away while the handler works.
func (p *pair) gone() {
	conn, _ := p.dial("gone")
	<-p.s.next
	conn.Close()
	if err := <-p.s.sync; !errors.Is(err, context.Canceled) {
		p.t.Errorf("%s: gone: %v", p.name, err)
	}
}
