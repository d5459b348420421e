package conformance

import (
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend/binding"
)

// asymmetry is a difference between plan and schema that stays, with its reason.
// example shows it; an entry whose example no longer differs fails.
type asymmetry struct {
	name, reason string
	typ          reflect.Type
	value        string
	accepts      bool // the plan does, the schema does not; else the reverse
	covers       func(typ, value string) bool
}

var asymmetries = []asymmetry{
	{
		"numbers past float64 in any", "encoding/json's value of a number in any is a float64; true has no bounds",
		reflect.TypeFor[struct {
			A any `json:"a"`
		}](),
		`{"a":1e400}`, false,
		func(typ, value string) bool {
			return strings.Contains(typ, "interface {}") && strings.Contains(value, "1e400")
		},
	},
	{
		"float32 items that round to one", "uniqueItems compares what was sent, unique what the slice holds",
		reflect.TypeFor[struct {
			A []float32 `json:"a" validate:"unique"`
		}](),
		`{"a":[0.1,0.10000000149011612]}`, false,
		func(typ, value string) bool {
			return strings.Contains(typ, "float32") && strings.Contains(typ, "unique")
		},
	},
	{
		"float32 that rounds onto an exclusive bound", "both what was sent and what the field holds must obey",
		reflect.TypeFor[struct {
			A float32 `json:"a" validate:"lt=0.5"`
		}](),
		`{"a":0.49999999999}`, false,
		func(typ, value string) bool {
			return rounding.MatchString(typ) && strings.ContainsAny(value, ".e")
		},
	},
	{
		"digits beyond float64 beside a bound", "a float64 holds about 17 digits",
		reflect.TypeFor[struct {
			A float64 `json:"a" validate:"max=0.5"`
		}](),
		`{"a":0.50000000000000000001}`, true,
		func(typ, value string) bool {
			return strings.Contains(typ, "float") && strings.Contains(value, "9007199254740993")
		},
	},
	{
		"numbers that float64 rounds to zero", "the field holds 0, which is what its rules judge",
		reflect.TypeFor[struct {
			A float64 `json:"a" validate:"ne=0"`
		}](),
		`{"a":1e-400}`, false,
		func(typ, value string) bool {
			return strings.Contains(typ, "float") && strings.Contains(value, "1e-400")
		},
	},
	{
		"floats that float64 rounds to zero, where zero is right", "the field holds 0, which eq=0 or omitempty lets pass",
		reflect.TypeFor[struct {
			A float64 `json:"a" validate:"omitempty,eq=2"`
		}](),
		`{"a":1e-400}`, true,
		func(typ, value string) bool {
			return strings.Contains(typ, "float") && strings.Contains(value, "1e-400")
		},
	},
	{
		"integers beyond 2⁵³ beside an excluded one", "a float64 holds the nearest value that it has, and that is judged",
		reflect.TypeFor[struct {
			A float64 `json:"a" validate:"noneof=9007199254740992"`
		}](),
		`{"a":9007199254740993}`, false,
		func(typ, value string) bool {
			return strings.Contains(typ, "float") && strings.Contains(value, "9007199254740993")
		},
	},
	{
		"conditions on a float32 that rounds onto their value", "what the field holds is compared, as Go code would",
		reflect.TypeFor[struct {
			A float32 `json:"a"`
			B *int    `json:"b" validate:"required_if=A 3"`
		}](),
		`{"a":3.000000001}`, false,
		func(typ, value string) bool {
			return strings.Contains(typ, "float32") && conditional.MatchString(typ) && strings.ContainsAny(value, ".e")
		},
	},
	{
		"conditions on a float32 that must not hold", "the same, where the condition lets a member be absent",
		reflect.TypeFor[struct {
			A float32 `json:"a"`
			B *int    `json:"b" validate:"required_unless=A 3"`
		}](),
		`{"a":3.000000001}`, true,
		func(typ, value string) bool {
			return strings.Contains(typ, "float32") && conditional.MatchString(typ) && strings.ContainsAny(value, ".e")
		},
	},
	{
		"two spellings of one integer key", "0 and -0 are two names of JSON and one key of Go",
		reflect.TypeFor[struct {
			A map[int]int `json:"a"`
		}](),
		`{"a":{"0":1,"-0":1}}`, false,
		func(string, string) bool { return false },
	},
}

// conditional finds the rules that compare a sibling with a value.
var conditional = regexp.MustCompile(`(required|excluded)_(if|unless)=`)

// rounding finds the rules that a float32 can break by being rounded.
var rounding = regexp.MustCompile(`float32.*"[^"]*(gt|lt|ne|noneof|nonzero)`)

// known reports whether a difference between plan and schema is one of the list.
func known(s *subject, value string, accepted bool) bool {
	for _, a := range asymmetries {
		if a.accepts == accepted && a.covers(s.typ.String(), value) {
			return true
		}
	}
	return false
}

func TestAsymmetries(t *testing.T) {
	t.Parallel()
	set := binding.NewSet()
	for _, a := range asymmetries {
		s := newSubject(t, set, a.typ)
		err := set.Decode([]byte(a.value), reflect.New(a.typ).Interface())
		other := judge(s.inOracle, a.value)
		require.Equal(t, a.accepts, err == nil, "%s: the plan: %v", a.name, err)
		require.Equal(t, a.accepts, other != nil, "%s: the schema: %v", a.name, other)
	}
}
