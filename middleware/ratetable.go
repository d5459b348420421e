package middleware

import (
	"container/list"
	"context"
	"sync"
	"time"
)

// maxRateKeys bounds the table of a rate limit.
const maxRateKeys = 100_000

// evictionLooks is how many clients are looked at for one to forget.
const evictionLooks = 8

// maxSharedLimits bounds the buckets of a full table: a program has a few tiers.
const maxSharedLimits = 16

// rateTable is a bounded table of token buckets, by time of last use.
type rateTable struct {
	size int

	mu      sync.Mutex
	buckets map[string]*list.Element
	recent  *list.List            // of *rateBucket, the latest first
	shared  map[Limit]tokenBucket // for those that find the table full
}

type rateBucket struct {
	key string
	tokenBucket
}

func newRateTable(size int) *rateTable {
	return &rateTable{size: size, buckets: map[string]*list.Element{}, recent: list.New(), shared: map[Limit]tokenBucket{}}
}

// Allow takes a token of a key.
func (t *rateTable) Allow(_ context.Context, key string, limit Limit) (Quota, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := time.Now()
	b := t.bucket(key, limit, now)
	return b.take(limit, now), nil
}

func (t *rateTable) bucket(key string, limit Limit, now time.Time) tokenBucket {
	if e, ok := t.buckets[key]; ok {
		t.recent.MoveToFront(e)
		b := e.Value.(*rateBucket).tokenBucket
		b.follow(limit, now)
		return b
	}
	if t.recent.Len() >= t.size && !t.evict(now) {
		return t.sharedBucket(limit)
	}
	b := newBucket(limit)
	t.buckets[key] = t.recent.PushFront(&rateBucket{key, b})
	return b
}

func (t *rateTable) sharedBucket(limit Limit) tokenBucket {
	b, ok := t.shared[limit]
	if !ok {
		if len(t.shared) >= maxSharedLimits {
			clear(t.shared)
		}
		b = newBucket(limit)
		t.shared[limit] = b
	}
	return b
}

// evict forgets one of the clients that asked longest ago, if its bucket is full
// again. Tiers fill at different paces, so it looks at a few.
func (t *rateTable) evict(now time.Time) bool {
	e := t.recent.Back()
	for range evictionLooks {
		if e == nil {
			return false
		}
		b := e.Value.(*rateBucket)
		if b.full(now) {
			t.recent.Remove(e)
			delete(t.buckets, b.key)
			return true
		}
		e = e.Prev()
	}
	return false
}
