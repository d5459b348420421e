package middleware

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/wend-go/wend/internal/radix"
)

// HTTPSRedirect answers a request that came without TLS (see [Scheme], which RealIP
// tells behind a proxy) with a 308 to the same path and query of https://host. host is
// the server's own, with a port where it is not 443: the Host of a request is a
// client's word. It panics on what is not a host.
func HTTPSRedirect(host string) func(http.Handler) http.Handler {
	mustHost("HTTPSRedirect", host)
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if Scheme(r) == "https" {
				next.ServeHTTP(w, r)
				return
			}
			redirect(w, r, "https://"+host)
		})
	}
}

// HostRedirect answers a request for a host of the table with a 308 to the same path
// and query of another host, by the same scheme: {"www.example.com": "example.com"}.
// Hosts that are no key pass. It panics on what is not a host, and on a key that is a
// target too, which would be a loop or a detour.
func HostRedirect(hosts map[string]string) func(http.Handler) http.Handler {
	table := map[string]string{}
	for from, to := range hosts {
		mustHost("HostRedirect", to)
		table[mustHost("HostRedirect", from)] = to
	}
	for from, to := range hosts {
		if host, port, _ := splitHost(to); table[host] != "" || table[joinHost(host, port)] != "" {
			panic("middleware: HostRedirect: " + from + " leads to " + to + ", which leads on")
		}
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			host, port, ok := splitHost(r.Host)
			to, found := table[joinHost(host, port)]
			if !found {
				to, found = table[host]
			}
			if !ok || !found {
				next.ServeHTTP(w, r)
				return
			}
			redirect(w, r, Scheme(r)+"://"+to)
		})
	}
}

// mustHost returns a host in its one form.
func mustHost(middleware, s string) string {
	host, port, ok := splitHost(s)
	if !ok {
		panic("middleware: " + middleware + ": " + strconv.Quote(s) + " is not a host")
	}
	return joinHost(host, port)
}

// redirect sends the client to the same path and query of another origin.
func redirect(w http.ResponseWriter, r *http.Request, origin string) {
	path, ok := radix.Canonical(r.URL)
	if !ok || radix.Check(path) == radix.Bad {
		reject(w, r, http.StatusBadRequest, "the path is not well-formed")
		return
	}
	sendTo(w, r, origin+radix.Escape(path), r.URL.RawQuery)
}

func sendTo(w http.ResponseWriter, r *http.Request, location, query string) {
	if query != "" && isFieldValue(query) {
		location += "?" + query
	}
	w.Header()["Location"] = []string{location}
	w.WriteHeader(http.StatusPermanentRedirect)
}

// Redirects answers a request for a path of the table with a 308 to its target: a path
// of this origin, "/new", or an absolute URL, "https://example.com/new". The query goes
// along unless the target has one. Nothing of the request becomes part of the target.
// It panics on a key that is not a path, on a target that is neither, and on one that
// is a key too.
func Redirects(table map[string]string) func(http.Handler) http.Handler {
	for from, to := range table {
		u, err := url.Parse(to)
		switch {
		case !strings.HasPrefix(from, "/") || strings.ContainsAny(from, "?#"):
			panic("middleware: Redirects: " + strconv.Quote(from) + " is not a path")
		case err != nil || !isFieldValue(to) || strings.ContainsAny(to, `\`):
			panic("middleware: Redirects: " + strconv.Quote(to) + " is not a URL")
		case u.Host == "" && (!strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//")), u.Host != "" && u.Scheme != "http" && u.Scheme != "https":
			panic("middleware: Redirects: " + strconv.Quote(to) + " is neither a path nor an absolute URL")
		case u.Host == "" && table[u.Path] != "":
			panic("middleware: Redirects: " + from + " leads to " + to + ", which leads on")
		}
	}
	table = cloneTable(table)
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			to, found := table[r.URL.Path]
			if !found {
				next.ServeHTTP(w, r)
				return
			}
			query := r.URL.RawQuery
			if strings.ContainsAny(to, "?#") {
				query = ""
			}
			sendTo(w, r, to, query)
		})
	}
}

func cloneTable(table map[string]string) map[string]string {
	clone := make(map[string]string, len(table))
	for from, to := range table {
		clone[from] = to
	}
	return clone
}

// SlashRedirect answers a request whose path ends in a slash, other than "/", with a
// 308 to the path without it, of this origin: the location never starts with two
// slashes. It belongs before routing, with routers that are strict about slashes; wend's
// own has RedirectSlash, which looks whether the other path is served.
func SlashRedirect() func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			path, ok := radix.Canonical(r.URL)
			trimmed := strings.TrimRight(path, "/")
			if !ok || trimmed == path || trimmed == "" || radix.Check(path) == radix.Bad {
				next.ServeHTTP(w, r)
				return
			}
			sendTo(w, r, radix.Escape(trimmed), r.URL.RawQuery)
		})
	}
}
