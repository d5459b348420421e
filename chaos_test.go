package wend_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"math/rand/v2"
	"mime/multipart"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/binding"
)

// chaos is a service whose handlers fail in every way, and which counts what it opens
// and closes.
type chaos struct {
	opened, closed, twice atomic.Int64
	tasks, ran            atomic.Int64
	sent, foreign         atomic.Int64
}

// scope is a value with an end. It knows which request it is for.
type scope struct{ id string }

type scopeInput struct {
	ID string `header:"X-Id"`
}

func (c *chaos) open(_ context.Context, in scopeInput) (*scope, func(error) error, error) {
	c.opened.Add(1)
	s := &scope{in.ID}
	var ended atomic.Bool
	return s, func(err error) error {
		if ended.Swap(true) {
			c.twice.Add(1)
		}
		c.closed.Add(1)
		if err == nil && strings.HasSuffix(in.ID, "7") {
			return errors.New("the commit fails")
		}
		return nil
	}, nil
}

// trouble is what goes wrong in a handler, by the request's number.
func trouble(id string) error {
	switch id[len(id)-1] {
	case '1':
		panic("chaos in " + id)
	case '2':
		return wend.Errorf(409, "conflict in %s", id)
	case '3':
		return errors.New("secret failure in " + id)
	}
	return nil
}

type chaosAnswer struct {
	ID string `json:"id"`
}

func (c *chaos) router() *wend.Router {
	r := quiet(wend.BodyStall(200*time.Millisecond), wend.OnTask(func(context.Context, time.Duration, error) { c.ran.Add(1) }))
	wend.ProvideScoped(r, c.open)
	wend.Post(r, "/json", func(_ context.Context, in struct {
		Scope *scope
		Tasks *wend.Tasks
		Body  chaosAnswer
	},
	) (chaosAnswer, error) {
		if err := trouble(in.Scope.id); err != nil {
			return chaosAnswer{}, err
		}
		if in.Body.ID != in.Scope.id {
			c.foreign.Add(1)
		}
		if !strings.HasSuffix(in.Scope.id, "7") { // whose commit fails, so its task is dropped
			c.tasks.Add(1)
			in.Tasks.Go(func(context.Context) error {
				if strings.HasSuffix(in.Scope.id, "9") {
					panic("chaos in a task")
				}
				return nil
			})
		}
		return in.Body, nil
	})
	wend.Get(r, "/lines", func(ctx context.Context, in struct{ Scope *scope }) (iter.Seq2[chaosAnswer, error], error) {
		return func(yield func(chaosAnswer, error) bool) {
			for i := range 20 {
				if i == 10 {
					if err := trouble(in.Scope.id); err != nil {
						yield(chaosAnswer{}, err)
						return
					}
				}
				if !yield(chaosAnswer{in.Scope.id}, nil) {
					return
				}
			}
		}, nil
	})
	wend.Get(r, "/events", func(ctx context.Context, in struct{ Scope *scope }) (wend.Events[chaosAnswer], error) {
		return func(yield func(wend.Event[chaosAnswer], error) bool) {
			for range 20 {
				if !yield(wend.Event[chaosAnswer]{ID: in.Scope.id, Data: chaosAnswer{in.Scope.id}}, nil) {
					return
				}
			}
			if err := trouble(in.Scope.id); err != nil {
				yield(wend.Event[chaosAnswer]{}, err)
			}
		}, nil
	})
	wend.Post(r, "/upload", func(_ context.Context, in struct {
		Scope *scope
		ID    string         `form:"id"`
		File  binding.Upload `form:"file" validate:"maxsize=4MB"`
	},
	) (wend.Text, error) {
		if err := trouble(in.Scope.id); err != nil {
			return "", err
		}
		f, err := in.File.Open()
		if err != nil {
			return "", err
		}
		defer f.Close()
		line, err := bufio.NewReader(f).ReadString('\n')
		if in.ID != in.Scope.id || line != in.Scope.id+"\n" {
			c.foreign.Add(1)
		}
		return wend.Text(line), err
	})
	return r
}

