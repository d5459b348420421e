package conformance

import (
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend/internal/format"
)

// oracle compiles a document; it fails for one that is not valid under the
// 2020-12 meta-schema.
func oracle(doc map[string]any) (*jsonschema.Schema, error) {
	text, err := json.Marshal(doc)
	if err != nil {
		return nil, err
	}
	parsed, err := jsonschema.UnmarshalJSON(strings.NewReader(string(text)))
	if err != nil {
		return nil, err
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	for _, f := range formats() {
		c.RegisterFormat(f)
	}
	if err := c.AddResource("mem:///schema", parsed); err != nil {
		return nil, err
	}
	return c.Compile("mem:///schema")
}

// formats are ours: those of internal/format, which pass the official test suite,
// and the ranges of numbers.
func formats() []*jsonschema.Format {
	var all []*jsonschema.Format
	for _, f := range format.All() {
		if f.Schema != "" && (f.Pattern == "" || f.Schema == "date-time") {
			all = append(all, &jsonschema.Format{Name: f.Schema, Validate: func(v any) error {
				if s, ok := v.(string); ok && !f.Check(s) {
					return fmt.Errorf("no %s", f.Schema)
				}
				return nil
			}})
		}
	}
	inRange := func(name string, holds func(*big.Rat) bool) {
		all = append(all, &jsonschema.Format{Name: name, Validate: func(v any) error {
			if r := number(v); r != nil && !holds(r) {
				return fmt.Errorf("no %s", name)
			}
			return nil
		}})
	}
	within := func(low, high *big.Int) func(*big.Rat) bool {
		return func(r *big.Rat) bool {
			return r.Cmp(new(big.Rat).SetInt(low)) >= 0 && r.Cmp(new(big.Rat).SetInt(high)) <= 0
		}
	}
	inRange("int64", within(big.NewInt(math.MinInt64), big.NewInt(math.MaxInt64)))
	inRange("uint64", within(big.NewInt(0), new(big.Int).SetUint64(math.MaxUint64)))
	inRange("double", func(r *big.Rat) bool { f, _ := r.Float64(); return !math.IsInf(f, 0) })
	inRange("float", func(r *big.Rat) bool { f, _ := r.Float32(); return !math.IsInf(float64(f), 0) })
	return all
}

func number(v any) *big.Rat {
	n, ok := v.(json.Number)
	if !ok {
		return nil
	}
	r, ok := new(big.Rat).SetString(n.String())
	if !ok {
		return nil
	}
	return r
}

// judge is the oracle's verdict about a JSON text.
func judge(s *jsonschema.Schema, text string) error {
	v, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		return err
	}
	return s.Validate(v)
}

func TestOracle(t *testing.T) {
	t.Parallel()
	s, err := oracle(map[string]any{"type": "integer", "format": "int64", "not": map[string]any{"const": 3}})
	require.NoError(t, err)
	require.NoError(t, judge(s, "9223372036854775807"))
	require.Error(t, judge(s, "9223372036854775808"))
	require.Error(t, judge(s, "3.0"))
	require.Error(t, judge(s, strconv.Quote("3")))
	_, err = oracle(map[string]any{"minLength": "3"})
	require.Error(t, err, "the meta-schema refuses it")
	s, err = oracle(map[string]any{"format": "date-time"})
	require.NoError(t, err)
	require.Error(t, judge(s, `"2026-01-02"`))
}
