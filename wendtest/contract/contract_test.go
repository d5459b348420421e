package contract_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/openapi"
	"github.com/wend-go/wend/security"
	"github.com/wend-go/wend/wendtest"
	"github.com/wend-go/wend/wendtest/contract"
)

// told is a test that keeps what it is told.
type told struct {
	testing.TB

	mu       sync.Mutex
	texts    []string
	fatal    bool
	cleanups []func()
}

func (f *told) Helper()                  {}
func (f *told) Logf(string, ...any)      {}
func (f *told) Context() context.Context { return context.Background() }
func (f *told) Cleanup(c func())         { f.cleanups = append(f.cleanups, c) }
func (f *told) Skipped() bool            { return false }
func (f *told) Failed() bool             { return len(f.texts) > 0 }
func (f *told) Error(args ...any)        { f.Errorf("%s", fmt.Sprint(args...)) }
func (f *told) Fatal(args ...any)        { f.Fatalf("%s", fmt.Sprint(args...)) }
func (f *told) Errorf(s string, a ...any) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.texts = append(f.texts, fmt.Sprintf(s, a...))
}

var errEnded = errors.New("the test has ended")

func (f *told) Fatalf(s string, a ...any) {
	f.fatal = true
	f.Errorf(s, a...)
	panic(errEnded)
}

// run runs a test that may fail, and its cleanups, and returns what it said.
func run(t *testing.T, test func(t testing.TB)) string {
	t.Helper()
	f := &told{TB: t}
	func() {
		defer func() {
			if v := recover(); v != nil && v != errEnded {
				panic(v)
			}
		}()
		test(f)
	}()
	for i := len(f.cleanups) - 1; i >= 0; i-- {
		f.cleanups[i]()
	}
	return strings.Join(f.texts, "\n")
}

type note struct {
	ID   int    `json:"id" validate:"min=1"`
	Text string `json:"text" validate:"required,max=10"`
}

type noteID struct {
	ID int `path:"id" validate:"min=1"`
}

type counted struct {
	Total *int `header:"X-Total" validate:"min=0"`
	Body  []note
}

func ptr[T any](v T) *T { return &v }

func quiet() wend.Option { return wend.Logger(slog.New(slog.DiscardHandler)) }

// faulty has an answer for each kind of difference.
func faulty() *wend.Router {
	r := wend.New(quiet())
	wend.Get(r, "/notes/{id}", func(_ context.Context, in noteID) (note, error) {
		switch in.ID {
		case 1:
			return note{ID: 1, Text: "milk"}, nil
		case 2:
			return note{ID: 0, Text: "much longer than ten"}, nil
		case 3:
			return note{}, &wend.Error{Status: 404, Code: "no_note", Detail: "no such note"}
		case 4:
			return note{}, &wend.Error{Status: 502}
		case 5:
			panic("boom")
		}
		return note{ID: in.ID, Text: "x"}, nil
	})
	wend.Get(r, "/list", func(_ context.Context, in struct {
		Bad bool `query:"bad"`
	},
	) (counted, error) {
		if in.Bad {
			return counted{Total: ptr(-1), Body: []note{{1, "a"}, {0, "b"}}}, nil
		}
		return counted{Total: ptr(3)}, nil
	})
	wend.Get(r, "/hand", func(_ context.Context, in struct {
		C  wend.Context
		To string `query:"to"`
	},
	) (wend.None, error) {
		if in.To != "" {
			in.C.Writer().WriteHeader(http.StatusSeeOther)
			return wend.None{}, nil
		}
		return wend.None{}, in.C.JSON(200, 1)
	})
	wend.Get(r, "/typed", func(_ context.Context, in struct {
		Plain bool `query:"plain"`
	},
	) (wend.Blob, error) {
		return wend.Blob{MediaType: "image/png"}, nil
	})
	wend.Get(r, "/lines", func(context.Context, wend.None) (iter.Seq2[note, error], error) {
		return func(yield func(note, error) bool) { _ = yield(note{1, "a"}, nil) && yield(note{0, "b"}, nil) }, nil
	})
	wend.Get(r, "/events", func(context.Context, wend.None) (wend.Events[note], error) {
		return func(yield func(wend.Event[note], error) bool) {
			_ = yield(wend.Event[note]{Data: note{1, "a"}}, nil) && yield(wend.Event[note]{Data: note{2, "much longer than ten"}}, nil) &&
				yield(wend.Event[note]{}, errors.New("late"))
		}, nil
	})
	wend.Get(r, "/late", func(context.Context, wend.None) (wend.Events[note], error) {
		return func(yield func(wend.Event[note], error) bool) {
			_ = yield(wend.Event[note]{Data: note{1, "a"}}, nil) && yield(wend.Event[note]{}, errors.New("late"))
		}, nil
	})
	wend.Get(r, "/hidden", func(context.Context, wend.None) (note, error) { return note{}, &wend.Error{Status: 418} }, wend.Hidden())
	r.Handle("GET /plain", http.NotFoundHandler())
	return r
}

