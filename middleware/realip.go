package middleware

import (
	"context"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// RealIP puts the client's address into the request's RemoteAddr when the request
// came through proxies that are trusted, and with it the Host and the scheme (see
// [Scheme]) that the client used. It belongs before everything that looks at an
// address: Log, RateLimit, HTTPSRedirect.
//
// header is the one field that the proxies write: "X-Forwarded-For" or "X-Real-IP",
// with X-Forwarded-Host and X-Forwarded-Proto beside it, or "Forwarded" (RFC 7239).
// All others are ignored. trusted are the proxies' networks: CIDR prefixes, single
// addresses, and "unix" for a Unix socket. No proxy is trusted by default: without
// any, or from any other peer, the fields have no effect.
//
// A list is read from the right, where the nearest proxy wrote. The first address
// that is not trusted is the client's; what a client has put further left is never
// looked at. An item that is not an address ends the walk at the proxy that sent it.
// Proto and host are taken from the same place. RemoteAddr stays host:port, with port
// 0 where the field has none; IPv4 in IPv6 becomes IPv4. A field that stands twice
// where it may stand once is ignored.
//
// It panics on another header and on a network that cannot be read.
func RealIP(header string, trusted ...string) func(http.Handler) http.Handler {
	p := &proxies{header: http.CanonicalHeaderKey(header)}
	switch p.header {
	case "Forwarded", "X-Forwarded-For", "X-Real-Ip":
	default:
		panic("middleware: RealIP: the header is one of Forwarded, X-Forwarded-For and X-Real-IP")
	}
	for _, s := range trusted {
		p.trust(s)
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			inner := p.client(r)
			if inner == r {
				next.ServeHTTP(w, r)
				return
			}
			serveCopy(next, w, r, inner)
		})
	}
}

type schemeKey struct{}

// Scheme is "https" or "http": what the client used according to a proxy that RealIP
// trusts, else what the connection is. Nothing that the client has written counts, an
// absolute URL in the request line included.
func Scheme(r *http.Request) string {
	if scheme, ok := r.Context().Value(schemeKey{}).(string); ok {
		return scheme
	}
	if r.TLS != nil {
		return "https"
	}
	return "http"
}

// proxies are those whose word is taken.
type proxies struct {
	header   string
	networks []netip.Prefix
	unix     bool
}

func (p *proxies) trust(s string) {
	if s == "unix" {
		p.unix = true
		return
	}
	network, err := netip.ParsePrefix(s)
	if err != nil {
		addr, addrErr := netip.ParseAddr(s)
		if addrErr != nil {
			panic("middleware: RealIP: " + strconv.Quote(s) + ` is not a network such as 10.0.0.0/8, an address, or "unix"`)
		}
		addr = addr.Unmap().WithZone("")
		network = netip.PrefixFrom(addr, addr.BitLen())
	}
	if addr := network.Addr(); addr.Is4In6() && network.Bits() >= 96 {
		network = netip.PrefixFrom(addr.Unmap(), network.Bits()-96)
	}
	p.networks = append(p.networks, network.Masked())
}

func (p *proxies) trusts(addr netip.Addr) bool {
	return slices.ContainsFunc(p.networks, func(n netip.Prefix) bool { return n.Contains(addr) })
}

// hop is what a proxy says about who has asked it.
type hop struct {
	client      netip.AddrPort // not valid if it does not say
	proto, host string
}

// client returns r, or a copy that says what the client did.
func (p *proxies) client(r *http.Request) *http.Request {
	peer, ok := parseNode(r.RemoteAddr)
	if ok && !p.trusts(peer.Addr()) || !ok && (!p.unix || !isUnix(r.RemoteAddr)) {
		return r
	}
	var found hop
	switch p.header {
	case "Forwarded":
		found = p.forwarded(r.Header)
	case "X-Real-Ip":
		found = p.realIP(r.Header)
	default:
		found = p.forwardedFor(r.Header)
	}
	if found == (hop{}) {
		return r
	}
	inner := new(http.Request)
	if found.proto != "" {
		inner = r.WithContext(context.WithValue(r.Context(), schemeKey{}, found.proto))
	} else {
		*inner = *r
	}
	if found.client.IsValid() {
		inner.RemoteAddr = found.client.String()
	}
	if found.host != "" {
		inner.Host = found.host
	}
	return inner
}

// isUnix reports whether an address is that of a Unix socket's other end.
func isUnix(addr string) bool { return addr == "" || addr == "@" || addr[0] == '/' || addr[0] == '@' }

func (p *proxies) realIP(h http.Header) hop {
	var found hop
	if values := h["X-Real-Ip"]; len(values) == 1 {
		found.client, _ = parseNode(values[0])
	}
	found.proto, found.host = beside(h, 0)
	return found
}

func (p *proxies) forwardedFor(h http.Header) hop {
	var found hop
	depth := 0
	if list := strings.Join(h["X-Forwarded-For"], ","); list != "" {
		for i := 0; ; i++ {
			rest, item, more := cutLast(list)
			node, ok := parseNode(strings.TrimSpace(item))
			if !ok {
				break
			}
			found.client, depth = node, i
			if !more || !p.trusts(node.Addr()) {
				break
			}
			list = rest
		}
	}
	found.proto, found.host = beside(h, depth)
	return found
}

// beside reads X-Forwarded-Proto and X-Forwarded-Host at the place of the client's
// address, counted from the right; one value alone stands for all places.
func beside(h http.Header, depth int) (proto, host string) {
	return validProto(fromRight(h["X-Forwarded-Proto"], depth)), validHost(fromRight(h["X-Forwarded-Host"], depth))
}

func fromRight(lines []string, depth int) string {
	list := strings.Join(lines, ",")
	if !strings.Contains(list, ",") {
		return strings.TrimSpace(list)
	}
	for ; depth > 0; depth-- {
		rest, _, more := cutLast(list)
		if !more {
			return ""
		}
		list = rest
	}
	_, item, _ := cutLast(list)
	return strings.TrimSpace(item)
}

func cutLast(list string) (rest, item string, more bool) {
	i := strings.LastIndexByte(list, ',')
	if i < 0 {
		return "", list, false
	}
	return list[:i], list[i+1:], true
}

func validProto(s string) string {
	if s = strings.ToLower(s); s == "http" || s == "https" {
		return s
	}
	return ""
}

func validHost(s string) string {
	if _, _, ok := splitHost(s); ok {
		return s
	}
	return ""
}

// parseNode reads an address with or without a port: 192.0.2.1, 192.0.2.1:80,
// 2001:db8::1, [2001:db8::1], [2001:db8::1]:80.
func parseNode(s string) (netip.AddrPort, bool) {
	if ap, err := netip.ParseAddrPort(s); err == nil {
		return netip.AddrPortFrom(ap.Addr().Unmap().WithZone(""), ap.Port()), true
	}
	if inner, ok := strings.CutPrefix(s, "["); ok {
		if inner, ok = strings.CutSuffix(inner, "]"); !ok || !strings.Contains(inner, ":") {
			return netip.AddrPort{}, false
		}
		s = inner
	}
	addr, err := netip.ParseAddr(s)
	if err != nil {
		return netip.AddrPort{}, false
	}
	return netip.AddrPortFrom(addr.Unmap().WithZone(""), 0), true
}
