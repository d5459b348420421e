package main

import (
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestHello runs the program itself, on a free port that it is told as a platform
// would.
func TestHello(t *testing.T) {
	t.Parallel()
	if os.Getenv("PORT") != "" && os.Getenv("HELLO") == "run" {
		main()
		return
	}
	port := freePort(t)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, os.Args[0], "-test.run=TestHello")
	cmd.Env = append(os.Environ(), "HELLO=run", "PORT="+port)
	require.NoError(t, cmd.Start())
	answers(t, port)
	require.NoError(t, cmd.Process.Signal(os.Interrupt))
	require.NoError(t, cmd.Wait(), "a clean stop ends with status 0")
}

// freePort is a port that nobody listens on.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	_, port, err := net.SplitHostPort(l.Addr().String())
	require.NoError(t, err)
	require.NoError(t, l.Close())
	return port
}

// answers waits until the program does.
func answers(t *testing.T, port string) {
	t.Helper()
	require.Eventually(t, func() bool {
		resp, err := http.Get("http://127.0.0.1:" + port + "/hello")
		if err != nil {
			return false
		}
		defer resp.Body.Close()
		body, _ := io.ReadAll(resp.Body)
		return string(body) == `"Hello, world"`
	}, 20*time.Second, 10*time.Millisecond)
}
