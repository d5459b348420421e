// Package golden compares what a test produced with a file kept beside it.
//
// A golden file is reviewed like code: its difference in a change is the change of a document, a body or a surface.
// After an intended change, run the test of the package again with -update:
//
//	go test ./openapi -update
package golden

import (
	"bytes"
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "write golden files instead of comparing with them")

// Equal fails the test if the file at path, relative to the test's package, does not hold exactly got. The failure
// prints a difference: "-" lines are in the file only, "+" lines in got only. With -update it writes the file, and its
// directory, and fails only if that fails.
func Equal(t testing.TB, path string, got []byte) {
	t.Helper()
	if *update {
		if err := write(path, got); err != nil {
			t.Fatalf("update golden file: %v", err)
		}
		return
	}
	want, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		t.Errorf("no golden file %s yet; if the following is right, run the test with -update:\n%s", path, got)
	case err != nil:
		t.Fatalf("read golden file: %v", err)
	case !bytes.Equal(want, got):
		t.Errorf("differs from %s; if that is intended, run the test with -update:\n%s", path, diff(want, got))
	}
}

func write(path string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, data, 0o644)
}
