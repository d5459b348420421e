package wendtest

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"sync"
)

// cookies keeps cookies as a browser does over https.
type cookies struct {
	jar *cookiejar.Jar

	mu      sync.Mutex
	touched map[string]bool // names that the handler has set or expired
}

func newCookies() *cookies {
	jar, _ := cookiejar.New(nil) // Invariant: New has no error without options
	return &cookies{jar: jar, touched: map[string]bool{}}
}

// keep takes the cookies of a response.
func (c *cookies) keep(u *url.URL, h http.Header) {
	var kept []*http.Cookie
	c.mu.Lock()
	for _, cookie := range (&http.Response{Header: h}).Cookies() {
		if prefixKept(cookie) {
			c.touched[cookie.Name] = true
			kept = append(kept, cookie)
		}
	}
	c.mu.Unlock()
	c.jar.SetCookies(u, kept)
}

// prefixKept reports whether a cookie is what the prefix of its name promises;
// a browser drops others (RFC 6265bis §5.7), and the jar does not know the rule.
func prefixKept(c *http.Cookie) bool {
	switch name := strings.ToLower(c.Name); {
	case strings.HasPrefix(name, "__host-"):
		return c.Secure && c.Path == "/" && c.Domain == ""
	case strings.HasPrefix(name, "__secure-"):
		return c.Secure
	}
	return true
}

// of returns what a request sends: the cookies of its own options, then those kept,
// then those of the client's options that the handler has not touched.
func (c *cookies) of(u *url.URL, request, client []pair) []*http.Cookie {
	var all []*http.Cookie
	own := map[string]bool{}
	for _, p := range request {
		own[p.name] = true
		all = append(all, &http.Cookie{Name: p.name, Value: p.value})
	}
	for _, cookie := range c.jar.Cookies(u) {
		if !own[cookie.Name] {
			all = append(all, cookie)
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, p := range client {
		if !own[p.name] && !c.touched[p.name] {
			all = append(all, &http.Cookie{Name: p.name, Value: p.value})
		}
	}
	return all
}
