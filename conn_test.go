package wend

import (
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestStallConn(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		send func(c *stallConn) (int64, error)
	}{
		{"a large write", func(c *stallConn) (int64, error) {
			n, err := c.Write(make([]byte, 1<<20))
			return int64(n), err
		}},
		{"a file", func(c *stallConn) (int64, error) { return c.ReadFrom(strings.NewReader(strings.Repeat("x", 1<<20))) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ours, theirs := net.Pipe()
				defer theirs.Close()
				conn := &stallConn{Conn: ours}
				defer conn.Close()
				go func() { // a slow client, who takes a piece in 20 s and after a while nothing more
					for range 3 {
						time.Sleep(20 * time.Second)
						io.CopyN(io.Discard, theirs, writePiece)
					}
				}()
				begin := time.Now()
				n, err := c.send(conn)
				require.ErrorIs(t, err, os.ErrDeadlineExceeded)
				require.GreaterOrEqual(t, n, int64(writePiece))
				require.Less(t, time.Since(begin), 2*time.Minute)
				time.Sleep(time.Minute) // the client ends
			})
		})
	}
}

func TestStallConn_ownDeadline(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ours, theirs := net.Pipe()
		defer theirs.Close()
		conn := &stallConn{Conn: ours}
		defer conn.Close()
		after := func() time.Duration {
			begin := time.Now()
			_, err := conn.Write([]byte("x"))
			require.True(t, errors.Is(err, os.ErrDeadlineExceeded), "%v", err)
			return time.Since(begin)
		}
		require.Equal(t, writeStall, after())
		require.NoError(t, conn.SetWriteDeadline(time.Now().Add(time.Second)))
		require.Equal(t, time.Second, after())
		require.NoError(t, conn.SetDeadline(time.Now().Add(time.Hour)))
		require.Equal(t, time.Hour, after())
		require.NoError(t, conn.SetWriteDeadline(time.Time{}))
		require.Equal(t, writeStall, after(), "without a deadline of somebody's own, the connection has its own again")
	})
}
