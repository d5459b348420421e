// Package cors answers browsers that ask whether a page of another origin may use this
// one (Fetch §3.2), on github.com/rs/cors behind checks of its own: what would be
// unsafe, or would be ignored by browsers in silence, is refused when it is made.
//
// It belongs outside of guards, which a preflight has no credentials for, and outside
// of what rejects, so that a page can read the rejection. A wend router runs the
// preflight through the middleware of the route that it asks about.
package cors

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/rs/cors"
)

// Options says which origins may do what. The zero value lets nobody.
type Options struct {
	// Origins are exact origins, "https://app.example.com", with the port unless it is
	// the scheme's; "https://*.example.com" for every name below one, which lets in
	// whoever can get such a name or take one over; or "*" alone, for resources that are
	// public to everybody. Nobody has the origin "null" alone, so it is refused.
	Origins []string
	// Methods that are allowed; none means GET, HEAD, POST, PUT, PATCH, DELETE, QUERY.
	// Which of them a path has, its routes say.
	Methods []string
	// Headers that a request may have beside those that are always allowed; none means
	// Accept, Content-Type, X-Requested-With. "*" is any, and is refused with
	// Credentials.
	Headers []string
	// Exposed are response fields that scripts may read beside those that they always
	// may.
	Exposed []string
	// MaxAge is how long a browser may keep an answer; 0 is 10 minutes, a negative one
	// is not at all.
	MaxAge time.Duration
	// Credentials lets pages of these origins send cookies and read what comes back:
	// each of them can do what a signed-in user can.
	Credentials bool
}

// New makes the middleware. A preflight, which is OPTIONS with Origin and
// Access-Control-Request-Method, is answered with 204, whatever it asks; all other
// requests reach the handler, with the answer in the header. Vary: Origin is always
// there. New panics on options that are unsafe or make no sense.
func New(o Options) func(http.Handler) http.Handler {
	match := originMatcher(o)
	if len(o.Methods) == 0 {
		o.Methods = []string{
			http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, "QUERY",
		}
	}
	checkTokens("method", o.Methods, o.Credentials)
	checkTokens("header", o.Headers, o.Credentials)
	checkTokens("exposed header", o.Exposed, o.Credentials)
	if slices.Contains(o.Methods, "*") {
		refuse(`"*" is no method; name the methods, or none for the usual ones`)
	}
	options := cors.Options{
		AllowedMethods: slices.Clone(o.Methods), AllowedHeaders: slices.Clone(o.Headers), ExposedHeaders: slices.Clone(o.Exposed),
		MaxAge: maxAge(o.MaxAge), AllowCredentials: o.Credentials, OptionsSuccessStatus: http.StatusNoContent,
	}
	if slices.Contains(o.Origins, "*") {
		options.AllowedOrigins = []string{"*"}
	} else {
		options.AllowOriginFunc = match
	}
	c := cors.New(options)
	return func(next http.Handler) http.Handler {
		h := c.Handler(next)
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if isOrdinary(r) {
				w.Header().Add("Vary", "Origin")
				next.ServeHTTP(w, r)
				return
			}
			h.ServeHTTP(w, inOrder(r))
		})
	}
}

// inOrder returns a preflight with the names of the headers it asks about as a browser
// writes them, in lower case, sorted, once (Fetch §4.8), which is all that the library
// reads. Names are the same in any case and order, and others than browsers ask, too.
func inOrder(r *http.Request) *http.Request {
	const field = "Access-Control-Request-Headers"
	asked := r.Header[field]
	if r.Method != http.MethodOptions || len(asked) == 0 || r.Header.Get("Access-Control-Request-Method") == "" {
		return r
	}
	names := strings.Split(strings.ToLower(strings.Join(asked, ",")), ",")
	for i, name := range names {
		names[i] = strings.Trim(name, " \t")
	}
	slices.Sort(names)
	names = slices.DeleteFunc(slices.Compact(names), func(name string) bool { return name == "" })
	sorted := strings.Join(names, ",")
	if len(asked) == 1 && asked[0] == sorted {
		return r
	}
	copied := *r
	copied.Header = r.Header.Clone()
	copied.Header.Set(field, sorted)
	return &copied
}

