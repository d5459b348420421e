package rw

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// upper is a Body that says what was done to it.
type upper struct {
	w   io.Writer
	log []string
}

func (u *upper) Write(p []byte) (int, error) {
	return u.w.Write([]byte(strings.ToUpper(string(p))))
}
func (u *upper) Flush() error { u.log = append(u.log, "flush"); return nil }
func (u *upper) Close() error { u.log = append(u.log, "close"); return nil }

func TestHeld(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		use     func(h *Held)
		decided string // status, what was seen, whether it was the whole
		status  int
		body    string
		log     string
	}{
		{"nothing", func(*Held) {}, `200 "" true`, 200, "", "[close]"},
		{"status alone", func(h *Held) { h.WriteHeader(404); h.WriteHeader(500) }, `404 "" true`, 404, "", "[close]"},
		{"short", func(h *Held) { io.WriteString(h, "ab"); h.Write([]byte("cd")) }, `200 "abcd" true`, 200, "ABCD", "[close]"},
		{"long at once", func(h *Held) { io.WriteString(h, "abcde") }, `200 "abcde" false`, 200, "ABCDE", "[close]"},
		{"long in pieces", func(h *Held) { io.WriteString(h, "abc"); io.WriteString(h, "def"); io.WriteString(h, "g") }, `200 "abcdef" false`, 200, "ABCDEFG", "[close]"},
		{"flush", func(h *Held) { io.WriteString(h, "a"); h.Flush(); io.WriteString(h, "b") }, `200 "a" false`, 200, "AB", "[flush close]"},
		{"flush first", func(h *Held) { h.WriteHeader(202); h.Flush() }, `202 "" false`, 202, "", "[flush close]"},
		{"copy, short", func(h *Held) { io.Copy(h, struct{ io.Reader }{strings.NewReader("abcd")}) }, `200 "abcd" true`, 200, "ABCD", "[close]"},
		{"copy, long", func(h *Held) { io.Copy(h, struct{ io.Reader }{strings.NewReader("abcdefgh")}) }, `200 "abcde" false`, 200, "ABCDEFGH", "[close]"},
	}
	for _, test := range tests {
		w := httptest.NewRecorder()
		u := &upper{w: w}
		decided := ""
		h := NewHeld(w, 4, func(status int, held []byte, whole bool) (Body, bool) {
			decided += fmt.Sprintf("%d %q %v", status, held, whole)
			return u, false
		})
		require.False(t, h.Begun(), test.name)
		test.use(h)
		require.NoError(t, h.Finish(), test.name)
		require.Equal(t, test.decided, decided, test.name)
		require.Equal(t, test.status, w.Code, test.name)
		require.Equal(t, test.body, w.Body.String(), test.name)
		require.Equal(t, test.log, fmt.Sprint(u.log), test.name)
		require.True(t, h.Begun(), test.name)
	}
}

func TestHeld_asItIs(t *testing.T) {
	t.Parallel()
	w := httptest.NewRecorder()
	h := NewHeld(w, 4, func(int, []byte, bool) (Body, bool) { return nil, false })
	n, err := io.Copy(h, struct{ io.Reader }{strings.NewReader(strings.Repeat("a", 1000))})
	require.NoError(t, err)
	require.Equal(t, int64(1000), n)
	require.NoError(t, h.Finish())
	require.Equal(t, 1000, w.Body.Len())
	require.Equal(t, http.ResponseWriter(w), h.Unwrap())

	w = httptest.NewRecorder()
	h = NewHeld(w, 4, func(int, []byte, bool) (Body, bool) { w.WriteHeader(304); return nil, true })
	io.WriteString(h, "abcdefgh")
	io.WriteString(h, "more")
	require.NoError(t, h.Finish())
	require.Equal(t, 304, w.Code)
	require.Empty(t, w.Body.String(), "the decision has written")

	w = httptest.NewRecorder()
	h = NewHeld(w, 4, func(int, []byte, bool) (Body, bool) { t.Error("asked"); return nil, false })
	h.WriteHeader(101)
	require.NoError(t, h.Finish())
	require.Equal(t, 101, w.Code)
	require.Panics(t, func() { NewHeld(w, 4, nil).WriteHeader(0) })
}

// broken fails when it writes, and cannot flush.
type broken struct{ http.ResponseWriter }

var errBroken = errors.New("broken")

func (broken) Write([]byte) (int, error) { return 0, errBroken }

func TestHeld_failing(t *testing.T) {
	t.Parallel()
	h := NewHeld(broken{httptest.NewRecorder()}, 4, func(int, []byte, bool) (Body, bool) { return nil, false })
	require.ErrorIs(t, h.FlushError(), http.ErrNotSupported)
	require.False(t, h.Begun(), "what cannot be flushed has not begun")
	n, err := io.WriteString(h, "abcdefgh")
	require.ErrorIs(t, err, errBroken)
	require.Zero(t, n)
	w := New(broken{httptest.NewRecorder()}, nil)
	require.ErrorIs(t, w.FlushError(), http.ErrNotSupported)
	require.False(t, w.Begun())
}

func TestTee(t *testing.T) {
	t.Parallel()
	var copied strings.Builder
	w := New(httptest.NewRecorder(), nil)
	w.Tee(&copied)
	w.Write([]byte("a"))
	io.WriteString(w, "b")
	io.Copy(w, struct{ io.Reader }{strings.NewReader("c")})
	require.Equal(t, "abc", copied.String())
	require.Equal(t, int64(3), w.Bytes())
}

func TestBegun(t *testing.T) {
	t.Parallel()
	fresh, written := httptest.NewRecorder(), httptest.NewRecorder()
	written.WriteHeader(204)
	behind := New(written, nil) // it does not know what came before it
	for name, test := range map[string]struct {
		w    http.ResponseWriter
		want bool
	}{
		"fresh": {fresh, false}, "written": {written, true}, "wrapped": {New(fresh, nil), false}, "wrapped later": {behind, true},
		"held": {NewHeld(fresh, 4, nil), false}, "silent": {silent{}, true},
	} {
		require.Equal(t, test.want, Begun(test.w), name)
	}
	require.Equal(t, http.ResponseWriter(written), Base(New(behind, nil)))
	require.Equal(t, Watched(behind), Watch(behind))
	require.False(t, Watch(fresh).Begun())
}

// silent is a writer that takes every status.
type silent struct{ http.ResponseWriter }

func (silent) WriteHeader(int) {}
