package middleware

import (
	"context"
	"math"
	"net/http"
	"strconv"
	"time"

	"golang.org/x/time/rate"

	"github.com/wend-go/wend/internal/problem"
)

// Limit is how often one client may ask: a bucket of Burst tokens, one for each
// request, that is filled by PerSecond.
type Limit struct {
	PerSecond float64 // requests a second in the long run; positive
	Burst     int     // requests at once; at least 1
}

func (l Limit) valid() bool { return l.PerSecond > 0 && !math.IsInf(l.PerSecond, 1) && l.Burst >= 1 }

// refill is how long a bucket takes for so many tokens.
func (l Limit) refill(tokens float64) time.Duration {
	seconds := tokens / l.PerSecond
	if seconds > float64(math.MaxInt64)/float64(time.Second) {
		return math.MaxInt64
	}
	return max(0, time.Duration(seconds*float64(time.Second)))
}

// Quota is what a store says about one request.
type Quota struct {
	OK        bool          // the request may pass
	Remaining int           // requests that could follow at once
	Wait      time.Duration // until the next request may pass; 0 if one may now
	Reset     time.Duration // until the whole burst is there again
}

// RateStore counts requests. Allow takes one token of a key and is called by many
// goroutines at once. The store that RateLimit brings is in memory and for one process;
// another one lets several share their limits.
type RateStore interface {
	Allow(ctx context.Context, key string, limit Limit) (Quota, error)
}

// Rate says how often a client may ask.
type Rate struct {
	PerSecond float64 // requests a second in the long run; must be positive
	Burst     int     // requests at once; at least 1
	// Key tells clients apart; nil is [RateByIP]. "" is not limited. For users, return
	// what a guard further out has put into the context.
	Key func(*http.Request) string
	// Tier gives a client another limit than the one above; nil, and a Limit that is
	// not valid, is the one above.
	Tier func(*http.Request) Limit
	// Store is where requests are counted; nil is a table of this RateLimit.
	Store RateStore
}

// RateLimit answers 429 with Retry-After to a client that has used up its rate. Every
// answer says RateLimit-Policy and RateLimit (draft-ietf-httpapi-ratelimit-headers).
//
// Its table remembers 100,000 clients. A full one forgets a client that asked long ago
// and has its whole burst again; while there is none, new clients share one bucket: an
// offender is never forgotten because others came. When a store fails, the answer is a
// 503: a limit that protects passwords must not end because a store does. It panics on
// a Rate that is not valid.
func RateLimit(limit Rate) func(http.Handler) http.Handler {
	base := Limit{limit.PerSecond, limit.Burst}
	if !base.valid() {
		panic("middleware: RateLimit wants a positive PerSecond and a Burst of at least 1")
	}
	l := &rateLimiter{Rate: limit, base: base, policy: []string{policy(base)}}
	if l.Key == nil {
		l.Key = RateByIP
	}
	if l.Store == nil {
		l.Store = newRateTable(maxRateKeys)
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if l.allow(w, r) {
				next.ServeHTTP(w, r)
			}
		})
	}
}

type rateLimiter struct {
	Rate
	base   Limit
	policy []string // of base
}

// allow reports whether a request may pass, or answers it.
func (l *rateLimiter) allow(w http.ResponseWriter, r *http.Request) bool {
	key := l.Key(r)
	if key == "" {
		return true
	}
	limit := l.base
	if l.Tier != nil {
		if t := l.Tier(r); t.valid() {
			limit = t
		}
	}
	quota, err := l.Store.Allow(r.Context(), shortKey(key), limit)
	if err != nil {
		reject(w, r, http.StatusServiceUnavailable, "requests cannot be counted at the moment")
		return false
	}
	h := w.Header()
	h["Ratelimit-Policy"] = l.policy
	if limit != l.base {
		h["Ratelimit-Policy"] = []string{policy(limit)}
	}
	h["Ratelimit"] = []string{`"default";r=` + strconv.Itoa(max(0, quota.Remaining)) + ";t=" + seconds(quota.Reset)}
	if quota.OK {
		return true
	}
	retry := "1"
	if quota.Wait > time.Second {
		retry = seconds(quota.Wait)
	}
	problem.Reject(w, r, problem.Rejection{
		Status: http.StatusTooManyRequests, Detail: "too many requests", Header: http.Header{"Retry-After": {retry}},
	})
	return false
}

// policy is a limit as a quota and the window in which it is filled.
func policy(l Limit) string {
	return `"default";q=` + strconv.Itoa(l.Burst) + ";w=" + seconds(max(time.Second, l.refill(float64(l.Burst))))
}

// seconds rounds up: a client that waits so long has waited long enough.
func seconds(d time.Duration) string {
	return strconv.FormatInt(int64(math.Ceil(d.Seconds())), 10)
}

// tokenBucket is what one client has left.
type tokenBucket struct{ *rate.Limiter }

func newBucket(l Limit) tokenBucket {
	return tokenBucket{rate.NewLimiter(rate.Limit(l.PerSecond), l.Burst)}
}

// take takes a token.
func (b tokenBucket) take(limit Limit, now time.Time) Quota {
	q := Quota{OK: b.AllowN(now, 1)}
	tokens := b.TokensAt(now)
	q.Remaining = max(0, int(tokens))
	q.Reset = limit.refill(float64(limit.Burst) - tokens)
	if tokens < 1 {
		q.Wait = limit.refill(1 - tokens)
	}
	return q
}

// follow makes a bucket follow its client into another tier.
func (b tokenBucket) follow(limit Limit, now time.Time) {
	if b.Burst() != limit.Burst {
		b.SetBurstAt(now, limit.Burst)
	}
	if b.Limit() != rate.Limit(limit.PerSecond) {
		b.SetLimitAt(now, rate.Limit(limit.PerSecond))
	}
}

// full reports whether the whole burst is there.
func (b tokenBucket) full(now time.Time) bool { return b.TokensAt(now) >= float64(b.Burst()) }
