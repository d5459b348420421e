package binding

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

type window struct {
	From int `query:"from"`
	To   int `query:"to"`
	Body struct {
		End int `json:"end"`
	}
}

func (w *window) Validate() error {
	if w.To < w.From {
		return Invalid("/query/to", "order", "must not be before from")
	}
	if w.Body.End > w.To {
		return Invalid("/body/end", "order", "must not be after to")
	}
	if w.To == 99 {
		return fmt.Errorf("disk full")
	}
	return nil
}

type grouped struct {
	Span struct {
		window2
		X int `query:"x"`
	}
	Y int `query:"y"`
}

type window2 struct {
	From int `query:"from"`
}

func (w window2) Validate() error {
	if w.From == 13 {
		return Invalid("/query/from", "unlucky", "must not be 13")
	}
	return nil
}

func TestParam_validateMethod(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ target, body, want string }{
		{"/?from=1&to=2", `{}`, ""},
		{"/?from=3&to=2", `{}`, "422 query /to order"},
		{"/?from=3&to=x", `{}`, "422 query /to type"},
		{"/?to=2", `{"end":3}`, "422 body /end order"},
		{"/?to=99", `{}`, "error: disk full"},
	} {
		if _, got := bindRequest[window](t, request(t, "POST", c.target, c.body)); got != c.want {
			t.Errorf("%s %s: got %q, want %q", c.target, c.body, got, c.want)
		}
	}
	_, got := bindRequest[grouped](t, get(t, "/?from=13"))
	require.Equal(t, "422 query /from unlucky", got, "the method of a group, reached through an embedded struct")
}

func TestParam_siblings(t *testing.T) {
	t.Parallel()
	type in struct {
		To    *int   `query:"to" validate:"gtefield=From"`
		From  int    `query:"from" validate:"required_with=To"`
		Mode  string `header:"X-Mode"`
		Code  string `cookie:"code" validate:"required_if=Mode gift"`
		Plain string `query:"plain" validate:"excluded_with=To"`
		Body  point
	}
	for _, c := range []struct{ target, mode, body, want string }{
		{"/", "", `{}`, ""},
		{"/?from=1&to=2", "", `{}`, ""},
		{"/?from=3&to=2", "", `{}`, "422 query /to gtefield"},
		{"/?from=x&to=2", "", `{}`, "422 query /from type"},
		{"/?to=2&plain=", "gift", `{"y":10}`, "422 query /from required, query /plain excluded, cookie /code required, body /y max"},
	} {
		r := request(t, "POST", c.target, c.body)
		if c.mode != "" {
			r.Header.Set("X-Mode", c.mode)
		}
		if _, got := bindRequest[in](t, r); got != c.want {
			t.Errorf("%s: got %q, want %q", c.target, got, c.want)
		}
	}
	plan, problems := NewSet().Input(typeOf[in](), Config{Method: "POST"})
	require.Empty(t, problems)
	require.Equal(t, []map[string]any{
		{"rule": "gtefield", "in": "query", "field": "to", "other": "from"},
		{"rule": "required_with", "in": "query", "field": "from", "required_with": []string{"to"}},
		{"rule": "required_if", "in": "cookie", "field": "code", "required_if": []string{"X-Mode=gift"}},
		{"rule": "excluded_with", "in": "query", "field": "plain", "excluded_with": []string{"to"}},
	}, plan.Constraints())
}
