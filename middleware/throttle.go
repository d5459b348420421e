package middleware

import (
	"net/http"
	"time"
)

// Capacity is how much a [Throttle] lets through at once.
type Capacity struct {
	InFlight int           // requests at a time; at least 1
	Queue    int           // requests that may wait for one of them; 0 is none
	Wait     time.Duration // the longest that one waits; 0 is 5 seconds
}

// defaultWait is the default of Capacity.Wait.
const defaultWait = 5 * time.Second

// Throttle bounds how many requests are served at a time. More of them wait in a queue,
// and when that is full, or one has waited too long, the answer is a 503 with
// Retry-After: a server that is too busy says so at once instead of failing late. A
// request whose client has gone leaves the queue. It panics on a Capacity that is not
// valid.
func Throttle(c Capacity) func(http.Handler) http.Handler {
	if c.InFlight < 1 || c.Queue < 0 || c.Wait < 0 {
		panic("middleware: Throttle wants at least 1 request in flight, and no negative queue or wait")
	}
	if c.Wait == 0 {
		c.Wait = defaultWait
	}
	t := &throttle{
		serving: make(chan struct{}, c.InFlight), waiting: make(chan struct{}, c.Queue),
		wait: c.Wait, retry: seconds(max(time.Second, c.Wait)),
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !t.enter(r) {
				reject(w, r, http.StatusServiceUnavailable, "too many requests are being served", "Retry-After", t.retry)
				return
			}
			defer func() { <-t.serving }()
			next.ServeHTTP(w, r)
		})
	}
}

type throttle struct {
	serving, waiting chan struct{} // a token for each request
	wait             time.Duration
	retry            string
}

// enter takes a place among those being served, after waiting if need be.
func (t *throttle) enter(r *http.Request) bool {
	select {
	case t.serving <- struct{}{}:
		return true
	default:
	}
	select {
	case t.waiting <- struct{}{}:
	default:
		return false
	}
	defer func() { <-t.waiting }()
	timer := time.NewTimer(t.wait)
	defer timer.Stop()
	select {
	case t.serving <- struct{}{}:
		return true
	case <-timer.C:
	case <-r.Context().Done():
	}
	return false
}
