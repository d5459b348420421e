package wendtest

import (
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// handlers is what can happen to a response, each by a handler.
var handlers = []struct {
	name string
	f    http.HandlerFunc
}{
	{"nothing", func(http.ResponseWriter, *http.Request) {}},
	{"header only", func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("X-A", "1") }},
	{"html", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<!doctype html><p>x") }},
	{"text", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "text") }},
	{"empty write", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(nil) }},
	{"short", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, strings.Repeat("a", 2048)) }},
	{"long", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, strings.Repeat("a", 2049)) }},
	{"flushed", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "a")
		w.(http.Flusher).Flush()
		_, _ = io.WriteString(w, "b")
	}},
	{"flushed empty", func(w http.ResponseWriter, _ *http.Request) { w.(http.Flusher).Flush() }},
	{"no type", func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["Content-Type"] = nil
		_, _ = io.WriteString(w, "a")
	}},
	{"encoded", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "br")
		_, _ = io.WriteString(w, "a")
	}},
	{"late header", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusTeapot)
		w.Header().Set("X-Late", "1")
		w.WriteHeader(http.StatusOK)
		_, _ = io.WriteString(w, "a")
	}},
	{"early hints", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusEarlyHints)
		w.WriteHeader(http.StatusAccepted)
	}},
	{"204", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNoContent)
		if _, err := io.WriteString(w, "a"); err != http.ErrBodyNotAllowed {
			panic(err)
		}
	}},
	{"304", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotModified) }},
	{"right length", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "1")
		_, _ = io.WriteString(w, "a")
	}},
	{"too much", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "1")
		_, _ = io.WriteString(w, "a")
		if _, err := io.WriteString(w, "b"); err != http.ErrContentLength {
			panic(err)
		}
	}},
	{"too little", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "2")
		_, _ = io.WriteString(w, "a")
	}},
	{"abort", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "a")
		panic(http.ErrAbortHandler)
	}},
	{"abort after flush", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "a")
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	}},
	{"reads the body", func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(w, r.Body)
	}},
	{"status 99", func(w http.ResponseWriter, _ *http.Request) {
		defer func() {
			if recover() == nil {
				panic("no panic")
			}
			w.WriteHeader(http.StatusOK)
			w.WriteHeader(99)
		}()
		w.WriteHeader(99)
	}},
	{"cookies", func(w http.ResponseWriter, _ *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "a", Value: "1"})
		http.SetCookie(w, &http.Cookie{Name: "b", Value: "2"})
	}},
}

// answer is what a client sees of a response.
type answer struct {
	status int
	header http.Header
	length int64
	body   string
	whole  bool
}

func read(res *http.Response) answer {
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	res.Header.Del("Date")
	res.Header.Del("Connection") // of the hop
	for name, values := range res.Header {
		if values == nil {
			delete(res.Header, name)
		}
	}
	return answer{res.StatusCode, res.Header, res.ContentLength, string(body), err == nil}
}

// A client of net/http is the oracle for what a handler's response looks like.
func TestExchange_likeNetHTTP(t *testing.T) {
	t.Parallel()
	for _, tt := range handlers {
		for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost} {
			t.Run(tt.name+" "+method, func(t *testing.T) {
				t.Parallel()
				server := httptest.NewUnstartedServer(tt.f)
				server.Config.ErrorLog = log.New(io.Discard, "", 0)
				server.Start()
				defer server.Close()
				var body io.Reader
				if method == http.MethodPost {
					body = strings.NewReader("hello")
				}
				req, err := http.NewRequestWithContext(t.Context(), method, server.URL, body)
				require.NoError(t, err)
				var want answer
				if res, err := server.Client().Do(req); err == nil {
					want = read(res)
				}

				r := New(t, tt.f).Do(method, "/", func() any {
					if method == http.MethodPost {
						return []byte("hello")
					}
					return nil
				}())
				var got answer
				if r.x.ready {
					got = read(r.Raw())
				} else {
					r.Aborted()
				}
				if method == http.MethodHead && want.status != 0 {
					got.whole = true // on the wire nobody can tell; in process the test is told
				}
				require.Equal(t, want, got)
			})
		}
	}
}
