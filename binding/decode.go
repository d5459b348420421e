package binding

import (
	"bytes"
	"context"
	"encoding"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
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
	path   []step // of the value being read, in the explain pass
	errs   Error
	syntax *jsonscan.Error
	failed error // of a Validate method, when it is not about the value
}

// step is one token of a pointer: a name, or an index.
type step struct {
	name  string
	index int // -1 for a name
}

// sharedText is the size up to which all strings of a body share one copy of it.
// Beyond it each string is copied by itself, so that one kept string cannot keep
// a large body in memory.
const sharedText = 4 << 10

var decoders = sync.Pool{New: func() any { return new(decoder) }}

// isEmpty reports whether a body is nothing, or null where no null is accepted:
// both mean that there is no value.
func (n *node) isEmpty(data []byte) bool {
	text := bytes.Trim(data, " \t\r\n")
	return len(text) == 0 || !n.hasNull && string(text) == "null"
}

// decodeBody reads data into the zero value at p with both passes as needed.
func decodeBody(ctx context.Context, n *node, data []byte, p unsafe.Pointer, lenient bool) error {
	if n.isEmpty(data) {
		return &Error{
			Status: http.StatusUnprocessableEntity,
			Fields: []FieldError{{In: string(Body), Code: CodeRequired, Detail: "is required"}},
		}
	}
	d := decoders.Get().(*decoder)
	d.ctx, d.lenient, d.explain, d.in = ctx, lenient, false, Body
	ok := d.decode(n, data, p)
	if ok {
		d.release()
		return nil
	}
	if d.failed == nil {
		n.at(p).SetZero()
		d.explain = true
		d.decode(n, data, p)
	}
	err := d.verdict(data)
	d.errs = Error{} // Invariant: the caller owns what it was given
	d.release()
	return err
}

