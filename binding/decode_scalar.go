package binding

import (
	"bytes"
	"encoding"
	"encoding/base64"
	"encoding/json"
	"reflect"
	"strings"
	"time"
	"unsafe"

	"github.com/wend-go/wend/internal/jsonscan"
)

func (d *decoder) stringValue(n *node, p unsafe.Pointer, k byte) outcome {
	if n.quoted {
		return d.quoted(n, p, k)
	}
	if k != '"' {
		return d.mismatch(n)
	}
	if !d.string((*string)(p)) {
		return stop
	}
	return read
}

func (d *decoder) numberValue(n *node, p unsafe.Pointer, k byte) outcome {
	if n.quoted {
		return d.quoted(n, p, k)
	}
	if k != '0' {
		return d.mismatch(n)
	}
	if n.kind == kindInt {
		if v, ok := d.Int(); ok {
			if v<<(64-n.bits)>>(64-n.bits) != v {
				return d.wrongType(n)
			}
			storeInt(p, n.bits, v)
			return read
		}
	}
	raw, ok := d.Number()
	if !ok {
		return stop
	}
	if !n.number(p, raw) {
		return d.wrongType(n)
	}
	if n.wide != nil && n.passes(p) { // else the rounded value says what is wrong
		sent, _ := jsonscan.ParseFloat(raw, 64)
		if !d.rules(n.wide, unsafe.Pointer(&sent), "") {
			return stop
		}
	}
	return read
}

func (d *decoder) bool(n *node, p unsafe.Pointer, k byte) outcome {
	if n.quoted {
		return d.quoted(n, p, k)
	}
	if k != 't' && k != 'f' {
		return d.mismatch(n)
	}
	v, ok := d.Bool()
	if !ok {
		return stop
	}
	*(*bool)(p) = v
	return read
}

func (d *decoder) time(n *node, p unsafe.Pointer, k byte) outcome {
	var text string
	if k != '"' {
		return d.mismatch(n)
	}
	if !d.string(&text) {
		return stop
	}
	t, ok := parseTime(text)
	if !ok {
		return d.wrongType(n)
	}
	*(*time.Time)(p) = t
	return read
}

func (d *decoder) bytes(n *node, p unsafe.Pointer, k byte) outcome {
	var text string
	if k != '"' {
		return d.mismatch(n)
	}
	if !d.string(&text) {
		return stop
	}
	b, err := base64.StdEncoding.DecodeString(text)
	if err != nil || strings.ContainsAny(text, "\r\n") {
		return d.wrongType(n)
	}
	n.at(p).SetBytes(append([]byte{}, b...))
	return read
}

// string reads a JSON string.
func (d *decoder) string(dst *string) bool {
	raw, escaped, ok := d.String()
	if !ok {
		return false
	}
	switch {
	case escaped:
		*dst = string(jsonscan.Unquote(nil, raw))
	case d.text != "":
		end := d.Pos - 1 // the closing quote
		*dst = d.text[end-len(raw) : end]
	default:
		*dst = string(raw)
	}
	return true
}

// number stores the number raw; false when it is outside the kind.
func (n *node) number(p unsafe.Pointer, raw []byte) bool {
	switch n.kind {
	case kindUint:
		v, ok := jsonscan.ParseUint(raw, int(n.bits))
		if ok {
			storeUint(p, n.bits, v)
		}
		return ok
	case kindFloat:
		v, ok := jsonscan.ParseFloat(raw, int(n.bits))
		storeFloat(p, n.bits, v)
		return ok
	}
	v, ok := jsonscan.ParseInt(raw, int(n.bits))
	storeInt(p, n.bits, v)
	return ok
}

// quoted reads a member with json:",string": the JSON of the value in a string.
func (d *decoder) quoted(n *node, p unsafe.Pointer, k byte) outcome {
	var text string
	if k != '"' {
		return d.mismatch(n)
	}
	if !d.string(&text) {
		return stop
	}
	ok := false
	switch n.kind {
	case kindBool:
		*(*bool)(p), ok = text == "true", text == "true" || text == "false"
	case kindString:
		ok = json.Unmarshal([]byte(text), (*string)(p)) == nil
	default:
		ok = jsonscan.IsNumber(text) && n.number(p, []byte(text))
	}
	if !ok {
		return d.wrongType(n)
	}
	return read
}

// ownText reads a type that unmarshals itself from text.
func (d *decoder) ownText(n *node, p unsafe.Pointer, k byte) (text string, got outcome) {
	if k != '"' {
		return "", d.mismatch(n)
	}
	if !d.string(&text) {
		return "", stop
	}
	if !n.unmarshalText(p, text) {
		return "", d.wrongType(n)
	}
	return text, read
}

func (n *node) unmarshalText(p unsafe.Pointer, text string) bool {
	u, ok := reflect.NewAt(n.typ, p).Interface().(encoding.TextUnmarshaler)
	return ok && u.UnmarshalText([]byte(text)) == nil
}

// foreign hands a value to encoding/json after the scanner has checked it.
func (d *decoder) foreign(n *node, p unsafe.Pointer) outcome {
	raw, ok := d.SkipRaw()
	if !ok {
		return stop
	}
	switch {
	case n.typ == rawType:
		*(*json.RawMessage)(p) = bytes.Clone(raw)
		return read
	case n.typ == numberType && raw[0] == '"': // encoding/json takes a number in quotes, too
		return d.wrongType(n)
	}
	if err := json.Unmarshal(raw, reflect.NewAt(n.typ, p).Interface()); err != nil {
		return d.wrongType(n)
	}
	return read
}
