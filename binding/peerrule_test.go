package binding

import (
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A rule of go-playground/validator that is not here is refused with what to write in
// its place. Where that is a tag, it compiles and means the same.
func TestPeerRules(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ rule, write, good, bad string }{
		{"ip_addr", `validate:"ip"`, "10.0.0.1", "10.0.0"},
		{"ip4_addr", `validate:"ipv4"`, "10.0.0.1", "::1"},
		{"ip6_addr", `validate:"ipv6"`, "::1", "10.0.0.1"},
		{"uuid_rfc4122", `validate:"uuid"`, "A987FBC9-4BED-3078-8F07-9141BA07C9F3", "a987"},
		{"uuid7", `4}-7[0-9a-f]`, "01920f3a-6b7c-7def-8123-456789abcdef", "01920f3a-6b7c-4def-8123-456789abcdef"},
		{"uuid3_rfc4122", `4}-3[0-9a-f]`, "a987fbc9-4bed-3078-8f07-9141ba07c9f3", "a987fbc9-4bed-4078-8f07-9141ba07c9f3"},
		{"https_url", `startswith=https://`, "https://a.example", "http://a.example"},
		{"excludesall=!@", `pattern:"^[^!@]*$"`, "ab", "a@b"},
		{`excludesall=-^[]`, `pattern:`, "ab", "a^b"},
		{"containsany=0x2C-a", `pattern:`, "x,", "xz"},
		{"containsrune=@", `validate:"contains=@"`, "a@b", "ab"},
		{"excludesrune=@", `validate:"excludes=@"`, "ab", "a@b"},
		{"alphaspace", `pattern:`, "a b", "a1"},
		{"alphanumspace", `pattern:`, "a 1", "a-1"},
		{"alphaunicode", `pattern:`, "äß", "a1"},
		{"alphanumunicode", `pattern:`, "äß1", "a-1"},
		{"printascii", `pattern:`, "a~ ", "a\n"},
		{"multibyte", `pattern:`, "aä", "a"},
		{"md5", `pattern:`, strings.Repeat("a", 32), strings.Repeat("a", 31)},
		{"sha256", `pattern:`, strings.Repeat("0", 64), strings.Repeat("g", 64)},
		{"sha384", `pattern:`, strings.Repeat("0", 96), "0"},
		{"sha512", `pattern:`, strings.Repeat("0", 128), "0"},
		{"mongodb", `pattern:`, "507f1f77bcf86cd799439011", "507f1f77"},
		{"ulid", `pattern:`, "01BX5ZZKBKACTAV9WEVGEMMVRZ", "01BX5ZZKBKACTAV9WEVGEMMVRU"},
		{"jwt", `pattern:`, "e30.e30.c2ln", "e30.e30"},
		{"base32", `pattern:`, "ABCDEFGH", "ABC"},
		{"base64url", `pattern:`, "_-8=", "_-8"},
		{"base64rawurl", `pattern:`, "_-8", "_-8="},
		{"latitude", `float64`, "", ""},
		{"boolean", `bool`, "", ""},
		{"eqcsfield=A.B", `a Validate method`, "", ""},
		{"isdefault", `nothing`, "", ""},
		{"rgb", ownRuleAdvice, "", ""},
		{"credit_card", ownRuleAdvice, "", ""},
		{"excludesall", ownRuleAdvice, "", ""},
	} {
		t.Run(c.rule, func(t *testing.T) {
			t.Parallel()
			_, problems := NewSet().Input(oneText(`validate:"`+c.rule+`"`), Config{Method: "POST"})
			require.Len(t, problems, 1)
			write := problems[0].Write
			require.Contains(t, write, c.write)
			if c.good == "" {
				return
			}
			v := reflect.New(oneText(write))
			v.Elem().Field(0).SetString(c.good)
			require.NoError(t, Validate(v.Interface()), write)
			v.Elem().Field(0).SetString(c.bad)
			var invalid *Error
			require.ErrorAs(t, Validate(v.Interface()), &invalid, write)
		})
	}
}

// oneText is a struct of one string with the tag.
func oneText(tag string) reflect.Type {
	return reflect.StructOf([]reflect.StructField{
		{Name: "V", Type: reflect.TypeFor[string](), Tag: reflect.StructTag(`json:"v" ` + tag)},
	})
}
