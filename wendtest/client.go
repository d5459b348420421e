package wendtest

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/internal/replace"
)

// grace is how long a handler may run after its client has gone.
const grace = 10 * time.Second

// Client sends requests to one handler and keeps the cookies that it sets. It may be
// used by several goroutines, as far as the test may: a failed check ends the test and
// belongs into the test's own goroutine.
type Client struct {
	t        testing.TB
	handler  http.Handler
	session  *session
	settings settings
	replaced *replace.Set // nil without replacements
}

// session is what a client shares with those derived from it.
type session struct {
	cookies *cookies

	mu     sync.Mutex
	live   map[*exchange]struct{} // handlers that have not returned
	closed bool
}

// starter is a handler that wants to know when it is in use. Several clients may share
// a handler, so several Starts may come before the first Stop.
type starter interface {
	Start(context.Context) error
	Stop(context.Context) error
}

// New returns a client of h. A [wend.Router] with registration errors ends the test
// with the list of them; so does a handler around one that leads to it by a method
// Unwrap() http.Handler. If h has the methods Start and Stop, both func(context.Context)
// error, Start is called here.
//
// Checks fail t, so a subtest makes a client of its own: that costs next to nothing, and
// parallel ones may share h.
//
// When the test ends, the contexts of the handlers that still run are cancelled; one
// that does not return fails the test. Then Stop is called.
func New(t testing.TB, h http.Handler, opts ...Option) *Client {
	t.Helper()
	if h == nil {
		t.Fatal("wendtest: the handler is nil")
	}
	r := routerOf(h)
	if r != nil {
		if err := r.Err(); err != nil {
			t.Fatalf("the router has registration errors:\n%v", err)
		}
	}
	settings, err := collect(opts)
	if err != nil {
		t.Fatalf("wendtest: %v", err)
	}
	replaced, err := settings.replacements(t, r)
	if err != nil {
		t.Fatalf("wendtest: %v", err)
	}
	c := &Client{
		t: t, handler: h, settings: settings, replaced: replaced,
		session: &session{cookies: newCookies(), live: map[*exchange]struct{}{}},
	}
	s, starts := h.(starter)
	if starts {
		if err := s.Start(t.Context()); err != nil {
			t.Fatalf("wendtest: start: %v", err)
		}
	}
	t.Cleanup(func() {
		t.Helper()
		c.session.close(t)
		if !starts {
			return
		}
		ctx, cancel := context.WithTimeout(context.Background(), grace)
		defer cancel()
		if err := s.Stop(ctx); err != nil {
			t.Errorf("wendtest: stop: %v", err)
		}
	})
	return c
}

// routerOf returns the router that a handler is, or that it names by a method Unwrap()
// http.Handler as a wrapper does; nil for any other handler.
func routerOf(h http.Handler) *wend.Router {
	for {
		switch v := h.(type) {
		case *wend.Router:
			return v
		case interface{ Unwrap() http.Handler }:
			h = v.Unwrap()
		default:
			return nil
		}
	}
}

// With returns a client that shares the cookies of c and has further options, which
// override those of c.
func (c *Client) With(opts ...Option) *Client {
	c.t.Helper()
	own, err := collect(opts)
	if err != nil {
		c.t.Fatalf("wendtest: %v", err)
	}
	derived := *c
	derived.settings = c.settings.override(own)
	if own.replaced != nil {
		if derived.replaced, err = derived.settings.replacements(c.t, routerOf(c.handler)); err != nil {
			c.t.Fatalf("wendtest: %v", err)
		}
	}
	return &derived
}

// Get sends a GET request. The path may have a query; what is special in one is
// escaped by the caller, or given with [Query].
func (c *Client) Get(path string, opts ...Option) *Response {
	c.t.Helper()
	return c.send(http.MethodGet, path, nil, opts)
}

// Head sends a HEAD request.
func (c *Client) Head(path string, opts ...Option) *Response {
	c.t.Helper()
	return c.send(http.MethodHead, path, nil, opts)
}

