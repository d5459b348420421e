//go:build !unix

package main

import "time"

var start = time.Now()

// now is the time since the program started.
func now() time.Duration { return time.Since(start) }
