package jsonscan

import (
	"math"
	"strconv"
)

// scanNumber returns the offset after the number that begins at i, or where
// it goes wrong.
func scanNumber[T string | []byte](data T, i int) (end int, ok bool) {
	if i < len(data) && data[i] == '-' {
		i++
	}
	switch {
	case i < len(data) && data[i] == '0':
		i++
	case i < len(data) && isDigit(data[i]):
		i = skipDigits(data, i)
	default:
		return i, false
	}
	if i < len(data) && data[i] == '.' {
		i++
		if i == len(data) || !isDigit(data[i]) {
			return i, false
		}
		i = skipDigits(data, i)
	}
	if i < len(data) && data[i]|0x20 == 'e' {
		i++
		if i < len(data) && (data[i] == '+' || data[i] == '-') {
			i++
		}
		if i == len(data) || !isDigit(data[i]) {
			return i, false
		}
		i = skipDigits(data, i)
	}
	return i, true
}

func isDigit(c byte) bool { return c-'0' <= 9 }

func skipDigits[T string | []byte](data T, i int) int {
	for i < len(data) && isDigit(data[i]) {
		i++
	}
	return i
}

// IsNumber reports whether the whole text is one JSON number.
func IsNumber(text string) bool {
	end, ok := scanNumber(text, 0)
	return ok && end == len(text)
}

// ParseInt returns the value of a JSON number that is an integer of so many
// bits. What counts is the value, not the spelling: 1.0, 1e2, 100e-2 and -0
// are integers, as they are in JSON Schema. ok is false for any other value.
// raw must be a JSON number.
func ParseInt(raw []byte, bits int) (value int64, ok bool) {
	negative, magnitude, ok := integer(raw)
	if !ok {
		return 0, false
	}
	return signed(negative, magnitude, bits)
}

// ParseUint is ParseInt for unsigned integers; -0 is 0.
func ParseUint(raw []byte, bits int) (value uint64, ok bool) {
	negative, magnitude, ok := integer(raw)
	if !ok {
		return 0, false
	}
	return unsigned(negative, magnitude, bits)
}

// ParseFloat returns the value of a JSON number as float32 or float64, rounded
// to the nearest. ok is false where that would be infinite. raw must be a JSON number.
func ParseFloat(raw []byte, bits int) (value float64, ok bool) {
	value, err := strconv.ParseFloat(string(raw), bits)
	return value, err == nil
}

// ParseDecimal returns the integer that the text spells in the one strict way
// of a parameter: -?(0|[1-9][0-9]*). ok is false for any other text, and for a
// value that so many bits do not hold.
func ParseDecimal(text string, bits int) (value int64, ok bool) {
	negative, magnitude, ok := decimal(text)
	if !ok {
		return 0, false
	}
	return signed(negative, magnitude, bits)
}

// ParseDecimalUint is ParseDecimal for unsigned integers; -0 is 0.
func ParseDecimalUint(text string, bits int) (value uint64, ok bool) {
	negative, magnitude, ok := decimal(text)
	if !ok {
		return 0, false
	}
	return unsigned(negative, magnitude, bits)
}

func signed(negative bool, magnitude uint64, bits int) (int64, bool) {
	limit := uint64(1) << (bits - 1) // the magnitude of the least value
	switch {
	case negative && magnitude <= limit:
		return -int64(magnitude), true // -int64(1<<63) is itself
	case !negative && magnitude < limit:
		return int64(magnitude), true
	}
	return 0, false
}

func unsigned(negative bool, magnitude uint64, bits int) (uint64, bool) {
	if negative && magnitude != 0 || magnitude > math.MaxUint64>>(64-bits) {
		return 0, false
	}
	return magnitude, true
}

// decimal reads -?(0|[1-9][0-9]*) of up to 64 bits.
func decimal[T string | []byte](text T) (negative bool, magnitude uint64, ok bool) {
	i := 0
	if len(text) > 0 && text[0] == '-' {
		negative = true
		i = 1
	}
	if i == len(text) || text[i] == '0' && i+1 < len(text) {
		return false, 0, false
	}
	for ; i < len(text); i++ {
		if magnitude, ok = pushDigit(magnitude, text[i]); !ok {
			return false, 0, false
		}
	}
	return negative, magnitude, true
}

// pushDigit returns 10·n plus the digit, if that is a digit and 64 bits hold it.
func pushDigit(n uint64, digit byte) (uint64, bool) {
	d := uint64(digit - '0')
	sum := 10*n + d
	return sum, d <= 9 && n <= math.MaxUint64/10 && sum >= d
}

// integer returns the value of a JSON number if it is an integer of 64 bits.
func integer(raw []byte) (negative bool, magnitude uint64, ok bool) {
	if negative, magnitude, ok = decimal(raw); ok {
		return negative, magnitude, true
	}
	return scaledInteger(raw)
}

// maxExponent bounds the exponents that are told apart. No text is long enough
// to have so many digits after its point, or zeros before it.
const maxExponent = 1 << 56

// scaledInteger is integer for a number with a fraction or an exponent. It works
// on the digits between the first and the last that are not 0, so an exponent
// costs nothing however large it is.
func scaledInteger(raw []byte) (negative bool, magnitude uint64, ok bool) {
	if raw[0] == '-' {
		negative = true
		raw = raw[1:]
	}
	mantissa, exponent := raw, int64(0)
	for i, c := range raw {
		if c|0x20 == 'e' {
			mantissa, exponent = raw[:i], parseExponent(raw[i+1:])
			break
		}
	}
	// magnitude is the digits so far; zeros and then exponent are the powers of
	// ten that it still has to be multiplied by.
	zeros, fraction := int64(0), false
	for _, c := range mantissa {
		if c == '.' {
			fraction = true
			continue
		}
		if fraction {
			exponent--
		}
		if c == '0' {
			zeros++
			continue
		}
		if magnitude, ok = timesPowerOfTen(magnitude, zeros); !ok {
			return false, 0, false
		}
		zeros = 0
		if magnitude, ok = pushDigit(magnitude, c); !ok {
			return false, 0, false
		}
	}
	if magnitude == 0 {
		return negative, 0, true
	}
	if exponent += zeros; exponent < 0 {
		return false, 0, false
	}
	magnitude, ok = timesPowerOfTen(magnitude, exponent)
	return negative, magnitude, ok
}

func timesPowerOfTen(n uint64, power int64) (uint64, bool) {
	for ; power > 0 && n != 0; power-- {
		if n > math.MaxUint64/10 {
			return 0, false
		}
		n *= 10
	}
	return n, true
}

func parseExponent(text []byte) int64 {
	negative := text[0] == '-'
	if negative || text[0] == '+' {
		text = text[1:]
	}
	exponent := int64(0)
	for _, c := range text {
		exponent = min(10*exponent+int64(c-'0'), maxExponent)
	}
	if negative {
		return -exponent
	}
	return exponent
}
