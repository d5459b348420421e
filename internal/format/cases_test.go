package format

import "strings"

// examples of one format.
type examples struct{ accepted, refused []string }

const (
	label63 = "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijk"
	name253 = label63 + "." + label63 + "." + label63 + "." + "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz" + "abcdefghi"
)

// cases are by rule name. Those of email, date, datetime, ipv4, ipv6 and uuid hold
// every situation of JSON Schema's official test suite; those of hostname_rfc1123
// and uri the ones that need no Punycode and no character beyond ASCII.
var cases = map[string]examples{
	"email": {
		[]string{
			"ada.lovelace@example.com", "a@b", "x~y@example.com", "~x@example.com", "x~@example.com", "a.d.a@example.com",
			"ada+tag@example.com", "!#$%&'*+-/=?^_`{|}~@example.com", `"ada lovelace"@example.com`, `"a..b"@example.com`,
			`"a@b"@example.com`, `""@example.com`, `" "@example.com`, `"ada"@example.com`, `"\a"@example.com`, `"\""@example.com`,
			`"\\"@example.com`, `"(),:;<>[]"@example.com`, "ada@[127.0.0.1]", "ada@[IPv6:::1]", "ada@[ipv6:::1]", "ada@[IPv6:2001:db8::7]",
			"ada@[IPv6:::ffff:192.0.2.1]", "ada@255.255.255.255", "ada@c--n.example", "ada@123.example", "ada@example", "ADA@EXAMPLE.COM",
			"ada@xn--nw2a.example", strings.Repeat("a", 64) + "@example.com", "a@" + label63 + ".example",
			strings.Repeat("a", 58) + "@" + label63 + "." + label63 + "." + label63 + ".abc",
		},
		[]string{
			"", "2962", "@", "ada", "@example.com", "ada@", ".ada@example.com", "ada.@example.com", "a..b@example.com", "ada@not=a=domain.example",
			"ada@[127.0.0.300]", "a@example.com, b@example.com", "a@example.com,b@example.com", `"Ada" <ada@example.com> (engines)`, "Ada <ada@example.com>",
			"<ada@example.com>", "ada lovelace@example.com", "é@example.com", "ada@é.example", "ada＠example.com", `"\©"@example.com`, "\"é\"@example.com",
			"ada@example.com\n", "ada@example.com\r", "ada@example.com ", " ada@example.com", "a\tb@example.com", "\x7f@example.com", "\x00@example.com",
			"\"a\nb\"@example.com", "\"\\\n\"@example.com", "\"\x7f\"@example.com", `ada"@example.com`, `"ada"b@example.com`, `a"b"@example.com`, `"ada@example.com`, `"ada\"@example.com`, `"`, `"\`,
			`"a"."b"@example.com`, "a@b@example.com", `a\@b@example.com`, `a\b@example.com`, "[1.2.3.4]@example.com", "ada@-example.com", "ada@example-.com", "ada@.example.com",
			"ada@example.com.", "ada@example..com", "ada@[1.2.3.4", "ada@1.2.3.4]", "ada@[]", "ada@[1.2.3]", "ada@[1.2.3.4.5]", "ada@[::1]", "ada@[IPv6:]",
			"ada@[IPv6:1.2.3.4]", "ada@[IPv6:fe80::1%eth0]", "ada@[IPv7:::1]", "ada@[some-tag:x]", "ada@[Not-An-Address]", "ada@b[255.255.255.255]", "ada@[127.0.0.1]b", "a,b@example.com",
			"a;b@example.com", "a:b@example.com", "ada(comment)@example.com", "ada@b(c).example", "ada@under_score.example", "mailto:ada@example.com",
			strings.Repeat("a", 65) + "@example.com", "a@" + label63 + "a.example",
			strings.Repeat("a", 59) + "@" + label63 + "." + label63 + "." + label63 + ".abc",
		},
	},
	"uuid": {
		[]string{
			"6F1C1F0E-94C8-4D0E-9D55-0C7F3A0B8A11", "6f1c1f0e-94c8-4d0e-9d55-0c7f3a0b8a11", "6f1c1f0e-94C8-4d0e-9D55-0c7f3A0b8a11",
			"00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff", "6f1c1f0e-94c8-5d0e-9d55-0c7f3a0b8a11",
			"6f1c1f0e-94c8-6d0e-9d55-0c7f3a0b8a11", "01890a5d-ac96-774b-bcce-b302099a8057", "6f1c1f0e-94c8-fd0e-9d55-0c7f3a0b8a11", "6f1c1f0e-94c8-1d0e-1d55-0c7f3a0b8a11",
		},
		[]string{
			"", "6f1c1f0e-94c8-4d0e-9d55-0c7f3a0b8a1", "6f1c1f0e-94c8-4d0e-9d55-0c7f3a0b8a111", "6f1c1f0e-94c8-4d0e-0c7f3a0b8a11",
			"6f1c1f0e-94c8-4d0e-9g55-0c7f3a0b8a11", "6f1c1f0e94c84d0e9d550c7f3a0b8a11", "6f1c1f0e94c8-4d0e-9d550c7f3a0b8a11",
			"6f1c-1f0e-94c8-4d0e-9d550c7f3-a0b8a11", "6f1c1f0e94c84d0e9d550c7f3a0b8a11----", "6f1c1f0-e94c8-4d0-e9d550-c7f3a0b8a11",
			"urn:uuid:6f1c1f0e-94c8-4d0e-9d55-0c7f3a0b8a11", "{6f1c1f0e-94c8-4d0e-9d55-0c7f3a0b8a11}", "6f1c1f0e-94c8-4d0e-9d55-0c7f3a0b8a1\n", "6f1c1f0e_94c8_4d0e_9d55_0c7f3a0b8a11",
		},
	},
	"uuid4": {
		[]string{"6f1c1f0e-94c8-4d0e-9d55-0c7f3a0b8a11", "6f1c1f0e-94c8-4d0e-8d55-0c7f3a0b8a11", "6f1c1f0e-94c8-4d0e-ad55-0c7f3a0b8a11", "6f1c1f0e-94c8-4d0e-bd55-0c7f3a0b8a11"},
		[]string{
			"", "6F1C1F0E-94C8-4D0E-9D55-0C7F3A0B8A11", "6f1c1f0e-94c8-4d0e-Ad55-0c7f3a0b8a11", "6f1c1f0e-94c8-5d0e-9d55-0c7f3a0b8a11", "6f1c1f0e-94c8-4d0e-7d55-0c7f3a0b8a11",
			"6f1c1f0e-94c8-4d0e-cd55-0c7f3a0b8a11", "00000000-0000-0000-0000-000000000000", "6f1c1f0e-94c8-4d0e-9d55-0c7f3a0b8a1A",
		},
	},
	"uri": {
		[]string{
			"http://example.com/?a=b#c", "http://example.com/engine_(analytical)_notes#note-7", "http://example.com/?q=two%20words", "http://xn--nw2a.xn--j6w193g/",
			"http://-.~_!$&'()*+,;=:%40:80%2f::::::@example.com", "http://223.255.255.254", "ftp://example.com/dir/file.txt", "http://www.example.com/dir/file.txt",
			"ldap://[2001:db8::7]/c=GB?objectClass?one", "mailto:ada@example.com", "news:comp.lang.go", "tel:+1-816-555-1212", "urn:example:a:b:c:4.1.2",
			"http://087.10.0.1/", "http://999.999.999.999/", "http://example.com:", "http://example.com:999999999", "http://:80", "http://@example.com", "http://ada@",
			"http://!$&'()*+,;=.example", "http://example.com.", "http://exa~mple.com/", "http://under_score.example/", "http://", "file:///etc/hosts", "a:", "a:b", "a:/b", "a:/", "A+-.9:b",
			"HTTP://EXAMPLE.COM", "a:?", "a:#", "a:?#", "a:?/?:@", "a:#/?:@", "a://b/c//d", "a:b//c", "http://[::ffff:1.2.3.4]:80/", "http://[v1.a:b]/", "http://[vF.~]", "http://u@[::1]", "data:text/plain;base64,QQ==", "a:%00",
		},
		[]string{
			"", "//example.com/?a=b#c", "/abc", `\\SERVER\share`, "abc", "http:// example.com", ":// no scheme", "://example.com", "one,two:three", "https://[@example.org/a.txt",
			"https://example.org/a®.txt", "https://example.org/a\\.txt", "https://example.org/a\".txt", "https://example.org/a<>.txt", "https://example.org/a{}.txt",
			"https://example.org/a^.txt", "https://example.org/a`.txt", "https://example.org/a b.txt", "https://example.org/a|.txt", "http://example.com/%6G",
			"http://example.com/%G6", "http://example.com/%A", "http://example.com/%", "http://example.com/?%", "http://example.com/#%4", "1http://example.com", "ht_tp://example.com", "http://example.com:abc/path", "http://example.com:8:0",
			"http://example.com::", "http://example.com:+8", ":", "a", "#", "http://a@b@c", "http://[::1", "http://::1]", "http://[::1]a", "http://[::1]80", "http://[]", "http://[1.2.3.4]", "http://[fe80::1%25eth0]", "http://[v.a]", "http://[v1.]", "http://[vg.a]",
			"http://[v1.%41]", "http://a[::1]", "http://example.com/[", "http://example.com/?[]", "http://example.com/##", "a:\n", "a:b\n", "http://é.example", "http://example.com/\x7f", " http://example.com", "http://example.com ", "-a:b", "+a:b",
		},
	},
	"url": {
		[]string{"http://example.com", "http://example.com/a?b#c", "mailto:ada@example.com", "urn:example:a", "tel:+18165551212", "ftp://a", "http://:80", "a:b", "a://b", "a:%41"},
		[]string{"", "a", "a:", "a:/b", "a:///b", "a://", "a://?b", "a://#b", "a:?b", "a:#b", "file:///etc/hosts", "http://", "example.com", "//example.com", "http://ex ample.com", "http://é.example", "a:b\n"},
	},
	"http_url": {
		[]string{
			"http://example.com", "https://example.com/a?b#c", "HTTPS://EXAMPLE.COM", "hTtP://a", "http://a:b@c", "http://@a", "http://a:", "http://a:80/", "https://[::1]:80/",
			"http://a?b@c", "http://a#b@c", "http://a/b@c", "http://a?", "http://999.999.999.999", "http://a/?b=http://c",
		},
		[]string{
			"", "http:", "http://", "http:///a", "http://?a", "http://#a", "http://:80", "http://a@", "http://a@:80", "http://a:b@", "http://a@/b", "http:a", "http:/a", "ftp://a",
			"httpss://a", "http://a b", "http://a@b@c", "http://é", "://a", "mailto:ada@example.com", "http://a\n",
		},
	},
	"hostname": {
		[]string{"localhost", "example.com", "a", "a.b.c", "h0st", "host-name", "EXAMPLE.com", "a1.b2", label63, label63 + ".com", "xn--nw2a.xn--j6w193g", "a--b", name253 + ".abc"},
		[]string{"", ".", "1host", "a.1", "127.0.0.1", "-a", "a-", "a.-b", "a-.b", ".a", "a.", "a..b", "a_b", "a b", "é", "a.é", label63 + "a", "a\n", "a:80", "[::1]", "a/b"},
	},
	"hostname_rfc1123": {
		[]string{
			"www.example.com", "xn--4gbwdl.xn--wgbh1c", "xn--9n2bp8q.xn--9t4b11yi5a", "hostname", "h0stn4me", "1host", "hostnam3", "host-name", label63 + ".com", name253,
			"127.0.0.1", "1", "A", "a--b.c",
		},
		[]string{
			"", ".", ".example", "example.", "example\uff0ecom", "-hostname", "hostname-", "-it-begins-and-ends-with--", "_hostname", "hostname_", "host_name", "not_a_host_name",
			label63 + "l.com", "a-" + strings.Repeat("v", 80) + "-component", name253 + "j", label63 + "." + label63 + "." + label63 + "." + label63 + ".com", "a..b", "a.-b", "a b", "é", "a\n", "a:80",
		},
	},
	"fqdn": {
		[]string{"example.com", "example.com.", "a.b", "1.a", "www.example.com", "xn--nw2a.xn--j6w193g", "127.0.0.1.example", label63 + "." + label63, "a.b-c1"},
		[]string{"", ".", "..", "com", "com.", ".com", "example..com", "example.com..", "127.0.0.1", "a.1", "a.1b", "a_b.c", "-a.b", "a-.b", "a.b-", "a.-b", "a b.c", "é.com", label63 + "a.b", "a.b\n"},
	},
	"ipv4": {
		[]string{"192.168.0.1", "0.0.0.0", "255.255.255.255", "127.0.0.1", "1.2.3.4"},
		[]string{
			"", "127.0.0.0.1", "256.256.256.256", "127.0", "127.1", "127.0.1", "127", "0x7f000001", "2130706433", "1২7.0.0.1", "192.168.1.0/24", " 192.168.0.1", "192.168.0.1 ", "192.168.0.1\n",
			"0x7f.0.0.1", "0o10.0.0.1", "192.168..1", ".192.168.0.1", "192.168.0.1.", "+1.2.3.4", "-1.2.3.4", "1e2.0.0.1", "192.168.a.1", "192. 168.0.1", "192.168.0.1\t",
			"192.168.0.1:80", "192.168.0.256", "087.10.0.1", "00.0.0.0", "1.2.3.04", "::1", "::ffff:1.2.3.4",
		},
	},
	"ipv6": {
		[]string{
			"::1", "::abef", "::", "::42:ff:1", "d6::", "1:d6::42", "1::d6:192.168.0.1", "1:2::192.168.0.1", "::ffff:192.168.0.1", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8",
			"1000:1000:1000:1000:1000:1000:255.255.255.255", "2001:DB8::aBcD", "0000:0000:0000:0000:0000:0000:0000:0001",
		},
		[]string{
			"", "12345::", "::abcef", "1:1:1:1:1:1:1:1:1:1:1:1:1:1:1:1", "::laptop", ":2:3:4:5:6:7:8", "1:2:3:4:5:6:7:", ":2:3:4::8", "1::d6::42", "1::2:192.168.256.1", "1::2:192.168.ff.1",
			"1:2:3:4:5:::8", "1:2:3:4:5:6:7", "1", "127.0.0.1", "1:2:3:4:1.2.3", "  ::1", "::1  ", "::1\n", "fe80::/64", "fe80::a%eth1", "fe80::a%", "::1%1",
			"100:100:100:100:100:100:255.255.255.255.255", "100:100:100:100:100:100:100:255.255.255.255", "1:2:3:4:5:6:7:৪", "1:2::192.16৪.0.1", "::ffff:256.1.1.1", "::ffff:01.1.1.1",
			":", ":::", "1:2:3:4:5:6:7:8::", "1:2:3:4::5:6:7:8", "[::1]", "::-1", "::+1", "::0x1", "00000::",
		},
	},
	"ip":   {[]string{"127.0.0.1", "::1", "::ffff:1.2.3.4"}, []string{"", "127.1", "fe80::1%eth0", "localhost", "1.2.3.4/8", "[::1]"}},
	"cidr": {[]string{"10.0.0.0/8", "10.1.2.3/8", "0.0.0.0/0", "1.2.3.4/32", "::/0", "2001:db8::/32", "::1/128", "::ffff:1.2.3.4/96"}, []string{"", "/", "10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/08", "::/129", "fe80::1%eth0/64", "10.0/8", "10.0.0.0/255.0.0.0", "10.0.0.0/8 ", "10.0.0.0/8/8", "10.0.0.0/8\n"}},
	"mac": {
		[]string{"00:00:5e:00:53:01", "00-00-5E-00-53-01", "0000.5e00.5301", "02:00:5e:10:00:00:00:01", "02-00-5e-10-00-00-00-01", "0200.5e10.0000.0001", "ff:FF:ff:FF:ff:FF"},
		[]string{
			"", "00:00:5e:00:53", "00:00:5e:00:53:0", "00:00:5e:00:53:01:", "00:00:5e:00:53:01:02", "00:00-5e:00:53:01", "00.00.5e.00.53.01", "0000:5e00:5301", "0000-5e00-5301", "00005e005301", "0g:00:5e:00:53:01",
			"00:00:00:00:fe:80:00:00:00:00:00:00:02:00:5e:10:00:00:00:01", "0000.5e00.530g", "0000.5e005.301", "0:0:5e:0:53:1", "00:00:5e:00:53:01\n", "00 00 5e 00 53 01", "00:00:5e:00:53:é",
		},
	},
	"port": {
		[]string{"1", "9", "80", "443", "8080", "9999", "10000", "59999", "60000", "64999", "65000", "65499", "65500", "65529", "65530", "65535"},
		[]string{"", "0", "00", "01", "080", "65536", "65540", "65600", "66000", "70000", "99999", "100000", "-1", "+1", "1.0", " 1", "1 ", "1\n", "a", "0x50", "٨٠"},
	},
	"date": {
		[]string{
			"1963-06-19", "2020-01-31", "2021-02-28", "2020-02-29", "2020-03-31", "2020-04-30", "2020-05-31", "2020-06-30", "2020-07-31", "2020-08-31", "2020-09-30", "2020-10-31",
			"2020-11-30", "2020-12-31", "0400-02-29", "2000-02-29", "0001-01-01", "0000-02-29", "9999-12-31",
		},
		[]string{
			"", "2020-01-32", "2020-02-30", "2020-03-32", "2020-04-31", "2020-05-32", "2020-06-31", "2020-07-32", "2020-08-32", "2020-09-31", "2020-10-32", "2020-11-31", "2020-12-32",
			"06/19/1963", "2013-350", "1998-1-20", "1998-01-1", "1998-13-01", "2021-02-29", "2021-02-30", "1963-06-1৪", "2020-0৪-01", "20230328", "2023-W01", "2023-W13-2", "2022W527",
			"2020-11-28T23:55:45Z", "0100-02-29", "1900-02-29", "2100-02-29", " 2024-01-15", "2024-01-15 ", "2024-01-15\n", "2024-00-15", "2024-01-00", "2020 -01-01", "2020-01-01X", "2020-01-01Z", "2020-01-01 00:00:00Z",
			"20-01-01", "998-01-01", "12020-01-01", "+2020-01-01", "-2020-01-01", "২020-01-01", "YYYY-01-01", "2020-001-01", "2020-MM-01", "2020-01-001", "2020-01-DD",
			"2020:01:01", "2020.01.01", "2020 01 01", "2020-01/01", "2020--01-01", "2020-01--01", "2020-01-+1", "2020--1-01",
		},
	},
	"datetime": {
		[]string{
			"1963-06-19T08:30:06.283185Z", "1963-06-19T08:30:06Z", "1937-01-01T12:00:27.87+00:20", "1990-12-31T15:59:50.123-08:00", "1963-06-19t08:30:06.283185z", "1985-04-12T00:59:59.999999999999999Z",
			"2020-02-29T23:59:59Z", "2020-01-01T00:00:00+23:59", "2020-01-01T00:00:00-23:59", "2020-01-01T00:00:00-00:00", "0000-01-01T00:00:00Z", "9999-12-31T23:59:59.9z",
		},
		[]string{
			"", "1998-12-31T23:59:61Z", "1998-12-31T23:58:60Z", "1998-12-31T22:59:60Z", "1990-02-31T15:59:59.123-08:00", "1990-12-31T15:59:59-24:00", "1990-12-31T15:59:59+24:00", "1963-06-19T08:30:06.28123+01:00Z",
			"1990-12-31T24:00:00Z", "1990-12-31T15:60:00Z", "1990-12-31T10:00:00+10:60", "06/19/1963 08:30:06 PST", "2013-350T01:01:01", "1963-6-19T08:30:06.283185Z", "1963-06-1T08:30:06.283185Z",
			"1963-06-1৪T00:00:00Z", "1963-06-11T0৪:00:00Z", "+11963-06-19T08:30:06.283185Z", "1963-06-19", "1963-06-19T08:30Z", "1963-06-19T08:30:06", "1963-06-19 08:30:06Z", "1963-06-19T08:30:06.Z",
			"1963-06-19T08:30:06,5Z", "1963-06-19T8:30:06Z", "1963-06-19T08:30:06+0100", "1963-06-19T08:30:06+01", "1963-06-19T08:30:06+1:00", "1963-06-19T08:30:06Z ", "1963-06-19T08:30:06Z\n", " 1963-06-19T08:30:06Z",
			"1963-06-19T08:30:06ZZ", "1963-06-19T08-30-06Z", "1963-06-19T08:30:06.5", "1963-06-19T08:30:06.5+", "1963-06-19T08:30:06*01:00", "1963-06-19T08:30:06+01:0৪", "1963-06-19T+8:30:06Z",
			// The test suite accepts these two; DateTime says why it does not.
			"1998-12-31T23:59:60Z", "1998-12-31T15:59:60.123-08:00",
		},
	},
	"e164":        {[]string{"+1234567", "+441234567890", "+123456789012345"}, []string{"", "+", "1234567", "+123456", "+0123456", "+1234567890123456", "+1 234567", "+12345a7", "++1234567", "+1234567\n", "+٤٤١٢٣٤"}},
	"alpha":       {[]string{"a", "Z", "abcXYZ"}, []string{"", "a1", "a b", "é", "a\n", "[", "@", "`", "{"}},
	"alphanum":    {[]string{"a", "0", "aZ09"}, []string{"", "a-", "a b", "é", "a\n", "٣", "_"}},
	"numeric":     {[]string{"0", "007", "-1", "+1", "1.5", "-1.50", "00.0"}, []string{"", "+", "-", ".", "1.", ".5", "1.5.5", "--1", "1e5", "1,5", " 1", "1 ", "1\n", "٣", "0x1", "1.-5"}},
	"number":      {[]string{"0", "007", "1234567890123456789012345"}, []string{"", "-1", "+1", "1.5", "1 ", "1\n", "٣", "a"}},
	"hexadecimal": {[]string{"0", "ff", "FF", "0xff", "0XfF", "0x0", "00"}, []string{"", "0x", "0X", "x1", "0xg", "g", "0x0x1", "#ff", "ff\n", "-1"}},
	"ascii":       {[]string{"", "a", "\x00\x7f", "a\nb"}, []string{"é", "a\u0080", "\u2028", "😹"}},
	"lowercase":   {[]string{"a", "abc é ж 1", "ß", " ", "\n", "日本"}, []string{"", "A", "aB", "É", "Ж", "ǅ", "\u212a"}},
	"uppercase":   {[]string{"A", "ABC É Ж 1", " ", "\n", "日本"}, []string{"", "a", "Ab", "é", "ж", "ǆ", "ǅ", "ı"}},
	"hexcolor":    {[]string{"#fff", "#FFF8", "#a1B2c3", "#a1B2c3D4"}, []string{"", "#", "fff", "#ff", "#fffff", "#fffffff", "#fffffffff", "#ggg", "#fff\n", " #fff", "#é"}},
	"semver": {
		[]string{
			"0.0.0", "1.2.3", "10.20.30", "1.1.2-prerelease+meta", "1.1.2+meta", "1.1.2+meta-valid", "1.0.0-alpha", "1.0.0-alpha.beta.1", "1.0.0-alpha.1", "1.0.0-alpha0.valid", "1.0.0-0", "1.0.0-0a",
			"1.0.0-rc.1+build.001", "2.0.0+build.1848", "1.2.3----RC-SNAPSHOT.12.9.1--.12+788", "1.0.0+0.build.1-rc.10000aaa-kk-0.1", "99999999999999999999999.999999999999999999.99999999999999999", "1.0.0-0A.is.legal", "1.0.0--", "1.0.0-01a",
		},
		[]string{
			"", "1", "1.2", "1.2.3.4", "v1.2.3", "1.2.3-", "1.2.3+", "1.2.3-0123", "1.2.3-0123.0123", "1.1.2+.123", "+invalid", "-invalid", "alpha", "1.0.0-alpha_beta", "1.0.0-alpha..1", "1.0.0-alpha.", "01.1.1", "1.01.1", "1.1.01",
			"1.2.3.DEV", "1.2-SNAPSHOT", "1.2.31.2.3----RC+788", "-1.0.3-gamma+b7718", "1.2.3+a+b", "1.0.0-é", "1.0.0\n", " 1.0.0", "1..0", "1.0.", ".1.0", "1.0.0-00", "1.0.0-1.00", "1.0.0+a..b",
		},
	},
	"base64": {
		[]string{"", "QQ==", "QUI=", "QUJD", "QUJDRA==", "+/+/", "QR==", "QUJ="},
		[]string{"Q", "QQ", "QUI", "Q===", "====", "=", "==", "QQ=", "QQ=A", "Q=Q=", "QUJD\n", "QUJD\nQUJD", "QU-_", "QUJD====", "QQ==QUJD", "QUJ\n", "é==", " QUJ"},
	},
	"json":             {[]string{`1`, ` {"a":[1,2]} `, `"x"`, `null`}, []string{"", "x", `{"a":1,}`, `{} {}`, `{"a":1,"a":2}`, "\"\xff\"", strings.Repeat("[", 100) + strings.Repeat("]", 100)}},
	"timezone":         {[]string{"UTC", "Europe/London", "America/Argentina/Buenos_Aires", "Etc/GMT+8", "Asia/Kolkata", "Africa/Abidjan", "Zulu", "Europe/Kyiv"}, []string{"", "Local", "local", "europe/london", "Europe", "Europe/", "Europe/Londo", "../etc/passwd", "/etc/localtime", "Factory", "UTC\n", "UTC\nZulu", "+01:00", "posix/UTC"}},
	"iso4217":          {[]string{"EUR", "USD", "GBP", "JPY", "XAU", "XXX", "ZWG", "AED"}, []string{"", "eur", "EU", "EURO", "DEM", "HRK", "XYZ", "€", "EUR "}},
	"iso3166_1_alpha2": {[]string{"GB", "DE", "US", "ZW", "AD", "SS"}, []string{"", "gb", "UK", "EU", "GBR", "XX", "ZZ", "G", "GB "}},
}
