package security_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend/security"
)

func request(target string, header ...string) *http.Request {
	r := httptest.NewRequest("GET", target, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Add(header[i], header[i+1])
	}
	return r
}

func TestScheme_token(t *testing.T) {
	t.Parallel()
	header := security.APIKey("header", "X-Key")
	query := security.APIKey("query", "api key")
	cookie := security.APIKey("cookie", "sid")
	for _, c := range []struct {
		name   string
		scheme security.Scheme
		r      *http.Request
		want   string
		err    error
	}{
		{"bearer", security.Bearer(""), request("/", "Authorization", "Bearer a.b-c_~+/="), "a.b-c_~+/=", nil},
		{"the scheme word has no case", security.Bearer(""), request("/", "Authorization", "bEaReR abc"), "abc", nil},
		{"several spaces", security.Bearer(""), request("/", "Authorization", "Bearer   abc"), "abc", nil},
		{"none", security.Bearer(""), request("/"), "", security.ErrAbsent},
		{"another scheme", security.Bearer(""), request("/", "Authorization", "Basic abc"), "", security.ErrAbsent},
		{"a longer word", security.Bearer(""), request("/", "Authorization", "Bearers abc"), "", security.ErrAbsent},
		{"the word alone", security.Bearer(""), request("/", "Authorization", "Bearer"), "", security.ErrMalformed},
		{"the word and a space", security.Bearer(""), request("/", "Authorization", "Bearer "), "", security.ErrMalformed},
		{"two tokens", security.Bearer(""), request("/", "Authorization", "Bearer a b"), "", security.ErrMalformed},
		{"only padding", security.Bearer(""), request("/", "Authorization", "Bearer =="), "", security.ErrMalformed},
		{"not a token", security.Bearer(""), request("/", "Authorization", `Bearer "a"`), "", security.ErrMalformed},
		{"CVE-2025-64484 two header fields", security.Bearer(""), request("/", "Authorization", "Bearer a", "Authorization", "Bearer b"), "", security.ErrMalformed},
		{"oauth2 is a bearer token", security.OAuth2(security.Flows{}), request("/", "Authorization", "Bearer a"), "a", nil},
		{"openid is a bearer token", security.OpenIDConnect("/d"), request("/", "Authorization", "Bearer a"), "a", nil},
		{"key in a header", header, request("/", "x-key", "s3cret"), "s3cret", nil},
		{"no key in a header", header, request("/", "X_Key", "s3cret"), "", security.ErrAbsent},
		{"an empty key", header, request("/", "X-Key", ""), "", security.ErrMalformed},
		{"two keys", header, request("/", "X-Key", "a", "X-Key", "b"), "", security.ErrMalformed},
		{"key in the query", query, request("/?x=1&api+key=a%20b"), "a b", nil},
		{"no key in the query", query, request("/?x=1"), "", security.ErrAbsent},
		{"two keys in the query", query, request("/?api+key=a&api%20key=b"), "", security.ErrMalformed},
		{"a key that cannot be decoded", query, request("/?api+key=%zz"), "", security.ErrMalformed},
		{"key in a cookie", cookie, request("/", "Cookie", "a=b; sid=xyz"), "xyz", nil},
		{"two cookies of the name", cookie, request("/", "Cookie", "sid=a; sid=b"), "", security.ErrMalformed},
		{"no cookie", cookie, request("/"), "", security.ErrAbsent},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := c.scheme.Token(c.r)
			if got.Reveal() != c.want || err != c.err {
				t.Errorf("got %q, %v; want %q, %v", got.Reveal(), err, c.want, c.err)
			}
			require.Equal(t, c.want == "", got.IsZero())
		})
	}
}

func TestScheme_userPass(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, header, user, password string
		err                          error
	}{
		{"RFC 7617 §2", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "Aladdin", "open sesame", nil},
		{"RFC 7617 §2.1 UTF-8", "Basic dGVzdDoxMjPCow==", "test", "123£", nil},
		{"a colon in the password", "basic YTpiOmM=", "a", "b:c", nil},
		{"an empty password", "Basic YTo=", "a", "", nil},
		{"no colon", "Basic YQ==", "", "", security.ErrMalformed},
		{"not base64", "Basic %%%", "", "", security.ErrMalformed},
		{"no padding", "Basic YTo", "", "", security.ErrMalformed},
		{"not UTF-8", "Basic /zp4", "", "", security.ErrMalformed},
		{"a control character", "Basic YToACg==", "", "", security.ErrMalformed},
		{"nothing", "Basic", "", "", security.ErrMalformed},
		{"another scheme", "Bearer YTpi", "", "", security.ErrAbsent},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := security.Basic("").UserPass(request("/", "Authorization", c.header))
			if got.User() != c.user || got.Password() != c.password || err != c.err {
				t.Errorf("got %q %q %v; want %q %q %v", got.User(), got.Password(), err, c.user, c.password, c.err)
			}
		})
	}
}

