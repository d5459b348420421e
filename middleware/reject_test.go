package middleware

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend/internal/problem"
)

// TestReject_everywhere holds that every rejection is in the application's own format,
// and otherwise a problem that repeats nothing of the request.
func TestReject_everywhere(t *testing.T) {
	t.Parallel()
	full := func() func(http.Handler) http.Handler {
		mw := RateLimit(Rate{PerSecond: 1e-9, Burst: 1})
		serve(mw(text(200, "")), request("GET", "/"))
		return mw
	}()
	late := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	tests := []struct {
		name  string
		mw    func(http.Handler) http.Handler
		lines []string
		want  int
		next  http.Handler
	}{
		{"AllowCharset", AllowCharset("utf-8"), []string{"Content-Type: text/plain; charset=echoed"}, 415, nil},
		{"AllowContentEncoding", AllowContentEncoding(), []string{"Content-Encoding: echoed"}, 415, nil},
		{"AllowContentType", AllowContentType("a/b"), []string{"Content-Type: echoed/x"}, 415, nil},
		{"AllowedHosts", AllowedHosts("a.b"), []string{"Host: echoed"}, 400, nil},
		{"APIKey", APIKey("X-Key", StaticKeys("a")), []string{"X-Key: echoed"}, 401, nil},
		{"BasicAuth", BasicAuth("r", StaticUsers(map[string]string{"a": "b"})), []string{"Authorization: Basic echoed"}, 401, nil},
		{"Bearer", Bearer("r", StaticKeys("a")), []string{"Authorization: Bearer echoed"}, 401, nil},
		{"BodyLimit", BodyLimit(1), nil, 413, nil},
		{"BufferedTimeout", BufferedTimeout(time.Second), nil, 503, late},
		{"CSRF", CSRF(), []string{"Origin: https://echoed"}, 403, nil},
		{"EarlyData", EarlyData(), []string{"Early-Data: echoed"}, 425, nil},
		{"HTTPSRedirect", HTTPSRedirect("a.b"), nil, 400, nil},
		{"Maintenance", Maintenance(func() bool { return true }, 0), nil, 503, nil},
		{"RateLimit", full, nil, 429, nil},
		{"Recover", Recover(quietLogger), nil, 500, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("echoed") })},
		{"StripPrefix", StripPrefix("/other"), nil, 404, nil},
		{"Timeout", Timeout(time.Second), nil, 503, late},
	}
	for _, test := range tests {
		synctest.Test(t, func(t *testing.T) {
			if test.next == nil {
				test.next = text(200, "")
			}
			for _, format := range []problem.Rejecter{nil, own{}} {
				r := httptest.NewRequest("POST", "/", strings.NewReader("body"))
				with := request("POST", "/", test.lines...)
				r.Header, r.Host = with.Header, with.Host
				r.URL.Path = "/echoed\\"
				if format != nil {
					r = r.WithContext(problem.With(context.Background(), format))
				}
				w := serve(test.mw(test.next), r)
				require.Equal(t, test.want, w.Code, test.name)
				require.NotContains(t, w.Body.String(), "echoed", test.name)
				if format != nil {
					require.True(t, strings.HasPrefix(w.Body.String(), "own"), test.name)
					continue
				}
				require.Equal(t, "application/problem+json", w.Header().Get("Content-Type"), test.name)
				require.Contains(t, w.Body.String(), `"status":`+strconv.Itoa(test.want), test.name)
			}
		})
	}
}
