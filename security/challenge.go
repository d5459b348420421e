package security

import (
	"strings"
)

// Error codes of a challenge (RFC 6750 §3.1).
const (
	InvalidToken      = "invalid_token"
	InsufficientScope = "insufficient_scope"
)

// Challenge is the value of WWW-Authenticate for a scheme (RFC 9110 §11.6.1): RFC 7617
// for Basic and RFC 6750 for every bearer token, with an error code and the scopes that
// are needed where they are given. A key has no registered scheme; its challenge is
// ApiKey with the place of the key.
func (s Scheme) Challenge(code string, scopes ...string) string {
	switch {
	case s.IsBasic():
		return "Basic realm=" + quote(s.Realm) + `, charset="UTF-8"`
	case s.Kind == KindAPIKey:
		return "ApiKey in=" + quote(s.In) + ", name=" + quote(s.Param)
	}
	var params []string
	if code != "" {
		params = append(params, "error="+quote(code))
	}
	if len(scopes) > 0 {
		params = append(params, "scope="+quote(strings.Join(scopes, " ")))
	}
	if len(params) == 0 {
		return "Bearer"
	}
	return "Bearer " + strings.Join(params, ", ")
}

// quote makes a quoted-string (RFC 9110 §5.6.4).
func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}
