package wend

import (
	"fmt"
	"net/http"
	"strings"
	"time"
	"unsafe"
)

// Cookie is a cookie of a response, safe by default: Secure, HttpOnly,
// SameSite=Lax and Path=/ unless it says otherwise. The name is the field's tag; a
// zero Cookie is not sent.
type Cookie struct {
	Value, Path, Domain string
	MaxAge              time.Duration // 0: until the browser closes; negative: delete it
	SameSite            http.SameSite // 0 is Lax
	ScriptReadable      bool          // without HttpOnly: any script of the page can read it, an injected one too
	Insecure            bool          // without Secure: it travels without TLS, and anybody on the way can read it
}

// putHeaders sets the headers and cookies of an output, or none of them.
func (op *operation) putHeaders(h http.Header, out unsafe.Pointer) error {
	cookies, had := h["Set-Cookie"]
	err := op.out.Headers(h, out, op.setCookie(h))
	switch {
	case err == nil:
	case had:
		h["Set-Cookie"] = cookies
	default:
		delete(h, "Set-Cookie")
	}
	return err
}

// setCookie returns what adds a cookie field of an output to the header.
func (op *operation) setCookie(h http.Header) func(name, value string, c unsafe.Pointer) error {
	plain := op.rt.scope.core.opts.router.plainCookies
	return func(name, value string, field unsafe.Pointer) error {
		c := Cookie{Value: value}
		if field != nil {
			if c = *(*Cookie)(field); c == (Cookie{}) {
				return nil
			}
		}
		line, err := c.header(name, plain)
		if err != nil {
			return err
		}
		h["Set-Cookie"] = append(h["Set-Cookie"], line)
		return nil
	}
}

// header renders the cookie as a Set-Cookie line (RFC 6265).
func (c Cookie) header(name string, plain bool) (string, error) {
	cookie := http.Cookie{
		Name: name, Value: c.Value, Path: c.Path, Domain: c.Domain,
		Secure: !c.Insecure && !plain, HttpOnly: !c.ScriptReadable, SameSite: c.SameSite,
	}
	if cookie.Path == "" {
		cookie.Path = "/"
	}
	if cookie.SameSite == 0 {
		cookie.SameSite = http.SameSiteLaxMode
	}
	switch {
	case c.MaxAge < 0:
		cookie.MaxAge = -1
	case c.MaxAge > 0:
		cookie.MaxAge = max(1, int(c.MaxAge/time.Second))
	}
	if strings.HasPrefix(name, "__Host-") || strings.HasPrefix(name, "__Secure-") {
		cookie.Secure = true // a browser drops it otherwise
	}
	if err := cookie.Valid(); err != nil {
		return "", fmt.Errorf("cookie %s: %w", name, err)
	}
	return cookie.String(), nil
}
