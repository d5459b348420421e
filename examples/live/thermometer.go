package main

import (
	"context"
	"math"
	"sync"
	"time"

	"github.com/wend-go/wend"
)

// thermometers publish a reading each, once in a while, from the start of the server to
// its end: what runs beside the requests belongs to OnStart and OnStop.
func thermometers(h *hub, pause time.Duration) []wend.Option {
	var running sync.WaitGroup
	ctx, stop := context.WithCancel(context.Background())
	return []wend.Option{
		wend.OnStart(func(context.Context) error {
			running.Go(func() { measure(ctx, h, pause) })
			return nil
		}),
		wend.OnStop(func(context.Context) error {
			stop()
			running.Wait()
			return nil
		}),
	}
}

func measure(ctx context.Context, h *hub, pause time.Duration) {
	tick := time.NewTicker(pause)
	defer tick.Stop()
	for n := 0; ; n++ {
		select {
		case <-ctx.Done():
			return
		case now := <-tick.C:
			sensor, warmth := "kitchen", 21.0
			if n%2 == 1 {
				sensor, warmth = "cellar", 12.0
			}
			celsius := math.Round(10*(warmth+2*math.Sin(float64(n)/7))) / 10
			h.publish(Reading{Sensor: sensor, Celsius: celsius, At: now.UTC()})
		}
	}
}
