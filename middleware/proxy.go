package middleware

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/wend-go/wend/internal/radix"
)

// Upstreams are servers that a [Proxy] passes requests to.
type Upstreams struct {
	// Targets are base URLs, "http://10.0.0.7:8080/base": requests go to them in turn.
	// One that cannot be reached is left out for Rest, unless no other is left.
	Targets []string
	Rest    time.Duration // 0 is 10 seconds
	// Transport makes the requests; nil is one of the Proxy with a time limit of 5
	// seconds to connect and 30 until the response begins.
	Transport http.RoundTripper
	// PreserveHost sends the client's Host to the server instead of the target's.
	PreserveHost bool
	Logger       *slog.Logger // for servers that fail; nil is slog.Default
}

// Proxy is a handler that passes requests to other servers, by [httputil.ReverseProxy]:
// fields that belong to a connection stay (RFC 9110 §7.6.1), streams and upgrades go
// through. X-Forwarded-For, -Host and -Proto, X-Real-IP and Forwarded of the client are
// removed, with underscores as well, and the first three set anew, from what the request
// is: behind another proxy put [RealIP] before it. A path that leads out of the target's
// by a ".." is a 400. When no server answers, the answer is a 502, or a 504 when it took too long; a body
// that fails is the client's fault, with a 400 or what the error says.
//
// A request is never sent twice: it may have had its effect. It panics without targets
// and on one that is not an absolute URL of http or https.
func Proxy(u Upstreams) http.Handler {
	b := &balancer{rest: u.Rest}
	if b.rest == 0 {
		b.rest = 10 * time.Second
	}
	for _, s := range u.Targets {
		target, err := url.Parse(s)
		if err != nil || target.Host == "" || target.Scheme != "http" && target.Scheme != "https" || target.User != nil ||
			target.RawQuery != "" || target.Fragment != "" {
			panic("middleware: Proxy: " + strconv.Quote(s) + " is not a URL such as http://10.0.0.7:8080")
		}
		b.upstreams = append(b.upstreams, &upstream{url: target})
	}
	if len(b.upstreams) == 0 || u.Rest < 0 {
		panic("middleware: Proxy wants at least one target, and no negative Rest")
	}
	transport := u.Transport
	if transport == nil {
		transport = &http.Transport{
			DialContext:         (&net.Dialer{Timeout: 5 * time.Second}).DialContext,
			TLSHandshakeTimeout: 5 * time.Second, ResponseHeaderTimeout: 30 * time.Second, ExpectContinueTimeout: time.Second,
			MaxIdleConnsPerHost: 64, IdleConnTimeout: 60 * time.Second, ForceAttemptHTTP2: true, DisableCompression: true,
		}
	}
	logger := u.Logger
	if logger == nil {
		logger = slog.Default()
	}
	proxy := &httputil.ReverseProxy{
		Transport: transport,
		ErrorLog:  slog.NewLogLogger(logger.Handler(), slog.LevelWarn),
		Rewrite:   func(r *httputil.ProxyRequest) { outgoing(r, u.PreserveHost) },
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, err error) {
			upstreamFailed(w, r, err, logger, time.Now().Add(b.rest))
		},
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path, ok := radix.Canonical(r.URL)
		if !ok || radix.Check(path) == radix.Bad || strings.Contains(path+"/", "/../") {
			reject(w, r, http.StatusBadRequest, "the path is not well-formed")
			return
		}
		p := &passage{to: b.next(time.Now())}
		inner := r.WithContext(context.WithValue(r.Context(), passageKey{}, p))
		if r.Body != nil && r.Body != http.NoBody {
			p.ReadCloser = r.Body
			inner.Body = p
		}
		proxy.ServeHTTP(w, inner)
	})
}

type passageKey struct{}

// passage is a request on its way. It is the body of the request as well, and notes how that
// has failed.
type passage struct {
	to *upstream
	io.ReadCloser
	failed atomic.Pointer[error]
}

func (p *passage) Read(b []byte) (int, error) {
	n, err := p.ReadCloser.Read(b)
	if err != nil && err != io.EOF {
		p.failed.Store(&err)
	}
	return n, err
}

// blames reports whether err is how the client's body has failed.
func (p *passage) blames(err error) bool {
	failed := p.failed.Load()
	return failed != nil && errors.Is(err, *failed)
}

func outgoing(r *httputil.ProxyRequest, preserveHost bool) {
	r.SetURL(r.In.Context().Value(passageKey{}).(*passage).to.url)
	for name := range r.Out.Header {
		switch http.CanonicalHeaderKey(strings.ReplaceAll(name, "_", "-")) {
		case "Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-Ip":
			delete(r.Out.Header, name) // some servers take X_Real_IP for X-Real-IP
		}
	}
	r.SetXForwarded()
	r.Out.Header["X-Forwarded-Proto"] = []string{Scheme(r.In)}
	if preserveHost {
		r.Out.Host = r.In.Host
	}
}

func upstreamFailed(w http.ResponseWriter, r *http.Request, err error, logger *slog.Logger, until time.Time) {
	if r.Context().Err() != nil && errors.Is(err, context.Canceled) { // the client has gone; nobody is at fault
		reject(w, r, http.StatusBadGateway, "")
		return
	}
	p := r.Context().Value(passageKey{}).(*passage)
	if p.blames(err) {
		rejectFailedBody(w, r, err)
		return
	}
	logger.LogAttrs(r.Context(), slog.LevelError, "an upstream server failed",
		slog.String("upstream", p.to.url.Host), slog.String("cause", err.Error()))
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() {
		reject(w, r, http.StatusGatewayTimeout, "the server behind this one took too long")
		return
	}
	p.to.restsUntil.Store(until.UnixNano())
	reject(w, r, http.StatusBadGateway, "the server behind this one cannot be reached")
}

// rejectFailedBody answers who has sent a body that could not be read.
func rejectFailedBody(w http.ResponseWriter, r *http.Request, err error) {
	var tooBig *http.MaxBytesError
	var coded interface{ HTTPStatus() int }
	status := http.StatusBadRequest
	switch {
	case errors.As(err, &tooBig):
		status = http.StatusRequestEntityTooLarge
	case errors.As(err, &coded) && coded.HTTPStatus()/100 == 4:
		status = coded.HTTPStatus()
	}
	detail := "the body could not be read"
	switch status {
	case http.StatusRequestEntityTooLarge:
		detail = "the body is too large"
	case http.StatusRequestTimeout:
		detail = "the body did not arrive in time"
	}
	reject(w, r, status, detail, "Connection", "close")
}

// upstream is one server.
type upstream struct {
	url        *url.URL
	restsUntil atomic.Int64 // Unix time in nanoseconds
}

// balancer chooses servers in turn.
type balancer struct {
	upstreams []*upstream
	rest      time.Duration
	turn      atomic.Uint64
}

// next is the next server that does not rest, or just the next one.
func (b *balancer) next(now time.Time) *upstream {
	n := uint64(len(b.upstreams))
	start := b.turn.Add(1) - 1
	for i := range n {
		if u := b.upstreams[(start+i)%n]; u.restsUntil.Load() <= now.UnixNano() {
			return u
		}
	}
	return b.upstreams[start%n]
}
