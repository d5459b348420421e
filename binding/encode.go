package binding

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unsafe"

	"github.com/wend-go/wend/internal/jsonscan"
)

// maxEncodeDepth ends the writing of a value that contains itself.
const maxEncodeDepth = 1000

// encoder writes a value as the output view states it: members in the order of
// declaration, map keys sorted, nil slices and maps as [] and {}.
type encoder struct {
	dst   []byte
	depth int
	err   error
	input bool // as a request has it: what only a response has is left out instead
}

func (e *encoder) fail(err error) {
	if e.err == nil {
		e.err = err
	}
}

// value appends the value of n at p.
func (e *encoder) value(n *node, p unsafe.Pointer) {
	if n.quoted {
		e.quoted(n, p)
		return
	}
	switch n.kind {
	case kindString:
		e.text(n, *(*string)(p))
	case kindInt, kindDuration:
		e.dst = strconv.AppendInt(e.dst, loadInt(p, n.bits), 10)
	case kindUint:
		e.dst = strconv.AppendUint(e.dst, loadUint(p, n.bits), 10)
	case kindFloat:
		e.float(n, p)
	case kindBool:
		e.dst = strconv.AppendBool(e.dst, *(*bool)(p))
	case kindStruct:
		e.object(n.obj, p)
	case kindList, kindArray:
		e.list(n, p)
	case kindPointer:
		e.pointer(n, p)
	case kindTime:
		e.time(*(*time.Time)(p))
	default:
		e.rare(n, p)
	}
}

func (e *encoder) text(n *node, text string) {
	if n.secret {
		text = redacted
	}
	e.dst = jsonscan.AppendString(e.dst, text)
}

func (e *encoder) rare(n *node, p unsafe.Pointer) {
	switch n.kind {
	case kindOpt:
		if !n.present(p) {
			e.dst = append(e.dst, "null"...)
			return
		}
		e.value(n.elem, p)
	case kindMap:
		e.mapping(n, p)
	case kindBytes:
		e.dst = append(e.dst, '"')
		e.dst = base64.StdEncoding.AppendEncode(e.dst, n.at(p).Bytes())
		e.dst = append(e.dst, '"')
	case kindText:
		text, err := marshalText(n.at(p))
		if err != nil {
			e.fail(fmt.Errorf("%s: %w", n.typ, err))
		}
		e.dst = jsonscan.AppendString(e.dst, text)
	case kindUnion:
		e.union(n, p)
	case kindAny:
		e.dynamic(n, p)
	default:
		e.foreign(n, p)
	}
}

func (e *encoder) float(n *node, p unsafe.Pointer) {
	f := loadFloat(p, n.bits)
	if math.IsNaN(f) || math.IsInf(f, 0) {
		e.fail(fmt.Errorf("%s is %v, which JSON cannot express", n.typ, f))
		return
	}
	e.dst = jsonscan.AppendFloat(e.dst, f, int(n.bits))
}

func (e *encoder) time(t time.Time) {
	if y := t.Year(); y < 0 || y > 9999 {
		e.fail(fmt.Errorf("time.Time has a year outside of 0 to 9999"))
		return
	}
	if _, offset := t.Zone(); offset <= -24*3600 || offset >= 24*3600 {
		e.fail(fmt.Errorf("time.Time has an offset of 24 hours or more"))
		return
	}
	e.dst = append(e.dst, '"')
	e.dst = t.AppendFormat(e.dst, time.RFC3339Nano)
	e.dst = append(e.dst, '"')
}

// quoted writes a member with json:",string".
func (e *encoder) quoted(n *node, p unsafe.Pointer) {
	plain := *n
	plain.quoted = false
	inner := encoder{depth: e.depth, input: e.input}
	inner.value(&plain, p)
	if inner.err != nil {
		e.fail(inner.err)
	}
	e.dst = jsonscan.AppendString(e.dst, string(inner.dst))
}

func (e *encoder) pointer(n *node, p unsafe.Pointer) {
	inner := *(*unsafe.Pointer)(p)
	if inner == nil {
		e.dst = append(e.dst, "null"...)
		return
	}
	if e.depth++; e.depth > maxEncodeDepth {
		e.fail(fmt.Errorf("%s is nested more than %d deep", n.typ, maxEncodeDepth))
		return
	}
	e.value(n.elem, inner)
	e.depth--
}

func (e *encoder) list(n *node, p unsafe.Pointer) {
	if e.depth++; e.depth > maxEncodeDepth {
		e.fail(fmt.Errorf("%s is nested more than %d deep", n.typ, maxEncodeDepth))
		return
	}
	base, count := n.elements(p)
	e.dst = append(e.dst, '[')
	for i := range count {
		if i > 0 {
			e.dst = append(e.dst, ',')
		}
		e.value(n.elem, unsafe.Add(base, uintptr(i)*n.elem.size))
	}
	e.dst = append(e.dst, ']')
	e.depth--
}

