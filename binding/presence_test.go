package binding

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

type point struct {
	X int `json:"x"`
	Y int `json:"y" validate:"max=9"`
}

type span struct {
	From int `json:"from" validate:"min=1"`
}

// presenceRow is a row of the presence table: a struct with one member f, and what
// becomes of {}, {"f":null} and {"f":zero}.
type presenceRow struct {
	name                string
	run                 func(text string) (value string, verdict string)
	zero                string // the explicit zero value
	absent, null, given string // verdicts; "" accepts
	schema              func(*testing.T) string
	want                string // the schema of the whole object
}

func row[T any](name, zero, absent, null, given, want string) presenceRow {
	return presenceRow{
		name, func(text string) (string, string) {
			v, verdict := decoded[T](text)
			data, _ := json.Marshal(v)
			return string(data), verdict
		}, zero, absent, null, given, inputSchema[T], want,
	}
}

const (
	isRequired = "422 body /f required"
	isType     = "422 body /f type"
	isMin      = "422 body /f min"
)

func TestPresence(t *testing.T) {
	t.Parallel()
	rows := []presenceRow{
		row[struct {
			F int `json:"f"`
		}]("T", `0`, "", isType, "", "properties={f:{type=integer format=int64}}"),
		row[struct {
			F int `json:"f" validate:"max=9"`
		}]("T whose zero passes", `0`, "", isType, "", "properties={f:{type=integer format=int64 maximum=9}}"),
		row[struct {
			F int `json:"f" validate:"min=3"`
		}]("T whose zero fails", `0`, isRequired, isRequired, isMin,
			`properties={f:{type=integer format=int64 minimum=3}} required=["f"]`),
		row[struct {
			F string `json:"f" validate:"min=3"`
		}]("string whose zero fails", `""`, isRequired, isRequired, isMin, `properties={f:{type=string minLength=3}} required=["f"]`),
		row[struct {
			F string `json:"f" validate:"required"`
		}]("string required", `""`, isRequired, isRequired, isRequired, `properties={f:{type=string minLength=1}} required=["f"]`),
		row[struct {
			F string `json:"f" validate:"required,min=0"`
		}]("string required that may be empty", `""`, isRequired, isRequired, "", `properties={f:{type=string minLength=0}} required=["f"]`),
		row[struct {
			F int `json:"f" validate:"required"`
		}]("int required", `0`, isRequired, isRequired, "", `properties={f:{type=integer format=int64}} required=["f"]`),
		row[struct {
			F bool `json:"f" validate:"required"`
		}]("bool required", `false`, isRequired, isRequired, "", `properties={f:{type=boolean}} required=["f"]`),
		row[struct {
			F time.Time `json:"f" validate:"required"`
		}]("time required", `"0001-01-01T00:00:00Z"`, isRequired, isRequired, "", `properties={f:{type=string format=date-time}} required=["f"]`),
		row[struct {
			F int `json:"f" validate:"omitempty,min=3"`
		}]("T omitempty", `0`, "", isType, "", "properties={f:{type=integer format=int64 anyOf=[{const=0} {minimum=3}]}}"),
		row[struct {
			F int `json:"f" validate:"omitempty,max=3"`
		}]("T omitempty, folded", `0`, "", isType, "", "properties={f:{type=integer format=int64 maximum=3}}"),
		row[struct {
			F int `json:"f" default:"7" validate:"min=3"`
		}]("T default", `0`, "", isType, isMin, "properties={f:{type=integer format=int64 minimum=3 default=7}}"),
		row[struct {
			F point `json:"f"`
		}]("struct whose zero passes", `{}`, "", isType, "", "properties={f:{$ref=point}}"),
		row[struct {
			F span `json:"f"`
		}]("struct whose zero fails", `{}`, isRequired, isRequired, "422 body /f/from required", `properties={f:{$ref=span}} required=["f"]`),
		row[struct {
			F point `json:"f" validate:"required"`
		}]("struct required", `{}`, isRequired, isRequired, "", `properties={f:{$ref=point}} required=["f"]`),
		row[struct {
			F *int `json:"f"`
		}]("*T", `0`, "", "", "", `properties={f:{type=["integer","null"] format=int64}}`),
		row[struct {
			F *int `json:"f" validate:"min=3"`
		}]("*T with rules", `0`, "", "", isMin, `properties={f:{type=["integer","null"] format=int64 minimum=3}}`),
		row[struct {
			F *int `json:"f" validate:"omitempty,min=3"`
		}]("*T omitempty", `0`, "", "", isMin, `properties={f:{type=["integer","null"] format=int64 minimum=3}}`),
		row[struct {
			F *int `json:"f" validate:"omitnil,min=3"`
		}]("*T omitnil", `0`, "", "", isMin, `properties={f:{type=["integer","null"] format=int64 minimum=3}}`),
		row[struct {
			F *int `json:"f" validate:"required,min=3"`
		}]("*T required", `0`, isRequired, isRequired, isMin, `properties={f:{type=integer format=int64 minimum=3}} required=["f"]`),
		row[struct {
			F *string `json:"f" validate:"required"`
		}]("*string required", `""`, isRequired, isRequired, "", `properties={f:{type=string}} required=["f"]`),
		row[struct {
			F *int `json:"f" validate:"required,nullable,min=3"`
		}]("*T required,nullable", `0`, isRequired, "", isMin, `properties={f:{type=["integer","null"] format=int64 minimum=3}} required=["f"]`),
		row[struct {
			F *point `json:"f"`
		}]("*struct", `{}`, "", "", "", `properties={f:{anyOf=[{$ref=point} {type=null}]}}`),
		row[struct {
			F []int `json:"f" validate:"max=3"`
		}]("[]T where nil passes", `[]`, "", "", "", `properties={f:{type=["array","null"] items={type=integer format=int64} maxItems=3}}`),
		row[struct {
			F []int `json:"f" validate:"omitempty,min=1"`
		}]("[]T omitempty", `[]`, "", "", isMin, `properties={f:{type=["array","null"] items={type=integer format=int64} minItems=1}}`),
		row[struct {
			F []int `json:"f" validate:"min=1"`
		}]("[]T where nil fails", `[]`, isRequired, isRequired, isMin, `properties={f:{type=array items={type=integer format=int64} minItems=1}} required=["f"]`),
		row[struct {
			F []int `json:"f" validate:"required"`
		}]("[]T required", `[]`, isRequired, isRequired, "", `properties={f:{type=array items={type=integer format=int64}}} required=["f"]`),
		row[struct {
			F map[string]int `json:"f" validate:"min=1"`
		}]("map where nil fails", `{}`, isRequired, isRequired, isMin,
			`properties={f:{type=object additionalProperties={type=integer format=int64} minProperties=1}} required=["f"]`),
		row[struct {
			F map[string]int `json:"f"`
		}]("map", `{}`, "", "", "", `properties={f:{type=["object","null"] additionalProperties={type=integer format=int64}}}`),
		row[struct {
			F Opt[int] `json:"f" validate:"min=3"`
		}]("Opt[T]", `0`, "", "", isMin, `properties={f:{type=["integer","null"] format=int64 minimum=3}}`),
		row[struct {
			F Opt[int] `json:"f" validate:"notnull,min=3"`
		}]("Opt[T] notnull", `0`, "", isType, isMin, `properties={f:{type=integer format=int64 minimum=3}}`),
		row[struct {
			F Opt[int] `json:"f" validate:"required,min=3"`
		}]("Opt[T] required", `0`, isRequired, isRequired, isMin, `properties={f:{type=integer format=int64 minimum=3}} required=["f"]`),
		row[struct {
			F Opt[int] `json:"f" validate:"required,nullable,min=3"`
		}]("Opt[T] required,nullable", `0`, isRequired, "", isMin, `properties={f:{type=["integer","null"] format=int64 minimum=3}} required=["f"]`),
		row[struct {
			F Opt[[]int] `json:"f" validate:"notnull"`
		}]("Opt of a slice, notnull", `[]`, "", isType, "", `properties={f:{type=array items={type=integer format=int64}}}`),
		row[struct {
			F any `json:"f"`
		}]("any", `0`, "", "", "", `properties={f:{}}`),
		row[struct {
			F any `json:"f" validate:"required"`
		}]("any required", `0`, isRequired, isRequired, "", `properties={f:{not={type=null}}} required=["f"]`),
		row[struct {
			F json.RawMessage `json:"f"`
		}]("RawMessage", `0`, "", "", "", `properties={f:{}}`),
		row[struct {
			F json.RawMessage `json:"f" validate:"required"`
		}]("RawMessage required", `0`, isRequired, isRequired, "", `properties={f:{not={type=null}}} required=["f"]`),
		row[struct {
			F [2]span `json:"f"`
		}]("array whose zero elements fail", `[{"from":1},{"from":1}]`, isRequired, isRequired, "",
			`properties={f:{type=array items={$ref=span} minItems=2 maxItems=2}} required=["f"]`),
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			for _, c := range []struct{ text, want string }{
				{`{}`, r.absent}, {`{"f":null}`, r.null}, {`{"f":` + r.zero + `}`, r.given},
			} {
				if value, got := r.run(c.text); got != c.want {
					t.Errorf("%s: got %q, want %q (value %s)", c.text, got, c.want, value)
				}
			}
			want := "type=object " + r.want + " additionalProperties=false"
			if got := r.schema(t); got != want {
				t.Errorf("input view:\n got %s\nwant %s", got, want)
			}
		})
	}
}

