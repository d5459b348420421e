package jsonscan

import (
	"fmt"
	"strings"
	"testing"
)

// skipAll reads the text as one value and returns the reason of its error, "" for none.
func skipAll(text string) *Error {
	var s Scanner
	s.Reset([]byte(text))
	s.Skip()
	s.End()
	return s.Err()
}

func reason(e *Error) string {
	if e == nil {
		return ""
	}
	return e.Reason
}

// The classes are those of the public JSONTestSuite: what RFC 8259 demands to be
// accepted, demands to be refused, and leaves open.

func TestSkip_accepted(t *testing.T) {
	for name, text := range map[string]string{
		"array, empty":                       `[]`,
		"array, empty, space inside":         "[ \t]",
		"array of an empty string":           `[""]`,
		"array ends at a new line":           "[\"a\"\n]",
		"array of false":                     `[false]`,
		"array of several kinds":             `[null, 1, "1", {}, true]`,
		"array of null":                      `[null]`,
		"array of one and a new line":        "[1\n]",
		"array, space before":                ` [1]`,
		"array, space after":                 `[2] `,
		"array, nulls between":               `[1,null,null,null,2]`,
		"array in arrays":                    `[[[[]]],[[]]]`,
		"number, no exponent":                `[123e65]`,
		"number 0e+1":                        `[0e+1]`,
		"number 0e1":                         `[0e1]`,
		"number, space before":               `[ 4]`,
		"number, tiny":                       `[-0.0000000000000000000000000000000000000000000000000000000000000000000001]`,
		"number, int with exponent":          `[20e1]`,
		"number, minus zero":                 `[-0]`,
		"number, negative int":               `[-123]`,
		"number, negative one":               `[-1]`,
		"number, negative zero fraction":     `[-0.0]`,
		"number, E":                          `[1E22]`,
		"number, E minus":                    `[1E-2]`,
		"number, E plus":                     `[1E+2]`,
		"number, fraction and exponent":      `[123.456e78]`,
		"number, exponent with zeros":        `[1e00007]`,
		"number, minus exponent":             `[1e-2]`,
		"number, plus exponent":              `[1e+2]`,
		"number, simple int":                 `[123]`,
		"number, simple fraction":            `[123.456789]`,
		"number, alone":                      `42`,
		"number, alone, zero":                `0`,
		"number, alone, negative":            `-1`,
		"object":                             `{"asd":"sdf", "dfg":"fgh"}`,
		"object, one member":                 `{"asd":"sdf"}`,
		"object, empty":                      `{}`,
		"object, empty, space inside":        "{ \n}",
		"object, empty name":                 `{"":0}`,
		"object, escaped null in name":       `{"foo\u0000bar": 42}`,
		"object, extreme numbers":            `{ "min": -1.0e+28, "max": 1.0e+28 }`,
		"object, names that differ in case":  `{"a":1,"A":2}`,
		"object, same name at other depths":  `{"a":{"a":{"a":1}},"b":{"a":2}}`,
		"object, long strings":               `{"x":[{"id": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"}], "id": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"}`,
		"object, escaped Cyrillic":           `{"title":"\u041f\u043e\u043b\u0442\u043e\u0440\u0430 \u0417\u0435\u043c\u043b\u0435\u043a\u043e\u043f\u0430" }`,
		"object, new lines":                  "{\n\"a\": \"b\"\n}",
		"object, all four kinds of space":    "\t\r\n {\t\r\n \"a\"\t\r\n :\t\r\n 1\t\r\n ,\t\r\n \"b\"\t\r\n :\t\r\n 2\t\r\n }\t\r\n ",
		"string, escapes of two bytes":       `["\u0060\u012a\u12AB"]`,
		"string, surrogate pair":             `["\uD801\udc37"]`,
		"string, surrogate pairs":            `["\ud83d\ude39\ud83d\udc8d"]`,
		"string, highest pair":               `["\uDBFF\uDFFF"]`,
		"string, lowest pair":                `["\uD800\uDC00"]`,
		"string, escapes of one letter":      `["\"\\\/\b\f\n\r\t"]`,
		"string, backslash and u":            `["\\u0000"]`,
		"string, backslash and quote":        `["\""]`,
		"string, backslash and a":            `["\\a"]`,
		"string, backslash and n":            `["\\n"]`,
		"string, escaped control":            `["\u0012"]`,
		"string, escaped noncharacter":       `["\uFFFF"]`,
		"string, escaped noncharacter plane": `["\uDBFF\uDFFE"]`,
		"string, last noncharacter":          "[\"\U0010FFFF\"]",
		"string, noncharacter":               "[\"\uFFFF\"]",
		"string, comments":                   `["a/*b*/c/*d//e"]`,
		"string, space in front":             `[ "asd"]`,
		"string, escaped null":               `["\u0000"]`,
		"string, one byte":                   "[\",\"]",
		"string, pi":                         `["π"]`,
		"string, pair in UTF-8":              "[\"\U0001D11E\"]",
		"string, sequence of three":          "[\"\u20ac\"]",
		"string, reserved character":         "[\"\U0001BFFF\"]",
		"string, delete":                     "[\"\x7f\"]",
		"string, line separator":             "[\"\u2028\"]",
		"string, paragraph separator":        "[\"\u2029\"]",
		"string, space":                      `" "`,
		"string, escaped delete":             `["a\u007f"]`,
		"string, escaped space":              `["new\u00A0line"]`,
		"string, escaped invisible plus":     `["\u2064"]`,
		"string, zero-width space":           "[\"\u200b\"]",
		"string, byte order mark inside":     "[\"\uFEFF\"]",
		"string, replacement character":      "[\"\uFFFD\"]",
		"string, upper and lower digits":     `["\uAbCd\uaBcD"]`,
		"string, length seven":               `"1234567"`,
		"string, length eight":               `"12345678"`,
		"string, length nine":                `"123456789"`,
		"string, alone":                      `"asd"`,
		"string, alone, empty":               `""`,
		"string, all of ASCII":               `" !#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_{|}~"`,
		"literal false":                      `false`,
		"literal null":                       `null`,
		"literal true":                       `true`,
		"literal true in an array":           `[true]`,
		"space around":                       " [] ",
		"new line after":                     "[\"a\"]\n",
		"depth at the limit":                 strings.Repeat("[", DefaultDepth) + strings.Repeat("]", DefaultDepth),
		"depth is left again":                "[" + strings.Repeat("[{}],", 200) + "{}]",
		"tokens at the limit":                "[" + strings.Repeat("0,", DefaultTokens-2) + "0]",
		"members at the limit":               "[" + strings.Repeat(`{"":0},`, DefaultTokens/3-1) + `{"":0}]`,
	} {
		if got := skipAll(text); got != nil {
			t.Errorf("%s: %.60q: got %v, want it accepted", name, text, got)
		}
	}
}

