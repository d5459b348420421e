package format

import "unicode"

// The patterns of this file's checks, which each accept what the pattern
// matches; Lowercase and Uppercase accept less.
const (
	AlphaPattern       = `^[A-Za-z]+$`
	AlphanumPattern    = `^[A-Za-z0-9]+$`
	NumericPattern     = `^[+-]?[0-9]+(\.[0-9]+)?$`
	NumberPattern      = `^[0-9]+$`
	HexadecimalPattern = `^(0[Xx])?[0-9A-Fa-f]+$`
	ASCIIPattern       = `^[\x00-\x7F]*$`
	LowercasePattern   = `^[^A-Z]+$`
	UppercasePattern   = `^[^a-z]+$`
	E164Pattern        = `^\+[1-9][0-9]{6,14}$`
	HexcolorPattern    = `^#([0-9A-Fa-f]{3,4}|[0-9A-Fa-f]{6}|[0-9A-Fa-f]{8})$`
	PortPattern        = `^([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])$`
)

// Alpha accepts one or more ASCII letters.
func Alpha(s string) bool { return filled(s, letter) }

// Alphanum accepts one or more ASCII letters and digits.
func Alphanum(s string) bool { return filled(s, alnum) }

// Numeric accepts a decimal number with an optional sign and an optional fraction.
func Numeric(s string) bool {
	if s != "" && (s[0] == '+' || s[0] == '-') {
		s = s[1:]
	}
	whole := span(s, digit)
	return whole > 0 && (whole == len(s) || s[whole] == '.' && filled(s[whole+1:], digit))
}

// Number accepts one or more ASCII digits.
func Number(s string) bool { return filled(s, digit) }

// Hexadecimal accepts one or more hexadecimal digits, with or without 0x before them.
func Hexadecimal(s string) bool {
	if len(s) >= 2 && s[0] == '0' && s[1]|0x20 == 'x' {
		s = s[2:]
	}
	return filled(s, hex)
}

// ASCII accepts any text below U+0080, the empty one too.
func ASCII(s string) bool {
	for i := range len(s) {
		if s[i] > unicode.MaxASCII {
			return false
		}
	}
	return true
}

// Lowercase accepts text that lower-casing leaves as it is, and that is not empty.
func Lowercase(s string) bool {
	for _, r := range s {
		if unicode.ToLower(r) != r {
			return false
		}
	}
	return s != ""
}

// Uppercase accepts text that upper-casing leaves as it is, and that is not empty.
func Uppercase(s string) bool {
	for _, r := range s {
		if unicode.ToUpper(r) != r {
			return false
		}
	}
	return s != ""
}

// E164 accepts a telephone number as ITU-T E.164 writes it internationally, from 7 digits.
func E164(s string) bool {
	return len(s) >= 8 && len(s) <= 16 && s[0] == '+' && s[1] != '0' && filled(s[1:], digit)
}

// Hexcolor accepts a colour of CSS in hexadecimal digits, with or without alpha.
func Hexcolor(s string) bool {
	if s == "" || s[0] != '#' || !filled(s[1:], hex) {
		return false
	}
	switch len(s) {
	case 4, 5, 7, 9:
		return true
	}
	return false
}

// Port accepts the decimal spelling of 1 to 65535, without leading zeros.
func Port(s string) bool {
	return len(s) <= 5 && filled(s, digit) && s[0] != '0' && (len(s) < 5 || s <= "65535")
}
