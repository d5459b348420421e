package middleware

import (
	"container/list"
	"math"
	"net/http"
	"net/netip"
	"strconv"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/wend-go/wend/internal/problem"
)

// maxRateKeys bounds the table of a rate limit.
const maxRateKeys = 100_000

// Rate says how often one client may ask.
type Rate struct {
	PerSecond float64 // requests a second in the long run; must be positive
	Burst     int     // requests at once; at least 1
	// Key tells clients apart; nil is the address of the connection, an IPv6 one by
	// its /64 network. "" is not limited.
	Key func(*http.Request) string
}

// RateLimit answers 429 with Retry-After to a client that has used up its rate. It
// remembers 100,000 clients. A full table forgets the one that asked longest ago
// and has its whole burst again; while there is none, new clients share one bucket:
// an offender is never forgotten because others came.
func RateLimit(limit Rate) func(http.Handler) http.Handler {
	if !(limit.PerSecond > 0) || limit.Burst < 1 {
		panic("middleware: RateLimit wants a positive PerSecond and a Burst of at least 1")
	}
	if limit.Key == nil {
		limit.Key = addressKey
	}
	table := newRateTable(limit, maxRateKeys)
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			key := limit.Key(r)
			if key == "" {
				next.ServeHTTP(w, r)
				return
			}
			if wait, ok := table.allow(key, time.Now()); !ok {
				seconds := max(1, int(math.Ceil(wait.Seconds())))
				problem.Reject(w, r, problem.Rejection{
					Status: http.StatusTooManyRequests, Detail: "too many requests",
					Header: http.Header{"Retry-After": {strconv.Itoa(seconds)}},
				})
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}

// addressKey is the client's network: one address of IPv4, one /64 of IPv6, which
// is what one customer has.
func addressKey(r *http.Request) string {
	addr, err := netip.ParseAddr(clientHost(r))
	if err != nil {
		return clientHost(r)
	}
	addr = addr.Unmap().WithZone("")
	if addr.Is6() {
		prefix, _ := addr.Prefix(64) // an IPv6 address has one
		return prefix.String()
	}
	return addr.String()
}

// rateTable is a bounded table of token buckets, by time of last use.
type rateTable struct {
	limit Rate
	size  int

	mu      sync.Mutex
	buckets map[string]*list.Element
	recent  *list.List // of *rateBucket, the latest first
	shared  *rate.Limiter
}

type rateBucket struct {
	key     string
	limiter *rate.Limiter
}

func newRateTable(limit Rate, size int) *rateTable {
	return &rateTable{limit: limit, size: size, buckets: map[string]*list.Element{}, recent: list.New(), shared: newBucket(limit)}
}

func newBucket(limit Rate) *rate.Limiter {
	return rate.NewLimiter(rate.Limit(limit.PerSecond), limit.Burst)
}

// allow takes a token of a key, or says how long to wait for one.
func (t *rateTable) allow(key string, now time.Time) (wait time.Duration, ok bool) {
	t.mu.Lock()
	limiter := t.bucket(key, now)
	t.mu.Unlock()
	if limiter.AllowN(now, 1) {
		return 0, true
	}
	missing := 1 - limiter.TokensAt(now)
	return time.Duration(missing / t.limit.PerSecond * float64(time.Second)), false
}

func (t *rateTable) bucket(key string, now time.Time) *rate.Limiter {
	if e, ok := t.buckets[key]; ok {
		t.recent.MoveToFront(e)
		return e.Value.(*rateBucket).limiter
	}
	if t.recent.Len() >= t.size && !t.evict(now) {
		return t.shared
	}
	b := &rateBucket{key, newBucket(t.limit)}
	t.buckets[key] = t.recent.PushFront(b)
	return b.limiter
}

// evict forgets the client that asked longest ago, if its bucket is full again.
func (t *rateTable) evict(now time.Time) bool {
	oldest := t.recent.Back()
	b := oldest.Value.(*rateBucket)
	if b.limiter.TokensAt(now) < float64(t.limit.Burst) {
		return false
	}
	t.recent.Remove(oldest)
	delete(t.buckets, b.key)
	return true
}
