package jsonscan

import (
	"fmt"
	"strings"
	"testing"
)

func TestScanner_walk(t *testing.T) {
	var s Scanner
	s.Reset([]byte(` {"a" : [1, -2.5e3 ,[ ] ], "\u0062":{"x":null,"y":true , "z":false}, "c":"t\n", "d":{} } `))
	var got strings.Builder
	var walk func()
	walk = func() {
		switch s.Kind() {
		case '{':
			got.WriteString("{")
			for more := s.EnterObject(); more; more = s.NextKey() {
				fmt.Fprintf(&got, "%s %t@%d:", s.Key, s.KeyEscaped, s.KeyPos)
				walk()
			}
			got.WriteString("}")
		case '[':
			got.WriteString("[")
			for more := s.EnterArray(); more; more = s.NextElem() {
				walk()
			}
			got.WriteString("]")
		case '"':
			raw, escaped, ok := s.String()
			fmt.Fprintf(&got, "%s %t %t;", raw, escaped, ok)
		case '0':
			raw, ok := s.Number()
			fmt.Fprintf(&got, "%s %t;", raw, ok)
		case 't', 'f':
			value, ok := s.Bool()
			fmt.Fprintf(&got, "%t %t;", value, ok)
		case 'n':
			fmt.Fprintf(&got, "null %t;", s.Null())
		}
	}
	walk()
	const want = `{a false@2:[1 true;-2.5e3 true;[]]\u0062 true@27:{x false@37:null true;y false@46:true true;z false@57:false true;}` +
		`c false@69:t\n true true;d false@80:{}}`
	if got.String() != want {
		t.Errorf("got  %s\nwant %s", got.String(), want)
	}
	if !s.End() || s.Failed() || s.Err() != nil {
		t.Errorf("end: got failed %v, %v, want neither", s.Failed(), s.Err())
	}
}

// After an error every method fails and the first error stays, so a decoder's
// loops end without asking.
func TestScanner_staysFailed(t *testing.T) {
	var s Scanner
	s.Reset([]byte(`{"a":1 "b":[2,{"c":3}]}`))
	s.EnterObject()
	s.Skip()
	if s.NextKey() {
		t.Fatal("no comma: got a name")
	}
	_, _, isString := s.String()
	_, isNumber := s.Number()
	_, isBool := s.Bool()
	_, isRaw := s.SkipRaw()
	for name, ok := range map[string]bool{
		"String": isString, "Number": isNumber, "Bool": isBool, "SkipRaw": isRaw, "Null": s.Null(), "Skip": s.Skip(),
		"EnterObject": s.EnterObject(), "NextKey": s.NextKey(), "EnterArray": s.EnterArray(), "NextElem": s.NextElem(), "End": s.End(),
	} {
		if ok {
			t.Errorf("%s after an error: got true", name)
		}
	}
	if s.Kind() != 0 {
		t.Errorf("Kind after an error: got %q, want 0", s.Kind())
	}
	if got := s.Err(); got == nil || *got != (Error{Syntax, 7}) {
		t.Errorf("got %v, want the first error, at 7", got)
	}
	s.Reset([]byte(`{}`))
	if !s.Skip() || !s.End() {
		t.Errorf("after Reset: got %v", s.Err())
	}
}

func TestScanner_Limit(t *testing.T) {
	for _, c := range []struct {
		text          string
		depth, tokens int
		want          string
	}{
		{`1`, 0, 1, ""},
		{`[]`, 1, 1, ""},
		{`[]`, 0, 1, Depth},
		{`[[]]`, 1, 9, Depth},
		{`[[],[]]`, 2, 3, ""},
		{`[1,2]`, 1, 2, Tokens},
		{`{"a":1}`, 1, 3, ""},
		{`{"a":1}`, 1, 2, Tokens},
	} {
		var s Scanner
		s.Reset([]byte(c.text))
		s.Limit(c.depth, c.tokens)
		s.Skip()
		if got := reason(s.Err()); got != c.want {
			t.Errorf("%s, depth %d, tokens %d: got %q, want %q", c.text, c.depth, c.tokens, got, c.want)
		}
	}
}

func TestScanner_SkipRaw(t *testing.T) {
	var s Scanner
	s.Reset([]byte(`[ {"a" : 1} , "x"]`))
	s.EnterArray()
	if raw, ok := s.SkipRaw(); string(raw) != `{"a" : 1}` || !ok {
		t.Errorf("got %q, %t", raw, ok)
	}
	s.NextElem()
	if raw, ok := s.SkipRaw(); string(raw) != `"x"` || !ok {
		t.Errorf("got %q, %t", raw, ok)
	}
}

// A decoder that knows some names adds only the others.
func TestScanner_AddName_someNames(t *testing.T) {
	var s Scanner
	s.Reset([]byte(`{"known":{"x":1,"y":{"x":2}},"x":{"x":{},"y":0},"known2":1,"\u0078":2}`))
	names := s.Names()
	for more := s.EnterObject(); more; more = s.NextKey() {
		if !strings.HasPrefix(string(s.Key), "known") && !s.AddName(&names) {
			break
		}
		s.Skip()
	}
	if got := s.Err(); got == nil || *got != (Error{Duplicate, 59}) {
		t.Errorf("got %v, want the duplicate at 59", got)
	}
}
