package wend_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/security"
)

// caller is a user whose provider takes a token, a key, or user name and password.
type caller struct{ How string }

type anyCredential struct {
	Token security.Token `scheme:"bearer"`
	Key   security.Token `scheme:"apiKey"`
	Login security.UserPass
}

func (in anyCredential) String() string {
	return fmt.Sprintf("token=%s key=%s login=%s:%s", in.Token.Reveal(), in.Key.Reveal(), in.Login.User(), in.Login.Password())
}

func TestSecure_alternatives(t *testing.T) {
	t.Parallel()
	router := func(optional bool) http.Handler {
		r := quiet()
		wend.Provide(r, func(_ context.Context, in anyCredential) (caller, error) { return caller{in.String()}, nil },
			wend.Secure(security.AnyOf(
				security.AllOf(security.Bearer(""), security.APIKey("cookie", "sid")),
				security.Basic("shop"),
				security.APIKey("cookie", "sid"),
			)))
		if optional {
			wend.Get(r, "/", func(_ context.Context, in struct{ Account *caller }) (wend.Text, error) {
				if in.Account == nil {
					return "nobody", nil
				}
				return wend.Text(in.Account.How), nil
			})
		} else {
			wend.Get(r, "/", func(_ context.Context, in struct{ Account caller }) (wend.Text, error) {
				return wend.Text(in.Account.How), nil
			})
		}
		return r
	}
	const (
		bearerLine = "Authorization: Bearer t"
		basicLine  = "Authorization: Basic YTpi"
		cookieLine = "Cookie: sid=k"
	)
	for _, c := range []struct {
		name     string
		headers  []string
		want     string // of the handler; "" is a 401
		optional string
	}{
		{"nothing", nil, "", "nobody"},
		{"another scheme", []string{"Authorization: Digest x"}, "", "nobody"},
		{"all of the first", []string{bearerLine, cookieLine}, "token=t key=k login=:", ""},
		{"half of the first", []string{bearerLine}, "", ""},
		{"the second", []string{basicLine}, "token= key= login=a:b", ""},
		{"the third", []string{cookieLine}, "token= key=k login=:", ""},
		{"the second before the third, whose field is zero", []string{basicLine, cookieLine}, "token= key= login=a:b", ""},
		{"a malformed one", []string{"Authorization: Basic %"}, "", ""},
		{"a malformed one beside a good one", []string{"Authorization: Basic %", cookieLine}, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for _, optional := range []bool{false, true} {
				want := c.want
				if optional && c.optional != "" {
					want = c.optional
				}
				w := do(router(optional), "GET", "/", "", c.headers...)
				if want != "" {
					require.Equal(t, 200, w.Code, w.Body.String())
					require.Equal(t, want, w.Body.String())
					continue
				}
				require.Equal(t, 401, w.Code, "optional: %v", optional)
				challenges := w.Header().Values("WWW-Authenticate")
				require.Len(t, challenges, 3)
				require.Equal(t, `Basic realm="shop", charset="UTF-8"`, challenges[2])
				problemOf(t, w)
			}
		})
	}
}

