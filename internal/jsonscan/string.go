package jsonscan

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf16"
	"unicode/utf8"
)

// every repeats a byte in all eight of a word.
const every = 0x0101010101010101

// special returns a word in which the lowest byte that is not zero marks the
// first of eight bytes that is not plain text: a control character, a quote, a
// backslash, or part of a rune above ASCII.
//
// x-n has its high bit set exactly when x < n, for x and n below 0x80, and a byte
// borrows from the next one only when it is itself marked.
func special(w uint64) uint64 {
	return ((w - every*0x20) | ((w ^ every*'"') - every) | ((w ^ every*'\\') - every) | w) & (every * 0x80)
}

// String reads a string and returns what stands between its quotes; where
// escaped is true, [Unquote] makes text of it. The text is valid UTF-8 either way.
func (s *Scanner) String() (raw []byte, escaped, ok bool) {
	data := s.Data
	i := s.Pos + 1
	for {
		// Optimization: eight bytes at a time; see BenchmarkString.
		for i+8 <= len(data) {
			if m := special(binary.LittleEndian.Uint64(data[i:])); m != 0 {
				i += bits.TrailingZeros64(m) / 8
				break
			}
			i += 8
		}
		if i >= len(data) {
			return nil, false, s.fail(Syntax, len(data))
		}
		switch c := data[i]; {
		case c == '"':
			raw = data[s.Pos+1 : i]
			s.Pos = i + 1
			return raw, escaped, true
		case c == '\\':
			size, reason := escape(data[i:])
			if reason != "" {
				return nil, false, s.fail(reason, i+size)
			}
			escaped = true
			i += size
		case c >= utf8.RuneSelf:
			for i < len(data) && data[i] >= utf8.RuneSelf {
				_, size := utf8.DecodeRune(data[i:])
				if size == 1 {
					return nil, false, s.fail(UTF8, i)
				}
				i += size
			}
		case c < ' ':
			return nil, false, s.fail(Syntax, i)
		default: // fewer than eight bytes are left
			i++
		}
	}
}

// escape returns the length of the escape sequence at the start of data, two of
// them for a surrogate pair. With a reason it is where the mistake is.
func escape(data []byte) (size int, reason string) {
	if len(data) < 2 {
		return len(data), Syntax
	}
	switch data[1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 2, ""
	case 'u':
	default:
		return 1, Syntax
	}
	r, digits := hex4(data[2:])
	switch {
	case digits < 4:
		return 2 + digits, Syntax
	case !utf16.IsSurrogate(r):
		return 6, ""
	case len(data) < 8 || data[6] != '\\' || data[7] != 'u':
		return 0, UTF8
	}
	low, digits := hex4(data[8:])
	switch {
	case digits < 4:
		return 8 + digits, Syntax
	case utf16.DecodeRune(r, low) == utf8.RuneError:
		return 0, UTF8
	}
	return 12, ""
}

// hex4 reads up to four hexadecimal digits and says how many there were.
func hex4(data []byte) (r rune, digits int) {
	for digits < 4 && digits < len(data) {
		c := data[digits]
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case 'a' <= c|0x20 && c|0x20 <= 'f':
			c = c | 0x20 - 'a' + 10
		default:
			return r, digits
		}
		r = r<<4 | rune(c)
		digits++
	}
	return r, digits
}

// Unquote appends the text of raw, which [Scanner.String] has returned, to dst.
func Unquote(dst, raw []byte) []byte {
	for i := 0; i < len(raw); {
		if raw[i] != '\\' {
			start := i
			for i < len(raw) && raw[i] != '\\' {
				i++
			}
			dst = append(dst, raw[start:i]...)
			continue
		}
		switch c := raw[i+1]; c {
		case 'b':
			dst = append(dst, '\b')
		case 'f':
			dst = append(dst, '\f')
		case 'n':
			dst = append(dst, '\n')
		case 'r':
			dst = append(dst, '\r')
		case 't':
			dst = append(dst, '\t')
		case 'u':
			r, _ := hex4(raw[i+2:])
			i += 4
			if utf16.IsSurrogate(r) {
				low, _ := hex4(raw[i+4:])
				r = utf16.DecodeRune(r, low)
				i += 6
			}
			dst = utf8.AppendRune(dst, r)
		default:
			dst = append(dst, c)
		}
		i += 2
	}
	return dst
}
