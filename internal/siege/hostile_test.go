package siege_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// attack is what a hostile client does over one connection, until the server or the test ends it.
type attack struct {
	name   string
	each   time.Duration // before the next connection
	run    func(ctx context.Context, conn net.Conn)
	wire   string // what it sends at once, for one that is quick,
	status int    // and what it is answered
}

// pause waits, and reports false when the siege is over.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// send sends bytes at once and reads what comes back, so that the server's answer is not in its way. It returns the
// status.
func send(conn net.Conn, wire string) (status int) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		if resp, err := http.ReadResponse(bufio.NewReader(conn), nil); err == nil {
			status = resp.StatusCode
		}
		_, _ = io.Copy(io.Discard, conn)
	}()
	_, _ = io.WriteString(conn, wire)
	<-done
	return status
}

// drip sends a head at once and then one byte after the other.
func drip(head, piece string) func(context.Context, net.Conn) {
	return func(ctx context.Context, conn net.Conn) {
		_, err := io.WriteString(conn, head)
		for err == nil && pause(ctx, 200*time.Millisecond) {
			_, err = io.WriteString(conn, piece)
		}
	}
}

func post(path, kind, extra, body string) string {
	return fmt.Sprintf("POST %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: %s\r\n%sContent-Length: %d\r\n\r\n%s", path, kind, extra, len(body), body)
}

func get(path, extra string) string {
	return "GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + extra + "\r\n"
}

func attacks(t *testing.T) []attack {
	var bomb bytes.Buffer
	z, err := gzip.NewWriterLevel(&bomb, gzip.BestCompression)
	require.NoError(t, err)
	_, err = z.Write(make([]byte, 64<<20))
	require.NoError(t, err)
	require.NoError(t, z.Close())
	const form = "multipart/form-data; boundary=b"
	part := "--b\r\nContent-Disposition: form-data; name=text\r\n\r\nx\r\n"
	file := "--b\r\nContent-Disposition: form-data; name=files; filename=a\r\n\r\n" + strings.Repeat("x", 2<<20) + "\r\n"
	slow, quick := 50*time.Millisecond, time.Second
	if long { // of a thousand, a hundred or so each second
		quick = 3 * time.Second
	}
	return []attack{
		{name: "idle", each: slow, run: func(ctx context.Context, _ net.Conn) { pause(ctx, time.Hour) }},
		{name: "idle between requests", each: slow, run: func(ctx context.Context, conn net.Conn) {
			_, _ = io.WriteString(conn, "GET /ping HTTP/1.1\r\nHost: x\r\n\r\n")
			pause(ctx, time.Hour)
		}},
		{name: "slow header", each: slow, run: drip("GET /ping HTTP/1.1\r\nHost: x\r\nX: ", "y")},
		{name: "slow body", each: slow, run: drip("POST /notes HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n", " ")},
		{name: "slow upload", each: slow, run: drip("POST /upload HTTP/1.1\r\nHost: x\r\nContent-Type: "+form+"\r\nContent-Length: 30000000\r\n\r\n"+part, "-")},
		{name: "slow reader", each: slow, run: func(ctx context.Context, conn net.Conn) {
			_, _ = io.WriteString(conn, get("/download", ""))
			pause(ctx, time.Hour)
		}},
		{name: "header flood", each: quick, wire: get("/ping", strings.Repeat("X-Flood: "+strings.Repeat("y", 100)+"\r\n", 700)), status: 431},
		{name: "many fields", each: quick, wire: get("/ping", fields(800)), status: 431},
		{name: "endless header", each: quick, wire: get("/ping", "X: "+strings.Repeat("y", 1<<20)), status: 431},
		{name: "huge URL", each: quick, wire: get("/"+strings.Repeat("a", 60<<10), ""), status: 414},
		{name: "huge query", each: quick, wire: get("/ping?"+strings.Repeat("a=b&", 12<<10), ""), status: 414},
		{name: "range bomb", each: quick, wire: get("/download", "Range: bytes="+strings.TrimSuffix(strings.Repeat("0-,", 5000), ",")+"\r\n"), status: 200},
		{name: "gzip bomb", each: quick, wire: post("/notes", "application/json", "Content-Encoding: gzip\r\n", bomb.String()), status: 413},
		{name: "multipart bomb of parts", each: quick, wire: post("/upload", form, "", strings.Repeat(part, 20_000)), status: 413},
		{name: "multipart bomb of files", each: quick, wire: post("/upload", form, "", strings.Repeat(file, 5)+"--b--\r\n"), status: 204},
		{name: "deep JSON", each: quick, wire: post("/free", "application/json", "", strings.Repeat("[", 1<<20)), status: 400},
		{name: "wide JSON", each: quick, wire: post("/free", "application/json", "", "["+strings.Repeat("1,", 500_000)+"1]"), status: 400},
		{name: "chunk flood", each: quick, wire: "POST /free HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n" +
			strings.Repeat("1;"+strings.Repeat("x", 200)+"\r\n \r\n", 3000), status: 400},
	}
}

