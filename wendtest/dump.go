package wendtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

const (
	redacted = "[redacted]"
	// maxShown is how much of a body a message shows, in bytes.
	maxShown = 8 << 10
)

// title names the request on the first line of a message.
func (r *Response) title() string { return r.x.method + " " + redactQuery(r.x.target) }

// dump prints request and response for a message. Credentials in headers and in the
// query are left out; bodies are shown.
func (r *Response) dump() string {
	x := r.x
	var b strings.Builder
	fmt.Fprintf(&b, "> %s HTTP/1.1\n> Host: %s\n", r.title(), x.url.Host)
	writeHeader(&b, "> ", x.asked)
	if x.payload.stream != nil {
		b.WriteString(">\n> (a stream)\n")
	} else {
		writeBody(&b, "> ", x.asked, x.payload.data)
	}
	b.WriteByte('\n')

	x.mu.Lock()
	defer x.mu.Unlock()
	if x.ready {
		fmt.Fprintf(&b, "< HTTP/1.1 %s\n", statusLine(x.status))
		writeHeader(&b, "< ", x.sent)
		writeBody(&b, "< ", x.sent, x.body)
	}
	switch {
	case !x.done:
		b.WriteString("< (the handler still runs)\n")
	case x.failure != nil && x.failure.stack != "":
		fmt.Fprintf(&b, "< (aborted: %s)\n", x.failure.stack)
	case x.failure != nil:
		fmt.Fprintf(&b, "< (aborted: %s)\n", x.failure.reason)
	}
	return b.String()
}

func statusLine(status int) string {
	return strings.TrimSpace(strconv.Itoa(status) + " " + http.StatusText(status))
}

func writeHeader(b *strings.Builder, prefix string, h http.Header) {
	names := make([]string, 0, len(h))
	for name := range h {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		for _, value := range h[name] {
			fmt.Fprintf(b, "%s%s: %s\n", prefix, name, redactHeader(name, value))
		}
	}
}

// writeBody shows a text, JSON with indentation, or says how much else there is.
func writeBody(b *strings.Builder, prefix string, h http.Header, body []byte) {
	if len(body) == 0 {
		return
	}
	fmt.Fprintln(b, strings.TrimSpace(prefix))
	if !isText(body) {
		fmt.Fprintf(b, "%s(%d bytes that are no text)\n", prefix, len(body))
		return
	}
	m, _, _ := mime.ParseMediaType(h.Get("Content-Type"))
	if m == "application/json" || strings.HasSuffix(m, "+json") {
		var indented bytes.Buffer
		if json.Indent(&indented, body, "", "  ") == nil {
			body = indented.Bytes()
		}
	}
	rest := len(body) - maxShown
	if rest > 0 {
		body = body[:maxShown]
	}
	for line := range strings.Lines(string(body)) {
		fmt.Fprintf(b, "%s%s\n", prefix, strings.TrimRight(line, "\r\n"))
	}
	if rest > 0 {
		fmt.Fprintf(b, "%s(and %d bytes)\n", prefix, rest)
	}
}

func isText(body []byte) bool {
	return utf8.Valid(body) && !bytes.ContainsFunc(body, func(r rune) bool { return r < ' ' && !strings.ContainsRune("\t\r\n", r) })
}

// quote shows a text that is compared: short, or as much of it as helps.
func quote(s string) string {
	if len(s) > 200 {
		return strconv.Quote(s[:200]) + "…"
	}
	return strconv.Quote(s)
}

// secrets are parts of names whose values are credentials.
var secrets = []string{"authorization", "cookie", "token", "password", "secret", "key"}

func isSecret(name string) bool {
	name = strings.ToLower(name)
	return slices.ContainsFunc(secrets, func(s string) bool { return strings.Contains(name, s) })
}

// redactHeader keeps what is no secret: a scheme, a cookie's name and attributes, a
// location.
func redactHeader(name, value string) string {
	switch lower := strings.ToLower(name); {
	case lower == "location":
		return redactQuery(value)
	case lower == "cookie":
		parts := strings.Split(value, "; ")
		for i, part := range parts {
			parts[i] = redactCookie(part)
		}
		return strings.Join(parts, "; ")
	case lower == "set-cookie":
		first, attributes, _ := strings.Cut(value, ";")
		if attributes != "" {
			attributes = ";" + attributes
		}
		return redactCookie(first) + attributes
	case strings.HasSuffix(lower, "authorization"):
		if scheme, _, ok := strings.Cut(value, " "); ok {
			return scheme + " " + redacted
		}
		return redacted
	case isSecret(lower):
		return redacted
	}
	return value
}

func redactCookie(pair string) string {
	name, _, _ := strings.Cut(pair, "=")
	return name + "=" + redacted
}

// redactQuery leaves out the values of a target's query that have a secret's name.
func redactQuery(target string) string {
	path, query, ok := strings.Cut(target, "?")
	if !ok {
		return target
	}
	pairs := strings.Split(query, "&")
	for i, p := range pairs {
		escaped, _, _ := strings.Cut(p, "=")
		name, err := url.QueryUnescape(escaped)
		if err != nil || isSecret(name) || strings.EqualFold(name, "code") {
			pairs[i] = escaped + "=" + redacted
		}
	}
	return path + "?" + strings.Join(pairs, "&")
}
