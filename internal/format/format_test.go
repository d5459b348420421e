package format

import (
	"archive/zip"
	"encoding/base64"
	"flag"
	"math/rand/v2"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // the same zones on every machine
	"unicode/utf8"
)

var update = flag.Bool("update", false, "rewrite zones.txt from Go's zoneinfo.zip")

func TestFormats(t *testing.T) {
	for _, f := range All() {
		c, found := cases[f.Name]
		if !found {
			t.Errorf("%s: no cases", f.Name)
		}
		for _, s := range c.accepted {
			if !f.Check(s) {
				t.Errorf("%s: refuses %q, want it accepted", f.Name, s)
			}
		}
		for _, s := range c.refused {
			if f.Check(s) {
				t.Errorf("%s: accepts %q, want it refused", f.Name, s)
			}
		}
	}
}

func TestLookup(t *testing.T) {
	names := map[string]bool{}
	for _, f := range All() {
		if names[f.Name] {
			t.Errorf("%s: twice", f.Name)
		}
		names[f.Name] = true
		if got, found := Lookup(f.Name); !found || got.Name != f.Name || got.Check == nil {
			t.Errorf("%s: not found", f.Name)
		}
	}
	for name := range cases {
		if !names[name] {
			t.Errorf("%s: cases without a format", name)
		}
	}
	if _, found := Lookup("nonesuch"); found {
		t.Error("nonesuch: found")
	}
}

// statement is what a schema says about a format, run by other means.
type statement struct {
	Format
	pattern *regexp.Regexp
	schema  func(string) bool
}

func statements(t testing.TB) (all []statement) {
	ofSchema := map[string]func(string) bool{
		"": func(string) bool { return true }, "email": Email, "uuid": UUID, "uri": URI, "hostname": HostnameRFC1123,
		"ipv4": IPv4, "ipv6": IPv6, "date": Date, "date-time": DateTime,
	}
	for _, f := range All() {
		s := statement{Format: f, schema: ofSchema[f.Schema]}
		if s.schema == nil {
			t.Fatalf("%s: no check for JSON Schema's %s", f.Name, f.Schema)
		}
		if f.Pattern != "" {
			s.pattern = regexp.MustCompile(f.Pattern)
		}
		all = append(all, s)
	}
	return all
}

// check holds the function and what is said about it against each other.
func (s *statement) check(t testing.TB, text string) {
	got := s.Check(text)
	said := s.schema(text) && (s.pattern == nil || s.pattern.MatchString(text)) && (s.Values == nil || slices.Contains(s.Values, text))
	if got && !said {
		t.Errorf("%s: accepts %q, which its schema refuses", s.Name, text)
	}
	if s.Exact && s.Name != "ip" && said && !got {
		t.Errorf("%s: refuses %q, which its schema accepts", s.Name, text)
	}
}

// Texts near the edge: every example, and examples after a few random changes.
func TestFormats_equalStatement(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	const alphabet = "aAfFgGzZ019-+._:/@#?%[]=\"\\ \n!~é\x00{"
	for _, s := range statements(t) {
		c := cases[s.Name]
		texts := slices.Concat(c.accepted, c.refused)
		for _, text := range texts {
			s.check(t, text)
		}
		for range 4000 {
			text := []rune(texts[random.IntN(len(texts))])
			for range 1 + random.IntN(3) {
				at := random.IntN(len(text) + 1)
				letter := []rune(alphabet)[random.IntN(utf8.RuneCountInString(alphabet))]
				switch {
				case at == len(text) || random.IntN(3) == 0:
					text = slices.Insert(text, at, letter)
				case random.IntN(2) == 0:
					text[at] = letter
				default:
					text = slices.Delete(text, at, at+1)
				}
			}
			s.check(t, string(text))
		}
	}
}

// Every text of up to three bytes from a small alphabet.
func TestFormats_short(t *testing.T) {
	const alphabet = "aAzF019+-./:=#@ \n\x7fé"
	texts := []string{""}
	for range 3 {
		for _, text := range texts {
			for _, r := range alphabet {
				texts = append(texts, text+string(r))
			}
		}
		slices.Sort(texts)
		texts = slices.Compact(texts)
	}
	for _, s := range statements(t) {
		for _, text := range texts {
			s.check(t, text)
		}
	}
}

