package binding

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// report collects the problems of one value while it is read or checked. It is
// scratch of a decoder or a walker: only what err returns leaves it.
//
// Optimization: the pointers of all problems are one text, and what the order of
// declaration needs lies on one stack; with a string, a list and a sort for each
// problem and object an invalid request took 2.4 times as long.
type report struct {
	path     []step // of the value being read
	found    []finding
	pointers []byte // of all that was found, one after the other
	marks    []mark
	wrongs   int  // problems, those beyond the end of the list too
	shared   bool // Params may be those of the statements themselves
}

// step is one token of a pointer: a name, or an index.
type step struct {
	name  string
	index int // -1 for a name
}

// finding is a problem. Its pointer is a part of report.pointers.
type finding struct {
	FieldError
	says       *statement // what it was made from, or nil
	start, end int
}

// mark says that the problems from an index on are about a field.
type mark struct{ field, start int }

// forget makes r empty and keeps nothing of a value.
func (r *report) forget() {
	clear(r.path[:cap(r.path)])
	clear(r.found)
	clear(r.pointers)
	r.path, r.found, r.pointers, r.marks, r.wrongs = r.path[:0], r.found[:0], r.pointers[:0], r.marks[:0], 0
}

// add notes f at the current path; the pointer of f goes on from there.
func (r *report) add(f FieldError, says *statement) {
	r.wrongs++
	if len(r.found) == MaxFieldErrors {
		return
	}
	start := len(r.pointers)
	r.appendPath()
	r.pointers = append(r.pointers, f.Pointer...)
	r.found = append(r.found, finding{f, says, start, len(r.pointers)})
}

// broken notes that the value at the current path breaks a rule.
func (r *report) broken(in Source, says *statement) {
	r.add(FieldError{In: string(in), Code: says.code, Detail: says.detail}, says)
}

// brokenHere reports whether a problem was found at the current path or below it.
func (r *report) brokenHere() bool {
	start := len(r.pointers)
	r.appendPath()
	path := string(r.pointers[start:])
	r.pointers = r.pointers[:start]
	return r.wrongs > len(r.found) || slices.ContainsFunc(r.found, func(f finding) bool {
		return leadsInto(string(r.pointers[f.start:f.end]), path)
	})
}

// leadsInto reports whether a pointer is path or goes on from there.
func leadsInto(pointer, path string) bool {
	rest, ok := strings.CutPrefix(pointer, path)
	return ok && (rest == "" || rest[0] == '/')
}

// appendPath renders the path as RFC 6901 says.
func (r *report) appendPath() {
	for _, s := range r.path {
		switch {
		case s.index == hidden:
		case s.index >= 0:
			r.pointers = strconv.AppendInt(append(r.pointers, '/'), int64(s.index), 10)
		case needsEscape(s.name):
			r.pointers = append(append(r.pointers, '/'), escapePointer(s.name)...)
		default:
			r.pointers = append(append(r.pointers, '/'), s.name...)
		}
	}
}

// err is what was found as an error that keeps nothing of r.
func (r *report) err() *Error {
	e := &Error{}
	r.appendTo(e)
	return e
}

// appendTo adds what was found to an error.
func (r *report) appendTo(e *Error) {
	e.raise(http.StatusUnprocessableEntity, "")
	room := min(len(r.found), MaxFieldErrors-len(e.Fields))
	e.Fields, e.says = slices.Grow(e.Fields, room), slices.Grow(e.says, room)
	text := string(r.pointers)
	for i := range r.found[:room] {
		f := &r.found[i]
		item := f.FieldError
		item.Pointer = text[f.start:f.end]
		if f.says != nil {
			item.Params = f.says.paramsOf(r.shared)
		}
		e.Fields, e.says = append(e.Fields, item), append(e.says, f.says)
	}
}

// begin is called at the start of an object; sort wants its result.
func (r *report) begin() int { return len(r.marks) }

// mark notes that what was found from start on is about a field, if anything was.
func (r *report) mark(field, start int) {
	if len(r.found) > start {
		r.marks = append(r.marks, mark{field, start})
	}
}

// sort brings the problems of one object, which begin at an index, from the order
// of the text into the order of declaration.
func (r *report) sort(before, order int) {
	marks := r.marks[order:]
	r.marks = r.marks[:order]
	if slices.IsSortedFunc(marks, func(a, b mark) int { return a.field - b.field }) {
		return
	}
	found := slices.Clone(r.found[before:])
	sorted := r.found[:before]
	index := make([]int, len(marks))
	for i := range index {
		index[i] = i
	}
	slices.SortStableFunc(index, func(a, b int) int { return marks[a].field - marks[b].field })
	for _, i := range index {
		end := len(found)
		if i+1 < len(marks) {
			end = marks[i+1].start - before
		}
		sorted = append(sorted, found[marks[i].start-before:end]...)
	}
	r.found = sorted
}
