package wend_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/binding"
	"github.com/wend-go/wend/security"
)

// user is who a client is, in these tests.
type user struct {
	Name   string
	Scopes string
}

func (u user) HasScope(scope string) bool { return strings.Contains(u.Scopes, scope) }

type bearer struct {
	Token security.Token
}

// whoIs gives the user that the token names; "bad" is nobody.
func whoIs(_ context.Context, in bearer) (user, error) {
	name, scopes, _ := strings.Cut(in.Token.Reveal(), "_")
	if name == "bad" {
		return user{}, fmt.Errorf("no such user: %w", security.ErrInvalid)
	}
	return user{name, scopes}, nil
}

// tenant is a value of a provider that reads the path and the query.
type tenant struct{ Name, Region string }

type tenantInput struct {
	Name   string `path:"tenant" validate:"min=2"`
	Region string `query:"region" validate:"oneof=eu us" default:"eu"`
}

func whichTenant(_ context.Context, in tenantInput) (tenant, error) {
	return tenant(in), nil
}

func TestProvide_values(t *testing.T) {
	t.Parallel()
	type service struct{ name string }
	type greeter interface{ HasScope(string) bool }
	r := quiet()
	wend.Supply(r, &service{"books"})
	wend.Supply[greeter](r, user{Scopes: "all"})
	wend.Provide(r, whichTenant)
	type audit struct{ who string }
	wend.Provide(r, func(_ context.Context, in struct {
		Tenant  tenant
		Service *service
		Agent   string `header:"User-Agent"`
	},
	) (audit, error) {
		return audit{in.Tenant.Name + " in " + in.Service.name + " by " + in.Agent}, nil
	})
	wend.Get(r, "/{tenant}/notes", func(_ context.Context, in struct {
		Tenant  tenant
		Audit   audit
		Service *service
		Greeter greeter
		Limit   int `query:"limit" default:"3"`
	},
	) (wend.Text, error) {
		return wend.Text(fmt.Sprintf("%s %s|%s|%s|%v|%d", in.Tenant.Name, in.Tenant.Region, in.Audit.who, in.Service.name,
			in.Greeter.HasScope("all"), in.Limit)), nil
	})
	w := do(r, "GET", "/acme/notes?region=us&limit=7", "", "User-Agent: test")
	require.Equal(t, "acme us|acme in books by test|books|true|7", w.Body.String())

	w = do(r, "GET", "/a/notes?region=mars&limit=x", "")
	require.Equal(t, 422, w.Code)
	require.Equal(t, []string{"path /tenant min", "query /limit type", "query /region oneof"}, items(problemOf(t, w)),
		"what providers read is told together with the rest")
}

func TestProvide_oncePerRequest(t *testing.T) {
	t.Parallel()
	type (
		base struct{ n int }
		a    struct{ n int }
		b    struct{ n int }
	)
	calls := 0
	r := quiet()
	wend.Provide(r, func(context.Context, none) (base, error) { calls++; return base{calls}, nil })
	wend.Provide(r, func(_ context.Context, in struct{ Base base }) (a, error) { return a{in.Base.n}, nil })
	wend.Provide(r, func(_ context.Context, in struct{ Base base }) (b, error) { return b{in.Base.n}, nil })
	wend.Get(r, "/", func(_ context.Context, in struct {
		A    a
		B    b
		Base base
	},
	) (wend.Text, error) {
		return wend.Text(fmt.Sprint(in.A.n, in.B.n, in.Base.n)), nil
	})
	require.Equal(t, "1 1 1", do(r, "GET", "/", "").Body.String())
	require.Equal(t, "2 2 2", do(r, "GET", "/", "").Body.String())
}

func TestProvide_nearestScope(t *testing.T) {
	t.Parallel()
	type where string
	type deep struct{ where }
	give := func(text string) func(context.Context, none) (where, error) {
		return func(context.Context, none) (where, error) { return where(text), nil }
	}
	show := func(_ context.Context, in struct {
		Where where
		Deep  deep
	},
	) (wend.Text, error) {
		return wend.Text(string(in.Where) + " " + string(in.Deep.where)), nil
	}
	r := quiet()
	wend.Provide(r, give("root"))
	wend.Provide(r, func(_ context.Context, in struct{ Where where }) (deep, error) { return deep{in.Where}, nil })
	inner := r.Group("/inner")
	wend.Provide(inner, give("inner"))
	wend.Get(inner, "/", show)
	wend.Get(inner.Group("/deeper"), "/", show)
	wend.Get(r, "/", show)
	require.Equal(t, "root root", do(r, "GET", "/", "").Body.String())
	require.Equal(t, "inner inner", do(r, "GET", "/inner/", "").Body.String(), "one value of a type in a request")
	require.Equal(t, "inner inner", do(r, "GET", "/inner/deeper/", "").Body.String())
}

