package middleware

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// Heartbeat answers 200 with the text "ok" to GET and HEAD of one path, ahead of
// everything behind it: routing, logs, guards. It panics on what is not a path.
func Heartbeat(path string) func(http.Handler) http.Handler {
	if path == "" || path[0] != '/' {
		panic("middleware: Heartbeat: " + strconv.Quote(path) + " is not a path")
	}
	health := Health()
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == path && (r.Method == http.MethodGet || r.Method == http.MethodHead) {
				health.ServeHTTP(w, r)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}

// Health is a handler that answers 200 with the text "ok": the process serves. It asks
// nothing else, so that a database that is down does not get the process killed.
func Health() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		h := w.Header()
		h["Content-Type"] = []string{"text/plain; charset=utf-8"}
		h["Cache-Control"] = []string{"no-store"}
		_, _ = w.Write([]byte("ok"))
	})
}

// Check is one thing that must work before requests can be served.
type Check struct {
	Name    string        // in the answer; not empty, and unlike the others
	Timeout time.Duration // 0 is 2 seconds
	Run     func(context.Context) error
}

// defaultCheckTimeout is the default of Check.Timeout.
const defaultCheckTimeout = 2 * time.Second

// Ready is a handler that answers 200 when requests can be served, and 503 while a
// check fails or draining is closed, so that a load balancer looks elsewhere:
//
//	r.Handle("GET /readyz", middleware.Ready(r.Draining(), middleware.Check{Name: "db", Run: db.PingContext}))
//
// The body is JSON and names each check as "ok", "failed" or "timeout"; why, is logged
// by slog.Default. Checks run beside each other, each for its own time. However many
// ask, a check runs once at a time and all of them get its answer; one that ignores its
// context and goes on after its time is not started again before it has returned. A nil
// draining never drains. It panics on a check without a name or function, or a name
// that stands twice.
func Ready(draining <-chan struct{}, checks ...Check) http.Handler {
	probes := make([]*probe, len(checks))
	names := map[string]bool{}
	for i, c := range checks {
		if c.Name == "" || c.Run == nil || c.Timeout < 0 || names[c.Name] {
			panic("middleware: Ready: the check " + strconv.Quote(c.Name) + " wants a name of its own, a function, and no negative timeout")
		}
		names[c.Name] = true
		if c.Timeout == 0 {
			c.Timeout = defaultCheckTimeout
		}
		probes[i] = &probe{Check: c}
	}
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		status, answer := http.StatusOK, readiness{Status: "ok", Checks: make(map[string]string, len(probes))}
		select {
		case <-draining:
			status, answer.Status = http.StatusServiceUnavailable, "draining"
		default:
			for i, result := range runAll(probes) {
				answer.Checks[probes[i].Name] = result
				if result != "ok" {
					status, answer.Status = http.StatusServiceUnavailable, "failed"
				}
			}
		}
		body, _ := json.Marshal(answer) // strings can be marshaled
		h := w.Header()
		h["Content-Type"] = []string{"application/json"}
		h["Cache-Control"] = []string{"no-store"}
		w.WriteHeader(status)
		_, _ = w.Write(body)
	})
}

// readiness is the body of Ready.
type readiness struct {
	Status string            `json:"status"`
	Checks map[string]string `json:"checks,omitempty"`
}

// probe is a check and its run that is under way.
type probe struct {
	Check
	mu  sync.Mutex
	run *run // nil if there is none
}

// run is one call of a check.
type run struct {
	done chan struct{} // closed at the end
	late chan struct{} // closed when the time is over
	err  error
}

func runAll(probes []*probe) []string {
	runs := make([]*run, len(probes))
	for i, p := range probes {
		runs[i] = p.start()
	}
	results := make([]string, len(probes))
	for i, r := range runs {
		select {
		case <-r.done:
		case <-r.late: // a check that looks at its context is done as well, or will be
			results[i] = "timeout"
			continue
		}
		switch {
		case r.err == nil:
			results[i] = "ok"
		case errors.Is(r.err, context.DeadlineExceeded):
			results[i] = "timeout"
		default:
			results[i] = "failed"
		}
	}
	return results
}

// start returns the run under way, or a new one. It does not end with the request that
// has started it, since others may wait for it.
func (p *probe) start() *run {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.run != nil {
		return p.run
	}
	r := &run{done: make(chan struct{}), late: make(chan struct{})}
	p.run = r
	ctx, cancel := context.WithTimeout(context.Background(), p.Timeout)
	stop := context.AfterFunc(ctx, func() { close(r.late) })
	go func() {
		defer cancel()
		r.err = p.call(ctx)
		if r.err != nil {
			slog.Default().LogAttrs(ctx, slog.LevelWarn, "not ready", slog.String("check", p.Name), slog.String("cause", r.err.Error()))
		}
		stop()
		p.mu.Lock()
		p.run = nil
		p.mu.Unlock()
		close(r.done)
	}()
	return r
}

func (p *probe) call(ctx context.Context) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("the check panicked: %v", v)
		}
	}()
	return p.Run(ctx)
}
