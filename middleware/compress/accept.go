package compress

import (
	"strconv"
	"strings"
)

// codings are what there is, the better first.
var codings = [...]string{"zstd", "gzip"}

// maxAccepted is how many codings of a request are looked at.
const maxAccepted = 32

// accepted chooses the coding that a client likes best, or "": a weight of 0 forbids
// one, "*" speaks for those that are not named (RFC 9110 §12.5.3). A weight that is
// not well-formed is 0.
func accepted(lines []string) string {
	weights := [len(codings)]float64{-1, -1} // -1 is not named
	others := 0.0
	seen := 0
	for _, line := range lines {
		for item := range strings.SplitSeq(line, ",") {
			if seen++; seen > maxAccepted {
				break
			}
			name, parameter, _ := strings.Cut(item, ";")
			name = strings.ToLower(strings.TrimSpace(name))
			q := weight(parameter)
			switch name {
			case codings[0]:
				weights[0] = q
			case codings[1], "x-gzip":
				weights[1] = q
			case "*":
				others = q
			}
		}
	}
	best, coding := 0.0, ""
	for i, q := range weights {
		if q < 0 {
			q = others
		}
		if q > best {
			best, coding = q, codings[i]
		}
	}
	return coding
}

// weight reads ";q=0.5" (RFC 9110 §12.4.2).
func weight(parameter string) float64 {
	parameter = strings.TrimSpace(parameter)
	if parameter == "" {
		return 1
	}
	name, value, _ := strings.Cut(parameter, "=")
	value = strings.TrimSpace(value)
	if !strings.EqualFold(strings.TrimSpace(name), "q") || value == "" || len(value) > 5 || strings.Trim(value, "0123456789.") != "" {
		return 0
	}
	q, err := strconv.ParseFloat(value, 64)
	if err != nil || q > 1 {
		return 0
	}
	return q
}