// The order of fields is what an application chooses by which of two values, that do not
// need each other, ends last.
func TestProvideScoped_orderOfFields(t *testing.T) {
	t.Parallel()
	type file struct{}
	type tx struct{}
	type row struct{}
	var steps []string
	r := quiet()
	wend.ProvideScoped(r, func(context.Context, none) (tx, func(error) error, error) {
		steps = append(steps, "tx")
		return tx{}, func(error) error { steps = append(steps, "end tx"); return errors.New("no commit") }, nil
	})
	wend.ProvideScoped(r, func(context.Context, none) (file, func(error) error, error) {
		steps = append(steps, "file")
		return file{}, func(err error) error { steps = append(steps, fmt.Sprint("end file: ", err)); return nil }, nil
	})
	wend.Provide(r, func(context.Context, struct{ Tx tx }) (row, error) { return row{}, nil })
	wend.Get(r, "/file", func(context.Context, struct {
		File file
		Row  row
	},
	) (none, error) {
		return none{}, nil
	})
	wend.Get(r, "/tx", func(context.Context, struct {
		Row  row
		File file
	},
	) (none, error) {
		return none{}, nil
	})
	require.Equal(t, 500, do(r, "GET", "/file", "").Code)
	require.Equal(t, []string{"file", "tx", "end tx", "end file: no commit"}, steps)
	steps = nil
	require.Equal(t, 500, do(r, "GET", "/tx", "").Code)
	require.Equal(t, []string{"tx", "file", "end file: <nil>", "end tx"}, steps)
}

func TestProvideScoped_contextDone(t *testing.T) {
	t.Parallel()
	cause := errors.New("the lights went out")
	for _, c := range []struct {
		name string
		opts []wend.Option
		ctx  func(context.Context) (context.Context, func())
		want string
		code int
	}{
		{"a missed deadline", []wend.Option{wend.Timeout(time.Nanosecond)}, nil, context.DeadlineExceeded.Error(), 503},
		{"a client gone", nil, func(ctx context.Context) (context.Context, func()) {
			ctx, cancel := context.WithCancel(ctx)
			return ctx, cancel
		}, context.Canceled.Error(), 200},
		{"with a cause", nil, func(ctx context.Context) (context.Context, func()) {
			ctx, cancel := context.WithCancelCause(ctx)
			return ctx, func() { cancel(cause) }
		}, cause.Error(), 200},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var saw error
			r := quiet(c.opts...)
			wend.ProvideScoped(r, func(context.Context, none) (first, func(error) error, error) {
				return first{}, func(err error) error { saw = err; return nil }, nil
			})
			gone := func() {}
			wend.Get(r, "/", func(ctx context.Context, in struct{ First first }) (wend.Text, error) {
				gone()
				<-ctx.Done()
				return "too late", nil
			})
			req := requestFor("GET", "/", nil, "")
			if c.ctx != nil {
				ctx, cancel := c.ctx(req.Context())
				req, gone = req.WithContext(ctx), cancel
			}
			w := answer(r, req)
			require.ErrorContains(t, saw, c.want, "the end is told")
			require.Equal(t, c.code, w.Code)
			require.NotContains(t, w.Body.String(), "too late")
		})
	}
}

func TestProvideScoped_headersOfAFailedCommit(t *testing.T) {
	t.Parallel()
	r := quiet()
	wend.ProvideScoped(r, func(context.Context, none) (first, func(error) error, error) {
		return first{}, func(error) error { return errors.New("deadlock") }, nil
	})
	wend.Post(r, "/", func(_ context.Context, in struct{ First first }) (struct {
		Location string `header:"Location"`
		Session  string `cookie:"sid"`
		Body     note
	}, error,
	) {
		return struct {
			Location string `header:"Location"`
			Session  string `cookie:"sid"`
			Body     note
		}{"/notes/1", "s", note{}}, nil
	})
	w := do(r, "POST", "/", "")
	require.Equal(t, 500, w.Code)
	require.Empty(t, w.Header().Get("Location"))
	require.Empty(t, w.Header().Values("Set-Cookie"))
	require.NotContains(t, w.Body.String(), "deadlock")
}

