package cve_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"io"
	"math/big"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend"
)

// A frame of HTTP/2 (RFC 9113 §4.1): 3 bytes of length, type, flags, stream.
func frame(kind, flags byte, stream uint32, payload string) []byte {
	n := len(payload)
	head := []byte{byte(n >> 16), byte(n >> 8), byte(n), kind, flags}
	return append(binary.BigEndian.AppendUint32(head, stream), payload...)
}

const (
	frameData, frameHeaders, framePriority, frameReset, frameSettings, framePing, frameGoAway, frameWindow, frameContinuation = 0, 1, 2, 3, 4, 6, 7, 8, 9
	endStream, endHeaders                                                                                                     = 1, 4
	preface                                                                                                                   = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
	// What GET, https, / and an authority are in HPACK (RFC 7541 appendix A).
	getRoot = "\x82\x87\x84\x41\x01x"
)

// literal is a field of HPACK that is not indexed, of fewer than 127 bytes each.
func literal(name, value string) string {
	return "\x00" + string(rune(len(name))) + name + string(rune(len(value))) + value
}

// secured serves a router over TLS until the test ends, and returns how to reach it.
func secured(t *testing.T, r func(opts ...wend.Option) *wend.Router) (addr string, config *tls.Config) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	require.NoError(t, err)
	cert, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	roots := x509.NewCertPool()
	roots.AddCert(cert)
	pair := tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
	addr = serve(t, r(wend.Server(func(s *http.Server) { s.TLSConfig = &tls.Config{Certificates: []tls.Certificate{pair}} })))
	return addr, &tls.Config{RootCAs: roots, NextProtos: []string{"h2", "http/1.1"}}
}