func TestPresence_optionalValues(t *testing.T) {
	t.Parallel()
	type patch struct {
		Text Opt[string] `json:"text" validate:"notnull,min=1,max=280"`
		N    Opt[int]    `json:"n"`
	}
	for _, c := range []struct {
		text string
		want patch
	}{
		{`{}`, patch{}},
		{`{"n":null}`, patch{N: Null[int]()}},
		{`{"n":0,"text":"a"}`, patch{N: Some(0), Text: Some("a")}},
	} {
		got, verdict := decoded[patch](c.text)
		require.Empty(t, verdict, c.text)
		require.Equal(t, c.want, got, c.text)
	}
}

func TestPresence_blankRequired(t *testing.T) {
	t.Parallel()
	type all struct {
		_ struct{} `validate:"required"`
		A int      `json:"a"`
		B string   `json:"b"`
		C *int     `json:"c"`
		D Opt[int] `json:"d"`
		E int      `json:"e" default:"3"`
		F int      `json:"f,omitempty"`
		G int      `json:"g,omitzero"`
		H int      `json:"h" validate:"omitempty,min=2"`
		I []int    `json:"i"`
	}
	_, got := decoded[all](`{}`)
	if want := "422 body /a required, body /b required, body /i required"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	v, got := decoded[all](`{"a":0,"b":"x","i":[]}`)
	require.Empty(t, got)
	require.Equal(t, 3, v.E)
}

