package jsonscan

import (
	"strings"
	"testing"
)

func TestPosition(t *testing.T) {
	data := []byte("{\n \"é\": x\r\n}")
	for _, c := range []struct{ offset, line, column int }{
		{0, 1, 1}, {1, 1, 2}, {2, 2, 1}, {3, 2, 2}, {7, 2, 6}, {9, 2, 8}, {11, 2, 10}, {12, 3, 1}, {13, 3, 2}, {99, 3, 2},
	} {
		if line, column := Position(data, c.offset); line != c.line || column != c.column {
			t.Errorf("offset %d: got %d:%d, want %d:%d", c.offset, line, column, c.line, c.column)
		}
	}
}

func TestPointer(t *testing.T) {
	long := strings.Repeat("n", maxPointerName)
	for _, c := range []struct{ text, want string }{ // the text has one error
		{``, ``},
		{`x`, ``},
		{`{"a":1,"a":2}`, `/a`},
		{`{"a":1,"\u0061":2}`, `/a`},
		{`{"a":{"b":[0,{"c":1,"c":2}]}}`, `/a/b/1/c`},
		{`{"a~/b":{"":{"c":1,"c":2}}}`, `/a~0~1b//c`},
		{`[1,2,x]`, `/2`},
		{`[1,2`, `/1`},
		{`[[],{},{"a":[{},"]}\"",+1]}]`, `/2/a/2`},
		{`{"a":"\x"}`, `/a`},
		{`{"a":1 "b":2}`, `/a`},
		{`{"a":1,}`, ``},
		{`{"a":1,"b\x":2}`, ``},
		{"{\"a\":[1,{\"b\":\"\xff\"}]}", `/a/1/b`},
		{`{"a":[1]]`, `/a`},
		{`{"` + long + `":x}`, `/` + long},
		{`{"a":{"` + long + `n":[x]}}`, `/a`},
		{`{"a":1,"b":[0,1],"b":2}`, `/b`},
	} {
		e := skipAll(c.text)
		if e == nil {
			t.Fatalf("%s: no error", c.text)
		}
		if got := Pointer([]byte(c.text), e.Offset); got != c.want {
			t.Errorf("%s: %v: got %q, want %q", c.text, e, got, c.want)
		}
	}
}

func TestError(t *testing.T) {
	const want = "json: syntax at offset 3"
	if got := (&Error{Syntax, 3}).Error(); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
