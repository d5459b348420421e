package wendtest

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDump(t *testing.T) {
	t.Parallel()
	h := answers(201, "Content-Type: application/json\nSet-Cookie: sid=hidden; Path=/; HttpOnly\nLocation: /cb?code=hidden&x=1\nX-Api-Key: hidden", `{"id":1,"tags":[]}`)
	c := New(t, h, Cookie("a", "hidden"), Cookie("b", "hidden"), Header("Proxy-Authorization", "hidden"))
	got := c.Post("/notes?token=hidden&q=1&Api%4Bey=hidden&c", note{1, "milk"}, Bearer("hidden")).dump()
	require.Equal(t, `> POST /notes?token=[redacted]&q=1&Api%4Bey=[redacted]&c HTTP/1.1
> Host: example.com
> Authorization: Bearer [redacted]
> Content-Length: 22
> Content-Type: application/json
> Cookie: a=[redacted]; b=[redacted]
> Proxy-Authorization: [redacted]
>
> {
>   "id": 1,
>   "text": "milk"
> }

< HTTP/1.1 201 Created
< Content-Length: 18
< Content-Type: application/json
< Location: /cb?code=[redacted]&x=1
< Set-Cookie: sid=[redacted]; Path=/; HttpOnly
< X-Api-Key: [redacted]
<
< {
<   "id": 1,
<   "tags": []
< }
`, got)
}

func TestDump_bodies(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, header, body, want string
	}{
		{"none", "", "", "< Content-Length: 0\n"},
		{"text", "Content-Type: text/plain", "a\r\nb\n", "<\n< a\n< b\n"},
		{"binary", "Content-Type: image/png", "\x00\xff", "<\n< (2 bytes that are no text)\n"},
		{"broken JSON", "Content-Type: application/json", "{", "<\n< {\n"},
		{"long", "Content-Type: text/plain", strings.Repeat("a", maxShown+3), "a\n< (and 3 bytes)\n"},
	} {
		if got := New(t, answers(200, tt.header, tt.body)).Get("/").dump(); !strings.HasSuffix(got, tt.want) {
			t.Errorf("%s: got %s, want the end %s", tt.name, got, tt.want)
		}
	}
}

func TestDump_states(t *testing.T) {
	t.Parallel()
	flushes := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write([]byte("a"))
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	})
	for _, tt := range []struct {
		name string
		h    http.Handler
		want string
	}{
		{"runs", flushes, "<\n< a\n< (the handler still runs)\n"},
		{"aborted", http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }), "> (a stream)\n\n< (aborted: the handler panicked with http.ErrAbortHandler)\n"},
	} {
		if got := New(t, tt.h).Post("/", strings.NewReader("a")).dump(); !strings.HasSuffix(got, tt.want) {
			t.Errorf("%s: got %s, want the end %s", tt.name, got, tt.want)
		}
	}
}
