package wendtest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// Event is a Server-Sent Event as it was sent: an id holds for its own event only, and an
// event without a name has "".
type Event[T any] struct {
	ID, Name string
	Data     T
	Retry    time.Duration
}

// Events reads Server-Sent Events while the handler sends them. Data is decoded as by
// [Response.JSON]; a T of [json.RawMessage] is the text as it is. Comments, and blocks
// without data, are passed over.
//
// Events checks at once that the status is 200 and the media type text/event-stream. What
// is wrong later ends the sequence with an error: data that does not fit, an event in which
// the router says that the handler has failed, an end inside an event, an aborted response. Leaving the loop keeps the response open: a next Events
// continues behind the last event, and [Response.Close] disconnects.
func Events[T any](r *Response) iter.Seq2[Event[T], error] {
	r.t.Helper()
	r.stream("text/event-stream")
	if r.events == nil {
		r.events = &eventReader{r: bufio.NewReader(&reader{x: r.x})}
	}
	return func(yield func(Event[T], error) bool) {
		for {
			raw, err := r.events.next()
			if err == io.EOF {
				return
			}
			e := Event[T]{ID: raw.id, Name: raw.name, Retry: raw.retry}
			if err == nil {
				err = decodeItem([]byte(raw.data), &e.Data)
			}
			if err != nil && raw.name == "problem" { // as a router tells that the handler has failed
				err = fmt.Errorf("the stream failed: %s", raw.data)
			}
			if !yield(e, err) || err != nil {
				return
			}
		}
	}
}

// Lines reads JSON Lines while the handler sends them; each is decoded as by
// [Response.JSON]. It checks at once that the status is 200 and the media type
// application/jsonl (or x-ndjson); a line that is empty or does not fit, and an aborted
// response, end the sequence with an error. As with [Events], a next Lines continues.
func Lines[T any](r *Response) iter.Seq2[T, error] {
	r.t.Helper()
	r.stream("application/jsonl", "application/x-ndjson")
	if r.lines == nil {
		r.lines = &lineReader{r: bufio.NewReader(&reader{x: r.x})}
	}
	return func(yield func(T, error) bool) {
		for {
			line, err := r.lines.next()
			if err == io.EOF {
				return
			}
			var item T
			if err == nil {
				err = decodeItem(line, &item)
			}
			if !yield(item, err) || err != nil {
				return
			}
		}
	}
}

// stream checks for a successful response of one of the media types.
func (r *Response) stream(mediaTypes ...string) {
	r.t.Helper()
	r.Status(200)
	got := r.mediaType()
	for _, m := range mediaTypes {
		if got == m {
			return
		}
	}
	r.fail("the media type is %q, want %q", got, mediaTypes[0])
}

func decodeItem(data []byte, v any) error {
	if raw, ok := v.(*json.RawMessage); ok {
		*raw = bytes.Clone(data)
		return nil
	}
	if err := decode(data, v); err != nil {
		return fmt.Errorf("%s is no %s: %w", quote(string(data)), reflect.TypeOf(v).Elem(), err)
	}
	return nil
}

// lineReader cuts a stream into lines.
type lineReader struct{ r *bufio.Reader }

func (l *lineReader) next() ([]byte, error) {
	line, err := l.r.ReadBytes('\n')
	switch {
	case err == io.EOF && len(line) > 0: // the last one may lack its end
	case err != nil:
		return nil, err
	}
	return bytes.TrimSuffix(line, []byte("\n")), nil
}

// eventReader parses text/event-stream (WHATWG HTML §9.2.6).
type eventReader struct {
	r       *bufio.Reader
	started bool
	skipLF  bool // the last line ended in CR; a LF belongs to it
}

type rawEvent struct {
	id, name, data string
	retry          time.Duration
}

var errUnfinished = errors.New("the stream ended inside an event")

// next returns the next event that has data, or io.EOF between two.
func (r *eventReader) next() (rawEvent, error) {
	var e rawEvent
	var data []string
	begun := false
	for {
		line, err := r.line()
		if err == io.EOF && begun {
			err = errUnfinished
		}
		switch {
		case err != nil:
			return rawEvent{}, err
		case line == "" && data != nil:
			e.data = strings.Join(data, "\n")
			return e, nil
		case line == "":
			e, begun = rawEvent{}, false
			continue
		case line[0] == ':':
			continue
		}
		begun = true
		field, value, _ := strings.Cut(line, ":")
		value = strings.TrimPrefix(value, " ")
		switch field {
		case "data":
			data = append(data, value)
		case "event":
			e.name = value
		case "id":
			if !strings.Contains(value, "\x00") {
				e.id = value
			}
		case "retry":
			if ms, err := strconv.ParseUint(value, 10, 32); err == nil {
				e.retry = time.Duration(ms) * time.Millisecond
			}
		}
	}
}

// line returns the next line without its end, which is LF, CR or both. A CR ends the line
// at once: what follows it may come much later.
func (r *eventReader) line() (string, error) {
	var line []byte
	for {
		c, err := r.r.ReadByte()
		if err == io.EOF && len(line) > 0 {
			err = errUnfinished
		}
		if err != nil {
			return "", err
		}
		after := r.skipLF
		r.skipLF = false
		switch {
		case c == '\n' && after:
			continue
		case c == '\n' || c == '\r':
			r.skipLF = c == '\r'
			text := string(line)
			if !r.started {
				text = strings.TrimPrefix(text, "\ufeff")
				r.started = true
			}
			return text, nil
		}
		line = append(line, c)
	}
}
