package middleware

import (
	"net/http"
	"strconv"
	"strings"
)

// Favicon answers GET and HEAD of /favicon.ico with an icon that a browser may keep for
// a day, or with 204 when icon is empty: ahead of routing and logs, which are full of it
// otherwise. It panics on bytes that are no image; an SVG is none for a favicon.ico.
func Favicon(icon []byte) func(http.Handler) http.Handler {
	mediaType := http.DetectContentType(icon)
	if len(icon) > 0 && !strings.HasPrefix(mediaType, "image/") {
		panic("middleware: Favicon wants an image")
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/favicon.ico" || r.Method != http.MethodGet && r.Method != http.MethodHead {
				next.ServeHTTP(w, r)
				return
			}
			h := w.Header()
			h["Cache-Control"] = []string{"public, max-age=86400"}
			if len(icon) == 0 {
				w.WriteHeader(http.StatusNoContent)
				return
			}
			h["Content-Type"] = []string{mediaType}
			h["X-Content-Type-Options"] = []string{"nosniff"}
			h["Content-Length"] = []string{strconv.Itoa(len(icon))}
			_, _ = w.Write(icon)
		})
	}
}