// TestHTTP2_floods: frames without an end cost their own connection and little else; a good client goes on beside them.
func TestHTTP2_floods(t *testing.T) {
	var running, highest atomic.Int64
	release := make(chan struct{})
	addr, config := secured(t, func(opts ...wend.Option) *wend.Router {
		r := quiet(opts...)
		r.Handle("GET /", http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			n := running.Add(1)
			defer running.Add(-1)
			for old := highest.Load(); n > old && !highest.CompareAndSwap(old, n); old = highest.Load() {
			}
			select {
			case <-r.Context().Done():
			case <-release:
			}
		}))
		r.Handle("GET /good", text("good"))
		return r
	})
	defer close(release)
	good := &http.Client{Transport: &http.Transport{TLSClientConfig: config.Clone(), ForceAttemptHTTP2: true}, Timeout: 20 * time.Second}
	defer good.CloseIdleConnections()
	ask := func() {
		resp, err := good.Get("https://" + addr + "/good")
		require.NoError(t, err)
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		require.NoError(t, err)
		require.Equal(t, "HTTP/2.0 good", resp.Proto+" "+string(body))
	}
	ask()
	odd := func(i int) uint32 { return uint32(2*i + 1) }
	for _, c := range []struct {
		name string
		n    int
		send func(b *bytes.Buffer, i int)
	}{
		{"CVE-2023-44487 streams that are reset at once", 5000, func(b *bytes.Buffer, i int) {
			b.Write(frame(frameHeaders, endStream|endHeaders, odd(i), getRoot))
			b.Write(frame(frameReset, 0, odd(i), "\x00\x00\x00\x08"))
		}},
		{"CVE-2023-39325 handlers of streams that are reset", 5000, func(b *bytes.Buffer, i int) {
			b.Write(frame(frameHeaders, endStream|endHeaders, odd(i), getRoot))
			b.Write(frame(frameReset, 0, odd(i), "\x00\x00\x00\x00"))
		}},
		{"CVE-2023-45288 continuation without an end", 5000, func(b *bytes.Buffer, i int) {
			kind := byte(frameContinuation)
			if i == 0 {
				kind = frameHeaders
			}
			b.Write(frame(kind, 0, 1, strings.Repeat(literal("x-flood", strings.Repeat("x", 100)), 100)))
		}},
		{"CVE-2024-34750 fields without a bound", 5000, func(b *bytes.Buffer, i int) {
			kind := byte(frameContinuation)
			if i == 0 {
				kind = frameHeaders
			}
			b.Write(frame(kind, 0, 1, strings.Repeat(literal("a", ""), 1000)))
		}},
		{"CVE-2022-41723 compression of the header", 500, func(b *bytes.Buffer, i int) {
			b.Write(frame(frameHeaders, endStream|endHeaders, odd(i), getRoot+"\x40\x7fa\xff\xff\xff\xff\x0f"))
		}},
		{"CVE-2022-41717 names that are not canonical", 2000, func(b *bytes.Buffer, i int) {
			b.Write(frame(frameHeaders, endStream|endHeaders, odd(i), getRoot+"\x40\x03a"+string([]byte{'a' + byte(i%26), 'a' + byte(i/26%26)})+"\x01v"))
			b.Write(frame(frameReset, 0, odd(i), "\x00\x00\x00\x08"))
		}},
		{"CVE-2021-44716 names without a bound", 2000, func(b *bytes.Buffer, i int) {
			b.Write(frame(frameHeaders, endStream|endHeaders, odd(i), getRoot+strings.Repeat(literal("n"+string([]byte{'a' + byte(i%26)}), "v"), 50)))
			b.Write(frame(frameReset, 0, odd(i), "\x00\x00\x00\x08"))
		}},
		{"CVE-2019-9512 pings", 50_000, func(b *bytes.Buffer, _ int) { b.Write(frame(framePing, 0, 0, "12345678")) }},
		{"CVE-2019-9514 resets by the server", 5000, func(b *bytes.Buffer, i int) {
			b.Write(frame(frameHeaders, endHeaders, odd(i), "\x82"))
		}},
		{"CVE-2019-9515 settings", 20_000, func(b *bytes.Buffer, _ int) { b.Write(frame(frameSettings, 0, 0, "")) }},
		{"CVE-2020-11080 large settings", 2000, func(b *bytes.Buffer, _ int) {
			b.Write(frame(frameSettings, 0, 0, strings.Repeat("\x00\x09\x00\x00\x00\x01", 2000)))
		}},
		{"CVE-2019-9516 fields without a name", 2000, func(b *bytes.Buffer, i int) {
			b.Write(frame(frameHeaders, endStream|endHeaders, odd(i), getRoot+strings.Repeat("\x00\x00\x00", 300)))
		}},
		{"CVE-2019-9517 window that is never read", 200, func(b *bytes.Buffer, i int) {
			b.Write(frame(frameHeaders, endStream|endHeaders, odd(i), getRoot))
			b.Write(frame(frameWindow, 0, 0, "\x00\x00\xff\xff"))
		}},
		{"CVE-2019-9511 windows of one byte", 20_000, func(b *bytes.Buffer, _ int) { b.Write(frame(frameWindow, 0, 0, "\x00\x00\x00\x01")) }},
		{"CVE-2019-9513 priorities", 20_000, func(b *bytes.Buffer, i int) {
			b.Write(frame(framePriority, 0, odd(i%100), "\x00\x00\x00\x01\x10"))
		}},
		{"CVE-2019-9518 empty frames", 20_000, func(b *bytes.Buffer, i int) {
			if i == 0 {
				b.Write(frame(frameHeaders, endHeaders, 1, "\x83\x87\x84\x41\x01x"))
			}
			b.Write(frame(frameData, 0, 1, ""))
		}},
		{"CVE-2022-27664 goodbye and more", 2000, func(b *bytes.Buffer, i int) {
			if i == 0 {
				b.Write(frame(frameGoAway, 0, 0, "\x00\x00\x00\x00\x00\x00\x00\x00"))
			}
			b.Write(frame(frameHeaders, endStream|endHeaders, odd(i), getRoot))
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			flood(t, addr, config, c.n, c.send, ask)
			runtime.GC()
			runtime.ReadMemStats(&after)
			require.LessOrEqual(t, highest.Load(), int64(101), "handlers at once: 100 streams of the one connection, and the good one")
			require.Less(t, int64(after.HeapAlloc)-int64(before.HeapAlloc), int64(32<<20))
		})
	}
	require.Positive(t, highest.Load(), "some of the streams were requests")
}