// The patterns use nothing that has two meanings in ECMA-262 and RE2.
func TestPatterns_common(t *testing.T) {
	brackets := regexp.MustCompile(`\[[^\]]*\]`)
	for _, f := range All() {
		if f.Pattern == "" {
			continue
		}
		if !strings.HasPrefix(f.Pattern, "^") || !strings.HasSuffix(f.Pattern, "$") {
			t.Errorf("%s: %s is not anchored", f.Name, f.Pattern)
		}
		for _, unwanted := range []string{`\s`, `\S`, `\d`, `\w`, `\W`, `\b`, `\A`, `\z`, `\p`, `\P`, `(?`, `[[:`, `\-`} {
			if strings.Contains(f.Pattern, unwanted) {
				t.Errorf("%s: %s has %s", f.Name, f.Pattern, unwanted)
			}
		}
		plain := strings.ReplaceAll(brackets.ReplaceAllString(f.Pattern, ""), `\.`, "")
		if strings.Contains(plain, ".") {
			t.Errorf("%s: %s has a bare dot", f.Name, f.Pattern)
		}
	}
}

func TestFormats_allocate(t *testing.T) {
	for _, f := range All() {
		if f.Name == "json" {
			continue // copies its text
		}
		for _, s := range cases[f.Name].accepted {
			if got := testing.AllocsPerRun(10, func() { f.Check(s) }); got != 0 {
				t.Errorf("%s: %q: got %v allocations, want 0", f.Name, s, got)
			}
		}
	}
}

