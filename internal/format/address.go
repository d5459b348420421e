package format

import (
	"net/netip"
	"strings"
)

// The patterns of this file's checks. CIDR accepts less than its pattern, which
// cannot tell an address in range.
const (
	CIDRPattern = `^[0-9A-Fa-f:.]+/(0|[1-9][0-9]{0,2})$`
	MACPattern  = `^([0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}((:[0-9A-Fa-f]{2}){2})?|` +
		`[0-9A-Fa-f]{2}(-[0-9A-Fa-f]{2}){5}((-[0-9A-Fa-f]{2}){2})?|` +
		`[0-9A-Fa-f]{4}(\.[0-9A-Fa-f]{4}){2,3})$`
)

// maxIP is the longest spelling of an address; a longer text need not be read.
const maxIP = len("ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255")

// IPv4 accepts four decimal numbers up to 255 without leading zeros.
func IPv4(s string) bool {
	if len(s) > maxIP {
		return false
	}
	a, err := netip.ParseAddr(s)
	return err == nil && a.Is4()
}

// IPv6 accepts an address of RFC 4291 §2.2, also with its last 32 bits in IPv4's
// form, and without a zone.
func IPv6(s string) bool {
	if len(s) > maxIP || strings.IndexByte(s, '%') >= 0 {
		return false
	}
	a, err := netip.ParseAddr(s)
	return err == nil && a.Is6()
}

// IP accepts what IPv4 or IPv6 accepts.
func IP(s string) bool { return IPv4(s) || IPv6(s) }

// CIDR accepts an address, a slash and the length of a prefix in the address's
// range. Bits after the prefix may be set.
func CIDR(s string) bool {
	if len(s) > maxIP+len("/128") {
		return false
	}
	_, err := netip.ParsePrefix(s)
	return err == nil
}

// MAC accepts an EUI-48 or EUI-64 in one of three forms: pairs of hexadecimal digits with
// colons or with hyphens between them, or groups of four with dots.
func MAC(s string) bool {
	group := 2 // digits
	switch len(s) {
	case len("00:00:5e:00:53:01"), len("02:00:5e:10:00:00:00:01"):
	case len("0000.5e00.5301"), len("0200.5e10.0000.0001"):
		group = 4
	default:
		return false
	}
	separator := s[group]
	if group == 4 && separator != '.' || group == 2 && separator != ':' && separator != '-' {
		return false
	}
	for i := range len(s) {
		if i%(group+1) == group {
			if s[i] != separator {
				return false
			}
		} else if !is(s[i], hex) {
			return false
		}
	}
	return true
}