// isOrdinary reports whether a request is none of CORS: without an origin, or with
// several, which no browser sends. The library would take the first of them, and
// answer an OPTIONS without an origin as if it were a preflight.
func isOrdinary(r *http.Request) bool {
	origins := r.Header["Origin"]
	return len(origins) != 1 || origins[0] == "" ||
		r.Method == http.MethodOptions && len(r.Header["Access-Control-Request-Method"]) > 1
}

func maxAge(d time.Duration) int {
	switch {
	case d == 0:
		d = 10 * time.Minute
	case d < 0:
		return -1 // the library's "send 0"
	case d < time.Second:
		refuse("MaxAge is in whole seconds")
	}
	return int(d / time.Second)
}

func refuse(format string, args ...any) { panic("cors: " + fmt.Sprintf(format, args...)) }

func checkTokens(kind string, list []string, credentials bool) {
	for _, s := range list {
		if s == "*" && credentials {
			refuse(`%s "*" means nothing beside credentials (Fetch §3.2.5); name them`, kind)
		}
		if s == "" || strings.ContainsFunc(s, func(c rune) bool {
			return c <= ' ' || c >= 0x7f || strings.ContainsRune(`"(),/:;<=>?@[\]{}`, c)
		}) {
			refuse("%q is not a %s", s, kind)
		}
	}
}

// originMatcher compiles the list of origins.
func originMatcher(o Options) func(origin string) bool {
	exact := map[string]bool{}
	var below []pattern
	for _, s := range o.Origins {
		if s == "*" {
			if o.Credentials {
				refuse(`origin "*" with credentials would let every site act as the user; name the origins`)
			}
			if len(o.Origins) > 1 {
				refuse(`origin "*" stands alone: beside it the other origins mean nothing`)
			}
			continue
		}
		p, wild := checkOrigin(s)
		if wild {
			below = append(below, p)
			continue
		}
		exact[s] = true
	}
	return func(origin string) bool {
		return exact[origin] || slices.ContainsFunc(below, func(p pattern) bool { return p.matches(origin) })
	}
}

// pattern is an origin with a wildcard for names below a domain.
type pattern struct{ scheme, domain string } // "https://", ".example.com:8443"

func (p pattern) matches(origin string) bool {
	rest, ok := strings.CutPrefix(origin, p.scheme)
	if !ok || len(rest) > 300 {
		return false
	}
	name, ok := strings.CutSuffix(rest, p.domain)
	return ok && isName(name)
}

// isName reports whether s is labels of a host name: nothing that would end the host
// of an origin, and no userinfo.
func isName(s string) bool {
	for label := range strings.SplitSeq(s, ".") {
		if label == "" || strings.ContainsFunc(label, func(c rune) bool {
			return (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '_'
		}) {
			return false
		}
	}
	return true
}

// checkOrigin refuses what is not the serialization of an origin, since comparing with
// it would never succeed, and wildcards that would let strangers in.
func checkOrigin(s string) (p pattern, wild bool) {
	if s == "null" {
		refuse(`origin "null" is everybody's: sandboxed frames and files have it`)
	}
	plain := strings.Replace(s, "://*.", "://", 1)
	wild = plain != s
	u, err := url.Parse(plain)
	switch {
	case err != nil || u.Scheme == "" || u.Host == "" || u.User != nil || u.Path != "" || u.RawQuery != "" || u.Fragment != "" ||
		u.Scheme+"://"+u.Host != plain:
		refuse("%q is not an origin such as https://app.example.com: a scheme, a host, a port where it is not the usual one, no more", s)
	case strings.Contains(plain, "*"):
		refuse(`%q: a wildcard stands only for names below a domain, "https://*.example.com"`, s)
	case plain != strings.ToLower(plain):
		refuse("%q: browsers send origins in lower case", s)
	case u.Scheme == "https" && u.Port() == "443" || u.Scheme == "http" && u.Port() == "80":
		refuse("%q: browsers leave the usual port out", s)
	case strings.HasSuffix(u.Host, ":"), strings.HasSuffix(u.Hostname(), "."):
		refuse("%q does not end where an origin ends", s)
	}
	if !wild {
		return p, false
	}
	if !strings.Contains(u.Hostname(), ".") || strings.HasPrefix(u.Host, "[") || !isName(u.Hostname()) {
		refuse("%q would let in a whole top-level domain", s)
	}
	return pattern{scheme: u.Scheme + "://", domain: "." + u.Host}, true
}