func TestCheck(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		method, path string
		want         []string // parts of what is told; none: nothing
	}{
		{"GET", "/notes/1", nil},
		{"HEAD", "/notes/1", nil},
		{"OPTIONS", "/notes/1", nil},
		{"GET", "/notes/0", nil}, // 422
		{"GET", "/notes/2", []string{"GET /notes/{id}, registered at contract/contract_test.go:", "answered 200", "the body /id: must be at least 1", "the body /text: must have at most 10 characters, has 20"}},
		{"GET", "/notes/3", []string{
			"the status 404 is not documented (200, 422, default are)",
			`wend.Errors(&wend.Error{Status: 404, Code: "no_note", Detail: "no such note"})`,
		}},
		{"GET", "/notes/4", nil}, // default covers a server's error
		{"GET", "/list", nil},
		{"GET", "/list?bad=true", []string{"the header X-Total: must be at least 0", "the body /1/id: must be at least 1"}},
		{"GET", "/list?bad=yes", nil},
		{"GET", "/hand", nil},
		{"GET", "/hand?to=x", []string{"the status 303 is not documented", "wend.Status(303)"}},
		{"GET", "/lines", []string{"line 2 /id: must be at least 1"}},
		{"GET", "/events", []string{"event 2 data /text: must have at most 10 characters, has 20"}},
		{"GET", "/late", nil}, // the event of the failure is none of the handler's
		{"GET", "/typed", []string{`the media type is "image/png", and the document has application/octet-stream`}},
	} {
		said := run(t, func(t testing.TB) {
			for _, version := range []string{"3.1.1", "3.2.0"} {
				c := wendtest.New(t, contract.Check(t, faulty(), contract.Document(openapi.Version(version))))
				_, _ = io.Copy(io.Discard, c.Do(tt.method, tt.path, nil).Raw().Body)
			}
		})
		if tt.want == nil {
			if tt.method != "OPTIONS" {
				require.Empty(t, said, "%s %s", tt.method, tt.path)
			}
			continue
		}
		for _, part := range tt.want {
			require.Contains(t, said, part, "%s %s", tt.method, tt.path)
		}
	}
}

// A middleware may answer a conditional request for any route.
func TestCheck_notModified(t *testing.T) {
	t.Parallel()
	etag := func(http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotModified) })
	}
	ask := func(opts ...wendtest.Option) string {
		r := wend.New(wend.With(etag))
		wend.Get(r, "/", func(context.Context, wend.None) (string, error) { return "", nil })
		return run(t, func(t testing.TB) { wendtest.New(t, contract.Check(t, r)).Get("/", opts...) })
	}
	require.Empty(t, ask(wendtest.Header("If-None-Match", `"a"`)))
	require.Contains(t, ask(), "the status 304 is not documented")
}

func TestCheck_tellsOnce(t *testing.T) {
	t.Parallel()
	said := run(t, func(t testing.TB) {
		c := wendtest.New(t, contract.Check(t, faulty()))
		for range 3 {
			c.Get("/notes/3").Status(404)
		}
	})
	require.Equal(t, 1, strings.Count(said, "the status 404"))
}

func TestCheck_unused(t *testing.T) {
	t.Parallel()
	require.Contains(t, run(t, func(t testing.TB) { contract.Check(t, faulty()) }), "Check saw no request")
	require.Contains(t, run(t, func(t testing.TB) { contract.Check(t, nil) }), "the router is nil")
	require.Empty(t, run(t, func(t testing.TB) {
		c := wendtest.New(t, contract.Check(t, faulty()))
		c.Get("/hidden").Status(418)
		c.Get("/plain").Status(404)
		c.Get("/nowhere").Status(404)
	}))
}

