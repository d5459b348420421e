package wendtest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

type progress struct {
	Done int `json:"done"`
}

// collected is what a sequence gave, item by item, and its error.
func collected[T any](items iter.Seq2[T, error]) string {
	var b strings.Builder
	for item, err := range items {
		if err != nil {
			fmt.Fprintf(&b, "error: %v", err)
			break
		}
		switch item := any(item).(type) {
		case Event[json.RawMessage]:
			fmt.Fprintf(&b, "{%s %s %s %v};", item.ID, item.Name, item.Data, item.Retry)
		default:
			fmt.Fprintf(&b, "%v;", item)
		}
	}
	return b.String()
}

func TestEvents_format(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, in, want string }{
		{"nothing", "", ""},
		{"data", "data: 1\n\n", "{  1 0s};"},
		{"all fields", "id: a\nevent: b\nretry: 1500\ndata: 1\n\n", "{a b 1 1.5s};"},
		{"fields hold for one event", "id: a\nevent: b\ndata: 1\n\ndata: 2\n\n", "{a b 1 0s};{  2 0s};"},
		{"several lines", "data: a\ndata\ndata: b\n\n", "{  a\n\nb 0s};"},
		{"no space, two spaces", "data:a\ndata:  b\n\n", "{  a\n b 0s};"},
		{"CR", "data: 1\r\rdata: 2\r\r", "{  1 0s};{  2 0s};"},
		{"CRLF", "data: 1\r\n\r\ndata: 2\r\n\r\n", "{  1 0s};{  2 0s};"},
		{"BOM", "\ufeffdata: 1\n\n", "{  1 0s};"},
		{"BOM later", "data: 1\n\n\ufeffdata: 2\n\n", "{  1 0s};"},
		{"comment", ": ping\n\n:\ndata: 1\n\n", "{  1 0s};"},
		{"unknown field", "Data: 1\nx: 2\ndata: 3\n\n", "{  3 0s};"},
		{"no data", "id: 1\nevent: x\n\ndata: 2\n\n", "{  2 0s};"},
		{"empty data", "data\n\n", "{   0s};"},
		{"NUL in the id", "id: a\x00\ndata: 1\n\n", "{  1 0s};"},
		{"retry with a sign", "retry: +1\nretry: -1\ndata: 1\n\n", "{  1 0s};"},
		{"a colon in the value", "data: a: b\n\n", "{  a: b 0s};"},
		{"end inside an event", "data: 1\n", "error: the stream ended inside an event"},
		{"end inside a line", "data: 1", "error: the stream ended inside an event"},
		{"end after a comment", ": bye\n", ""},
	} {
		h := answers(200, "Content-Type: text/event-stream", tt.in)
		if got := collected(Events[json.RawMessage](New(t, h).Get("/"))); got != tt.want {
			t.Errorf("%s: %q: got %q, want %q", tt.name, tt.in, got, tt.want)
		}
	}
}

func TestEvents_types(t *testing.T) {
	t.Parallel()
	h := answers(200, "Content-Type: text/event-stream; charset=utf-8", "data: {\"done\":1}\n\ndata: {\"done\":\"x\"}\n\ndata: {\"done\":2}\n\n")
	r := New(t, h).Get("/")
	require.Regexp(t, `^\{  \{1\} 0s\};error: "\{\\"done\\":\\"x\\"\}" is no wendtest.progress: `, collected(Events[progress](r)))
	for e, err := range Events[json.RawMessage](r) { // behind the one that did not fit
		require.NoError(t, err)
		require.Equal(t, `{"done":2}`, string(e.Data))
	}
	failed := answers(200, "Content-Type: text/event-stream", "data: {\"done\":1}\n\nevent: problem\ndata: {\"status\":500}\n\n")
	require.Equal(t, `{  {1} 0s};error: the stream failed: {"status":500}`, collected(Events[progress](New(t, failed).Get("/"))))
}

