package middleware

import (
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/wend-go/wend/internal/problem"
	"github.com/wend-go/wend/internal/rw"
)

// Log writes one line for each request when it has been answered: method, route
// pattern, status, bytes of the body, duration, client address, request id. The
// path itself is not logged, since it holds values. The level is info, or error from
// status 500 on and where a handler has panicked, unless its client had left or the
// server cut off a stream because it stops. Status 0 is a request that panicked or whose
// connection was taken over before an answer. A nil logger is slog.Default at the time
// of use.
//
// more gives further attributes, after the request: [LogURL], [LogHeaders], or a
// function that reads what a middleware has put into the context.
func Log(logger *slog.Logger, more ...func(*http.Request) slog.Attr) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			l := line{out: rw.New(w, nil), r: r, start: time.Now(), more: more}
			// A panic goes on; its line says that there was no answer.
			defer l.write(logger)
			next.ServeHTTP(l.out, r)
			l.finished = true
		})
	}
}

// line is a line to be.
type line struct {
	out      *rw.Writer
	r        *http.Request
	start    time.Time
	more     []func(*http.Request) slog.Attr
	finished bool
}

func (l *line) write(logger *slog.Logger) {
	if logger == nil {
		logger = slog.Default()
	}
	status := l.out.Status()
	if !l.out.Begun() && l.finished {
		status = http.StatusOK
	}
	level := slog.LevelInfo
	ctx := l.r.Context()
	if status >= 500 || !l.finished && !l.out.EndedEarly() && ctx.Err() == nil {
		level = slog.LevelError
	}
	if !logger.Enabled(ctx, level) {
		return
	}
	attrs := [...]slog.Attr{
		slog.String("method", knownMethod(l.r.Method)),
		slog.String("pattern", l.r.Pattern),
		slog.Int("status", status),
		slog.Int64("bytes", l.out.Bytes()),
		slog.Duration("duration", time.Since(l.start)),
		slog.String("client", clientHost(l.r)),
		slog.String("request_id", problem.RequestID(l.out)),
	}
	if len(l.more) == 0 {
		logger.LogAttrs(ctx, level, "request", attrs[:]...)
		return
	}
	all := attrs[:]
	for _, f := range l.more {
		all = append(all, f(l.r))
	}
	logger.LogAttrs(ctx, level, "request", all...)
}

// redacted stands for what no log may hold.
const redacted = "[redacted]"

// maxLogged bounds a value of the client's in a log, in bytes.
const maxLogged = 2048

// LogURL is for [Log]: an attribute "url" with the path and the query, both as the
// client sent them, at most 2048 bytes. The values of query keys that name a
// credential (token, password, secret, key, code, signature, alone or at the end of
// a longer name such as access_token) are [redacted]. Paths may hold personal data.
func LogURL(r *http.Request) slog.Attr {
	target := r.URL.EscapedPath()
	if r.URL.RawQuery != "" {
		target += "?" + redactQuery(r.URL.RawQuery)
	}
	return slog.String("url", target[:min(len(target), maxLogged)])
}

// LogHeaders is for [Log]: a group "headers" of the named request fields that the
// request has, each at most 2048 bytes. Authorization, Proxy-Authorization, Cookie
// and Set-Cookie, and names that name a credential as for [LogURL], are [redacted].
func LogHeaders(names ...string) func(*http.Request) slog.Attr {
	canonical := make([]string, len(names))
	for i, name := range names {
		canonical[i] = http.CanonicalHeaderKey(name)
	}
	return func(r *http.Request) slog.Attr {
		var fields []slog.Attr
		for _, name := range canonical {
			values, ok := r.Header[name]
			switch {
			case !ok:
			case isSecretName(name):
				fields = append(fields, slog.String(name, redacted))
			default:
				value := strings.Join(values, ", ")
				fields = append(fields, slog.String(name, value[:min(len(value), maxLogged)]))
			}
		}
		return slog.GroupAttrs("headers", fields...)
	}
}

// redactQuery keeps the keys of a query and the values of harmless ones.
func redactQuery(query string) string {
	var b strings.Builder
	for i, pair := range strings.Split(query, "&") {
		if i > 0 {
			b.WriteByte('&')
		}
		key, _, found := strings.Cut(pair, "=")
		if found && isSecretName(unescapeQuery(key)) {
			pair = key + "=" + redacted
		}
		b.WriteString(pair)
	}
	return b.String()
}

// isSecretName reports whether a key or a header field holds a credential.
func isSecretName(name string) bool {
	name = strings.ToLower(name)
	switch name {
	case "authorization", "proxy-authorization", "cookie", "set-cookie", "apikey":
		return true
	}
	switch name[strings.LastIndexAny(name, "_-.[]")+1:] {
	case "token", "password", "passwd", "secret", "key", "code", "signature", "sig":
		return true
	}
	return false
}

// knownMethod keeps a client from inventing values for a log's index.
func knownMethod(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete,
		http.MethodOptions, http.MethodConnect, http.MethodTrace, "QUERY":
		return method
	}
	return "other"
}

// clientHost is the address of the connection's other end, without its port.
func clientHost(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}
