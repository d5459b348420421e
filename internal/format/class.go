package format

// class is a set of the ASCII bytes that the grammars here speak of.
type class uint8

const (
	digit    class = 1 << iota // 0-9
	upper                      // A-Z
	lower                      // a-z
	hexAlpha                   // A-F a-f
	mark                       // - . _ ~ of RFC 3986 §2.3
	subDelim                   // ! $ & ' ( ) * + , ; = of RFC 3986 §2.2
	atomMark                   // what an atom of RFC 5322 §3.2.3 has beside letters and digits

	letter = upper | lower
	alnum  = letter | digit
	hex    = digit | hexAlpha
)

var classes = func() (table [256]class) {
	for c := '0'; c <= '9'; c++ {
		table[c] |= digit
	}
	for c := 'A'; c <= 'Z'; c++ {
		table[c] |= upper
		table[c|0x20] |= lower
	}
	for set, chars := range map[class]string{
		hexAlpha: "ABCDEFabcdef", mark: "-._~", subDelim: "!$&'()*+,;=", atomMark: "!#$%&'*+-/=?^_`{|}~",
	} {
		for _, c := range chars {
			table[c] |= set
		}
	}
	return table
}()

func is(c byte, set class) bool { return classes[c]&set != 0 }

// span returns the length of the longest prefix whose bytes are all in the set.
func span(s string, set class) int {
	i := 0
	for i < len(s) && is(s[i], set) {
		i++
	}
	return i
}

// filled reports whether s has a byte and all its bytes are in the set.
func filled(s string, set class) bool { return s != "" && span(s, set) == len(s) }
