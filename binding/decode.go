package binding

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"unsafe"

	"github.com/wend-go/wend/internal/jsonscan"
)

// decoder reads one JSON text into memory, driven by a node: it fills the value
// and runs its rules on the way. The same program runs twice. The fast pass stops
// at the first problem and only knows that there is one. The explain pass runs
// when the fast one has failed, goes on after each problem and collects all.
type decoder struct {
	jsonscan.Scanner
	ctx     context.Context
	explain bool
	lenient bool // AllowUnknownFields
	in      Source

	text   string // a copy of the data that strings share, or ""
	syntax *jsonscan.Error
	failed error // of a Validate method, when it is not about the value

	report
}

// sharedText is the size up to which all strings of a body share one copy of it.
// Beyond it each string is copied by itself, so that one kept string cannot keep
// a large body in memory.
const sharedText = 4 << 10

var decoders = sync.Pool{New: func() any { return new(decoder) }}

// isEmpty reports whether a body is nothing, or null where no null is accepted:
// both mean that there is no value.
func (n *node) isEmpty(data []byte) bool {
	if len(data) > 0 && (data[0] == '{' || data[0] == '[') { // as nearly all begin
		return false
	}
	text := bytes.Trim(data, " \t\r\n")
	return len(text) == 0 || !n.hasNull && string(text) == "null"
}

// decodeBody reads data into the zero value at p with both passes as needed. What it
// finds wrong goes to b, unless b is nil; else it is returned.
func decodeBody(ctx context.Context, n *node, data []byte, p unsafe.Pointer, lenient bool, b *binder) error {
	if n.isEmpty(data) {
		return &Error{
			Status: http.StatusUnprocessableEntity,
			Fields: []FieldError{{In: string(Body), Code: CodeRequired, Detail: "is required"}},
		}
	}
	d := decoders.Get().(*decoder)
	d.ctx, d.lenient, d.explain, d.in, d.shared = ctx, lenient, false, Body, b != nil
	ok := d.decode(n, data, p)
	if ok {
		d.release()
		return nil
	}
	if d.failed == nil {
		n.at(p).SetZero()
		d.explain, d.syntax = true, nil
		d.decode(n, data, p)
	}
	var err error
	if b != nil && d.failed == nil && d.syntax == nil && len(d.found) > 0 {
		d.appendTo(b.problems())
	} else {
		err = d.verdict(data)
	}
	d.release()
	return err
}

// release returns d to its pool without anything of the request.
func (d *decoder) release() {
	d.Reset(nil)
	if d.explain {
		d.report.forget()
	}
	d.ctx, d.text, d.syntax, d.failed = nil, "", nil, nil
	decoders.Put(d)
}

// verdict is the error of a failed decode.
func (d *decoder) verdict(data []byte) error {
	switch {
	case d.failed != nil:
		return d.failed
	case d.syntax != nil:
		line, column := jsonscan.Position(data, d.syntax.Offset)
		e := &Error{Status: http.StatusBadRequest, Detail: "the body is not well-formed JSON"}
		e.Fields = []FieldError{{
			In: string(Body), Pointer: d.syntaxPointer(data), Code: CodeJSON, Detail: syntaxDetail(d.syntax.Reason),
			Params: map[string]any{"reason": d.syntax.Reason, "offset": d.syntax.Offset, "line": line, "column": column},
		}}
		return e
	case len(d.found) == 0:
		// Unreachable while both passes are one program; never a success.
		return &Error{Status: http.StatusUnprocessableEntity, Detail: "the body is invalid"}
	}
	return d.report.err()
}

func (d *decoder) syntaxPointer(data []byte) string {
	if d.syntax.Reason != jsonscan.Duplicate {
		return ""
	}
	return jsonscan.Pointer(data, d.syntax.Offset)
}

func syntaxDetail(reason string) string {
	switch reason {
	case jsonscan.UTF8:
		return "must be valid UTF-8"
	case jsonscan.Duplicate:
		return "must not have the same name twice"
	case jsonscan.Depth:
		return "must not be nested so deeply"
	case jsonscan.Tokens:
		return "must not have so many values"
	}
	return "must be one well-formed JSON value"
}

// decode reads one whole text.
func (d *decoder) decode(n *node, data []byte, p unsafe.Pointer) bool {
	d.Reset(data)
	if len(data) > sharedText {
		d.text = ""
	} else if !d.explain || d.text == "" { // the explain pass shares the copy of the fast one
		d.text = string(data)
	}
	ok := d.value(n, p) && d.End()
	if d.explain {
		d.End()
	}
	if d.Failed() {
		d.syntax = d.Err()
		return false
	}
	return ok && len(d.found) == 0 && d.failed == nil
}

