package format

// Date accepts a full-date of RFC 3339 §5.6 that the calendar has.
func Date(s string) bool {
	if len(s) != len("2006-01-02") || s[4] != '-' || s[7] != '-' || span(s[:4], digit) != 4 {
		return false
	}
	month, day := twoDigits(s[5:]), twoDigits(s[8:])
	return month >= 1 && month <= 12 && day >= 1 && day <= days(s[:4], month)
}

// DateTime accepts a date-time of RFC 3339 §5.6, as JSON Schema's format does:
// T and Z in either case, any number of digits in the fraction. It refuses one
// thing more: the leap second, which time.Time cannot hold.
func DateTime(s string) bool {
	const least = len("2006-01-02T15:04:05Z")
	if len(s) < least || !Date(s[:10]) || s[10]|0x20 != 't' || s[13] != ':' || s[16] != ':' ||
		!upTo(s[11:], 23) || !upTo(s[14:], 59) || !upTo(s[17:], 59) {
		return false
	}
	s = s[19:]
	if s[0] == '.' {
		n := span(s[1:], digit)
		if n == 0 {
			return false
		}
		s = s[1+n:]
	}
	switch {
	case len(s) == 1:
		return s[0]|0x20 == 'z'
	case len(s) == len("+07:00"):
		return (s[0] == '+' || s[0] == '-') && upTo(s[1:], 23) && s[3] == ':' && upTo(s[4:], 59)
	}
	return false
}

// twoDigits returns the number that two digits at the start of s spell, or -1.
func twoDigits(s string) int {
	if !is(s[0], digit) || !is(s[1], digit) {
		return -1
	}
	return int(s[0]-'0')*10 + int(s[1]-'0')
}

func upTo(s string, most int) bool {
	n := twoDigits(s)
	return n >= 0 && n <= most
}

// days returns the length of a month in the proleptic Gregorian calendar; year is four digits.
func days(year string, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		century, rest := twoDigits(year), twoDigits(year[2:])
		if rest%4 == 0 && (rest != 0 || century%4 == 0) {
			return 29
		}
		return 28
	}
	return 31
}