func TestSecure_answers(t *testing.T) {
	t.Parallel()
	errRevoked := errors.New("revoked")
	r := quiet(
		wend.Errors(&wend.Error{Status: 404, Err: security.ErrInvalid}), // has no say
		wend.MapError(func(error) *wend.Error { return &wend.Error{Status: 418} }),
	)
	wend.Provide(r, func(_ context.Context, in bearer) (user, error) {
		switch in.Token.Reveal() {
		case "invalid":
			return user{}, security.ErrInvalid
		case "wrapped":
			return user{}, fmt.Errorf("signature: %w", security.ErrInvalid)
		case "own":
			return user{}, wend.Errorf(401, "expired")
		case "locked":
			return user{}, &wend.Error{Status: 423, Detail: "locked"}
		case "revoked":
			return user{}, errRevoked
		case "down":
			return user{}, errors.New("dial tcp")
		}
		return user{Scopes: in.Token.Reveal()}, nil
	}, wend.Secure(security.Bearer("JWT"), "base"), wend.Errors(&wend.Error{Status: 401, Code: "revoked", Err: errRevoked}))
	wend.Get(r, "/", func(_ context.Context, in struct {
		User user `scopes:"notes:read notes:write"`
	},
	) (none, error) {
		return none{}, nil
	})
	for _, c := range []struct {
		token, challenge string
		status           int
	}{
		{"", `Bearer`, 401},
		{"invalid", `Bearer error="invalid_token"`, 401},
		{"wrapped", `Bearer error="invalid_token"`, 401},
		{"own", `Bearer error="invalid_token"`, 401},
		{"revoked", `Bearer error="invalid_token"`, 401},
		{"locked", "", 423},
		{"down", "", 500},
		{"base", `Bearer error="insufficient_scope", scope="base notes:read notes:write"`, 403},
	} {
		var headers []string
		if c.token != "" {
			headers = []string{"Authorization: Bearer " + c.token}
		}
		w := do(r, "GET", "/", "", headers...)
		require.Equal(t, c.status, w.Code, c.token)
		require.Equal(t, c.challenge, w.Header().Get("WWW-Authenticate"), c.token)
		require.NotContains(t, w.Body.String(), "dial tcp")
	}
}

func TestSecure_scopes(t *testing.T) {
	t.Parallel()
	r := quiet()
	wend.Provide(r, func(_ context.Context, in bearer) (user, error) {
		return user{Scopes: strings.ReplaceAll(in.Token.Reveal(), "_", ":")}, nil
	}, wend.Secure(security.Bearer("")))
	g := r.Group("/admin", wend.Require[user]("admin"))
	g.Handle("GET /plain", http.HandlerFunc(echoPath))
	g.Handle("GET /context/{id}", wend.HandlerFunc(func(c wend.Context) error { return c.Text(200, c.Param("id")) }))
	g.Mount("/files", http.HandlerFunc(echoPath))
	wend.Get(g, "/typed", nothing)
	wend.Get(r, "/optional", func(_ context.Context, in struct {
		User *user `scopes:"notes:read"`
	},
	) (none, error) {
		return none{}, nil
	})
	for _, target := range []string{"/admin/plain", "/admin/context/1", "/admin/files", "/admin/files/a", "/admin/typed"} {
		require.Equal(t, 401, do(r, "GET", target, "").Code, target)
		require.Equal(t, 403, do(r, "GET", target, "", "Authorization: Bearer x").Code, target)
		require.Less(t, do(r, "GET", target, "", "Authorization: Bearer admin").Code, 300, target)
		require.Less(t, do(r, "OPTIONS", target, "").Code, 500, target)
	}
	require.Equal(t, 204, do(r, "GET", "/optional", "").Code)
	require.Equal(t, 403, do(r, "GET", "/optional", "", "Authorization: Bearer x").Code)
	require.Equal(t, 204, do(r, "GET", "/optional", "", "Authorization: Bearer notes_read").Code)
}

// endless is a body without an end, which must not be read.
type endless struct{ reads int }

func (e *endless) Read(p []byte) (int, error) { e.reads++; return len(p), nil }
func (e *endless) Close() error               { return nil }

