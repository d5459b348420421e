package wend

import (
	"log/slog"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"unsafe"

	"github.com/wend-go/wend/security"
)

// Texts for clients whose credential is not what is asked for.
const (
	detailAbsent  = "a credential is required"
	detailInvalid = "the credential is not valid"
	detailScope   = "the credential does not reach far enough"
)

// credentials takes the credentials of a provider's schemes out of the request and into
// its input. They are absent only when the operation can do without and nothing was
// sent. Anything malformed is refused even beside a good credential of another scheme:
// two readers of such a request could see two clients.
func (x *exchange) credentials(i int, s *step) (present bool, err error) {
	if len(s.p.credentials) == 0 {
		return true, nil
	}
	in := x.input(i)
	var sent uint64
	for j, c := range s.p.credentials {
		switch err := c.take(x.r, unsafe.Add(in, c.offset)); err {
		case nil:
			sent |= 1 << j
		case security.ErrAbsent:
		default:
			return false, unauthorized(s.p, security.InvalidToken, detailInvalid, err)
		}
	}
	for _, wanted := range s.p.alternatives {
		if sent&wanted != wanted {
			continue
		}
		for j, c := range s.p.credentials {
			if wanted&(1<<j) == 0 { // the field of a scheme that is not used is zero
				c.clear(unsafe.Add(in, c.offset))
			}
		}
		return true, nil
	}
	if s.optional && sent == 0 {
		return false, nil
	}
	return false, unauthorized(s.p, "", detailAbsent, security.ErrAbsent)
}

// take stores the credential of a request in its field.
func (c credential) take(r *http.Request, field unsafe.Pointer) (err error) {
	if c.scheme.IsBasic() {
		*(*security.UserPass)(field), err = c.scheme.UserPass(r)
		return err
	}
	*(*security.Token)(field), err = c.scheme.Token(r)
	return err
}

func (c credential) clear(field unsafe.Pointer) {
	if c.scheme.IsBasic() {
		*(*security.UserPass)(field) = security.UserPass{}
		return
	}
	*(*security.Token)(field) = security.Token{}
}

// unauthorized is the 401 of a provider.
func unauthorized(p *provider, code, detail string, err error) *Error {
	e := &Error{Status: http.StatusUnauthorized, Detail: detail, Err: err}
	e.challenge(p.schemes(), code)
	return e
}

// challenge adds a challenge for each scheme (RFC 9110 §11.6.1).
func (e *Error) challenge(schemes []security.Scheme, code string, scopes ...string) {
	if e.Header == nil {
		e.Header = http.Header{}
	}
	for _, s := range schemes {
		if line := s.Challenge(code, scopes...); !slices.Contains(e.Header["Www-Authenticate"], line) {
			e.Header.Add("WWW-Authenticate", line)
		}
	}
}

// undeclared returns the first scope that no flow of an OAuth 2.0 scheme gives out, so that
// no client could get it. Other schemes do not say which scopes there are.
func undeclared(s security.Scheme, scopes []string) (scope string, ok bool) {
	if s.Kind != security.KindOAuth2 {
		return "", false
	}
	f := s.Flows
	for _, scope := range scopes {
		if !slices.ContainsFunc([]*security.Flow{f.AuthorizationCode, f.ClientCredentials, f.Password, f.Implicit}, func(flow *security.Flow) bool {
			if flow == nil {
				return false
			}
			_, given := flow.Scopes[scope]
			return given
		}) {
			return scope, true
		}
	}
	return "", false
}

// scoper is a value that knows how far its credential reaches.
type scoper interface{ HasScope(scope string) bool }

// checkScopes asks a step's value for the scopes that the operation needs.
func (x *exchange) checkScopes(i int, s *step) error {
	if len(s.scopes) == 0 {
		return nil
	}
	who := asScoper(s.p.Out, x.given.out[i])
	for _, scope := range s.scopes {
		if who.HasScope(scope) {
			continue
		}
		e := &Error{Status: http.StatusForbidden, Detail: detailScope}
		var bearers []security.Scheme
		for _, scheme := range s.p.schemes() {
			if strings.HasPrefix(scheme.Challenge(""), "Bearer") {
				bearers = append(bearers, scheme)
			}
		}
		e.challenge(bearers, security.InsufficientScope, s.scopes...)
		return e
	}
	return nil
}

// withUser adds what the providers with Secure have found to a request's logger, where
// their values say how they are to be logged.
func (x *exchange) withUser(l *slog.Logger) *slog.Logger {
	if x.op.needs == nil {
		return l
	}
	for i := range x.op.needs.early {
		s := &x.op.needs.steps[i]
		if !s.p.secure() || x.given.absent[i] {
			continue
		}
		if v, ok := reflect.NewAt(s.p.Out, x.given.out[i]).Elem().Interface().(slog.LogValuer); ok {
			l = l.With(slog.Any("user", v))
		}
	}
	return l
}
