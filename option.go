package wend

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"mime"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/wend-go/wend/binding"
)

// Option configures a router, a group or a route. Options of an inner scope add to
// those of the scopes around it, or override them. One that means nothing at its
// level is a registration error.
type Option interface{ option() *option }

// option is the one implementation: a name for messages, the levels it may be
// given at, and its effect.
type option struct {
	name string
	at   level
	set  func(*settings) error
}

func (o *option) option() *option { return o }

// level is where an option is given.
type level uint8

const (
	atRouter level = 1 << iota
	atGroup
	atRoute
	atFunc
	atProvider
	atScope = atRouter | atGroup | atRoute
)

// String names the level in messages.
func (l level) String() string {
	return map[level]string{atRouter: "a router", atGroup: "a group", atRoute: "a route", atFunc: "wend.Func", atProvider: "a provider"}[l]
}

func checkMiddleware(mw []Middleware) error {
	if slices.ContainsFunc(mw, func(m Middleware) bool { return m == nil }) {
		return fmt.Errorf("is given a nil middleware")
	}
	return nil
}

// With adds middleware. Router, group and route option: outer scopes run first,
// and within one call the first listed is outermost.
func With(mw ...Middleware) Option {
	return &option{"With", atScope | atFunc, func(s *settings) error {
		if err := checkMiddleware(mw); err != nil {
			return err
		}
		s.middleware = append(s.middleware, mw...)
		return nil
	}}
}

// Tags adds tags for the document. Router, group and route option.
func Tags(tags ...string) Option {
	return &option{"Tags", atScope | atFunc, func(s *settings) error { s.tags = append(s.tags, tags...); return nil }}
}

// Errors declares errors: each is documented, and one that has an Err answers
// every error that is that Err (errors.Is) and has no answer of its own. Router,
// group and route option, and for [Provide]; inner scopes are asked first.
func Errors(es ...*Error) Option {
	return &option{"Errors", atScope | atFunc | atProvider, func(s *settings) error {
		for _, e := range es {
			if e == nil {
				return fmt.Errorf("is given a nil error")
			}
			if e.Status < 400 || e.Status > 599 {
				return fmt.Errorf("declares the status %d, which is no error's: it must be from 400 to 599", e.Status)
			}
			if err := checkExtra(e); err != nil {
				return err
			}
			if err := checkHeader(e.Header); err != nil {
				return fmt.Errorf("declares an error that cannot be sent: %w", err)
			}
		}
		s.errors = append(s.errors, es...)
		return nil
	}}
}

func checkExtra(e *Error) error {
	for _, name := range standardMembers {
		if _, taken := e.Extra[name]; taken {
			return fmt.Errorf("has an extra member %q, which is a standard name", name)
		}
	}
	if _, err := json.Marshal(e.Extra); err != nil {
		return fmt.Errorf("has an extra member without a form in JSON: %w", err)
	}
	return nil
}

// MapError answers errors that Errors cannot describe: f returns nil for what is
// not its own. What it returns should be declared with Errors. Router, group and
// route option, and for [Provide]; inner scopes are asked first.
func MapError(f func(error) *Error) Option {
	return &option{"MapError", atScope | atFunc | atProvider, func(s *settings) error {
		if f == nil {
			return fmt.Errorf("is given nil")
		}
		s.mapError = append(s.mapError, f)
		return nil
	}}
}

// format is an error format: how it is made and what type it has on the wire.
type format struct {
	typ       reflect.Type
	mediaType string
	make      func(r *http.Request, e *Error) any
	body      func() *binding.Plan // of typ
}

// OnError formats every error of the scope: those of handlers, of binding, of
// middleware, and at the router 404, 405 and panics. The B that f returns is what
// is written as JSON, and its schema is the document's error schema; status and
// header are the error's. mediaType is application/json unless given. Router,
// group and route option; the innermost one is used.
func OnError[B any](f func(r *http.Request, e *Error) B, mediaType ...string) Option {
	return &option{"OnError", atScope | atFunc, func(s *settings) error {
		if f == nil || len(mediaType) > 1 {
			return fmt.Errorf("takes one function and at most one media type")
		}
		s.format = &format{
			typ: reflect.TypeFor[B](), mediaType: "application/json",
			make: func(r *http.Request, e *Error) any { return f(r, e) },
		}
		if len(mediaType) == 1 {
			if t, _, err := mime.ParseMediaType(mediaType[0]); err != nil || !strings.Contains(t, "/") {
				return fmt.Errorf("is given %q, which is no media type such as application/json", mediaType[0])
			}
			s.format.mediaType = mediaType[0]
		}
		return nil
	}}
}

