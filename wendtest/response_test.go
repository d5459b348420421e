package wendtest

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend"
)

// answers always gives the same response; the header is "Name: value" lines.
func answers(status int, header, body string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for line := range strings.SplitSeq(header, "\n") {
			if name, value, ok := strings.Cut(line, ": "); ok {
				w.Header().Add(name, value)
			}
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	})
}

var (
	noteJSON = answers(201, "Content-Type: application/json\nLocation: /notes/1\nVary: A\nVary: B", `{"id":1,"text":"milk"}`)
	invalid  = answers(422, "Content-Type: application/problem+json",
		`{"title":"Unprocessable Entity","status":422,"errors":[{"in":"query","pointer":"/limit","code":"min"},{"in":"body","pointer":"","code":"json"}]}`)
	aborts = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "half")
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	})
	panics = http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("no luck") })
)

func TestResponse_passes(t *testing.T) {
	t.Parallel()
	var n note
	r := New(t, noteJSON).Get("/")
	r.Status(201).Header("location", "/notes/1").Header("Vary", "A, B").NoHeader("Etag").JSON(&n).
		BodyIs(`{"id":1,"text":"milk"}`).BodyContains("milk").JSON(&n)
	require.Equal(t, note{1, "milk"}, n)
	require.Equal(t, r.Text(), string(r.Bytes()))
	New(t, invalid).Get("/").Problem(422).Problem(422, "query /limit min", "body json").Problem(422, "query /limit min", "body  json")
	New(t, aborts).Get("/").Status(200).Aborted().BodyIs("half").BodyContains("ha")
	New(t, panics).Get("/").Aborted().BodyIs("")
}

// Every failure names the line of the check.
func TestResponse_fails(t *testing.T) {
	t.Parallel()
	var n note
	var m map[string]string
	for _, tt := range []struct {
		line  string
		h     http.Handler
		check func(r *Response)
		want  string
	}{
		{here(), noteJSON, func(r *Response) { r.Status(200) }, "GET /: status 201, want 200"},
		{here(), noteJSON, func(r *Response) { r.Status(201).Status(204) }, "status 201, want 204"},
		{here(), noteJSON, func(r *Response) { r.Header("Location", "/") }, `header Location is "/notes/1", want "/"`},
		{here(), noteJSON, func(r *Response) { r.Header("Etag", "x") }, `no header Etag, want "x"`},
		{here(), noteJSON, func(r *Response) { r.NoHeader("Vary") }, `header Vary is "A, B", want none`},
		{here(), noteJSON, func(r *Response) { r.JSON(&m) }, "the body is no map[string]string: "},
		{here(), noteJSON, func(r *Response) { r.JSON(&struct{ ID int }{}) }, `the name "id" is not the type's`},
		{here(), noteJSON, func(r *Response) { r.JSON(n) }, "a non-nil pointer is needed"},
		{here(), noteJSON, func(r *Response) { r.JSON(nil) }, "a non-nil pointer is needed"},
		{here(), noteJSON, func(r *Response) { r.BodyIs("milk") }, `the body is "{\"id\":1,\"text\":\"milk\"}", want "milk"`},
		{here(), noteJSON, func(r *Response) { r.BodyContains("tea") }, `the body does not contain "tea"`},
		{here(), noteJSON, func(r *Response) { r.Problem(201) }, `the media type is "application/json", want "application/problem+json"`},
		{here(), noteJSON, func(r *Response) { r.Problem(404) }, "status 201, want 404"},
		{here(), noteJSON, func(r *Response) { r.Aborted() }, "the response is whole"},
		{here(), noteJSON, func(r *Response) { Events[note](r) }, "status 201, want 200"},
		{here(), echo, func(r *Response) { Lines[note](r) }, `the media type is "text/plain", want "application/jsonl"`},
		{here(), echo, func(r *Response) { r.JSON(&n) }, `the media type is "text/plain", want JSON`},
		{here(), invalid, func(r *Response) { r.Problem(422, "query /limit min") }, "the errors are\n\tquery /limit min\n\tbody json\nwant\n\tquery /limit min\n"},
		{here(), invalid, func(r *Response) { r.Problem(422, "body json", "query /limit min") }, "want\n\tbody json\n\tquery /limit min"},
		{here(), wrongStatus, func(r *Response) { r.Problem(404, "query /a min") }, "the problem's own status is 400, want 404"},
		{here(), noErrors, func(r *Response) { r.Problem(404, "query /a min") }, "the errors are\n\tnone\nwant\n\tquery /a min"},
		{here(), noProblem, func(r *Response) { r.Problem(404) }, "the body is no problem: "},
		{here(), aborts, func(r *Response) { r.Text() }, "the response was aborted: the handler panicked with http.ErrAbortHandler"},
		{here(), aborts, func(r *Response) { r.Bytes() }, "the response was aborted"},
		{here(), aborts, func(r *Response) { r.BodyIs("half") }, "the response was aborted"},
		{here(), aborts, func(r *Response) { r.JSON(&n) }, "the response was aborted"},
		{here(), panics, func(r *Response) { r.Status(500) }, "the handler panicked: no luck"},
		{here(), panics, func(r *Response) { r.Header("A", "") }, "the handler panicked: no luck"},
		{here(), panics, func(r *Response) { r.NoHeader("A") }, "the handler panicked: no luck"},
		{here(), panics, func(r *Response) { r.Raw() }, "the handler panicked: no luck"},
	} {
		tb := try(t, func(tb testing.TB) { tt.check(New(tb, tt.h).Get("/")) })
		tb.failed(t, tt.want, "> GET / HTTP/1.1")
		if tb.site != tt.line {
			t.Errorf("%s failed at %s, want %s", tt.want, tb.site, tt.line)
		}
	}
}