func (e *encoder) object(o *object, p unsafe.Pointer) {
	e.dst = append(e.dst, '{')
	e.members(o, p, "")
	e.dst = append(e.dst, '}')
}

// members appends the members of an object without its braces and without the
// one named skip, which a union around it has written.
func (e *encoder) members(o *object, p unsafe.Pointer, skip string) {
	first := len(e.dst)
	for i := range o.fields {
		f := &o.fields[i]
		if f.writeOnly && !e.input || f.readOnly && e.input || skip != "" && f.name == skip {
			continue
		}
		at := unsafe.Add(p, f.offset)
		if len(f.hops) > 0 {
			if at = f.address(p, false); at == nil {
				continue
			}
		}
		if (f.omitEmpty || f.omitZero || f.node.kind == kindOpt) && f.omitted(at) {
			continue
		}
		key := f.key
		if len(e.dst) == first {
			key = key[1:] // no comma
		}
		e.dst = append(e.dst, key...)
		// Optimization: the two kinds that most members have, without a call for each;
		// a tenth of encoding a small answer.
		switch n := f.node; {
		case n.kind == kindString && !n.quoted:
			e.text(n, *(*string)(at))
		case n.kind == kindInt && !n.quoted:
			e.dst = strconv.AppendInt(e.dst, loadInt(at, n.bits), 10)
		default:
			e.value(n, at)
		}
	}
}

// omitted reports whether a member is left out, as encoding/json defines its two
// options; an Opt that is not set always is.
func (f *field) omitted(p unsafe.Pointer) bool {
	n := f.node
	if n.kind == kindOpt {
		return !*(*bool)(unsafe.Add(p, n.setOffset))
	}
	v := n.at(p)
	if f.omitZero {
		if z, ok := v.Interface().(interface{ IsZero() bool }); ok && !(v.Kind() == reflect.Pointer && v.IsNil()) {
			return z.IsZero()
		}
		if z, ok := v.Addr().Interface().(interface{ IsZero() bool }); ok {
			return z.IsZero()
		}
		if v.IsZero() {
			return true
		}
	}
	if !f.omitEmpty {
		return false
	}
	switch v.Kind() {
	case reflect.Array, reflect.Map, reflect.Slice, reflect.String:
		return v.Len() == 0
	case reflect.Struct:
		return false
	}
	return v.IsZero()
}

func (e *encoder) mapping(n *node, p unsafe.Pointer) {
	if e.depth++; e.depth > maxEncodeDepth {
		e.fail(fmt.Errorf("%s is nested more than %d deep", n.typ, maxEncodeDepth))
		return
	}
	m := n.at(p)
	e.dst = append(e.dst, '{')
	for i, key := range sortedKeys(n, m) {
		if i > 0 {
			e.dst = append(e.dst, ',')
		}
		e.dst = appendKey(e.dst, key.name)
		e.value(n.elem, addressable(m.MapIndex(key.value)))
	}
	e.dst = append(e.dst, '}')
	e.depth--
}

// sortedKeys lists the keys of a map by wire name.
func sortedKeys(n *node, m reflect.Value) []mapKey {
	keys := make([]mapKey, 0, m.Len())
	for _, key := range m.MapKeys() {
		name, err := keyName(n.key, key)
		if err == nil {
			keys = append(keys, mapKey{name, key})
		}
	}
	slices.SortFunc(keys, func(a, b mapKey) int { return strings.Compare(a.name, b.name) })
	return keys
}

// dynamic writes what an any holds as its own type is written, so that a nil slice is [] there
// too. A type that has no wire form here may have one for encoding/json.
func (e *encoder) dynamic(n *node, p unsafe.Pointer) {
	v := n.at(p)
	switch {
	case v.IsNil():
		e.dst = append(e.dst, "null"...)
		return
	case v.Kind() == reflect.Interface:
		if r := n.set.root(v.Elem().Type()); len(r.problems) == 0 {
			e.value(r.node, addressable(v.Elem()))
			return
		}
	}
	e.foreign(n, p)
}

// foreign hands a value to encoding/json.
func (e *encoder) foreign(n *node, p unsafe.Pointer) {
	v := n.at(p)
	var b strings.Builder
	w := json.NewEncoder(&b)
	w.SetEscapeHTML(false)
	if err := w.Encode(v.Addr().Interface()); err != nil {
		e.fail(fmt.Errorf("%s: %w", n.typ, err))
		return
	}
	e.dst = append(e.dst, strings.TrimSuffix(b.String(), "\n")...)
}

// appendKey appends a member name with its colon.
func appendKey(dst []byte, name string) []byte {
	return append(jsonscan.AppendString(dst, name), ':')
}
