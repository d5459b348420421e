package binding

import (
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"time"
	"unsafe"
)

// AppendBody appends the body of the output at v as JSON. It fails for a value
// that JSON cannot express and for a nil pointer where a body is promised; what it
// has appended by then means nothing.
func (p *Plan) AppendBody(dst []byte, v unsafe.Pointer) ([]byte, error) {
	at := unsafe.Add(v, p.body.offset)
	n := p.body.node
	switch p.body.kind {
	case bodyBytes:
		return append(dst, *(*[]byte)(at)...), nil
	case bodyString:
		return append(dst, *(*string)(at)...), nil
	}
	if (n.kind == kindPointer || n.kind == kindUnion) && *(*unsafe.Pointer)(at) == nil { // the first word of an interface is its type
		return dst, fmt.Errorf("the body is a nil %s", n.typ)
	}
	e := encoder{dst: dst}
	e.value(n, at)
	return e.dst, e.err
}

// AppendJSON appends *v as a response writes it: with the types of s, so that a [Union]
// has its member. v is a pointer, for a union to the interface: the variant in it is a
// struct like any other, and is written without the member.
func (s *Set) AppendJSON(dst []byte, v any) ([]byte, error) {
	if v == nil {
		return append(dst, "null"...), nil
	}
	value, p := valueOf(v)
	r := s.root(value)
	if len(r.problems) > 0 {
		return dst, r.problems
	}
	e := encoder{dst: dst}
	e.value(r.node, p)
	return e.dst, e.err
}

// HasBody reports whether the type has a body at all.
func (p *Plan) HasBody() bool { return p.body != nil }

// MediaType is the Content-Type of the output's body.
func (p *Plan) MediaType() string {
	if p.body == nil || len(p.body.mediaTypes) == 0 {
		return ""
	}
	return p.body.mediaTypes[0]
}

// MediaTypes are all that the body may have; the slice is not to be changed.
func (p *Plan) MediaTypes() []string {
	if p.body == nil {
		return nil
	}
	return p.body.mediaTypes
}

// Status returns the status that the output at v chooses: 0 when it has no field
// for one. A value that is not declared is an error.
func (p *Plan) Status(v unsafe.Pointer) (int, error) {
	if p.status == nil {
		return 0, nil
	}
	chosen := *(*int)(unsafe.Add(v, p.status.offset))
	if chosen == 0 {
		return p.status.statuses[0], nil
	}
	for _, declared := range p.status.statuses {
		if chosen == declared {
			return chosen, nil
		}
	}
	return 0, fmt.Errorf("the status %d is not among the declared ones", chosen)
}

// Headers sets the headers of the output at v. Cookies are handed to cookie: with
// the value of a string field, or the address of a field of Config.CookieType.
// A zero value is not sent; a pointer sends what it points to. With an error, none of
// the headers is there.
func (p *Plan) Headers(h http.Header, v unsafe.Pointer, cookie func(name, value string, c unsafe.Pointer) error) error {
	for i := range p.params {
		q := &p.params[i]
		at := unsafe.Add(v, q.offset)
		if q.cookie != nil {
			if q.cookie.Kind() == reflect.Pointer {
				at = *(*unsafe.Pointer)(at)
			}
			if at == nil {
				continue
			}
			if err := cookie(q.name, "", at); err != nil {
				return p.withdraw(h, i, err)
			}
			continue
		}
		value, ok, err := q.output(at)
		if err != nil {
			return p.withdraw(h, i, fmt.Errorf("%s %s: %w", q.in, q.name, err))
		}
		switch {
		case !ok:
		case q.in == Cookie:
			if err := cookie(q.name, value, nil); err != nil {
				return p.withdraw(h, i, err)
			}
		default:
			h[q.key] = []string{value}
		}
	}
	return nil
}

// withdraw takes back the headers of the first n fields: err is answered by another response.
func (p *Plan) withdraw(h http.Header, n int, err error) error {
	for i := range p.params[:n] {
		if q := &p.params[i]; q.in == Header {
			delete(h, q.key)
		}
	}
	return err
}

// output renders a header or cookie; ok is false when it is not sent.
func (q *param) output(p unsafe.Pointer) (value string, ok bool, err error) {
	n := q.node
	switch n.kind {
	case kindPointer:
		inner := *(*unsafe.Pointer)(p)
		if inner == nil {
			return "", false, nil
		}
		n, p = n.elem, inner
	case kindOpt:
		if !n.present(p) {
			return "", false, nil
		}
		n = n.elem
	default:
		if n.isZero(p) {
			return "", false, nil
		}
	}
	value, err = n.headerText(p)
	if err == nil && strings.ContainsAny(value, "\r\n\x00") {
		err = fmt.Errorf("the value has a line break or NUL")
	}
	return value, err == nil, err
}

// headerText is a value as a header carries it.
func (n *node) headerText(p unsafe.Pointer) (string, error) {
	switch n.kind {
	case kindString:
		if n.secret {
			return redacted, nil
		}
		return *(*string)(p), nil
	case kindTime:
		return (*(*time.Time)(p)).UTC().Format(http.TimeFormat), nil
	case kindDuration:
		return (*(*time.Duration)(p)).String(), nil
	case kindText:
		return marshalText(n.at(p))
	case kindList:
		base, count := n.elements(p)
		parts := make([]string, count)
		for i := range count {
			text, err := n.elem.headerText(unsafe.Add(base, uintptr(i)*n.elem.size))
			if err != nil {
				return "", err
			}
			parts[i] = text
		}
		return strings.Join(parts, ","), nil // the style simple has no blanks (RFC 6570 §3.2.1)
	}
	e := encoder{}
	e.value(n, p)
	return string(e.dst), e.err
}

// Variant returns the tag of the variant that a body of a [Union] type holds at v, or "".
func (p *Plan) Variant(v unsafe.Pointer) string {
	if p.body == nil || p.body.node == nil || p.body.node.kind != kindUnion {
		return ""
	}
	n := p.body.node
	value := n.at(unsafe.Add(v, p.body.offset)).Elem()
	for _, variant := range n.un.variants {
		switch {
		case !value.IsValid():
		case value.Type() == variant.node.typ, variant.ptr && value.Kind() == reflect.Pointer && value.Type().Elem() == variant.node.typ:
			return variant.tag
		}
	}
	return ""
}
