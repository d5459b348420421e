package conformance

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend/binding"
	"github.com/wend-go/wend/internal/schema"
)

// The validator that wendtest/contract stands on says what the independent one says.
func TestProperty_schema(t *testing.T) {
	t.Parallel()
	start := startSeed(t)
	accepted, refused := 0, 0
	g := newGenerator(start)
	g.Rand = rand.New(rand.NewPCG(start, 2))
	set := binding.NewSet()
	for accepted+refused < *pairs/5 {
		typ := g.structType(3)
		plan, problems := set.Output(typ, binding.Config{})
		require.Empty(t, problems)
		var doc map[string]any
		for f := range plan.Fields() {
			doc = document(f.Schema)
		}
		theirs, err := oracle(doc)
		require.NoError(t, err, typ)
		read, err := schema.Parse([]byte(text(doc)))
		require.NoError(t, err)
		ours, err := read.At("")
		require.NoError(t, err, text(doc))
		defs, _ := doc["$defs"].(map[string]any)
		for range valuesPerType {
			value := g.value(doc, defs, 0)
			v, err := schema.Decode([]byte(value))
			require.NoError(t, err)
			wrong := ours.Validate(v)
			if err := judge(theirs, value); (err == nil) != (len(wrong) == 0) {
				t.Fatalf("seed %d\nschema %s\nvalue  %s\nours   %v\ntheirs %v", start, text(doc), value, wrong, err)
			}
			if len(wrong) == 0 {
				accepted++
			} else {
				refused++
			}
		}
	}
	t.Logf("%d accepted, %d refused", accepted, refused)
	require.Greater(t, 10*accepted, accepted+refused, "the generator proves little")
	require.Greater(t, 10*refused, accepted+refused, "the generator proves little")
}
