package wend_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/binding"
	"github.com/wend-go/wend/wendtest"
)

type progress struct {
	Percent int `json:"percent"`
}

func events(all ...wend.Event[progress]) wend.Events[progress] {
	return func(yield func(wend.Event[progress], error) bool) {
		for _, e := range all {
			if !yield(e, nil) {
				return
			}
		}
	}
}

func TestEvents_frames(t *testing.T) {
	t.Parallel()
	r := quiet()
	wend.Get(r, "/", func(context.Context, none) (wend.Events[progress], error) {
		return events(
			wend.Event[progress]{Data: progress{1}},
			wend.Event[progress]{ID: "7", Name: "step", Data: progress{2}, Retry: 1500 * time.Millisecond},
			wend.Event[progress]{Data: progress{3}, Retry: time.Microsecond}, // not 0, which is at once
		), nil
	})
	w := do(r, "GET", "/", "")
	require.Equal(t, 200, w.Code)
	require.Equal(t, "text/event-stream", w.Header().Get("Content-Type"))
	require.Equal(t, "no-cache", w.Header().Get("Cache-Control"))
	require.Equal(t, "no", w.Header().Get("X-Accel-Buffering"))
	require.Empty(t, w.Header().Get("Content-Length"))
	require.True(t, w.Flushed)
	require.Equal(t, "data: {\"percent\":1}\n\nid: 7\nevent: step\nretry: 1500\ndata: {\"percent\":2}\n\nretry: 1\ndata: {\"percent\":3}\n\n", w.Body.String())

	w = do(r, "HEAD", "/", "")
	require.Equal(t, 200, w.Code)
	require.Equal(t, "text/event-stream", w.Header().Get("Content-Type"))
	require.Empty(t, w.Body.String())
}

type (
	change  interface{ isChange() }
	created struct {
		ID int `json:"id"`
	}
	removed struct {
		ID int `json:"id"`
	}
)

func (created) isChange()  {}
func (*removed) isChange() {}

func TestEvents_unionNamesTheEvent(t *testing.T) {
	t.Parallel()
	set := binding.NewSet(binding.Types(binding.Union[change]("kind",
		binding.Variant[created]("created"), binding.Variant[*removed]("removed"))))
	r := quiet(wend.Binding(set))
	wend.Get(r, "/", func(context.Context, none) (wend.Events[change], error) {
		return func(yield func(wend.Event[change], error) bool) {
			_ = yield(wend.Event[change]{Data: created{1}}, nil) &&
				yield(wend.Event[change]{Data: &removed{2}}, nil) &&
				yield(wend.Event[change]{Name: "other", Data: created{3}}, nil)
		}, nil
	})
	require.Equal(t, "event: created\ndata: {\"kind\":\"created\",\"id\":1}\n\nevent: removed\ndata: {\"kind\":\"removed\",\"id\":2}\n\n"+
		"event: other\ndata: {\"kind\":\"created\",\"id\":3}\n\n", do(r, "GET", "/", "").Body.String())
}

// wire is a response writer that several goroutines may look at, as a client does.
type wire struct {
	mu      sync.Mutex
	header  http.Header
	status  int
	body    bytes.Buffer
	flushed int
	fail    error
}

func (w *wire) Header() http.Header { return w.header }
func (w *wire) WriteHeader(status int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if status == 0 && w.status == 0 {
		panic("impossible")
	}
	if w.status == 0 {
		w.status = status
	}
}

func (w *wire) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.fail != nil {
		return 0, w.fail
	}
	return w.body.Write(p)
}

func (w *wire) FlushError() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.flushed = w.body.Len()
	return w.fail
}

func (w *wire) seen() (status int, body string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.status, w.body.String()[:w.flushed]
}

func TestEvents_heartbeat(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := quiet()
		next := make(chan int)
		wend.Get(r, "/", func(ctx context.Context, _ none) (wend.Events[progress], error) {
			return func(yield func(wend.Event[progress], error) bool) {
				for n := range next {
					if !yield(wend.Event[progress]{Data: progress{n}}, nil) {
						return
					}
				}
			}, nil
		})
		w := &wire{header: http.Header{}}
		done := make(chan struct{})
		go func() { defer close(done); r.ServeHTTP(w, httptest.NewRequest("GET", "/", nil)) }()
		synctest.Wait()
		status, _ := w.seen()
		require.Zero(t, status, "an error may still be the answer")
		time.Sleep(60 * time.Millisecond)
		status, body := w.seen()
		require.Equal(t, 200, status, "the header is sent")
		require.Empty(t, body)
		next <- 1
		synctest.Wait()
		_, body = w.seen()
		require.Equal(t, "data: {\"percent\":1}\n\n", body)
		time.Sleep(31 * time.Second)
		_, body = w.seen()
		require.Equal(t, "data: {\"percent\":1}\n\n:\n\n:\n\n", body, "two comments in 31 idle seconds")
		next <- 2
		close(next)
		<-done
		time.Sleep(time.Minute)
		_, body = w.seen()
		require.Equal(t, "data: {\"percent\":1}\n\n:\n\n:\n\ndata: {\"percent\":2}\n\n", body, "nothing is written behind the end")
	})
}

