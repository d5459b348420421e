package wend

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Defaults of the server that Run starts. The server-wide read and write timeouts
// stay off: they would end uploads and streams, whose own limits hold per request.
const (
	readHeaderTimeout = 5 * time.Second
	idleTimeout       = 60 * time.Second
	maxHeaderBytes    = 64 << 10
	drainTimeout      = 30 * time.Second
	maxStreams        = 100 // HTTP/2 streams of one connection
)

// Run serves until ctx ends or the process gets SIGINT or SIGTERM, and returns nil
// when all requests were then answered in time. A second signal ends the process.
//
// addr is "host:port", or "unix:/path", whose socket is replaced if nobody listens there
// any more. With "" it is a socket that systemd passed, else the port in the variable
// PORT, else :8080.
//
// The stop: Draining closes, the delay of [Drain] passes, streams end ([ErrDraining]),
// no more connections are accepted, and within its timeout requests finish, then tasks,
// then the OnStop functions.
func (r *Router) Run(ctx context.Context, addr string) error {
	if err := r.Err(); err != nil {
		return err
	}
	l, err := listen(addr)
	if err != nil {
		return fmt.Errorf("wend: %w", err)
	}
	return r.Serve(ctx, l)
}

// Serve is [Router.Run] on a listener, which it closes.
func (r *Router) Serve(ctx context.Context, l net.Listener) error {
	defer l.Close()
	c := r.serving()
	ctx, stopSignals := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stopSignals()
	err := r.Start(ctx)
	if err != nil {
		return err
	}
	server := c.server(r)
	failed := make(chan error, 1)
	secure := c.opts.router.cert != "" || hasCertificate(server.TLSConfig)
	go func() { failed <- c.listenAndServe(server, stallListener{l}, secure) }()
	c.logStart(r, l.Addr(), secure)
	select {
	case err = <-failed: // the listener broke
	case <-ctx.Done():
		stopSignals() // from here on a signal ends the process
	}
	timeout, delay := c.drainTimes()
	c.run.beginDrain()
	if err == nil && delay > 0 {
		time.Sleep(delay)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), timeout)
	defer cancel()
	c.run.endStreams()
	if err == nil {
		err = shutdown(ctx, server)
		<-failed
	}
	return errors.Join(err, r.Stop(ctx))
}

func (c *core) drainTimes() (timeout, delay time.Duration) {
	if d := c.opts.router.drain; d != nil {
		return d.timeout, d.delay
	}
	return drainTimeout, 0
}

// server builds the http.Server; the functions given with Server have the last word.
func (c *core) server(r *Router) *http.Server {
	s := &http.Server{
		Handler:           r,
		ReadHeaderTimeout: readHeaderTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          slog.NewLogLogger(c.logger().Handler(), slog.LevelWarn),
		HTTP2:             &http.HTTP2Config{MaxConcurrentStreams: maxStreams},
	}
	for _, f := range c.opts.router.server {
		f(s)
	}
	return s
}

// serveTLS is [http.Server.ServeTLS]; only the options that can ask for it name it.
// Optimization: a program with none of them is linked without the server's half of TLS,
// 630 KB of 12.3 MB.
type serveTLS = func(s *http.Server, l net.Listener, certFile, keyFile string) error

func (c *core) listenAndServe(s *http.Server, l net.Listener, secure bool) error {
	o := &c.opts.router
	var err error
	if secure {
		err = o.serveTLS(s, l, o.cert, o.key)
	} else {
		err = s.Serve(l)
	}
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return fmt.Errorf("wend: serve: %w", err)
}

// hasCertificate knows each way in which ServeTLS needs no certificate file.
func hasCertificate(config *tls.Config) bool {
	return config != nil &&
		(len(config.Certificates) > 0 || config.GetCertificate != nil || config.GetConfigForClient != nil)
}

// shutdown waits for the requests, and closes their connections when it has waited long
// enough.
func shutdown(ctx context.Context, s *http.Server) error {
	if err := s.Shutdown(ctx); err != nil {
		return errors.Join(fmt.Errorf("wend: drain: %w", err), s.Close())
	}
	return nil
}

// logStart writes the one line that says where the service is.
func (c *core) logStart(r *Router, addr net.Addr, secure bool) {
	attrs := []slog.Attr{slog.String("addr", addr.String()), slog.Int("routes", c.count)}
	if path, err := r.URL(docsName); err == nil {
		attrs = append(attrs, slog.String("docs", baseURL(addr, secure)+path))
	}
	c.logger().LogAttrs(context.Background(), slog.LevelInfo, "serving", attrs...)
}

// docsName is the name of the documentation's route.
const docsName = "docs"

// baseURL is where a browser on this machine finds the service.
func baseURL(addr net.Addr, secure bool) string {
	scheme := "http://"
	if secure {
		scheme = "https://"
	}
	tcp, ok := addr.(*net.TCPAddr)
	if !ok {
		return ""
	}
	host := tcp.IP.String()
	if tcp.IP.IsUnspecified() {
		host = "localhost"
	}
	return scheme + net.JoinHostPort(host, strconv.Itoa(tcp.Port))
}

// systemdSocket is the number of the first file that systemd passes.
const systemdSocket = 3

// listen opens the listener of an address.
func listen(addr string) (net.Listener, error) {
	if path, ok := strings.CutPrefix(addr, "unix:"); ok {
		return listenUnix(path)
	}
	if addr != "" {
		return net.Listen("tcp", addr)
	}
	if n := os.Getenv("LISTEN_FDS"); n != "" && n != "0" && os.Getenv("LISTEN_PID") == strconv.Itoa(os.Getpid()) {
		if n != "1" {
			return nil, fmt.Errorf("systemd has passed %s sockets, and Run serves one; use Serve for each", n)
		}
		f := os.NewFile(systemdSocket, "systemd")
		defer f.Close()
		return net.FileListener(f)
	}
	if port := os.Getenv("PORT"); port != "" {
		return net.Listen("tcp", ":"+port)
	}
	return net.Listen("tcp", ":8080")
}

// listenUnix takes a path over from a process that has ended without removing its socket:
// nobody answers there. A socket that is in use, and a file, stay.
func listenUnix(path string) (net.Listener, error) {
	l, err := net.Listen("unix", path)
	if !errors.Is(err, syscall.EADDRINUSE) {
		return l, err
	}
	c, dialErr := net.Dial("unix", path)
	if dialErr == nil {
		c.Close()
		return nil, err
	}
	if info, statErr := os.Lstat(path); statErr != nil || info.Mode()&os.ModeSocket == 0 || !errors.Is(dialErr, syscall.ECONNREFUSED) {
		return nil, err
	}
	if err := os.Remove(path); err != nil {
		return nil, err
	}
	return net.Listen("unix", path)
}
