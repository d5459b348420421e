package wend

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"reflect"
	"sync"
	"time"

	"github.com/wend-go/wend/binding"
)

// Stream answers with what Write writes, as it is written. An error before the first
// byte is an ordinary answer; a later one aborts the connection, so that no client takes
// a part for the whole. The context ends when the client goes and when the server stops.
//
// The writer is an [http.ResponseWriter] as well, on which [http.ResponseController]
// works. A client that takes nothing for 30 s loses its connection.
type Stream struct {
	MediaType string // "" is application/octet-stream
	Write     func(ctx context.Context, w io.Writer) error
}

// writeStall is how long a client may take nothing of a stream.
const writeStall = 30 * time.Second

const octetStream = "application/octet-stream"

// streaming is how an output is streamed.
type streaming struct {
	mediaType string        // by default
	items     *binding.Plan // of one item, where there are items
	endless   bool          // its end says nothing, since the client comes back for more
	run       func(s *streamWriter, st *streaming, body reflect.Value) error
}

var (
	streamType   = reflect.TypeFor[Stream]()
	downloadType = reflect.TypeFor[Download]()
	errorType    = reflect.TypeFor[error]()
)

// streams reports whether a type of output is written through instead of encoded first.
func streams(t reflect.Type) bool {
	return t == streamType || t == downloadType || t.Implements(eventsType) || isSeq(t)
}

// isSeq reports whether a type is an iter.Seq[T], or an iter.Seq2[T, error].
func isSeq(t reflect.Type) bool {
	if t.Kind() != reflect.Func || t.NumIn() != 1 || t.NumOut() != 0 {
		return false
	}
	yield := t.In(0)
	if yield.Kind() != reflect.Func || yield.NumOut() != 1 || yield.Out(0).Kind() != reflect.Bool {
		return false
	}
	return yield.NumIn() == 1 || yield.NumIn() == 2 && yield.In(1) == errorType
}

// streamOf compiles how an output of a type is streamed.
func (c *core) streamOf(t reflect.Type) (*streaming, binding.Problems) {
	switch {
	case t == streamType:
		return &streaming{mediaType: octetStream, run: runStream}, nil
	case t == downloadType:
		return &streaming{mediaType: octetStream, run: runDownload}, nil
	case t.Implements(eventsType):
		item := reflect.Zero(t).Interface().(eventStream).itemType()
		return c.itemsOf(t, item, &streaming{mediaType: "text/event-stream", endless: true, run: runEvents})
	}
	return c.itemsOf(t, t.In(0).In(0), &streaming{mediaType: "application/jsonl", run: runSeq})
}

func (c *core) itemsOf(t, item reflect.Type, st *streaming) (*streaming, binding.Problems) {
	if item.Implements(eventItemType) {
		return st, binding.Problems{{Where: t.String(), Text: "is a sequence of events", Write: fmt.Sprintf("wend.Events[%s]", item.Field(2).Type)}}
	}
	var problems binding.Problems
	st.items, problems = c.set.Output(item, binding.Config{})
	if len(problems) == 0 && st.items.BodyType() != item {
		problems = binding.Problems{{Where: t.String(), Text: fmt.Sprintf("has items of type %s, which are no bodies", item), Write: "a type with a JSON form"}}
	}
	return st, problems
}

// streamWriter is the response of a stream. Nothing of it is sent before its first byte.
type streamWriter struct {
	w         http.ResponseWriter
	r         *http.Request
	control   *http.ResponseController
	header    http.Header
	status    int
	mediaType string
	start     func()             // is called before the first byte
	tell      func(error) []byte // renders an error that is told within the stream
	stop      *time.Timer        // ends a stream that does not begin; may be nil

	mu    sync.Mutex // heartbeats come from another goroutine
	begun bool
	ended bool
	err   error // of the client's side
}

func newStreamWriter(w http.ResponseWriter, r *http.Request, status int, mediaType string) *streamWriter {
	return &streamWriter{
		w: w, r: r, control: http.NewResponseController(w),
		header: http.Header{}, status: status, mediaType: mediaType, start: func() {},
	}
}

// Header returns the header that is sent with the first byte.
func (s *streamWriter) Header() http.Header { return s.header }

// WriteHeader begins the response with the status.
func (s *streamWriter) WriteHeader(status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.begun && s.err == nil {
		s.status = status
		s.err = s.begin()
	}
}

// Unwrap returns the response's own writer.
func (s *streamWriter) Unwrap() http.ResponseWriter { return s.w }

