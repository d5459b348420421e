package binding

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestJoin(t *testing.T) {
	t.Parallel()
	item := func(in, pointer, code string) FieldError { return FieldError{In: in, Pointer: pointer, Code: code} }
	body := &Error{Status: 400, Detail: "cut short", Fields: []FieldError{item("query", "/a", "min"), item("body", "", "json")}}
	require.Nil(t, Join())
	require.Nil(t, Join(nil, nil))
	got := Join(nil, body, nil, &Error{Status: 422, Detail: "x", Fields: []FieldError{
		item("query", "/a", "min"), item("cookie", "/c", "required"), item("path", "/id", "type"),
	}})
	require.Equal(t, &Error{Status: 400, Detail: "cut short", Fields: []FieldError{
		item("path", "/id", "type"), item("query", "/a", "min"), item("cookie", "/c", "required"), item("body", "", "json"),
	}}, got)
	require.Len(t, body.Fields, 2, "what is joined stays as it is")
	many := &Error{Status: 422}
	for i := range MaxFieldErrors {
		many.add(item("query", "/"+itoa(i), "type"))
	}
	require.Len(t, Join(many, body).Fields, MaxFieldErrors)
}
