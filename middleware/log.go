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
// credential (token, password, secret, key, code, signature, alone or at the end of a
// longer name such as access_token or accessToken) are [redacted]. Paths may hold
// personal data.
func LogURL(r *http.Request) slog.Attr {
	target := r.URL.EscapedPath()
	if r.URL.RawQuery != "" {
		target += "?" + redactQuery(r.URL.RawQuery)
	}
	return slog.String("url", target[:min(len(target), maxLogged)])
}

// LogHeaders is for [Log]: a group "headers" of the named request fields that the
// request has, each at most 2048 bytes. Authorization, Proxy-Authorization, Cookie
// and Set-Cookie, and names that name a credential as for [LogURL], are [redacted]; so
// are such values in the query of a Referer.
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
				if url, query, found := strings.Cut(value, "?"); found && name == "Referer" {
					value = url + "?" + redactQuery(query)
				}
				fields = append(fields, slog.String(name, value[:min(len(value), maxLogged)]))
			}
		}
		return slog.GroupAttrs("headers", fields...)
	}
}

// redactQuery keeps the keys of a query and the values of harmless ones. A semicolon
// separates nothing in a query of ours, but may do so for who reads the log.
func redactQuery(query string) string {
	var b strings.Builder
	for query != "" {
		end := strings.IndexAny(query, "&;")
		pair, rest := query, ""
		if end >= 0 {
			pair, rest = query[:end], query[end:]
		}
		key, _, found := strings.Cut(pair, "=")
		if found && isSecretName(unescapeQuery(key)) {
			pair = key + "=" + redacted
		}
		b.WriteString(pair)
		if rest != "" {
			b.WriteByte(rest[0])
			rest = rest[1:]
		}
		query = rest
	}
	return b.String()
}

// isSecretName reports whether a key or a header field holds a credential: by its last
// word, as in access_token, accessToken, user[token] and code[].
func isSecretName(name string) bool {
	name = strings.TrimRight(name, "_-.[] ")
	switch strings.ToLower(name) {
	case "authorization", "proxy-authorization", "cookie", "set-cookie", "apikey":
		return true
	}
	word := name[strings.LastIndexAny(name, "_-.[] ")+1:]
	if isSecretWord(word) {
		return true
	}
	start := len(word) - 1 // of the last word that begins with a capital letter
	for start > 0 && (word[start] < 'A' || word[start] > 'Z') {
		start--
	}
	return start > 0 && isSecretWord(word[start:])
}

func isSecretWord(word string) bool {
	switch strings.ToLower(word) {
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
