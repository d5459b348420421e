package jsonscan

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzSkip holds the scanner against encoding/json. They differ in these points
// alone, each found here by other means than the scanner's:
//
//   - a name twice in one object, at any depth
//   - more containers inside each other than the limit
//   - ill-formed UTF-8, in strings (elsewhere neither accepts it)
//   - a surrogate escape without its partner
//
// The limit of tokens is too high for what a fuzzer sends.
func FuzzSkip(f *testing.F) {
	for _, seed := range []string{
		``, `null`, `-1.5e+3`, `"a\u00e9\n\ud83d\ude39"`, `[1,[2,[]],{}]`, `{"a":1,"b":{"a":[true,false]}}`, `{"a":1,"\u0061":2}`,
		"{\"a\": \"caf\xe9\"}", `["\ud800"]`, `{"a":1,}`, ` [ 01 ] `, "\ufeff1", `{"a":{"b":1},"a":2}`, wideObject(2 * linearNames), "\"abcdefgh\x01\"",
		strings.Repeat("[", DefaultDepth+1) + strings.Repeat("]", DefaultDepth+1),
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		original := bytes.Clone(data)
		var s Scanner
		s.Reset(data)
		s.Skip()
		s.End()
		got := s.Err()

		difference := ""
		if json.Valid(data) {
			difference = intended(data)
		} else {
			difference = "any"
		}
		switch {
		case got == nil && difference != "":
			t.Errorf("%q: accepted, want %s", data, difference)
		case got != nil && difference == "":
			t.Errorf("%q: %v, want it accepted", data, got)
		case got != nil && difference != "any" && !strings.Contains(difference, got.Reason):
			t.Errorf("%q: %v, want one of %s", data, got, difference)
		}
		if got != nil {
			if got.Offset < 0 || got.Offset > len(data) {
				t.Errorf("%q: offset %d is outside", data, got.Offset)
			}
			Pointer(data, got.Offset) // may be anything, but returns
		}
		if !bytes.Equal(data, original) {
			t.Errorf("%q: changed to %q", original, data)
		}
	})
}

// intended lists the reasons for which a text that encoding/json accepts is refused.
func intended(data []byte) (reasons string) {
	if !utf8.Valid(data) {
		reasons += UTF8 + " "
	}
	if loneSurrogate(string(data)) {
		reasons += UTF8 + " "
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	type object struct {
		names  map[string]bool // nil for an array
		isName bool            // a name comes next
	}
	var open []object
	for {
		token, err := dec.Token()
		if err != nil {
			return reasons
		}
		if token == json.Delim('}') || token == json.Delim(']') {
			open = open[:len(open)-1]
			continue
		}
		if top := len(open) - 1; top >= 0 && open[top].names != nil {
			if open[top].isName {
				if open[top].names[token.(string)] {
					reasons += Duplicate + " "
				}
				open[top].names[token.(string)] = true
			}
			open[top].isName = !open[top].isName
		}
		switch token {
		case json.Delim('{'):
			open = append(open, object{map[string]bool{}, true})
		case json.Delim('['):
			open = append(open, object{})
		}
		if len(open) > DefaultDepth {
			reasons += Depth + " "
		}
	}
}

// loneSurrogate looks at the escapes of a valid text.
func loneSurrogate(text string) bool {
	half := false // the escape just before was a first half
	for i := 0; i < len(text); {
		unit := uint64(0)
		size := 1
		if text[i] == '\\' {
			size = 2
			if text[i+1] == 'u' {
				size = 6
				unit, _ = strconv.ParseUint(text[i+2:i+6], 16, 32)
			}
		}
		isLow := unit>>10 == 0xDC00>>10
		if half != isLow {
			return true
		}
		half = unit>>10 == 0xD800>>10
		i += size
	}
	return half
}

// FuzzUnquote holds a string's text against encoding/json's.
func FuzzUnquote(f *testing.F) {
	for _, seed := range []string{`a`, `\"\\\/\b\f\n\r\t`, `\u0000x\u00e9é\uFFFF`, `\ud83d\ude39\\u0061`, `😹\n`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, inside []byte) {
		quoted := append(append([]byte{'"'}, inside...), '"')
		var s Scanner
		s.Reset(quoted)
		raw, escaped, ok := s.String()
		if !ok || !s.End() {
			return
		}
		var want string
		if err := json.Unmarshal(quoted, &want); err != nil {
			t.Fatalf("%s: accepted, encoding/json says %v", quoted, err)
		}
		if got := string(Unquote(nil, raw)); got != want {
			t.Errorf("%s: got %q, want %q", quoted, got, want)
		}
		if !escaped && string(raw) != want {
			t.Errorf("%s: said not to be escaped, raw %q, want %q", quoted, raw, want)
		}
	})
}
