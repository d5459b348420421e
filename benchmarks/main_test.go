package main

import (
	"io"
	"strings"
	"testing"
)

// TestSmoke runs every kind of row once, which first compares the answers of all
// contenders.
func TestSmoke(t *testing.T) {
	for _, args := range [][]string{
		{"router", "-rounds", "1", "-duration", "1ms", "-only", "param|Google|Parse|GitHub|static|at 10$|at 1000$|register 100$"},
		{"endpoint", "-rounds", "1", "-duration", "1ms"},
	} {
		var out strings.Builder
		if err := run(args, &out); err != nil {
			t.Fatalf("%q: %v", args, err)
		}
		if !strings.Contains(out.String(), "Geometric mean") {
			t.Errorf("%q: no summary:\n%s", args, out.String())
		}
	}
}

func TestRun_usage(t *testing.T) {
	for _, args := range [][]string{nil, {"other"}, {"router", "-only", "("}, {"router", "-unknown"}} {
		if err := run(args, io.Discard); err == nil {
			t.Errorf("%q: no error", args)
		}
	}
}
