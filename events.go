package wend

import (
	"errors"
	"iter"
	"reflect"
	"strconv"
	"strings"
	"time"
	"unsafe"
)

// Event is one Server-Sent Event (WHATWG HTML §9.2). Data is sent as JSON.
type Event[T any] struct {
	ID   string // what a client that comes back sends as Last-Event-ID; "" sends none
	Name string // the event's type; "" is the variant's tag of a union, else none
	Data T
	// Retry is how long the client waits before it comes back; 0 does not say.
	Retry time.Duration
}

// eventItem tells an Event from what may be an item of JSON Lines.
func (Event[T]) eventItem() {}

// Events is an output that is sent as Server-Sent Events: each at once, and a comment
// when there was none for 15 s, so that nothing on the way takes the connection for
// dead. An error in the place of the first event is an ordinary answer, if it comes
// within 50 ms; then the header is sent. A later error is sent as an event named "problem"
// with the application's error body, and logged. The handler's context ends when the
// client goes and when the server stops; a browser then connects again.
//
//	func (s *jobs) watch(ctx context.Context, in jobID) (wend.Events[Progress], error) {
//		return func(yield func(wend.Event[Progress], error) bool) {
//			for p := range s.progress(ctx, in.ID) {
//				if !yield(wend.Event[Progress]{Data: p}, nil) {
//					return
//				}
//			}
//		}, nil
//	}
type Events[T any] iter.Seq2[Event[T], error]

// Times of an event stream.
const (
	heartbeat   = 15 * time.Second
	headerDelay = 50 * time.Millisecond // in which an error is still an answer
)

// eventStream is an Events without its type.
type eventStream interface {
	itemType() reflect.Type
	each(yield func(e event, err error) bool)
}

// event is an Event without its type.
type event struct {
	id, name string
	retry    time.Duration
	data     unsafe.Pointer
}

var (
	eventsType    = reflect.TypeFor[eventStream]()
	eventItemType = reflect.TypeFor[interface{ eventItem() }]()
)

func (Events[T]) itemType() reflect.Type { return reflect.TypeFor[T]() }

func (es Events[T]) each(yield func(e event, err error) bool) {
	es(func(e Event[T], err error) bool {
		return yield(event{e.ID, e.Name, e.Retry, unsafe.Pointer(&e.Data)}, err)
	})
}

// eventHeaders keeps what is on the way from holding events back.
func (s *streamWriter) eventHeaders() {
	s.header["Cache-Control"] = []string{"no-cache"}
	s.header["X-Accel-Buffering"] = []string{"no"} // nginx would collect events
}

// runEvents sends events.
func runEvents(s *streamWriter, st *streaming, body reflect.Value) (err error) {
	s.eventHeaders()
	var beat *time.Timer
	s.mu.Lock() // until beat is there
	beat = time.AfterFunc(headerDelay, func() { s.beat(&beat) })
	s.mu.Unlock()
	defer beat.Stop()
	var frame []byte
	body.Interface().(eventStream).each(func(e event, failed error) bool {
		if err = failed; err == nil {
			frame, err = st.appendEvent(frame[:0], e)
		}
		if err == nil {
			err = s.sendFrame(frame)
			beat.Reset(heartbeat)
		}
		return err == nil
	})
	if err == nil || !s.hasBegun() || s.broken() {
		return err
	}
	return s.sendError(err)
}

// beat keeps the connection alive; the first one sends the header.
func (s *streamWriter) beat(next **time.Timer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended || s.err != nil {
		return
	}
	if s.begun {
		_, _ = s.write([]byte(":\n\n"))
	}
	if s.flush() == nil {
		(*next).Reset(heartbeat)
	}
}

func (s *streamWriter) sendFrame(frame []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, err := s.write(frame); err != nil {
		return err
	}
	return s.flush()
}

func (s *streamWriter) hasBegun() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.begun
}

// broken reports whether the client can be told anything at all.
func (s *streamWriter) broken() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err != nil || s.r.Context().Err() != nil
}

// framedError is an error that the client was told of within the stream.
type framedError struct{ error }

func (e framedError) Unwrap() error { return e.error }

// sendError tells the client within the stream that it fails.
func (s *streamWriter) sendError(err error) error {
	frame := append([]byte("event: problem\ndata: "), s.tell(err)...)
	if sendErr := s.sendFrame(append(frame, "\n\n"...)); sendErr != nil {
		return errors.Join(err, sendErr)
	}
	return framedError{err}
}

// appendEvent appends one event as it stands on the wire.
func (st *streaming) appendEvent(dst []byte, e event) ([]byte, error) {
	if e.name == "" {
		e.name = st.items.Variant(e.data)
	}
	if strings.ContainsAny(e.id, "\r\n\x00") || strings.ContainsAny(e.name, "\r\n") {
		return dst, errors.New("the id or the name of an event has a line break, or the id a NUL")
	}
	if e.id != "" {
		dst = append(append(append(dst, "id: "...), e.id...), '\n')
	}
	if e.name != "" {
		dst = append(append(append(dst, "event: "...), e.name...), '\n')
	}
	if e.retry > 0 {
		dst = append(strconv.AppendInt(append(dst, "retry: "...), max(1, e.retry.Milliseconds()), 10), '\n')
	}
	dst, err := st.items.AppendBody(append(dst, "data: "...), e.data)
	return append(dst, "\n\n"...), err
}