func TestStreams_errors(t *testing.T) {
	t.Parallel()
	errGone := errors.New("gone")
	after := func(items int, err error) iter.Seq2[progress, error] {
		return func(yield func(progress, error) bool) {
			for i := range items {
				if !yield(progress{i}, nil) {
					return
				}
			}
			yield(progress{}, err)
		}
	}
	type input struct {
		Items int `query:"items"`
	}
	var log bytes.Buffer
	r := logged(&log, wend.Errors(&wend.Error{Status: 410, Code: "gone", Err: errGone}))
	wend.Get(r, "/lines", func(_ context.Context, in input) (iter.Seq2[progress, error], error) {
		return after(in.Items, errGone), nil
	})
	wend.Get(r, "/events", func(_ context.Context, in input) (wend.Events[progress], error) {
		return func(yield func(wend.Event[progress], error) bool) {
			for p, err := range after(in.Items, errGone) {
				if !yield(wend.Event[progress]{Data: p}, err) {
					return
				}
			}
		}, nil
	})
	wend.Get(r, "/stream", func(_ context.Context, in input) (wend.Stream, error) {
		return wend.Stream{MediaType: "text/csv", Write: func(_ context.Context, w io.Writer) error {
			for range in.Items {
				io.WriteString(w, "a,b\n")
			}
			return errGone
		}}, nil
	})
	wend.Get(r, "/panic", func(_ context.Context, in input) (wend.Stream, error) {
		return wend.Stream{Write: func(_ context.Context, w io.Writer) error {
			for range in.Items {
				io.WriteString(w, "x")
			}
			panic("in the stream")
		}}, nil
	})
	wend.Get(r, "/id", func(context.Context, none) (wend.Events[progress], error) {
		return events(wend.Event[progress]{ID: "a\nb"}), nil
	})
	for _, target := range []string{"/lines", "/events", "/stream"} {
		w := do(r, "GET", target, "")
		require.Equal(t, 410, w.Code, target)
		require.Equal(t, "gone", problemOf(t, w).Code, target)
		require.Empty(t, w.Header().Get("X-Accel-Buffering"))
	}
	for _, target := range []string{"/panic", "/id"} {
		w := do(r, "GET", target, "")
		require.Equal(t, 500, w.Code, target)
		problemOf(t, w)
	}
	for _, target := range []string{"/lines?items=1", "/stream?items=1", "/panic?items=1"} {
		require.PanicsWithValue(t, http.ErrAbortHandler, func() { do(r, "GET", target, "") }, target)
	}
	log.Reset()
	w := do(r, "GET", "/events?items=1", "")
	require.Equal(t, "data: {\"percent\":0}\n\nevent: problem\ndata: {\"type\":\"about:blank\",\"title\":\"Gone\",\"status\":410,\"code\":\"gone\"}\n\n", w.Body.String())
	require.Contains(t, log.String(), "the handler failed after the response had begun")
}

