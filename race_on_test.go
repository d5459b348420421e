//go:build race

package wend_test

const raceEnabled = true
