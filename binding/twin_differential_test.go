package binding

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/require"
)

var twinScalars = []reflect.Type{
	typeOf[bool](), typeOf[string](), typeOf[string](), typeOf[int](), typeOf[int8](), typeOf[int32](), typeOf[uint](), typeOf[uint8](), typeOf[uint64](), typeOf[float64](),
}

var twinOpts = []reflect.Type{typeOf[Opt[string]](), typeOf[Opt[int]](), typeOf[Opt[[]int]]()}

// twinType draws a type.
func twinType(r *rand.Rand, depth int) reflect.Type {
	if depth > 0 {
		switch r.IntN(8) {
		case 0:
			return reflect.PointerTo(twinType(r, depth-1))
		case 1, 2:
			if elem := twinType(r, depth-1); elem.Kind() != reflect.Uint8 { // []byte is base64
				return reflect.SliceOf(elem)
			}
		case 3:
			return reflect.MapOf(typeOf[string](), twinType(r, depth-1))
		case 4:
			return twinStruct(r, depth-1)
		}
	}
	return twinScalars[r.IntN(len(twinScalars))]
}

func twinStruct(r *rand.Rand, depth int) reflect.Type {
	fields := make([]reflect.StructField, 1+r.IntN(4))
	for i := range fields {
		name := string(rune('A' + i))
		t := twinType(r, depth)
		if r.IntN(10) == 0 {
			t = twinOpts[r.IntN(len(twinOpts))]
		}
		for { // until the rules fit the type
			tag := fmt.Sprintf(`json:%q validate:%q`, strings.ToLower(name), twinTag(r, 2))
			if k := t.Kind(); r.IntN(6) == 0 && k >= reflect.Int && k <= reflect.Uint64 {
				tag += fmt.Sprintf(" default:\"%d\"", r.IntN(5))
			}
			fields[i] = reflect.StructField{Name: name, Type: t, Tag: reflect.StructTag(tag)}
			if _, problems := NewSet().Output(reflect.StructOf(fields[i:i+1]), Config{}); len(problems) == 0 {
				break
			}
		}
	}
	return reflect.StructOf(fields)
}

func twinTag(r *rand.Rand, dives int) string {
	var rules []string
	for range r.IntN(3) {
		n := r.IntN(6)
		rules = append(rules, []string{
			"required", "omitempty", "notnull", "nullable", "nonzero", "unique", "alpha", "startswith=a", "oneof=a b 1 2", "noneof=a 0 3", "eq=true",
			fmt.Sprint("min=", n), fmt.Sprint("max=", n), fmt.Sprint("gte=", n), fmt.Sprint("lte=", n), fmt.Sprint("gt=", n), fmt.Sprint("lt=", n+1),
			fmt.Sprint("len=", n), fmt.Sprint("eq=", n), fmt.Sprint("ne=", n), fmt.Sprint("multipleof=", n+1),
		}[r.IntN(21)])
	}
	if dives > 0 && r.IntN(3) == 0 {
		rules = append(rules, "dive")
		if inner := twinTag(r, dives-1); inner != "" {
			rules = append(rules, inner)
		}
	}
	return strings.Join(rules, ",")
}