func TestSkip_refused(t *testing.T) {
	// Below, ^ marks the offset of the error and is not part of the text.
	for name, text := range map[string]string{
		"array, item then one without comma":   `[1 ^true]`,
		"array, invalid byte":                  "[a\xe5]",
		"array, colon for comma":               `["": 1]`,
		"array, comma after the end":           `[""]^,`,
		"array, comma and number":              `[,1]`,
		"array, two commas":                    `[1,^,2]`,
		"array, comma twice at the end":        `["x",^,]`,
		"array, closed twice":                  `["x"]^]`,
		"array, comma at the end":              `["",^]`,
		"array, not closed":                    `["x"^`,
		"array, unclosed inside":               `[3^[4]]`,
		"array, just a comma":                  `[^,]`,
		"array, just a minus":                  `[-^]`,
		"array, missing value":                 `[   ^, ""]`,
		"array, new lines and not closed":      "[\"a\",\n4\n,1,^",
		"array, comma then not closed":         `[1,^`,
		"array, star inside":                   `[^*]`,
		"array, vertical tab":                  "[\"^\va\"\\f]",
		"array, not closed, only opened":       `[^`,
		"array, closed by a brace":             `[1^}`,
		"literal, nul":                         `[nul^]`,
		"literal, fals":                        `[fals^]`,
		"literal, tru":                         `[tru^]`,
		"literal, True":                        `[^True]`,
		"literal, TRUE":                        `^TRUE`,
		"literal, nulls":                       `[null^s]`,
		"literal, truee":                       `true^e`,
		"literal, nan":                         `[n^an]`,
		"literal, cut":                         `t^`,
		"literal, undefined":                   `^undefined`,
		"number, plus plus":                    `[^++1234]`,
		"number, plus one":                     `[^+1]`,
		"number, Inf":                          `[^+Inf]`,
		"number, minus 01":                     `[-0^1]`,
		"number, minus 1.0.":                   `[-1.0^.]`,
		"number, minus 2.":                     `[-2.^]`,
		"number, minus NaN":                    `[-^NaN]`,
		"number, dot minus":                    `[^.-1]`,
		"number, dot first":                    `[^.2e-3]`,
		"number, 0.1.2":                        `[0.1^.2]`,
		"number, 0.3e+":                        `[0.3e+^]`,
		"number, 0.3e":                         `[0.3e^]`,
		"number, 0.e1":                         `[0.^e1]`,
		"number, 0E+":                          `[0E+^]`,
		"number, 0E":                           `[0E^]`,
		"number, 0e+-1":                        `[0e+^-1]`,
		"number, 1.0e+":                        `[1.0e+^]`,
		"number, 1.0e-":                        `[1.0e-^]`,
		"number, 1 000":                        `[1 ^000.0]`,
		"number, 1eE2":                         `[1e^E2]`,
		"number, 2.e+3":                        `[2.^e+3]`,
		"number, 9.e+":                         `[9.^e+]`,
		"number, Infinity":                     `[^Infinity]`,
		"number, NaN":                          `[^NaN]`,
		"number, full-width digit":             "[^\uff11]",
		"number, expression":                   `[1^+2]`,
		"number, hexadecimal":                  `[0^x42]`,
		"number, hexadecimal, one digit":       `[0^x1]`,
		"number, followed by a letter":         `[1.2^a-3]`,
		"number, invalid then minus":           `[-^-1]`,
		"number, minus Infinity":               `[-^Infinity]`,
		"number, minus and letter":             `[-^foo]`,
		"number, minus and space":              `[-^ 1]`,
		"number, minus with zero first":        `[-0^12]`,
		"number, minus dot":                    `[-^.123]`,
		"number, minus, hexadecimal":           `[-0^xFF]`,
		"number, zero first":                   `[0^12]`,
		"number, octal alone":                  `0^1`,
		"number, underscore":                   `1^_000`,
		"number, thousands":                    `1^,000`,
		"number, exponent of a fraction":       `[1e1^.5]`,
		"number, alone, minus":                 `-^`,
		"number, alone, dot":                   `1.^`,
		"number, with a letter":                `[1^a]`,
		"object, a bracket for the name":       `{^[: "x"}`,
		"object, comma for colon":              `{"x"^, null}`,
		"object, two colons":                   `{"x":^:"b"}`,
		"object, emoji":                        "{^\U0001F1E8\U0001F1ED}",
		"object, garbage at the end":           `{"a":"a" ^123}`,
		"object, name in single quotes":        `{^'a':0}`,
		"object, name without quotes":          `{^a: "b"}`,
		"object, missing colon":                `{"a" ^b}`,
		"object, missing name":                 `{^:"b"}`,
		"object, missing colon and value":      `{"a" ^"b"}`,
		"object, missing value":                `{"a":^`,
		"object, missing value, closed":        `{"a":^}`,
		"object, name alone":                   `{"a"^`,
		"object, number as name":               `{^1:1}`,
		"object, huge number as name":          `{^9999E9999:1}`,
		"object, null as name":                 `{^null:null,null:null}`,
		"object, array as name":                `{^[]:1}`,
		"object, commas at the end":            `{"id":0,^,,,,}`,
		"object, comma at the end":             `{"id":0,^}`,
		"object, comma first":                  `{^,"id":0}`,
		"object, comment at the end":           `{"a":"b"}^/**/`,
		"object, line comment at the end":      `{"a":"b"}^//`,
		"object, slash at the end":             `{"a":"b"}^/`,
		"object, hash at the end":              `{"a":"b"}^#`,
		"object, two commas":                   `{"a":"b",^,"c":"d"}`,
		"object, not closed":                   `{"a":"b"^`,
		"object, opened only":                  `{^`,
		"object, not closed in array":          `[{^`,
		"object, closed by a bracket":          `{"a":1^]`,
		"object, with string as member":        `{"foo":"bar", "a"^}`,
		"object, single quotes":                `{"a":^'a'}`,
		"object, two of them":                  `{}^{}`,
		"string, one quote":                    `"^`,
		"string, one quote in array":           `["^`,
		"string, cut escape":                   `["\^`,
		"string, cut u":                        `["\u^`,
		"string, cut u, one digit":             `["\u0^`,
		"string, cut u, three digits":          `["\u00A^"]`,
		"string, escape of x":                  `["\^x00"]`,
		"string, escaped backslash, not ended": `["\\\"]^`,
		"string, escaped control":              "[\"\\^\t\"]",
		"string, escaped emoji":                "[\"\\^\U0001F300\"]",
		"string, escaped a":                    `["\^a"]`,
		"string, escaped upper U":              `["\^UA66D"]`,
		"string, escaped quote of the other":   `["\^'"]`,
		"string, escape of 0":                  `["\^0"]`,
		"string, bad digit":                    `["\uqqqq"]`,
		"string, digits after the set":         `["\u00^G0"]`,
		"string, at the digits":                `["\u00^@0"]`,
		"string, backquote digits":             "[\"\\u00^`0\"]",
		"string, bad low half":                 `["\uD834\uDd^"]`,
		"string, low half cut":                 `["\uD800\u1^`,
		"string, low half bad digit":           `["\uD800\u1^x"]`,
		"string, escaped null byte":            "[\"\\^\x00\"]",
		"string, null byte":                    "[\"a^\x00a\"]",
		"string, new line":                     "[\"new^\nline\"]",
		"string, tab":                          "[\"^\t\"]",
		"string, unit separator":               "\"12345678^\x1f\"",
		"string, control late in eight":        "\"1234567^\x01 abcdefgh\"",
		"string, without quotes":               `[^é]`,
		"string, single quotes":                `[^'single quote']`,
		"string, smart quotes":                 "^\u201casd\u201d",
		"string, alone, garbage after":         `""^x`,
		"string, without its end":              `"asd^`,
		"structure, nothing":                   `^`,
		"structure, space only":                " ^",
		"structure, angle bracket":             `^<.>`,
		"structure, angle null":                `[^<null>]`,
		"structure, array and garbage":         `[1]^x`,
		"structure, array and bracket":         `[1]^]`,
		"structure, uescaped new line":         `[^\u000A""]`,
		"structure, ascii code":                `^aå`,
		"structure, capitals":                  `[^True]`,
		"structure, closed unopened array":     `1^]`,
		"structure, closed unopened object":    `1^}`,
		"structure, comma for closing brace":   `{"x": true,^`,
		"structure, two arrays":                `[][]`,
		"structure, end bracket":               `^]`,
		"structure, half byte order mark":      "^\xef\xbb{}",
		"structure, byte order mark":           "^\ufeff{}",
		"structure, byte order mark only":      "^\ufeff",
		"structure, byte order mark after":     "{}^\ufeff",
		"structure, UTF-16":                    "^\xff\xfe[\x00]\x00",
		"structure, null byte outside":         "[^\x00]",
		"structure, null byte after":           "[]^\x00",
		"structure, null byte before":          "^\x00[]",
		"structure, number and garbage":        `2^@`,
		"structure, object and string":         `{"a": true} ^"x"`,
		"structure, object then array":         `{}^[]`,
		"structure, open array, apostrophe":    `[^'`,
		"structure, open array, comma":         `[^,`,
		"structure, open array, open object":   `[{^`,
		"structure, open array, string":        `["a"^`,
		"structure, open object, bracket":      `{^[`,
		"structure, open object, comma":        `{^,`,
		"structure, open object, quote":        `{"a^`,
		"structure, single star":               `^*`,
		"structure, no-break space":            "[^\u00a0]",
		"structure, next line":                 "[^\u0085]",
		"structure, word joiner":               "[^\u2060]",
		"structure, form feed":                 "[^\f]",
		"structure, vertical tab":              "^\v1",
		"structure, delete":                    "^\x7f",
		"structure, two values":                `1 ^2`,
		"structure, concatenated lines":        "{\"a\":1}\n^{\"a\":2}",
	} {
		want := strings.IndexByte(text, '^')
		text = strings.Replace(text, "^", "", 1)
		got := skipAll(text)
		if reason(got) != Syntax || want >= 0 && got.Offset != want {
			t.Errorf("%s: %.60q: got %v, want %s at offset %d", name, text, got, Syntax, want)
		}
	}
}

