package wend

import (
	"context"
	"errors"
	"fmt"
	"sync"
)

// ErrDraining is the cause with which the context of a stream ends when the server
// begins to stop, and that of a task when the time for it has run out.
const ErrDraining = sentinel("wend: the server is stopping")

// running is the state of a router in use. Its end comes in three steps.
type running struct {
	starts  sync.Mutex // held while OnStart and OnStop functions run, which may ask for what mu guards
	users   int        // Starts without their Stop
	started int        // OnStart functions that have succeeded

	mu       sync.Mutex
	draining phase
	streams  phase // their contexts end with it
	tasks    taskSet
	work     phase // the contexts of tasks end with it
}

// phase is a step of the end.
type phase struct {
	ctx   context.Context
	begin context.CancelCauseFunc
}

func newPhase() (p phase) {
	p.ctx, p.begin = context.WithCancelCause(context.Background())
	return p
}

func (s *running) init() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.draining, s.streams, s.work = newPhase(), newPhase(), newPhase()
}

// at returns the context of a phase; outside of a router it never ends.
func (s *running) at(p *phase) context.Context {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p.ctx == nil {
		return context.Background()
	}
	return p.ctx
}

func (s *running) begin(p *phase) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p.begin(ErrDraining)
}

func (s *running) beginDrain() { s.begin(&s.draining) }
func (s *running) endStreams() { s.begin(&s.streams) }

// hard ends when tasks have had their time.
func (s *running) hard() context.Context { return s.at(&s.work) }

// Draining is closed when the drain begins: readiness checks turn negative then.
func (r *Router) Draining() <-chan struct{} {
	s := &r.serving().run
	return s.at(&s.draining).Done()
}

// Start runs the OnStart functions without serving, for a program or a test that
// serves the router by other means; Run and Serve do it by themselves. When one
// fails, what had started is stopped, within the timeout of [Drain] even if ctx has
// ended. Several users may start a router: the functions run for the first, and those of
// OnStop after the last one's Stop.
func (r *Router) Start(ctx context.Context) error {
	if err := r.Err(); err != nil {
		return err
	}
	c := r.serving()
	s := &c.run
	s.starts.Lock()
	defer s.starts.Unlock()
	if s.users++; s.users > 1 {
		return nil
	}
	if s.at(&s.draining).Err() != nil {
		s.init()
	}
	s.started = 0
	for _, f := range c.opts.router.onStart {
		if err := f(ctx); err != nil {
			s.users--
			return errors.Join(fmt.Errorf("wend: start: %w", err), c.stopStarted(ctx))
		}
		s.started++
	}
	return nil
}

// stopStarted ends what a Start has begun that fails. Its context may be why it fails, and
// the OnStop functions have work to do all the same.
func (c *core) stopStarted(ctx context.Context) error {
	timeout, _ := c.drainTimes()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), timeout)
	defer cancel()
	return c.runStops(ctx)
}

// Stop ends what Start began: Draining closes, streams end, tasks are waited for as long
// as ctx allows, and the OnStop functions run, in the reverse order. All errors are
// joined.
func (r *Router) Stop(ctx context.Context) error {
	c := r.serving()
	s := &c.run
	s.starts.Lock()
	defer s.starts.Unlock()
	if s.users--; s.users > 0 {
		return nil
	}
	s.beginDrain()
	s.endStreams()
	err := s.tasks.wait(ctx)
	if err != nil {
		err = fmt.Errorf("wend: stop: %w", err)
	}
	s.begin(&s.work)
	return errors.Join(err, c.runStops(ctx))
}

// runStops runs, in reverse order, the OnStop functions whose OnStart ones have run.
func (c *core) runStops(ctx context.Context) error {
	var errs []error
	hooks := c.opts.router.onStop
	for i := len(hooks) - 1; i >= 0; i-- {
		if hooks[i].after <= c.run.started {
			errs = append(errs, hooks[i].run(ctx))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("wend: stop: %w", err)
	}
	return nil
}
