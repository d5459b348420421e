package wend_test

import (
	"context"
	"log/slog"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/security"
)

type (
	cycleA struct{}
	cycleB struct{}
	cycleC struct{}
)

func cycle[Needs, Gives any](context.Context, struct{ Needs Needs }) (g Gives, err error) {
	return g, nil
}

func cycleEnd[Needs, Gives any](context.Context, struct{ Needs Needs }) (g Gives, end func(error) error, err error) {
	return g, nil, nil
}

// TestProvide_refused shows the message of each mistake with providers.
func TestProvide_refused(t *testing.T) {
	t.Parallel()
	secure := wend.Secure(security.Bearer(""))
	type shop interface{ Sell() }
	flows := security.Flows{ClientCredentials: &security.Flow{TokenURL: "/token", Scopes: map[string]string{"read": "Read notes"}}}
	use := func(r *wend.Router, opts ...wend.Option) { wend.Get(r, "/use", cycle[cycleA, none], opts...) }
	for _, c := range []struct {
		name     string
		register func(r *wend.Router)
		want     []string
	}{
		{"a cycle", func(r *wend.Router) {
			wend.Provide(r, cycle[cycleB, cycleA])
			wend.Provide(r, cycle[cycleC, cycleB])
			wend.Provide(r, cycle[cycleA, cycleC])
			use(r)
		}, []string{"GET /use", "is part of a cycle: wend_test.cycleA, provided at ", "needs wend_test.cycleB, provided at ", "needs wend_test.cycleA"}},
		{"a missing provider of a provider", func(r *wend.Router) {
			wend.Provide(r, cycle[cycleB, cycleA])
			wend.Provide(r, cycle[*http.Client, cycleB])
			use(r)
		}, []string{"is part of what nothing provides: wend_test.cycleA", "needs wend_test.cycleB", "needs *http.Client", "wend.Provide or wend.Supply for *http.Client"}},
		{"a missing provider", func(r *wend.Router) { use(r) }, []string{"nothing provides wend_test.cycleA", "wend.Provide"}},
		{"a missing interface that a supplied value implements", func(r *wend.Router) {
			wend.Supply(r, &seller{})
			wend.Get(r, "/use", cycle[shop, none])
		}, []string{"*wend_test.seller implements it: wend.Supply[wend_test.shop](r, v)"}},
		{"a missing guard", func(r *wend.Router) { wend.Get(r, "/use", nothing, wend.Require[cycleA]()) }, []string{"wend.Require[wend_test.cycleA]", "wants wend_test.cycleA, which nothing provides"}},
		{"a missing guard of a plain handler", func(r *wend.Router) {
			r.Handle("GET /use", http.HandlerFunc(echoPath), wend.Require[cycleA]())
		}, []string{"wants wend_test.cycleA, which nothing provides"}},
		{"two in one scope", func(r *wend.Router) {
			wend.Supply(r, cycleA{})
			wend.Supply(r, cycleA{})
		}, []string{"Supply of wend_test.cycleA", "is the second of its scope; the first is at "}},
		{"after the first route", func(r *wend.Router) {
			wend.Get(r.Group("/x"), "/y", nothing)
			wend.Supply(r, cycleA{})
		}, []string{"comes after the first route of its scope"}},
		{"a basic type", func(r *wend.Router) { wend.Supply(r, "dsn") }, []string{"Supply of string", "a type of your own"}},
		{"an empty struct", func(r *wend.Router) { wend.Supply(r, struct{}{}) }, []string{"a type of your own"}},
		{"every type", func(r *wend.Router) { wend.Supply[any](r, 1) }, []string{"an interface that every type implements"}},
		{"what wend injects", func(r *wend.Router) { wend.Supply(r, slog.Default()) }, []string{"gives a type that wend itself injects"}},
		{"a credential", func(r *wend.Router) { wend.Supply(r, security.NewToken("x")) }, []string{"gives a credential"}},
		{"a nil pointer", func(r *wend.Router) { wend.Supply[*seller](r, nil) }, []string{"Supply of *wend_test.seller", "is given nil"}},
		{"a nil interface", func(r *wend.Router) { wend.Supply[shop](r, nil) }, []string{"Supply of wend_test.shop", "is given nil"}},
		{"an interface that holds nil", func(r *wend.Router) { wend.Supply[shop](r, (*seller)(nil)) }, []string{"Supply of wend_test.shop", "is given nil"}},
		{"a scope of no flow", func(r *wend.Router) {
			wend.Provide(r, whoIs, wend.Secure(security.OAuth2(flows), "read", "write"))
		}, []string{`the option Secure asks for the scope "write", which no flow of the scheme "oauth2" has`}},
		{"a scope of no flow, by a field", func(r *wend.Router) {
			wend.Provide(r, whoIs, wend.Secure(security.AnyOf(security.OAuth2(flows)), "read"))
			wend.Get(r, "/use", func(context.Context, struct {
				User user `scopes:"read write"`
			},
			) (none, error) {
				return none{}, nil
			})
		}, []string{"User wend_test.user", `asks for the scope "write", which no flow of the scheme "oauth2" has`, "among the Scopes of a flow"}},
		{"a scope of no flow, by a guard", func(r *wend.Router) {
			wend.Provide(r, whoIs, wend.Secure(security.OAuth2(flows)))
			wend.Get(r, "/use", nothing, wend.Require[user]("write"))
		}, []string{"wend.Require[wend_test.user]", `asks for the scope "write"`}},
		{"a nil function", func(r *wend.Router) {
			wend.Provide(r, (func(context.Context, none) (cycleA, error))(nil))
		}, []string{"is given a nil function"}},
		{"a body", func(r *wend.Router) {
			wend.Provide(r, func(context.Context, struct{ Body note }) (cycleA, error) { return cycleA{}, nil })
		}, []string{"reads the body, which a provider does not have"}},
		{"a whole body", func(r *wend.Router) {
			wend.Provide(r, func(context.Context, note) (cycleA, error) { return cycleA{}, nil })
		}, []string{"reads the body, which a provider does not have"}},
		{"a form", func(r *wend.Router) {
			wend.Provide(r, func(context.Context, struct {
				Title string `form:"title"`
			},
			) (cycleA, error) {
				return cycleA{}, nil
			})
		}, []string{"reads the body, which a provider does not have"}},
		{"a context", func(r *wend.Router) { wend.Provide(r, cycle[wend.Context, cycleA]) }, []string{"may write the response, which a provider does not"}},
		{"a bad rule", func(r *wend.Router) {
			wend.Provide(r, func(context.Context, struct {
				N int `query:"n" validate:"mni=1"`
			},
			) (cycleA, error) {
				return cycleA{}, nil
			})
		}, []string{"Provide of wend_test.cycleA", "mni"}},
		{"a token outside of Secure", func(r *wend.Router) { wend.Provide(r, whoIs) }, []string{"is a credential, which only a provider with wend.Secure is given"}},
		{"a token in a handler", func(r *wend.Router) {
			wend.Get(r, "/use", func(context.Context, bearer) (none, error) { return none{}, nil })
		}, []string{"is a credential, which only a provider with wend.Secure is given"}},
		{"a scheme that nothing reads", func(r *wend.Router) {
			wend.Provide(r, func(context.Context, none) (user, error) { return user{}, nil }, secure)
		}, []string{`states the scheme "bearer", and no field of struct {} takes its credential`, "security.Token"}},
		{"a credential of no scheme", func(r *wend.Router) {
			wend.Provide(r, whoIs, wend.Secure(security.Basic("")))
		}, []string{"is a security.Token, and no scheme of Secure has one"}},
		{"a credential of several", func(r *wend.Router) {
			wend.Provide(r, whoIs, wend.Secure(security.AnyOf(security.Bearer(""), security.APIKey("header", "X-Key"))))
		}, []string{"could take the credential of several schemes", "`scheme:\"bearer\"` and `scheme:\"apiKey\"`"}},
		{"Secure on a scope", func(*wend.Router) { wend.New(wend.Secure(security.Bearer(""))) }, []string{"the option Secure means nothing at a router"}},
		{"Secure on a route", func(r *wend.Router) { wend.Get(r, "/use", nothing, secure) }, []string{"the option Secure means nothing at a route"}},
		{"a scope's option on a provider", func(r *wend.Router) {
			wend.Provide(r, whoIs, secure, wend.Timeout(1))
		}, []string{"the option Timeout means nothing at a provider"}},
		{"a scheme that cannot be", func(r *wend.Router) {
			wend.Provide(r, whoIs, wend.Secure(security.APIKey("body", "k")))
		}, []string{`has its key in "body"`}},
		{"no scheme", func(r *wend.Router) { wend.Provide(r, whoIs, wend.Secure(security.AnyOf())) }, []string{"is given 0 alternatives"}},
		{"Secure with an end", func(r *wend.Router) {
			wend.ProvideScoped(r, func(context.Context, bearer) (u user, end func(error) error, err error) { return }, secure)
		}, []string{"has both Secure and an end"}},
		{"Secure that needs another", func(r *wend.Router) {
			wend.Provide(r, cycle[*http.Request, cycleA])
			wend.Provide(r, func(context.Context, struct {
				Token security.Token
				A     cycleA
			},
			) (user, error) {
				return user{}, nil
			}, secure)
			wend.Get(r, "/use", cycle[user, none])
		}, []string{
			"a provider with Secure may need supplied values and others with Secure only",
			"write a field of a type given by wend.Supply, such as *sql.DB for a credential that is looked up",
		}},
		{"a guard with an end", func(r *wend.Router) {
			wend.ProvideScoped(r, cycleEnd[*http.Request, cycleB])
			wend.Provide(r, cycle[cycleB, cycleA])
			wend.Get(r, "/use", nothing, wend.Require[cycleA]())
		}, []string{"wend.Require[wend_test.cycleA]", "needs wend_test.cycleB, provided at ", "which has an end"}},
		{"an end behind a writer", func(r *wend.Router) {
			wend.ProvideScoped(r, cycleEnd[*http.Request, cycleA])
			wend.Get(r, "/use", func(context.Context, struct {
				A       cycleA
				Context wend.Context
			},
			) (none, error) {
				return none{}, nil
			})
		}, []string{"may write the response, and a provided value has an end"}},
		{"scopes that nothing can be asked for", func(r *wend.Router) {
			wend.Supply(r, &seller{})
			wend.Provide(r, cycle[*seller, cycleA])
			wend.Get(r, "/use", nothing, wend.Require[cycleA]("admin"))
		}, []string{"has scopes, which nothing can ask wend_test.cycleA for", "HasScope(scope string) bool"}},
		{"scopes of a supplied value", func(r *wend.Router) {
			wend.Supply(r, user{})
			wend.Get(r, "/use", func(context.Context, struct {
				User user `scopes:"x"`
			},
			) (none, error) {
				return none{}, nil
			})
		}, []string{"is the same for everybody"}},
		{"a path parameter that the pattern lacks", func(r *wend.Router) {
			wend.Provide(r, whichTenant)
			wend.Get(r, "/use", cycle[tenant, none])
		}, []string{`reads the path parameter "tenant", which the pattern does not have`}},
		{"one parameter with two types", func(r *wend.Router) {
			wend.Provide(r, whichTenant)
			wend.Get(r, "/{tenant}", func(context.Context, struct {
				Tenant tenant
				Name   int `path:"tenant"`
			},
			) (none, error) {
				return none{}, nil
			})
		}, []string{"reads path tenant with the type string instead of int than the input"}},
		{"one parameter with two rules", func(r *wend.Router) {
			wend.Provide(r, whichTenant)
			wend.Get(r, "/{tenant}", func(context.Context, struct {
				Tenant tenant
				Name   string `path:"tenant" validate:"min=3"`
			},
			) (none, error) {
				return none{}, nil
			})
		}, []string{"reads path tenant with other rules than the input"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			message := refused(t, func() { c.register(quiet()) })
			for _, part := range c.want {
				require.Contains(t, message, part)
			}
			require.Contains(t, message, "provide_refuse_test.go:")
			t.Log(message)
		})
	}
}

type seller struct{}

func (*seller) Sell() {}

func TestProvide_afterTheFirstRequest(t *testing.T) {
	t.Parallel()
	r := quiet()
	do(r, "GET", "/", "")
	require.Contains(t, refused(t, func() { wend.Supply(r, cycleA{}) }), "after the router has served its first request")
}
