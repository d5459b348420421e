package radix

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"unicode/utf8"
)

// Build returns the escaped path that p matches with the given values, one
// for each of Names. What a router would refuse is an error: an empty value
// of {x}, a dot segment, an empty element of {x...}, a control character, a
// backslash, invalid UTF-8. The rest of a subtree is left empty.
func (p *Pattern) Build(values []string) (string, error) {
	if len(values) != len(p.runs) {
		return "", fmt.Errorf("%s takes %d values, not %d", p.Path(), len(p.runs), len(values))
	}
	var b strings.Builder
	for i, value := range values {
		b.WriteString(Escape(p.runs[i]))
		isMulti := p.end == rest && i == len(values)-1
		if err := checkValue(value, isMulti); err != nil {
			return "", fmt.Errorf("value of {%s}: %w", p.Names()[i], err)
		}
		escaped := url.PathEscape(value)
		if isMulti {
			escaped = strings.ReplaceAll(escaped, "%2F", "/")
		}
		b.WriteString(escaped)
	}
	if p.tail != "" {
		b.WriteString(Escape(p.tail))
	}
	if b.Len() > MaxPath {
		return "", errors.New("the path is too long")
	}
	return b.String(), nil
}

// checkValue refuses a value that would not come back as it is.
func checkValue(value string, isMulti bool) error {
	if value == "" && !isMulti {
		return errors.New("empty")
	}
	if !utf8.ValidString(value) {
		return errors.New("not UTF-8")
	}
	if i := strings.IndexFunc(value, func(c rune) bool { return c < ' ' || c == 0x7f || c == '\\' }); i >= 0 {
		return fmt.Errorf("holds %q", value[i])
	}
	elements := strings.Split(value, "/")
	for i, el := range elements {
		if isDots(el) {
			return fmt.Errorf("holds the dot segment %q", el)
		}
		if el == "" && isMulti && i < len(elements)-1 {
			return errors.New("holds an empty segment")
		}
	}
	return nil
}

// Join puts a group's prefix before the path of a pattern. The prefix is ""
// or starts with a slash and ends without one. The path is "", which stands
// for the prefix itself ("/" when both are empty), or starts with a slash.
func Join(prefix, path string) (string, error) {
	switch {
	case prefix == "/":
		return "", errors.New(`prefix "/" ends in a slash; write ""`)
	case prefix != "" && prefix[0] != '/':
		return "", fmt.Errorf("prefix %q does not start with a slash; write %q", prefix, "/"+strings.TrimRight(prefix, "/"))
	case strings.HasSuffix(prefix, "/"):
		return "", fmt.Errorf("prefix %q ends in a slash; write %q", prefix, strings.TrimRight(prefix, "/"))
	case path != "" && path[0] != '/':
		return "", fmt.Errorf("path %q does not start with a slash; write %q", path, "/"+path)
	case prefix+path == "":
		return "/", nil
	}
	return prefix + path, nil
}
