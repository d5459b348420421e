package binding

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/wend-go/wend/internal/format"
)

// textRule returns the built-in rules about the spelling of text.
func textRule(name string) (ruleDef, bool) {
	switch name {
	case "pattern":
		return ruleDef{famText, true, patternRule}, true
	case "contains", "startswith", "endswith", "excludes":
		return ruleDef{famText, true, literalRule}, true
	case "datetime":
		return ruleDef{famText, true, layoutRule}, true
	case "maxsize", "mime":
		return ruleDef{}, false
	}
	f, ok := format.Lookup(name)
	if !ok {
		return ruleDef{}, false
	}
	return ruleDef{famText, false, func(*node, use) (op, error) { return formatRule(f), nil }}, true
}

// formatRule states a format by the keywords that it knows about itself.
func formatRule(f format.Format) op {
	s := &statement{code: f.Name, detail: "must be " + formatArticles[f.Name], accepts: f.Check, partial: !f.Exact}
	if f.Schema != "" {
		s.states = append(s.states, State("format", f.Schema))
	}
	if f.Pattern != "" {
		s.states = append(s.states, State("pattern", f.Pattern))
	}
	switch f.Name {
	case "ip":
		s.states = Schema{State("anyOf", []Schema{{State("format", "ipv4")}, {State("format", "ipv6")}})}
	case "base64":
		s.states = append(s.states, State("contentEncoding", "base64"))
	case "json":
		s.states = append(s.states, State("contentMediaType", "application/json"))
	}
	if len(f.Values) > 0 {
		values := make([]any, len(f.Values))
		for i, v := range f.Values {
			values[i] = v
		}
		s.states = append(s.states, State("enum", values))
	}
	if s.partial {
		s.text = strings.TrimPrefix(s.detail, "must be ")
	}
	return op{test: testAccepts, says: s}
}

// formatArticles names the formats in a sentence.
var formatArticles = map[string]string{
	"email": "a valid email address", "uuid": "a valid UUID", "uuid4": "a valid version 4 UUID in lower case",
	"uri": "a valid URI", "url": "a valid URL", "http_url": "a valid http or https URL",
	"hostname": "a valid host name", "hostname_rfc1123": "a valid host name", "fqdn": "a fully qualified domain name",
	"ipv4": "a valid IPv4 address", "ipv6": "a valid IPv6 address", "ip": "a valid IP address",
	"cidr": "an address range such as 192.0.2.0/24", "mac": "a valid MAC address", "port": "a port from 1 to 65535",
	"date": "a date such as 2006-01-02", "datetime": "a date and time such as 2006-01-02T15:04:05Z",
	"e164": "a phone number such as +14155550123", "alpha": "letters only", "alphanum": "letters and digits only",
	"numeric": "a decimal number", "number": "digits only", "hexadecimal": "a hexadecimal number",
	"ascii": "ASCII text", "lowercase": "in lower case", "uppercase": "in upper case",
	"hexcolor": "a colour such as #00ff80", "semver": "a semantic version such as 1.2.3", "base64": "base64 text",
	"json": "a JSON text", "timezone": "a time zone such as Europe/Paris", "iso4217": "a currency code such as EUR",
	"iso3166_1_alpha2": "a country code such as FR",
}

// port is for text and integers.
func port(n *node, u use) (op, error) {
	if n.family() == famText {
		f, _ := format.Lookup("port")
		return formatRule(f), nil
	}
	low, err := atLeast(n, use{name: "min", param: "1", hasParam: true})
	if err != nil {
		return op{}, err
	}
	high, err := atMost(n, use{name: "max", param: "65535", hasParam: true})
	if err != nil { // a kind that ends below: its own range is enough
		high = low
	}
	_ = u
	return op{test: testAllOf, says: &statement{
		code: "port", detail: "must be " + formatArticles["port"], alts: []op{low, high},
		states: append(append(Schema{}, low.says.states...), high.says.states...)[:1+min(1, len(high.says.states))],
	}}, nil
}

// literalRule compiles contains, startswith, endswith and excludes.
func literalRule(_ *node, u use) (op, error) {
	want := u.param
	s := &statement{code: u.name, params: operand{u.name, want}}
	expr := literalPattern(want)
	switch u.name {
	case "contains":
		s.accepts, s.detail = func(t string) bool { return strings.Contains(t, want) }, "must contain "+want
	case "startswith":
		s.accepts, s.detail, expr = func(t string) bool { return strings.HasPrefix(t, want) }, "must start with "+want, "^"+expr
	case "endswith":
		s.accepts, s.detail, expr = func(t string) bool { return strings.HasSuffix(t, want) }, "must end with "+want, expr+"$"
	case "excludes":
		s.accepts, s.detail = func(t string) bool { return !strings.Contains(t, want) }, "must not contain "+want
		s.states = Schema{State("not", Schema{State("pattern", expr)})}
		return op{test: testAccepts, says: s}, nil
	}
	s.states = Schema{State("pattern", expr)}
	return op{test: testAccepts, says: s}, nil
}

// layoutRule compiles datetime=LAYOUT.
func layoutRule(_ *node, u use) (op, error) {
	switch u.param {
	case time.DateOnly:
		f, _ := format.Lookup("date")
		return renamed(formatRule(f), "datetime", u.param), nil
	case time.RFC3339, time.RFC3339Nano:
		f, _ := format.Lookup("datetime")
		return renamed(formatRule(f), "datetime", u.param), nil
	}
	layout := u.param
	text := time.Unix(0, 0).UTC().Format(layout)
	if _, err := time.Parse(layout, text); err != nil || text == layout {
		return op{}, fmt.Errorf("%q is no time layout", layout)
	}
	return op{test: testAccepts, says: &statement{
		code: "datetime", params: operand{"datetime", layout},
		detail: "must be a date or time such as " + layout, partial: true, text: "a date or time such as " + layout,
		accepts: func(t string) bool { _, err := time.Parse(layout, t); return err == nil },
	}}, nil
}

func renamed(o op, code string, param any) op {
	o.says.code, o.says.params = code, operand{code, param}
	return o
}

// patternRule compiles the pattern tag.
func patternRule(_ *node, u use) (op, error) {
	if advice := lintPattern(u.param); advice != "" {
		return op{}, fmt.Errorf("%s", advice)
	}
	re, err := regexp.Compile(u.param)
	if err != nil {
		return op{}, fmt.Errorf("it does not compile")
	}
	return op{test: testPattern, says: &statement{
		code: "pattern", params: operand{"pattern", u.param}, pattern: re,
		detail: "must match " + u.param, states: Schema{State("pattern", u.param)},
	}}, nil
}
