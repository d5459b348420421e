package format

import (
	"strings"

	"github.com/wend-go/wend/internal/jsonscan"
)

// The patterns of this file's checks.
const (
	Base64Pattern = `^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$`
	SemverPattern = `^(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)` +
		`(-(0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)(\.(0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*))*)?` +
		`(\+[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?$`
)

// Base64 accepts RFC 4648 §4 with its padding and without line breaks. Bits that
// the last character has too many may be set, as base64.StdEncoding has it.
func Base64(s string) bool {
	if len(s)%4 != 0 {
		return false
	}
	digits := strings.TrimSuffix(strings.TrimSuffix(s, "="), "=")
	for i := range len(digits) {
		if c := digits[i]; !is(c, alnum) && c != '+' && c != '/' {
			return false
		}
	}
	return true
}

// JSON accepts one JSON text as the request decoder reads it: no name twice in an
// object, nesting and tokens limited.
func JSON(s string) bool {
	var scan jsonscan.Scanner
	scan.Reset([]byte(s))
	return scan.Skip() && scan.End()
}

// Semver accepts a version of Semantic Versioning 2.0.
func Semver(s string) bool {
	s, build, hasBuild := strings.Cut(s, "+")
	core, pre, hasPre := strings.Cut(s, "-")
	major, core, _ := strings.Cut(core, ".")
	minor, patch, _ := strings.Cut(core, ".")
	return wholeNumber(major) && wholeNumber(minor) && wholeNumber(patch) &&
		(!hasPre || identifiers(pre, true)) && (!hasBuild || identifiers(build, false))
}

func wholeNumber(s string) bool { return filled(s, digit) && (s[0] != '0' || len(s) == 1) }

// identifiers checks a list separated by dots. In a strict one an identifier of
// digits alone has no leading zero.
func identifiers(list string, strict bool) bool {
	for more := true; more; {
		var id string
		id, list, more = strings.Cut(list, ".")
		if id == "" || strict && filled(id, digit) && !wholeNumber(id) {
			return false
		}
		for i := range len(id) {
			if !is(id[i], alnum) && id[i] != '-' {
				return false
			}
		}
	}
	return true
}
