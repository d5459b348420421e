package security

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// The kinds of schemes, as OpenAPI names them.
const (
	KindHTTP   = "http"
	KindAPIKey = "apiKey"
	KindOAuth2 = "oauth2"
	KindOpenID = "openIdConnect"
)

// Scheme is one way to send a credential. It is made by one of the functions below and
// is a value: two routers may share it. By itself it is a [Requirement] as well.
type Scheme struct {
	// Name is the scheme's key in the document and what a `scheme:"…"` tag names. Two
	// schemes of one document that differ have different names; see [Scheme.Named].
	Name        string
	Kind        string // KindHTTP, KindAPIKey, KindOAuth2 or KindOpenID
	Description string // CommonMark

	HTTPScheme   string // of KindHTTP: "bearer" or "basic" (RFC 9110 §11.1)
	BearerFormat string // of a bearer scheme: a hint for readers, such as "JWT"
	Realm        string // of Basic (RFC 7617 §2)
	In           string // of KindAPIKey: "header", "query" or "cookie"
	Param        string // of KindAPIKey: the name of that header, parameter or cookie
	Flows        Flows  // of KindOAuth2
	URL          string // of KindOpenID: the discovery document
}

// Flows are the OAuth 2.0 flows that a scheme offers; nil is one that it does not.
type Flows struct {
	AuthorizationCode, ClientCredentials, Password, Implicit *Flow
}

// Flow is one OAuth 2.0 flow (RFC 6749 §4). The URLs may be relative to the document.
type Flow struct {
	AuthorizationURL string            // of the authorization code and implicit flows
	TokenURL         string            // of every flow but the implicit one
	RefreshURL       string            // or ""
	Scopes           map[string]string // name → description
}

// Bearer is a token in the Authorization header (RFC 6750). The format is a hint for
// readers of the document, such as "JWT"; it may be "".
func Bearer(format string) Scheme {
	return Scheme{Name: "bearer", Kind: KindHTTP, HTTPScheme: "bearer", BearerFormat: format}
}

// Basic is a user name and a password in the Authorization header (RFC 7617). The realm
// names what they open; "" is "restricted".
func Basic(realm string) Scheme {
	if realm == "" {
		realm = "restricted"
	}
	return Scheme{Name: "basic", Kind: KindHTTP, HTTPScheme: "basic", Realm: realm}
}

// APIKey is a key in a header, a query parameter or a cookie: in is "header", "query"
// or "cookie". A key in a query ends up in logs and histories; prefer a header.
func APIKey(in, name string) Scheme {
	return Scheme{Name: "apiKey", Kind: KindAPIKey, In: in, Param: name}
}

// OAuth2 is a bearer token that one of the flows gives out (RFC 6749).
func OAuth2(flows Flows) Scheme { return Scheme{Name: "oauth2", Kind: KindOAuth2, Flows: flows} }

// OpenIDConnect is a bearer token of the provider whose discovery document is at url.
func OpenIDConnect(url string) Scheme {
	return Scheme{Name: "openId", Kind: KindOpenID, URL: url}
}

// Named returns the scheme with another name: for the second one of its kind.
func (s Scheme) Named(name string) Scheme {
	s.Name = name
	return s
}

// Described returns the scheme with a description in CommonMark.
func (s Scheme) Described(text string) Scheme {
	s.Description = text
	return s
}

// componentName is what OpenAPI 3.1 §4.8.7 allows as a key.
var componentName = regexp.MustCompile(`^[A-Za-z0-9._-]+$`)

// Check says why the scheme cannot be used; nil when it can.
func (s Scheme) Check() error {
	if !componentName.MatchString(s.Name) {
		return fmt.Errorf("the scheme has the name %q, which a document cannot use: it takes letters, digits, '.', '_' and '-'", s.Name)
	}
	switch s.Kind {
	case KindHTTP:
		if s.HTTPScheme != "bearer" && s.HTTPScheme != "basic" {
			return fmt.Errorf("the scheme %q is of HTTP's scheme %q; use Bearer, Basic or APIKey", s.Name, s.HTTPScheme)
		}
		if strings.ContainsFunc(s.Realm, func(r rune) bool { return r < ' ' || r > '~' }) {
			return fmt.Errorf("the scheme %q has a realm that a header cannot hold", s.Name)
		}
	case KindAPIKey:
		return s.checkKey()
	case KindOAuth2:
		return s.checkFlows()
	case KindOpenID:
		if u, err := url.Parse(s.URL); err != nil || s.URL == "" || u.Fragment != "" {
			return fmt.Errorf("the scheme %q has no URL of a discovery document", s.Name)
		}
	default:
		return fmt.Errorf("the scheme %q is empty; use Bearer, Basic, APIKey, OAuth2 or OpenIDConnect", s.Name)
	}
	return nil
}

func (s Scheme) checkKey() error {
	switch {
	case !slices.Contains([]string{"header", "query", "cookie"}, s.In):
		return fmt.Errorf(`the scheme %q has its key in %q; it takes "header", "query" or "cookie"`, s.Name, s.In)
	case s.Param == "":
		return fmt.Errorf("the scheme %q does not say the name of its key", s.Name)
	case s.In != "query" && !isToken(s.Param):
		return fmt.Errorf("the scheme %q names its key %q, which is no name of a %s", s.Name, s.Param, s.In)
	case s.In == "header" && http.CanonicalHeaderKey(s.Param) == "Authorization":
		return fmt.Errorf("the scheme %q reads Authorization as a key, which OpenAPI ignores; use Bearer or Basic", s.Name)
	}
	return nil
}

func (s Scheme) checkFlows() error {
	f := s.Flows
	if f.AuthorizationCode == nil && f.ClientCredentials == nil && f.Password == nil && f.Implicit == nil {
		return fmt.Errorf("the scheme %q has no flow", s.Name)
	}
	for _, flow := range []*Flow{f.AuthorizationCode, f.Implicit} {
		if flow != nil && flow.AuthorizationURL == "" {
			return fmt.Errorf("the scheme %q has a flow without an AuthorizationURL", s.Name)
		}
	}
	for _, flow := range []*Flow{f.AuthorizationCode, f.ClientCredentials, f.Password} {
		if flow != nil && flow.TokenURL == "" {
			return fmt.Errorf("the scheme %q has a flow without a TokenURL", s.Name)
		}
	}
	return nil
}

// isToken reports whether a text is a token of RFC 9110 §5.6.2.
func isToken(s string) bool {
	for i := range len(s) {
		c := s[i]
		if c <= ' ' || c >= 0x7f || strings.IndexByte(`"(),/:;<=>?@[\]{}`, c) >= 0 {
			return false
		}
	}
	return s != ""
}

// IsBasic reports whether the credential is a [UserPass]; that of every other scheme is
// a [Token].
func (s Scheme) IsBasic() bool { return s.Kind == KindHTTP && s.HTTPScheme == "basic" }