func TestCheck_mistakes(t *testing.T) {
	t.Parallel()
	broken := wend.New(wend.CollectErrors())
	wend.Get(broken, "/{id}", func(context.Context, wend.None) (note, error) { return note{}, nil })
	for _, tt := range []struct {
		router *wend.Router
		opts   []contract.Option
		want   string
	}{
		{broken, nil, "registration errors"},
		{wend.New(), nil, "no documented operation"},
		{faulty(), []contract.Option{contract.Skip("GET /no")}, `Skip names "GET /no"`},
		{faulty(), []contract.Option{contract.Requests(0)}, "prove nothing"},
		{faulty(), []contract.Option{contract.Document(openapi.Version("2.0"))}, "neither 3.1.1 nor 3.2.0"},
	} {
		require.Contains(t, run(t, func(t testing.TB) { contract.Fuzz(t, tt.router, tt.opts...) }), tt.want)
	}
}

func TestCheck_skip(t *testing.T) {
	t.Parallel()
	require.Empty(t, run(t, func(t testing.TB) {
		c := wendtest.New(t, contract.Check(t, faulty(), contract.Skip("GET /notes/{id}")))
		c.Get("/notes/3").Status(404)
		c.Get("/list").Status(200)
	}))
}

func TestFuzz_finds(t *testing.T) {
	t.Parallel()
	fuzz := func(opts ...contract.Option) string {
		r := faulty()
		return run(t, func(t testing.TB) { contract.Fuzz(t, r, append(opts, contract.Requests(200))...) })
	}
	said := fuzz()
	for _, part := range []string{
		"the status 404 is not documented", "the server's error 502 is not declared", "the server's error 500 is not declared",
		"the header X-Total: must be at least 0", "> GET /notes/", "seed ",
	} {
		require.Contains(t, said, part)
	}
	require.Equal(t, said, fuzz(contract.Seed(1)), "the same seed makes the same requests")
	require.NotEqual(t, said, fuzz(contract.Seed(9)))
}

// A handler that changes what the document says would be found by the requests that
// it should have refused.
func TestFuzz_refused(t *testing.T) {
	t.Parallel()
	r := wend.New()
	wend.Post(r, "/notes", func(_ context.Context, in note) (note, error) { return in, nil })
	narrower := contract.Document(openapi.Edit(func(d *openapi.Document) {
		five := uint64(5)
		text, _ := d.Components.Schemas["Note"], 0
		if text == nil {
			text = d.Components.Schemas["note"]
		}
		member, _ := text.Properties.Get("text")
		member.MaxLength = &five
	}))
	require.Empty(t, run(t, func(t testing.TB) { contract.Fuzz(t, r) }))
	require.Contains(t, run(t, func(t testing.TB) { contract.Fuzz(t, r, narrower) }), "a request is taken that the document refuses: the body /text: must have at most 5 characters")
}

// An application that does what its document says gives no cause for complaint.
func TestFuzz_clean(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"3.1.1", "3.2.0"} {
		contract.Fuzz(t, clean(), contract.Requests(200), contract.Document(openapi.Version(version)))
	}
}

type user struct{}

func TestSecured(t *testing.T) {
	t.Parallel()
	unauthorized := func(http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(401) })
	}
	router := func() *wend.Router {
		r := wend.New()
		g := r.Group("/closed")
		wend.Provide(g, func(context.Context, struct{ Token security.Token }) (user, error) { return user{}, nil },
			wend.Secure(security.Bearer("")))
		wend.Get(g, "/{id}", func(context.Context, struct {
			Who user
			noteID
		},
		) (note, error) {
			return note{}, nil
		})
		wend.Get(g, "/maybe", func(context.Context, struct{ Who *user }) (wend.None, error) { return wend.None{}, nil })
		wend.Get(r, "/free", func(context.Context, wend.None) (string, error) { return "", nil })
		return r
	}
	require.Empty(t, run(t, func(t testing.TB) { contract.Secured(t, router()) }))
	needs := func(open ...string) contract.Option {
		return contract.Document(openapi.Edit(func(d *openapi.Document) {
			d.Security = []openapi.SecurityNeed{{"bearer": {}}}
			for _, path := range open {
				d.Paths[path].Get.Security = []openapi.SecurityNeed{{"bearer": {}}, {}}
			}
		}))
	}
	require.Empty(t, run(t, func(t testing.TB) { contract.Secured(t, router(), needs("/free")) }))
	require.Contains(t, run(t, func(t testing.TB) { contract.Secured(t, router(), needs()) }),
		"GET /free, registered at contract/contract_test.go:")
	require.Contains(t, run(t, func(t testing.TB) { contract.Secured(t, faulty()) }), "nothing to prove")
	bare := wend.New()
	wend.Get(bare, "/bare", func(context.Context, wend.None) (string, error) { return "", nil }, wend.With(unauthorized))
	require.Contains(t, run(t, func(t testing.TB) { contract.Secured(t, bare, needs()) }), "401 without WWW-Authenticate")
}