// A stream is read while the handler runs, each event as soon as it is flushed.
func TestEvents_live(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sent := 0
		h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/event-stream")
			w.WriteHeader(200)
			w.(http.Flusher).Flush()
			for sent = 1; ; sent++ {
				select {
				case <-r.Context().Done():
					sent = -1
					return
				case <-time.After(time.Hour):
				}
				fmt.Fprintf(w, "data: {\"done\":%d}\n\n", sent)
				w.(http.Flusher).Flush()
			}
		})
		begin := time.Now()
		r := New(t, h).Get("/")
		for range 2 { // a second loop goes on where the first was left
			for e, err := range Events[progress](r) {
				require.NoError(t, err)
				if e.Data.Done%2 == 0 {
					break
				}
			}
		}
		if took := time.Since(begin); took != 4*time.Hour {
			t.Errorf("4 events took %v, want 4h", took)
		}
		r.Close()
		if sent != -1 {
			t.Error("the handler has not seen its client go")
		}
	})
}

func TestEvents_aborted(t *testing.T) {
	t.Parallel()
	h := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		_, _ = io.WriteString(w, "data: {\"done\":1}\n\n")
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	})
	n := 0
	var last error
	for _, err := range Events[progress](New(t, h).Get("/")) {
		n, last = n+1, err
	}
	if n != 2 || !errors.Is(last, io.ErrUnexpectedEOF) {
		t.Errorf("%d rounds, the last with %v", n, last)
	}
}

func TestLines(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, in, want string }{
		{"nothing", "", ""},
		{"two", "{\"done\":1}\n{\"done\":2}\n", "{1};{2};"},
		{"no end", "{\"done\":1}\n{\"done\":2}", "{1};{2};"},
		{"CRLF", "{\"done\":1}\r\n", "{1};"},
		{"unknown name", "{\"done\":1,\"x\":2}\n", `error: "{\"done\":1,\"x\":2}" is no wendtest.progress: the name "x" is not the type's`},
		{"empty line", "{\"done\":1}\n\n{\"done\":2}\n", `{1};error: "" is no wendtest.progress: line 1, column 1: it is no JSON`},
	} {
		h := answers(200, "Content-Type: application/jsonl", tt.in)
		if got := collected(Lines[progress](New(t, h).Get("/"))); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
	}
	r := New(t, answers(200, "Content-Type: application/x-ndjson", "1\n2\n3\n")).Get("/")
	for n := range Lines[int](r) {
		require.Equal(t, 1, n)
		break
	}
	require.Equal(t, "2;3;", collected(Lines[int](r)))
	r.BodyIs("1\n2\n3\n")
}

func TestLines_live(t *testing.T) {
	t.Parallel()
	next := make(chan struct{})
	h := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/jsonl")
		for i := range 3 {
			fmt.Fprintln(w, i)
			w.(http.Flusher).Flush()
			<-next
		}
	})
	want := 0
	for got, err := range Lines[int](New(t, h).Get("/")) {
		require.NoError(t, err)
		require.Equal(t, want, got)
		want++
		next <- struct{}{}
	}
	require.Equal(t, 3, want)
}

// The reader of events must not depend on how the stream is cut, nor fail on any of it.
func FuzzEvents(f *testing.F) {
	f.Add("id: 1\r\nevent: a\rdata: b\n\n: c\n\ndata")
	f.Add("\ufeffdata\r\n\r\n\r\n")
	f.Fuzz(func(t *testing.T, in string) {
		want := collected(Events[json.RawMessage](New(t, answers(200, "Content-Type: text/event-stream", in)).Get("/")))
		h := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/event-stream")
			for i := range len(in) {
				_, _ = w.Write([]byte{in[i]})
				w.(http.Flusher).Flush()
			}
		})
		if got := collected(Events[json.RawMessage](New(t, h).Get("/"))); got != want {
			t.Errorf("%q byte by byte: got %q, want %q", in, got, want)
		}
	})
}
