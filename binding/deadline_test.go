package binding

import (
	"errors"
	"io"
	"iter"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// slowConn is a connection whose client sends its pieces with a pause before each.
// It is the writer, whose deadline it keeps, and the body.
type slowConn struct {
	http.ResponseWriter

	pieces   []string
	pause    time.Duration
	arrives  time.Time // of the next piece
	deadline time.Time
	set      int // calls of SetReadDeadline
}

func newSlowConn(pause time.Duration, pieces ...string) *slowConn {
	return &slowConn{httptest.NewRecorder(), slices.Clone(pieces), pause, time.Now().Add(pause), time.Time{}, 0}
}

func (c *slowConn) SetReadDeadline(t time.Time) error {
	c.deadline = t
	c.set++
	return nil
}

func (c *slowConn) Read(p []byte) (int, error) {
	if len(c.pieces) == 0 {
		return 0, io.EOF
	}
	if d := c.deadline; !d.IsZero() && !d.After(c.arrives) {
		time.Sleep(time.Until(d))
		return 0, os.ErrDeadlineExceeded
	}
	time.Sleep(time.Until(c.arrives))
	n := copy(p, c.pieces[0])
	if c.pieces[0] = c.pieces[0][n:]; c.pieces[0] == "" {
		c.pieces, c.arrives = c.pieces[1:], time.Now().Add(c.pause)
	}
	return n, nil
}

func (*slowConn) Close() error { return nil }

// wrapped hides a writer as a middleware does.
type wrapped struct{ http.ResponseWriter }

func (w wrapped) Unwrap() http.ResponseWriter { return w.ResponseWriter }

type (
	slowJSON  struct{ Body []int }
	slowBytes struct{ Body []byte }
	slowText  struct{ Body string }
	slowForm  struct {
		A string `form:"a"`
		B string `form:"b"`
	}
	slowFile struct {
		A Upload `form:"a"`
	}
	slowStream struct{ Body io.Reader }
	slowParts  struct {
		Body iter.Seq2[*multipart.Part, error]
	}
)

const (
	part1 = "--x\r\nContent-Disposition: form-data; name=\"a\"; filename=\"f\"\r\n\r\n"
	part2 = "\r\n--x--\r\n"
)

// drain reads what a body leaves to the handler.
func drain(v any) error {
	switch v := v.(type) {
	case *slowStream:
		_, err := io.Copy(io.Discard, v.Body)
		return err
	case *slowParts:
		for part, err := range v.Body {
			if err == nil {
				_, err = io.Copy(io.Discard, part)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

func TestDeadline(t *testing.T) {
	t.Parallel()
	const second = time.Second
	limits := func(timeout, stall time.Duration) Limits {
		return Limits{Body: 1 << 20, Timeout: timeout, Stall: stall}
	}
	both := limits(30*second, 10*second)
	list := strings.Split("[1,2,3,4,5,6]", "")
	form := strings.Split("a=123456&b=7", "")
	file := append(append([]string{part1}, strings.Split("0123456789", "")...), part2)
	json, urlForm, multi := "application/json", urlencoded, multipartForm+"; boundary=x"
	for _, c := range []struct {
		name   string
		in     any
		media  string
		limits Limits
		pause  time.Duration
		pieces []string
		want   string
		after  time.Duration
	}{
		{"json in time", &slowJSON{}, json, both, 2 * second, list, "", 26 * second},
		{"json too long in all", &slowJSON{}, json, both, 3 * second, list, "408", 30 * second},
		{"json stalls", &slowJSON{}, json, both, 11 * second, list, "408", 10 * second},
		{"json stalls just not", &slowJSON{}, json, both, 10*second - 1, []string{"[1,", "2]"}, "", 20*second - 2},
		{"no total", &slowJSON{}, json, limits(0, 10*second), 9 * second, list, "", 117 * second},
		{"no stall", &slowJSON{}, json, limits(30*second, 0), 14 * second, []string{"[1,", "2]"}, "", 28 * second},
		{"no stall, too long", &slowJSON{}, json, limits(30*second, 0), 16 * second, []string{"[1,", "2]"}, "408", 30 * second},
		{"no limits", &slowJSON{}, json, limits(0, 0), time.Hour, []string{"[1,", "2]"}, "", 2 * time.Hour},
		{"stall longer than the total", &slowJSON{}, json, limits(5*second, 10*second), 6 * second, list, "408", 5 * second},
		{"bytes stall", &slowBytes{}, "application/octet-stream", both, 11 * second, list, "408", 10 * second},
		{"text too long in all", &slowText{}, "text/plain", both, 4 * second, list, "408", 30 * second},
		{"nothing comes, nor a type", &slowJSON{}, "", both, 11 * second, list, "422 body  required", 10 * second},
		{"form in time", &slowForm{}, urlForm, both, 2 * second, form, "", 24 * second},
		{"form too long in all", &slowForm{}, urlForm, both, 3 * second, form, "408", 30 * second},
		{"form stalls", &slowForm{}, urlForm, both, 11 * second, form, "408", 10 * second},
		{"file in time", &slowFile{}, multi, both, 2 * second, file, "", 24 * second},
		{"file too long in all", &slowFile{}, multi, both, 3 * second, file, "408", 30 * second},
		{"file stalls", &slowFile{}, multi, both, 11 * second, file, "408", 10 * second},
		{"a stream has no total", &slowStream{}, "application/octet-stream", both, 9 * second, list, "", 117 * second},
		{"a stream stalls", &slowStream{}, "application/octet-stream", both, 11 * second, list, "408", 10 * second},
		{"parts have no total", &slowParts{}, multi, both, 9 * second, file, "", 108 * second},
		{"parts stall", &slowParts{}, multi, both, 11 * second, file, "408", 10 * second},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				begin := time.Now()
				conn := newSlowConn(c.pause, c.pieces...)
				v := reflect.New(reflect.TypeOf(c.in).Elem())
				err := bindSlow(t, v, conn, wrapped{wrapped{conn}}, c.media, c.limits, -1)
				if err == nil {
					err = drain(v.Interface())
				}
				if got := brief(err); got != c.want {
					t.Errorf("got %q, want %q", got, c.want)
				}
				if got := time.Since(begin); got != c.after {
					t.Errorf("it took %v, want %v", got, c.after)
				}
				switch {
				case c.limits.Timeout == 0 && c.limits.Stall == 0:
					require.Zero(t, conn.set, "nobody touches the deadline")
				case c.want == "408":
					require.False(t, conn.deadline.IsZero(), "what the server reads on must not wait for ever")
				default:
					require.True(t, conn.deadline.IsZero(), "a body that has arrived leaves no deadline behind")
				}
			})
		})
	}
}

// bindSlow binds v, which points to a struct, from what conn sends.
func bindSlow(t *testing.T, v reflect.Value, conn *slowConn, w http.ResponseWriter, media string, limits Limits, size int64) error {
	t.Helper()
	plan, problems := NewSet().Input(v.Type().Elem(), Config{Method: "POST"})
	require.Empty(t, problems)
	r, err := http.NewRequest(http.MethodPost, "/", conn)
	require.NoError(t, err)
	r.ContentLength = size
	if media != "" {
		r.Header.Set("Content-Type", media)
	}
	in := &Incoming{Request: r, Writer: w, Limits: limits}
	err = plan.Bind(in, v.UnsafePointer())
	require.NoError(t, in.Close())
	return err
}

// A refused body is not read here, and the server, which reads on, is given a deadline.
func TestDeadline_refused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, media string
		size        int64
		want        string
	}{
		{"too large by its own word", "application/json", 1 << 40, "413"},
		{"another type", "text/plain", 10, "415"},
	} {
		synctest.Test(t, func(t *testing.T) {
			conn := newSlowConn(time.Hour, "[1]")
			err := bindSlow(t, reflect.ValueOf(&slowJSON{}), conn, conn, c.media, DefaultLimits(), c.size)
			require.Equal(t, c.want, brief(err), c.name)
			require.Equal(t, time.Now().Add(DefaultLimits().Stall), conn.deadline, c.name)
		})
	}
}

