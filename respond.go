package wend

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"reflect"
	"runtime/debug"
	"slices"
	"strconv"
	"sync"

	"github.com/wend-go/wend/binding"
	"github.com/wend-go/wend/internal/problem"
	"github.com/wend-go/wend/internal/rw"
)

const problemMedia = problem.MediaType

// None is the output of an endpoint without a body: 204.
type None = struct{}

// WriteError answers with an error as the matched route would answer one of its
// handler: mapped by Errors and MapError, in the format of OnError. It is for
// middleware; without a route of this package in the request's context the default
// format is written.
func WriteError(w http.ResponseWriter, r *http.Request, err error) {
	if rt, ok := problem.From(r.Context()).(*Route); ok {
		rt.fail(w, r, err)
		return
	}
	bare := &Route{scope: &Router{core: &core{opts: &settings{}}}, opts: &settings{}}
	bare.fail(w, r, err)
}

// Reject answers in place of the handler on behalf of a middleware.
func (rt *Route) Reject(w http.ResponseWriter, r *http.Request, rejection problem.Rejection) {
	rt.fail(w, r, &Error{Status: rejection.Status, Code: rejection.Code, Detail: rejection.Detail, Header: rejection.Header})
}

// errorFormat is the innermost format that the application gave, or else the
// router's own.
func (s *settings) errorFormat() *format {
	if at := s.find(func(s *settings) bool { return s.format != nil }); at != nil {
		return at.format
	}
	if at := s.find(func(s *settings) bool { return s.fallback != nil }); at != nil {
		return at.fallback
	}
	return &format{mediaType: problemMedia}
}

// problemFormat is the default format: problem details. It is compiled once, when a
// document asks for it.
func (c *core) problemFormat() *format {
	f := &format{typ: reflect.TypeFor[Problem](), mediaType: problemMedia}
	f.body = sync.OnceValue(func() *binding.Plan {
		plan, _ := c.set.Output(f.typ, binding.Config{}) // Invariant: Problem has no mistakes, as a test of it shows
		return plan
	})
	return f
}

// fail answers with an error. Nothing has been written yet.
func (rt *Route) fail(w http.ResponseWriter, r *http.Request, err error) {
	ctx := r.Context()
	if gone(ctx, err) {
		rt.log(w, r, slog.LevelInfo, "the client has gone", err)
		return
	}
	if p, ok := w.(*punctual); ok {
		p.failed = true
	}
	var unchanged *notModified
	if errors.As(err, &unchanged) {
		unchanged.write(w)
		return
	}
	e := rt.opts.resolve(ctx, err)
	if bad := checkHeader(e.Header); bad != nil {
		e = &Error{Status: http.StatusInternalServerError, Err: fmt.Errorf("%w: %w", bad, e)}
	}
	c := rt.scope.core
	if e.status() >= 500 {
		rt.log(w, r, slog.LevelError, "request failed", e, slog.Int("status", e.status()))
		if c.opts.router.dev {
			e = e.withCause()
		}
	}
	e = c.translate(w, r, e)
	h := w.Header()
	for name, values := range e.Header {
		h[http.CanonicalHeaderKey(name)] = append([]string(nil), values...)
	}
	scratch := renderings.Get().(*rendering)
	defer scratch.release()
	body, mediaType, encodeErr := rt.errorBody(scratch, w, r, e)
	if encodeErr != nil {
		rt.log(w, r, slog.LevelError, "the error format failed", encodeErr)
		body, _ = scratch.problem(w, &Error{Status: http.StatusInternalServerError})
		problem.Write(w, r, http.StatusInternalServerError, problemMedia, body)
		return
	}
	problem.Write(w, r, e.status(), mediaType, body)
}

// errorText renders an error for a client whose response has begun.
func (rt *Route) errorText(w http.ResponseWriter, r *http.Request, err error) []byte {
	scratch := renderings.Get().(*rendering)
	defer scratch.release()
	body, _, failed := rt.errorBody(scratch, w, r, rt.opts.resolve(r.Context(), err))
	if failed != nil {
		body, _ = scratch.problem(w, &Error{Status: http.StatusInternalServerError})
	}
	return slices.Clone(body)
}

// gone reports whether an error says no more than that the client has left.
func gone(ctx context.Context, err error) bool {
	if !errors.Is(err, context.Canceled) || !errors.Is(ctx.Err(), context.Canceled) {
		return false
	}
	cause := context.Cause(ctx)
	return cause != context.DeadlineExceeded && cause != error(ErrDraining)
}

