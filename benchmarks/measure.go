package main

import (
	"net/http"
	"runtime"
	"slices"
)

// runner does one operation n times.
type runner func(n int)

// sample is a measurement: of one round, or the median of all.
type sample struct {
	ns     float64
	allocs float64
}

// measure times the runners in turn, round after round. A nil runner is left out.
func (p plan) measure(runners []runner) []sample {
	rounds := make([][]float64, len(runners))
	result := make([]sample, len(runners))
	iterations := make([]int, len(runners))
	for i, run := range runners {
		if run != nil {
			iterations[i] = p.calibrate(run)
		}
	}
	for range p.rounds {
		runtime.GC()
		for i, run := range runners {
			if run == nil {
				continue
			}
			s := timed(run, iterations[i])
			rounds[i] = append(rounds[i], s.ns)
			result[i].allocs = s.allocs
		}
	}
	for i := range result {
		result[i].ns = median(rounds[i])
	}
	return result
}

// calibrate finds how many operations take the round's duration.
func (p plan) calibrate(run runner) int {
	for n := 1; ; n *= 4 {
		begin := now()
		run(n)
		if took := now() - begin; took > p.duration/10 {
			return max(1, int(float64(n)*float64(p.duration)/float64(took)))
		}
	}
}

// timed runs n operations. Allocations of single operations may differ, so they are
// an average, rounded where they are whole.
func timed(run runner, n int) sample {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	begin := now()
	run(n)
	took := now() - begin
	runtime.ReadMemStats(&after)
	return sample{
		ns:     float64(took.Nanoseconds()) / float64(n),
		allocs: float64((after.Mallocs - before.Mallocs) / uint64(n)),
	}
}

func median(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	return (sorted[(len(sorted)-1)/2] + sorted[len(sorted)/2]) / 2
}

// heap is the live heap after a collection.
func heap() float64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}

// writer keeps the header and, when asked to, the rest of a response.
type writer struct {
	header http.Header
	status int
	keep   bool
	body   []byte
}

func newWriter(keep bool) *writer { return &writer{header: http.Header{}, keep: keep} }

func (w *writer) Header() http.Header { return w.header }

func (w *writer) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
}

func (w *writer) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	if w.keep {
		w.body = append(w.body, p...)
	}
	return len(p), nil
}

func (w *writer) WriteString(s string) (int, error) {
	w.WriteHeader(http.StatusOK)
	if w.keep {
		w.body = append(w.body, s...)
	}
	return len(s), nil
}

// Flush is asked of a writer by some frameworks.
func (w *writer) Flush() {}

// reset makes w fit for the next request.
func (w *writer) reset() {
	clear(w.header)
	w.status, w.body = 0, w.body[:0]
}
