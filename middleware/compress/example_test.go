package compress_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/wend-go/wend/middleware/compress"
)

func ExampleOptions() {
	h := compress.Responses(compress.Options{MinSize: 100})(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		_, _ = io.WriteString(w, strings.Repeat("hello ", 100))
	}))
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Accept-Encoding", "gzip")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	fmt.Println(w.Header().Get("Content-Encoding"), w.Body.Len() < 600)
	// Output: gzip true
}

func zipped(text string) *bytes.Buffer {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = io.WriteString(w, text)
	_ = w.Close()
	return &b
}

// A body may not grow without end.
func ExampleLimits() {
	h := compress.Requests(compress.Limits{Decoded: 10})(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, err := io.ReadAll(r.Body)
		var tooLarge *http.MaxBytesError
		fmt.Println(len(text), errors.As(err, &tooLarge))
	}))
	for _, text := range []string{"hello", strings.Repeat("hello", 100)} {
		r := httptest.NewRequest("POST", "/", zipped(text))
		r.Header.Set("Content-Encoding", "gzip")
		h.ServeHTTP(httptest.NewRecorder(), r)
	}
	// Output:
	// 5 false
	// 10 true
}

func ExampleError() {
	h := compress.Requests(compress.Limits{})(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, err := io.ReadAll(r.Body)
		fmt.Println(errors.Is(err, compress.ErrEncoding))
	}))
	r := httptest.NewRequest("POST", "/", strings.NewReader("this is no gzip"))
	r.Header.Set("Content-Encoding", "gzip")
	h.ServeHTTP(httptest.NewRecorder(), r)
	// Output: true
}
