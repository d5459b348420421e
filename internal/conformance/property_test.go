package conformance

import (
	"errors"
	"flag"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend/binding"
)

var (
	pairs = flag.Int("pairs", 50_000, "how many pairs of type and value to judge; before a release 1000000")
	seed  = flag.Uint64("seed", 0, "of the generator; 0 takes the time")
)

// startSeed is what a test's generator begins with, for its log.
func startSeed(t *testing.T) uint64 {
	t.Helper()
	start := *seed
	if start == 0 {
		start = uint64(time.Now().UnixNano())
	}
	t.Logf("seed %d", start)
	return start
}

const valuesPerType = 120

// subject is a type with its two schemas, ready to be judged.
type subject struct {
	typ       reflect.Type
	in, out   map[string]any
	inOracle  *jsonschema.Schema
	outOracle *jsonschema.Schema
	partial   bool // something in it is annotated or opaque: the schema says less than the plan
}

func newSubject(t *testing.T, set *binding.Set, typ reflect.Type) *subject {
	t.Helper()
	wrapper := reflect.StructOf([]reflect.StructField{{Name: "Body", Type: typ, Tag: `body:""`}})
	in, problems := set.Input(wrapper, binding.Config{Method: "POST"})
	require.Empty(t, problems, typ)
	out, problems := set.Output(typ, binding.Config{})
	require.Empty(t, problems, typ)
	s := &subject{typ: typ, in: document(bodySchema(in)), out: document(bodySchema(out))}
	var err error
	s.inOracle, err = oracle(s.in)
	require.NoError(t, err, "%s: %s", typ, text(s.in))
	s.outOracle, err = oracle(s.out)
	require.NoError(t, err, "%s: %s", typ, text(s.out))
	doc := text(s.in)
	s.partial = strings.Contains(doc, `"x-constraints"`) || strings.Contains(doc, `"x-wend-type"`)
	return s
}

func bodySchema(p *binding.Plan) binding.Schema {
	for f := range p.Fields() {
		if f.In == binding.Body {
			return f.Schema
		}
	}
	return nil
}

// verdict is what came of one value.
type verdict struct {
	accepted bool
	problem  string // a difference between plan and oracle, or ""
}

// judge holds plan and oracle against each other on one text.
func (s *subject) judge(set *binding.Set, value string) verdict {
	v := reflect.New(s.typ)
	err := set.Decode([]byte(value), v.Interface())
	var e *binding.Error
	if err != nil && (!errors.As(err, &e) || len(e.Fields) == 0) {
		return verdict{problem: fmt.Sprintf("the plan fails with %v", err)}
	}
	other := judge(s.inOracle, value)
	switch {
	case err == nil && other != nil:
		return verdict{true, fmt.Sprintf("the plan accepts, the schema refuses: %v", other)}
	case err != nil && other == nil && !s.partial:
		return verdict{problem: fmt.Sprintf("the plan refuses, the schema accepts: %v", err)}
	case err != nil:
		return verdict{}
	}
	if set.Validate(v.Interface()) != nil {
		return verdict{accepted: true} // readOnly members are not given, and zero may break their rules
	}
	out, err := set.AppendJSON(nil, v.Elem().Interface())
	if err != nil {
		return verdict{true, fmt.Sprintf("what the plan accepts cannot be written: %v", err)}
	}
	if other := judge(s.outOracle, string(out)); other != nil {
		return verdict{true, fmt.Sprintf("what was written, %s, is not what the output schema says: %v\n%s", out, other, text(s.out))}
	}
	return verdict{accepted: true}
}

// The plan accepts exactly what its schema accepts, and writes what its schema
// says.
func TestProperty(t *testing.T) {
	t.Parallel()
	start := startSeed(t)
	g := newGenerator(start)
	accepted, refused, failures := 0, 0, 0
	for accepted+refused < *pairs {
		set := binding.NewSet() // of its own, so that the plans of all types need not be kept
		s := newSubject(t, set, g.structType(3))
		defs, _ := s.in["$defs"].(map[string]any)
		for range valuesPerType {
			value := g.value(s.in, defs, 0)
			v := s.judge(set, value)
			if v.accepted {
				accepted++
			} else {
				refused++
			}
			if v.problem == "" || known(s, value, v.accepted) {
				continue
			}
			t.Errorf("seed %d\ntype   %s\nvalue  %s\nschema %s\n%s\n", start, s.typ, value, text(s.in), v.problem)
			if failures++; failures == 3 {
				t.FailNow()
			}
		}
	}
	t.Logf("%d accepted, %d refused", accepted, refused)
	if 5*accepted < accepted+refused {
		t.Errorf("only %d of %d values were accepted: the generator proves little", accepted, accepted+refused)
	}
}
