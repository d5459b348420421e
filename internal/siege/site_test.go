package siege_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/binding"
	"github.com/wend-go/wend/middleware"
	"github.com/wend-go/wend/middleware/compress"
	"github.com/wend-go/wend/middleware/cors"
)

// long reports whether the long form is asked for.
var long = os.Getenv("WEND_SIEGE") == "long"

// TestMain fails when a test leaves a goroutine behind.
func TestMain(m *testing.M) {
	if os.Getenv("WEND_SIEGE_SERVER") != "" {
		besieged()
		return
	}
	code := m.Run()
	for range 300 { // goroutines that are ending get a moment
		if leaked() == 0 {
			os.Exit(code)
		}
		time.Sleep(10 * time.Millisecond)
	}
	os.Stderr.Write(stacks())
	os.Exit(max(code, 1))
}

func stacks() []byte {
	all := make([]byte, 4<<20)
	return all[:runtime.Stack(all, true)]
}

// leaked counts goroutines beside the main one and that of os/signal.
func leaked() int {
	all := stacks()
	return bytes.Count(all, []byte("\ngoroutine ")) - bytes.Count(all, []byte("os/signal.loop()"))
}

type note struct {
	Text string `json:"text" validate:"max=100000"`
}

type echoed struct {
	ID   int    `json:"id"`
	Hash string `json:"hash"`
	Text string `json:"text"`
}

func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// site is an application with the whole stack before it.
func site(logger *slog.Logger, opts ...wend.Option) *wend.Router {
	r := wend.New(append(opts, wend.Logger(logger), wend.Outer(
		middleware.RequestID(), middleware.Log(logger), middleware.Recover(logger), middleware.SecureHeaders(middleware.Secure{}),
		cors.New(cors.Options{Origins: []string{"https://app.example.com"}}), compress.Responses(compress.Options{}),
		middleware.Timeout(30*time.Second), compress.Requests(compress.Limits{}),
	))...)
	large := strings.Repeat("0123456789abcdef", 1<<16) // 1 MiB
	wend.Get(r, "/ping", func(context.Context, wend.None) (wend.Text, error) { return "pong", nil })
	wend.Post(r, "/notes", func(_ context.Context, in note) (note, error) { return in, nil })
	wend.Post(r, "/free", func(_ context.Context, in struct{ Body any }) (wend.None, error) { return wend.None{}, nil })
	wend.Post(r, "/upload", func(_ context.Context, in struct {
		Files []binding.Upload `form:"files"`
		Text  []string         `form:"text"`
	},
	) (wend.None, error) {
		return wend.None{}, nil
	})
	wend.Get(r, "/download", func(context.Context, wend.None) (wend.Download, error) {
		return wend.Download{MediaType: "application/octet-stream", Content: strings.NewReader(large)}, nil
	})
	wend.Get(r, "/events", func(context.Context, wend.None) (wend.Events[int], error) {
		return func(yield func(wend.Event[int], error) bool) {
			for i := range 20 {
				if !yield(wend.Event[int]{Data: i}, nil) {
					return
				}
			}
		}, nil
	})
	wend.Get(r, "/stream", func(context.Context, wend.None) (wend.Stream, error) {
		return wend.Stream{MediaType: "application/octet-stream", Write: func(_ context.Context, w io.Writer) error {
			for range 20 {
				if _, err := io.WriteString(w, large[:10_000]); err != nil {
					return err
				}
			}
			return nil
		}}, nil
	})
	r.Mount("/files", wend.Static(fstest.MapFS{"large.txt": {Data: []byte(large)}}))
	return r
}

// serve runs a router on a listener until the test ends.
func serve(t *testing.T, r *wend.Router, l net.Listener) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- r.Serve(ctx, l) }()
	t.Cleanup(func() {
		cancel()
		require.NoError(t, <-done)
	})
}

// besieged is the process under siege: the address goes to its standard output.
func besieged() {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Println(l.Addr())
	ctx, cancel := context.WithCancel(context.Background())
	go func() { // it ends when the test does
		_, _ = io.Copy(io.Discard, os.Stdin)
		cancel()
	}()
	if err := site(slog.New(slog.DiscardHandler), wend.Drain(time.Second, 0)).Serve(ctx, l); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
}

// do sends a request and returns status and body.
func do(client *http.Client, method, url, body string) (status int, text string, err error) {
	req, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := client.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(data), err
}