// release returns d to its pool without anything of the request.
func (d *decoder) release() {
	d.Reset(nil)
	path := d.path[:0]
	*d = decoder{Scanner: d.Scanner, path: path}
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
	case len(d.errs.Fields) == 0:
		// Unreachable while both passes are one program; never a success.
		return &Error{Status: http.StatusUnprocessableEntity, Detail: "the body is invalid"}
	}
	return &Error{Status: http.StatusUnprocessableEntity, Fields: d.errs.Fields}
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
	d.path, d.syntax, d.errs = d.path[:0], nil, Error{}
	if len(data) <= sharedText && !d.explain {
		d.text = string(data)
	} else {
		d.text = ""
	}
	ok := d.value(n, p) && d.End()
	if d.explain {
		d.End()
	}
	if d.Failed() {
		d.syntax = d.Err()
		return false
	}
	return ok && len(d.errs.Fields) == 0 && d.failed == nil
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
func (d *decoder) value(n *node, p unsafe.Pointer) bool {
	k := d.Kind()
	if k == 'n' {
		return d.null(n, p)
	}
	var got outcome
	text := ""
	switch n.kind {
	case kindStruct:
		return d.object(n.obj, p, k, "")
	case kindPointer:
		return d.value(n.elem, n.alloc(p))
	case kindOpt:
		*(*bool)(unsafe.Add(p, n.setOffset)) = true
		return d.value(n.elem, p)
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
	case got == wrong || len(n.ops) == 0:
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
	raw, ok := d.Number()
	if !ok {
		return stop
	}
	if !n.number(p, raw) {
		return d.wrongType(n)
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

// rules runs the rules of n on the value at p.
func (d *decoder) rules(n *node, p unsafe.Pointer, text string) bool {
	if n.skipZero && n.isZero(p) {
		return true
	}
	for i := range n.ops {
		if n.ops[i].holds(n, p, text) {
			continue
		}
		if !d.explain {
			return false
		}
		d.add(n.ops[i].says.item(string(d.in), d.pointer()))
	}
	return true
}

// problem notes one problem of the value just read.
func (d *decoder) problem(code, detail string) bool {
	if !d.explain {
		return false
	}
	d.add(FieldError{In: string(d.in), Pointer: d.pointer(), Code: code, Detail: detail})
	return true
}

func (d *decoder) add(f FieldError) {
	if len(d.errs.Fields) < MaxFieldErrors {
		d.errs.Fields = append(d.errs.Fields, f)
	}
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
	case n.hasNull:
		n.at(p).SetZero()
		return true
	case n.required:
		return d.problem(CodeRequired, "is required")
	}
	return d.problem(CodeType, "must not be null")
}

// pointer renders the path as RFC 6901 says.
func (d *decoder) pointer() string {
	var b strings.Builder
	for _, s := range d.path {
		switch {
		case s.index == hidden:
		case s.index >= 0:
			b.WriteString("/" + strconv.Itoa(s.index))
		default:
			b.WriteString("/" + escapePointer(s.name))
		}
	}
	return b.String()
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
	if n.typ == rawType {
		*(*json.RawMessage)(p) = bytes.Clone(raw)
		return read
	}
	if err := json.Unmarshal(raw, reflect.NewAt(n.typ, p).Interface()); err != nil {
		return d.wrongType(n)
	}
	return read
}

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
	if !d.problem("len", "must have exactly "+strconv.Itoa(want)+" items") {
		return stop
	}
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
	if key.IsValid() {
		m.SetMapIndex(key, elem.Elem())
	}
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
	if len(n.ops) > 0 && !d.rules(n, p, name) {
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

// find returns the field of a name as it stands in the text. Clients send members
// in the order of declaration more often than not, so hint is tried first.
func (o *object) find(key []byte, hint int) int {
	if hint < len(o.fields) && o.fields[hint].name == string(key) {
		return hint
	}
	if len(o.fields) <= 8 {
		for i := range o.fields {
			if o.fields[i].name == string(key) {
				return i
			}
		}
		return -1
	}
	if i, ok := o.byName[string(key)]; ok {
		return i
	}
	return -1
}

// presence is the set of members that a text has; the first 64 are a word.
type presence struct {
	low  uint64
	rest []uint64
}

func newPresence(fields int) presence {
	if fields <= 64 {
		return presence{}
	}
	return presence{rest: make([]uint64, (fields-1)/64)}
}

// add reports false when i was there already.
func (s *presence) add(i int) bool {
	word := &s.low
	if i >= 64 {
		word = &s.rest[i/64-1]
	}
	bit := uint64(1) << (i % 64)
	if *word&bit != 0 {
		return false
	}
	*word |= bit
	return true
}

func (s *presence) has(i int) bool {
	if i < 64 {
		return s.low&(1<<i) != 0
	}
	return s.rest[i/64-1]&(1<<(i%64)) != 0
}

// object reads an object into the struct at p. The member named skip belongs to a
// union around it and is read past; "" where there is none.
func (d *decoder) object(o *object, p unsafe.Pointer, k byte, skip string) bool {
	if k != '{' {
		return d.problem(CodeType, "must be an object") && d.Skip()
	}
	before := len(d.errs.Fields)
	var marks []mark
	here, given := newPresence(len(o.fields)), newPresence(len(o.fields))
	names := d.Names()
	hint := 0
	for more := d.EnterObject(); more; more = d.NextKey() {
		key := d.Key
		if d.KeyEscaped {
			key = jsonscan.Unquote(nil, key)
		}
		i := o.find(key, hint)
		marks = d.mark(marks, i, len(o.fields))
		if i < 0 || o.fields[i].readOnly {
			if !d.unknown(o, key, &names, skip) {
				return false
			}
			continue
		}
		hint = i + 1
		f := &o.fields[i]
		if !here.add(i) {
			return d.duplicate()
		}
		if d.Kind() != 'n' {
			given.add(i)
		}
		d.push(f.name, -1)
		if !d.value(f.node, f.address(p, true)) {
			return false
		}
		d.pop()
	}
	if d.Failed() {
		return false
	}
	d.EndNames(names)
	if !d.absent(o, p, &here, &given, &marks) {
		return false
	}
	d.sort(before, marks)
	return d.hook(o, p, before)
}

// mark says that the problems from an index on are about a field.
type mark struct{ field, start int }

// mark notes which field comes next, in the explain pass. A name without a field
// goes behind all of them.
func (d *decoder) mark(marks []mark, field, fields int) []mark {
	if !d.explain {
		return nil
	}
	if field < 0 {
		field = fields
	}
	return append(marks, mark{field, len(d.errs.Fields)})
}

// sort brings the problems of one object, which begin at an index, from the order
// of the text into the order of declaration.
func (d *decoder) sort(before int, marks []mark) {
	if len(d.errs.Fields)-before < 2 {
		return
	}
	found := slices.Clone(d.errs.Fields[before:])
	sorted := d.errs.Fields[:before]
	order := make([]int, len(marks))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return marks[a].field - marks[b].field })
	for _, i := range order {
		end := len(found)
		if i+1 < len(marks) {
			end = marks[i+1].start - before
		}
		sorted = append(sorted, found[marks[i].start-before:end]...)
	}
	d.errs.Fields = sorted
}

// duplicate fails the text at the name just read.
func (d *decoder) duplicate() bool {
	n := d.Names()
	d.AddName(&n)
	return d.AddName(&n) // Invariant: adding a name twice is what fails
}

// unknown handles a name that the struct does not have.
func (d *decoder) unknown(o *object, key []byte, names *jsonscan.Names, skip string) bool {
	known := d.lenient || skip != "" && string(key) == skip
	if !known && !d.explain {
		return false
	}
	if !known {
		d.unknownProblem(o, string(key))
	}
	return d.AddName(names) && d.Skip()
}

func (d *decoder) unknownProblem(o *object, name string) {
	detail := "is not a known field"
	for i := range o.fields {
		if strings.EqualFold(o.fields[i].name, name) && !o.fields[i].readOnly {
			detail += `; names are case-sensitive, write "` + o.fields[i].name + `"`
		}
	}
	if len(name) > 64 {
		d.problem(CodeUnknown, "has a member that is not a known field")
		return
	}
	d.push(name, -1)
	d.problem(CodeUnknown, detail)
	d.pop()
}

// absent fills defaults, reports missing members and runs the rules between
// fields.
func (d *decoder) absent(o *object, p unsafe.Pointer, here, given *presence, marks *[]mark) bool {
	for _, i := range o.fill {
		if !here.has(i) {
			f := &o.fields[i]
			f.def.apply(f.node, f.address(p, true))
		}
	}
	for _, i := range o.must {
		if here.has(i) || o.fields[i].readOnly {
			continue
		}
		*marks = d.mark(*marks, i, 0)
		d.push(o.fields[i].name, -1)
		if !d.problem(CodeRequired, "is required") {
			return false
		}
		d.pop()
	}
	for i := range o.cross {
		f, ok := o.cross[i].holds(o, p, given)
		if ok {
			continue
		}
		*marks = d.mark(*marks, f, 0)
		d.push(o.fields[f].name, -1)
		if !d.explain {
			return false
		}
		d.add(o.cross[i].says.item(string(d.in), d.pointer()))
		d.pop()
	}
	return true
}

// hook runs the type's own Validate when nothing inside the value failed.
func (d *decoder) hook(o *object, p unsafe.Pointer, before int) bool {
	if !o.hook || len(d.errs.Fields) > before || d.ctx == nil {
		return true
	}
	err := callValidate(d.ctx, o.typ, p)
	if err == nil {
		return true
	}
	items := Invalids(err)
	if len(items) == 0 {
		d.failed = err
		return false
	}
	if !d.explain {
		return false
	}
	for _, item := range items {
		item.In, item.Pointer = string(d.in), d.pointer()+item.Pointer
		d.add(item)
	}
	return true
}
