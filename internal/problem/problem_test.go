package problem

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAppend(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		in   Body
		want string
	}{
		{"defaults", Body{Status: 404}, `{"type":"about:blank","title":"Not Found","status":404}`},
		{
			"everything",
			Body{
				Type: "urn:x", Title: `a "b"`, Status: 422, Detail: "d", Code: "c", RequestID: "r",
				Errors: []byte(`[{"in":"body","pointer":""}]`),
				Extra:  []Member{{"more", []byte(`[1]`)}},
			},
			`{"type":"urn:x","title":"a \"b\"","status":422,"detail":"d","code":"c","request_id":"r",` +
				`"errors":[{"in":"body","pointer":""}],"more":[1]}`,
		},
		{"unknown status", Body{Status: 499}, `{"type":"about:blank","status":499}`},
	}
	for _, test := range tests {
		got := Append(nil, test.in)
		require.Equal(t, test.want, string(got), test.name)
		require.True(t, json.Valid(got), test.name)
	}
}

func TestReject(t *testing.T) {
	t.Parallel()
	w := httptest.NewRecorder()
	h := w.Header()
	h.Set("X-Request-Id", "id")
	h.Set("Content-Encoding", "gzip")
	h.Set("Etag", `"x"`)
	shared := http.Header{"Retry-After": {"1"}}
	Reject(w, httptest.NewRequest("GET", "/", nil), Rejection{Status: 429, Code: "slow", Detail: "later", Header: shared})
	require.Equal(t, http.Header{
		"X-Request-Id": {"id"}, "Retry-After": {"1"}, "Content-Type": {"application/problem+json"},
		"X-Content-Type-Options": {"nosniff"}, "Content-Length": {"112"},
	}, h, "what was said about another body is gone")
	require.Equal(t, `{"type":"about:blank","title":"Too Many Requests","status":429,"detail":"later","code":"slow","request_id":"id"}`, w.Body.String())
	w.Header().Add("Retry-After", "2")
	require.Equal(t, []string{"1"}, shared["Retry-After"], "a shared header is copied")

	w = httptest.NewRecorder()
	Reject(w, httptest.NewRequest("HEAD", "/", nil), Rejection{Status: 404})
	require.Empty(t, w.Body.String())
}
