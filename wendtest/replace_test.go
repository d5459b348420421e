package wendtest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/security"
)

type (
	user   struct{ Name string }
	store  interface{ Title(id int) string }
	memory struct{ title string }
	clock  struct{ Now string }
	entry  struct{ Text string }
)

func (u user) HasScope(scope string) bool { return scope == "read" && u.Name != "reader" }
func (m memory) Title(id int) string      { return fmt.Sprint(m.title, id) }

// shop is a router with a provider of every kind.
func shop(t *testing.T) *wend.Router {
	t.Helper()
	r := wend.New(wend.Logger(slog.New(slog.DiscardHandler)))
	wend.Supply[store](r, memory{"original "})
	wend.Provide(r, func(_ context.Context, in struct {
		Token security.Token
		Store store
	},
	) (user, error) {
		return user{in.Token.Reveal()}, nil
	}, wend.Secure(security.Bearer("")))
	wend.Provide(r, func(_ context.Context, in struct {
		Zone string `query:"zone" validate:"required"`
	},
	) (clock, error) {
		return clock{"real " + in.Zone}, nil
	})
	wend.ProvideScoped(r, func(_ context.Context, in struct{ Clock clock }) (entry, func(error) error, error) {
		return entry{in.Clock.Now}, nil, nil
	})
	wend.Get(r, "/books/{id}", func(_ context.Context, in struct {
		ID    int  `path:"id"`
		User  user `scopes:"read"`
		Store store
		Entry entry
	},
	) (wend.Text, error) {
		return wend.Text(in.User.Name + " " + in.Store.Title(in.ID) + " " + in.Entry.Text), nil
	})
	r.Group("/plain", wend.Require[user]()).Handle("GET /x", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Write([]byte("plain"))
	}))
	wend.Get(r, "/maybe", func(_ context.Context, in struct{ User *user }) (wend.Text, error) {
		return wend.Text(fmt.Sprint(in.User != nil)), nil
	})
	return r
}

func TestReplace(t *testing.T) {
	t.Parallel()
	r := shop(t)
	t.Run("parallel clients of one router", func(t *testing.T) {
		t.Parallel()
		for i := range 8 {
			t.Run(fmt.Sprint(i), func(t *testing.T) {
				t.Parallel()
				name := fmt.Sprint("user", i)
				c := New(t, r,
					Replace(func(context.Context, wend.None) (user, error) { return user{name}, nil }),
					Supply(clock{name}),
					Supply[store](memory{name}),
				)
				for id := range 20 {
					require.Equal(t, fmt.Sprintf("%s %s%d %s", name, name, id, name), c.Get(fmt.Sprint("/books/", id)).Status(200).Text(),
						"the parameters of what is replaced are gone")
				}
				require.Equal(t, "plain", c.Get("/plain/x").Status(200).Text(), "the guard's credential is not asked for")
				require.Equal(t, "true", c.Get("/maybe").Status(200).Text())
			})
		}
	})
	t.Run("others see the original", func(t *testing.T) {
		t.Parallel()
		c := New(t, r)
		c.Get("/books/1").Status(401)
		require.Equal(t, "ann original 1 real utc", c.Get("/books/1", Bearer("ann"), Query("zone", "utc")).Status(200).Text())
		c.Get("/books/1", Bearer("ann")).Problem(422, "query /zone required")
		c.Get("/books/1", Bearer("reader"), Query("zone", "utc")).Status(403)
		c.Get("/plain/x").Status(401)
		require.Equal(t, "false", c.Get("/maybe").Status(200).Text())
		derived := c.With(Supply(user{"derived"}), Supply(clock{}))
		require.Equal(t, "derived original 2 ", derived.Get("/books/2").Status(200).Text())
		c.Get("/books/1").Status(401)
		derived.With(Supply(user{"reader"})).Get("/books/2").Status(403)
	})
	t.Run("a replacement with parameters and an end", func(t *testing.T) {
		t.Parallel()
		var ended error
		c := New(t, r, Supply(user{"u"}), ReplaceScoped(func(_ context.Context, in struct {
			Page int `query:"page" validate:"min=1"`
		},
		) (entry, func(error) error, error) {
			return entry{fmt.Sprint("page ", in.Page)}, func(err error) error { ended = errors.New("ended"); return nil }, nil
		}))
		c.Get("/books/1").Problem(422, "query /page required")
		require.Equal(t, "u original 1 page 2", c.Get("/books/1?page=2").Status(200).Text())
		require.EqualError(t, ended, "ended")
	})
}

func TestReplace_failures(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		test func(tb testing.TB)
		want string
	}{
		{"a type that no route wants", func(tb testing.TB) { New(tb, shop(t), Supply(http.Client{})) }, "http.Client is replaced, and no route wants it"},
		{"a nil function", func(tb testing.TB) {
			New(tb, shop(t), Replace((func(context.Context, wend.None) (user, error))(nil)))
		}, "the replacement of wendtest.user is nil"},
		{"in a request", func(tb testing.TB) { New(tb, shop(t)).Get("/maybe", Supply(user{})) }, "belongs to a client"},
		{"one that does not compile", func(tb testing.TB) {
			New(tb, shop(t), Replace(func(context.Context, struct{ Missing *http.Client }) (user, error) { return user{}, nil })).Get("/maybe")
		}, "needs *http.Client"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			require.Contains(t, try(t, c.test).message, c.want)
		})
	}
}