func TestProvide_errors(t *testing.T) {
	t.Parallel()
	errGone := errors.New("gone")
	r := quiet(wend.Errors(&wend.Error{Status: 410, Code: "scope", Err: errGone}))
	g := r.Group("/own")
	fail := func(_ context.Context, in struct {
		How string `query:"how"`
	},
	) (first, error) {
		return first{}, map[string]error{
			"mapped": errGone, "own": wend.Errorf(409, "mine"), "invalid": binding.Invalid("/query/how", "how", "is not the way"), "plain": errors.New("secret"),
		}[in.How]
	}
	wend.Provide(r, fail)
	wend.Provide(g, fail, wend.Errors(&wend.Error{Status: 404, Code: "provider", Err: errGone}))
	use := func(_ context.Context, in struct{ First first }) (none, error) { return none{}, nil }
	wend.Get(g, "/", use)
	wend.Get(r, "/", use)
	for _, c := range []struct {
		target string
		status int
		code   string
	}{
		{"/?how=mapped", 410, "scope"},
		{"/own/?how=mapped", 404, "provider"},
		{"/?how=own", 409, ""},
		{"/?how=invalid", 422, ""},
		{"/?how=plain", 500, ""},
		{"/", 204, ""},
	} {
		w := do(r, "GET", c.target, "")
		require.Equal(t, c.status, w.Code, c.target)
		if c.status != 204 {
			require.Equal(t, c.code, problemOf(t, w).Code, c.target)
			require.NotContains(t, w.Body.String(), "secret")
		}
	}
	require.Equal(t, []string{"query /how how"}, items(problemOf(t, do(r, "GET", "/?how=invalid", ""))))
}

func TestProvide_nothingIsKept(t *testing.T) {
	t.Parallel()
	type seen struct{ Texts []string }
	r := quiet()
	wend.Provide(r, func(_ context.Context, in struct {
		Texts []string `query:"t"`
	},
	) (seen, error) {
		return seen{in.Texts}, nil
	})
	var kept []seen
	var pointers []*user
	wend.Provide(r, whoIs, wend.Secure(security.Bearer("")))
	wend.Get(r, "/", func(_ context.Context, in struct {
		Seen seen
		User *user
	},
	) (none, error) {
		kept, pointers = append(kept, in.Seen), append(pointers, in.User)
		return none{}, nil
	})
	for i := range 100 {
		do(r, "GET", fmt.Sprintf("/?t=%d&t=x", i), "", fmt.Sprintf("Authorization: Bearer u%d", i))
	}
	for i := range 100 {
		require.Equal(t, []string{fmt.Sprint(i), "x"}, kept[i].Texts)
		require.Equal(t, fmt.Sprintf("u%d", i), pointers[i].Name)
	}
}

func TestProvide_mountedRouter(t *testing.T) {
	t.Parallel()
	sub := quiet()
	wend.Supply(sub, &ordered{})
	wend.Get(sub, "/notes/{id}", func(_ context.Context, in struct {
		ID      int `path:"id"`
		Ordered *ordered
	},
	) (wend.Text, error) {
		return wend.Text(fmt.Sprint(in.ID)), nil
	})
	sub.Handle("GET /plain", http.HandlerFunc(echoPath))
	r := quiet()
	wend.Provide(r, whoIs, wend.Secure(security.Bearer("")))
	g := r.Group("/{tenant}", wend.Require[user]("notes"))
	g.Mount("/api", sub)

	require.Equal(t, 401, do(r, "GET", "/acme/api/notes/7", "").Code, "a guard reaches the routes of a mounted router")
	require.Equal(t, 401, do(r, "GET", "/acme/api/plain", "").Code)
	require.Equal(t, 403, do(r, "GET", "/acme/api/plain", "", "Authorization: Bearer ann").Code)
	w := do(r, "GET", "/acme/api/notes/7", "", "Authorization: Bearer ann_notes")
	require.Equal(t, "7", w.Body.String(), "the prefix has a parameter of its own")
	require.Equal(t, 200, do(r, "GET", "/acme/api/plain", "", "Authorization: Bearer ann_notes").Code)
	for rt := range r.Routes() {
		require.Equal(t, []int{401, 403}, rt.Operation().Refusals, rt.Pattern())
	}
}