func TestPresence_embeddedPointer(t *testing.T) {
	t.Parallel()
	type Inner struct {
		A string `json:"a" validate:"required"`
		B int    `json:"b" default:"4"`
	}
	type outer struct {
		*Inner
		C int `json:"c"`
	}
	v, got := decoded[outer](`{"c":1}`)
	require.Empty(t, got)
	require.Nil(t, v.Inner, "nothing fills the pointer, and a nil pointer has nothing to satisfy")
	v, got = decoded[outer](`{"a":"x"}`)
	require.Empty(t, got)
	require.Equal(t, &Inner{"x", 4}, v.Inner)
	_, got = decoded[outer](`{"b":1}`)
	require.Equal(t, "422 body /a required", got)
	require.Contains(t, inputSchema[outer](t), `dependentRequired={"b":["a"]}`)
	require.NotContains(t, schemaOf[outer](t, Output), `"a"`, "a nil embedded pointer leaves its members out")
}

func TestPresence_defaultsBelowAbsentStruct(t *testing.T) {
	t.Parallel()
	type inner struct {
		X int `json:"x" default:"5" validate:"min=3"`
	}
	type outer struct {
		In inner `json:"in"`
	}
	_, got := decoded[outer](`{}`)
	require.Equal(t, "422 body /in required", got, "the zero value of inner breaks min=3, and nothing fills its default")
	v, got := decoded[outer](`{"in":{}}`)
	require.Empty(t, got)
	require.Equal(t, 5, v.In.X)
}
