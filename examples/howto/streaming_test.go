package howto_test

import (
	"context"
	"iter"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/wendtest"
)

type tick struct {
	N int `json:"n"`
}

type ticksInput struct {
	From int `header:"Last-Event-ID" default:"0" validate:"min=0"` // what a browser sends when it comes again
}

func ticks(ctx context.Context, in ticksInput) (wend.Events[tick], error) {
	return func(yield func(wend.Event[tick], error) bool) {
		every := time.NewTicker(time.Second)
		defer every.Stop()
		for n := in.From + 1; ; n++ {
			select {
			case <-every.C:
				if !yield(wend.Event[tick]{ID: string(rune('0' + n)), Data: tick{n}}, nil) {
					return // the client has gone
				}
			case <-ctx.Done():
				return // gone, or the server drains: context.Cause is wend.ErrDraining
			}
		}
	}, nil
}

func countdown(_ context.Context, in struct {
	From int `path:"from" validate:"min=1,max=1000000"`
},
) (iter.Seq[tick], error) {
	return func(yield func(tick) bool) {
		for n := in.From; n > 0 && yield(tick{n}); n-- {
		}
	}, nil
}

func newTicker() *wend.Router {
	r := wend.New()
	wend.Get(r, "/ticks", ticks)
	wend.Get(r, "/countdown/{from}", countdown)
	return r
}

// Time in a bubble of testing/synctest costs none.
func TestStreams(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := wendtest.New(t, newTicker())
		resp := c.Get("/ticks", wendtest.Header("Last-Event-ID", "4")).Status(200)
		var seen []int
		for e, err := range wendtest.Events[tick](resp) {
			require.NoError(t, err)
			if seen = append(seen, e.Data.N); len(seen) == 3 {
				break
			}
		}
		require.Equal(t, []int{5, 6, 7}, seen)
		resp.Close()
	})
}

func Example_jsonLines() {
	show(newTicker(), "GET", "/countdown/3", "")
	// Output:
	// 200 {"n":3}
	// {"n":2}
	// {"n":1}
}
