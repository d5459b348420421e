package wend_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/security"
)

// ordered is a router whose parts write down when they run.
type ordered struct{ steps []string }

func (o *ordered) note(step string) { o.steps = append(o.steps, step) }

// noting is a body that notes its first read.
type noting struct {
	io.Reader
	o    *ordered
	read bool
}

func (b *noting) Read(p []byte) (int, error) {
	if !b.read {
		b.o.note("body")
		b.read = true
	}
	return b.Reader.Read(p)
}
func (b *noting) Close() error { return nil }

// encoded notes when it is written as JSON.
type encoded struct{ o *ordered }

func (e encoded) MarshalText() ([]byte, error) {
	e.o.note("encode")
	if e.o.fails("encode") {
		return nil, errors.New("no text")
	}
	return []byte("x"), nil
}

func (*encoded) UnmarshalText([]byte) error { return nil }

func (o *ordered) fails(step string) bool {
	for _, s := range o.steps {
		if s == "fail "+step {
			return true
		}
	}
	return false
}

func (o *ordered) error(step string) error {
	if o.fails(step) {
		return errors.New(step + " failed")
	}
	return nil
}

type (
	first  struct{}
	second struct{}
)

func (o *ordered) router() http.Handler {
	mw := func(name string) wend.Middleware {
		return func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				o.note(name)
				if name == "outer" {
					w = &notingWriter{w, o}
				}
				next.ServeHTTP(w, r)
			})
		}
	}
	type guarded struct{}
	r := quiet(wend.With(mw("outer")))
	wend.Provide(r, func(_ context.Context, in bearer) (user, error) {
		o.note("security")
		return user{Name: in.Token.Reveal()}, o.error("security")
	}, wend.Secure(security.Bearer("")))
	wend.Provide(r, func(context.Context, none) (guarded, error) {
		o.note("guard")
		return guarded{}, o.error("guard")
	})
	end := func(name string) func(error) error {
		return func(err error) error {
			o.note(fmt.Sprintf("end %s: %v", name, err))
			return o.error("end " + name)
		}
	}
	wend.ProvideScoped(r, func(_ context.Context, in struct {
		Limit int `query:"limit" default:"1"`
	},
	) (first, func(error) error, error) {
		o.note("first")
		return first{}, end("first"), o.error("first")
	})
	wend.ProvideScoped(r, func(_ context.Context, in struct{ First first }) (second, func(error) error, error) {
		o.note("second")
		return second{}, end("second"), o.error("second")
	})
	g := r.Group("", wend.With(mw("inner")), wend.Require[guarded]())
	wend.Post(g, "/{id}", func(_ context.Context, in struct {
		ID     int `path:"id"`
		Second second
		User   user
		Body   struct {
			N int `json:"n"`
		}
	},
	) (map[string]encoded, error) {
		o.note("handler")
		if o.fails("panic") {
			panic("at the disco")
		}
		return map[string]encoded{"x": {o}}, o.error("handler")
	})
	return r
}

type notingWriter struct {
	http.ResponseWriter
	o *ordered
}

func (w *notingWriter) WriteHeader(status int) {
	if status != 0 {
		w.o.note(fmt.Sprintf("write %d", status))
	}
	w.ResponseWriter.WriteHeader(status)
}
func (w *notingWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// TestOrder is the frozen order of one request, and what becomes of it when a step fails.
func TestOrder(t *testing.T) {
	t.Parallel()
	const token = "Authorization: Bearer t"
	for _, c := range []struct {
		name, fail, target, body, header string
		want                             string
	}{
		{"all goes well", "", "/1", `{"n":1}`, token, "outer inner security guard body first second handler encode " +
			"end second: <nil> end first: <nil> write 200"},
		{"no credential", "", "/x?limit=x", `{`, "", "outer inner write 401"},
		{"security fails", "security", "/x", `{`, token, "outer inner security write 500"},
		{"a guard fails", "guard", "/x", `{`, token, "outer inner security guard write 500"},
		{"a bad parameter", "", "/x", `{"n":1}`, token, "outer inner security guard body write 422"},
		{"a bad parameter of a provider", "", "/1?limit=x", `{"n":1}`, token, "outer inner security guard body write 422"},
		{"a bad body", "", "/1", `{"n":"1"}`, token, "outer inner security guard body write 422"},
		{"a provider fails", "second", "/1", `{"n":1}`, token, "outer inner security guard body first second end first: internal server error: second failed write 500"},
		{"the handler fails", "handler", "/1", `{"n":1}`, token, "outer inner security guard body first second handler " +
			"end second: handler failed end first: handler failed write 500"},
		{"the handler panics", "panic", "/1", `{"n":1}`, token, "outer inner security guard body first second handler " +
			"end second: the handler panicked end first: the handler panicked write 500"},
		{"the value cannot be encoded", "encode", "/1", `{"n":1}`, token, "outer inner security guard body first second handler encode " +
			"end second: failed to encode end first: failed to encode write 500"},
		{"an end fails", "end second", "/1", `{"n":1}`, token, "outer inner security guard body first second handler encode " +
			"end second: <nil> end first: end second failed write 500"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			o := &ordered{}
			h := o.router()
			r := requestFor("POST", c.target, &noting{Reader: strings.NewReader(c.body), o: o}, c.header)
			if c.fail != "" {
				o.note("fail " + c.fail)
			}
			w := answer(h, r)
			got := strings.Join(o.steps, " ")
			got = strings.TrimPrefix(got, "fail "+c.fail+" ")
			if c.fail == "encode" { // the text of an encoder is its own affair
				for _, name := range []string{"second", "first"} {
					at := strings.Index(got, "end "+name+": ")
					require.Positive(t, at, got)
					rest := got[at+len("end "+name+": "):]
					next := strings.Index(rest, map[string]string{"second": " end first", "first": " write"}[name])
					require.Positive(t, next, got)
					require.NotEqual(t, "<nil>", rest[:next])
					got = got[:at] + "end " + name + ": failed to encode" + rest[next:]
				}
			}
			require.Equal(t, c.want, got)
			if w.Code >= 500 {
				require.NotContains(t, w.Body.String(), "failed")
			}
			if w.Code == 401 {
				require.Equal(t, "Bearer", w.Header().Get("WWW-Authenticate"))
			}
		})
	}
}
