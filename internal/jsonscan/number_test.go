package jsonscan

import (
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
	"testing"
)

func TestParseInt(t *testing.T) {
	for _, c := range []struct {
		in   string
		bits int
		want int64
		ok   bool
	}{
		{"0", 8, 0, true},
		{"-0", 8, 0, true},
		{"0.0", 8, 0, true},
		{"-0.000e5", 8, 0, true},
		{"0e999999999", 64, 0, true},
		{"0e-999999999", 64, 0, true},
		{"0.000e99999999999999999999999999999", 64, 0, true},
		{"7", 8, 7, true},
		{"1.0", 8, 1, true},
		{"1e2", 8, 100, true},
		{"1E+2", 8, 100, true},
		{"100e-2", 8, 1, true},
		{"1.20e1", 8, 12, true},
		{"-1.5e1", 8, -15, true},
		{"12.500e+1", 8, 125, true},
		{"0.00127e5", 8, 127, true},
		{"0.00128e5", 8, 0, false},
		{"-0.00128e5", 8, -128, true},
		{"100200300.0", 32, 100200300, true},
		{"1.5", 64, 0, false},
		{"15e-1", 64, 0, false},
		{"1e-1", 64, 0, false},
		{"1e-999999999", 64, 0, false},
		{"0." + strings.Repeat("0", 1000) + "1e1001", 64, 1, true},
		{"1" + strings.Repeat("0", 1000) + "e-1000", 64, 1, true},
		{"1" + strings.Repeat("0", 1000) + "e-1001", 64, 0, false},
		{"1." + strings.Repeat("0", 1000), 64, 1, true},
		{"1." + strings.Repeat("0", 1000) + "1", 64, 0, false},
		{"127", 8, 127, true},
		{"128", 8, 0, false},
		{"-128", 8, -128, true},
		{"-129", 8, 0, false},
		{"300", 8, 0, false},
		{"32767", 16, 32767, true},
		{"32768", 16, 0, false},
		{"2147483647", 32, math.MaxInt32, true},
		{"-2147483648", 32, math.MinInt32, true},
		{"2147483648", 32, 0, false},
		{"9007199254740993", 64, 9007199254740993, true},
		{"9007199254740993.0", 64, 9007199254740993, true},
		{"9223372036854775807", 64, math.MaxInt64, true},
		{"922337203685477580.7e1", 64, math.MaxInt64, true},
		{"9223372036854775808", 64, 0, false},
		{"-9223372036854775808", 64, math.MinInt64, true},
		{"-9.223372036854775808e18", 64, math.MinInt64, true},
		{"-9223372036854775809", 64, 0, false},
		{"18446744073709551616", 64, 0, false},
		{"18446744073709551616.0", 64, 0, false},
		{"18446744073709551617", 64, 0, false},
		{"1e18", 64, 1e18, true},
		{"1e19", 64, 0, false},
		{"1e400", 64, 0, false},
		{"1e999999999", 64, 0, false},
		{"1e" + strings.Repeat("9", 1000), 64, 0, false},
		{"-1e-" + strings.Repeat("9", 1000), 64, 0, false},
		{strings.Repeat("9", 1000), 64, 0, false},
		{"1" + strings.Repeat("0", 20), 64, 0, false},
	} {
		if got, ok := ParseInt([]byte(c.in), c.bits); got != c.want || ok != c.ok {
			t.Errorf("%.40q, %d bits: got %d, %t, want %d, %t", c.in, c.bits, got, ok, c.want, c.ok)
		}
	}
}

func TestParseUint(t *testing.T) {
	for _, c := range []struct {
		in   string
		bits int
		want uint64
		ok   bool
	}{
		{"0", 8, 0, true},
		{"-0", 8, 0, true},
		{"-0.0e7", 8, 0, true},
		{"-1", 64, 0, false},
		{"-1e-400", 64, 0, false},
		{"255", 8, 255, true},
		{"2.55e2", 8, 255, true},
		{"256", 8, 0, false},
		{"65535", 16, 65535, true},
		{"65536", 16, 0, false},
		{"4294967295", 32, math.MaxUint32, true},
		{"4294967296", 32, 0, false},
		{"18446744073709551615", 64, math.MaxUint64, true},
		{"1844674407370955161.5e1", 64, math.MaxUint64, true},
		{"1844674407370955161.6e1", 64, 0, false},
		{"18446744073709551616", 64, 0, false},
		{"1e19", 64, 1e19, true},
		{"1e20", 64, 0, false},
		{"1e400", 64, 0, false},
	} {
		if got, ok := ParseUint([]byte(c.in), c.bits); got != c.want || ok != c.ok {
			t.Errorf("%q, %d bits: got %d, %t, want %d, %t", c.in, c.bits, got, ok, c.want, c.ok)
		}
	}
}

func TestParseFloat(t *testing.T) {
	for _, c := range []struct {
		in   string
		bits int
		want float64
		ok   bool
	}{
		{"0", 64, 0, true},
		{"1.5", 64, 1.5, true},
		{"-2.5e3", 32, -2500, true},
		{"1e308", 64, 1e308, true},
		{"1e-400", 64, 0, true},
		{"1e309", 64, math.Inf(1), false},
		{"-1e400", 64, math.Inf(-1), false},
		{"1e39", 64, 1e39, true},
		{"1e39", 32, math.Inf(1), false},
	} {
		if got, ok := ParseFloat([]byte(c.in), c.bits); got != c.want || ok != c.ok {
			t.Errorf("%q, %d bits: got %g, %t, want %g, %t", c.in, c.bits, got, ok, c.want, c.ok)
		}
	}
}

