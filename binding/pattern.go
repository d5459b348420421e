package binding

import (
	"strings"
	"unicode/utf8"
)

// lintPattern refuses expressions that mean different things in RE2, which checks,
// and in ECMA-262 with its Unicode flag, which the readers of a document use; it
// returns what to write, or "".
func lintPattern(expr string) string {
	inClass, open := false, 0 // where the class begins
	afterSet := false         // in a class, right after \d and its like
	for i := 0; i < len(expr); {
		_, size := utf8.DecodeRuneInString(expr[i:])
		rest := expr[i:]
		advice := ""
		switch {
		case rest[0] == '\\' && len(rest) > 1:
			advice, size = lintEscape(rest, inClass)
		case inClass && afterSet && rest[0] == '-' && !strings.HasPrefix(rest, "-]"):
			return `a - after a set such as \d is an error in ECMA-262; write \-`
		case inClass && strings.HasPrefix(rest, "[:"):
			return "a POSIX class is not in ECMA-262; write the characters, such as [A-Za-z]"
		case inClass:
			inClass = rest[0] != ']'
			if rest[0] == '[' && i > open {
				size = 1 // a bracket in a class is itself in both
			}
		case rest[0] == '[':
			inClass, open = true, i
			if strings.HasPrefix(rest, "[]") || strings.HasPrefix(rest, "[^]") {
				return "a bracket right after [ differs in ECMA-262; write \\]"
			}
		default:
			advice, size = lintSyntax(rest, size)
		}
		if advice != "" {
			return advice
		}
		afterSet = rest[0] == '\\' && size > 1 && strings.IndexByte("dDwWpP", rest[1]) >= 0
		i += size
	}
	return ""
}

// lintSyntax looks at what stands outside of classes and escapes.
func lintSyntax(rest string, size int) (advice string, n int) {
	switch rest[0] {
	case '.':
		return `. differs on line ends; write [^\n\r]`, size
	case ']', '}':
		return "a lone " + rest[:1] + ` is an error in ECMA-262; write \` + rest[:1], size
	case '{':
		end := strings.IndexByte(rest, '}')
		if end < 0 || !isRepeat(rest[1:end]) {
			return `a lone { is an error in ECMA-262; write \{`, size
		}
		return "", end + 1
	case '^', '$':
		if len(rest) > 1 && strings.IndexByte("*+?{", rest[1]) >= 0 {
			return "an anchor cannot be repeated in ECMA-262; write it once", size
		}
	case '(':
		if strings.HasPrefix(rest, "(?:") {
			return "", 3
		}
		if strings.HasPrefix(rest, "(?") {
			return "a group with ? differs in ECMA-262; write both cases, such as [Aa], or (?:…)", size
		}
	}
	return "", size
}

// isRepeat reports whether text is n, n, or n,m.
func isRepeat(text string) bool {
	low, high, _ := strings.Cut(text, ",")
	return low != "" && strings.Trim(low, "0123456789") == "" && strings.Trim(high, "0123456789") == ""
}

// lintEscape looks at an escape and returns its length.
func lintEscape(expr string, inClass bool) (advice string, n int) {
	c := expr[1]
	switch {
	case c == 's' || c == 'S':
		advice = `\s is wider in ECMA-262; write [ \t\n\r]`
	case c == 'b' || c == 'B':
		advice = `\b differs in ECMA-262; write the characters around the word`
	case c == 'A':
		advice = `\A is not in ECMA-262; write ^`
	case c == 'z' || c == 'Z':
		advice = `\z is not in ECMA-262; write $`
	case c == 'p' || c == 'P':
		return lintProperty(expr)
	case c == 'x' && strings.HasPrefix(expr[2:], "{"):
		advice = `\x{…} is not in ECMA-262; write the character itself`
	case strings.IndexByte(`dDwWnrtfvx^$\.*+?()[]{}|/`, c) >= 0, c == '-' && inClass:
	case c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9':
		advice = `\` + expr[1:2] + ` is not in ECMA-262`
	default:
		_, size := utf8.DecodeRuneInString(expr[1:])
		advice = `\` + expr[1:1+size] + " is an error in ECMA-262; write it without the backslash"
	}
	return advice, 2
}

// lintProperty allows the general categories, which both spell alike.
func lintProperty(expr string) (advice string, n int) {
	if len(expr) < 3 || expr[2] != '{' {
		return `\p needs braces; write \p{L}`, 2
	}
	end := strings.IndexByte(expr, '}')
	if end < 0 || end-3 > 2 || strings.HasPrefix(expr[3:], "^") {
		return "only general categories are spelt alike in ECMA-262; write one, such as \\p{L} or \\P{L}, or the characters", 2
	}
	return "", end + 1
}