// What RFC 8259 leaves open, and what a server should decide: RFC 7493 mostly.
func TestSkip_open(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"number, huge exponent":              {`[123.456e-789]`, ""},
		"number, exponent beyond floats":     {`[0.4e00669999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999969999999006]`, ""},
		"number, infinite":                   {`[1e9999]`, ""},
		"number, negative infinite":          {`[-1e9999]`, ""},
		"number, beyond 64 bits":             {`[123123123123123123123123123123]`, ""},
		"string, first half alone":           {`["^\uDADA"]`, UTF8},
		"string, second half alone":          {`["^\uDFAA"]`, UTF8},
		"string, first half then letters":    {`["^\uD888abc"]`, UTF8},
		"string, first half then letter":     {`["^\uD800\n"]`, UTF8},
		"string, first half then escape":     {`["^\uD888\u1234"]`, UTF8},
		"string, first half twice":           {`["^\uD800\uD800\n"]`, UTF8},
		"string, halves swapped":             {`["^\uDd1e\uD834"]`, UTF8},
		"string, half after a pair":          {`["\uD834\uDD1E^\uDD1E"]`, UTF8},
		"string, first half at the end":      {`["^\uD834`, UTF8},
		"name, half alone":                   {`{"^\uD834":1}`, UTF8},
		"string, surrogate in UTF-8":         {"[\"^\xed\xa0\x80\"]", UTF8},
		"string, above the last code point":  {"[\"^\xf4\xbf\xbf\xbf\"]", UTF8},
		"string, overlong two":               {"[\"^\xc0\xaf\"]", UTF8},
		"string, overlong six":               {"[\"^\xfc\x83\xbf\xbf\xbf\xbf\"]", UTF8},
		"string, overlong null":              {"[\"^\xc0\x80\"]", UTF8},
		"string, cut sequence":               {"[\"^\xe0\xff\"]", UTF8},
		"string, cut by the quote":           {"[\"é^\xe2\x82\"]", UTF8},
		"string, continuation alone":         {"[\"^\x81\"]", UTF8},
		"string, Latin-1":                    {"[\"caf^\xe9\"]", UTF8},
		"string, never a UTF-8 byte":         {"[\"^\xff\"]", UTF8},
		"string, not ended in a rune":        {"[\"^\xc3", UTF8},
		"name, not UTF-8":                    {"{\"^\xb9\":\"0\"}", UTF8},
		"object, name twice":                 {`{"a":"b",^"a":"c"}`, Duplicate},
		"object, name and value twice":       {`{"a":"b",^"a":"b"}`, Duplicate},
		"object, empty name twice":           {`{"":1,^"":2}`, Duplicate},
		"object, name twice, one escaped":    {`{"a":1,^"\u0061":2}`, Duplicate},
		"object, name twice, both escaped":   {`{"\u00E9":1,^"\u00e9":2}`, Duplicate},
		"object, name twice, slash":          {`{"\/":1,^"/":2}`, Duplicate},
		"object, name twice, pair and UTF-8": {`{"\ud83d\ude39":1,^"😹":2}`, Duplicate},
		"object, name twice, deep":           {`[0,{"x":[{"y":1,"z":{},^"y":2}]}]`, Duplicate},
		"object, name twice, after a nested": {`{"a":{"a":1,"b":2},"b":1,^"a":2}`, Duplicate},
		"depth, arrays":                      {strings.Repeat("[", DefaultDepth) + "^[", Depth},
		"depth, objects":                     {strings.Repeat(`{"a":`, DefaultDepth) + "^{}", Depth},
		"depth, mixed":                       {strings.Repeat(`[{"a":`, DefaultDepth/2) + "^[]", Depth},
		"tokens, elements":                   {"[" + strings.Repeat("0,", DefaultTokens-1) + "^0]", Tokens},
		"tokens, members":                    {"[" + strings.Repeat(`{"":0},`, DefaultTokens/3) + `^{"":0}]`, Tokens},
	} {
		offset := strings.IndexByte(c.text, '^')
		text := strings.Replace(c.text, "^", "", 1)
		got := skipAll(text)
		if reason(got) != c.want || got != nil && got.Offset != offset {
			t.Errorf("%s: %.60q: got %v, want %q at offset %d", name, text, got, c.want, offset)
		}
	}
}

