package openapi_test

import (
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend/openapi"
)

// A thousand operations with a thousand body types: at most 25 MiB stay after Build,
// and it takes far less than a start may. What it takes to the millisecond is the
// benchmark's matter; this bound is one that a slow machine keeps, too.
func TestBuild_cost(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector changes both")
	}
	r := thousand()
	before := resident()
	start := time.Now()
	doc, err := openapi.Build(sinkInfo, r.Routes())
	took := time.Since(start)
	require.NoError(t, err)
	kept := resident() - before
	runtime.KeepAlive(doc)
	runtime.KeepAlive(r)
	t.Logf("%v, %.1f MiB", took, float64(kept)/(1<<20))
	require.Less(t, kept, int64(25<<20), "resident bytes")
	require.Less(t, took, time.Second)
}

func resident() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
