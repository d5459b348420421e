package middleware

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/wend-go/wend/internal/problem"
)

// reject answers in place of the handler, in the format of the matched route. Header
// fields are given as name and value in turn.
func reject(w http.ResponseWriter, r *http.Request, status int, detail string, fields ...string) {
	var header http.Header
	if len(fields) > 0 {
		header = make(http.Header, len(fields)/2)
		for pair := range slices.Chunk(fields, 2) {
			header[pair[0]] = []string{pair[1]}
		}
	}
	problem.Reject(w, r, problem.Rejection{Status: status, Detail: detail, Header: header})
}

// serveCopy serves a copy of a request. What net/http and middleware further out look
// for in their own is carried back: the pattern, and the files of a form, which the
// server removes only for a form that it knows.
func serveCopy(next http.Handler, w http.ResponseWriter, r, inner *http.Request) {
	defer func() {
		if r.Pattern == "" {
			r.Pattern = inner.Pattern
		}
		if inner.MultipartForm != nil && r.MultipartForm == nil {
			_ = inner.MultipartForm.RemoveAll() // nobody can be told
		}
	}()
	next.ServeHTTP(w, inner)
}

// withPath returns a copy of r with another path, given in escaped form; ok is false
// if it is not well-formed.
func withPath(r *http.Request, escaped string) (inner *http.Request, ok bool) {
	path, err := url.PathUnescape(escaped)
	if err != nil || !strings.HasPrefix(path, "/") {
		return nil, false
	}
	u := *r.URL
	u.Path, u.RawPath = path, escaped
	if u.RawPath == (&url.URL{Path: path}).EscapedPath() {
		u.RawPath = ""
	}
	inner = new(http.Request)
	*inner = *r
	inner.URL = &u
	return inner, true
}

// isToken reports whether s is a token of RFC 9110 §5.6.2: a field name, a method.
func isToken(s string) bool {
	for i := range len(s) {
		c := s[i]
		if !isAlnum(c) && strings.IndexByte("!#$%&'*+-.^_`|~", c) < 0 {
			return false
		}
	}
	return s != ""
}

func isAlnum(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

// isFieldValue reports whether s can be the value of a header field: no control
// character, so no line break, and no space around it.
func isFieldValue(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' && s[i] != '\t' || s[i] == 0x7f {
			return false
		}
	}
	return s == strings.TrimSpace(s)
}

// mustField panics unless name and value make a header field.
func mustField(middleware, name, value string) {
	if !isToken(name) {
		panic("middleware: " + middleware + ": " + name + " is not the name of a header field")
	}
	if !isFieldValue(value) {
		panic("middleware: " + middleware + ": the value of " + name + " has a control character or space around it")
	}
}

// unescapeQuery decodes a key of a query, or returns it as it is.
func unescapeQuery(key string) string {
	if decoded, err := url.QueryUnescape(key); err == nil {
		return decoded
	}
	return key
}
