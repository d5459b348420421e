package format

// UUID4Pattern is what UUID4 accepts.
const UUID4Pattern = `^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`

// UUID accepts the text form of RFC 9562 §4 in either case, whatever its version.
func UUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		switch i {
		case 8, 13, 18, 23:
			if s[i] != '-' {
				return false
			}
		default:
			if !is(s[i], hex) {
				return false
			}
		}
	}
	return true
}

// UUID4 accepts a random UUID (RFC 9562 §5.4) in lower case, which is how it is
// written; so equal ones are equal strings.
func UUID4(s string) bool {
	if !UUID(s) || s[14] != '4' || s[19] != '8' && s[19] != '9' && s[19] != 'a' && s[19] != 'b' {
		return false
	}
	for i := range len(s) {
		if is(s[i], upper) {
			return false
		}
	}
	return true
}
