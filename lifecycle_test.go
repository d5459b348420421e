package wend_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend"
)

// certificate writes a certificate for localhost and its key.
func certificate(t *testing.T) (certFile, keyFile string, roots *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	require.NoError(t, err)
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	dir := t.TempDir()
	certFile, keyFile = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	require.NoError(t, os.WriteFile(certFile, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
	require.NoError(t, os.WriteFile(keyFile, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER}), 0o600))
	cert, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	roots = x509.NewCertPool()
	roots.AddCert(cert)
	return certFile, keyFile, roots
}

func TestServe_tls(t *testing.T) {
	t.Parallel()
	certFile, keyFile, roots := certificate(t)
	pair, err := tls.LoadX509KeyPair(certFile, keyFile)
	require.NoError(t, err)
	for name, option := range map[string]wend.Option{
		"files":  wend.TLS(certFile, keyFile),
		"config": wend.Server(func(s *http.Server) { s.TLSConfig = &tls.Config{Certificates: []tls.Certificate{pair}} }),
		"autocert": wend.Server(func(s *http.Server) {
			s.TLSConfig = &tls.Config{GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return &pair, nil }}
		}),
		"config for each client": wend.Server(func(s *http.Server) {
			s.TLSConfig = &tls.Config{GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) {
				return &tls.Config{Certificates: []tls.Certificate{pair}, NextProtos: []string{"h2"}}, nil
			}}
		}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := quiet(option)
			wend.Get(r, "/", func(_ context.Context, in struct{ Request *http.Request }) (wend.Text, error) {
				return wend.Text(in.Request.Proto), nil
			})
			url, stop := serve(t, r)
			client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, ForceAttemptHTTP2: true}}
			resp, err := client.Get("https" + strings.TrimPrefix(url, "http"))
			require.NoError(t, err)
			body, err := io.ReadAll(resp.Body)
			require.NoError(t, err)
			resp.Body.Close()
			require.Equal(t, "HTTP/2.0", string(body))
			client.CloseIdleConnections()
			require.NoError(t, stop())
		})
	}
}

func TestRun_addresses(t *testing.T) {
	t.Parallel()
	t.Run("a unix socket", func(t *testing.T) {
		t.Parallel()
		path := filepath.Join(t.TempDir(), "s")
		ctx, cancel := context.WithCancel(t.Context())
		started := make(chan struct{})
		r := quiet(wend.OnStart(func(context.Context) error { close(started); return nil }))
		wend.Get(r, "/", func(context.Context, none) (wend.Text, error) { return "over a socket", nil })
		done := make(chan error, 1)
		go func() { done <- r.Run(ctx, "unix:"+path) }()
		<-started
		client := &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", path)
		}}}
		resp, err := client.Get("http://socket/")
		require.NoError(t, err)
		body, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		require.Equal(t, "over a socket", string(body))
		client.CloseIdleConnections()
		cancel()
		require.NoError(t, <-done)
		require.NoFileExists(t, path)
	})
	t.Run("a unix socket that is there", func(t *testing.T) {
		t.Parallel()
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		stale := filepath.Join(t.TempDir(), "s")
		l, err := net.ListenUnix("unix", &net.UnixAddr{Name: stale, Net: "unix"})
		require.NoError(t, err)
		require.ErrorContains(t, quiet().Run(ended, "unix:"+stale), "address already in use", "somebody listens")
		l.SetUnlinkOnClose(false)
		require.NoError(t, l.Close())
		require.FileExists(t, stale)
		require.NoError(t, quiet().Run(ended, "unix:"+stale), "a process that was killed has left it")
		file := filepath.Join(t.TempDir(), "f")
		require.NoError(t, os.WriteFile(file, nil, 0o600))
		require.ErrorContains(t, quiet().Run(ended, "unix:"+file), "address already in use")
		require.FileExists(t, file)
	})
	t.Run("several servers in one process", func(t *testing.T) {
		t.Parallel()
		for i := range 3 {
			r := quiet()
			wend.Get(r, "/", func(context.Context, none) (wend.Text, error) { return wend.Text(fmt.Sprint(i)), nil })
			url, stop := serve(t, r)
			t.Cleanup(func() { require.NoError(t, stop()) })
			_, body := get(t, url)
			require.Equal(t, fmt.Sprint(i), body)
		}
	})
}

