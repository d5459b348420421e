package jsonscan

import (
	"bytes"
	"strconv"
	"strings"
)

// The reasons of an [Error].
const (
	Syntax    = "syntax"    // not RFC 8259's grammar, or more than one value
	UTF8      = "utf8"      // ill-formed UTF-8, or a surrogate escape without its partner
	Duplicate = "duplicate" // two equal names in one object
	Depth     = "depth"     // nested too deeply
	Tokens    = "tokens"    // too many names and values
)

// Error says why a text was refused.
type Error struct {
	Reason string // Syntax, UTF8, Duplicate, Depth or Tokens
	Offset int    // bytes before the one that is wrong; of a duplicate: before the quote of the second name
}

// Error gives the reason and the offset; it shows nothing of the text.
func (e *Error) Error() string {
	return "json: " + e.Reason + " at offset " + strconv.Itoa(e.Offset)
}

// Position turns an offset into a line and a column, both from 1. The column
// counts bytes, as a compiler's does.
func Position(data []byte, offset int) (line, column int) {
	before := data[:min(offset, len(data))]
	return bytes.Count(before, []byte{'\n'}) + 1, len(before) - bytes.LastIndexByte(before, '\n')
}

// maxPointerName is the longest name, in bytes, that a pointer repeats.
const maxPointerName = 64

// Pointer returns the JSON pointer (RFC 6901) of the member, element or value
// that the offset of an [Error] lies in. A name over 64 bytes ends the pointer at its
// parent. It reads the text again from the beginning, so nothing has to be kept
// while reading; the text before offset must be what a Scanner accepted.
func Pointer(data []byte, offset int) string {
	type frame struct {
		name  []byte // raw, without quotes; nil before the first
		index int
		array bool
	}
	var path []frame
	wantName := false
	for i := 0; i <= offset && i < len(data); i++ {
		top := len(path) - 1
		if i == offset && !(wantName && data[i] == '"') { // a duplicate's own name counts, nothing else
			break
		}
		switch data[i] {
		case '{', '[':
			path = append(path, frame{array: data[i] == '['})
			wantName = data[i] == '{'
		case '}', ']':
			if top >= 0 {
				path = path[:top]
			}
			wantName = false
		case ',':
			if top >= 0 {
				path[top].index++
				path[top].name = nil
				wantName = !path[top].array
			}
		case '"':
			end := i + 1 + stringEnd(data[i+1:])
			if wantName && (end < offset || i == offset) {
				path[top].name = data[i+1 : end]
			}
			wantName = false
			i = end
		}
	}
	var out strings.Builder
	for _, f := range path {
		if f.array {
			out.WriteString("/" + strconv.Itoa(f.index))
			continue
		}
		if f.name == nil {
			break
		}
		name := Unquote(nil, f.name)
		if len(name) > maxPointerName {
			break
		}
		out.WriteString("/" + escapePointer.Replace(string(name)))
	}
	return out.String()
}

var escapePointer = strings.NewReplacer("~", "~0", "/", "~1")

// stringEnd returns the index of the closing quote, or the length.
func stringEnd(data []byte) int {
	for i := 0; i < len(data); i++ {
		switch data[i] {
		case '"':
			return i
		case '\\':
			i++
		}
	}
	return len(data)
}
