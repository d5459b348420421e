package middleware

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"strconv"
	"strings"
)

// BasicAuth asks for a user's name and password (RFC 7617) and answers 401 with a
// challenge when there are none, several, or wrong ones. verify returns the context
// that the handler gets, with the user in it, and whether the two are right; it must
// take the same time for a wrong name as for a wrong password. [StaticUsers] is such a
// function. Credentials travel readable: use it over https alone.
//
// It is for plain handlers; routes of wend state security in their declaration.
func BasicAuth(realm string, verify func(ctx context.Context, user, password string) (context.Context, bool)) func(http.Handler) http.Handler {
	if verify == nil {
		panic("middleware: BasicAuth wants a function that verifies")
	}
	challenge := "Basic realm=" + quoteRealm("BasicAuth", realm) + `, charset="UTF-8"`
	return guard(func(r *http.Request) (context.Context, string) {
		user, password, ok := r.BasicAuth()
		if !ok || len(r.Header["Authorization"]) != 1 {
			return nil, challenge
		}
		if ctx, ok := verify(r.Context(), user, password); ok {
			return ctx, ""
		}
		return nil, challenge
	})
}

// Bearer asks for a token (RFC 6750) in the field Authorization and answers 401 with a
// challenge when there is none, or several, or verify says no. verify returns the
// context that the handler gets. The token is as the client sent it, without the
// scheme; it is one of the syntax of RFC 6750 §2.1 and of at most 8 KiB.
//
// It is for plain handlers; routes of wend state security in their declaration.
func Bearer(realm string, verify func(ctx context.Context, token string) (context.Context, bool)) func(http.Handler) http.Handler {
	if verify == nil {
		panic("middleware: Bearer wants a function that verifies")
	}
	challenge := "Bearer realm=" + quoteRealm("Bearer", realm)
	return guard(func(r *http.Request) (context.Context, string) {
		values := r.Header["Authorization"]
		if len(values) == 0 {
			return nil, challenge
		}
		if token, ok := bearerToken(values); ok {
			if ctx, ok := verify(r.Context(), token); ok {
				return ctx, ""
			}
		}
		return nil, challenge + `, error="invalid_token"`
	})
}

// APIKey asks for a key in a header field, such as X-API-Key, and answers 401 when
// there is none, or several, or verify says no. verify returns the context that the
// handler gets. [StaticKeys] is such a function. Keys in a query are not read, since
// every log on the way has them.
//
// It is for plain handlers; routes of wend state security in their declaration.
func APIKey(header string, verify func(ctx context.Context, key string) (context.Context, bool)) func(http.Handler) http.Handler {
	mustField("APIKey", header, "")
	if verify == nil {
		panic("middleware: APIKey wants a function that verifies")
	}
	header = http.CanonicalHeaderKey(header)
	challenge := `ApiKey header="` + header + `"` // RFC 9110 §15.5.2 wants one; no scheme is registered
	return guard(func(r *http.Request) (context.Context, string) {
		if values := r.Header[header]; len(values) == 1 && values[0] != "" {
			if ctx, ok := verify(r.Context(), values[0]); ok {
				return ctx, ""
			}
		}
		return nil, challenge
	})
}

// guard lets a request pass with the context that check returns, or answers 401 with
// its challenge.
func guard(check func(*http.Request) (context.Context, string)) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			ctx, challenge := check(r)
			switch {
			case challenge != "":
				reject(w, r, http.StatusUnauthorized, "valid credentials are required", "Www-Authenticate", challenge)
			case ctx == nil || ctx == r.Context():
				next.ServeHTTP(w, r)
			default:
				serveCopy(next, w, r, r.WithContext(ctx))
			}
		})
	}
}

// StaticUsers is for [BasicAuth]: it knows users by their passwords. Comparing takes
// the same time whatever is sent: all users are looked at, by digests. It panics on an
// empty list and on an empty password.
func StaticUsers(users map[string]string) func(ctx context.Context, user, password string) (context.Context, bool) {
	var known [][2][sha256.Size]byte
	for user, password := range users {
		if password == "" {
			panic("middleware: StaticUsers: the password of " + strconv.Quote(user) + " is empty")
		}
		known = append(known, [2][sha256.Size]byte{sha256.Sum256([]byte(user)), sha256.Sum256([]byte(password))})
	}
	if len(known) == 0 {
		panic("middleware: StaticUsers wants at least one user")
	}
	return func(ctx context.Context, user, password string) (context.Context, bool) {
		u, p := sha256.Sum256([]byte(user)), sha256.Sum256([]byte(password))
		found := 0
		for i := range known {
			found |= subtle.ConstantTimeCompare(u[:], known[i][0][:]) & subtle.ConstantTimeCompare(p[:], known[i][1][:])
		}
		return ctx, found == 1
	}
}

// StaticKeys is for [APIKey] and [Bearer]: it knows a list of keys. Comparing takes the
// same time whatever is sent: all keys are looked at, by digests. It panics on an empty
// list and on an empty key.
func StaticKeys(keys ...string) func(ctx context.Context, key string) (context.Context, bool) {
	if len(keys) == 0 {
		panic("middleware: StaticKeys wants at least one key")
	}
	known := make([][sha256.Size]byte, len(keys))
	for i, key := range keys {
		if key == "" {
			panic("middleware: StaticKeys: a key is empty")
		}
		known[i] = sha256.Sum256([]byte(key))
	}
	return func(ctx context.Context, key string) (context.Context, bool) {
		k := sha256.Sum256([]byte(key))
		found := 0
		for i := range known {
			found |= subtle.ConstantTimeCompare(k[:], known[i][:])
		}
		return ctx, found == 1
	}
}

// maxToken is the longest token that is looked at.
const maxToken = 8 << 10

// bearerToken reads the field Authorization: one line, the scheme in any case, one
// space or more, a token of RFC 6750 §2.1.
func bearerToken(values []string) (token string, ok bool) {
	if len(values) != 1 {
		return "", false
	}
	scheme, token, ok := strings.Cut(values[0], " ")
	if !ok || !strings.EqualFold(scheme, "Bearer") {
		return "", false
	}
	token = strings.Trim(token, " ")
	body := strings.TrimRight(token, "=")
	if body == "" || len(token) > maxToken {
		return "", false
	}
	for i := range len(body) {
		if c := body[i]; !isAlnum(c) && strings.IndexByte("-._~+/", c) < 0 {
			return "", false
		}
	}
	return token, true
}

// quoteRealm is a quoted-string of RFC 9110 §5.6.4.
func quoteRealm(middleware, realm string) string {
	mustField(middleware, "realm", realm)
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(realm) + `"`
}