// MaxBody limits the body of a request to n bytes; exactly n pass, more is 413.
// The default is 1 MiB, and 32 MiB for a multipart form. It holds for every route: a plain
// http.Handler, or one that is mounted, gets an error from the body that wraps an
// *http.MaxBytesError. A proxy and streams of a client that have no end want MaxBody(0).
// Router, group and route option; the innermost one is used, and 0 lifts the limit.
func MaxBody(n int64) Option {
	return &option{"MaxBody", atScope | atFunc, func(s *settings) error {
		if n < 0 {
			return fmt.Errorf("is negative")
		}
		if n == 0 {
			n = 1<<63 - 1
		}
		s.maxBody = &n
		return nil
	}}
}

func durationOption(name string, d time.Duration, field func(*settings) **time.Duration) Option {
	return &option{name, atScope | atFunc, func(s *settings) error {
		if d < 0 {
			return fmt.Errorf("is negative")
		}
		*field(s) = &d
		return nil
	}}
}

// BodyTimeout is how long a body that wend reads may take to arrive; a later one
// is 408. The default is 30 s, and 0 lifts it. Router, group and route option.
func BodyTimeout(d time.Duration) Option {
	return durationOption("BodyTimeout", d, func(s *settings) **time.Duration { return &s.bodyTimeout })
}

// BodyStall is how long a body may go without a byte, streamed ones included; a
// longer pause is 408. The default is 10 s, and 0 lifts it. Router, group and
// route option.
func BodyStall(d time.Duration) Option {
	return durationOption("BodyStall", d, func(s *settings) **time.Duration { return &s.bodyStall })
}

// Timeout sets the deadline of the request's context; a handler that exceeds it, and has
// written nothing, is answered 503, and what it writes later is dropped. Of a typed stream
// it is the time to the first byte; a plain http.Handler that streams, or a proxy, wants
// none. There is none by default, and 0 lifts an outer one. Router, group and route option.
func Timeout(d time.Duration) Option {
	return durationOption("Timeout", d, func(s *settings) **time.Duration { return &s.timeout })
}

// Hidden leaves routes out of the document. Router, group and route option.
func Hidden() Option {
	return &option{"Hidden", atScope | atFunc, func(s *settings) error { s.hidden = true; return nil }}
}

// Deprecated marks operations in the document. Router, group and route option.
func Deprecated() Option {
	return &option{"Deprecated", atScope | atFunc, func(s *settings) error { s.deprecated = true; return nil }}
}

// AllowUnknownFields accepts, and ignores, members of a body that its type does not
// have. Router, group and route option.
func AllowUnknownFields() Option {
	return &option{"AllowUnknownFields", atScope | atFunc, func(s *settings) error { s.allowUnknown = true; return nil }}
}

// RejectUnknownQuery answers 422 to a query parameter that the input does not
// have. Router, group and route option.
func RejectUnknownQuery() Option {
	return &option{"RejectUnknownQuery", atScope | atFunc, func(s *settings) error { s.strict = true; return nil }}
}

// Status is the status of success. Route option; the default is 200, or 204
// without a body.
func Status(code int) Option {
	return &option{"Status", atRoute | atFunc, func(s *settings) error {
		if code < 200 || code > 399 {
			return fmt.Errorf("is %d; it must be from 200 to 399", code)
		}
		s.status = code
		return nil
	}}
}

// Summary is the operation's title in the document. Route option; by default it is
// made from the function's name.
func Summary(text string) Option {
	return &option{"Summary", atRoute | atFunc, func(s *settings) error { s.summary = text; return nil }}
}

// Description describes the operation in the document, in CommonMark. Route option.
func Description(text string) Option {
	return &option{"Description", atRoute | atFunc, func(s *settings) error { s.description = text; return nil }}
}

// OperationID names the operation in the document. Route option; by default it is
// made from method and pattern, as in getNotesById.
func OperationID(id string) Option {
	return &option{"OperationID", atRoute | atFunc, func(s *settings) error { s.operationID = id; return nil }}
}

// Name names the route for [Router.URL]. Route option; unique within its group.
func Name(name string) Option {
	return &option{"Name", atRoute, func(s *settings) error { s.name = name; return nil }}
}

// Example shows a value of the request body or of the response in the document:
// of whichever the value's type is. One of another type, or one that breaks the rules of
// its own, is a registration error. Route option.
func Example(name string, value any) Option {
	return &option{"Example", atRoute | atFunc, func(s *settings) error {
		s.examples = append(s.examples, NamedExample{name, value})
		return nil
	}}
}

// NamedExample is a named value of an operation's request or response body.
type NamedExample struct {
	Name  string
	Value any
}

// Outer adds middleware that surrounds the match: it may rewrite the path, and
// runs for every request. Router option.
func Outer(mw ...Middleware) Option {
	return &option{"Outer", atRouter, func(s *settings) error {
		if err := checkMiddleware(mw); err != nil {
			return err
		}
		s.router.outermost = append(s.router.outermost, mw...)
		return nil
	}}
}

