package binding

import (
	"net/http"
	"strings"
	"time"
	"unsafe"

	"github.com/wend-go/wend/internal/format"
	"github.com/wend-go/wend/internal/jsonscan"
)

// parse reads the text of a parameter into the scalar at p: the JSON spelling of
// the stated type and nothing more. It reports false for any other text.
func (n *node) parse(p unsafe.Pointer, text string, from Source) bool {
	switch n.kind {
	case kindString:
		*(*string)(p) = text
		return true
	case kindInt:
		v, ok := jsonscan.ParseDecimal(text, int(n.bits))
		if ok {
			storeInt(p, n.bits, v)
		}
		return ok
	case kindUint:
		v, ok := jsonscan.ParseDecimalUint(text, int(n.bits))
		if ok {
			storeUint(p, n.bits, v)
		}
		return ok
	case kindFloat:
		return jsonscan.IsNumber(text) && n.number(p, []byte(text))
	case kindBool:
		*(*bool)(p) = text == "true" || from == Form && text == "on"
		return *(*bool)(p) || text == "false"
	case kindTime:
		t, ok := parseTime(text)
		if !ok && from == Header {
			t, ok = parseHTTPDate(text)
		}
		*(*time.Time)(p) = t
		return ok
	case kindDuration:
		d, err := time.ParseDuration(text)
		*(*time.Duration)(p) = d
		return err == nil
	case kindText:
		return n.unmarshalText(p, text)
	}
	return false
}

// parseTime reads RFC 3339 as JSON Schema's date-time means it: "t" and "z" in
// either case, no leap second.
func parseTime(text string) (time.Time, bool) {
	if !format.DateTime(text) {
		return time.Time{}, false
	}
	if text[10] == 't' || text[len(text)-1] == 'z' {
		text = strings.ToUpper(text)
	}
	t, err := time.Parse(time.RFC3339Nano, text)
	return t, err == nil
}

// parseHTTPDate reads the three forms of RFC 9110 §5.6.7.
func parseHTTPDate(text string) (time.Time, bool) {
	t, err := http.ParseTime(text)
	return t, err == nil
}

// typeError is the item of a value that does not fit n.
func (n *node) typeError() (code, detail string) {
	if n.quoted {
		return CodeType, "must be a string that holds " + n.article()
	}
	return CodeType, "must be " + n.article()
}

// article names what n accepts.
func (n *node) article() string {
	switch n.kind {
	case kindBool:
		return "true or false"
	case kindInt, kindUint:
		return "an integer" + n.rangeText()
	case kindFloat:
		return "a number"
	case kindString:
		return "a string"
	case kindBytes:
		return "a base64 string"
	case kindTime:
		return "a date and time such as 2006-01-02T15:04:05Z"
	case kindDuration:
		return "a duration"
	case kindList, kindArray:
		return "an array"
	case kindMap, kindStruct, kindUnion:
		return "an object"
	case kindPointer, kindOpt:
		return n.elem.article()
	}
	return "a valid value"
}

func (n *node) rangeText() string {
	if n.kind == kindInt {
		switch n.bits {
		case 8:
			return " from -128 to 127"
		case 16:
			return " from -32768 to 32767"
		case 32:
			return " from -2147483648 to 2147483647"
		}
		return ""
	}
	switch n.bits {
	case 8:
		return " from 0 to 255"
	case 16:
		return " from 0 to 65535"
	case 32:
		return " from 0 to 4294967295"
	}
	return ", at least 0"
}
