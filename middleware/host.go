package middleware

import (
	"net/http"
	"net/netip"
	"strconv"
	"strings"
)

// AllowedHosts answers 400 to a request whose Host is not in the list, so that no
// handler builds a link, a cache key or a mail from a name that a client made up.
// An entry is a host name, "*.example.com" for every name below it, or an IP address
// (IPv6 with or without brackets); one with a port stands for that port alone, others
// for all. Case and a trailing dot make no difference. It panics on an empty list and
// on an entry that is none of these.
func AllowedHosts(hosts ...string) func(http.Handler) http.Handler {
	if len(hosts) == 0 {
		panic("middleware: AllowedHosts wants at least one host")
	}
	allowed := map[string]bool{}
	var below []string
	for _, entry := range hosts {
		name, wild := strings.CutPrefix(entry, "*.")
		host, port, ok := splitHost(name)
		if !ok || wild && (port != "" || strings.HasPrefix(host, "[")) {
			panic("middleware: AllowedHosts: " + strconv.Quote(entry) + " is not a host")
		}
		if wild {
			below = append(below, "."+host)
			continue
		}
		allowed[joinHost(host, port)] = true
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			host, port, ok := splitHost(r.Host)
			if !ok || !allowed[host] && (port == "" || !allowed[joinHost(host, port)]) && !hasSuffixOf(host, below) {
				reject(w, r, http.StatusBadRequest, "this host is not served here")
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}

func hasSuffixOf(host string, suffixes []string) bool {
	for _, s := range suffixes {
		if len(host) > len(s) && strings.HasSuffix(host, s) {
			return true
		}
	}
	return false
}

func joinHost(host, port string) string {
	if port == "" {
		return host
	}
	return host + ":" + port
}

// splitHost takes a Host (RFC 9110 §7.2) apart: the name in lower case, without a
// trailing dot, or an IP address in its one form, an IPv6 one in brackets; and the
// port, or "". ok is false for everything that is not a host.
func splitHost(s string) (host, port string, ok bool) {
	host = s
	if strings.HasPrefix(s, "[") {
		end := strings.IndexByte(s, ']')
		if end < 0 {
			return "", "", false
		}
		host, s = s[1:end], s[end+1:]
		if s != "" && s[0] != ':' {
			return "", "", false
		}
		port = strings.TrimPrefix(s, ":")
		if !strings.Contains(host, ":") || s == ":" {
			return "", "", false
		}
	} else if i := strings.IndexByte(s, ':'); i >= 0 && strings.LastIndexByte(s, ':') == i {
		host, port = s[:i], s[i+1:]
		if port == "" {
			return "", "", false
		}
	}
	if port != "" && !isPort(port) {
		return "", "", false
	}
	if strings.Contains(host, ":") {
		addr, err := netip.ParseAddr(host)
		if err != nil || addr.Zone() != "" {
			return "", "", false
		}
		if addr = addr.Unmap(); addr.Is4() {
			return addr.String(), port, true
		}
		return "[" + addr.String() + "]", port, true
	}
	host = strings.TrimSuffix(host, ".")
	return strings.ToLower(host), port, isName(host) // in this order: Unicode folds letters into ASCII
}

func isPort(s string) bool {
	n, err := strconv.ParseUint(s, 10, 16)
	return err == nil && n > 0 && s[0] != '0'
}

// isName reports whether s has the form of a host name; underscores, which DNS has and
// host names have not, are let through.
func isName(s string) bool {
	if s == "" || len(s) > 253 {
		return false
	}
	for label := range strings.SplitSeq(s, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for i := range len(label) {
			if c := label[i]; !isAlnum(c) && c != '-' && c != '_' {
				return false
			}
		}
	}
	return true
}
