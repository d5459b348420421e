package wend_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend"
)

// upper is a codec whose form is JSON in upper case behind a bang.
type upper struct{}

func (upper) MediaTypes() []string { return []string{"application/upper", "text/upper"} }

func (upper) ToJSON(dst, body []byte) ([]byte, error) {
	text, ok := strings.CutPrefix(string(body), "!")
	if !ok {
		return dst, errors.New("secret")
	}
	return append(dst, strings.ToLower(text)...), nil
}

func (upper) FromJSON(dst, json []byte) ([]byte, error) {
	return append(append(dst, '!'), strings.ToUpper(string(json))...), nil
}

func TestCodec(t *testing.T) {
	t.Parallel()
	r := quiet(wend.Codec(upper{}))
	type in struct {
		Name string `json:"name" validate:"max=3"`
	}
	wend.Post(r, "/", func(_ context.Context, in in) (in, error) { return in, nil })
	tests := []struct {
		name, sent, body, accept string
		status                   int
		mediaType, answer        string
	}{
		{"JSON by default", "application/json", `{"name":"a"}`, "", 200, "application/json", `{"name":"a"}`},
		{"another form in", "application/upper", `!{"NAME":"A"}`, "", 200, "application/json", `{"name":"a"}`},
		{"another form out", "application/json", `{"name":"a"}`, "text/upper", 200, "text/upper", `!{"NAME":"A"}`},
		{"by quality", "application/json", `{"name":"a"}`, "application/json;q=0.1, application/upper;q=0.5", 200, "application/upper", `!{"NAME":"A"}`},
		{"the most specific range counts", "application/json", `{"name":"a"}`, "*/*, application/json;q=0", 200, "application/upper", `!{"NAME":"A"}`},
		{"a range", "application/json", `{"name":"a"}`, "text/*", 200, "text/upper", `!{"NAME":"A"}`},
		{"nothing acceptable", "application/json", `{"name":"a"}`, "image/png", 406, "", ""},
		{"malformed quality", "application/json", `{"name":"a"}`, "application/json;q=x", 406, "", ""},
		{"rules hold", "application/upper", `!{"NAME":"LONG"}`, "", 422, "", ""},
		{"strictness holds", "application/upper", `!{"NAME":"A","X":1}`, "", 422, "", ""},
		{"malformed", "application/upper", `?`, "", 400, "", ""},
		{"undeclared", "application/xml", `x`, "", 415, "", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			headers := []string{"Content-Type:", "Content-Type: " + test.sent}
			if test.accept != "" {
				headers = append(headers, "Accept: "+test.accept)
			}
			w := do(r, "POST", "/", test.body, headers...)
			require.Equal(t, test.status, w.Code, w.Body.String())
			if test.status != 200 {
				problemOf(t, w)
				require.NotContains(t, w.Body.String(), "secret")
				return
			}
			require.Equal(t, test.mediaType, w.Header().Get("Content-Type"))
			require.Equal(t, test.answer, w.Body.String())
			require.Equal(t, "Accept", w.Header().Get("Vary"))
		})
	}
	one := quiet()
	wend.Get(one, "/", func(context.Context, none) (json.RawMessage, error) { return json.RawMessage(`1`), nil })
	w := do(one, "GET", "/", "", "Accept: image/png")
	require.Equal(t, 200, w.Code, "with one form Accept is not asked")
	require.Empty(t, w.Header().Get("Vary"))
}