func TestTimezone_list(t *testing.T) {
	if *update {
		updateZones(t)
	}
	names := zoneNames()
	if len(names) < 500 || !slices.IsSorted(names) {
		t.Errorf("got %d names, sorted %t", len(names), slices.IsSorted(names))
	}
	for _, name := range names {
		if _, err := time.LoadLocation(name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func updateZones(t *testing.T) {
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	archive, err := zip.OpenReader(filepath.Join(strings.TrimSpace(string(root)), "lib", "time", "zoneinfo.zip"))
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	var names []string
	for _, file := range archive.File {
		if !strings.HasSuffix(file.Name, "/") && file.Name != "Factory" { // a placeholder, no place's time
			names = append(names, file.Name)
		}
	}
	slices.Sort(names)
	zones = strings.Join(names, "\n") + "\n"
	if err := os.WriteFile("zones.txt", []byte(zones), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestISO_lists(t *testing.T) {
	for name, c := range map[string]struct {
		values      []string
		size, count int
	}{
		"currencies": {currencies, 3, 178},
		"countries":  {countries, 2, 249},
	} {
		if len(c.values) != c.count || !slices.IsSorted(c.values) || len(slices.Compact(slices.Clone(c.values))) != c.count {
			t.Errorf("%s: got %d values, sorted %t, want %d sorted and different ones", name, len(c.values), slices.IsSorted(c.values), c.count)
		}
		for _, v := range c.values {
			if len(v) != c.size || !filled(v, upper) {
				t.Errorf("%s: %q is no code", name, v)
			}
		}
	}
}

// fuzzFamily fuzzes the formats of those names against what their schemas say,
// and lets more compare them with an independent oracle.
func fuzzFamily(f *testing.F, more func(t *testing.T, s string), names ...string) {
	var family []statement
	for _, s := range statements(f) {
		if slices.Contains(names, s.Name) {
			family = append(family, s)
			for _, text := range slices.Concat(cases[s.Name].accepted, cases[s.Name].refused) {
				f.Add(text)
			}
		}
	}
	if len(family) != len(names) {
		f.Fatalf("found %d of %q", len(family), names)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) {
			return // never reaches a rule
		}
		for _, format := range family {
			format.check(t, s)
		}
		more(t, s)
	})
}

func same(t *testing.T, name, s string, got, want bool) {
	t.Helper()
	if got != want {
		t.Errorf("%s: %q: got %t, the oracle says %t", name, s, got, want)
	}
}

func FuzzText(f *testing.F) {
	fuzzFamily(f, func(t *testing.T, s string) {
		same(t, "lowercase", s, Lowercase(s), s != "" && s == strings.ToLower(s))
		same(t, "uppercase", s, Uppercase(s), s != "" && s == strings.ToUpper(s))
	}, "alpha", "alphanum", "numeric", "number", "hexadecimal", "ascii", "lowercase", "uppercase", "e164", "hexcolor", "port")
}

func FuzzEncoding(f *testing.F) {
	fuzzFamily(f, func(t *testing.T, s string) {
		_, err := base64.StdEncoding.DecodeString(s)
		same(t, "base64", s, Base64(s), err == nil && !strings.ContainsAny(s, "\r\n"))
	}, "base64", "semver", "json", "uuid", "uuid4")
}

func FuzzAddress(f *testing.F) {
	fuzzFamily(f, func(t *testing.T, s string) {
		same(t, "ip", s, IP(s), ipv4Pattern.MatchString(s) || net.ParseIP(s) != nil && strings.Contains(s, ":"))
		prefix, err := netip.ParsePrefix(s)
		same(t, "cidr", s, CIDR(s), err == nil && prefix.IsValid())
		mac, err := net.ParseMAC(s)
		same(t, "mac", s, MAC(s), err == nil && len(mac) <= 8 && strings.ContainsAny(s, ":-."))
	}, "ipv4", "ipv6", "ip", "cidr", "mac")
}

var ipv4Pattern = regexp.MustCompile(`^(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(\.(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])){3}$`)

func FuzzName(f *testing.F) {
	fuzzFamily(f, func(t *testing.T, s string) {
		same(t, "hostname_rfc1123", s, HostnameRFC1123(s), len(s) <= 253 && hostname.MatchString(s))
		same(t, "email", s, Email(s), len(s) <= 254 && mailbox(s))
	}, "hostname", "hostname_rfc1123", "fqdn", "email")
}

var (
	hostname  = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$`)
	localpart = regexp.MustCompile("^([A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*|\"([ !#-\\[\\]-~]|\\\\[ -~])*\")$")
)

// mailbox is RFC 5321's grammar read from the other end: the last @ divides.
func mailbox(s string) bool {
	at := strings.LastIndexByte(s, '@')
	if at < 0 || at > 64 || !localpart.MatchString(s[:at]) {
		return false
	}
	domain := s[at+1:]
	if n := len(domain); n >= 2 && domain[0] == '[' && domain[n-1] == ']' {
		literal := domain[1 : n-1]
		if len(literal) > 5 && strings.EqualFold(literal[:5], "ipv6:") {
			return strings.Contains(literal[5:], ":") && net.ParseIP(literal[5:]) != nil
		}
		return ipv4Pattern.MatchString(literal)
	}
	return hostname.MatchString(domain)
}

func FuzzURI(f *testing.F) {
	// RFC 3986, appendix A; the address in brackets is left to the address tests.
	const plain, pct = `A-Za-z0-9._~!$&'()*+,;=\-`, `%[0-9A-Fa-f]{2}`
	const pchar = `([` + plain + `:@/]|` + pct + `)*`
	const query = `([` + plain + `:@/?]|` + pct + `)*`
	grammar := regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*:(//(([` + plain + `:]|` + pct + `)*@)?` +
		`(\[([^\]]*)\]|([` + plain + `]|` + pct + `)*)(:[0-9]*)?(/` + pchar + `)?|/?(([` + plain + `:@]|` + pct + `)` + pchar + `)?)` +
		`(\?` + query + `)?(#` + query + `)?$`)
	future := regexp.MustCompile(`^[Vv][0-9A-Fa-f]+\.[` + plain + `:]+$`)
	fuzzFamily(f, func(t *testing.T, s string) {
		want := false
		if m := grammar.FindStringSubmatch(s); m != nil {
			want = !strings.HasPrefix(m[4], "[") || IPv6(m[5]) || future.MatchString(m[5])
		}
		same(t, "uri", s, URI(s), want)
	}, "uri", "url", "http_url")
}

func FuzzDate(f *testing.F) {
	fuzzFamily(f, func(t *testing.T, s string) {
		_, err := time.Parse(time.DateOnly, s)
		same(t, "date", s, Date(s), err == nil)
		at, err := time.Parse(time.RFC3339, strings.ToUpper(s))
		if DateTime(s) && err != nil {
			t.Errorf("datetime: accepts %q, time.Parse says %v", s, err)
		}
		_, offset := at.Zone() // time.Parse takes an offset of 24 hours
		if err == nil && s == at.Format(time.RFC3339Nano) && max(offset, -offset) < 24*60*60 && !DateTime(s) {
			t.Errorf("datetime: refuses %q, which is time.Time's own spelling", s)
		}
	}, "date", "datetime")
}

func FuzzList(f *testing.F) {
	fuzzFamily(f, func(t *testing.T, s string) {
		same(t, "timezone", s, Timezone(s), s != "" && !strings.ContainsAny(s, " \t\n\r\v\f\u0085\u00a0") && slices.Contains(strings.Split(zones, "\n"), s))
	}, "timezone", "iso4217", "iso3166_1_alpha2")
}

func BenchmarkCheck(b *testing.B) {
	for _, f := range All() {
		s := cases[f.Name].accepted[0]
		if s == "" {
			s = cases[f.Name].accepted[1]
		}
		b.Run(f.Name, func(b *testing.B) {
			for b.Loop() {
				f.Check(s)
			}
		})
	}
}
