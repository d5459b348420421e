package binding

import (
	"reflect"
	"strconv"
	"unsafe"

	"github.com/wend-go/wend/internal/jsonscan"
)

// list reads an array into a slice.
func (d *decoder) list(n *node, p unsafe.Pointer, k byte) outcome {
	if k != '[' {
		return d.mismatch(n)
	}
	i := 0
	for more := d.EnterArray(); more; more = d.NextElem() {
		d.push("", i)
		if !d.value(n.elem, n.grow(p)) {
			return stop
		}
		d.pop()
		i++
	}
	if i == 0 {
		n.empty(p)
	}
	return d.end()
}

// end is the outcome of a container that has been read to its end.
func (d *decoder) end() outcome {
	if d.Failed() {
		return stop
	}
	return read
}

// array reads an array of fixed length.
func (d *decoder) array(n *node, p unsafe.Pointer, k byte) outcome {
	if k != '[' {
		return d.mismatch(n)
	}
	i, want := 0, n.typ.Len()
	for more := d.EnterArray(); more; more = d.NextElem() {
		if i >= want {
			if !d.Skip() {
				return stop
			}
			i++
			continue
		}
		d.push("", i)
		if !d.value(n.elem, unsafe.Add(p, uintptr(i)*n.elem.size)) {
			return stop
		}
		d.pop()
		i++
	}
	if i == want || d.Failed() {
		return d.end()
	}
	if !d.explain {
		return stop
	}
	d.add(FieldError{
		In: string(d.in), Code: "len",
		Detail: "must have exactly " + strconv.Itoa(want) + " items", Params: map[string]any{"len": want},
	}, nil)
	return wrong
}

// mapping reads an object into a map.
func (d *decoder) mapping(n *node, p unsafe.Pointer, k byte) outcome {
	if k != '{' {
		return d.mismatch(n)
	}
	m := reflect.MakeMap(n.typ)
	n.at(p).Set(m)
	names := d.Names()
	for more := d.EnterObject(); more; more = d.NextKey() {
		if !d.AddName(&names) || !d.entry(n, m) {
			return stop
		}
	}
	d.EndNames(names)
	return d.end()
}

// entry reads one value of a map, whose name has just been read.
func (d *decoder) entry(n *node, m reflect.Value) bool {
	name := d.keyText()
	d.push(shortName(name))
	key, ok := d.mapKey(n.key, name)
	if !ok {
		return false
	}
	elem := reflect.New(n.elem.typ)
	if !d.value(n.elem, elem.UnsafePointer()) {
		return false
	}
	d.pop()
	if !key.IsValid() {
		return true
	}
	if n.key.kind != kindString && m.MapIndex(key).IsValid() { // as 0 and -0 are one integer
		d.push(shortName(name))
		if !d.problem(CodeMultiple, "must be given once") {
			return false
		}
		d.pop()
	}
	m.SetMapIndex(key, elem.Elem())
	return true
}

// mapKey reads a key's text; an invalid Value when it is refused in the explain
// pass, which goes on.
func (d *decoder) mapKey(n *node, name string) (reflect.Value, bool) {
	key := reflect.New(n.typ)
	p := key.UnsafePointer()
	ok := true
	switch n.kind {
	case kindString:
		key.Elem().SetString(name)
	case kindText:
		ok = n.unmarshalText(p, name)
	default:
		ok = n.parse(p, name, Path)
	}
	if !ok {
		return reflect.Value{}, d.wrongType(n) == wrong
	}
	if (len(n.ops) > 0 || n.method) && !d.rules(n, p, name) {
		return reflect.Value{}, false
	}
	return key.Elem(), true
}

// keyText is the text of the name just read, in memory of its own.
func (d *decoder) keyText() string {
	if d.KeyEscaped {
		return string(jsonscan.Unquote(nil, d.Key))
	}
	return string(d.Key)
}

// hidden is the index of a step that pointers leave out.
const hidden = -2

// shortName is a name as a pointer may show it: one over 64 bytes is not
// repeated, and what is below it is reported at its parent.
func shortName(name string) (string, int) {
	if len(name) > 64 {
		return "", hidden
	}
	return name, -1
}