// Without a writer that knows deadlines the body is read as it comes.
func TestDeadline_unknownWriter(t *testing.T) {
	t.Parallel()
	for _, w := range []http.ResponseWriter{nil, httptest.NewRecorder(), wrapped{httptest.NewRecorder()}} {
		synctest.Test(t, func(t *testing.T) {
			conn := newSlowConn(time.Minute, "[1,", "2]")
			v := &slowJSON{}
			require.NoError(t, bindSlow(t, reflect.ValueOf(v), conn, w, "application/json", DefaultLimits(), -1))
			require.Equal(t, []int{1, 2}, v.Body)
			require.Zero(t, conn.set)
		})
	}
}

// The error of a streamed body is one to hand back as it is.
func TestDeadline_streamErrors(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		v := &slowStream{}
		conn := newSlowConn(time.Second, "12345", "6789")
		limits := DefaultLimits()
		limits.Body = 7
		require.NoError(t, bindSlow(t, reflect.ValueOf(v), conn, conn, "application/octet-stream", limits, -1))
		data, err := io.ReadAll(v.Body)
		require.Equal(t, "1234567", string(data), "as many bytes as the limit pass")
		var e *Error
		require.True(t, errors.As(err, &e))
		require.Equal(t, http.StatusRequestEntityTooLarge, e.Status)
		require.False(t, conn.deadline.IsZero())
	})
}
