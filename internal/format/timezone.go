package format

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

// zones are the names in Go's own copy of the IANA database, one a line,
// sorted. go test -run Timezone -update writes it.
//
//go:embed zones.txt
var zones string

var zoneNames = sync.OnceValue(func() []string { return strings.Fields(zones) })

// Timezone accepts a name of the IANA time zone database, in its exact case.
// It looks only at the list that is compiled in: time.LoadLocation would open
// files under a name that a stranger has sent. Local and the empty name, which
// LoadLocation knows beside, are refused.
func Timezone(s string) bool {
	_, found := slices.BinarySearch(zoneNames(), s)
	return found
}
