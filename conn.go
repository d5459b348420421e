package wend

import (
	"io"
	"net"
	"sync/atomic"
	"time"
)

// stallListener gives its connections a deadline for each write, so that a peer that
// takes nothing for 30 s loses its connection, whatever is being sent: http.Server has
// only a deadline for a whole response, which would end long ones that do arrive.
type stallListener struct{ net.Listener }

// Accept returns the next connection.
func (l stallListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &stallConn{Conn: c}, nil
}

// stallConn is a connection of a stallListener.
type stallConn struct {
	net.Conn
	own atomic.Bool // somebody has set a deadline for writes, which counts instead
}

// writePiece is what a peer must take within one deadline.
const writePiece = 64 << 10

func (c *stallConn) renew() {
	if !c.own.Load() {
		_ = c.Conn.SetWriteDeadline(time.Now().Add(writeStall))
	}
}

// Write writes piece by piece.
func (c *stallConn) Write(p []byte) (n int, err error) {
	for {
		c.renew()
		m, err := c.Conn.Write(p[:min(len(p), writePiece)])
		n, p = n+m, p[m:]
		if err != nil || len(p) == 0 {
			return n, err
		}
	}
}

// ReadFrom lets the system copy a file to the connection, piece by piece.
func (c *stallConn) ReadFrom(src io.Reader) (n int64, err error) {
	for {
		c.renew()
		m, err := io.CopyN(c.Conn, src, writePiece)
		n += m
		if err == io.EOF {
			return n, nil
		}
		if err != nil {
			return n, err
		}
	}
}

// SetWriteDeadline sets a deadline in place of the connection's own; zero gives that back.
func (c *stallConn) SetWriteDeadline(t time.Time) error {
	c.own.Store(!t.IsZero())
	return c.Conn.SetWriteDeadline(t)
}

// SetDeadline sets both deadlines.
func (c *stallConn) SetDeadline(t time.Time) error {
	c.own.Store(!t.IsZero())
	return c.Conn.SetDeadline(t)
}
