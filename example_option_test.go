package wend_test

import (
	"context"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/binding"
)

type rated struct {
	Stars int     `json:"stars" validate:"min=1,max=5"`
	Code  string  `json:"code" validate:"omitempty,even"`
	Mean  float64 `json:"mean"`
}

func TestExample_checked(t *testing.T) {
	t.Parallel()
	even := binding.Rule{Name: "even", Message: "must be even", Make: func(binding.Arg) (binding.Op, error) {
		return binding.Exact(func(s string) bool { return len(s)%2 == 0 }, binding.State("pattern", "^(..)*$")), nil
	}}
	for _, c := range []struct {
		name    string
		example any
		want    string // "" is taken
	}{
		{"of the request", rated{Stars: 1}, ""},
		{"a pointer", &rated{Stars: 5, Code: "ab"}, ""},
		{"of the response", []int{1}, ""},
		{"of another type", "text", `the example "x"` + "\n    is a string, which is the type of neither"},
		{"nothing", nil, "is a <nil>"},
		{"breaks a rule", rated{Stars: 6}, "breaks the rules of its own type: unprocessable entity: body /stars max"},
		{"cannot be written", rated{Stars: 1, Mean: math.NaN()}, "cannot be written: float64 is NaN"},
		{"breaks a rule of the router's", rated{Stars: 1, Code: "abc"}, "body /code even"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := wend.New(wend.CollectErrors(), wend.Binding(binding.NewSet(binding.Rules(even))))
			wend.Post(r, "/", func(context.Context, rated) ([]int, error) { return nil, nil }, wend.Example("x", c.example))
			if c.want == "" {
				require.NoError(t, r.Err())
				return
			}
			require.ErrorContains(t, r.Err(), c.want)
			require.ErrorContains(t, r.Err(), "POST /, registered at")
		})
	}
}

// A mistake of a type that is read and written is told once.
func TestRegistration_toldOnce(t *testing.T) {
	t.Parallel()
	type wrong struct {
		Stars int `json:"stars" validate:"odd"`
	}
	r := wend.New(wend.CollectErrors())
	wend.Post(r, "/", func(_ context.Context, in wrong) (wrong, error) { return in, nil })
	require.ErrorContains(t, r.Err(), ": 1 problem\n")
	require.Equal(t, 1, strings.Count(r.Err().Error(), `unknown rule "odd"`))
}

// An example of a type that is wrong says nothing more.
func TestExample_besideAMistake(t *testing.T) {
	t.Parallel()
	type wrong struct {
		Stars int      `json:"stars" validate:"even"`
		Never chan int `json:"never"`
	}
	r := wend.New(wend.CollectErrors())
	wend.Post(r, "/", func(_ context.Context, in wrong) (wrong, error) { return in, nil }, wend.Example("x", wrong{}))
	require.ErrorContains(t, r.Err(), "Never")
	require.NotContains(t, r.Err().Error(), "the example")
}