func TestScheme_challenge(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, got, want string }{
		{"bearer", security.Bearer("JWT").Challenge(""), `Bearer`},
		{"bearer, bad", security.Bearer("").Challenge(security.InvalidToken), `Bearer error="invalid_token"`},
		{"bearer, scopes", security.Bearer("").Challenge(security.InsufficientScope, "a:b", "c"), `Bearer error="insufficient_scope", scope="a:b c"`},
		{"openid", security.OpenIDConnect("/d").Challenge(""), `Bearer`},
		{"basic", security.Basic("").Challenge(""), `Basic realm="restricted", charset="UTF-8"`},
		{"basic, a quote", security.Basic(`a"b\`).Challenge(security.InvalidToken), `Basic realm="a\"b\\", charset="UTF-8"`},
		{"key", security.APIKey("header", "X-Key").Challenge(security.InvalidToken), `ApiKey in="header", name="X-Key"`},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, c.got, c.want)
		}
	}
}

func TestScheme_check(t *testing.T) {
	t.Parallel()
	code := security.Flow{AuthorizationURL: "/a", TokenURL: "/t"}
	for _, c := range []struct {
		name   string
		scheme security.Scheme
		want   string // "" passes
	}{
		{"bearer", security.Bearer("JWT"), ""},
		{"basic", security.Basic(""), ""},
		{"key", security.APIKey("cookie", "sid"), ""},
		{"oauth2", security.OAuth2(security.Flows{AuthorizationCode: &code}), ""},
		{"openid", security.OpenIDConnect("https://id.example/.well-known/openid-configuration"), ""},
		{"the zero value", security.Scheme{Name: "x"}, "is empty"},
		{"a bad name", security.Bearer("").Named("a b"), `has the name "a b"`},
		{"a key nowhere", security.APIKey("body", "k"), `has its key in "body"`},
		{"a key without a name", security.APIKey("header", ""), "does not say the name"},
		{"a key with a bad name", security.APIKey("cookie", "a b"), "is no name of a cookie"},
		{"a key in Authorization", security.APIKey("header", "authorization"), "use Bearer or Basic"},
		{"no flow", security.OAuth2(security.Flows{}), "has no flow"},
		{"no token URL", security.OAuth2(security.Flows{Password: &security.Flow{}}), "without a TokenURL"},
		{"no authorization URL", security.OAuth2(security.Flows{Implicit: &security.Flow{}}), "without an AuthorizationURL"},
		{"no discovery", security.OpenIDConnect(""), "no URL"},
		{"a realm with a line break", security.Basic("a\nb"), "a header cannot hold"},
	} {
		err := c.scheme.Check()
		if c.want == "" {
			require.NoError(t, err, c.name)
			continue
		}
		require.ErrorContains(t, err, c.want, c.name)
	}
}

func TestRequirement_alternatives(t *testing.T) {
	t.Parallel()
	a, b, c := security.Bearer("").Named("a"), security.Bearer("").Named("b"), security.Bearer("").Named("c")
	names := func(r security.Requirement) (all [][]string) {
		for _, alternative := range r.Alternatives() {
			var one []string
			for _, s := range alternative {
				one = append(one, s.Name)
			}
			all = append(all, one)
		}
		return all
	}
	require.Equal(t, [][]string{{"a"}}, names(a))
	require.Equal(t, [][]string{{"a"}, {"b"}}, names(security.AnyOf(a, b)))
	require.Equal(t, [][]string{{"a", "b"}}, names(security.AllOf(a, b)))
	require.Equal(t, [][]string{{"a", "c"}, {"b", "c"}}, names(security.AllOf(security.AnyOf(a, b), c)))
}

func TestCredentials_printAsRedacted(t *testing.T) {
	t.Parallel()
	for _, v := range []any{security.NewToken("hunter2"), security.NewUserPass("u", "hunter2")} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			require.Equal(t, "[redacted]", fmt.Sprintf(verb, v), verb)
		}
		data, err := json.Marshal(v)
		require.NoError(t, err)
		require.Equal(t, `"[redacted]"`, string(data))
	}
}

// FuzzScheme holds that no header makes a credential out of something that the syntax
// of RFC 6750 or RFC 7617 does not have.
func FuzzScheme(f *testing.F) {
	for _, s := range []string{"Bearer abc", "Basic YTpi", "bearer  ", "Basic", "Bearer a=b", "\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, line string) {
		r := request("/", "Authorization", line)
		if token, err := security.Bearer("").Token(r); (err == nil) == token.IsZero() {
			t.Errorf("%q: %q with %v", line, token.Reveal(), err)
		}
		user, password, ok := r.BasicAuth()
		got, err := security.Basic("").UserPass(r)
		if err == nil && (!ok || got.User() != user || got.Password() != password) {
			t.Errorf("%q: differs from net/http", line)
		}
	})
}
