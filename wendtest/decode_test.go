package wendtest

import (
	"strings"
	"testing"
	"time"

	"github.com/wend-go/wend"
)

type base struct {
	ID int `json:"id"`
}

type tree struct {
	base

	Name     string          `json:"name,omitempty"`
	Children []*tree         `json:"children"`
	Labels   map[string]base `json:"labels"`
	At       time.Time       `json:"at"`
	Any      any             `json:"any"`
	Skipped  int             `json:"-"`
	Untagged [1]base
}

func TestDecode(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, in, want string }{
		{"empty", `{}`, ""},
		{"embedded", `{"id":1,"name":"a"}`, ""},
		{"null", `null`, ""},
		{"space", " {} \n", ""},
		{"deep", `{"children":[{"id":2,"children":null}],"labels":{"X":{"id":1}},"Untagged":[{"id":1}]}`, ""},
		{"own decoding", `{"at":"2020-01-02T03:04:05Z","any":{"X":[{"Y":1}]}}`, ""},
		{"unknown", `{"x":1}`, `the name "x" is not the type's`},
		{"other case", `{"ID":1}`, `the name "ID" is not the type's`},
		{"deep other case", `{"children":[{"children":[{"Id":1}]}]}`, `the name "Id" is not the type's`},
		{"case in a map", `{"labels":{"a":{"Id":1}}}`, `the name "Id" is not the type's`},
		{"case in an array", `{"Untagged":[{"Id":1}]}`, `the name "Id" is not the type's`},
		{"left out", `{"Skipped":1}`, `the name "Skipped" is not the type's`},
		{"duplicate", `{"id":1,"id":1}`, "line 1, column 9: a name comes twice"},
		{"two values", "{}\n{}", "line 2, column 1: it is no JSON"},
		{"nothing", ``, "line 1, column 1: it is no JSON"},
		{"UTF-8", "\"\xff\"", "it is no UTF-8"},
		{"deeper than a response", strings.Repeat("[", maxDepth+1) + strings.Repeat("]", maxDepth+1), "it nests too deeply"},
	} {
		var v *tree
		err := decode([]byte(tt.in), &v)
		if got := message(err); !strings.Contains(got, tt.want) || (got == "") != (tt.want == "") {
			t.Errorf("%s: %s: got %q, want %q", tt.name, tt.in, got, tt.want)
		}
	}
	var p wend.Problem
	if err := decode([]byte(`{"type":"about:blank","status":404,"extra":1}`), &p); err != nil || p.Status != 404 {
		t.Errorf("a problem: got %+v, %v", p, err)
	}
}

func message(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
