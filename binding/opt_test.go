package binding

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"
)

type optNote struct {
	Title Opt[string]         `json:"title,omitzero" validate:"notnull,max=5"`
	Tags  Opt[[]string]       `json:"tags,omitzero"`
	Any   Opt[any]            `json:"any,omitzero"`
	Inner Opt[point]          `json:"inner,omitzero"`
	By    map[string]Opt[int] `json:"by,omitempty"`
}

// A Go client that knows nothing but encoding/json reads what is written here, and
// the reverse.
func TestOpt_encodingJSON(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in   optNote
		text string
	}{
		{optNote{}, `{}`},
		{optNote{Title: Some(""), Tags: Null[[]string]()}, `{"title":"","tags":null}`},
		{
			optNote{Title: Some("<&>"), Tags: Some([]string{"a"}), Any: Some[any](1.5), Inner: Some(point{1, 2})},
			`{"title":"<&>","tags":["a"],"any":1.5,"inner":{"x":1,"y":2}}`,
		},
		{
			optNote{Any: Null[any](), Inner: Null[point](), By: map[string]Opt[int]{"a": Some(0), "b": Null[int]()}},
			`{"any":null,"inner":null,"by":{"a":0,"b":null}}`,
		},
	} {
		ours, err := empty.AppendJSON(nil, c.in)
		require.NoError(t, err)
		if string(ours) != c.text {
			t.Errorf("%+v: wrote %s, want %s", c.in, ours, c.text)
		}
		theirs, err := json.Marshal(c.in)
		require.NoError(t, err)
		require.JSONEq(t, c.text, string(theirs))
		var got optNote
		require.NoError(t, json.Unmarshal(ours, &got), c.text)
		require.Equal(t, c.in, got, c.text)
		got = optNote{}
		require.NoError(t, Decode(theirs, &got), c.text)
		require.Equal(t, c.in, got, c.text)
	}
}

func TestOpt_unmarshalJSON(t *testing.T) {
	t.Parallel()
	o := Some([]int{1, 2})
	require.NoError(t, o.UnmarshalJSON([]byte(`[3]`)))
	require.Equal(t, Some([]int{3}), o)
	require.Error(t, o.UnmarshalJSON([]byte(`"x"`)))
	require.Equal(t, Some([]int{3}), o, "an error leaves it as it was")
	require.NoError(t, o.UnmarshalJSON([]byte(`null`)))
	require.Equal(t, Null[[]int](), o)

	text, err := json.Marshal(Some("<"))
	require.NoError(t, err)
	require.Equal(t, "\"\\u003c\"", string(text), "the outer encoder escapes")
	_, err = json.Marshal(Some(make(chan int)))
	require.Error(t, err)

	require.True(t, Opt[int]{}.IsZero())
	require.False(t, Some(0).IsZero())
	require.False(t, Null[int]().IsZero())
}

// The compiler sees an Opt before it sees a type with JSON of its own.
func TestOpt_compiled(t *testing.T) {
	t.Parallel()
	_, got := decoded[optNote](`{"title":null,"tags":["a","a"],"inner":{"x":1,"y":10,"z":1}}`)
	require.Equal(t, "422 body /title type, body /inner/y max, body /inner/z unknown", got)
	_, got = decoded[optNote](`{"any":{"a":1,"a":2}}`)
	require.Equal(t, "400 body /any/a json", got)
	require.NotContains(t, inputSchema[optNote](t), "x-wend-type")
	type box struct {
		V Opt[span] `json:"v" validate:"required"`
	}
	require.Equal(t, kindOpt, empty.root(typeOf[box]()).node.obj.fields[0].node.kind)
}

type (
	optAlias   = Opt[int]
	optDefined Opt[int]
	optFake    struct {
		Value     int
		Set, Null bool
	}
	optEmbeds struct{ Opt[int] }
)

func (optFake) optional() {}

func TestOpt_recognised(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		typ  reflect.Type
		want bool
	}{
		{typeOf[Opt[int]](), true},
		{typeOf[Opt[[]point]](), true},
		{typeOf[optAlias](), true},
		{typeOf[*Opt[int]](), false},
		{typeOf[optDefined](), false},
		{typeOf[optFake](), false},
		{typeOf[optEmbeds](), false},
		{typeOf[struct{ Opt[int] }](), false},
		{typeOf[struct{ Value, Set, Null bool }](), false},
		{typeOf[any](), false},
	} {
		if got := isOpt(c.typ); got != c.want {
			t.Errorf("%s: got %v, want %v", c.typ, got, c.want)
		}
	}
	require.Contains(t, problemsOf(typeOf[struct {
		Body struct {
			A optEmbeds `json:"a"`
		}
	}](), Config{Method: "POST"}), "whose own JSON form is not stated")
}
