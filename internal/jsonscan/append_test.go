package jsonscan

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
	"testing"
)

// encode is the oracle: encoding/json without HTML escapes.
func encode(t *testing.T, v any) string {
	t.Helper()
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		t.Fatal(err)
	}
	return string(bytes.TrimSuffix(out.Bytes(), []byte("\n")))
}

// sameFFFD gives ill-formed text one spelling: encoding/json escapes what it puts in
// its place or not, depending on its version.
func sameFFFD(text string) string { return strings.ReplaceAll(text, `\ufffd`, "\uFFFD") }

func TestAppendString(t *testing.T) {
	for in, want := range map[string]string{
		"":                      `""`,
		"plain":                 `"plain"`,
		"<a href='x'>&</a>":     `"<a href='x'>&</a>"`,
		"\"\\/":                 `"\"\\/"`,
		"\b\f\n\r\t":            `"\b\f\n\r\t"`,
		"\x00\x01\x1f\x7f":      "\"\\u0000\\u0001\\u001f\x7f\"",
		"é€😹\uFFFD\uFEFF":       "\"é€😹\uFFFD\uFEFF\"",
		"a\u2028b\u2029c\u202A": "\"a\\u2028b\\u2029c\u202A\"",
		"a\xff\xc3":             `"a\ufffd\ufffd"`,
		"\xed\xa0\x80":          `"\ufffd\ufffd\ufffd"`,
	} {
		if got := string(AppendString(nil, in)); got != want || sameFFFD(got) != sameFFFD(encode(t, in)) {
			t.Errorf("%q: got %s, want %s, encoding/json has %s", in, got, want, encode(t, in))
		}
	}
	if got := string(AppendString([]byte("x:"), "y")); got != `x:"y"` {
		t.Errorf("got %s, want it appended", got)
	}
}

func TestAppendFloat(t *testing.T) {
	for _, f := range []float64{
		0, math.Copysign(0, -1), 1, -1, 1.5, 100, 0.1, 1.0 / 3, 1e20, 1e21, -1e21, 123456789e15, 1e-6, 9.99e-7, 1e-7, 1e-9, 1e-10, 1e-100, 1e100,
		math.MaxFloat64, math.SmallestNonzeroFloat64, math.MaxFloat32, math.SmallestNonzeroFloat32, 9007199254740993, 16777217,
	} {
		if got, want := string(AppendFloat(nil, f, 64)), encode(t, f); got != want {
			t.Errorf("float64 %g: got %s, want %s", f, got, want)
		}
		if math.Abs(f) <= math.MaxFloat32 {
			if got, want := string(AppendFloat(nil, float64(float32(f)), 32)), encode(t, float32(f)); got != want {
				t.Errorf("float32 %g: got %s, want %s", f, got, want)
			}
		}
	}
}

func FuzzAppendString(f *testing.F) {
	for _, seed := range []string{"", "plain", "\"\\\b\f\n\r\t\x00\x1f\x7f", "<&>", "\u2028\u2029", "a\xffb\xc3", "é€😹", "\xed\xa0\x80"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		if got, want := string(AppendString(nil, in)), encode(t, in); sameFFFD(got) != sameFFFD(want) {
			t.Errorf("%q: got %s, want %s", in, got, want)
		}
	})
}

func FuzzAppendFloat(f *testing.F) {
	for _, seed := range []float64{0, 1, -1e21, 1e-7, 1e100, 0.1, math.MaxFloat64} {
		f.Add(math.Float64bits(seed))
	}
	f.Fuzz(func(t *testing.T, bits uint64) {
		v := math.Float64frombits(bits)
		if narrow := math.Float32frombits(uint32(bits)); narrow-narrow == 0 {
			if got, want := string(AppendFloat(nil, float64(narrow), 32)), encode(t, narrow); got != want {
				t.Errorf("float32 %g: got %s, want %s", narrow, got, want)
			}
		}
		if v-v != 0 {
			return // infinite or not a number
		}
		if got, want := string(AppendFloat(nil, v, 64)), encode(t, v); got != want {
			t.Errorf("float64 %g: got %s, want %s", v, got, want)
		}
	})
}

func TestAppend_allocates(t *testing.T) {
	dst := make([]byte, 0, 256)
	if got := testing.AllocsPerRun(100, func() {
		AppendString(dst, "some text\nin two lines, é\xff\u2028")
		AppendFloat(dst, 1e-9, 64)
	}); got != 0 {
		t.Errorf("got %v allocations, want 0", got)
	}
}

func BenchmarkAppendString(b *testing.B) {
	dst := make([]byte, 0, 256)
	for name, text := range map[string]string{
		"short": "Ada Lovelace",
		"long":  "The quick brown fox jumps over the lazy dog, and then it does so again, since once was \"not enough\".",
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				AppendString(dst, text)
			}
		})
	}
}