// Post sends a POST request; [Client.Do] lists the bodies.
func (c *Client) Post(path string, body any, opts ...Option) *Response {
	c.t.Helper()
	return c.send(http.MethodPost, path, body, opts)
}

// Put sends a PUT request; [Client.Do] lists the bodies.
func (c *Client) Put(path string, body any, opts ...Option) *Response {
	c.t.Helper()
	return c.send(http.MethodPut, path, body, opts)
}

// Patch sends a PATCH request; [Client.Do] lists the bodies.
func (c *Client) Patch(path string, body any, opts ...Option) *Response {
	c.t.Helper()
	return c.send(http.MethodPatch, path, body, opts)
}

// Delete sends a DELETE request.
func (c *Client) Delete(path string, opts ...Option) *Response {
	c.t.Helper()
	return c.send(http.MethodDelete, path, nil, opts)
}

// Query sends a QUERY request, which is a safe one with a body; [Client.Do] lists the
// bodies.
func (c *Client) Query(path string, body any, opts ...Option) *Response {
	c.t.Helper()
	return c.send("QUERY", path, body, opts)
}

// Options sends an OPTIONS request. The path may be "*".
func (c *Client) Options(path string, opts ...Option) *Response {
	c.t.Helper()
	return c.send(http.MethodOptions, path, nil, opts)
}

// Do sends a request with any method and body. The body's type says how it is sent:
//
//	nil                    no body
//	[Form]                 application/x-www-form-urlencoded, with a [File] multipart/form-data
//	[]byte                 as it is, application/octet-stream
//	io.Reader              as it is, chunked, without a Content-Type; closed if an io.Closer
//	string, RawMessage     as it is, application/json: a JSON text, well-formed or not
//	any other              encoded as JSON, application/json
//
// [ContentType] names another media type. JSON is that of encoding/json, but without the
// members tagged jsonschema:"readOnly", which a request does not have, and without a
// binding.Opt that is not set. A value of a type based on string is encoded like any
// other.
func (c *Client) Do(method, path string, body any, opts ...Option) *Response {
	c.t.Helper()
	return c.send(method, path, body, opts)
}

// send runs the handler until there is a response.
func (c *Client) send(method, path string, body any, opts []Option) *Response {
	c.t.Helper()
	own, err := collect(opts)
	if err == nil && own.replaced != nil {
		err = errReplaceLate
	}
	if err != nil {
		c.t.Fatalf("wendtest: %s %s: %v", method, redactQuery(path), err)
	}
	x, err := c.exchange(method, path, body, own)
	if err == nil && !c.session.add(x) {
		x.cancel()
		err = errClosed
	}
	if err != nil {
		c.t.Fatalf("wendtest: %s %s: %v", method, redactQuery(path), err)
	}
	go func() {
		defer c.session.remove(x)
		x.run(c.handler)
	}()
	x.awaitHeader()
	c.session.cookies.keep(x.url, x.sent)
	r := &Response{t: c.t, x: x}
	if stack := x.panicked(); stack != "" {
		c.t.Logf("%s: %s", r.title(), stack) // a check may never look at this response
	}
	return r
}

var errClosed = errors.New("the client's test has ended")

// add reports false when the test is over.
func (s *session) add(x *exchange) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed {
		s.live[x] = struct{}{}
	}
	return !s.closed
}

func (s *session) remove(x *exchange) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.live, x)
}

// close lets the handlers that still run see their client go.
func (s *session) close(t testing.TB) {
	t.Helper()
	s.mu.Lock()
	s.closed = true
	live := make([]*exchange, 0, len(s.live))
	for x := range s.live {
		x.cancel()
		live = append(live, x)
	}
	s.mu.Unlock()
	for _, x := range live {
		if !x.ended() {
			t.Errorf("%s %s: the handler still runs %v after its client has gone", x.method, redactQuery(x.target), grace)
		}
	}
}