func fields(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "X-%d: y\r\n", i)
	}
	return b.String()
}

// TestHostile puts a good client beside hostile ones. It sees no error, and the server's memory stays small.
func TestHostile(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the memory of the server is read from /proc")
	}
	clients, lasts := 150, 4*time.Second
	switch {
	case long:
		clients, lasts = 1000, time.Minute
	case raceEnabled:
		clients, lasts = 50, 2*time.Second
	}
	addr, pid := startServer(t)
	all := attacks(t)
	for _, a := range all { // what is sent is what it says, and is answered as it should be
		if a.run == nil {
			conn, err := net.Dial("tcp", addr)
			require.NoError(t, err)
			require.Equal(t, a.status, send(conn, a.wire), a.name)
			conn.Close()
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), lasts)
	defer cancel()
	var hostile sync.WaitGroup
	for i := range clients {
		// Two of three are slow and hold connections; the others send as much as they are given.
		a := all[i%6]
		if i%3 == 0 {
			a = all[6+i/3%(len(all)-6)]
		}
		hostile.Go(func() { besiege(ctx, addr, a) })
	}
	took := goodClient(t, ctx, addr)
	hostile.Wait()
	slices.Sort(took)
	require.NotEmpty(t, took)
	peak := peakMemory(t, pid)
	t.Logf("%d hostile clients, %v: %d good requests without an error, median %v, p99 %v, worst %v; the server's memory at its peak %d MiB",
		clients, lasts, len(took), took[len(took)/2], took[len(took)*99/100], took[len(took)-1], peak>>10)
	if !raceEnabled {
		require.LessOrEqual(t, peak, 200<<10, "KiB")
		require.Less(t, took[len(took)*99/100], 2*time.Second, "the machine may be busy; the figure is 50 ms")
	}
}

// besiege repeats an attack until the siege is over.
func besiege(ctx context.Context, addr string, a attack) {
	for ctx.Err() == nil {
		conn, err := new(net.Dialer).DialContext(ctx, "tcp", addr)
		if err != nil {
			return
		}
		stop := context.AfterFunc(ctx, func() { conn.Close() })
		if a.run == nil {
			send(conn, a.wire)
		} else {
			a.run(ctx, conn)
		}
		stop()
		conn.Close()
		pause(ctx, a.each)
	}
}

// goodClient asks as an ordinary client does, one request after the other, and returns how long each has taken.
func goodClient(t *testing.T, ctx context.Context, addr string) (took []time.Duration) {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{}, Timeout: 20 * time.Second}
	defer client.CloseIdleConnections()
	for pause(ctx, 2*time.Millisecond) {
		for method, c := range map[string]struct{ path, body, want string }{
			"GET": {"/ping", "", "pong"}, "POST": {"/notes", `{"text":"good"}`, `{"text":"good"}`},
		} {
			begin := time.Now()
			status, body, err := do(client, method, "http://"+addr+c.path, c.body)
			took = append(took, time.Since(begin))
			require.NoError(t, err)
			require.Equal(t, 200, status, body)
			require.Equal(t, c.want, body)
		}
	}
	return took
}

// startServer runs the server in a process of its own, whose memory is nobody else's.
func startServer(t *testing.T) (addr string, pid int) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "WEND_SIEGE_SERVER=1", "GOCOVERDIR="+t.TempDir())
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	in, err := cmd.StdinPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		in.Close()
		require.NoError(t, cmd.Wait(), "the server has died")
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	return strings.TrimSpace(line), cmd.Process.Pid
}

// peakMemory is the largest resident set that a process has had, in KiB.
func peakMemory(t *testing.T, pid int) (kib int) {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	require.NoError(t, err, "the server has died")
	_, rest, found := strings.Cut(string(status), "VmHWM:")
	require.True(t, found)
	_, err = fmt.Sscan(rest, &kib)
	require.NoError(t, err)
	return kib
}
