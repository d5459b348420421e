package wendtest

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	// window is how many bytes a handler may be ahead of the reader.
	window = 1 << 20
	// sniffed is how much of a body tells its type.
	sniffed = 512
	// short is up to which length net/http finds the Content-Length by itself.
	short = 2048
)

// exchange is one request and its response. The handler's goroutine writes the response
// while the test's reads it.
type exchange struct {
	method, target string
	request        *http.Request // the handler's, which may change it
	url            *url.URL      // with https and the host
	asked          http.Header   // of the request, as it was sent
	payload        payload
	upload         *upload // the body, when it is a stream
	ctx            context.Context
	cancel         context.CancelFunc
	finished       chan struct{} // closed when the handler has returned

	mu      sync.Mutex
	changed sync.Cond
	ready   bool        // the header is on its way: status and sent stay as they are
	status  int         // 0 before WriteHeader
	sent    http.Header // at WriteHeader
	length  int64       // the declared Content-Length, or -1
	written int64       // body bytes, also those that HEAD does not send
	start   []byte      // of the body, to find its type
	body    []byte
	read    int      // how far the test has read
	stop    deadline // of writes
	done    bool
	failure *failure // why the response is not whole
}

// failure is an aborted response. It is what a client of net/http sees,
// io.ErrUnexpectedEOF, with the reason that only a test in process can know.
type failure struct{ reason, stack string }

func (f *failure) Error() string { return "the response was aborted: " + f.reason }
func (f *failure) Unwrap() error { return io.ErrUnexpectedEOF }

// exchange makes a request ready to be served.
func (c *Client) exchange(method, path string, body any, own settings) (*exchange, error) {
	if !isToken(method) {
		return nil, errors.New("the method is not well-formed")
	}
	all := c.settings.override(own)
	path = withQuery(path, all.query)
	u, err := parseTarget(path)
	if err != nil {
		return nil, err
	}
	p, err := encode(body)
	if err != nil {
		return nil, err
	}
	if all.ctx == nil {
		all.ctx = c.t.Context()
	}
	if all.host == "" {
		all.host = "example.com"
	}
	x := &exchange{method: method, target: path, payload: p, finished: make(chan struct{}), length: -1}
	x.changed.L = &x.mu
	if c.replaced != nil {
		all.ctx = c.replaced.With(all.ctx)
	}
	x.ctx, x.cancel = context.WithCancel(all.ctx)
	x.url = &url.URL{Scheme: "https", Host: all.host, Path: u.Path, RawPath: u.RawPath, RawQuery: u.RawQuery}
	x.request = (&http.Request{
		Method: method, URL: u, RequestURI: x.target, Host: all.host,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: all.header, Body: http.NoBody, RemoteAddr: "192.0.2.1:1234",
		TLS: &tls.ConnectionState{Version: tls.VersionTLS13, HandshakeComplete: true, ServerName: x.url.Hostname()},
	}).WithContext(x.ctx)
	x.attach(p)
	if x.request.Header["Cookie"] == nil {
		for _, cookie := range c.session.cookies.of(x.url, own.cookies, c.settings.cookies) {
			x.request.AddCookie(cookie)
		}
	}
	x.asked = x.request.Header.Clone()
	return x, nil
}

// attach gives the request its body and the headers that follow from it.
func (x *exchange) attach(p payload) {
	h := x.request.Header
	if p.mediaType != "" && h["Content-Type"] == nil {
		h.Set("Content-Type", p.mediaType)
	}
	switch {
	case p.stream != nil:
		x.request.ContentLength = -1
		x.request.TransferEncoding = []string{"chunked"}
		x.upload = newUpload(p.stream)
		x.request.Body = x.upload
	case len(p.data) > 0:
		x.request.ContentLength = int64(len(p.data))
		h.Set("Content-Length", strconv.Itoa(len(p.data)))
		x.request.Body = io.NopCloser(bytes.NewReader(p.data))
	}
}

func withQuery(path string, query []pair) string {
	for i, p := range query {
		separator := "&"
		if i == 0 && !strings.Contains(path, "?") {
			separator = "?"
		}
		path += separator + url.QueryEscape(p.name) + "=" + url.QueryEscape(p.value)
	}
	return path
}

// parseTarget reads a path as a server does.
func parseTarget(path string) (*url.URL, error) {
	if path != "*" && !strings.HasPrefix(path, "/") {
		return nil, errors.New("a path begins with a slash; another host is given with wendtest.Host")
	}
	if strings.ContainsFunc(path, func(r rune) bool { return r <= ' ' || r == 0x7f }) {
		return nil, errors.New("a space or control character must be escaped: use wendtest.Query or url.PathEscape")
	}
	u, err := url.ParseRequestURI(path)
	if err != nil {
		return nil, fmt.Errorf("a server refuses this path before any handler: %w", err)
	}
	return u, nil
}

