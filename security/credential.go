package security

import (
	"encoding/base64"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"
)

// Errors of this package. They are constants: nobody can change them.
const (
	// ErrInvalid says that a credential is not a good one: a provider returns it,
	// perhaps wrapped, and the client is answered 401 with a challenge.
	ErrInvalid = failure("the credential is not valid")
	// ErrAbsent says that a request has no credential of a scheme.
	ErrAbsent = failure("the credential is absent")
	// ErrMalformed says that a request has something in the credential's place that
	// is none: two of them, an empty one, one that cannot be decoded.
	ErrMalformed = failure("the credential is malformed")
)

type failure string

// Error returns the text.
func (f failure) Error() string { return string(f) }

const redacted = "[redacted]"

// maxCookies is how many cookies a request may have: as many as an input with a cookie
// field takes.
const maxCookies = 1000

// Token is a credential in one piece, without the scheme word. It prints as
// [redacted], whatever the verb; only Reveal returns it.
type Token struct{ text string }

// NewToken returns a Token that holds text, for tests and workers.
func NewToken(text string) Token { return Token{text} }

// Reveal returns the text.
func (t Token) Reveal() string { return t.text }

// IsZero reports whether there is no credential: that of a scheme not used.
func (t Token) IsZero() bool { return t.text == "" }

// String returns "[redacted]".
func (Token) String() string { return redacted }

// Format writes "[redacted]" for every verb.
func (Token) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// LogValue is "[redacted]".
func (Token) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText returns "[redacted]".
func (Token) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// UserPass is a user name and password, of Basic. It prints as [redacted].
type UserPass struct{ user, password string }

// NewUserPass returns a UserPass, for tests and workers.
func NewUserPass(user, password string) UserPass { return UserPass{user, password} }

// User returns the user name.
func (u UserPass) User() string { return u.user }

// Password returns the password.
func (u UserPass) Password() string { return u.password }

// IsZero reports whether there is no credential: that of a scheme not used.
func (u UserPass) IsZero() bool { return u == UserPass{} }

// String returns "[redacted]".
func (UserPass) String() string { return redacted }

// Format writes "[redacted]" for every verb.
func (UserPass) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// LogValue is "[redacted]".
func (UserPass) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText returns "[redacted]".
func (UserPass) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// Token takes the credential of a scheme other than Basic out of a request, as it was
// sent: nobody has judged it. The error is [ErrAbsent] or [ErrMalformed].
func (s Scheme) Token(r *http.Request) (Token, error) {
	switch {
	case s.Kind != KindAPIKey:
		text, err := authorization(r, "bearer")
		if err == nil && !isToken68(text) {
			err = ErrMalformed
		}
		if err != nil {
			return Token{}, err
		}
		return Token{text}, nil
	case s.In == "header":
		return one(r.Header[http.CanonicalHeaderKey(s.Param)])
	case s.In == "query":
		return one(queryValues(r.URL.RawQuery, s.Param))
	}
	// net/http reads none of too many cookies, and a flood must not look like a client
	// that has no credential.
	pairs := 0
	for _, line := range r.Header["Cookie"] {
		pairs += strings.Count(line, ";") + 1
	}
	if pairs > maxCookies {
		return Token{}, ErrMalformed
	}
	var values []string
	for _, c := range r.CookiesNamed(s.Param) {
		values = append(values, c.Value)
	}
	return one(values)
}

// UserPass takes the credential of Basic out of a request (RFC 7617 §2). The error is
// [ErrAbsent] or [ErrMalformed].
func (s Scheme) UserPass(r *http.Request) (UserPass, error) {
	text, err := authorization(r, "basic")
	if err != nil {
		return UserPass{}, err
	}
	decoded, err := base64.StdEncoding.DecodeString(text)
	if err != nil || !utf8.Valid(decoded) {
		return UserPass{}, ErrMalformed
	}
	user, password, ok := strings.Cut(string(decoded), ":")
	if !ok || strings.ContainsFunc(string(decoded), func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return UserPass{}, ErrMalformed
	}
	return UserPass{user, password}, nil
}

// authorization returns what follows the scheme word, which has no case (RFC 9110
// §11.1). A second Authorization field could be read by somebody else than the first,
// so it makes both worthless.
func authorization(r *http.Request, scheme string) (string, error) {
	lines := r.Header["Authorization"]
	if len(lines) == 0 {
		return "", ErrAbsent
	}
	if len(lines) > 1 {
		return "", ErrMalformed
	}
	word, text, _ := strings.Cut(lines[0], " ")
	if !strings.EqualFold(word, scheme) {
		return "", ErrAbsent
	}
	if text = strings.TrimLeft(text, " "); text == "" {
		return "", ErrMalformed
	}
	return text, nil
}

// one is the only value of a key.
func one(values []string) (Token, error) {
	switch {
	case len(values) == 0:
		return Token{}, ErrAbsent
	case len(values) > 1 || values[0] == "":
		return Token{}, ErrMalformed
	}
	return Token{values[0]}, nil
}

// queryValues finds the values of one key without decoding the others.
func queryValues(query, key string) (values []string) {
	for pair := range strings.SplitSeq(query, "&") {
		name, value, _ := strings.Cut(pair, "=")
		if name, err := url.QueryUnescape(name); err != nil || name != key {
			continue
		}
		if value, err := url.QueryUnescape(value); err == nil {
			values = append(values, value)
		} else {
			values = append(values, "")
		}
	}
	return values
}

// isToken68 reports whether a text is a b64token of RFC 6750 §2.1.
func isToken68(s string) bool {
	body := strings.TrimRight(s, "=")
	for i := range len(body) {
		c := body[i]
		if !('0' <= c && c <= '9' || 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z' || strings.IndexByte("-._~+/", c) >= 0) {
			return false
		}
	}
	return body != ""
}
