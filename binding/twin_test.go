package binding

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// The twin decodes and validates by reflection, from the tags and the specification
// alone: no plan, no address, no second pass, no speed. It knows the kinds and the rules
// that the generator of twin_differential_test.go draws.

// twin collects what is wrong as "pointer code".
type twin struct {
	found []string
	zero  bool // of a struct that is not there: nothing fills its defaults
}

// twinRules are the rules of one level.
type twinRules struct {
	names, params []string
	dive          *twinRules
}

func parseTwin(tag string) *twinRules {
	r := &twinRules{}
	before, after, dives := strings.Cut(tag, "dive")
	if dives {
		r.dive = parseTwin(strings.TrimPrefix(after, ","))
	}
	for rule := range strings.SplitSeq(before, ",") {
		if rule != "" {
			name, param, _ := strings.Cut(rule, "=")
			r.names, r.params = append(r.names, name), append(r.params, param)
		}
	}
	return r
}

func (r *twinRules) has(names ...string) bool {
	return r != nil && slices.ContainsFunc(r.names, func(n string) bool { return slices.Contains(names, n) })
}

// inner are the rules behind a pointer or an Opt, which answers for presence.
func (r *twinRules) inner() *twinRules {
	if r == nil {
		return nil
	}
	rest := &twinRules{dive: r.dive}
	for i, name := range r.names {
		if name != "required" && name != "omitempty" && name != "nullable" && name != "notnull" {
			rest.names, rest.params = append(rest.names, name), append(rest.params, r.params[i])
		}
	}
	return rest
}

func (w *twin) add(at, code string) { w.found = append(w.found, at+" "+code) }

// run returns the value that a text stands for and what is wrong with it, sorted.
func runTwin(t reflect.Type, text string) (reflect.Value, []string) {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var in any
	if err := d.Decode(&in); err != nil {
		return reflect.Value{}, []string{" json"}
	}
	v := reflect.New(t).Elem()
	w := &twin{}
	w.value(v, in, nil, "")
	slices.Sort(w.found)
	return v, w.found
}

// object reads the members of a struct.
func (w *twin) object(v reflect.Value, in map[string]any, at string) {
	rest := maps.Clone(in)
	for i := range v.NumField() {
		f := v.Type().Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		inner, present := rest[name]
		delete(rest, name)
		w.member(v.Field(i), f.Tag, inner, present, at+"/"+name)
	}
	for name := range rest {
		w.add(at+"/"+name, "unknown")
	}
}

func (w *twin) member(v reflect.Value, tag reflect.StructTag, in any, present bool, at string) {
	rules := parseTwin(tag.Get("validate"))
	def, hasDefault := tag.Lookup("default")
	switch {
	case present:
		required := rules.has("required") || !hasDefault && !zeroTwin(v.Type(), rules)
		w.nullable(v, in, rules, required, !required, at)
	case hasDefault && !w.zero:
		_ = json.Unmarshal([]byte(def), v.Addr().Interface())
	case rules.has("required"), !zeroTwin(v.Type(), rules):
		w.add(at, "required")
	}
}

// zeroTwin reports whether an absent value passes.
func zeroTwin(t reflect.Type, rules *twinRules) bool {
	if t.Kind() == reflect.Pointer || isOpt(t) {
		return true
	}
	w := &twin{zero: true}
	if t.Kind() == reflect.Struct {
		w.object(reflect.New(t).Elem(), nil, "")
		return len(w.found) == 0
	}
	w.rules(reflect.New(t).Elem(), rules, "")
	return len(w.found) == 0
}

// nullable reads what may be null; nilPasses is about a list or a map.
func (w *twin) nullable(v reflect.Value, in any, rules *twinRules, required, nilPasses bool, at string) {
	t := v.Type()
	switch {
	case in != nil && isOpt(t):
		v.FieldByName("Set").SetBool(true)
		w.value(v.FieldByName("Value"), in, rules.inner(), at)
	case in != nil:
		w.value(v, in, rules, at)
	case isOpt(t) && rules.has("notnull") && !rules.has("required"):
		w.add(at, "type")
	case isOpt(t) && (!rules.has("required") || rules.has("nullable")):
		v.FieldByName("Set").SetBool(true)
		v.FieldByName("Null").SetBool(true)
	case t.Kind() == reflect.Pointer && (!rules.has("required") || rules.has("nullable")):
	case (t.Kind() == reflect.Slice || t.Kind() == reflect.Map) && nilPasses:
	case required:
		w.add(at, "required")
	default:
		w.add(at, "type")
	}
}

// value reads a value that is not null.
func (w *twin) value(v reflect.Value, in any, rules *twinRules, at string) {
	if !w.kind(v, in, rules, at) {
		w.add(at, "type")
		return
	}
	if k := v.Kind(); k != reflect.Pointer && k != reflect.Struct {
		w.rules(v, rules, at)
	}
}

