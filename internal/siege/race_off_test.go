//go:build !race

package siege_test

// raceEnabled says that the detector is there, which takes time and memory for itself.
const raceEnabled = false