// request makes the request of a number: one of the four routes, well-formed.
func (c *chaos) request(base, id string, kind int) *http.Request {
	var r *http.Request
	switch kind {
	case 0:
		r, _ = http.NewRequest("POST", base+"/json", strings.NewReader(`{"id":"`+id+`"}`))
		r.Header.Set("Content-Type", "application/json")
	case 1:
		r, _ = http.NewRequest("GET", base+"/lines", nil)
	case 2:
		r, _ = http.NewRequest("GET", base+"/events", nil)
	default:
		var body bytes.Buffer
		form := multipart.NewWriter(&body)
		form.WriteField("id", id)
		file, _ := form.CreateFormFile("file", "f.bin")
		io.WriteString(file, id+"\n")
		if strings.HasSuffix(id, "5") { // large enough for the disk
			file.Write(make([]byte, 1100<<10))
		}
		form.Close()
		r, _ = http.NewRequest("POST", base+"/upload", &body)
		r.Header.Set("Content-Type", form.FormDataContentType())
	}
	r.Header.Set("X-Id", id)
	return r
}

// ask sends one request and looks for what belongs to another one in the answer.
func (c *chaos) ask(client *http.Client, base string, n int, random *rand.Rand) {
	id := fmt.Sprintf("r%07d", n)
	req := c.request(base, id, random.IntN(4))
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	resp, err := client.Do(req.WithContext(ctx))
	if err != nil {
		return
	}
	defer resp.Body.Close()
	c.sent.Add(1)
	if random.IntN(5) == 0 { // the client leaves
		io.CopyN(io.Discard, resp.Body, 5)
		cancel()
		return
	}
	body, _ := io.ReadAll(resp.Body)
	for part := range strings.SplitSeq(string(body), "r0") {
		if len(part) >= 6 && part[0] >= '0' && part[0] <= '9' && !strings.HasPrefix("r0"+part, id) {
			c.foreign.Add(1)
		}
	}
	if bytes.Contains(body, []byte("secret")) {
		c.foreign.Add(1)
	}
}

// stall sends half a body and waits for the server to give up.
func stall(addr string) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return
	}
	defer conn.Close()
	io.WriteString(conn, "POST /json HTTP/1.1\r\nHost: a\r\nX-Id: r0000000\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{")
	io.Copy(io.Discard, conn)
}

// TestChaos sends 10,000 requests to handlers that panic and fail, from clients that
// leave and stall, to a server that stops meanwhile. Every scope is closed once, every
// task ends, no file is left, and nobody sees what is another's.
func TestChaos(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	const requests, clients = 10_000, 32
	c := &chaos{}
	url, stop := serve(t, c.router())
	var next atomic.Int64
	var wg sync.WaitGroup
	for i := range clients {
		wg.Go(func() {
			random := rand.New(rand.NewPCG(1, uint64(i)))
			client := &http.Client{Transport: &http.Transport{}}
			defer client.CloseIdleConnections()
			for n := next.Add(1); n <= requests; n = next.Add(1) {
				if n == requests-200 {
					wg.Go(func() {
						if err := stop(); err != nil {
							t.Errorf("the server stops badly: %v", err)
						}
					})
				}
				if n%500 == 0 {
					stall(strings.TrimPrefix(url, "http://"))
				}
				c.ask(client, url, int(n), random)
			}
		})
	}
	wg.Wait()
	require.Greater(t, c.sent.Load(), int64(requests/2))
	require.Greater(t, c.opened.Load(), int64(requests/2))
	require.Equal(t, c.opened.Load(), c.closed.Load(), "every scope is closed")
	require.Zero(t, c.twice.Load(), "and only once")
	require.Zero(t, c.foreign.Load(), "nobody sees what is another's")
	require.Positive(t, c.tasks.Load())
	require.LessOrEqual(t, c.ran.Load(), c.tasks.Load(), "a task of a client that has left may be dropped")
	require.Greater(t, c.ran.Load(), c.tasks.Load()/2)
	left, err := filepath.Glob(filepath.Join(dir, "*"))
	require.NoError(t, err)
	require.Empty(t, left, "temporary files are left")
	_, err = os.Stat(dir)
	require.NoError(t, err)
}