var (
	wrongStatus = answers(404, "Content-Type: application/problem+json", `{"status":400}`)
	noErrors    = answers(404, "Content-Type: application/problem+json; charset=utf-8", `{"status":404}`)
	noProblem   = answers(404, "Content-Type: application/problem+json", `[]`)
)

// The testing package itself is asked in a process of its own, because a failure cannot
// be taken back.
func TestResponse_failsInTheTestingPackage(t *testing.T) {
	t.Parallel()
	if os.Getenv("WENDTEST_FAIL") == "1" {
		r := New(t, noteJSON).With(Bearer("hidden")).Get("/")
		t.Log(next())
		r.Status(201).JSON(&struct{}{})
		return
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestResponse_failsInTheTestingPackage$")
	cmd.Env = append(os.Environ(), "WENDTEST_FAIL=1")
	out, err := cmd.CombinedOutput()
	require.Error(t, err)
	_, line, _ := strings.Cut(string(out), "response_test.go:") // of the log
	_, line, _ = strings.Cut(line, ": ")
	line, _, _ = strings.Cut(line, "\n")
	require.Contains(t, string(out), line+": GET /: the body is no struct {}: ")
	require.NotContains(t, string(out), "hidden")
}

func TestResponse_jsonReplaces(t *testing.T) {
	t.Parallel()
	n := note{ID: 7, Text: "old"}
	New(t, answers(200, "Content-Type: application/json", `{"id":1}`)).Get("/").JSON(&n)
	require.Equal(t, note{ID: 1}, n)
}

func TestResponse_problemOfRouter(t *testing.T) {
	t.Parallel()
	r := wend.New(wend.Logger(slog.New(slog.DiscardHandler)))
	wend.Get(r, "/panic", func(context.Context, struct{}) (note, error) { panic("no luck") })
	r.Handle("GET /plain", panics)
	wend.Get(r, "/notes", func(context.Context, struct {
		Limit int    `query:"limit" validate:"min=1"`
		Sort  string `query:"sort" validate:"oneof=a b"`
	},
	) ([]note, error) {
		return nil, nil
	})
	wend.Post(r, "/notes", func(_ context.Context, in note) (note, error) { return in, nil }, wend.Status(201))
	c := New(t, r)
	c.Get("/notes", Query("limit", 0), Query("sort", "c")).Problem(422, "query /limit min", "query /sort oneof")
	c.Get("/nowhere").Problem(404)
	c.Get("/panic").Problem(500)
	c.Get("/plain").Problem(500)
	c.Put("/notes", note{}).Problem(405).Header("Allow", "GET, HEAD, OPTIONS, POST")
	c.Post("/notes", Form{"a": 1}).Problem(415)
	var n note
	c.Post("/notes", note{1, "milk"}).Status(201).JSON(&n)
	require.Equal(t, note{1, "milk"}, n)
	c.Head("/notes?limit=1&sort=a").Status(200).BodyIs("")
}

func TestResponse_aborted(t *testing.T) {
	t.Parallel()
	canceled, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("gone"))
	for _, tt := range []struct {
		name string
		f    http.HandlerFunc
		want string
	}{
		{"panic", panics, "the handler panicked: no luck"},
		{"nil panic", func(http.ResponseWriter, *http.Request) { panic(nil) }, "the handler panicked: " + new(runtime.PanicNilError).Error()},
		{"abort", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, "the handler panicked with http.ErrAbortHandler"},
		{"FailNow", func(http.ResponseWriter, *http.Request) { (&fake{}).FailNow() }, "the handler ended its goroutine"},
		{"gone", func(http.ResponseWriter, *http.Request) {}, "nothing was written before the request's context ended: gone"},
		{"length", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "3")
			_, _ = io.WriteString(w, "a")
		}, "its Content-Length is 3, and the handler wrote 1 bytes"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var opts []Option
			if tt.name == "gone" {
				opts = append(opts, Context(canceled))
			}
			tb := try(t, func(tb testing.TB) {
				r := New(tb, tt.f).Get("/", opts...)
				r.Aborted()
				_, err := io.ReadAll(&reader{x: r.x})
				if !errors.Is(err, io.ErrUnexpectedEOF) || !strings.Contains(err.Error(), tt.want) {
					t.Errorf("got %v, want %s", err, tt.want)
				}
				r.aborted = false
				r.Text()
			})
			tb.failed(t, "the response was aborted: "+tt.want)
			if hasStack := strings.Contains(tb.logs, "response_test.go:"); hasStack != strings.HasSuffix(tt.name, "panic") {
				t.Errorf("the log is %q", tb.logs)
			}
		})
	}
	// A deadline is no reason: what the handler answered then is what the test wants.
	h := answers(503, "", "late")
	New(t, h).Get("/", Context(canceled)).Status(503).BodyIs("late")
}

