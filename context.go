package wend

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"reflect"
	"sync"
	"sync/atomic"

	"github.com/wend-go/wend/binding"
	"github.com/wend-go/wend/internal/radix"
	"github.com/wend-go/wend/internal/rw"
)

// Context is the escape hatch from typed endpoints: the request and the writer,
// with helpers. It is a small value and safe to copy. Its helpers encode before
// they write, so what fails leaves the response untouched. Used after its request
// has ended, a helper that writes returns an error.
//
// Optimization: it is nine words without an array, so it travels in registers.
type Context struct {
	w     http.ResponseWriter
	r     *http.Request
	rt    *Route        // nil outside of a router
	path  string        // canonical; "" when it does not fit the pattern
	lens  radix.Lengths // of the parameters
	cell  *cell
	stamp uint64 // generation<<1 | whether a parameter may hold an encoded slash
}

// HandlerFunc is a handler with a [Context]. It is an [http.Handler], so it works
// on any mux; there, path parameters come from [http.Request.PathValue].
type HandlerFunc func(c Context) error

// cell tells whether a response has begun. It is reused from request to request;
// the generation in its upper bits makes a Context of an earlier one powerless. It
// holds nothing of a request.
type cell struct{ state uint64 } // generation<<1 | begun

var cells = sync.Pool{New: func() any { return new(cell) }}

// openCell returns a cell and its state, in which nothing has begun.
func openCell() (*cell, uint64) {
	c := cells.Get().(*cell)
	return c, c.state
}

// close ends the generation of a stamp. It reports whether the response had begun. Only
// who opened the cell closes it, so nobody else changes the generation meanwhile.
//
// Optimization: an atomic store here would be 5 of the 50 ns of a small request. A
// handler orders what it writes in other goroutines before its return, as every
// http.ResponseWriter demands; a Context that is used later without any order fails at
// the compare-and-swap of begin, or came before the store.
func (c *cell) close(stamp uint64) (begun bool) {
	begun = c.state&1 == 1
	c.state = (stamp | 1) + 1
	cells.Put(c)
	return begun
}

// begin marks the response as begun; false when the request is over.
func (c *cell) begin(stamp uint64) bool {
	return c.begun(stamp) || atomic.CompareAndSwapUint64(&c.state, stamp&^1, stamp|1) || c.begun(stamp)
}

func (c *cell) begun(stamp uint64) bool { return atomic.LoadUint64(&c.state) == stamp|1 }

// over reports whether the request has ended.
func (c *cell) over(stamp uint64) bool { return atomic.LoadUint64(&c.state)|1 != stamp|1 }

// ServeHTTP runs f outside of a router of this package.
func (f HandlerFunc) ServeHTTP(w http.ResponseWriter, r *http.Request) { f.run(w, r, nil, "", 0, 0) }

func bareRoute() *Route {
	return newRoute(&Router{core: &core{opts: &settings{}}}, &settings{})
}

// run calls f and answers its error or panic.
//
// Optimization: the parts of the Context stay in registers until it is made where it is
// used; a copy of one that has just been written waits for memory, 4 ns of a request.
func (f HandlerFunc) run(w http.ResponseWriter, r *http.Request, rt *Route, path string, lens radix.Lengths, coded uint64) {
	cell, stamp := openCell()
	done := false
	defer func() {
		begun := cell.close(stamp)
		if !done {
			if rt == nil {
				rt = bareRoute()
			}
			rt.panicked(w, r, recover(), begun)
		}
	}()
	err := f(Context{w, r, rt, path, lens, cell, stamp | coded})
	done = true
	if err != nil {
		rt.failed(w, r, err, cell.begun(stamp))
	}
}

// failed answers the error of a HandlerFunc, of no route outside of a router.
func (rt *Route) failed(w http.ResponseWriter, r *http.Request, err error, begun bool) {
	if rt == nil {
		rt = bareRoute()
	}
	if begun {
		rt.log(w, r, slog.LevelError, "the handler failed after the response had begun", err)
		panic(http.ErrAbortHandler)
	}
	rt.fail(w, r, err)
}

// ErrContextUsedLate is what a helper of a [Context] returns after its request.
const ErrContextUsedLate = sentinel("wend: the context was used after its request had ended")

// sentinel is a constant error.
type sentinel string

// Error returns the text.
func (s sentinel) Error() string { return string(s) }

// Request returns the request.
func (c Context) Request() *http.Request { return c.r }

// Context returns the request's context.
func (c Context) Context() context.Context { return c.r.Context() }

// Route returns the matched route, or nil outside of a router of this package.
func (c Context) Route() *Route { return c.rt }

// Writer returns the response writer, in a wrapper that tells wend when the first
// byte leaves. [http.ResponseController] works on it.
func (c Context) Writer() http.ResponseWriter {
	return rw.New(c.w, func() { c.cell.begin(c.stamp) })
}

// Param returns a path parameter, decoded once; "" when there is none.
func (c Context) Param(name string) string {
	if c.rt == nil {
		return c.r.PathValue(name)
	}
	if c.path == "" {
		return ""
	}
	start, end := 0, 0
	for i := range c.rt.params {
		p := &c.rt.params[i]
		start, end = p.Value(c.path, end, c.lens.Next())
		// Optimization: comparing whole names was a third of reading 20 of 20.
		if len(p.Name) != len(name) || p.Name[0] != name[0] || p.Name != name {
			continue
		}
		if c.stamp&1 == 1 {
			return radix.Value(c.path[start:end])
		}
		return c.path[start:end]
	}
	return ""
}