// cutShort logs an error behind the first byte. It reports whether the connection has to
// be aborted: not when the client has been told, and not when nobody is there.
func (rt *Route) cutShort(w http.ResponseWriter, r *http.Request, err error) (abort bool) {
	var framed framedError
	var unsent lost
	switch {
	case gone(r.Context(), err) || errors.As(err, &unsent):
		rt.log(w, r, slog.LevelInfo, "the client has gone", err)
		return false
	case errors.Is(err, error(ErrDraining)):
		rt.log(w, r, slog.LevelInfo, "the stream was ended", err)
		rw.EndEarly(w)
		return rt.typed == nil || rt.typed.stream == nil || !rt.typed.stream.endless
	}
	rt.log(w, r, slog.LevelError, "the handler failed after the response had begun", err)
	return !errors.As(err, &framed)
}

// errorBody renders an error in the route's format.
func (rt *Route) errorBody(scratch *rendering, w http.ResponseWriter, r *http.Request, e *Error) (body []byte, mediaType string, err error) {
	f := rt.opts.errorFormat()
	if f.make == nil {
		body, err = scratch.problem(w, e)
		return body, problemMedia, err
	}
	shown := e.clone()
	if shown.Title == "" {
		shown.Title = http.StatusText(shown.status())
	}
	shown.Status = shown.status()
	defer func() { // a panic is the format's own, and nobody further out has another
		switch v := recover(); v {
		case nil:
		case http.ErrAbortHandler:
			panic(v)
		default:
			err = fmt.Errorf("panic: %v\n%s", v, debug.Stack())
		}
	}()
	body, err = rt.scope.core.set.AppendJSON(nil, f.make(r, shown))
	return body, f.mediaType, err
}

// translate puts the set's messages into an error, in the first of the client's
// languages that has them.
func (c *core) translate(w http.ResponseWriter, r *http.Request, e *Error) *Error {
	if c.set == nil || !c.set.Translates() {
		return e
	}
	h := w.Header()
	h["Vary"] = append(h["Vary"][:len(h["Vary"]):len(h["Vary"])], "Accept-Language")
	for _, lang := range languages(r.Header["Accept-Language"]) {
		translated, ok := c.inLanguage(lang, e)
		if ok {
			h["Content-Language"] = []string{lang}
			return translated
		}
	}
	return e
}

func (c *core) inLanguage(lang string, e *Error) (*Error, bool) {
	t := e.clone()
	found := false
	for i, f := range t.Fields {
		if text := c.set.Message(lang, f); text != "" {
			t.Fields[i].Detail, found = text, true
		}
	}
	if e.Code != "" || len(e.Fields) > 0 {
		if text := c.set.Message(lang, binding.FieldError{Code: e.Code, Detail: e.Detail}); text != "" {
			t.Detail, found = text, true
		}
	}
	return t, found
}

func (c *core) logger() *slog.Logger {
	if l := c.opts.router.logger; l != nil {
		return l
	}
	return slog.Default()
}

// log writes one line about a request, with what identifies it and never with a
// value of it.
func (rt *Route) log(w http.ResponseWriter, r *http.Request, level slog.Level, message string, err error, attrs ...slog.Attr) {
	attrs = append(attrs, slog.String("method", r.Method), slog.String("pattern", r.Pattern))
	if rt.typed != nil {
		attrs = append(attrs, slog.String("handler", rt.typed.name))
	}
	if id := problem.RequestID(w); id != "" {
		attrs = append(attrs, slog.String("request_id", id))
	}
	if err != nil {
		attrs = append(attrs, slog.String("cause", err.Error()))
	}
	rt.scope.core.logger().LogAttrs(r.Context(), level, message, attrs...)
}

// panicked answers a panic: with a 500 when nothing has left yet, else by aborting
// the connection, so that a client never takes half a response for a whole one.
func (rt *Route) panicked(w http.ResponseWriter, r *http.Request, v any, begun bool) {
	if v == http.ErrAbortHandler {
		panic(v)
	}
	err := fmt.Errorf("panic: %v\n%s", v, debug.Stack())
	if begun {
		rt.log(w, r, slog.LevelError, "the handler panicked after the response had begun", err)
		panic(http.ErrAbortHandler)
	}
	rt.fail(w, r, &Error{Status: http.StatusInternalServerError, Err: err})
}

// recoverOutside is the second recovery, for a panic of a middleware. Nothing here
// knows whether the response has begun, so the writer is asked.
func (c *core) recoverOutside(w http.ResponseWriter, r *http.Request) {
	if v := recover(); v != nil {
		c.missInfo.panicked(w, r, v, v != http.ErrAbortHandler && rw.Begun(w))
	}
}

// setLength sets Content-Length without an allocation for the small lengths
// that most responses have.
func setLength(h http.Header, n int) {
	if n < len(lengths) {
		h["Content-Length"] = lengths[n : n+1 : n+1] // of capacity one, so that Header.Add copies it
		return
	}
	h["Content-Length"] = []string{strconv.Itoa(n)}
}

// lengths are the header values of small bodies. Nothing writes to them.
var lengths = func() (table [1024]string) {
	for i := range table {
		table[i] = strconv.Itoa(i)
	}
	return table
}()