// run serves the request as net/http does.
func (x *exchange) run(h http.Handler) {
	defer close(x.finished)
	defer context.AfterFunc(x.ctx, x.gone)()
	w := &writer{x: x, header: http.Header{}}
	returned := false
	defer func() {
		why := x.failed(returned, recover()) // as in a server, a panic goes no further
		x.cancel()
		if x.upload != nil {
			_ = x.upload.Close()
		}
		if form := x.request.MultipartForm; form != nil {
			_ = form.RemoveAll()
		}
		x.end(w, why) // last, so that a test which has a whole response finds all done
	}()
	h.ServeHTTP(w, x.request)
	returned = true
}

// failed says why a response is not whole whose handler has returned, or panicked with v.
func (x *exchange) failed(returned bool, v any) *failure {
	x.mu.Lock()
	defer x.mu.Unlock()
	switch {
	case v == http.ErrAbortHandler:
		return &failure{reason: "the handler panicked with http.ErrAbortHandler"}
	case v != nil:
		reason := fmt.Sprintf("the handler panicked: %v", v)
		return &failure{reason, reason + "\n" + string(debug.Stack())}
	case !returned:
		return &failure{reason: "the handler ended its goroutine, as FailNow does"}
	case x.status == 0 && x.ctx.Err() != nil:
		return &failure{reason: fmt.Sprintf("nothing was written before the request's context ended: %v", context.Cause(x.ctx))}
	}
	return nil
}

// gone wakes a handler that waits for the reader, or reads the body, once its client
// has gone.
func (x *exchange) gone() {
	if x.upload != nil {
		x.upload.breakOff()
	}
	x.wake()
}

func (x *exchange) wake() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.changed.Broadcast()
}

// end closes the response.
func (x *exchange) end(w *writer, why *failure) {
	x.mu.Lock()
	defer x.mu.Unlock()
	defer x.changed.Broadcast()
	x.stop.set(time.Time{}, nil)
	x.done = true
	x.failure = why
	if x.failure != nil {
		if !x.ready { // nothing has left the server's buffer
			x.status, x.sent, x.body = 0, nil, nil
		}
		return
	}
	x.writeHeader(w.header, http.StatusOK)
	if x.length == -1 && !x.ready && x.written <= short && bodyAllowed(x.status) && (x.method != http.MethodHead || x.written > 0) {
		x.length = x.written
		x.sent.Set("Content-Length", strconv.FormatInt(x.written, 10))
	}
	x.publish()
	if x.method != http.MethodHead && bodyAllowed(x.status) && x.length > x.written {
		x.failure = &failure{reason: fmt.Sprintf("its Content-Length is %d, and the handler wrote %d bytes", x.length, x.written)}
	}
}

// writeHeader fixes status and header, once. The caller holds the lock.
func (x *exchange) writeHeader(h http.Header, status int) {
	if x.status != 0 {
		return
	}
	x.status = status
	x.sent = h.Clone()
	if n, err := strconv.ParseInt(h.Get("Content-Length"), 10, 64); err == nil && n >= 0 {
		x.length = n
	} else if !bodyAllowed(status) && x.method != http.MethodHead {
		x.length = 0
	}
}

// publish lets the test see the header. The caller holds the lock and has fixed the
// header.
func (x *exchange) publish() {
	if x.ready {
		return
	}
	_, hasType := x.sent["Content-Type"]
	if !hasType && len(x.start) > 0 && x.sent.Get("Content-Encoding") == "" {
		x.sent.Set("Content-Type", http.DetectContentType(x.start))
	}
	x.ready = true
	x.changed.Broadcast()
}

// awaitHeader returns when the header is there, or never will be.
func (x *exchange) awaitHeader() {
	x.mu.Lock()
	defer x.mu.Unlock()
	for !x.ready && !x.done {
		x.changed.Wait()
	}
}

// ended waits until the handler has returned; false when it does not.
func (x *exchange) ended() bool {
	timer := time.NewTimer(grace)
	defer timer.Stop()
	select {
	case <-x.finished:
		return true
	case <-timer.C:
		return false
	}
}

// panicked returns a panic and its stack, if that is how the handler ended.
func (x *exchange) panicked() string {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.failure == nil {
		return ""
	}
	return x.failure.stack
}

// reader reads the body from its beginning.
type reader struct {
	x  *exchange
	at int
}

// Read waits for bytes that the handler has not written yet. At the end of an aborted
// response it returns the reason.
func (r *reader) Read(p []byte) (int, error) {
	x := r.x
	x.mu.Lock()
	defer x.mu.Unlock()
	for r.at == len(x.body) && !x.done {
		x.changed.Wait()
	}
	if r.at == len(x.body) && x.failure != nil {
		return 0, x.failure
	}
	if r.at == len(x.body) {
		return 0, io.EOF
	}
	n := copy(p, x.body[r.at:])
	r.at += n
	if r.at > x.read {
		x.read = r.at
		x.changed.Broadcast()
	}
	return n, nil
}

// Close disconnects: a handler that still runs sees its client gone.
func (r *reader) Close() error {
	r.x.cancel()
	return nil
}

// bodyAllowed reports whether a response of this status may have a body (RFC 9110
// §6.4.1).
func bodyAllowed(status int) bool {
	return status >= 200 && status != http.StatusNoContent && status != http.StatusNotModified
}