// begin sends the header. The caller holds the lock.
func (s *streamWriter) begin() error {
	if len(s.header["Content-Type"]) == 0 && len(s.w.Header()["Content-Type"]) == 0 && s.mediaType != "" {
		s.header["Content-Type"] = []string{s.mediaType}
	}
	if err := checkHeader(s.header); err != nil {
		return err
	}
	s.begun = true
	if s.stop != nil {
		s.stop.Stop()
	}
	s.start()
	maps.Copy(s.w.Header(), s.header)
	s.w.WriteHeader(s.status)
	return nil
}

// ready begins the response and gives the client its time. The caller holds the lock.
func (s *streamWriter) ready() error {
	if s.err == nil && s.r.Context().Err() != nil {
		s.err = context.Cause(s.r.Context())
	}
	if s.err == nil && s.ended {
		s.err = ErrContextUsedLate
	}
	if s.err != nil {
		return s.err
	}
	if !s.begun {
		if s.err = s.begin(); s.err != nil {
			return s.err
		}
	}
	_ = s.control.SetWriteDeadline(time.Now().Add(writeStall)) // not every writer has one
	return nil
}

// Write sends bytes.
func (s *streamWriter) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.write(p)
}

func (s *streamWriter) write(p []byte) (n int, err error) {
	if err := s.ready(); err != nil {
		return 0, err
	}
	if s.r.Method == http.MethodHead {
		return len(p), nil
	}
	for len(p) > 0 && err == nil {
		var m int
		m, err = s.w.Write(p[:min(len(p), progress)])
		n, p = n+m, p[m:]
		_ = s.control.SetWriteDeadline(time.Now().Add(writeStall))
	}
	if err != nil {
		s.err = lost{err}
	}
	return n, s.err
}

// lost is an error of the connection: nobody is there to be told.
type lost struct{ error }

func (e lost) Unwrap() error { return e.error }

// progress is how many bytes count as progress of a client.
const progress = 256 << 10

// ReadFrom sends all of a reader, by the way that the response's writer has for it.
func (s *streamWriter) ReadFrom(src io.Reader) (n int64, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		if err := s.ready(); err != nil {
			return n, err
		}
		m, err := io.CopyN(s.w, src, progress)
		n += m
		if errors.Is(err, io.EOF) {
			return n, nil
		}
		if err != nil {
			return n, err
		}
	}
}

// FlushError sends what is buffered on the way.
func (s *streamWriter) FlushError() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.flush()
}

// Flush is FlushError for those who know [http.Flusher].
func (s *streamWriter) Flush() { _ = s.FlushError() }

func (s *streamWriter) flush() error {
	if err := s.ready(); err != nil {
		return err
	}
	if err := s.control.Flush(); err != nil && !errors.Is(err, http.ErrNotSupported) {
		s.err = lost{err}
	}
	return s.err
}

// end is called when nothing more is to be sent.
func (s *streamWriter) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended = true
	if s.begun {
		_ = s.control.SetWriteDeadline(time.Time{}) // the connection's next response has its own
	}
}

// runStream runs a Stream.
func runStream(s *streamWriter, _ *streaming, body reflect.Value) error {
	stream := body.Interface().(Stream)
	if stream.Write == nil {
		return errors.New("the Stream has no Write")
	}
	if stream.MediaType != "" {
		s.mediaType = stream.MediaType
	}
	return stream.Write(s.r.Context(), s)
}

// respondStream sends a body that is streamed. The ends of scoped values follow its last
// byte.
func (op *operation) respondStream(x *exchange, status int, sent *bool) (err error) {
	body := reflect.NewAt(op.out.BodyType(), op.out.BodyAt(x.out)).Elem()
	if body.Kind() == reflect.Func && body.IsNil() {
		return fmt.Errorf("the body is a nil %s", body.Type())
	}
	mediaType := op.stream.mediaType
	if given := op.out.MediaType(); given != "" {
		mediaType = given
	}
	s := newStreamWriter(x.w, x.r, status, mediaType)
	s.stop = x.firstByte
	s.tell = func(err error) []byte { return op.rt.errorText(x.w, x.r, err) }
	defer func() {
		s.end()
		*sent = s.begun
	}()
	if op.out.HasHeaders() {
		if err := op.putHeaders(s.header, x.out); err != nil {
			return err
		}
	}
	if x.tasks != nil {
		if err := x.reserveTasks(); err != nil {
			return err
		}
	}
	if x.r.Method == http.MethodHead && op.out.BodyType() != downloadType {
		if stream, ok := body.Interface().(Stream); ok && stream.MediaType != "" {
			s.mediaType = stream.MediaType
		}
		if op.stream.endless {
			s.eventHeaders()
		}
		s.WriteHeader(status)
		return x.end(nil)
	}
	if err = op.stream.run(s, op.stream, body); err == nil {
		err = s.FlushError() // begins what has no byte
	}
	if err == nil {
		err = x.end(nil)
	}
	return err
}
