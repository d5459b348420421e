package main

import (
	"context"
	"database/sql"
	"strconv"
	"sync"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/binding"
)

// Change is something that happens to a trip. The name of an event is its kind, and so is
// the member kind of the data.
type Change interface{ change() }

// TripChanged says that a trip has another plan.
type TripChanged struct {
	Trip Trip `json:"trip"`
}

// StopAdded says that there is another stop.
type StopAdded struct {
	Stop Stop `json:"stop"`
}

// StopChanged says that a stop is not what it was.
type StopChanged struct {
	Stop Stop `json:"stop"`
}

// StopRemoved says that a stop has gone.
type StopRemoved struct {
	ID int64 `json:"id"`
}

func (TripChanged) change() {}
func (StopAdded) change()   {}
func (StopChanged) change() {}
func (StopRemoved) change() {}

var changes = binding.Union[Change]("kind",
	binding.Variant[TripChanged]("trip_changed"),
	binding.Variant[StopAdded]("stop_added"),
	binding.Variant[StopChanged]("stop_changed"),
	binding.Variant[StopRemoved]("stop_removed"),
)

// bell wakes who watches. It says nothing of what has happened: that is in the table, so
// that it is there as well for who was away.
type bell struct {
	mu   sync.Mutex
	rung chan struct{}
}

func newBell() *bell { return &bell{rung: make(chan struct{})} }

func (b *bell) ring() {
	b.mu.Lock()
	defer b.mu.Unlock()
	close(b.rung)
	b.rung = make(chan struct{})
}

// next is closed by the next ring.
func (b *bell) next() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.rung
}

type journalInput struct {
	Tx    *sql.Tx
	Tasks *wend.Tasks
	Bell  *bell
}

// journal notes changes in the transaction of a request. Who watches is woken behind the
// commit, and not at all when there is none: that is when tasks run.
type journal struct{ journalInput }

func newJournal(_ context.Context, in journalInput) (*journal, error) { return &journal{in}, nil }

func (j *journal) note(ctx context.Context, trip int64, c Change) error {
	_, err := j.Tx.ExecContext(ctx, `INSERT INTO changes (trip, data) VALUES (?, ?)`, trip, column[Change]{&c})
	j.Tasks.Go(func(context.Context) error { j.Bell.ring(); return nil })
	return err
}

type noted struct {
	id     int64
	change Change
}

func since(ctx context.Context, db reader, trip, last int64) ([]noted, error) {
	return selectAll(ctx, db, func(n *noted) []any { return []any{&n.id, column[Change]{&n.change}} },
		`SELECT id, data FROM changes WHERE trip = ? AND id > ? ORDER BY id LIMIT 100`, trip, last)
}

type watchInput struct {
	Trip Trip
	DB   reader
	Bell *bell
	Last int64 `header:"Last-Event-ID" default:"0" validate:"min=0" doc:"the last event that was seen"`
}

// watch sends what happens to a trip, and first what has happened since the event that
// the client has seen last.
func watch(ctx context.Context, in watchInput) (wend.Events[Change], error) {
	return func(yield func(wend.Event[Change], error) bool) {
		for last := in.Last; ; {
			more := in.Bell.next() // before the look, so that nothing comes between
			news, err := since(ctx, in.DB, in.Trip.ID, last)
			if err != nil {
				yield(wend.Event[Change]{}, err)
				return
			}
			for _, n := range news {
				if last = n.id; !yield(wend.Event[Change]{ID: strconv.FormatInt(n.id, 10), Data: n.change}, nil) {
					return
				}
			}
			if len(news) > 0 {
				continue // there may be more than a look shows
			}
			select {
			case <-more:
			case <-ctx.Done():
				return
			}
		}
	}, nil
}