// TestRun_process runs this test binary as a service of its own: for what a process has
// only once.
func TestRun_process(t *testing.T) {
	if os.Getenv("WEND_TEST_SERVICE") != "" {
		service()
		return
	}
	t.Parallel()
	t.Run("PORT", func(t *testing.T) {
		t.Parallel()
		l, err := net.Listen("tcp", "127.0.0.1:0") // a port that is free a moment later
		require.NoError(t, err)
		port := l.Addr().(*net.TCPAddr).Port
		l.Close()
		cmd := child(t, fmt.Sprintf("PORT=%d", port))
		require.Equal(t, "ok", ask(t, fmt.Sprintf("http://127.0.0.1:%d/", port)))
		require.NoError(t, cmd.Process.Signal(syscall.SIGINT))
		require.NoError(t, cmd.Wait())
	})
	t.Run("systemd", func(t *testing.T) {
		t.Parallel()
		l, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		defer l.Close()
		f, err := l.(*net.TCPListener).File()
		require.NoError(t, err)
		defer f.Close()
		// The shell becomes the service, so that LISTEN_PID is the service's own.
		cmd := exec.Command("/bin/sh", "-c", `LISTEN_PID=$$ LISTEN_FDS=1 exec "$0" -test.run=^TestRun_process$`, os.Args[0])
		cmd.Env = append(os.Environ(), "WEND_TEST_SERVICE=1")
		cmd.ExtraFiles = []*os.File{f}
		require.NoError(t, cmd.Start())
		require.Equal(t, "ok", ask(t, "http://"+l.Addr().String()+"/"))
		require.NoError(t, cmd.Process.Signal(syscall.SIGTERM))
		require.NoError(t, cmd.Wait())
	})
	t.Run("several sockets of systemd", func(t *testing.T) {
		t.Parallel()
		cmd := exec.Command("/bin/sh", "-c", `LISTEN_PID=$$ LISTEN_FDS=2 exec "$0" -test.run=^TestRun_process$`, os.Args[0])
		cmd.Env = append(os.Environ(), "WEND_TEST_SERVICE=1")
		said, err := cmd.CombinedOutput()
		require.Error(t, err)
		require.Contains(t, string(said), "systemd has passed 2 sockets, and Run serves one")
	})
}

// service is what the child runs.
func service() {
	r := quiet()
	wend.Get(r, "/", func(context.Context, none) (wend.Text, error) { return "ok", nil })
	if err := r.Run(context.Background(), ""); err != nil {
		panic(err)
	}
}

func child(t *testing.T, env string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestRun_process$")
	cmd.Env = append(os.Environ(), "WEND_TEST_SERVICE=1", env)
	require.NoError(t, cmd.Start())
	return cmd
}

// ask waits for a service to come up.
func ask(t *testing.T, url string) string {
	t.Helper()
	for range 200 {
		resp, err := http.Get(url)
		if err == nil {
			body, _ := io.ReadAll(resp.Body)
			resp.Body.Close()
			return string(body)
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatal("the service does not come up")
	return ""
}

// TestServe_stopsUnderLoad stops a server 20 times while clients send requests: each
// that was accepted is answered whole.
func TestServe_stopsUnderLoad(t *testing.T) {
	t.Parallel()
	const cycles, clients = 20, 50
	var answered, refused atomic.Int64
	for range cycles {
		r := quiet()
		var accepted atomic.Int64
		wend.Post(r, "/{id}", func(_ context.Context, in struct {
			ID   int `path:"id"`
			Body note
		},
		) (note, error) {
			accepted.Add(1)
			return note{ID: in.ID, Text: in.Body.Text}, nil
		})
		url, stop := serve(t, r)
		var mine atomic.Int64
		var wg sync.WaitGroup
		begun := make(chan struct{}, clients)
		for range clients {
			wg.Go(func() {
				client := &http.Client{Transport: &http.Transport{}}
				defer client.CloseIdleConnections()
				for id := 1; ; id++ {
					resp, err := client.Post(fmt.Sprintf("%s/%d", url, id), "application/json", strings.NewReader(`{"id":1,"text":"x"}`))
					if err != nil {
						refused.Add(1)
						return // no connection any more
					}
					body, err := io.ReadAll(resp.Body)
					resp.Body.Close()
					if want := fmt.Sprintf(`{"id":%d,"text":"x","tags":[]}`, id); err != nil || string(body) != want {
						t.Errorf("an accepted request was lost: %q, %v", body, err)
						return
					}
					mine.Add(1)
					select {
					case begun <- struct{}{}:
					default:
					}
				}
			})
		}
		<-begun
		require.NoError(t, stop())
		wg.Wait()
		require.Equal(t, accepted.Load(), mine.Load(), "each accepted request was answered")
		answered.Add(mine.Load())
	}
	require.Positive(t, answered.Load())
	require.Positive(t, refused.Load())
}

// TestStart_hooksAskTheRouter shows that OnStart and OnStop functions may use the router.
func TestStart_hooksAskTheRouter(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var r *wend.Router
		var seen []bool
		ask := func(context.Context) error {
			select {
			case <-r.Draining():
				seen = append(seen, true)
			default:
				seen = append(seen, false)
			}
			require.Equal(t, 200, do(r, "GET", "/stream", "").Code)
			return nil
		}
		r = quiet(wend.OnStart(ask), wend.OnStop(ask))
		wend.Get(r, "/stream", gives(wend.Stream{Write: func(context.Context, io.Writer) error { return nil }}))
		require.NoError(t, r.Start(t.Context()))
		require.NoError(t, r.Stop(t.Context()))
		require.Equal(t, []bool{false, true}, seen)
	})
}

// TestStart_interrupted shows that what had started is stopped in earnest when a signal
// ends the start.
func TestStart_interrupted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, interrupt := context.WithCancel(t.Context())
		var stopped time.Duration
		r := quiet(wend.Drain(time.Minute, 0),
			wend.OnStart(func(context.Context) error { return nil }),
			wend.OnStop(func(ctx context.Context) error {
				begin := time.Now()
				<-ctx.Done()
				stopped = time.Since(begin)
				return context.Cause(ctx)
			}),
			wend.OnStart(func(ctx context.Context) error { interrupt(); return ctx.Err() }))
		err := r.Start(ctx)
		require.ErrorIs(t, err, context.Canceled)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Equal(t, time.Minute, stopped)
	})
}
