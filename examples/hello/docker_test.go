package main

import (
	"context"
	"debug/elf"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestDockerfile runs the build line of the Dockerfile and what it makes the way the image
// would: a static file, alone in its folder, that knows nothing but PORT and is stopped by
// SIGTERM.
func TestDockerfile(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("the image is for Linux")
	}
	const out = "-o /hello "
	line := buildLine(t, "Dockerfile")
	require.Contains(t, line, out)
	program := filepath.Join(t.TempDir(), "hello")
	build := exec.CommandContext(t.Context(), "sh", "-c", strings.Replace(line, out, "-o "+program+" ", 1))
	output, err := build.CombinedOutput()
	require.NoError(t, err, "%s", output)
	file, err := elf.Open(program)
	require.NoError(t, err)
	for _, p := range file.Progs {
		require.NotEqual(t, elf.PT_INTERP, p.Type, "it is linked dynamically, and in the image there is no linker")
	}
	require.NoError(t, file.Close())

	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	port := freePort(t)
	cmd := exec.CommandContext(ctx, program)
	cmd.Dir, cmd.Env = filepath.Dir(program), []string{"PORT=" + port}
	require.NoError(t, cmd.Start())
	answers(t, port)
	require.NoError(t, cmd.Process.Signal(syscall.SIGTERM))
	require.NoError(t, cmd.Wait(), "a clean stop ends with status 0")
}

// buildLine is the line of a Dockerfile that runs go build.
func buildLine(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	require.NoError(t, err)
	for line := range strings.Lines(string(text)) {
		if command, runs := strings.CutPrefix(line, "RUN "); runs && strings.Contains(command, "go build") {
			return strings.TrimSpace(command)
		}
	}
	t.Fatal(name + " runs no go build")
	return ""
}