func TestResponse_raw(t *testing.T) {
	t.Parallel()
	c := New(t, noteJSON)
	raw := c.Get("/a?b=c").Raw()
	require.Equal(t, "201 Created", raw.Status)
	require.Equal(t, "https://example.com/a?b=c", raw.Request.URL.String())
	location, err := raw.Location()
	require.NoError(t, err)
	require.Equal(t, "https://example.com/notes/1", location.String())
	body, err := io.ReadAll(raw.Body)
	require.NoError(t, err)
	require.Len(t, body, int(raw.ContentLength))
	require.NoError(t, raw.Body.Close())
}

func TestResponse_close(t *testing.T) {
	t.Parallel()
	ended := false
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.(http.Flusher).Flush()
		<-r.Context().Done()
		ended = true
	})
	r := New(t, h).Get("/").Status(200)
	r.Close()
	if !ended {
		t.Error("Close returned before the handler")
	}
	r.Close()
}

func TestResponse_closeNamesStuckHandlers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.(http.Flusher).Flush()
			time.Sleep(time.Minute)
		})
		try(t, func(tb testing.TB) { New(tb, h).Get("/").Close() }).
			failed(t, "the handler still runs 10s after its client has gone", "< (the handler still runs)")
		time.Sleep(time.Minute) // in the bubble: the handler ends
	})
}

// A handler that does not flush is read while it runs as well, once it is far ahead.
func TestExchange_waitsForTheReader(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		written := 0
		h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			for range 5 {
				n, err := w.Write(make([]byte, window/2))
				written += n
				if err != nil {
					return
				}
			}
		})
		c := New(t, h)
		r := c.Get("/").Status(200)
		synctest.Wait()
		if written != window {
			t.Errorf("wrote %d bytes ahead, want %d", written, window)
		}
		if got := len(r.Bytes()); got != 5*window/2 {
			t.Errorf("read %d bytes, want %d", got, 5*window/2)
		}
		written = 0
		c.Get("/").Close()
		if written != window {
			t.Errorf("wrote %d bytes to a client that left, want %d", written, window)
		}
	})
}

func TestWriter_deadline(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			begin := time.Now()
			control := http.NewResponseController(w)
			if err := errors.Join(control.SetWriteDeadline(begin.Add(time.Minute)), control.EnableFullDuplex()); err != nil {
				t.Error(err)
			}
			_, err := w.Write(make([]byte, window))
			for err == nil {
				_, err = w.Write([]byte("a"))
			}
			if waited := time.Since(begin); !errors.Is(err, os.ErrDeadlineExceeded) || waited != time.Minute {
				t.Errorf("%v after %v", err, waited)
			}
			if err := control.Flush(); !errors.Is(err, os.ErrDeadlineExceeded) {
				t.Errorf("flush: %v", err)
			}
			if _, _, err := control.Hijack(); !errors.Is(err, http.ErrNotSupported) {
				t.Errorf("hijack: %v", err)
			}
		})
		New(t, h).Get("/").Status(200)
		time.Sleep(2 * time.Minute) // in the bubble
	})
}

func TestWriter_afterTheHandler(t *testing.T) {
	t.Parallel()
	var late http.ResponseWriter
	h := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { late = w })
	r := New(t, h).Get("/").BodyIs("")
	late.WriteHeader(500)
	if _, err := io.WriteString(late, "a"); err == nil {
		t.Error("a write after the handler has returned succeeds")
	}
	if err := http.NewResponseController(late).Flush(); err == nil {
		t.Error("a flush after the handler has returned succeeds")
	}
	r.Status(200).BodyIs("")
}
