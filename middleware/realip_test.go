package middleware

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRealIP(t *testing.T) {
	t.Parallel()
	const direct = "example.com 192.0.2.1:1234 http"
	forwardedFor := []string{"X-Forwarded-For", "10.0.0.0/8", "2001:db8:1::/48", "192.0.2.1"}
	forwarded := []string{"forwarded", "10.0.0.0/8", "192.0.2.1"}
	realIP := []string{"X-Real-IP", "192.0.2.1"}
	tests := []struct {
		name  string
		proxy []string
		lines []string
		want  string // host, address, scheme
	}{
		{"nobody is trusted", []string{"X-Forwarded-For"}, []string{"X-Forwarded-For: 198.51.100.7", "X-Forwarded-Proto: https"}, direct},
		{"CVE-2020-28483 stranger", forwardedFor, []string{"Remote: 203.0.113.9:1", "X-Forwarded-For: 198.51.100.7"}, "example.com 203.0.113.9:1 http"},
		{"no field", forwardedFor, nil, direct},
		{"one", forwardedFor, []string{"X-Forwarded-For: 198.51.100.7"}, "example.com 198.51.100.7:0 http"},
		{"forged on the left", forwardedFor, []string{"X-Forwarded-For: 127.0.0.1, 198.51.100.7"}, "example.com 198.51.100.7:0 http"},
		{"through two proxies", forwardedFor, []string{"X-Forwarded-For: 1.1.1.1, 198.51.100.7, 10.1.2.3"}, "example.com 198.51.100.7:0 http"},
		{"two lines", forwardedFor, []string{"X-Forwarded-For: 1.1.1.1", "X-Forwarded-For: 198.51.100.7"}, "example.com 198.51.100.7:0 http"},
		{"all are trusted", forwardedFor, []string{"X-Forwarded-For: 10.0.0.1, 10.0.0.2"}, "example.com 10.0.0.1:0 http"},
		{"port", forwardedFor, []string{"X-Forwarded-For: 198.51.100.7:55"}, "example.com 198.51.100.7:55 http"},
		{"IPv6", forwardedFor, []string{"X-Forwarded-For: 2001:DB8::7"}, "example.com [2001:db8::7]:0 http"},
		{"IPv6 with port", forwardedFor, []string{"X-Forwarded-For: [2001:db8::7]:5"}, "example.com [2001:db8::7]:5 http"},
		{"IPv6 proxy", forwardedFor, []string{"X-Forwarded-For: 198.51.100.7, 2001:db8:1::5"}, "example.com 198.51.100.7:0 http"},
		{"CVE-2024-24790 IPv4 in IPv6", forwardedFor, []string{"X-Forwarded-For: 198.51.100.7, ::ffff:10.0.0.1"}, "example.com 198.51.100.7:0 http"},
		{"peer is IPv4 in IPv6", forwardedFor, []string{"Remote: [::ffff:10.0.0.1]:5", "X-Forwarded-For: 198.51.100.7"}, "example.com 198.51.100.7:0 http"},
		{"not an address ends the walk", forwardedFor, []string{"X-Forwarded-For: 198.51.100.7, unknown, 10.0.0.2"}, "example.com 10.0.0.2:0 http"},
		{"nothing but rubbish", forwardedFor, []string{"X-Forwarded-For: rubbish"}, direct},
		{"empty item", forwardedFor, []string{"X-Forwarded-For: 198.51.100.7,"}, direct},
		{"CVE-2025-64484 underscore", forwardedFor, []string{"X_Forwarded_For: 198.51.100.7"}, direct},
		{"another field", forwardedFor, []string{"X-Real-IP: 198.51.100.7", "Forwarded: for=198.51.100.7"}, direct},
		{"proto and host", forwardedFor, []string{"X-Forwarded-For: 198.51.100.7", "X-Forwarded-Proto: HTTPS", "X-Forwarded-Host: shop.example:8443"}, "shop.example:8443 198.51.100.7:0 https"},
		{"proto at the client's place", forwardedFor, []string{"X-Forwarded-For: 1.1.1.1, 198.51.100.7, 10.1.2.3", "X-Forwarded-Proto: http, https, http"}, "example.com 198.51.100.7:0 https"},
		{"proto of too few", forwardedFor, []string{"X-Forwarded-For: 198.51.100.7, 10.0.0.9, 10.1.2.3", "X-Forwarded-Proto: https, https"}, "example.com 198.51.100.7:0 http"},
		{"odd proto", forwardedFor, []string{"X-Forwarded-Proto: gopher"}, direct},
		{"CVE-2023-29406 odd host", forwardedFor, []string{"X-Forwarded-Host: a/b"}, direct},
		{"X-Real-IP", realIP, []string{"X-Real-IP: 198.51.100.7", "X-Forwarded-For: 1.1.1.1"}, "example.com 198.51.100.7:0 http"},
		{"X-Real-IP twice", realIP, []string{"X-Real-IP: 198.51.100.7", "X-Real-IP: 198.51.100.8"}, direct},
		{"X-Real-IP with a list", realIP, []string{"X-Real-IP: 198.51.100.7, 198.51.100.8"}, direct},
		{"Forwarded", forwarded, []string{`Forwarded: for=198.51.100.7;proto=https;host=shop.example;by=10.0.0.1`}, "shop.example 198.51.100.7:0 https"},
		{"Forwarded from the right", forwarded, []string{`Forwarded: for=1.1.1.1;proto=https, For="198.51.100.7:8";Proto=http, for=10.0.0.1;proto=https`}, "example.com 198.51.100.7:8 http"},
		{"Forwarded, IPv6", forwarded, []string{`Forwarded: for="[2001:db8::7]:80"`}, "example.com [2001:db8::7]:80 http"},
		{"Forwarded, hidden", forwarded, []string{`Forwarded: for=198.51.100.7, for=_hidden;proto=https`}, "example.com 192.0.2.1:1234 https"},
		{"Forwarded, open quotation mark", forwarded, []string{`Forwarded: for="1.1.1.1`, "Forwarded: for=198.51.100.7"}, "example.com 198.51.100.7:0 http"},
		{"Forwarded, open quotation mark in one line", forwarded, []string{`Forwarded: x="\, for=198.51.100.7;proto=https`}, "example.com 198.51.100.7:0 https"},
		{"Forwarded, rubbish before two proxies", forwarded, []string{`Forwarded: "";,x, for="198.51.100.7:8", for=10.0.0.1`}, "example.com 198.51.100.7:8 http"},
		{"Forwarded, comma and quotation mark in a value", forwarded, []string{`Forwarded: for=1.1.1.1;x="a, \", b", for=10.0.0.2;x="c, \\"`}, "example.com 1.1.1.1:0 http"},
		{"Forwarded, rubbish of a proxy", forwarded, []string{`Forwarded: for=1.1.1.1, "`}, direct},
		{"Forwarded, twice in an element", forwarded, []string{`Forwarded: for=1.1.1.1;for=2.2.2.2`}, direct},
		{"Forwarded, no pair", forwarded, []string{`Forwarded: 198.51.100.7`}, direct},
		{"Unix socket", []string{"X-Forwarded-For", "unix"}, []string{"Remote: @", "X-Forwarded-For: 198.51.100.7"}, "example.com 198.51.100.7:0 http"},
		{"Unix socket that is not trusted", forwardedFor, []string{"Remote: @", "X-Forwarded-For: 198.51.100.7"}, "example.com @ http"},
		{"network in IPv6 form", []string{"X-Forwarded-For", "::ffff:192.0.2.0/120"}, []string{"X-Forwarded-For: 198.51.100.7"}, "example.com 198.51.100.7:0 http"},
	}
	for _, test := range tests {
		h := RealIP(test.proxy[0], test.proxy[1:]...)(seen)
		r := request("GET", "/", test.lines...)
		before := r.RemoteAddr + r.Host
		require.Equal(t, "GET / "+test.want, serve(h, r).Body.String(), test.name)
		require.Equal(t, before, r.RemoteAddr+r.Host, "%s: the request itself is left alone", test.name)
	}
	require.Contains(t, panics(t, "header", func() { RealIP("X-Client-IP") }), "one of")
	require.Contains(t, panics(t, "network", func() { RealIP("Forwarded", "10.0.0.0/33") }), "10.0.0.0/33")
}

