package wendtest

import (
	"io"
	"net/http"
	"os"
	"sync"
	"time"
)

// upload is a request body that comes from a reader of the test. The reader is asked for
// no more than the handler wants, and not before; a goroutine asks it, so that a deadline
// or the end of the request can end the wait.
type upload struct {
	source io.Reader
	close  func()

	mu      sync.Mutex
	changed sync.Cond
	asked   bool   // the source is being read
	got     []byte // from the source
	err     error  // of the source; stays
	closed  bool
	broken  bool // the client has gone
	stop    deadline
}

func newUpload(source io.Reader) *upload {
	u := &upload{source: source, close: func() {}}
	if c, ok := source.(io.Closer); ok {
		u.close = sync.OnceFunc(func() { _ = c.Close() })
	}
	u.changed.L = &u.mu
	return u
}

// Read reads from the source. An error of the source is io.ErrUnexpectedEOF here, as
// that of a broken connection is.
func (u *upload) Read(p []byte) (int, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if len(p) == 0 {
		return 0, nil
	}
	for {
		switch {
		case u.closed:
			return 0, http.ErrBodyReadAfterClose
		case len(u.got) > 0:
			n := copy(p, u.got)
			u.got = u.got[n:]
			return n, nil
		case u.err == io.EOF:
			return 0, io.EOF
		case u.err != nil, u.broken:
			return 0, io.ErrUnexpectedEOF
		case u.stop.passed():
			return 0, os.ErrDeadlineExceeded
		}
		if !u.asked {
			u.asked = true
			go u.ask(len(p))
		}
		u.changed.Wait()
	}
}

// ask reads up to n bytes of the source.
func (u *upload) ask(n int) {
	buf := make([]byte, n)
	n, err := u.source.Read(buf)
	u.mu.Lock()
	defer u.mu.Unlock()
	u.asked, u.got, u.err = false, buf[:n], err
	u.changed.Broadcast()
}

// Close ends a waiting Read and closes the source.
func (u *upload) Close() error {
	u.mu.Lock()
	u.closed = true
	u.stop.set(time.Time{}, nil)
	u.changed.Broadcast()
	u.mu.Unlock()
	u.close()
	return nil
}

// breakOff ends the body as a lost connection does.
func (u *upload) breakOff() {
	u.mu.Lock()
	u.broken = true
	u.changed.Broadcast()
	u.mu.Unlock()
	u.close()
}

func (u *upload) setDeadline(t time.Time) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.closed {
		return
	}
	u.stop.set(t, func() {
		u.mu.Lock()
		defer u.mu.Unlock()
		u.changed.Broadcast()
	})
	u.changed.Broadcast()
}