// Bind reads the request into dst, a pointer to a struct with source tags or to a
// body type, with every rule, as a typed endpoint does. The error is answered with
// its own status when the handler returns it.
func (c Context) Bind(dst any) error {
	p := reflect.ValueOf(dst)
	if p.Kind() != reflect.Pointer || p.IsNil() {
		return fmt.Errorf("wend: Bind wants a pointer, not %T", dst)
	}
	if c.rt == nil {
		return bareSet.BindRequest(c.r, dst)
	}
	plan, err := c.rt.bindPlan(p.Type().Elem())
	if err != nil {
		return err
	}
	in := binding.Incoming{Request: c.r, Writer: c.w, Limits: c.rt.opts.limits()}
	for _, name := range plan.PathNames() {
		in.Values = append(in.Values, c.Param(name))
	}
	return plan.Bind(&in, p.UnsafePointer())
}

// bindPlan compiles a type that a handler binds by itself, once for each route.
func (rt *Route) bindPlan(t reflect.Type) (*binding.Plan, error) {
	binds := rt.binds.Load()
	if binds == nil {
		rt.binds.CompareAndSwap(nil, new(sync.Map))
		binds = rt.binds.Load()
	}
	if plan, ok := binds.Load(t); ok {
		return plan.(*binding.Plan), nil
	}
	config := rt.config()
	config.Injects = nil
	plan, problems := rt.scope.core.set.Input(t, config)
	if len(problems) > 0 {
		return nil, &RegistrationError{What: "Bind of " + t.String(), Site: rt.Site(), Problems: problems}
	}
	binds.Store(t, plan)
	return plan, nil
}

// begin checks that the request is not over and marks the response as begun.
func (c Context) begin() error {
	if c.cell == nil || !c.cell.begin(c.stamp) {
		return ErrContextUsedLate
	}
	return nil
}

// Content types that many responses share. Each has capacity one, so that Header.Add
// copies it; nothing writes to them.
var (
	typeJSON = []string{"application/json"}
	typeText = []string{"text/plain; charset=utf-8"}
)

// finalStatus refuses a status that cannot be that of a response; net/http panics on one
// that is no number of three digits, and takes 1xx for an interim response.
func finalStatus(status int) error {
	if status < 200 || status > 999 {
		return fmt.Errorf("%d is not the status of a response", status)
	}
	return nil
}

// head sends the header of a body of so many bytes. It reports whether the body
// follows: not on HEAD, and not with a status that has none, such as 204.
func (c Context) head(status int, mediaType []string, length int) (more bool, err error) {
	if err := finalStatus(status); err != nil {
		return false, err
	}
	if err := c.begin(); err != nil {
		return false, err
	}
	if !bodyAllowed(status) {
		c.w.WriteHeader(status)
		return false, nil
	}
	h := c.w.Header()
	if _, set := h["Content-Type"]; !set {
		h["Content-Type"] = mediaType
	}
	setLength(h, length)
	c.w.WriteHeader(status)
	return c.r.Method != http.MethodHead, nil
}

// write sends a whole body.
func (c Context) write(status int, mediaType []string, body []byte) error {
	more, err := c.head(status, mediaType, len(body))
	if more {
		_, err = c.w.Write(body)
	}
	return err
}

// JSON answers with v as JSON, encoded as a typed endpoint does: nil slices and
// maps are [] and {}. A value that JSON cannot express is an error, and nothing is
// written.
func (c Context) JSON(status int, v any) error {
	body, err := c.encode(v)
	if err != nil {
		return err
	}
	return c.write(status, typeJSON, body)
}

func (c Context) encode(v any) ([]byte, error) {
	if c.rt == nil {
		return bareSet.AppendJSON(nil, v)
	}
	switch v.(type) {
	case json.Marshaler:
		return json.Marshal(v)
	}
	return c.rt.scope.core.set.AppendJSON(nil, v)
}

// Text answers with plain text in UTF-8.
func (c Context) Text(status int, text string) error {
	more, err := c.head(status, typeText, len(text))
	if more {
		_, err = io.WriteString(c.w, text)
	}
	return err
}

// Blob answers with bytes of a media type.
func (c Context) Blob(status int, mediaType string, data []byte) error {
	if mediaType == "" {
		mediaType = "application/octet-stream"
	}
	value := []string{mediaType}
	if err := checkHeader(http.Header{"Content-Type": value}); err != nil {
		return err
	}
	return c.write(status, value, data)
}

// NoContent answers 204.
func (c Context) NoContent() error {
	if err := c.begin(); err != nil {
		return err
	}
	c.w.WriteHeader(http.StatusNoContent)
	return nil
}

// URL builds the path of a named route, looked for from the matched route's group
// outwards.
func (c Context) URL(name string, values ...any) (string, error) {
	if c.rt == nil {
		return "", errors.New("wend: URL outside of a router")
	}
	return c.rt.scope.URL(name, values...)
}
