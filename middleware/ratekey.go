package middleware

import (
	"crypto/sha256"
	"net/http"
	"strings"
)

// RateByIP is the default key of [Rate]: the client's network, which is one address of
// IPv4 and one /64 of IPv6, what one customer has. Behind a proxy it needs [RealIP].
func RateByIP(r *http.Request) string {
	node, ok := parseNode(r.RemoteAddr)
	if !ok {
		return "ip:" + r.RemoteAddr // a Unix socket
	}
	addr := node.Addr()
	if addr.Is6() {
		prefix, _ := addr.Prefix(64) // an IPv6 address has one
		addr = prefix.Addr()
	}
	var buf [48]byte
	return string(addr.AppendTo(append(buf[:0], "ip:"...)))
}

// RateByHeader makes a key for [Rate] of a header field, an API key for example. A
// request without it, or with several, is told apart by RateByIP. A field that nobody
// has verified lets a client take a fresh key for each request: put the limit behind
// what verifies it.
func RateByHeader(name string) func(*http.Request) string {
	mustField("RateByHeader", name, "")
	name = http.CanonicalHeaderKey(name)
	return func(r *http.Request) string {
		if values := r.Header[name]; len(values) == 1 && values[0] != "" {
			return "header:" + values[0]
		}
		return RateByIP(r)
	}
}

// maxRateKey is the longest key that is kept as it is.
const maxRateKey = 64

// digested marks a key that is a digest.
const digested = "sha256:"

// shortKey bounds what one key takes in memory: a long one is replaced by its digest, and
// so is one that looks like a digest, since keys may be what clients have sent.
func shortKey(key string) string {
	if len(key) <= maxRateKey && !strings.HasPrefix(key, digested) {
		return key
	}
	sum := sha256.Sum256([]byte(key))
	return digested + string(sum[:])
}