func TestParseDecimal(t *testing.T) {
	for _, c := range []struct {
		in            string
		bits          int
		asInt, asUint string // "" where refused
	}{
		{"0", 8, "0", "0"},
		{"-0", 8, "0", "0"},
		{"7", 8, "7", "7"},
		{"-7", 8, "-7", ""},
		{"127", 8, "127", "127"},
		{"128", 8, "", "128"},
		{"-128", 8, "-128", ""},
		{"-129", 8, "", ""},
		{"255", 8, "", "255"},
		{"256", 8, "", ""},
		{"9223372036854775807", 64, "9223372036854775807", "9223372036854775807"},
		{"9223372036854775808", 64, "", "9223372036854775808"},
		{"-9223372036854775808", 64, "-9223372036854775808", ""},
		{"18446744073709551615", 64, "", "18446744073709551615"},
		{"18446744073709551616", 64, "", ""},
		{"28446744073709551616", 64, "", ""},
		{"", 64, "", ""},
		{"-", 64, "", ""},
		{"--1", 64, "", ""},
		{"+5", 64, "", ""},
		{"007", 64, "", ""},
		{"00", 64, "", ""},
		{"-01", 64, "", ""},
		{"5.0", 64, "", ""},
		{"1e3", 64, "", ""},
		{"0x1f", 64, "", ""},
		{"1_000", 64, "", ""},
		{" 1", 64, "", ""},
		{"1 ", 64, "", ""},
		{"1\n", 64, "", ""},
		{"١", 64, "", ""},
		{"/", 64, "", ""},
		{":", 64, "", ""},
	} {
		asInt, asUint := "", ""
		if value, ok := ParseDecimal(c.in, c.bits); ok {
			asInt = strconv.FormatInt(value, 10)
		}
		if value, ok := ParseDecimalUint(c.in, c.bits); ok {
			asUint = strconv.FormatUint(value, 10)
		}
		if asInt != c.asInt || asUint != c.asUint {
			t.Errorf("%q, %d bits: got int %q and uint %q, want %q and %q", c.in, c.bits, asInt, asUint, c.asInt, c.asUint)
		}
	}
}

func TestIsNumber(t *testing.T) {
	for in, want := range map[string]bool{
		"0": true, "-0": true, "10": true, "1.5": true, "1e5": true, "-1.5E-5": true, "1e+5": true,
		"": false, "-": false, ".5": false, "1.": false, "01": false, "+1": false, "1e": false, "NaN": false, "Inf": false,
		"1_000": false, "0x1p-2": false, " 1": false, "1 ": false, "1\n": false, "1e5.5": false,
	} {
		if got := IsNumber(in); got != want {
			t.Errorf("%q: got %t, want %t", in, got, want)
		}
	}
}

// The oracle is exact arithmetic on rationals.
func FuzzParseInt(f *testing.F) {
	for _, seed := range []string{"0", "-1.0", "1e2", "100e-2", "922337203685477580.7e1", "1.5", "12345678901234567890", "0.001e30", "1e99"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		if !IsNumber(in) {
			return
		}
		if i := strings.IndexAny(in, "eE"); i >= 0 && len(in)-i > 5 {
			return // rationals have no short cut for huge exponents
		}
		exact, ok := new(big.Rat).SetString(in)
		if !ok {
			t.Fatalf("%q: the oracle does not read it", in)
		}
		for _, bits := range []int{8, 16, 32, 64} {
			got, gotOK := ParseInt([]byte(in), bits)
			want := exact.IsInt() && exact.Num().IsInt64() && exact.Num().Int64()<<(64-bits)>>(64-bits) == exact.Num().Int64()
			if gotOK != want || want && got != exact.Num().Int64() {
				t.Errorf("%q, int%d: got %d, %t, want %v, %t", in, bits, got, gotOK, exact, want)
			}
			unsigned, gotOK := ParseUint([]byte(in), bits)
			want = exact.IsInt() && exact.Num().IsUint64() && exact.Num().Uint64()<<(64-bits)>>(64-bits) == exact.Num().Uint64()
			if gotOK != want || want && unsigned != exact.Num().Uint64() {
				t.Errorf("%q, uint%d: got %d, %t, want %v, %t", in, bits, unsigned, gotOK, exact, want)
			}
		}
	})
}

// The oracle is strconv, for the texts that it writes itself.
func FuzzParseDecimal(f *testing.F) {
	for _, seed := range []string{"0", "-0", "-5", "+5", "007", "300", "9223372036854775808", "1_0", "0x1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		canonical := in
		if in == "-0" {
			canonical = "0"
		}
		for _, bits := range []int{8, 16, 32, 64} {
			want, err := strconv.ParseInt(in, 10, bits)
			wantOK := err == nil && fmt.Sprint(want) == canonical
			if got, ok := ParseDecimal(in, bits); ok != wantOK || ok && got != want {
				t.Errorf("%q, int%d: got %d, %t, want %d, %t", in, bits, got, ok, want, wantOK)
			}
			unsigned, err := strconv.ParseUint(canonical, 10, bits)
			wantOK = err == nil && fmt.Sprint(unsigned) == canonical
			if got, ok := ParseDecimalUint(in, bits); ok != wantOK || ok && got != unsigned {
				t.Errorf("%q, uint%d: got %d, %t, want %d, %t", in, bits, got, ok, unsigned, wantOK)
			}
		}
	})
}

func TestParse_allocates(t *testing.T) {
	ints, floats := []byte("-12.5e1"), []byte("-179769.31348623157e-120")
	if got := testing.AllocsPerRun(100, func() {
		ParseInt(ints, 64)
		ParseFloat(floats, 64)
		ParseDecimal("-123456", 32)
	}); got != 0 {
		t.Errorf("got %v allocations, want 0", got)
	}
}
