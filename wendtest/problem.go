package wendtest

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/internal/problem"
)

// Problem checks that the response is a problem (RFC 9457) of a status: in the status
// line, in the body, and by its media type. Each item is one of the body's errors, all of
// them and in their order, as "in pointer code":
//
//	Problem(422, "query /limit min", "body /lines/1/qty required")
//
// For a pointer to the whole body, write "body code". Without items the errors are not
// looked at.
func (r *Response) Problem(status int, items ...string) *Response {
	r.t.Helper()
	r.Status(status)
	body := r.body()
	if m := r.mediaType(); m != problem.MediaType {
		r.fail("the media type is %q, want %q", m, problem.MediaType)
	}
	var p wend.Problem
	if err := json.Unmarshal(body, &p); err != nil {
		r.fail("the body is no problem: %v", err)
	}
	if p.Status != status {
		r.fail("the problem's own status is %d, want %d", p.Status, status)
	}
	if len(items) == 0 {
		return r
	}
	var got, want []string
	for _, e := range p.Errors {
		got = append(got, words(e.In+" "+e.Pointer+" "+e.Code))
	}
	for _, item := range items {
		want = append(want, words(item))
	}
	if !slices.Equal(got, want) {
		r.fail("the errors are\n\t%s\nwant\n\t%s", list(got), list(want))
	}
	return r
}

// words brings an item into the form with single spaces.
func words(s string) string { return strings.Join(strings.Fields(s), " ") }

func list(items []string) string {
	if len(items) == 0 {
		return "none"
	}
	return strings.Join(items, "\n\t")
}