// twinText draws a text for a type: mostly of its kind, near the bounds.
func twinText(r *rand.Rand, t reflect.Type) string {
	switch r.IntN(24) {
	case 0:
		return "null"
	case 1:
		return []string{`""`, "0", "false", "[]", "{}", `"1"`, "1.5", "-1", "300", "1e400", "1.0", `{"zz":1}`}[r.IntN(12)]
	}
	if isOpt(t) {
		t = t.Field(0).Type
	}
	switch t.Kind() {
	case reflect.Bool:
		return fmt.Sprint(r.IntN(2) == 0)
	case reflect.String:
		return []string{`""`, `"a"`, `"b"`, `"ab"`, `"é"`, `"aé😀"`, `"abcd"`, `"abcde"`, `"\u0061bc"`, `"2"`, `"true"`, `"abcdef"`}[r.IntN(12)]
	case reflect.Pointer:
		return twinText(r, t.Elem())
	case reflect.Float64:
		return []string{"0", "1", "2.0", "2.5", "3", "-1", "4.999", "5", "1e0", "6"}[r.IntN(10)]
	case reflect.Slice:
		parts := make([]string, r.IntN(7))
		for i := range parts {
			parts[i] = twinText(r, t.Elem())
		}
		return "[" + strings.Join(parts, ",") + "]"
	case reflect.Map:
		parts := make([]string, r.IntN(7))
		for i := range parts {
			parts[i] = fmt.Sprintf(`"k%d": %s`, i, twinText(r, t.Elem()))
		}
		return "{" + strings.Join(parts, ",") + "}"
	case reflect.Struct:
		var parts []string
		for _, i := range r.Perm(t.NumField()) {
			if f := t.Field(i); r.IntN(8) > 0 {
				parts = append(parts, fmt.Sprintf(`"%s":%s`, f.Tag.Get("json"), twinText(r, f.Type)))
			}
		}
		if r.IntN(20) == 0 {
			parts = append(parts, `"unknown":{}`)
		}
		if r.IntN(2) == 0 {
			slices.Sort(parts)
		}
		return "{" + strings.Join(parts, ",") + "}"
	}
	return fmt.Sprint(r.IntN(10))
}

// planned is what a root says of a text: the value, the items, and how the two checks
// of a value in memory agree about it.
func plannedVerdict(t testing.TB, root *root, text string) (reflect.Value, []string) {
	t.Helper()
	v := reflect.New(root.node.typ)
	err := decodeBody(t.Context(), root.node, []byte(text), v.UnsafePointer(), false, nil)
	var e *Error
	found := []string{}
	if errors.As(err, &e) {
		for _, f := range e.Fields {
			found = append(found, f.Pointer+" "+f.Code)
		}
	}
	slices.Sort(found)
	return v.Elem(), found
}

// agree reports whether a program and a walker have one verdict on a value.
func agree(t testing.TB, n *node, p *program, v reflect.Value) bool {
	t.Helper()
	at := reflect.New(v.Type())
	at.Elem().Set(v)
	w := &walker{ctx: t.Context()}
	w.check(n, unsafe.Pointer(at.Pointer()))
	return p.holds(t.Context(), at.UnsafePointer()) == (len(w.found) == 0)
}

// isFull reports whether found is a full list of what a response tells, and want goes on.
func isFull(found, want []string) bool {
	return len(found) == MaxFieldErrors && len(want) > len(found) &&
		!slices.ContainsFunc(found, func(f string) bool { return !slices.Contains(want, f) })
}

func TestTwin(t *testing.T) {
	t.Parallel()
	seed := uint64(time.Now().UnixNano())
	r := rand.New(rand.NewPCG(seed, 0))
	accepted, types, texts := 0, 150, 100
	for range types {
		typ := twinStruct(r, 3)
		plan := NewSet().root(typ)
		require.Empty(t, plan.problems)
		for range texts {
			text := twinText(r, typ)
			value, want := runTwin(typ, text)
			if text == "null" {
				want = []string{" required"}
			}
			got, found := plannedVerdict(t, plan, text)
			if !slices.Equal(found, want) && !isFull(found, want) {
				t.Fatalf("seed %d: %s\n%s\ngot  %q\nwant %q", seed, typ, text, found, want)
			}
			if !agree(t, plan.node, plan.program(), value) {
				t.Fatalf("seed %d: %s\n%s: the program and the walker disagree on %+v", seed, typ, text, value)
			}
			if len(want) > 0 {
				continue
			}
			accepted++
			if !reflect.DeepEqual(got.Interface(), value.Interface()) {
				t.Fatalf("seed %d: %s\n%s\ngot  %+v\nwant %+v", seed, typ, text, got, value)
			}
			if !agree(t, plan.node, plan.program(), got) || !plan.program().holds(t.Context(), got.Addr().UnsafePointer()) {
				t.Fatalf("seed %d: %s\n%s: what was decoded is not valid", seed, typ, text)
			}
		}
	}
	require.Greater(t, accepted*20, types*texts, "too few texts are accepted")
}
