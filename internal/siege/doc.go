// Package siege is what wend's own server has to stand: hostile clients beside a good one, connections that are cut,
// delayed and sliced, and a connection that fails at each of its operations in turn.
//
// The ordinary run is short. The long one has the figures that docs/security.md gives:
//
//	WEND_SIEGE=long go test ./internal/siege -v -timeout 30m
//
// Two of its tests have a length of their own:
//
//	go test ./internal/siege -run TestSoak -v -timeout 3h -soak 2h
//	go test ./internal/siege -run TestFaults -v -timeout 1h -requests 1000000
package siege