// Binding gives the router rules, types and messages of its own. Router option,
// and for [Func].
func Binding(set *binding.Set) Option {
	return &option{"Binding", atRouter | atFunc, func(s *settings) error {
		if set == nil {
			return fmt.Errorf("is given nil")
		}
		s.router.set = set
		return nil
	}}
}

// Codec adds media types that JSON bodies may have, in requests and in responses.
// With one, a response is chosen by the client's Accept, and 406 answers a client that
// takes none of them. Router option, and for [Func].
func Codec(codecs ...binding.Codec) Option {
	return &option{"Codec", atRouter | atFunc, func(s *settings) error {
		for _, c := range codecs {
			if c == nil || len(c.MediaTypes()) == 0 {
				return fmt.Errorf("is given a codec without a media type")
			}
		}
		s.router.codecs = append(s.router.codecs, codecs...)
		return nil
	}}
}

// Logger receives what the router logs; the default is slog.Default at the time of
// use. Router option.
func Logger(l *slog.Logger) Option {
	return &option{"Logger", atRouter, func(s *settings) error { s.router.logger = l; return nil }}
}

// Dev shows the cause of a 500 in its body. Never in production: the texts of
// errors name tables, paths and addresses. Router option.
func Dev() Option {
	return &option{"Dev", atRouter, func(s *settings) error { s.router.dev = true; return nil }}
}

// RedirectSlash answers a path that differs from a served one only by its final
// slash with a 308 to that one. Router option.
func RedirectSlash() Option {
	return &option{"RedirectSlash", atRouter, func(s *settings) error { s.router.redirectSlash = true; return nil }}
}

// PlainCookies sends cookies without Secure, for development without TLS: anybody
// on the way can then read them. Router option.
func PlainCookies() Option {
	return &option{"PlainCookies", atRouter, func(s *settings) error { s.router.plainCookies = true; return nil }}
}

// CollectErrors gathers registration errors instead of panicking at the first;
// [Router.Err] has them, and Run refuses to start with them. Router option.
func CollectErrors() Option {
	return &option{"CollectErrors", atRouter, func(s *settings) error { s.router.collect = true; return nil }}
}

// OnStart runs before Run accepts connections, in the order given; an error stops
// the start. The context is that of the start: under Run it ends with the signal to stop,
// while requests are still answered. Work that f begins has a context of its own, which
// an [OnStop] ends. Router option.
func OnStart(f func(context.Context) error) Option {
	return &option{"OnStart", atRouter, func(s *settings) error {
		if f == nil {
			return fmt.Errorf("is given nil")
		}
		s.router.onStart = append(s.router.onStart, f)
		return nil
	}}
}

// OnStop runs after the last request, in the reverse order, unless an OnStart
// given before it has not succeeded. Router option.
func OnStop(f func(context.Context) error) Option {
	return &option{"OnStop", atRouter, func(s *settings) error {
		if f == nil {
			return fmt.Errorf("is given nil")
		}
		s.router.onStop = append(s.router.onStop, stopHook{f, len(s.router.onStart)})
		return nil
	}}
}

// OnTask is told of each task that has ended, with the time it took and its error: for
// metrics. The context is the task's. Router option.
func OnTask(f func(ctx context.Context, took time.Duration, err error)) Option {
	return &option{"OnTask", atRouter, func(s *settings) error {
		if f == nil {
			return fmt.Errorf("is given nil")
		}
		s.router.onTask = append(s.router.onTask, f)
		return nil
	}}
}

// Drain says how long Run may take to stop, requests, tasks and OnStop functions
// together (30 s by default), and how long it goes on accepting before that, for a load
// balancer to notice (0 by default). Router option.
func Drain(timeout, delay time.Duration) Option {
	return &option{"Drain", atRouter, func(s *settings) error {
		if timeout < 0 || delay < 0 {
			return fmt.Errorf("is negative")
		}
		s.router.drain = &drain{timeout, delay}
		return nil
	}}
}

// TLS serves HTTPS, and HTTP/2, with a certificate and key in PEM files. Router
// option.
func TLS(certFile, keyFile string) Option {
	return &option{"TLS", atRouter, func(s *settings) error {
		if certFile == "" || keyFile == "" {
			return fmt.Errorf("needs the names of two files, a certificate and its key")
		}
		s.router.cert, s.router.key, s.router.serveTLS = certFile, keyFile, (*http.Server).ServeTLS
		return nil
	}}
}

// Server has the last word about the http.Server of Run. Router option.
func Server(f func(*http.Server)) Option {
	return &option{"Server", atRouter, func(s *settings) error {
		if f == nil {
			return fmt.Errorf("is given nil")
		}
		s.router.server, s.router.serveTLS = append(s.router.server, f), (*http.Server).ServeTLS
		return nil
	}}
}