func TestSecure_endlessBody(t *testing.T) {
	t.Parallel()
	r := quiet()
	wend.Provide(r, whoIs, wend.Secure(security.Bearer("")))
	type keyed struct {
		Key     security.Token
		Request *http.Request
	}
	wend.Provide(r, func(_ context.Context, in keyed) (tenant, error) {
		data, err := io.ReadAll(in.Request.Body) // is empty
		return tenant{Name: string(data)}, err
	}, wend.Secure(security.APIKey("header", "X-Key")))
	post := func(_ context.Context, in struct {
		User   user
		Tenant tenant
		Body   note
	},
	) (none, error) {
		return none{}, nil
	}
	wend.Post(r, "/", post)
	r.Group("/plain", wend.Require[user]()).Handle("POST /", http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
	}))
	for _, c := range []struct {
		target, token string
		status        int
	}{
		{"/", "", 401},
		{"/", "Authorization: Bearer bad", 401},
		{"/", "Authorization: Bearer ann", 401}, // without the key
		{"/plain/", "", 401},
		{"/plain/", "Authorization: Bearer bad", 401},
	} {
		body := &endless{}
		req := requestFor("POST", c.target, body, c.token)
		req.ContentLength = -1
		w := answer(r, req)
		require.Equal(t, c.status, w.Code, c.target)
		require.Zero(t, body.reads, "a byte was read before security had passed")
		require.Equal(t, "close", w.Header().Get("Connection"), "net/http would read on, to reuse the connection")
	}
	req := requestFor("POST", "/", &endless{}, "Authorization: Bearer ann")
	req.Header.Set("X-Key", "k")
	require.Equal(t, 413, answer(r, req).Code, "with both, the body is read")
}

func TestOperation_security(t *testing.T) {
	t.Parallel()
	r := quiet()
	wend.Provide(r, whoIs, wend.Secure(security.Bearer(""), "base"), wend.Errors(&wend.Error{Status: 423, Code: "locked"}))
	type keyed struct{ Key security.Token }
	wend.Provide(r, func(context.Context, keyed) (caller, error) { return caller{}, nil },
		wend.Secure(security.AnyOf(security.APIKey("query", "key"), security.APIKey("query", "key"))))
	describe := func(o wend.Operation) string {
		var all []string
		for _, alternative := range o.Security {
			var one []string
			for _, c := range alternative {
				one = append(one, c.Scheme.Name+fmt.Sprint(c.Scopes))
			}
			all = append(all, "{"+strings.Join(one, " ")+"}")
		}
		return strings.Join(all, " ") + fmt.Sprint(o.Refusals)
	}
	both := wend.Get(r, "/both", func(_ context.Context, in struct {
		User    user `scopes:"more"`
		Account *caller
	},
	) (none, error) {
		return none{}, nil
	})
	o := both.Operation()
	require.Equal(t, "{bearer[base more] apiKey[]} {bearer[base more] apiKey[]} {bearer[base more]}[401 403]", describe(o))
	require.Equal(t, 423, o.Errors[0].Status, "a provider's errors are the operation's")
	require.Len(t, o.Providers, 2)
	require.True(t, o.Providers[0].Secure)
	require.Contains(t, o.Providers[0].Site, "secure_test.go:")
	open := wend.Get(r, "/open", nothing)
	require.Equal(t, "[]", describe(open.Operation()))
	guard := r.Group("/g", wend.Require[user]()).Handle("GET /", http.HandlerFunc(echoPath))
	require.Equal(t, "{bearer[base]}[401 403]", describe(guard.Operation()))
}

type member struct{ Name, Mail string }

func (m member) LogValue() slog.Value { return slog.StringValue(m.Name) }

func TestSecure_userInTheLog(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	r := logged(&log)
	wend.Provide(r, func(_ context.Context, in bearer) (member, error) {
		return member{in.Token.Reveal(), "secret@example.com"}, nil
	}, wend.Secure(security.Bearer("")))
	wend.Get(r, "/{id}", func(_ context.Context, in struct {
		ID     int `path:"id"`
		Member *member
		Log    *slog.Logger
	},
	) (none, error) {
		in.Log.Info("seen")
		return none{}, nil
	})
	do(r, "GET", "/1", "", "Authorization: Bearer ann")
	require.Contains(t, log.String(), `msg=seen method=GET pattern="GET /{id}" user=ann`)
	log.Reset()
	do(r, "GET", "/1", "")
	require.NotContains(t, log.String(), "user=")
}