// What a middleware answers in the place of the route is covered by default, in its form.
func TestCheck_middleware(t *testing.T) {
	t.Parallel()
	refuse := func(status int) wend.Option {
		return wend.With(func(http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				wend.WriteError(w, r, &wend.Error{Status: status})
			})
		})
	}
	plain := wend.With(func(http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", http.StatusForbidden) })
	})
	lost := wend.With(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), note{}, 1)))
		})
	})
	for _, tt := range []struct {
		name         string
		opts         []wend.Option
		want, strict string
	}{
		{"403", []wend.Option{refuse(403)}, "", "the status 403 is not documented"},
		{"421", []wend.Option{refuse(421)}, "", "the status 421 is not documented"},
		{"429", []wend.Option{refuse(429)}, "", "the status 429 is not documented"},
		{"429, declared", []wend.Option{refuse(429), wend.Errors(&wend.Error{Status: 429})}, "", ""},
		{"in another form", []wend.Option{plain}, `the media type is "text/plain; charset=utf-8", and the document has application/problem+json`, "the status 403 is not documented"},
		{"of the route behind a middleware", []wend.Option{lost}, "the status 404 is not documented", "the status 404 is not documented"},
		{"of the route", nil, "the status 404 is not documented", "the status 404 is not documented"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for _, strict := range []bool{false, true} {
				r := wend.New(quiet())
				g := r.Group("", tt.opts...)
				wend.Get(g, "/", func(context.Context, wend.None) (note, error) { return note{}, &wend.Error{Status: 404} })
				want, opts := tt.want, []contract.Option(nil)
				if strict {
					want, opts = tt.strict, []contract.Option{contract.Strict()}
				}
				for how, test := range map[string]func(t testing.TB){
					"Check": func(t testing.TB) { wendtest.New(t, contract.Check(t, r, opts...)).Get("/") },
					"Fuzz":  func(t testing.TB) { contract.Fuzz(t, r, append(opts, contract.Requests(2))...) },
				} {
					if said := run(t, test); want == "" {
						require.Empty(t, said, "%s, strict: %v", how, strict)
					} else {
						require.Contains(t, said, want, "%s, strict: %v", how, strict)
					}
				}
			}
		})
	}
}

// Strict counts the server's errors of middleware in Fuzz, as it does those of handlers.
func TestFuzz_strict(t *testing.T) {
	t.Parallel()
	r := wend.New(quiet(), wend.With(func(http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { wend.WriteError(w, r, &wend.Error{Status: 503}) })
	}))
	wend.Get(r, "/", func(context.Context, wend.None) (string, error) { return "", nil })
	require.Empty(t, run(t, func(t testing.TB) { contract.Fuzz(t, r) }))
	require.Contains(t, run(t, func(t testing.TB) { contract.Fuzz(t, r, contract.Strict()) }), "the server's error 503 is not declared")
}

// A guard is the route's own: what it answers is documented, or else a difference.
func TestCheck_guard(t *testing.T) {
	t.Parallel()
	r := wend.New(quiet(), wend.Require[user]())
	wend.Provide(r, func(context.Context, struct{}) (user, error) { return user{}, &wend.Error{Status: 402} })
	wend.Get(r, "/", func(context.Context, wend.None) (string, error) { return "", nil })
	require.Contains(t, run(t, func(t testing.TB) { wendtest.New(t, contract.Check(t, r)).Get("/") }), "the status 402 is not documented")
}
