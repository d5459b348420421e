package wend_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend"
)

type tasksInput struct{ Tasks *wend.Tasks }

func TestTasks_startBehindTheReply(t *testing.T) {
	t.Parallel()
	read := make(chan struct{}) // the client has the whole reply
	ran := make(chan struct{})
	type key struct{}
	r := quiet()
	wend.Post(r, "/", func(ctx context.Context, in tasksInput) (note, error) {
		in.Tasks.Go(func(taskCtx context.Context) error {
			<-read
			defer close(ran)
			if taskCtx.Value(key{}) != ctx.Value(key{}) {
				t.Error("the values of the request are gone")
			}
			return taskCtx.Err() // the request has ended; the task's context has not
		})
		return note{ID: 1, Text: "x"}, nil
	})
	s := httptest.NewServer(r)
	defer s.Close()
	resp, err := s.Client().Post(s.URL, "", nil)
	require.NoError(t, err)
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.JSONEq(t, `{"id":1,"text":"x","tags":[]}`, string(body))
	close(read)
	<-ran
}

func TestTasks_dropped(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		f    func(ctx context.Context, in tasksInput) (note, error)
	}{
		{"an error", func(context.Context, tasksInput) (note, error) { return note{}, errors.New("no") }},
		{"a panic", func(context.Context, tasksInput) (note, error) { panic("no") }},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var log bytes.Buffer
				r := logged(&log)
				var kept *wend.Tasks
				wend.Post(r, "/", func(ctx context.Context, in tasksInput) (note, error) {
					kept = in.Tasks
					in.Tasks.Go(func(context.Context) error { t.Error("the task ran"); return nil })
					return c.f(ctx, in)
				})
				require.Equal(t, 500, do(r, "POST", "/", "").Code)
				kept.Go(func(context.Context) error { t.Error("the late task ran"); return nil })
				synctest.Wait()
				require.Contains(t, log.String(), "a task was given after its request had ended")
			})
		})
	}
}

func TestTasks_bound(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var ran atomic.Int64
		release := make(chan struct{})
		r := quiet()
		type input struct {
			N     int `query:"n"`
			Tasks *wend.Tasks
			First first
		}
		var ended []error
		wend.ProvideScoped(r, func(context.Context, none) (first, func(error) error, error) {
			return first{}, func(err error) error { ended = append(ended, err); return nil }, nil
		})
		wend.Post(r, "/", func(_ context.Context, in input) (none, error) {
			for range in.N {
				in.Tasks.Go(func(context.Context) error { ran.Add(1); <-release; return nil })
			}
			return none{}, nil
		})
		require.Equal(t, 204, do(r, "POST", "/?n=990", "").Code)
		w := do(r, "POST", "/?n=11", "")
		require.Equal(t, 503, w.Code)
		require.Equal(t, "1", w.Header().Get("Retry-After"))
		require.Equal(t, 204, do(r, "POST", "/?n=10", "").Code)
		synctest.Wait()
		require.EqualValues(t, 1000, ran.Load(), "none of the request that does not fit has run")
		close(release)
		synctest.Wait()
		require.Equal(t, 204, do(r, "POST", "/?n=1000", "").Code)
		synctest.Wait()
		require.EqualValues(t, 2000, ran.Load())
		require.Len(t, ended, 4)
		require.ErrorContains(t, ended[1], "too much work is waiting", "the refused request was rolled back")
	})
}

func TestTasks_hookAndLog(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		var mu sync.Mutex
		var took []time.Duration
		var errs []string
		r := logged(&log, wend.OnTask(func(_ context.Context, d time.Duration, err error) {
			mu.Lock()
			defer mu.Unlock()
			took = append(took, d)
			if err != nil {
				errs = append(errs, err.Error())
				panic("in the hook")
			}
		}))
		wend.Post(r, "/{id}", func(_ context.Context, in struct {
			ID    int `path:"id"`
			Tasks *wend.Tasks
		},
		) (none, error) {
			in.Tasks.Go(func(context.Context) error { time.Sleep(time.Second); return errors.New("smtp down") })
			in.Tasks.Go(func(context.Context) error { panic("at the task") })
			in.Tasks.Go(nil)
			return none{}, nil
		})
		do(r, "POST", "/1", "")
		time.Sleep(2 * time.Second)
		synctest.Wait()
		require.Contains(t, took, time.Second)
		require.Len(t, errs, 3)
		require.Contains(t, log.String(), "task failed")
		require.Contains(t, log.String(), "smtp down")
		require.Contains(t, log.String(), "panic: at the task")
		require.Contains(t, log.String(), `pattern="POST /{id}"`)
	})
}

func TestTasks_drain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var order []string
		add := func(what string) {
			mu.Lock()
			defer mu.Unlock()
			order = append(order, what)
		}
		r := quiet(wend.OnStop(func(context.Context) error { add("stop"); return nil }))
		wend.Post(r, "/", func(_ context.Context, in tasksInput) (none, error) {
			in.Tasks.Go(func(ctx context.Context) error {
				select {
				case <-time.After(10 * time.Second):
					add("done")
				case <-ctx.Done():
					add(context.Cause(ctx).Error())
				}
				return nil
			})
			return none{}, nil
		})
		require.NoError(t, r.Start(t.Context()))
		do(r, "POST", "/", "")
		require.NoError(t, r.Stop(t.Context()))
		require.Equal(t, []string{"done", "stop"}, order)

		order = nil
		require.NoError(t, r.Start(t.Context()))
		do(r, "POST", "/", "")
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		require.ErrorContains(t, r.Stop(ctx), "tasks still run")
		synctest.Wait()
		require.ElementsMatch(t, []string{wend.ErrDraining.Error(), "stop"}, order)
	})
}

func TestTasks_refused(t *testing.T) {
	t.Parallel()
	r := quiet()
	wend.Provide(r, func(context.Context, tasksInput) (tenant, error) { return tenant{}, nil })
	require.Contains(t, refused(t, func() { wend.Get(r, "/", nothing, wend.Require[tenant]()) }), "takes tasks, and its provider runs before the body is read")
}
