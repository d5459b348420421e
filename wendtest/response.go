package wendtest

import (
	"bytes"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
	"testing"
)

// Response is the answer to a request. A check that fails ends the test; one that passes
// returns the response for the next. Those of the body read it to its end and may be
// called again. A Response is for one goroutine.
type Response struct {
	t testing.TB
	x *exchange

	aborted bool // as the test expects
	events  *eventReader
	lines   *lineReader
}

// Status checks the status.
func (r *Response) Status(want int) *Response {
	r.t.Helper()
	r.begun()
	if r.x.status != want {
		r.fail("status %d, want %d", r.x.status, want)
	}
	return r
}

// Header checks a header. One that was sent several times is compared as one list, its
// values joined by ", ".
func (r *Response) Header(name, want string) *Response {
	r.t.Helper()
	r.begun()
	values := r.x.sent.Values(name)
	if len(values) == 0 {
		r.fail("no header %s, want %q", name, want)
	}
	if got := strings.Join(values, ", "); got != want {
		r.fail("header %s is %q, want %q", name, got, want)
	}
	return r
}

// NoHeader checks that a header was not sent.
func (r *Response) NoHeader(name string) *Response {
	r.t.Helper()
	r.begun()
	if values := r.x.sent.Values(name); len(values) > 0 {
		r.fail("header %s is %q, want none", name, strings.Join(values, ", "))
	}
	return r
}

// JSON checks that the body is JSON of v's type, and stores it there. v is a non-nil
// pointer; what it points to is replaced. Refused are another media type than
// application/json and those that end in +json, a name that the type does not have or
// that comes twice, and anything behind the one value.
func (r *Response) JSON(v any) *Response {
	r.t.Helper()
	body := r.body()
	if m := r.mediaType(); m != "application/json" && !strings.HasSuffix(m, "+json") {
		r.fail("the media type is %q, want JSON", m)
	}
	if err := decode(body, v); err != nil {
		r.fail("the body is no %s: %v", typeName(v), err)
	}
	return r
}

// BodyIs checks the whole body.
func (r *Response) BodyIs(want string) *Response {
	r.t.Helper()
	if got := string(r.body()); got != want {
		r.fail("the body is %s, want %s", quote(got), quote(want))
	}
	return r
}

// BodyContains checks for a part of the body.
func (r *Response) BodyContains(part string) *Response {
	r.t.Helper()
	if !bytes.Contains(r.body(), []byte(part)) {
		r.fail("the body does not contain %s", quote(part))
	}
	return r
}

// Text returns the body.
func (r *Response) Text() string {
	r.t.Helper()
	return string(r.body())
}

// Bytes returns the body.
func (r *Response) Bytes() []byte {
	r.t.Helper()
	return bytes.Clone(r.body())
}

// Aborted waits for the handler to return and checks that the client did not get a whole
// response: the handler panicked, as with [http.ErrAbortHandler], or wrote less than the
// Content-Length that it declared, or nothing before the request's context ended. After
// it, checks of the body see what had arrived.
func (r *Response) Aborted() *Response {
	r.t.Helper()
	_, err := io.Copy(io.Discard, &reader{x: r.x})
	if err == nil {
		r.fail("the response is whole, want it aborted")
	}
	r.aborted = true
	return r
}

// Raw returns the response in the form of net/http. Its body is read from the beginning,
// while the handler runs, and reports an aborted response with io.ErrUnexpectedEOF;
// closing it disconnects.
func (r *Response) Raw() *http.Response {
	r.t.Helper()
	r.begun()
	x := r.x
	raw := &http.Response{
		Status: statusLine(x.status), StatusCode: x.status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: x.sent.Clone(), Body: &reader{x: x}, ContentLength: -1,
		Request: &http.Request{Method: x.method, URL: x.url, Host: x.url.Host, Header: x.asked},
	}
	if x.length >= 0 {
		raw.ContentLength = x.length
	}
	return raw
}

// Close disconnects from a handler that still runs, and waits for it to return.
func (r *Response) Close() {
	r.t.Helper()
	r.x.cancel()
	if !r.x.ended() {
		r.fail("the handler still runs %v after its client has gone", grace)
	}
}

// begun ends the test when there is no status and no header.
func (r *Response) begun() {
	r.t.Helper()
	r.x.mu.Lock()
	ready, failure := r.x.ready, r.x.failure
	r.x.mu.Unlock()
	if !ready {
		r.fail("%v", failure)
	}
}

// body reads the whole body.
func (r *Response) body() []byte {
	r.t.Helper()
	all, err := io.ReadAll(&reader{x: r.x})
	if err != nil && !r.aborted {
		r.fail("%v", err)
	}
	return all
}

func (r *Response) mediaType() string {
	m, _, _ := mime.ParseMediaType(r.x.sent.Get("Content-Type"))
	return m
}

// fail ends the test at the line that called the check.
func (r *Response) fail(format string, args ...any) {
	r.t.Helper()
	r.t.Fatalf("%s: %s\n\n%s", r.title(), fmt.Sprintf(format, args...), r.dump())
}
