package contract

import (
	"context"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/wendtest"
)

// streamTime is how long a stream is read.
const streamTime = 200 * time.Millisecond

// Fuzz sends requests that are made of r's document to every operation: values at the
// bounds of the schemas, beside them, of another type, missing, and bodies that are not
// well-formed; where the router has codecs, in their media types, too. It fails t when an answer differs from the document, as [Check] does,
// when a handler's error from 500 to 599 is not declared by its own status, and when a
// request that the document refuses is not.
//
// The same seed makes the same requests, and the message shows them. The handlers run
// in this process and do what they do: give r a store of its own. A response that is a
// stream is read for a fifth of a second.
func Fuzz(t testing.TB, r *wend.Router, opts ...Option) {
	t.Helper()
	s := collect(t, opts)
	c := s.load(t, r)
	f := &fuzzer{teller: &teller{t: t, told: map[string]bool{}}, taken: map[*operation]int{}, statuses: map[*operation]map[int]bool{}}
	client := wendtest.New(t, &observed{router: r, contract: func() *contract { return c }, seen: f.note}, s.client...)
	operations := c.sorted()
	for i := range s.requests {
		for _, op := range operations {
			seed := s.seed + uint64(i)
			g := &generator{Rand: rand.New(rand.NewPCG(seed, hash(op.pattern))), steady: i%2 == 0}
			f.send(client, g.settled(op), op, seed)
		}
	}
	for _, op := range operations {
		t.Logf("%s: %d requests, %d taken, statuses %v", op.pattern, s.requests, f.taken[op], slices.Sorted(maps.Keys(f.statuses[op])))
	}
	if f.teller.count > maxTold {
		t.Errorf("contract: and %d more like these", f.teller.count-maxTold)
	}
}

// hash makes the requests of an operation depend on nothing but its pattern.
func hash(text string) uint64 {
	h := uint64(14695981039346656037) // FNV-1a
	for i := range len(text) {
		h = (h ^ uint64(text[i])) * 1099511628211
	}
	return h
}

type fuzzer struct {
	teller   *teller
	taken    map[*operation]int // requests that were not refused
	statuses map[*operation]map[int]bool

	mu     sync.Mutex
	op     *operation // that answered last
	answer *answer
}

func (f *fuzzer) note(op *operation, a *answer) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.op, f.answer = op, a
}

// send sends a request made for an operation; another may answer it, when a parameter
// spells a literal of its pattern.
func (f *fuzzer) send(client *wendtest.Client, r *request, made *operation, seed uint64) {
	f.note(nil, nil)
	opts := r.options()
	if made.streams() {
		ctx, cancel := context.WithTimeout(context.Background(), streamTime)
		defer cancel()
		opts = append(opts, wendtest.Context(ctx))
	}
	res := client.Do(r.method, r.target, r.body, opts...)
	raw := res.Raw()
	_, _ = io.Copy(io.Discard, raw.Body) // an aborted response is judged as far as it came
	res.Close()
	f.mu.Lock()
	op, a := f.op, f.answer
	f.mu.Unlock()
	if op == nil {
		return
	}
	if f.statuses[op] == nil {
		f.statuses[op] = map[int]bool{}
	}
	f.statuses[op][a.status] = true
	if a.status < 400 {
		f.taken[op]++
	}
	differences := op.differences(a)
	if a.status >= 500 && (!a.outside || op.strict) && op.responses[strconv.Itoa(a.status)] == nil {
		differences = append(differences, fmt.Sprintf("the server's error %d is not declared", a.status))
	}
	if op == made && a.status < 400 && len(r.wrong) > 0 {
		differences = append(differences, "a request is taken that the document refuses: "+strings.Join(r.wrong, "; "))
	}
	f.teller.tell(op, a, differences, fmt.Sprintf("\n  seed %d%s", seed, r))
}

// streams reports whether an answer may have no end.
func (op *operation) streams() bool {
	for _, r := range op.responses {
		for name, m := range r.content {
			if m.item != nil || slices.Contains([]string{eventStream, "application/jsonl", "application/x-ndjson"}, name) {
				return true
			}
		}
	}
	return false
}
