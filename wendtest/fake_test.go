package wendtest

import (
	"context"
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
)

// fake is a testing.TB that records. It finds the line of a failure as the testing
// package does: that of the first caller which has not called Helper.
type fake struct {
	testing.TB
	ctx context.Context

	mu       sync.Mutex
	helpers  map[string]bool
	message  string // of the failures
	site     string // file:line of the first
	logs     string
	cleanups []func()
}

// try runs f as a test function and its cleanups.
func try(t *testing.T, f func(tb testing.TB)) *fake {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	tb := &fake{ctx: ctx, helpers: map[string]bool{}}
	within(func() { f(tb) })
	cancel()
	for _, cleanup := range slices.Backward(tb.cleanups) {
		within(cleanup)
	}
	return tb
}

// within runs f in a goroutine that FailNow may end.
func within(f func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	<-done
}

func (f *fake) Context() context.Context { return f.ctx }
func (f *fake) Cleanup(c func())         { f.cleanups = append(f.cleanups, c) }

func (f *fake) Helper() {
	pc := make([]uintptr, 1)
	runtime.Callers(2, pc)
	frame, _ := runtime.CallersFrames(pc).Next()
	f.mu.Lock()
	defer f.mu.Unlock()
	f.helpers[frame.Function] = true
}

func (f *fake) record(message string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.message += message + "\n"
	if f.site != "" {
		return
	}
	pc := make([]uintptr, 50)
	frames := runtime.CallersFrames(pc[:runtime.Callers(3, pc)])
	for more := true; more; {
		var frame runtime.Frame
		frame, more = frames.Next()
		if !f.helpers[frame.Function] {
			f.site = fmt.Sprintf("%s:%d", filepath.Base(frame.File), frame.Line)
			return
		}
	}
}

func (f *fake) Fatal(args ...any) {
	f.record(fmt.Sprint(args...))
	runtime.Goexit()
}

func (f *fake) Fatalf(format string, args ...any) {
	f.record(fmt.Sprintf(format, args...))
	runtime.Goexit()
}

func (f *fake) Errorf(format string, args ...any) { f.record(fmt.Sprintf(format, args...)) }

func (f *fake) Logf(format string, args ...any) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.logs += fmt.Sprintf(format, args...)
}

// failed checks that the fake test failed with a message that contains each part.
func (f *fake) failed(t *testing.T, parts ...string) {
	t.Helper()
	if f.message == "" {
		t.Fatalf("the test passed, want a failure with %q", parts)
	}
	for _, part := range parts {
		if !strings.Contains(f.message, part) {
			t.Errorf("no %q in the message:\n%s", part, f.message)
		}
	}
}

// passed checks that it did not fail.
func (f *fake) passed(t *testing.T) {
	t.Helper()
	if f.message != "" {
		t.Errorf("failed at %s: %s", f.site, f.message)
	}
}

// next is the line after the one that calls it.
func next() string {
	_, file, line, _ := runtime.Caller(1)
	return fmt.Sprintf("%s:%d", filepath.Base(file), line+1)
}

// here is the line that calls it.
func here() string {
	_, file, line, _ := runtime.Caller(1)
	return fmt.Sprintf("%s:%d", filepath.Base(file), line)
}

func (f *fake) FailNow() { runtime.Goexit() }
