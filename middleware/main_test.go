package middleware

import (
	"bytes"
	"net/http"
	"os"
	"runtime"
	"testing"
	"time"
)

// TestMain fails when a test leaves a goroutine behind.
func TestMain(m *testing.M) {
	before := goroutines()
	code := m.Run()
	for range 200 { // goroutines that are ending get a moment
		http.DefaultTransport.(*http.Transport).CloseIdleConnections()
		if goroutines() <= before {
			os.Exit(code)
		}
		time.Sleep(10 * time.Millisecond)
	}
	os.Stderr.Write(stacks())
	os.Exit(max(code, 1))
}

// goroutines counts those of the tests; the one that waits for signals stays.
func goroutines() int {
	all := stacks()
	return bytes.Count(all, []byte("\ngoroutine ")) - bytes.Count(all, []byte("os/signal.loop()"))
}

func stacks() []byte {
	all := make([]byte, 1<<20)
	return all[:runtime.Stack(all, true)]
}