func TestStreams_shapes(t *testing.T) {
	t.Parallel()
	r := quiet()
	wend.Get(r, "/seq", func(context.Context, none) (iter.Seq[note], error) {
		return func(yield func(note) bool) { _ = yield(note{ID: 1, Text: "a"}) && yield(note{ID: 2}) }, nil
	})
	wend.Get(r, "/empty", func(context.Context, none) (iter.Seq2[int, error], error) {
		return func(func(int, error) bool) {}, nil
	})
	type envelope struct {
		Status int         `status:"203,200"`
		Total  int         `header:"X-Total"`
		Body   wend.Stream `body:"text/csv"`
	}
	wend.Get(r, "/envelope", func(context.Context, none) (envelope, error) {
		return envelope{Total: 3, Body: wend.Stream{Write: func(_ context.Context, w io.Writer) error {
			w.(http.ResponseWriter).Header().Set("X-Own", "1")
			if err := http.NewResponseController(w.(http.ResponseWriter)).Flush(); err != nil {
				return err
			}
			_, err := io.Copy(w, strings.NewReader("a,b\n"))
			return err
		}}}, nil
	})
	wend.Get(r, "/nil", func(context.Context, none) (iter.Seq[int], error) { return nil, nil })
	wend.Get(r, "/write", func(context.Context, none) (wend.Stream, error) { return wend.Stream{}, nil })

	w := do(r, "GET", "/seq", "")
	require.Equal(t, "application/jsonl", w.Header().Get("Content-Type"))
	require.Equal(t, "{\"id\":1,\"text\":\"a\",\"tags\":[]}\n{\"id\":2,\"text\":\"\",\"tags\":[]}\n", w.Body.String())
	w = do(r, "GET", "/empty", "")
	require.Equal(t, 200, w.Code)
	require.Empty(t, w.Body.String())
	w = do(r, "GET", "/envelope", "")
	require.Equal(t, 203, w.Code)
	require.Equal(t, []string{"text/csv", "3", "1", "a,b\n"}, []string{w.Header().Get("Content-Type"), w.Header().Get("X-Total"), w.Header().Get("X-Own"), w.Body.String()})
	require.Equal(t, 500, do(r, "GET", "/nil", "").Code)
	require.Equal(t, 500, do(r, "GET", "/write", "").Code)
}

func TestStreams_refused(t *testing.T) {
	t.Parallel()
	require.Contains(t, refused(t, func() {
		wend.Get(quiet(), "/", func(context.Context, none) (iter.Seq2[wend.Event[progress], error], error) { return nil, nil })
	}), "wend.Events[wend_test.progress]")
	require.Contains(t, refused(t, func() {
		wend.Get(quiet(), "/", func(context.Context, none) (iter.Seq[chan int], error) { return nil, nil })
	}), "chan int")
}

func TestStreams_endsFollowTheLastItem(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		fail string
		want string
	}{
		{"all goes well", "", "item item end: <nil>"},
		{"an item fails", "item", "item item end: item failed"},
		{"the end fails", "end", "item item end: <nil>"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var steps []string
			var log bytes.Buffer
			r := logged(&log)
			wend.ProvideScoped(r, func(context.Context, none) (first, func(error) error, error) {
				return first{}, func(err error) error {
					steps = append(steps, fmt.Sprintf("end: %v", err))
					if c.fail == "end" {
						return errors.New("end failed")
					}
					return nil
				}, nil
			})
			wend.Get(r, "/", func(_ context.Context, in struct{ First first }) (iter.Seq2[int, error], error) {
				return func(yield func(int, error) bool) {
					for i := range 2 {
						steps = append(steps, "item")
						if !yield(i, nil) {
							return
						}
					}
					if c.fail == "item" {
						yield(0, errors.New("item failed"))
					}
				}, nil
			})
			run := func() { require.Equal(t, "0\n1\n", do(r, "GET", "/", "").Body.String()) }
			if c.fail == "" {
				run()
			} else {
				require.PanicsWithValue(t, http.ErrAbortHandler, run)
				require.Contains(t, log.String(), c.fail+" failed")
			}
			require.Equal(t, c.want, strings.Join(steps, " "))
		})
	}
}

func TestStreams_clientGone(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	r := logged(&log)
	stopped := make(chan error, 1)
	wend.Get(r, "/", func(ctx context.Context, _ none) (iter.Seq[int], error) {
		return func(yield func(int) bool) {
			for i := 0; ; i++ {
				if !yield(i) {
					<-ctx.Done()
					stopped <- context.Cause(ctx)
					return
				}
			}
		}, nil
	})
	s := httptest.NewServer(r)
	defer s.Close()
	resp, err := s.Client().Get(s.URL)
	require.NoError(t, err)
	one := make([]byte, 1)
	_, err = io.ReadFull(resp.Body, one)
	require.NoError(t, err)
	resp.Body.Close()
	require.ErrorIs(t, <-stopped, context.Canceled)
	s.Close()
	require.NotContains(t, log.String(), "level=ERROR")
}