// outcome is how reading one value ended.
type outcome uint8

const (
	stop  outcome = iota // a syntax error, or in the fast pass any problem
	wrong                // a problem was noted: go on after the value
	read                 // the value is in memory; its rules come next
)

// value reads the value of n at p and runs its rules. It returns false when
// reading must stop.
func (d *decoder) value(n *node, p unsafe.Pointer) bool { return d.valueAt(n, p, d.Kind()) }

// valueAt is value where the kind of what comes next is known.
func (d *decoder) valueAt(n *node, p unsafe.Pointer, k byte) bool {
	if k == 'n' {
		return d.null(n, p)
	}
	var got outcome
	text := ""
	switch n.kind {
	case kindStruct:
		return d.object(n.obj, p, k, "")
	case kindPointer:
		return d.valueAt(n.elem, n.alloc(p), k)
	case kindOpt:
		*(*bool)(unsafe.Add(p, n.setOffset)) = true
		return d.valueAt(n.elem, p, k)
	case kindString:
		got = d.stringValue(n, p, k)
	case kindInt:
		got = d.numberValue(n, p, k)
	case kindList:
		got = d.list(n, p, k)
	case kindText:
		text, got = d.ownText(n, p, k)
	default:
		got = d.rare(n, p, k)
	}
	switch {
	case got == stop:
		return false
	case got == wrong || len(n.ops) == 0 && !n.method:
		return true
	}
	return d.rules(n, p, text)
}

// rare reads the less common kinds.
func (d *decoder) rare(n *node, p unsafe.Pointer, k byte) outcome {
	switch n.kind {
	case kindUint, kindFloat, kindDuration:
		return d.numberValue(n, p, k)
	case kindBool:
		return d.bool(n, p, k)
	case kindTime:
		return d.time(n, p, k)
	case kindBytes:
		return d.bytes(n, p, k)
	case kindArray:
		return d.array(n, p, k)
	case kindMap:
		return d.mapping(n, p, k)
	case kindUnion:
		return d.union(n, p, k)
	}
	return d.foreign(n, p)
}

// rules runs the rules of n on the value at p.
func (d *decoder) rules(n *node, p unsafe.Pointer, text string) bool {
	if n.skipZero && n.isZero(p) {
		return true
	}
	for i := range n.ops {
		o := &n.ops[i]
		if n.kind == kindString && o.clearly(*(*string)(p)) || n.kind == kindInt && n.bits == 64 && o.within(*(*int64)(p)) {
			continue
		}
		if o.holds(n, p, text) {
			continue
		}
		if !d.explain {
			return false
		}
		d.broken(d.in, n.ops[i].says)
		if n.ops[i].says.code == CodeRequired {
			break // of a value that is not there nothing more is said
		}
	}
	return !n.method || d.method(n, p)
}

// problem notes one problem of the value just read.
func (d *decoder) problem(code, detail string) bool {
	if !d.explain {
		return false
	}
	d.add(FieldError{In: string(d.in), Code: code, Detail: detail}, nil)
	return true
}

// wrongType notes that the value just read does not fit n.
func (d *decoder) wrongType(n *node) outcome {
	code, detail := n.typeError()
	if !d.problem(code, detail) {
		return stop
	}
	return wrong
}

// mismatch notes that the value is of another type, and reads past it.
func (d *decoder) mismatch(n *node) outcome {
	if d.wrongType(n) == stop || !d.Skip() {
		return stop
	}
	return wrong
}

// null reads null into a place that accepts it.
func (d *decoder) null(n *node, p unsafe.Pointer) bool {
	if !d.Null() {
		return false
	}
	switch {
	case n.kind == kindOpt && n.hasNull:
		*(*bool)(unsafe.Add(p, n.setOffset)) = true
		*(*bool)(unsafe.Add(p, n.nullOffset)) = true
		return true
	case n.hasNull && n.typ == rawType:
		*(*json.RawMessage)(p) = json.RawMessage("null")
		return true
	case n.hasNull:
		n.at(p).SetZero()
		return true
	case n.required:
		return d.problem(CodeRequired, "is required")
	}
	return d.problem(CodeType, "must not be null")
}

func (d *decoder) push(name string, index int) {
	if d.explain {
		d.path = append(d.path, step{name, index})
	}
}

func (d *decoder) pop() {
	if d.explain {
		d.path = d.path[:len(d.path)-1]
	}
}
