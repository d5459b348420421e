package jsonscan

import (
	"math"
	"math/bits"
	"strconv"
	"unicode/utf8"
)

// asIs holds the ASCII bytes that a JSON string repeats unchanged.
var asIs = func() (table [utf8.RuneSelf]bool) {
	for c := range table {
		table[c] = c >= ' ' && c != '"' && c != '\\'
	}
	return table
}()

const hexDigits = "0123456789abcdef"

// AppendString appends text as a JSON string, with the bytes of an encoding/json
// Encoder after SetEscapeHTML(false): <, > and & stand as they are, U+2028 and
// U+2029 are escaped, and what is not UTF-8 becomes \ufffd, byte by byte.
func AppendString(dst []byte, text string) []byte {
	dst = append(dst, '"')
	if isPlain(text) {
		return append(append(dst, text...), '"')
	}
	start := 0 // text[start:i] is still to be appended
	for i := 0; i < len(text); {
		// Optimization: eight bytes at a time; see BenchmarkAppendString.
		for i+8 <= len(text) {
			if m := special(word(text[i:])); m != 0 {
				i += bits.TrailingZeros64(m) / 8
				break
			}
			i += 8
		}
		if i == len(text) {
			break
		}
		c := text[i]
		if c < utf8.RuneSelf {
			if asIs[c] {
				i++
				continue
			}
			dst = append(dst, text[start:i]...)
			dst = appendEscape(dst, c)
			i++
			start = i
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			dst = append(dst, text[start:i]...)
			dst = append(dst, `\ufffd`...)
			start = i + size
		case r == '\u2028' || r == '\u2029': // ends a line in JavaScript
			dst = append(dst, text[start:i]...)
			dst = append(dst, `\u202`...)
			dst = append(dst, hexDigits[r&0xF])
			start = i + size
		}
		i += size
	}
	dst = append(dst, text[start:]...)
	return append(dst, '"')
}

// isPlain reports whether a string repeats all of text unchanged. Optimization: the
// last eight bytes overlap the ones before, so that no byte is looked at by itself; see
// BenchmarkAppendString.
func isPlain(text string) bool {
	if len(text) < 8 {
		for i := range len(text) {
			if c := text[i]; c >= utf8.RuneSelf || !asIs[c] {
				return false
			}
		}
		return true
	}
	for i := 0; i+8 < len(text); i += 8 {
		if special(word(text[i:])) != 0 {
			return false
		}
	}
	return special(word(text[len(text)-8:])) == 0
}

// word returns the first eight bytes, the first one lowest.
func word(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

func appendEscape(dst []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(dst, '\\', c)
	case '\b':
		return append(dst, '\\', 'b')
	case '\f':
		return append(dst, '\\', 'f')
	case '\n':
		return append(dst, '\\', 'n')
	case '\r':
		return append(dst, '\\', 'r')
	case '\t':
		return append(dst, '\\', 't')
	}
	return append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&0xF])
}

// AppendFloat appends a finite number of size bits, 32 or 64, with the bytes of
// encoding/json: as few digits as identify it, and an exponent below 1e-6 and
// from 1e21, as ECMAScript has it.
func AppendFloat(dst []byte, f float64, size int) []byte {
	format := byte('f')
	if abs := math.Abs(f); abs != 0 {
		if size == 64 && (abs < 1e-6 || abs >= 1e21) ||
			size == 32 && (float32(abs) < 1e-6 || float32(abs) >= 1e21) {
			format = 'e'
		}
	}
	dst = strconv.AppendFloat(dst, f, format, -1, size)
	if format == 'e' { // e-09 becomes e-9
		if n := len(dst); n >= 4 && dst[n-4] == 'e' && dst[n-3] == '-' && dst[n-2] == '0' {
			dst[n-2] = dst[n-1]
			dst = dst[:n-1]
		}
	}
	return dst
}
