package wend_test

import (
	"context"
	"io"
	"mime"
	stdmultipart "mime/multipart"
	"strings"
	"testing"
	"time"

	"github.com/wend-go/wend"
)

// FuzzRange: whatever ranges are asked for, the answer is 200, 206 or 416, of pieces of the content that lie within it,
// and not larger than all of it.
func FuzzRange(f *testing.F) {
	const content = "0123456789abcdefghijklmnopqrstuvwxyz"
	for _, seed := range []string{
		"bytes=0-0", "bytes=-5", "bytes=30-", "bytes=0-1,3-4", "bytes=5-1", "bytes=", "bits=0-1", "bytes=0-0,-1", "bytes=99-",
		"bytes=0-9223372036854775807", "bytes=-9223372036854775808", " bytes = 0 - 1 ", "bytes=0-,0-,0-", "bytes=,,,0-0,",
	} {
		f.Add(seed, `"v1"`)
		f.Add(seed, "Thu, 01 Jan 2026 00:00:00 GMT")
	}
	r := quiet()
	wend.Get(r, "/", func(context.Context, none) (wend.Download, error) {
		return wend.Download{
			Content: strings.NewReader(content), ETag: "v1", Modified: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), MediaType: "text/plain",
		}, nil
	})
	f.Fuzz(func(t *testing.T, ranges, condition string) {
		req := requestFor("GET", "/", nil, "")
		req.Header["Range"], req.Header["If-Range"] = []string{ranges}, []string{condition}
		w := answer(r, req)
		switch w.Code {
		case 200:
			if w.Body.String() != content {
				t.Fatalf("%q: half of the content is the whole: %q", ranges, w.Body)
			}
		case 206:
			pieces := []string{w.Body.String()}
			if mediaType, params, _ := mime.ParseMediaType(w.Header().Get("Content-Type")); strings.HasPrefix(mediaType, "multipart/") {
				pieces = partsOf(t, w.Body, params["boundary"])
			}
			total := 0
			for _, piece := range pieces {
				total += len(piece)
				if !strings.Contains(content, piece) {
					t.Fatalf("%q: %q is no piece of the content", ranges, piece)
				}
			}
			if total > len(content) {
				t.Fatalf("%q: %d bytes of %d", ranges, total, len(content))
			}
		case 416:
		default:
			t.Fatalf("%q: status %d", ranges, w.Code)
		}
	})
}

func partsOf(t *testing.T, body io.Reader, boundary string) (all []string) {
	for r := stdmultipart.NewReader(body, boundary); ; {
		part, err := r.NextRawPart()
		if err == io.EOF {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(part)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, string(data))
	}
}

// FuzzDisposition: whatever the name, the field is one that readers understand, with a base name and nothing more.
func FuzzDisposition(f *testing.F) {
	for _, seed := range []string{
		"a.txt", `a";x=".txt`, "a\r\nX: y", "../../etc/passwd", `..\x`, "naïve.txt", "%22.txt", "", ".", "a/", "\x00", "\xff", "ü\u2028", strings.Repeat("x", 300),
	} {
		f.Add(seed, false)
		f.Add(seed, true)
	}
	f.Fuzz(func(t *testing.T, name string, inline bool) {
		r := quiet()
		r.Handle("GET /", wend.HandlerFunc(func(c wend.Context) error {
			return c.Download(wend.Download{Name: name, Inline: inline, Content: strings.NewReader("x")})
		}))
		w := do(r, "GET", "/", "")
		if w.Code != 200 {
			t.Fatalf("%q: status %d", name, w.Code)
		}
		value := w.Header().Get("Content-Disposition")
		if value == "" && inline {
			return
		}
		kind, params, err := mime.ParseMediaType(value)
		if err != nil {
			t.Fatalf("%q: %q: %v", name, value, err)
		}
		if kind != "attachment" && kind != "inline" || len(params) > 1 {
			t.Fatalf("%q: %q says more than a name: %v", name, value, params)
		}
		for _, c := range value {
			if c < ' ' || c > '~' {
				t.Fatalf("%q: %q is not plain", name, value)
			}
		}
		if given := params["filename"]; strings.ContainsAny(given, "/\\\r\n\x00") || given == ".." {
			t.Fatalf("%q: the name %q is a path", name, given)
		}
	})
}

// shout is a codec whose answers can be told from those of JSON.
type shout struct{}

func (shout) MediaTypes() []string                    { return []string{"text/x-shout"} }
func (shout) ToJSON(dst, data []byte) ([]byte, error) { return append(dst, data...), nil }
func (shout) FromJSON(dst, data []byte) ([]byte, error) {
	return append(dst, strings.ToUpper(string(data))...), nil
}

// FuzzAccept: the answer has a form that is there, or is 406; a range that a client refuses is not sent.
func FuzzAccept(f *testing.F) {
	for _, seed := range []string{
		"", "*/*", "application/json", "text/x-shout;q=0.9, application/json;q=0.1", "*/*;q=0", "text/*;q=0, */*", "a/b;q=2", "a/b;q=NaN",
		";;;", ",,,", `text/x-shout;x="a,b"`, "TEXT/X-SHOUT", "application/json;q=0", strings.Repeat("a/b,", 100),
	} {
		f.Add(seed)
	}
	r := quiet(wend.Codec(shout{}))
	wend.Get(r, "/", func(context.Context, none) (note, error) { return note{ID: 1, Text: "x"}, nil })
	f.Fuzz(func(t *testing.T, accept string) {
		req := requestFor("GET", "/", nil, "")
		req.Header["Accept"] = []string{accept}
		w := answer(r, req)
		got := w.Header().Get("Content-Type")
		switch {
		case w.Code == 406:
			if strings.TrimSpace(accept) == "*/*" {
				t.Fatalf("%q is acceptable", accept)
			}
		case w.Code != 200, got != "application/json" && got != "text/x-shout":
			t.Fatalf("%q: status %d, %q", accept, w.Code, got)
		case (got == "text/x-shout") != strings.Contains(w.Body.String(), `"TEXT"`):
			t.Fatalf("%q: %q with %q", accept, got, w.Body)
		case strings.TrimSpace(accept) == got+";q=0":
			t.Fatalf("%q: it is refused, and sent", accept)
		}
	})
}
