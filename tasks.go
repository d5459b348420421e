package wend

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"sync"
	"time"

	"github.com/wend-go/wend/internal/problem"
)

// maxTasks is how many tasks of a router may run at a time.
const maxTasks = 1000

// Tasks takes work that is done after the response: a mail, a thumbnail. A handler has
// it as a field *Tasks without a tag. It belongs to one request and is safe for
// concurrent use.
type Tasks struct {
	mu    sync.Mutex
	given []func(context.Context) error
	over  bool
	late  func() // logs a task that comes behind the request
}

// Go notes a task and returns at once. Tasks start when the response has been written,
// each in a goroutine of its own, and not at all when the request fails. Their context
// has the request's values and not its end: it is cancelled when the server's drain runs
// out of time. An error or a panic is logged.
//
// A router runs at most 1000 tasks at a time. A request whose tasks do not fit is
// answered 503, and none of them runs.
func (t *Tasks) Go(f func(context.Context) error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.over {
		t.late()
		return
	}
	t.given = append(t.given, f)
}

// take ends the collecting and returns what was collected.
func (t *Tasks) take() []func(context.Context) error {
	if t == nil {
		return nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.over = true
	return t.given
}

// taskSet is what a router knows of its tasks.
type taskSet struct {
	mu      sync.Mutex
	running int
	idle    chan struct{} // closed when the last one has ended; nil while nobody waits
}

// reserve makes room for n tasks, or for none.
func (s *taskSet) reserve(n int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.running+n > maxTasks {
		return false
	}
	s.running += n
	return true
}

func (s *taskSet) release(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.running -= n; s.running == 0 && s.idle != nil {
		close(s.idle)
		s.idle = nil
	}
}

// wait returns when no task runs, or with the context's error.
func (s *taskSet) wait(ctx context.Context) error {
	s.mu.Lock()
	if s.running == 0 {
		s.mu.Unlock()
		return nil
	}
	if s.idle == nil {
		s.idle = make(chan struct{})
	}
	idle := s.idle
	s.mu.Unlock()
	select {
	case <-idle:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("tasks still run: %w", ctx.Err())
	}
}

// errBusy is the answer to a request whose tasks do not fit.
var errBusy = &Error{Status: http.StatusServiceUnavailable, Detail: "too much work is waiting", Header: http.Header{"Retry-After": {"1"}}}

// newTasks makes the Tasks of a request.
func (x *exchange) newTasks() *Tasks {
	if x.tasks == nil {
		op, w, r := x.op, x.w, x.r
		x.tasks = &Tasks{late: func() {
			op.rt.log(w, r, slog.LevelError, "a task was given after its request had ended, and does not run", nil)
		}}
	}
	return x.tasks
}

// reserveTasks makes room for what the handler wants to be done.
func (x *exchange) reserveTasks() error {
	x.todo = x.tasks.take()
	if len(x.todo) > 0 && !x.op.rt.scope.serving().run.tasks.reserve(len(x.todo)) {
		x.todo = nil
		return errBusy
	}
	return nil
}

// dropTasks gives the room back that the tasks of a failed request have.
func (x *exchange) dropTasks() {
	x.tasks.take()
	if len(x.todo) > 0 {
		x.op.rt.scope.serving().run.tasks.release(len(x.todo))
		x.todo = nil
	}
}

// startTasks starts what was reserved, behind the response.
func (x *exchange) startTasks() {
	if len(x.todo) == 0 {
		return
	}
	_ = http.NewResponseController(x.w).Flush() // the client does not wait for a task
	for _, f := range x.todo {
		go x.op.rt.runTask(problem.RequestID(x.w), x.r, f)
	}
	x.todo = nil
}

// runTask runs one task to its end.
func (rt *Route) runTask(requestID string, r *http.Request, f func(context.Context) error) {
	c := rt.scope.serving()
	defer c.run.tasks.release(1)
	ctx, cancel := context.WithCancelCause(context.WithoutCancel(r.Context()))
	defer cancel(nil)
	defer context.AfterFunc(c.run.hard(), func() { cancel(ErrDraining) })()
	start := time.Now()
	err := callTask(ctx, f)
	took := time.Since(start)
	if err != nil {
		attrs := []slog.Attr{slog.String("method", r.Method), slog.String("pattern", r.Pattern), slog.String("cause", err.Error())}
		if requestID != "" {
			attrs = append(attrs, slog.String("request_id", requestID))
		}
		c.logger().LogAttrs(ctx, slog.LevelError, "task failed", attrs...)
	}
	for _, hook := range c.opts.router.onTask {
		_ = callTask(ctx, func(ctx context.Context) error { hook(ctx, took, err); return nil })
	}
}

func callTask(ctx context.Context, f func(context.Context) error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v\n%s", v, debug.Stack())
		}
	}()
	if f == nil {
		return errors.New("the task is nil")
	}
	return f(ctx)
}
