package wend

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// Bounds of what one request asks for: how many languages, and how long a tag may be that
// is looked at. RFC 5646 §4.4.1 wants room for 35 bytes; a tag of thousands of subtags
// would cost time with the square of its length.
const (
	maxLanguages   = 16
	maxLanguageTag = 64
)

// languages reads Accept-Language (RFC 9110 §12.5.4): the ranges by falling
// quality, each followed by its shorter forms, as in de-AT, de.
func languages(lines []string) []string {
	type weighted struct {
		tag string
		q   float64
	}
	var ranges []weighted
	for item := range strings.SplitSeq(strings.Join(lines, ","), ",") {
		tag, params, _ := strings.Cut(item, ";")
		tag = strings.TrimSpace(tag)
		q := 1.0
		if value, ok := strings.CutPrefix(strings.TrimSpace(params), "q="); ok {
			parsed, err := strconv.ParseFloat(value, 64)
			if err != nil || !(parsed >= 0 && parsed <= 1) {
				continue
			}
			q = parsed
		}
		if tag != "" && tag != "*" && len(tag) <= maxLanguageTag && q > 0 && len(ranges) < maxLanguages {
			ranges = append(ranges, weighted{tag, q})
		}
	}
	slices.SortStableFunc(ranges, func(a, b weighted) int { return cmp.Compare(b.q, a.q) })
	var tags []string
	for _, r := range ranges {
		for tag := r.tag; ; {
			if !slices.Contains(tags, tag) {
				tags = append(tags, tag)
			}
			i := strings.LastIndexByte(tag, '-')
			if i < 0 {
				break
			}
			tag = tag[:i]
		}
	}
	return tags
}
