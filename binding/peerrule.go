package binding

import (
	"fmt"
	"strings"
)

// ownRuleAdvice is for a rule that this package neither has nor can spell otherwise.
const ownRuleAdvice = `pattern:"…", or a rule of your own by binding.Rules`

// adviseRule says what to write for a rule that is unknown here: what a rule of
// go-playground/validator is called or spelt here, or else the nearest name.
func adviseRule(u use, names []string) string {
	if to := peerRule(u.name); to != "" {
		return to
	}
	switch u.name {
	case "containsany", "excludesall":
		return charPattern(u)
	case "containsrune", "excludesrune":
		return fmt.Sprintf("validate:%q", use{name: strings.TrimSuffix(u.name, "rune"), param: u.param, hasParam: u.hasParam})
	case "eqcsfield", "necsfield", "gtcsfield", "gtecsfield", "ltcsfield", "ltecsfield",
		"fieldcontains", "fieldexcludes", "excluded_with_all", "excluded_without_all", "skip_unless":
		return "a Validate method"
	}
	if near := nearest(u.name, names); near != "" {
		return fmt.Sprintf("validate:%q", use{name: near, param: u.param, hasParam: u.hasParam})
	}
	return ownRuleAdvice
}

// charPattern spells the rules about a set of characters as a pattern.
func charPattern(u use) string {
	if u.param == "" {
		return ownRuleAdvice
	}
	class := strings.NewReplacer(`\`, `\\`, `]`, `\]`, `[`, `\[`, `^`, `\^`, `-`, `\-`).Replace(u.param)
	if u.name == "excludesall" {
		return fmt.Sprintf("pattern:%q", "^[^"+class+"]*$")
	}
	return fmt.Sprintf("pattern:%q", "["+class+"]")
}

// peerRule says how a rule of go-playground/validator without a parameter is spelt
// here, and is "" for a name that is not one of those. A checksum has no spelling: its
// name is here so that nothing which happens to be near is proposed.
func peerRule(name string) string {
	switch name {
	case "ip_addr":
		return `validate:"ip"`
	case "ip4_addr":
		return `validate:"ipv4"`
	case "ip6_addr":
		return `validate:"ipv6"`
	case "uuid_rfc4122":
		return `validate:"uuid"`
	case "uuid4_rfc4122":
		return `validate:"uuid4"`
	case "uuid3", "uuid5", "uuid7", "uuid3_rfc4122", "uuid5_rfc4122":
		return fmt.Sprintf(`pattern:"^[0-9a-f]{8}-[0-9a-f]{4}-%c[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"`, name[4])
	case "https_url":
		return `validate:"http_url,startswith=https://"`
	case "omitzero":
		return `validate:"omitempty"`
	case "-", "structonly", "nostructlevel", "isdefault":
		return "nothing in its place"
	case "boolean":
		return "bool as the type"
	case "duration":
		return "time.Duration as the type"
	case "latitude":
		return `float64 as the type, and validate:"min=-90,max=90"`
	case "longitude":
		return `float64 as the type, and validate:"min=-180,max=180"`
	}
	return peerPattern(name)
}

func peerPattern(name string) string {
	switch name {
	case "alphaspace":
		return `pattern:"^[A-Za-z ]+$"`
	case "alphanumspace":
		return `pattern:"^[A-Za-z0-9 ]+$"`
	case "alphaunicode":
		return `pattern:"^\\p{L}+$"`
	case "alphanumunicode":
		return `pattern:"^[\\p{L}\\p{N}]+$"`
	case "printascii":
		return `pattern:"^[ -~]*$"`
	case "multibyte":
		return `pattern:"[^\\x00-\\x7F]"`
	case "md4", "md5":
		return `pattern:"^[0-9a-f]{32}$"`
	case "sha256":
		return `pattern:"^[0-9a-f]{64}$"`
	case "sha384":
		return `pattern:"^[0-9a-f]{96}$"`
	case "sha512":
		return `pattern:"^[0-9a-f]{128}$"`
	case "mongodb":
		return `pattern:"^[0-9a-f]{24}$"`
	case "ulid":
		return `pattern:"^[0-9A-HJKMNP-TV-Za-hjkmnp-tv-z]{26}$"`
	case "jwt":
		return `pattern:"^[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]*$"`
	case "base32":
		return `pattern:"^([A-Z2-7]{8})*([A-Z2-7]{2}={6}|[A-Z2-7]{4}={4}|[A-Z2-7]{5}={3}|[A-Z2-7]{7}=)?$"`
	case "base64url":
		return `pattern:"^([A-Za-z0-9_-]{4})*([A-Za-z0-9_-]{2}==|[A-Za-z0-9_-]{3}=)?$"`
	case "base64rawurl":
		return `pattern:"^[A-Za-z0-9_-]+$"`
	case "rgb", "rgba", "hsl", "hsla", "cmyk", "iscolor", "cron", "cve", "dir", "dirpath", "file", "filepath", "image",
		"ein", "ssn", "bic", "bic_iso_9362_2014", "isbn", "isbn10", "isbn13", "issn", "html", "html_encoded", "url_encoded",
		"origin", "datauri", "hostname_port", "hostname_label", "eq_ignore_case", "ne_ignore_case", "oneofci", "noneofci",
		"startsnotwith", "endsnotwith", "iso3166_2", "iso3166_1_alpha3", "country_code", "cidrv4", "cidrv6", "unix_addr":
		return ownRuleAdvice
	}
	return ""
}
