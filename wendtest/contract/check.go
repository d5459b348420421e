package contract

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/wend-go/wend"
)

// Check returns a handler that serves by r and compares every response with r's
// document; wendtest.New, httptest and a server take it in place of r. A response that
// differs fails t, without ending it, with what differs; the same difference of one
// route is told once. A status from 400 to 499 that only the response named default
// covers is a difference, and the message has the line to add, unless a middleware has
// answered and the route was not reached: what a rate limit or a guard against forged
// requests says is an error like any other, and default states what it looks like. With
// [Strict] it is a difference, too.
//
// The document is built when the first request comes. A test in which no request came
// fails, too: then the handler was given to nobody.
func Check(t testing.TB, r *wend.Router, opts ...Option) http.Handler {
	t.Helper()
	s := collect(t, opts)
	if r == nil {
		t.Fatal("contract: the router is nil")
	}
	teller := &teller{t: t, told: map[string]bool{}}
	h := &observed{
		router:   r,
		contract: sync.OnceValue(func() *contract { return s.load(t, r) }),
		seen: func(op *operation, a *answer) {
			teller.tell(op, a, op.differences(a), "")
		},
	}
	t.Cleanup(func() {
		if !h.used.Load() && !t.Failed() && !t.Skipped() {
			t.Error("contract: Check saw no request; serve by the handler that it returns, as in wendtest.New(t, contract.Check(t, r))")
		}
	})
	return h
}

// maxTold bounds what one test prints.
const maxTold = 20

// teller reports differences, each of an operation once.
type teller struct {
	t testing.TB

	mu    sync.Mutex
	told  map[string]bool
	count int
}

func (tl *teller) tell(op *operation, a *answer, differences []string, request string) {
	tl.mu.Lock()
	defer tl.mu.Unlock()
	var fresh []string
	for _, d := range differences {
		key := op.pattern + "\x00" + d
		if !tl.told[key] {
			tl.told[key] = true
			fresh = append(fresh, d)
		}
	}
	if len(fresh) == 0 {
		return
	}
	if tl.count++; tl.count > maxTold {
		return
	}
	tl.t.Errorf("%s, registered at %s, answered %d against its document:\n  - %s%s", op.pattern, op.site, a.status,
		strings.Join(fresh, "\n  - "), request)
}
