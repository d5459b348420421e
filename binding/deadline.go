package binding

import (
	"io"
	"math"
	"net/http"
	"time"
)

// readDeadliner is what http.ResponseController looks for; it is asked for here
// without the error that the controller would allocate.
type readDeadliner interface{ SetReadDeadline(time.Time) error }

// clock holds the deadlines of one body.
type clock struct {
	conn  readDeadliner
	end   time.Time
	stall time.Duration
}

func startClock(in *Incoming) clock {
	c := clock{stall: in.Limits.Stall}
	if in.Limits.Timeout == 0 && in.Limits.Stall == 0 {
		return c
	}
	for w := in.Writer; w != nil; {
		switch t := w.(type) {
		case readDeadliner:
			c.conn = t
			if in.Limits.Timeout > 0 {
				c.end = time.Now().Add(in.Limits.Timeout)
			}
			return c
		case interface{ Unwrap() http.ResponseWriter }:
			w = t.Unwrap()
		default:
			return c
		}
	}
	return c
}

// tick sets the deadline of the next read.
func (c *clock) tick() {
	if c.conn == nil {
		return
	}
	deadline := c.end
	if c.stall > 0 {
		if next := time.Now().Add(c.stall); deadline.IsZero() || next.Before(deadline) {
			deadline = next
		}
	}
	_ = c.conn.SetReadDeadline(deadline)
}

// stop lifts the deadline of a body that has arrived. That of a refused one stays:
// the server reads on before it closes the connection, and must not wait for long.
func (c *clock) stop() {
	if c.conn != nil {
		_ = c.conn.SetReadDeadline(time.Time{})
	}
}

// streamedBody is a body that the handler reads by itself, under the limits.
type streamedBody struct {
	src     io.Reader
	clock   clock
	limit   int64
	left    int64
	refused bool // its Content-Length is over the limit
}

// limitedBody is a body that the handler reads.
func limitedBody(in *Incoming, limit int64) *streamedBody {
	streamed := *in
	streamed.Limits.Timeout = 0 // the handler's own business
	return timedBody(&streamed, limit)
}

// timedBody is the body under its deadlines, with a limit of its own.
func timedBody(in *Incoming, limit int64) *streamedBody {
	body := &streamedBody{clock: startClock(in), limit: limit, left: limit}
	if in.Request.Body != nil {
		body.src = in.Request.Body
	}
	return body
}

// GuardBody puts a body that nobody here reads under the limits Body, Form and Stall: that
// of a plain handler, and one that is not wanted at all. Without it, a client could keep the
// server for ever that reads what a handler has left, before it sends the answer. What
// exceeds the limit, or says so in its Content-Length, fails with an [*Error] of status 413
// that wraps an [*http.MaxBytesError]. A Form of 0 means that nobody has given the limits:
// those of a [Plan] that binds the body later are used instead of them.
func GuardBody(w http.ResponseWriter, r *http.Request, l Limits) {
	if r.Body == nil || r.Body == http.NoBody {
		return
	}
	limit := l.Body
	if isMultipart(r) {
		if limit = l.Form; limit == 0 {
			limit = defaultForm
		}
	}
	l.Timeout = 0 // the handler's own business
	body := &guardedBody{Closer: r.Body, liftable: l.Form == 0}
	body.streamedBody = streamedBody{
		src: r.Body, clock: startClock(&Incoming{Writer: w, Limits: l}), limit: limit, left: limit, refused: r.ContentLength > limit,
	}
	body.clock.tick()
	r.Body = body
}

// guardedBody is the body of a request behind GuardBody.
type guardedBody struct {
	streamedBody
	io.Closer
	liftable bool
}

// lift ends a limit that nobody has given, for who reads the body with one of its own.
func lift(r *http.Request) {
	if body, ok := r.Body.(*guardedBody); ok && body.liftable {
		body.limit, body.left, body.refused = math.MaxInt64, math.MaxInt64, false
	}
}

// Read fails with an [*Error] of status 413 or 408 when a limit is passed.
func (s *streamedBody) Read(p []byte) (int, error) {
	if s.src == nil {
		return 0, io.EOF
	}
	if s.refused { // nothing of it is read, so nobody passes on a half
		return 0, s.failed(errTooLarge)
	}
	if int64(len(p))-1 > s.left {
		p = p[:s.left+1]
	}
	s.clock.tick()
	n, err := s.src.Read(p)
	if int64(n) > s.left {
		n, err = int(s.left), errTooLarge
	}
	s.left -= int64(n)
	switch {
	case err == io.EOF:
		s.clock.stop() // it would end the server's watch for a client that leaves, and with it the request
	case err != nil:
		err = s.failed(err)
	}
	return n, err
}

// failed is the error of a read for the client, and for who looks for the one of
// [http.MaxBytesReader].
func (s *streamedBody) failed(err error) error {
	status, detail := readStatus(err, s.limit)
	if err == errTooLarge {
		err = &http.MaxBytesError{Limit: s.limit}
	}
	return &Error{Status: status, Detail: detail, cause: err}
}