func TestScheme_absoluteForm(t *testing.T) {
	t.Parallel()
	r := request("GET", "https://example.com/")
	r.TLS = nil
	require.Equal(t, "http", Scheme(r), "what the request line says is a client's word")
}

// FuzzForwarded holds that the client is never what stands left of an address that is
// not trusted.
func FuzzForwarded(f *testing.F) {
	for _, s := range []string{"for=1.1.1.1", `for="[2001:db8::1]:80";proto=https`, `for="\"`, "for=unknown", ",,;;", "1.1.1.1, 10.0.0.1"} {
		f.Add(s)
	}
	forwarded := RealIP("Forwarded", "192.0.2.1")
	list := RealIP("X-Forwarded-For", "192.0.2.1")
	f.Fuzz(func(t *testing.T, client string) {
		if strings.ContainsAny(client, "\r\n") {
			return
		}
		var got string
		h := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = clientHost(r) })
		r := request("GET", "/")
		r.Header["X-Forwarded-For"] = []string{client, "198.51.100.7"}
		list(h).ServeHTTP(nil, r)
		if got != "198.51.100.7" {
			t.Errorf("X-Forwarded-For %q: the client is %s", client, got)
		}
		r.Header["Forwarded"] = []string{client, "for=198.51.100.7"}
		forwarded(h).ServeHTTP(nil, r)
		if got != "198.51.100.7" {
			t.Errorf("Forwarded %q: the client is %s", client, got)
		}
	})
}

// FuzzHost holds that a host has one form, whatever it is.
func FuzzHost(f *testing.F) {
	for _, s := range []string{"example.com:80", "[::1]:443", "EXAMPLE.com.", "a@b", "[::ffff:1.2.3.4]", "1.2.3.4"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		host, port, ok := splitHost(s)
		if !ok {
			return
		}
		again, againPort, ok := splitHost(joinHost(host, port))
		if !ok || again != host || againPort != port || strings.ContainsAny(host, "/\\@?#, \t") {
			t.Errorf("%q is %q %q, which is %q %q %v", s, host, port, again, againPort, ok)
		}
	})
}