// flood sends n pieces over a connection, reads nothing that matters of it, and sees to the good client in between.
func flood(t *testing.T, addr string, config *tls.Config, n int, send func(b *bytes.Buffer, i int), ask func()) {
	t.Helper()
	conn, err := tls.Dial("tcp", addr, config)
	require.NoError(t, err)
	defer conn.Close()
	require.Equal(t, "h2", conn.ConnectionState().NegotiatedProtocol)
	require.NoError(t, conn.SetDeadline(time.Now().Add(10*time.Second)))
	drained := make(chan struct{})
	go func() { defer close(drained); _, _ = io.Copy(io.Discard, conn) }()
	defer func() { <-drained }()
	defer conn.Close()
	b := bytes.NewBufferString(preface)
	b.Write(frame(frameSettings, 0, 0, ""))
	for i := range n {
		send(b, i)
		if b.Len() > 32<<10 || i == n-1 {
			if _, err := conn.Write(b.Bytes()); err != nil {
				break // the server has had enough, which is an answer as well
			}
			b.Reset()
		}
		if i == n/2 {
			ask()
		}
	}
	ask()
}

// TestHTTP2_requests: a request over HTTP/2 obeys the rules of one over HTTP/1.1.
func TestHTTP2_requests(t *testing.T) {
	t.Parallel()
	addr, config := secured(t, func(opts ...wend.Option) *wend.Router {
		r := guardedSite()
		outer := quiet(opts...)
		outer.Mount("/", r)
		return outer
	})
	for _, c := range []struct{ name, head string }{
		{"CVE-2026-33186 path without a slash", "\x82\x87\x41\x01x" + literal(":path", "admin/users")},
		{"CVE-2019-9900 NUL in a path", "\x82\x87\x41\x01x" + literal(":path", "/admin\x00/users")},
		{"CVE-2023-25690 line break in a path", "\x82\x87\x41\x01x" + literal(":path", "/public/x HTTP/1.1\r\nX: /admin/users")},
		{"CVE-2021-31920 two slashes", "\x82\x87\x41\x01x" + literal(":path", "//admin/users")},
		{"CVE-2021-32779 hash", "\x82\x87\x41\x01x" + literal(":path", "/admin/users#x")},
		{"CVE-2021-21295 length that does not fit", getRoot + literal("content-length", "5")},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			conn, err := tls.Dial("tcp", addr, config)
			require.NoError(t, err)
			defer conn.Close()
			require.NoError(t, conn.SetDeadline(time.Now().Add(5*time.Second)))
			_, err = conn.Write(append(append([]byte(preface), frame(frameSettings, 0, 0, "")...), frame(frameHeaders, endStream|endHeaders, 1, c.head)...))
			require.NoError(t, err)
			require.NotContains(t, answerOf(conn), "secret")
		})
	}
	t.Run("CVE-2019-9901 what is not for the guard", func(t *testing.T) {
		t.Parallel()
		conn, err := tls.Dial("tcp", addr, config)
		require.NoError(t, err)
		defer conn.Close()
		require.NoError(t, conn.SetDeadline(time.Now().Add(5*time.Second)))
		_, err = conn.Write(append(append([]byte(preface), frame(frameSettings, 0, 0, "")...),
			frame(frameHeaders, endStream|endHeaders, 1, "\x82\x87\x41\x01x"+literal(":path", "/public/x"))...))
		require.NoError(t, err)
		require.Equal(t, "public", answerOf(conn), "the frames of this test are well-formed")
	})
}

// answerOf reads the data of stream 1 until the stream or the connection ends.
func answerOf(conn io.Reader) (data string) {
	head := make([]byte, 9)
	for {
		if _, err := io.ReadFull(conn, head); err != nil {
			return data
		}
		payload := make([]byte, int(head[0])<<16|int(head[1])<<8|int(head[2]))
		if _, err := io.ReadFull(conn, payload); err != nil {
			return data
		}
		switch kind := head[3]; {
		case kind == frameData:
			data += string(payload)
		case kind == frameReset, kind == frameGoAway:
			return data
		}
		if (head[3] == frameData || head[3] == frameHeaders) && head[4]&endStream != 0 {
			return data
		}
	}
}