func TestProvide_strictQuery(t *testing.T) {
	t.Parallel()
	r := quiet(wend.RejectUnknownQuery())
	wend.Provide(r, whichTenant)
	wend.Provide(r, func(_ context.Context, in bearer) (user, error) { return user{}, nil },
		wend.Secure(security.APIKey("query", "api_key")))
	wend.Get(r, "/{tenant}", func(_ context.Context, in struct {
		Tenant tenant
		User   user
	},
	) (none, error) {
		return none{}, nil
	})
	require.Equal(t, 204, do(r, "GET", "/acme?region=us&api_key=k", "").Code)
	w := do(r, "GET", "/acme?region=us&api_key=k&other=1", "")
	require.Equal(t, []string{"query /other unknown"}, items(problemOf(t, w)))
}

func TestProvide_logOfAFailedEnd(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	r := logged(&log)
	wend.ProvideScoped(r, func(context.Context, none) (first, func(error) error, error) {
		return first{}, func(error) error { panic("rollback") }, nil
	})
	wend.Get(r, "/", func(_ context.Context, in struct{ First first }) (none, error) {
		return none{}, wend.Errorf(409, "taken")
	})
	require.Equal(t, 409, do(r, "GET", "/", "").Code, "the handler's error is the answer")
	require.Contains(t, log.String(), "panic in the end of a scoped value: rollback")
}

func TestProvideScoped_deadlineBetweenEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var ends []string
		r := quiet(wend.Timeout(time.Second))
		end := func(name string, takes time.Duration) func(error) error {
			return func(err error) error {
				ends = append(ends, fmt.Sprintf("%s: %v", name, err != nil))
				time.Sleep(takes)
				return nil
			}
		}
		wend.ProvideScoped(r, func(context.Context, none) (first, func(error) error, error) {
			return first{}, end("first", 0), nil
		})
		wend.ProvideScoped(r, func(_ context.Context, in struct{ First first }) (second, func(error) error, error) {
			return second{}, end("second", 2*time.Second), nil
		})
		wend.Get(r, "/", func(context.Context, struct{ Second second }) (wend.Text, error) { return "done", nil })
		require.Equal(t, 503, do(r, "GET", "/", "").Code)
		require.Equal(t, []string{"second: false", "first: true"}, ends)
	})
}

func TestProvide_collected(t *testing.T) {
	t.Parallel()
	r := wend.New(wend.CollectErrors())
	wend.Supply(r, cycleA{})
	wend.Supply(r, cycleA{})
	wend.Provide(r, whoIs)
	wend.Get(r, "/", func(context.Context, struct {
		A    cycleA
		User user
	},
	) (none, error) {
		return none{}, nil
	})
	message := r.Err().Error()
	require.Contains(t, message, "2 problems in 2 registrations", "routes are not blamed for their providers: %s", message)
}

// session is a group to embed: of fields that are injected.
type session struct {
	User   user `scopes:"read"`
	Tenant tenant
}

func TestProvide_embeddedGroup(t *testing.T) {
	t.Parallel()
	r := quiet()
	wend.Provide(r, whoIs, wend.Secure(security.Bearer("")))
	wend.Provide(r, whichTenant)
	wend.Post(r, "/{tenant}", func(_ context.Context, in struct {
		session
		Body note
	},
	) (wend.Text, error) {
		return wend.Text(in.User.Name + " of " + in.Tenant.Name + ": " + in.Body.Text), nil
	})
	w := do(r, "POST", "/acme", `{"id":1,"text":"hi"}`, "Authorization: Bearer ann_read")
	require.Equal(t, "ann of acme: hi", w.Body.String())
	require.Equal(t, 403, do(r, "POST", "/acme", `{}`, "Authorization: Bearer ann").Code)

	type half struct {
		User    user
		Missing *http.Client
	}
	require.Contains(t, refused(t, func() {
		wend.Get(r, "/half", func(context.Context, struct{ half }) (none, error) { return none{}, nil })
	}), "half")
}
