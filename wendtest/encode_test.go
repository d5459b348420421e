package wendtest

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"github.com/wend-go/wend/binding"
)

type patch struct {
	Title binding.Opt[string] `json:"title"`
	Inner struct {
		N binding.Opt[int] `json:"n"`
	} `json:"inner"`
}

type shared struct {
	ID     int    `json:"id" jsonschema:"title=Number,readOnly"`
	Secret string `json:"secret" jsonschema:"writeOnly"`
}

type node struct{ Next *node }

func TestEncodeJSON(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		in   any
		want string
	}{
		{"opt absent", patch{}, `{"inner":{}}`},
		{"opt null", patch{Title: binding.Null[string]()}, `{"title":null,"inner":{}}`},
		{"opt value", &patch{Title: binding.Some("<a>")}, `{"title":"<a>","inner":{}}`},
		{"opt in containers", map[string]any{"a": []binding.Opt[int]{binding.Some(1), {}}}, `{"a":[1,null]}`},
		{"views", []shared{{1, "s"}}, `[{"secret":"s"}]`},
		{"views in a map", map[int]*shared{2: {1, "s"}, 1: nil}, `{"1":null,"2":{"secret":"s"}}`},
	} {
		got, err := encodeJSON(reflect.ValueOf(tt.in), 0)
		if string(got) != tt.want || err != nil {
			t.Errorf("%s: got %s, %v, want %s", tt.name, got, err, tt.want)
		}
	}
	loop := &node{}
	loop.Next = loop
	if _, err := encodeJSON(reflect.ValueOf(loop), 0); err == nil {
		t.Error("a value that contains itself is encoded")
	}
}

// onPointer writes itself, but only where it has an address.
type onPointer struct{ n int }

func (p *onPointer) MarshalText() ([]byte, error) { return []byte{'a' + byte(p.n)}, nil }

type onValue struct{}

func (onValue) MarshalJSON() ([]byte, error) { return []byte(`"own"`), nil }

// Where a type says nothing that only an endpoint knows, encoding/json is the oracle.
func TestEncodeJSON_likeEncodingJSON(t *testing.T) {
	t.Parallel()
	type deep struct {
		ID   string `json:"id"`
		More int
	}
	type options struct {
		deep
		*base

		A  int        `json:"a,omitempty"`
		B  []int      `json:"b,omitempty"`
		C  time.Time  `json:"c,omitzero"`
		D  time.Time  `json:"d,omitempty"`
		E  int        `json:"e,string"`
		F  string     `json:"f,string"`
		G  *int       `json:"g,string"`
		H  any        `json:"-"`
		J  onValue    `json:"j,omitzero"`
		K  onPointer  `json:"k"`
		L  *onPointer `json:"l"`
		M  [2]byte    `json:"m"`
		N  []byte     `json:"n"`
		O  []onValue  `json:"o"`
		P  map[label]int
		Q  json.RawMessage
		R  bool `json:"r,omitempty"`
		S  float64
		ID int `json:"id"`
	}
	one := 1
	full := options{
		base: &base{ID: 9}, deep: deep{"x", 1}, A: 1, B: []int{1}, C: time.Unix(0, 0).UTC(), E: 1, F: "a", G: &one,
		H: 1, K: onPointer{1}, L: &onPointer{2}, M: [2]byte{1, 2}, N: []byte("n"), O: []onValue{{}},
		P: map[label]int{"b": 1, "a": 2}, Q: json.RawMessage(`{"z":1}`), R: true, S: 1e30, ID: 5,
	}
	for _, v := range []any{options{}, &options{}, full, &full, []any{full, nil, &one}, map[int]any{2: "<", 1: 1.5}, "a", 1, nil, []byte("a"), [0]int{}} {
		got, err := encodeJSON(reflect.ValueOf(v), 0)
		want, wantErr := marshal(v)
		if string(got) != string(want) || err != nil || wantErr != nil {
			t.Errorf("%+v:\n got %s, %v\nwant %s, %v", v, got, err, want, wantErr)
		}
	}
}
