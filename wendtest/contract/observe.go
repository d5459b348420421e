package contract

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"sync/atomic"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/internal/replace"
)

// maxKept is how much of a body is kept to be compared; of a longer one, only the
// header and the items of a stream are.
const maxKept = 4 << 20

// observed is a router whose answers are looked at.
type observed struct {
	router   *wend.Router
	contract func() *contract
	seen     func(*operation, *answer)
	used     atomic.Bool
}

// Unwrap returns the router, for [wendtest.New].
func (h *observed) Unwrap() http.Handler { return h.router }

// Start is the router's.
func (h *observed) Start(ctx context.Context) error { return h.router.Start(ctx) }

// Stop is the router's.
func (h *observed) Stop(ctx context.Context) error { return h.router.Stop(ctx) }

// ServeHTTP serves a request and shows the answer of an operation.
func (h *observed) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.used.Store(true)
	c := h.contract()
	method := r.Method
	conditional := r.Header.Get("If-None-Match")+r.Header.Get("If-Modified-Since") != ""
	rec := &recorder{ResponseWriter: w}
	var reached atomic.Bool
	r = r.WithContext(replace.Watch(r.Context(), &reached))
	h.router.ServeHTTP(rec, r) // a panic is the server's matter: the client sees no whole response
	op := c.operations[r.Pattern]
	if op == nil || method == http.MethodOptions && op.method != http.MethodOptions || rec.taken {
		return // without a route, hidden, or the answer of a middleware to a preflight
	}
	a := rec.answer(method)
	a.conditional, a.outside = conditional, !reached.Load()
	h.seen(op, a)
}

// recorder keeps what is written.
type recorder struct {
	http.ResponseWriter
	status int
	header http.Header
	body   bytes.Buffer
	part   bool
	taken  bool // the connection is the handler's
}

// Unwrap gives [http.ResponseController] what the writer below offers.
func (w *recorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// WriteHeader notes the header as it is sent; informational ones come before it.
func (w *recorder) WriteHeader(status int) {
	if w.status == 0 && status >= 200 {
		w.status, w.header = status, w.Header().Clone()
	}
	w.taken = w.taken || status == http.StatusSwitchingProtocols
	w.ResponseWriter.WriteHeader(status)
}

func (w *recorder) Write(p []byte) (int, error) {
	if w.status == 0 {
		w.status, w.header = http.StatusOK, w.Header().Clone()
	}
	n, err := w.ResponseWriter.Write(p)
	kept := p[:min(n, maxKept-w.body.Len())]
	w.body.Write(kept)
	w.part = w.part || len(kept) < len(p) || err != nil
	return n, err
}

// WriteString writes without the copy that the caller would make.
func (w *recorder) WriteString(s string) (int, error) { return w.Write([]byte(s)) }

// ReadFrom copies, so that every byte is seen.
func (w *recorder) ReadFrom(r io.Reader) (int64, error) {
	return io.Copy(struct{ io.Writer }{w}, r)
}

// Flush sends what has been written, if the writer below can.
func (w *recorder) Flush() {
	if w.status == 0 {
		w.WriteHeader(http.StatusOK)
	}
	_ = http.NewResponseController(w.ResponseWriter).Flush() // a writer that cannot has nothing to hold back
}

// answer is what was recorded. A handler that wrote nothing has answered 200.
func (w *recorder) answer(method string) *answer {
	if w.status == 0 {
		w.status, w.header = http.StatusOK, w.Header().Clone()
	}
	return &answer{method: method, status: w.status, header: w.header, body: w.body.Bytes(), part: w.part}
}
