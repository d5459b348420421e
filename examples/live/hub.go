package main

import (
	"crypto/rand"
	"strconv"
	"strings"
	"sync"
)

// maxKept is how many updates can be told again.
const maxKept = 200

// hub keeps the last updates and wakes who waits for the next. It has no queue for each
// client: all read the same list, each at its own pace, so one that is slow costs nothing
// and misses only what is older than the list.
type hub struct {
	run string // of this process; the numbers of another one mean nothing here

	mu      sync.Mutex
	kept    []Update
	first   int           // the number of kept[0]
	changed chan struct{} // closed with the next update
}

func newHub() *hub { return &hub{run: rand.Text()[:8], first: 1, changed: make(chan struct{})} }

// publish tells everybody.
func (h *hub) publish(u Update) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.kept = append(h.kept, u); len(h.kept) > maxKept {
		h.kept = h.kept[1:] // append moves the rest to a new array now and then
		h.first++
	}
	close(h.changed)
	h.changed = make(chan struct{})
}

// since returns what has happened behind the update of a number, the number of the first
// of these, and a channel that is closed when there is more.
func (h *hub) since(number int) (updates []Update, first int, changed <-chan struct{}) {
	h.mu.Lock()
	defer h.mu.Unlock()
	skip := min(max(number+1-h.first, 0), len(h.kept))
	return h.kept[skip:], h.first + skip, h.changed // nobody writes to what is in the list
}

// id names an update for a client that may come back.
func (h *hub) id(number int) string { return h.run + "." + strconv.Itoa(number) }

// number is that of an id; 0, before the first, for one that this process has not given.
func (h *hub) number(id string) int {
	text, ok := strings.CutPrefix(id, h.run+".")
	n, err := strconv.Atoi(text)
	if !ok || err != nil {
		return 0
	}
	return n
}