func TestStreams_timeoutIsForTheFirstByte(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := quiet(wend.Timeout(time.Second))
		wend.Get(r, "/late", func(ctx context.Context, _ none) (iter.Seq2[int, error], error) {
			return func(yield func(int, error) bool) {
				<-ctx.Done()
				yield(0, ctx.Err())
			}, nil
		})
		wend.Get(r, "/long", func(ctx context.Context, _ none) (iter.Seq2[int, error], error) {
			return func(yield func(int, error) bool) {
				yield(1, nil)
				time.Sleep(time.Hour)
				yield(2, ctx.Err())
			}, nil
		})
		require.Equal(t, 503, do(r, "GET", "/late", "").Code)
		require.Equal(t, "1\n2\n", do(r, "GET", "/long", "").Body.String())
	})
}

// It is not parallel: the tests beside it would be part of what it measures.
func TestStreams_drain(t *testing.T) {
	const open = 100
	r := quiet()
	causes := make(chan error, open)
	wend.Get(r, "/", func(ctx context.Context, _ none) (wend.Events[progress], error) {
		return func(yield func(wend.Event[progress], error) bool) {
			if yield(wend.Event[progress]{}, nil) {
				<-ctx.Done()
			}
			causes <- context.Cause(ctx)
		}, nil
	})
	wend.Get(r, "/lines", func(ctx context.Context, _ none) (iter.Seq[int], error) {
		return func(yield func(int) bool) {
			if yield(1) {
				<-ctx.Done()
			}
		}, nil
	})
	base, stop := serve(t, r)
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	var bodies []io.Reader
	for range open {
		resp, err := client.Get(base)
		require.NoError(t, err)
		defer resp.Body.Close()
		_, err = io.ReadFull(resp.Body, make([]byte, 10))
		require.NoError(t, err)
		bodies = append(bodies, resp.Body)
	}
	lines, err := client.Get(base + "/lines")
	require.NoError(t, err)
	defer lines.Body.Close()
	_, err = io.ReadFull(lines.Body, make([]byte, 2))
	require.NoError(t, err)
	begin := time.Now()
	require.NoError(t, stop())
	require.Less(t, time.Since(begin), time.Second, "Run returns at once")
	for _, body := range bodies {
		require.ErrorIs(t, <-causes, wend.ErrDraining)
		_, err := io.Copy(io.Discard, body)
		require.NoError(t, err, "a client of events comes back, so its connection is not cut")
	}
	_, err = io.Copy(io.Discard, lines.Body)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF, "lines that have no end are not to be taken for all")
}

func TestStreams_readers(t *testing.T) {
	t.Parallel()
	r := quiet()
	wend.Get(r, "/", func(_ context.Context, in struct {
		Last string `header:"Last-Event-ID"`
	},
	) (wend.Events[progress], error) {
		return events(wend.Event[progress]{ID: in.Last + "1", Data: progress{10}}), nil
	})
	c := wendtest.New(t, r)
	n := 0
	for e, err := range wendtest.Events[progress](c.Get("/", wendtest.Header("Last-Event-ID", "4"))) {
		require.NoError(t, err)
		require.Equal(t, "41", e.ID)
		require.Equal(t, 10, e.Data.Percent)
		n++
	}
	require.Equal(t, 1, n)
}

// A Func outside of a router has streams and tasks as well.
func TestFunc_streamsAndTasks(t *testing.T) {
	t.Parallel()
	done := make(chan struct{})
	mux := http.NewServeMux()
	mux.Handle("GET /lines", wend.Func(func(context.Context, none) (iter.Seq[int], error) {
		return func(yield func(int) bool) { _ = yield(1) && yield(2) }, nil
	}))
	mux.Handle("GET /timed", wend.Func(func(context.Context, none) (wend.Events[int], error) {
		return func(yield func(wend.Event[int], error) bool) { yield(wend.Event[int]{Data: 1}, nil) }, nil
	}, wend.Timeout(time.Minute)))
	mux.Handle("POST /task", wend.Func(func(_ context.Context, in tasksInput) (none, error) {
		in.Tasks.Go(func(context.Context) error { close(done); return nil })
		return none{}, nil
	}))
	mux.Handle("GET /download", wend.HandlerFunc(func(c wend.Context) error {
		return c.Download(wend.Download{Content: strings.NewReader("x")})
	}))
	require.Equal(t, "1\n2\n", do(mux, "GET", "/lines", "").Body.String())
	require.Equal(t, "data: 1\n\n", do(mux, "GET", "/timed", "").Body.String())
	require.Equal(t, 204, do(mux, "POST", "/task", "").Code)
	require.Equal(t, "x", do(mux, "GET", "/download", "").Body.String())
	<-done
}
