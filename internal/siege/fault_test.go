package siege_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend"
)

var numbered = flag.Int("requests", 0, "how many numbered requests TestFaults sends instead of its own figure; before a release 1000000")

// fate is what becomes of a connection.
type fate struct {
	cut   int64         // it ends after so many bytes, those of both directions together
	slice int           // no more than so many bytes at once; 0 is any number
	delay time.Duration // before each of the first pieces
	slow  int           // how many of them are delayed
}

func randomFate(random *rand.Rand) (f fate) {
	f.cut = 1 + random.Int64N(120_000)
	switch random.IntN(10) {
	case 0:
		f.slice = 1
	case 1, 2, 3:
		f.slice = 1 + random.IntN(300)
	}
	if random.IntN(8) == 0 {
		f.delay, f.slow = time.Duration(random.IntN(3000))*time.Microsecond, random.IntN(10)
	}
	return f
}

// faulty is a connection that meets its fate. It is on the client's side, where a cut is a reset for both.
type faulty struct {
	net.Conn
	fate
	moved   atomic.Int64
	delayed atomic.Int64
}

func (c *faulty) piece(p []byte) []byte {
	if c.delayed.Add(1) <= int64(c.slow) {
		time.Sleep(c.delay) // the fault itself; nothing waits for it
	}
	if c.slice > 0 && len(p) > c.slice {
		p = p[:c.slice]
	}
	return p[:max(1, min(int64(len(p)), c.cut-c.moved.Load()))]
}

func (c *faulty) moves(n int) error {
	if c.moved.Add(int64(n)) >= c.cut {
		if tcp, ok := c.Conn.(*net.TCPConn); ok {
			_ = tcp.SetLinger(0)
		}
		return c.Close()
	}
	return nil
}

func (c *faulty) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(c.piece(p))
	_ = c.moves(n)
	return n, err
}

func (c *faulty) Write(p []byte) (n int, err error) {
	for len(p) > 0 && err == nil {
		var m int
		m, err = c.Conn.Write(c.piece(p))
		n, p = n+m, p[m:]
		_ = c.moves(m)
	}
	return n, err
}

// ledger counts how often the server has served each number.
type ledger struct{ served []atomic.Int32 }

// echo answers with the number of a request and the hash of what it has brought, and brings it back.
func (l *ledger) echo(_ context.Context, in struct {
	ID   int `path:"id"`
	Body note
},
) (echoed, error) {
	l.served[in.ID].Add(1)
	return echoed{in.ID, hashOf(in.Body.Text), in.Body.Text}, nil
}

// TestFaults sends numbered requests through connections that are cut, delayed and sliced, over the whole stack. Each is
// answered to its own client, or its client has an error; none is swapped, and none served twice.
func TestFaults(t *testing.T) {
	requests, clients := 5_000, 32
	switch {
	case *numbered > 0:
		requests = *numbered
	case long:
		requests = 100_000
	case raceEnabled:
		requests = 1_500
	}
	l := &ledger{make([]atomic.Int32, requests+1)}
	r := site(slog.New(slog.DiscardHandler))
	wend.Post(r, "/echo/{id}", l.echo)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	serve(t, r, listener)
	var next, answered, failed, lost atomic.Int64
	var wg sync.WaitGroup
	begin := time.Now()
	for i := range clients {
		wg.Go(func() {
			random := rand.New(rand.NewPCG(7, uint64(i)))
			var mu sync.Mutex // the transport dials on goroutines of its own
			client := &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{
				DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
					conn, err := new(net.Dialer).DialContext(ctx, network, listener.Addr().String())
					mu.Lock()
					defer mu.Unlock()
					return &faulty{Conn: conn, fate: randomFate(random)}, err
				},
			}}
			defer client.CloseIdleConnections()
			local := rand.New(rand.NewPCG(8, uint64(i)))
			for n := int(next.Add(1)); n <= requests; n = int(next.Add(1)) {
				text := strings.Repeat(fmt.Sprintf("%x ", local.Uint64()), local.IntN(600))
				body, _ := json.Marshal(note{text})
				status, answer, err := do(client, "POST", fmt.Sprintf("http://server/echo/%d", n), string(body))
				if err != nil {
					failed.Add(1)
					continue
				}
				answered.Add(1)
				if status != 200 {
					t.Errorf("%d: status %d: %s", n, status, answer)
				}
				var got echoed
				if err := json.Unmarshal([]byte(answer), &got); err != nil || got != (echoed{n, hashOf(text), text}) {
					t.Errorf("%d: not its own answer, or half of it: %v, %.100s", n, err, answer)
				}
				if l.served[n].Load() == 0 {
					lost.Add(1)
				}
			}
		})
	}
	wg.Wait()
	require.Equal(t, int64(requests), answered.Load()+failed.Load(), "each has an answer or an error")
	require.Zero(t, lost.Load(), "answered, and never served")
	served := 0
	for n := range l.served {
		times := l.served[n].Load()
		require.LessOrEqual(t, times, int32(1), "%d was served %d times", n, times)
		served += int(times)
	}
	require.GreaterOrEqual(t, int64(served), answered.Load())
	require.Greater(t, answered.Load(), int64(requests/3))
	require.Greater(t, failed.Load(), int64(requests/50), "the faults happen")
	t.Logf("%d requests in %v: %d answered, %d with an error at their client, of which %d were served", requests,
		time.Since(begin).Round(time.Millisecond), answered.Load(), failed.Load(), int64(served)-answered.Load())
}
