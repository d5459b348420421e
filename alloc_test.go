package wend_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/security"
)

// sink is a response writer that keeps nothing.
type sink struct{ h http.Header }

func (s *sink) Header() http.Header         { return s.h }
func (s *sink) WriteHeader(int)             {}
func (s *sink) Write(p []byte) (int, error) { return len(p), nil }

// body is a request body that can be read again.
type rewinding struct {
	strings.Reader
	text string
}

func (b *rewinding) Close() error { return nil }

// pageOf is what a provider reads of a request.
type pageOf struct {
	Number int
	Text   string
}

// TestAllocations pins what a request costs beside what its values hold.
func TestAllocations(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	pass := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { next.ServeHTTP(w, r) })
	}
	r := quiet()
	wend.Supply(r, &seller{})
	wend.Provide(r, func(_ context.Context, in struct {
		Number int    `path:"id"`
		Text   string `query:"text"`
	},
	) (pageOf, error) {
		return pageOf(in), nil
	})
	wend.Provide(r, func(_ context.Context, in bearer) (user, error) {
		return user{in.Token.Reveal(), "read"}, nil
	}, wend.Secure(security.Bearer("")))
	g := r.Group("", wend.With(pass, pass, pass))
	g.Handle("GET /context/{a}/{b}", wend.HandlerFunc(func(c wend.Context) error {
		if c.Param("a") == "" || c.Param("b") == "" {
			t.Error("a parameter is missing")
		}
		return nil
	}))
	g.Handle("GET /static", wend.HandlerFunc(func(wend.Context) error { return nil }))
	wend.Get(g, "/text/{id}", func(_ context.Context, in struct {
		ID string `path:"id"`
	},
	) (wend.None, error) {
		return wend.None{}, nil
	})
	wend.Get(g, "/many/{a}/{b}/{c}/{d}/{e}/{f}/{g}/{h}/{i}/{j}", func(_ context.Context, in struct {
		A string `path:"a"`
		B string `path:"b"`
		C string `path:"c"`
		D string `path:"d"`
		E string `path:"e"`
		F string `path:"f"`
		G string `path:"g"`
		H string `path:"h"`
		I string `path:"i"`
		J string `path:"j"`
	},
	) (wend.None, error) {
		return wend.None{}, nil
	})
	wend.Get(g, "/json/{id}", func(_ context.Context, in struct {
		ID int `path:"id" validate:"min=1"`
	},
	) (note, error) {
		return note{ID: in.ID, Text: "text"}, nil
	})
	wend.Get(g, "/params/{id}", func(_ context.Context, in struct {
		ID    int    `path:"id" validate:"min=1"`
		Limit int    `query:"limit" validate:"min=1,max=100"`
		Token string `header:"X-Token" validate:"required,max=40"`
	},
	) (note, error) {
		return note{ID: in.Limit, Text: in.Token}, nil
	})
	wend.Get(g, "/provided/{id}", func(_ context.Context, in struct {
		Page    pageOf
		Another pageOf
	},
	) (note, error) {
		return note{ID: in.Page.Number + in.Another.Number, Text: in.Page.Text}, nil
	})
	wend.Get(g, "/secured/{id}", func(_ context.Context, in struct {
		ID   int  `path:"id"`
		User user `scopes:"read"`
	},
	) (note, error) {
		return note{ID: in.ID, Text: in.User.Name}, nil
	})
	wend.Get(g, "/supplied/{id}", func(_ context.Context, in struct {
		ID      int `path:"id"`
		Service *seller
	},
	) (note, error) {
		in.Service.Sell()
		return note{ID: in.ID, Text: "text"}, nil
	})
	wend.Post(g, "/body", func(_ context.Context, in note) (note, error) { return in, nil })

	tests := []struct {
		name, method, target, body string
		want                       float64
	}{
		{name: "context with parameters", method: "GET", target: "/context/1/2", want: 0},
		{name: "static", method: "GET", target: "/static", want: 0},
		{name: "typed without body", method: "GET", target: "/text/a", want: 0},
		{name: "ten path parameters", method: "GET", target: "/many/1/2/3/4/5/6/7/8/9/10", want: 0},
		{name: "typed JSON", method: "GET", target: "/json/7", want: 0},
		{name: "three parameters", method: "GET", target: "/params/7?limit=5", want: 0},
		{name: "one memoised provider", method: "GET", target: "/provided/7?text=a", want: 0},
		{name: "a secured user with scopes", method: "GET", target: "/secured/7", want: 1}, // the value that is asked for its scopes
		{name: "a supplied service", method: "GET", target: "/supplied/7", want: 0},
		{name: "body", method: "POST", target: "/body", body: `{"id":1,"text":"a"}`, want: 1}, // the strings' memory
	}
	for _, test := range tests {
		req, err := http.NewRequest(test.method, test.target, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("X-Token", "token")
		req.Header.Set("Authorization", "Bearer token")
		b := &rewinding{text: test.body}
		if test.body != "" {
			req.Header.Set("Content-Type", "application/json")
			req.ContentLength = int64(len(test.body))
			req.Body = io.NopCloser(b)
		}
		w := &sink{h: http.Header{}}
		got := testing.AllocsPerRun(200, func() {
			b.Reader.Reset(b.text)
			r.ServeHTTP(w, req)
		})
		if got > test.want {
			t.Errorf("%s: %v allocations, want at most %v", test.name, got, test.want)
		}
	}
}