func (w *twin) kind(v reflect.Value, in any, rules *twinRules, at string) (ok bool) {
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		w.nullable(v.Elem(), in, rules.inner(), false, false, at)
		return true
	case reflect.Bool:
		b, ok := in.(bool)
		v.SetBool(b)
		return ok
	case reflect.String:
		s, ok := in.(string)
		v.SetString(s)
		return ok
	case reflect.Float64:
		n, ok := in.(json.Number)
		f, err := strconv.ParseFloat(string(n), 64)
		v.SetFloat(f)
		return ok && err == nil
	case reflect.Slice:
		list, ok := in.([]any)
		if !ok {
			return false
		}
		v.Set(reflect.MakeSlice(v.Type(), len(list), len(list)))
		for i := range list {
			w.element(v.Index(i), list[i], rules, fmt.Sprint(at, "/", i))
		}
		return true
	case reflect.Map:
		entries, ok := in.(map[string]any)
		if !ok {
			return false
		}
		v.Set(reflect.MakeMap(v.Type()))
		for key, inner := range entries {
			elem := reflect.New(v.Type().Elem()).Elem()
			w.element(elem, inner, rules, at+"/"+key)
			v.SetMapIndex(reflect.ValueOf(key), elem)
		}
		return true
	case reflect.Struct:
		members, ok := in.(map[string]any)
		if ok {
			w.object(v, members, at)
		}
		return ok
	}
	return setInteger(v, in)
}

func (w *twin) element(v reflect.Value, in any, rules *twinRules, at string) {
	var dive *twinRules
	if rules != nil {
		dive = rules.dive
	}
	required := dive.has("required")
	w.nullable(v, in, dive, required, !required && zeroTwin(v.Type(), dive), at)
}

func setInteger(v reflect.Value, in any) bool {
	n, ok := in.(json.Number)
	r, valid := new(big.Rat).SetString(string(n))
	if !ok || !valid || !r.IsInt() {
		return false
	}
	i := r.Num()
	if v.CanInt() {
		if !i.IsInt64() || v.OverflowInt(i.Int64()) {
			return false
		}
		v.SetInt(i.Int64())
		return true
	}
	if !i.IsUint64() || v.OverflowUint(i.Uint64()) {
		return false
	}
	v.SetUint(i.Uint64())
	return true
}

// rules runs the rules of one level on a value.
func (w *twin) rules(v reflect.Value, rules *twinRules, at string) {
	if rules == nil || rules.has("omitempty") && (v.IsZero() || nilable(v.Type()) && v.IsNil()) {
		return
	}
	if rules.has("required") && v.Kind() == reflect.String && v.Len() == 0 && !rules.has("min", "gte", "gt", "len") {
		w.add(at, "required")
		return
	}
	for i, name := range rules.names {
		code := name
		switch name {
		case "required", "omitempty", "notnull", "nullable":
			continue
		case "gte":
			code = "min"
		case "lte":
			code = "max"
		}
		if !twinHolds(v, name, rules.params[i]) {
			w.add(at, code)
		}
	}
}

func twinHolds(v reflect.Value, name, param string) bool {
	switch name {
	case "nonzero":
		return !v.IsZero() && (!nilable(v.Type()) || v.Len() > 0)
	case "unique":
		for i := range v.Len() {
			for j := range i {
				if reflect.DeepEqual(v.Index(i).Interface(), v.Index(j).Interface()) {
					return false
				}
			}
		}
		return true
	case "oneof", "noneof":
		return slices.Contains(strings.Fields(param), fmt.Sprint(v.Interface())) == (name == "oneof")
	case "alpha":
		return v.Len() > 0 && strings.Trim(v.String(), "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
	case "startswith":
		return strings.HasPrefix(v.String(), param)
	}
	measure := new(big.Rat)
	switch {
	case v.Kind() == reflect.String && name != "eq" && name != "ne":
		measure.SetInt64(int64(utf8.RuneCountInString(v.String())))
	case v.Kind() == reflect.String:
		return (v.String() == param) == (name == "eq")
	case v.Kind() == reflect.Bool:
		return (fmt.Sprint(v.Bool()) == param) == (name == "eq")
	case nilable(v.Type()):
		measure.SetInt64(int64(v.Len()))
	default:
		measure.SetString(fmt.Sprint(v.Interface()))
	}
	bound, _ := new(big.Rat).SetString(param)
	switch order := measure.Cmp(bound); name {
	case "min", "gte":
		return order >= 0
	case "max", "lte":
		return order <= 0
	case "gt":
		return order > 0
	case "lt":
		return order < 0
	case "len", "eq":
		return order == 0
	case "ne":
		return order != 0
	}
	return new(big.Rat).Quo(measure, bound).IsInt() // multipleof
}