// Every count of names around the change from searching to a table, and every
// place of the repeated one.
func TestSkip_duplicateAnywhere(t *testing.T) {
	for _, size := range []int{1, 2, linearNames - 1, linearNames, linearNames + 1, 3 * linearNames, 300} {
		for repeated := 0; repeated < size; repeated += 1 + size/20 {
			var text strings.Builder
			text.WriteString("{")
			for i := range size {
				// The inner objects grow tables above the outer one's.
				fmt.Fprintf(&text, `"k%d":%s,`, i, wideObject(i%40))
			}
			if got := skipAll(text.String() + `"end":0}`); got != nil {
				t.Fatalf("%d names: got %v, want it accepted", size, got)
			}
			want := Error{Duplicate, text.Len()}
			fmt.Fprintf(&text, `"\u006b%d":0}`, repeated)
			if got := skipAll(text.String()); got == nil || *got != want {
				t.Fatalf("%d names, the one at %d again: got %v, want %v", size, repeated, got, &want)
			}
		}
	}
}

func wideObject(size int) string {
	names := make([]string, size)
	for i := range names {
		names[i] = fmt.Sprintf(`"k%d":0`, i)
	}
	return "{" + strings.Join(names, ",") + "}"
}

func TestSkip_allocates(t *testing.T) {
	var s Scanner
	for name, text := range map[string][]byte{
		"small object":        []byte(`{"id":7,"name":"Ada","tags":["a","b"],"at":{"x":1.5,"y":null},"ok":true,"caf\u00e9":"\n"}`),
		"object with a table": []byte(wideObject(200)),
	} {
		if got := testing.AllocsPerRun(100, func() { // its first, uncounted run grows the stacks
			s.Reset(text)
			if !s.Skip() || !s.End() {
				t.Error(s.Err())
			}
		}); got != 0 {
			t.Errorf("%s: got %v allocations, want 0", name, got)
		}
	}
}
