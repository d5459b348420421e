package rw

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestWriter(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		use    func(w *Writer)
		status int
		bytes  int64
		begun  bool
	}{
		{"nothing", func(*Writer) {}, 0, 0, false},
		{"header alone", func(w *Writer) { w.Header().Set("A", "b") }, 0, 0, false},
		{"informational", func(w *Writer) { w.WriteHeader(103) }, 0, 0, false},
		{"status", func(w *Writer) { w.WriteHeader(201); w.WriteHeader(500) }, 201, 0, true},
		{"switching protocols", func(w *Writer) { w.WriteHeader(101) }, 101, 0, true},
		{"body", func(w *Writer) { io.WriteString(w, "ab"); w.Write([]byte("c")) }, 200, 3, true},
		{"copy", func(w *Writer) { io.Copy(w, strings.NewReader("abcd")) }, 200, 4, true},
		{"flush", func(w *Writer) { w.Flush() }, 200, 0, true},
	}
	for _, test := range tests {
		begins := 0
		w := New(httptest.NewRecorder(), func() { begins++ })
		test.use(w)
		require.Equal(t, test.status, w.Status(), test.name)
		require.Equal(t, test.bytes, w.Bytes(), test.name)
		require.Equal(t, test.begun, w.Begun(), test.name)
		want := 0
		if test.begun {
			want = 1
		}
		require.Equal(t, want, begins, test.name)
	}
	_, _, err := New(httptest.NewRecorder(), nil).Hijack()
	require.ErrorIs(t, err, http.ErrNotSupported)
}

// TestWriter_connection reaches every optional method of a real connection through
// two wrappers.
func TestWriter_connection(t *testing.T) {
	t.Parallel()
	var failed error
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		outer := New(New(w, nil), nil)
		c := http.NewResponseController(outer)
		failed = errors.Join(c.SetReadDeadline(time.Time{}), c.SetWriteDeadline(time.Time{}), c.EnableFullDuplex())
		if r.URL.Path == "/flush" {
			io.WriteString(outer, "a")
			failed = errors.Join(failed, c.Flush())
			io.WriteString(outer, "b")
			return
		}
		conn, buf, err := c.Hijack()
		failed = errors.Join(failed, err)
		if err == nil && outer.Begun() {
			buf.WriteString("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nhijacked")
			buf.Flush()
			conn.Close()
		}
	}))
	defer server.Close()
	for path, want := range map[string]string{"/flush": "ab", "/hijack": "hijacked"} {
		conn, err := net.Dial("tcp", strings.TrimPrefix(server.URL, "http://"))
		require.NoError(t, err)
		io.WriteString(conn, "GET "+path+" HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		require.NoError(t, err, path)
		body, err := io.ReadAll(resp.Body)
		require.NoError(t, err, path)
		require.Equal(t, want, string(body), path)
		require.NoError(t, conn.Close())
		require.NoError(t, failed, path)
	}
}

func TestEndEarly(t *testing.T) {
	t.Parallel()
	inner := New(httptest.NewRecorder(), nil)
	held := NewHeld(inner, 4, nil)
	outer := New(held, nil)
	require.False(t, outer.EndedEarly())
	EndEarly(outer)
	require.True(t, outer.EndedEarly())
	require.True(t, inner.EndedEarly(), "through a wrapper of another kind")
}
