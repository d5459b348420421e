package siege_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"mime/multipart"
	"net"
	"net/http"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/middleware"
)

var soakTime = flag.Duration("soak", time.Second, "how long TestSoak serves mixed traffic; before a release 10m with -race, and 2h without")

// usage is what a process that only serves must not have more of after a while.
type usage struct {
	heap        uint64 // bytes that are in use after a collection
	goroutines  int
	descriptors int
}

func (u usage) String() string {
	return fmt.Sprintf("heap %.1f MiB, %d goroutines, %d descriptors", float64(u.heap)/(1<<20), u.goroutines, u.descriptors)
}

// settle waits until connections that are ending have ended, and returns what is in use.
func settle(client *http.Client, most int) (u usage) {
	for same, round := 0, 0; round < 500 && same < 30; round++ {
		client.CloseIdleConnections()
		now := runtime.NumGoroutine()
		if same++; now != u.goroutines {
			same = 0
		}
		if u.goroutines = now; now <= most {
			break
		}
		time.Sleep(10 * time.Millisecond) // of the kernel and the server; nothing tells
	}
	for range 3 { // a pool is emptied by the second collection
		runtime.GC()
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	u.heap = m.HeapAlloc
	if open, err := os.ReadDir("/proc/self/fd"); err == nil {
		u.descriptors = len(open)
	}
	return u
}

// visit is a request of the soak; leave is how much of the answer is read, or -1 for all.
type visit struct {
	name, method, path, body string
	header                   http.Header
	status                   int
	leave                    int64
}

// visits are what clients do: mostly what they should.
func visits() []visit {
	long := strings.Repeat("soak ", 2_000)
	var packed, form bytes.Buffer
	z := gzip.NewWriter(&packed)
	io.WriteString(z, `{"text":"`+long+`"}`)
	z.Close()
	m := multipart.NewWriter(&form)
	part, _ := m.CreateFormFile("files", "soak.bin")
	part.Write(make([]byte, 1<<20+1)) // on disk
	m.WriteField("text", "soak")
	m.Close()
	json := http.Header{"Content-Type": {"application/json"}}
	zipped := http.Header{"Content-Type": {"application/json"}, "Content-Encoding": {"gzip"}, "Accept-Encoding": {"gzip, zstd"}}
	return []visit{
		{"ping", "GET", "/ping", "", nil, 200, -1},
		{"ping by HEAD", "HEAD", "/ping", "", nil, 200, -1},
		{"note", "POST", "/notes", `{"text":"short"}`, json, 200, -1},
		{"compressed note", "POST", "/notes", packed.String(), zipped, 200, -1},
		{"invalid note", "POST", "/notes", `{"text":1}`, json, 422, -1},
		{"broken note", "POST", "/notes", `{"text":`, json, 400, -1},
		{"large note", "POST", "/notes", `{"text":"` + strings.Repeat("x", 1<<20) + `"}`, json, 413, -1},
		{"upload", "POST", "/upload", form.String(), http.Header{"Content-Type": {m.FormDataContentType()}}, 204, -1},
		{"download", "GET", "/download", "", nil, 200, -1},
		{"range", "GET", "/download", "", http.Header{"Range": {"bytes=10-20"}}, 206, -1},
		{"file", "GET", "/files/large.txt", "", http.Header{"Accept-Encoding": {"zstd"}}, 200, -1},
		{"events", "GET", "/events", "", nil, 200, -1},
		{"stream", "GET", "/stream", "", nil, 200, -1},
		{"stream that nobody reads to its end", "GET", "/stream", "", nil, 200, 10},
		{"download that nobody reads to its end", "GET", "/download", "", nil, 200, 10},
		{"nothing", "GET", "/nothing", "", nil, 404, -1},
		{"method", "DELETE", "/ping", "", nil, 405, -1},
		{"panic", "GET", "/panics", "", nil, 500, -1},
		{"deadline", "GET", "/late", "", nil, 503, -1},
		{"deadline that the handler ignores", "GET", "/ignores", "", nil, 503, -1},
		{"task", "POST", "/task", "", nil, 204, -1},
	}
}

// soaked is the site and what only a soak asks for.
func soaked(tasks *atomic.Int64) *wend.Router {
	r := site(slog.New(slog.DiscardHandler))
	wend.Get(r, "/panics", func(context.Context, wend.None) (wend.None, error) { panic("soak") })
	wend.Get(r, "/late", func(ctx context.Context, _ wend.None) (wend.None, error) {
		<-ctx.Done()
		return wend.None{}, ctx.Err()
	}, wend.Timeout(5*time.Millisecond))
	r.Group("", wend.With(middleware.BufferedTimeout(5*time.Millisecond))).Handle("GET /ignores", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		<-r.Context().Done()
		io.WriteString(w, "late")
	}))
	wend.Post(r, "/task", func(_ context.Context, in struct{ Tasks *wend.Tasks }) (wend.None, error) {
		in.Tasks.Go(func(context.Context) error { tasks.Add(1); return nil })
		return wend.None{}, nil
	})
	return r
}

// TestSoak serves mixed traffic for a while, and has no more memory, goroutines and
// descriptors in use at the end than when it was warm.
func TestSoak(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	var tasks, served atomic.Int64
	serve(t, soaked(&tasks), listener)
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 16, DisableCompression: true}, Timeout: 30 * time.Second}
	all := visits()
	traffic := func(lasts time.Duration, seed uint64) {
		ctx, cancel := context.WithTimeout(t.Context(), lasts)
		defer cancel()
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				random := rand.New(rand.NewPCG(seed, uint64(i)))
				for ctx.Err() == nil {
					v := all[random.IntN(len(all))]
					if status, err := v.pay(client, "http://"+listener.Addr().String()); err != nil || status != v.status {
						t.Errorf("%s: %d %v, want %d", v.name, status, err, v.status)
						return
					}
					served.Add(1)
				}
			})
		}
		wg.Wait()
	}
	traffic(max(*soakTime/10, 300*time.Millisecond), 1)
	warm := settle(client, 0)
	t.Logf("warm: %v", warm)
	served.Store(0)
	const parts = 5
	var end usage
	for i := range parts {
		traffic(*soakTime/parts, uint64(i+2))
		end = settle(client, warm.goroutines)
		t.Logf("%v: %d requests, %v", *soakTime/parts*time.Duration(i+1), served.Load(), end)
	}
	require.LessOrEqual(t, end.heap, warm.heap+warm.heap/10+2<<20, "bytes")
	require.LessOrEqual(t, end.goroutines, warm.goroutines+5)
	require.LessOrEqual(t, end.descriptors, warm.descriptors+5)
	require.Positive(t, tasks.Load())
}

// pay makes the visit.
func (v visit) pay(client *http.Client, base string) (status int, err error) {
	req, err := http.NewRequest(v.method, base+v.path, strings.NewReader(v.body))
	if err != nil {
		return 0, err
	}
	if v.header != nil {
		req.Header = v.header.Clone()
	}
	resp, err := client.Do(req)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	if v.leave >= 0 {
		_, err = io.CopyN(io.Discard, resp.Body, v.leave)
		return resp.StatusCode, err
	}
	_, err = io.Copy(io.Discard, resp.Body)
	return resp.StatusCode, err
}
