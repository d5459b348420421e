package conformance

import (
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"unsafe"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend/binding"
)

// paramField makes a query parameter; alone it compiles.
func (g *generator) paramField(i int) reflect.StructField {
	for {
		t := pick(g, scalars)
		switch g.IntN(6) {
		case 0:
			t = reflect.PointerTo(t)
		case 1, 2:
			t = reflect.SliceOf(t)
		case 3:
			t = pick(g, others)
		}
		var rules []string
		if g.IntN(3) == 0 {
			rules = append(rules, pick(g, []string{"required", "omitempty"}))
		}
		rules = append(rules, g.valueRules(t)...)
		tag := fmt.Sprintf(`query:"q%d%s"`, i, pick(g, []string{"", "", ",csv"}))
		if len(rules) > 0 {
			tag += fmt.Sprintf(" validate:%q", strings.Join(rules, ","))
		}
		if g.IntN(8) == 0 {
			tag += pick(g, []string{` default:"1"`, ` default:"abc"`, ` default:"true"`})
		}
		f := reflect.StructField{Name: fmt.Sprintf("F%d", i), Type: t, Tag: reflect.StructTag(tag)}
		if _, problems := binding.NewSet().Input(reflect.StructOf([]reflect.StructField{f}), binding.Config{Method: "GET"}); len(problems) == 0 {
			return f
		}
	}
}

// reference reads parameters by what the document says about them alone.
type reference struct {
	binding.Field

	doc    map[string]any
	oracle *jsonschema.Schema
	omit   bool // an empty text is no text: the one thing that the schema cannot say
}

var (
	integerText = regexp.MustCompile(`^-?(0|[1-9][0-9]*)$`)
	numberText  = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$`)
)

// single turns a text into the JSON value that it spells.
func (r *reference) single(g *generator, s map[string]any, t string) (value string, ok bool) {
	defs, _ := r.doc["$defs"].(map[string]any)
	if ref, isRef := s["$ref"].(string); isRef {
		s = defs[strings.TrimPrefix(ref, "#/$defs/")].(map[string]any)
	}
	if list, isAny := s["anyOf"].([]any); isAny && s["type"] == nil {
		s = list[len(list)-1].(map[string]any)
		return r.single(g, s, t)
	}
	switch s["type"] {
	case "integer":
		return t, integerText.MatchString(t)
	case "number":
		return t, numberText.MatchString(t)
	case "boolean":
		return t, t == "true" || t == "false"
	}
	return text(t), true
}

// accepts judges the texts of one parameter.
func (r *reference) accepts(g *generator, texts []string) bool {
	isList := r.doc["type"] == "array"
	if !isList && r.omit && len(texts) == 1 && texts[0] == "" {
		texts = nil
	}
	switch {
	case len(texts) == 0:
		return !r.Required
	case isList:
		items, _ := r.doc["items"].(map[string]any)
		if !r.Explode { // each text is a list
			texts = strings.FieldsFunc(strings.Join(texts, ","), func(c rune) bool { return c == ',' })
		}
		parts := make([]string, len(texts))
		for i, t := range texts {
			value, ok := r.single(g, items, t)
			if !ok {
				return false
			}
			parts[i] = value
		}
		return judge(r.oracle, "["+strings.Join(parts, ",")+"]") == nil
	case len(texts) > 1:
		return false
	}
	value, ok := r.single(g, r.doc, texts[0])
	return ok && judge(r.oracle, value) == nil
}

// isText reports whether an empty text is a value of a type.
func isText(t reflect.Type) bool {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if value, ok := optValue(t); ok {
		return isText(value)
	}
	return t.Kind() == reflect.String || t == reflect.TypeFor[netip.Addr]()
}

// texts makes what a client might send for a parameter.
func (r *reference) texts(g *generator) []string {
	defs, _ := r.doc["$defs"].(map[string]any)
	s := r.doc
	count := 1
	if s["type"] == "array" {
		low, _ := s["minItems"].(int64)
		count = min(int(low)+g.IntN(3), 6)
		s, _ = s["items"].(map[string]any)
	}
	switch g.IntN(15) {
	case 0:
		count = 0
	case 1:
		count = 2
	}
	all := make([]string, 0, count)
	for range count {
		value := g.value(s, defs, 5)
		if plain, ok := strings.CutPrefix(value, `"`); ok {
			value = strings.TrimSuffix(plain, `"`)
		}
		if g.IntN(15) == 0 {
			value = pick(g, []string{"", "007", "+1", "1.0", "1e3", " 1", "yes", "NaN", "0x1", "true"})
		}
		if strings.ContainsAny(value, `,\"`) {
			value = "x" // of a list without explode, a comma would be no text
		}
		all = append(all, value)
	}
	if !r.Explode && len(all) == 1 && all[0] == "" && r.doc["type"] == "array" {
		return []string{"a"}
	}
	return all
}

// What a plan reads from a query is what its parameter's schema says about the
// value that the text spells.
func TestProperty_parameters(t *testing.T) {
	t.Parallel()
	start := startSeed(t)
	g := newGenerator(start)
	accepted, refused, failures := 0, 0, 0
	for accepted+refused < *pairs/5 {
		typ := reflect.StructOf([]reflect.StructField{g.paramField(0)})
		set := binding.NewSet()
		plan, problems := set.Input(typ, binding.Config{Method: "GET"})
		require.Empty(t, problems)
		var r reference
		for f := range plan.Fields() {
			r = reference{Field: f, doc: document(f.Schema), omit: strings.Contains(string(typ.Field(0).Tag), "omitempty")}
		}
		var err error
		r.oracle, err = oracle(r.doc)
		require.NoError(t, err, typ)
		r.omit = r.omit && !isText(typ.Field(0).Type)
		doc := text(r.doc)
		partial := strings.Contains(doc, "x-constraints") || strings.Contains(doc, "x-wend-type") || strings.Contains(doc, "a duration")
		for range valuesPerType {
			texts := r.texts(g)
			query := url.Values{"q0": texts}.Encode()
			if !r.Explode {
				query = strings.ReplaceAll(query, "%2C", ",")
			}
			req, err := http.NewRequest(http.MethodGet, "/?"+query, nil)
			require.NoError(t, err)
			v := reflect.New(typ)
			err = plan.Bind(&binding.Incoming{Request: req}, unsafe.Pointer(v.Pointer()))
			var e *binding.Error
			if err != nil {
				require.True(t, errors.As(err, &e) && len(e.Fields) > 0, "%s: %v", query, err)
				refused++
			} else {
				accepted++
			}
			want := r.accepts(g, texts)
			if want == (err == nil) || partial && want || known(&subject{typ: typ}, query, err == nil) {
				continue
			}
			t.Errorf("seed %d\ntype   %s\nquery  %s\nschema %s required %v\nplan %v, reference %v", start, typ, query, doc, r.Required, err, want)
			if failures++; failures == 3 {
				t.FailNow()
			}
		}
	}
	t.Logf("%d accepted, %d refused", accepted, refused)
	if 5*accepted < accepted+refused {
		t.Errorf("only %d of %d texts were accepted: the generator proves little", accepted, accepted+refused)
	}
}
