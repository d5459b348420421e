// Package format checks the spelling of text: addresses, names, dates, numbers
// and codes. Every check is a pure function of its string: it opens no file,
// resolves no name, keeps nothing, and allocates nothing where the text is
// right, JSON apart, which copies its text.
//
// [All] lists them with what JSON Schema can say about each.
package format

// Format is one check and its statement in JSON Schema.
type Format struct {
	Name  string // of the validation rule
	Check func(string) bool

	// What a schema says: text that passes Check has the format, matches the
	// pattern and is one of the values, as far as they are given.
	Schema  string   // JSON Schema's format, as its official test suite means it
	Pattern string   // a regular expression with one meaning in ECMA-262 and in RE2
	Values  []string // sorted; must not be changed

	// Exact means that the reverse holds too: what the schema says is all of it.
	Exact bool
}

// All returns the formats in the order of their documentation. The slice is the caller's.
func All() []Format { return append([]Format(nil), formats...) }

// Lookup returns the format of that name.
func Lookup(name string) (f Format, found bool) {
	for _, f := range formats {
		if f.Name == name {
			return f, true
		}
	}
	return Format{}, false
}

// hostname_rfc1123, uuid and the like have the check that their JSON Schema
// format has; ip is the union of two formats, which the caller states.
var formats = []Format{
	{Name: "email", Check: Email, Schema: "email", Exact: true},
	{Name: "uuid", Check: UUID, Schema: "uuid", Exact: true},
	{Name: "uuid4", Check: UUID4, Schema: "uuid", Pattern: UUID4Pattern, Exact: true},
	{Name: "uri", Check: URI, Schema: "uri", Exact: true},
	{Name: "url", Check: URL, Schema: "uri", Pattern: URLPattern, Exact: true},
	{Name: "http_url", Check: HTTPURL, Schema: "uri", Pattern: HTTPURLPattern, Exact: true},
	{Name: "hostname", Check: Hostname, Pattern: HostnamePattern, Exact: true},
	{Name: "hostname_rfc1123", Check: HostnameRFC1123, Schema: "hostname", Exact: true},
	{Name: "fqdn", Check: FQDN, Pattern: FQDNPattern, Exact: true},
	{Name: "ipv4", Check: IPv4, Schema: "ipv4", Exact: true},
	{Name: "ipv6", Check: IPv6, Schema: "ipv6", Exact: true},
	{Name: "ip", Check: IP, Exact: true},
	{Name: "cidr", Check: CIDR, Pattern: CIDRPattern},
	{Name: "mac", Check: MAC, Pattern: MACPattern, Exact: true},
	{Name: "port", Check: Port, Pattern: PortPattern, Exact: true},
	{Name: "date", Check: Date, Schema: "date", Exact: true},
	{Name: "datetime", Check: DateTime, Schema: "date-time", Exact: true},
	{Name: "e164", Check: E164, Pattern: E164Pattern, Exact: true},
	{Name: "alpha", Check: Alpha, Pattern: AlphaPattern, Exact: true},
	{Name: "alphanum", Check: Alphanum, Pattern: AlphanumPattern, Exact: true},
	{Name: "numeric", Check: Numeric, Pattern: NumericPattern, Exact: true},
	{Name: "number", Check: Number, Pattern: NumberPattern, Exact: true},
	{Name: "hexadecimal", Check: Hexadecimal, Pattern: HexadecimalPattern, Exact: true},
	{Name: "ascii", Check: ASCII, Pattern: ASCIIPattern, Exact: true},
	{Name: "lowercase", Check: Lowercase, Pattern: LowercasePattern},
	{Name: "uppercase", Check: Uppercase, Pattern: UppercasePattern},
	{Name: "hexcolor", Check: Hexcolor, Pattern: HexcolorPattern, Exact: true},
	{Name: "semver", Check: Semver, Pattern: SemverPattern, Exact: true},
	{Name: "base64", Check: Base64, Pattern: Base64Pattern, Exact: true},
	{Name: "json", Check: JSON},
	{Name: "timezone", Check: Timezone},
	{Name: "iso4217", Check: ISO4217, Values: currencies, Exact: true},
	{Name: "iso3166_1_alpha2", Check: ISO3166Alpha2, Values: countries, Exact: true},
}
