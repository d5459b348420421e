package binding_test

import (
	"io"
	"math"
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend/binding"
)

type (
	account struct {
		ID       int            `json:"id" jsonschema:"readOnly"`
		Name     string         `json:"name"`
		Password binding.Secret `json:"password"`
		Pet      pet            `json:"pet"`
		Limit    int            `json:"limit,string" jsonschema:"writeOnly"`
	}
	pet interface{ legs() int }
	cat struct {
		Chip int `json:"chip" jsonschema:"writeOnly"`
	}
	bird struct {
		Wings int `json:"wings" jsonschema:"readOnly"`
	}
)

func (cat) legs() int   { return 4 }
func (*bird) legs() int { return 2 }

func TestPlan_AppendExample(t *testing.T) {
	t.Parallel()
	pets := binding.NewSet(binding.Types(binding.Union[pet]("kind", binding.Variant[cat]("cat"), binding.Variant[*bird]("bird"))))
	a := account{1, "n", binding.NewSecret("hunter2"), &bird{2}, 3}
	for _, c := range []struct {
		name    string
		typ     reflect.Type
		v       any
		in, out string // "": no example of it
	}{
		{"a struct", reflect.TypeFor[account](), a, `{"name":"n","password":"[redacted]","pet":{"kind":"bird"},"limit":"3"}`, `{"id":1,"name":"n","pet":{"kind":"bird","wings":2}}`},
		{"a pointer for a value", reflect.TypeFor[cat](), &cat{1}, `{"chip":1}`, `{}`},
		{"a value for a pointer", reflect.TypeFor[*cat](), cat{1}, `{"chip":1}`, `{}`},
		{"a nil pointer", reflect.TypeFor[cat](), (*cat)(nil), `{"chip":0}`, `{}`},
		{"a variant in an envelope", reflect.TypeFor[struct{ Body pet }](), cat{1}, `{"kind":"cat","chip":1}`, `{"kind":"cat"}`},
		{"a pointer to a variant that is none", reflect.TypeFor[struct{ Body pet }](), &cat{1}, `{"kind":"cat","chip":1}`, `{"kind":"cat"}`},
		{"a variant that is a pointer, by value", reflect.TypeFor[struct{ Body pet }](), bird{2}, `{"kind":"bird"}`, `{"kind":"bird","wings":2}`},
		{"a text", reflect.TypeFor[struct{ Body string }](), "x", `"x"`, `"x"`},
		{"a list", reflect.TypeFor[struct{ Body []cat }](), []cat{{1}}, `[{"chip":1}]`, `[{}]`},
		{"a list that is nil", reflect.TypeFor[struct{ Body []cat }](), []cat(nil), `[]`, `[]`},
		{"another type", reflect.TypeFor[cat](), bird{}, "", ""},
		{"no value", reflect.TypeFor[cat](), nil, "", ""},
		{"no body", reflect.TypeFor[struct{}](), struct{}{}, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			in, problems := pets.Input(c.typ, binding.Config{Method: "POST"})
			require.Empty(t, problems)
			out, problems := pets.Output(c.typ, binding.Config{})
			require.Empty(t, problems)
			for _, side := range []struct {
				plan *binding.Plan
				want string
			}{{in, c.in}, {out, c.out}} {
				got, ok, err := side.plan.AppendExample([]byte("before "), c.v)
				require.NoError(t, err)
				require.Equal(t, side.want != "", ok)
				require.Equal(t, "before "+side.want, string(got))
			}
		})
	}
	out, _ := binding.NewSet().Output(reflect.TypeFor[struct{ Body float64 }](), binding.Config{})
	_, ok, err := out.AppendExample(nil, math.Inf(1))
	require.True(t, ok)
	require.Error(t, err)
	raw, _ := binding.NewSet().Input(reflect.TypeFor[struct{ Body io.Reader }](), binding.Config{Method: "POST"})
	_, ok, err = raw.AppendExample(nil, "x")
	require.False(t, ok)
	require.NoError(t, err)
}
